"""One submission in, verdicts out: a toy lesson, a real worker, and everything a learner can do to both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.course.lessons import CaseKind, ExerciseDefinition, Lesson
from grader.course.mistakes import Misconception
from grader.errors import BuildError, WorkerError
from grader.judge import draw, probes
from grader.judge.draw import PUBLIC_SEED, draw_exercise, draw_lesson
from grader.judge.judge import Judgement, Limits, judge_submission
from grader.judge.submission import CellSource, Submission
from grader.sandbox.process import Worker
from hocsau.judging.exercise import Exercise
from hocsau.judging.request import Call, Recipe
from hocsau.judging.verdict import Verdict
from hocsau.language import Text
from tests.toys import QUIZ_KEY, descend, double

SECRET = b"the course's own secret"
SHORT = Limits(cell=2.0, case=1.5)
PATIENT = Limits(cell=30.0, case=30.0)


def _double(n: int) -> Callable[[np.random.Generator], Call]:
    return lambda rng: Call({"w": rng.uniform(1, 2, size=n)})


def _descend(steps: int) -> Callable[[np.random.Generator], Call]:
    def draw(rng: np.random.Generator) -> Call:
        recipe = Recipe("constant_gradient", {"g": rng.uniform(1, 2, size=3)})
        return Call({"gradient": recipe, "w0": rng.uniform(1, 2, size=3), "steps": steps})

    return draw


def kind(english: str, draw: Any, hidden: bool = False) -> CaseKind:
    return CaseKind(Text.of(english, vi=english + " (vi)"), draw, hidden)


LESSON = Lesson(
    "toys",
    1,
    Text.of("Toys", vi="Đồ chơi"),
    (
        ExerciseDefinition("double", 2, (kind("two", _double(2)), kind("three", _double(3)), kind("five", _double(5), True))),
        ExerciseDefinition("quadruple", 1, (kind("two", _double(2)), kind("four", _double(4)))),
        ExerciseDefinition("descend", 3, (kind("none", _descend(0)), kind("four", _descend(4))), exact_calls=True, picture="trajectory"),
        ExerciseDefinition("toy_quiz", 4, kind="quiz", contract=False),
        ExerciseDefinition("toy_written", 5, kind="written", contract=False),
    ),
    Text.of("", vi=""),
)  # fmt: skip


def quadruple(w: Any) -> Any:
    """4 w."""
    return double(double(w))


@pytest.fixture(autouse=True)
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "double": {"triple": Misconception("triple", "double", Text.of("Three times.", vi="Ba lần."), "k", lambda w: 3 * w)},
        "quadruple": {"once": Misconception("once", "quadruple", Text.of("Only once.", vi="Chỉ một lần."), "k", double)},
        "descend": {},
    }  # fmt: skip
    monkeypatch.setattr(
        draw,
        "answers",
        lambda _: {
            "double": double,
            "quadruple": quadruple,
            "descend": descend,
            "toy_quiz": QUIZ_KEY,
        },
    )
    monkeypatch.setattr(draw, "of_lesson", lambda _: known)
    monkeypatch.setattr(draw, "headings", lambda _: {"k": Text.of("1.2 Doubling", vi="1.2 Nhân đôi")})


@pytest.fixture
def grade(worker: Worker) -> Callable[..., Judgement]:
    """Judges cells that are handed in."""

    def judged(*sources: str, limits: Limits = PATIENT, **options: Any) -> Judgement:
        cells = tuple(CellSource(index, source, True) for index, source in enumerate(sources))
        return judge_submission(LESSON, Submission(cells, **options), worker, SECRET, limits)

    return judged


DOUBLE = "def double(w):\n    return 2 * w"
QUADRUPLE = "def quadruple(w):\n    return double(double(w))"
DESCEND = """\
import numpy as np
def descend(gradient, w0, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - 0.1 * gradient(path[-1]))
    return np.array(path)"""
QUIZ = f"toy_quiz = {QUIZ_KEY}"
RIGHT = (DOUBLE, QUADRUPLE, DESCEND, QUIZ)
STUBS = tuple(
    f"def {name}:\n    raise NotImplementedError()"
    for name in ("double(w)", "quadruple(w)", "descend(gradient, w0, steps)")
) + ("toy_quiz = {'q1': None, 'q2': None, 'q3': None}",)


def outcomes(judgement: Judgement) -> dict[str, str]:
    return {verdict.exercise: verdict.outcome for verdict in judgement.verdicts}


def of(judgement: Judgement, name: str) -> Verdict:
    return next(verdict for verdict in judgement.verdicts if verdict.exercise == name)


ALL_RIGHT = {"double": "passed", "quadruple": "passed", "descend": "passed", "toy_quiz": "passed"}


def test_right_answers_earn_everything(grade: Any) -> None:
    made = grade(*RIGHT, written=frozenset({"toy_written"}))
    assert outcomes(made) == ALL_RIGHT | {"toy_written": "manual"}
    assert (made.score, made.max_score) == (10, 15)
    assert made.pictures == {}
    assert made.seconds > 0


def test_a_blank_submission_is_not_done_and_not_an_error(grade: Any) -> None:
    for made in (grade(*STUBS), grade(), grade("", "# nothing")):
        assert set(outcomes(made).values()) == {"missing"}
        assert made.score == 0
        assert all("ot answered" in v.message.en or "ot done" in v.message.en for v in made.verdicts)


def test_a_python_file_is_judged_on_the_contract_alone(grade: Any) -> None:
    made = grade("\n".join(RIGHT), contract_only=True)
    assert outcomes(made) == {"double": "passed", "quadruple": "passed", "descend": "passed"}
    assert (made.score, made.max_score) == (6, 6)


def test_a_known_mistake_is_named(grade: Any) -> None:
    made = grade("def double(w): return w + w + w", "def quadruple(w): return 4 * w", DESCEND, QUIZ)
    wrong = of(made, "double")
    assert (wrong.outcome, wrong.points, wrong.diagnosis) == ("failed", 0, "triple")
    assert wrong.section == Text.of("1.2 Doubling", vi="1.2 Nhân đôi")
    assert of(made, "quadruple").outcome == "passed"


def test_half_right_earns_its_cases(grade: Any) -> None:
    made = grade("def double(w): return 2 * w if len(w) < 5 else w", *RIGHT[1:])
    assert (of(made, "double").outcome, of(made, "double").points) == ("partly", 1.33)
    assert made.score == round(sum(verdict.points for verdict in made.verdicts), 2) == 9.33


def test_an_answer_that_uses_a_wrong_one_is_told_so(grade: Any) -> None:
    made = grade("def double(w): return 3 * w", QUADRUPLE, DESCEND, QUIZ)
    told = of(made, "quadruple")
    assert told.diagnosis is None
    assert told.explanation is not None
    assert told.explanation.en == "quadruple uses your double, which is not right yet: mend that first."
    assert of(made, "double").diagnosis == "triple"


def test_an_answer_that_uses_an_unfinished_one_is_told_so(grade: Any) -> None:
    told = of(grade(STUBS[0], QUADRUPLE), "quadruple")
    assert told.outcome == "missing"
    assert told.cases[0].message.vi.startswith("quadruple dùng double của bạn")


def test_the_quiz_is_marked_with_its_key(grade: Any) -> None:
    made = grade("toy_quiz = {'q1': 'b', 'q2': 'c', 'q3': 'd'}")
    assert (of(made, "toy_quiz").outcome, of(made, "toy_quiz").points) == ("partly", 2.66)


def test_a_wrong_trajectory_is_drawn_and_outputs_are_kept(grade: Any) -> None:
    made = grade("1 + 1", DESCEND.replace("- 0.1", "+ 0.1"))
    assert "<img" in made.pictures["descend"]
    assert made.outputs[0][0]["data"] == {"text/plain": "2"}


def test_a_function_handed_over_is_counted_by_the_judge(grade: Any) -> None:
    twice = DESCEND.replace("path = [w0]", "path = [w0]; gradient(w0)")
    assert [case.kind for case in of(grade(twice), "descend").cases] == ["calls", "calls"]
    forged = DESCEND + "\nimport hocsau.judging.probe as p\np._Counted.__call__ = lambda self, w: self._function(w)"
    assert of(grade(forged), "descend").outcome == "passed"


# --- the cases


def drawn(secret: bytes, hidden: bool = True) -> tuple[Exercise, ...]:
    return draw_lesson(LESSON, secret, hidden=hidden)


def numbers(exercise: Exercise) -> list[float]:
    return [float(value) for case in exercise.cases for value in np.ravel(case.expected.value)]


def test_the_same_secret_draws_the_same_cases_and_another_draws_others() -> None:
    assert numbers(drawn(b"a")[0]) == numbers(drawn(b"a")[0])
    assert not set(numbers(drawn(b"a")[0])) & set(numbers(drawn(b"b")[0]))


def test_a_pack_sees_neither_hidden_cases_nor_the_key() -> None:
    public, graded = drawn(PUBLIC_SEED, hidden=False), drawn(PUBLIC_SEED)
    assert [len(exercise.cases) for exercise in public] == [2, 2, 2, 0, 0]
    assert [len(exercise.cases) for exercise in graded] == [3, 2, 2, 0, 0]
    assert public[3].key == {}
    assert graded[3].key == QUIZ_KEY
    assert numbers(public[0]) == numbers(graded[0])[: len(numbers(public[0]))]


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        (lambda w: 1 / 0, "raised, .*ZeroDivisionError"),
        (lambda w: w.fill(0), "it changes w"),
        (lambda w: {}["x"], "raised, .*KeyError"),
        (3, "not_callable"),
        (lambda w: w[:1], "its result shares memory"),
        (lambda w: object(), "a check cannot read what it returns"),
    ],
)
def test_a_reference_that_fails_its_own_case_stops_the_build(
    reference: Any, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draw, "answers", lambda _: {"double": reference})
    with pytest.raises(BuildError, match=f"the reference fails its own case 'two': {fault}"):
        draw_exercise(LESSON, LESSON.exercises[0], SECRET, hidden=True)


def test_a_key_that_is_no_letter_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "answers", lambda _: {"toy_quiz": {"q1": "e"}})
    with pytest.raises(BuildError, match=r"the key holds \{'q1': 'e'\}; answers are one of a, b, c, d"):
        draw_exercise(LESSON, LESSON.exercises[3], SECRET, hidden=True)


def test_a_mistake_that_points_nowhere_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "headings", lambda _: {})
    with pytest.raises(BuildError, match="points to the prose 'k', which is not there"):
        draw_exercise(LESSON, LESSON.exercises[0], SECRET, hidden=True)


# --- a fault costs its own exercise and nothing else


IN_A_CALL = {
    "raises": ("1 / 0", "error"),
    "exits": ("raise SystemExit", "error"),
    "own exception": ("raise type('Own', (BaseException,), {})", "error"),
    "endless recursion": ("return double(w)", "error"),
    "os._exit": ("import os; os._exit(0)", "error"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "error"),
    "closes the channel": ("import os; os.close(200)", "error"),
    "garbage on the channel": ("import os; os.write(200, b'x' * 999)", "error"),
    "endless loop": ("while True: pass", "timeout"),
    "deaf endless loop": ("import signal; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n    while True: pass", "timeout"),
    "a huge result": ("import numpy as np; return np.zeros((1 << 30) // 8)", "failed"),
    "a nested result": ("x = []; x.append(x); return x", "failed"),
    "prints a lot": ("print('PASSED' * 10_000_000); return w", "failed"),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_A_CALL)
def test_a_fault_in_a_call_costs_its_exercise_alone(grade: Any, name: str) -> None:
    body, outcome = IN_A_CALL[name]
    made = grade(f"def double(w):\n    {body}", "def quadruple(w): return 4 * w", DESCEND, QUIZ, limits=SHORT)
    assert outcomes(made) == ALL_RIGHT | {"double": outcome, "toy_written": "missing"}
    assert made.score == 8


IN_A_CELL = {
    "raises": "1 / 0",
    "os._exit": "import os; os._exit(0)",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "endless loop": "while True: pass",
    "syntax": "def broken(:",
    "exits": "exit()",
    "reads": "input()",
    "floods": "while True: print('x' * 10_000)",
}


@pytest.mark.parametrize("name", IN_A_CELL)
def test_a_fault_in_a_cell_costs_that_cell_alone(grade: Any, name: str) -> None:
    made = grade(DOUBLE, QUADRUPLE, IN_A_CELL[name], DESCEND, QUIZ, limits=SHORT)
    assert outcomes(made) == ALL_RIGHT | {"toy_written": "missing"}
    assert name == "exits" or made.outputs[2][-1]["output_type"] == "error"


@pytest.mark.parametrize(
    ("fault", "outcome", "says"),
    [
        (
            "1 / 0",
            "error",
            "the cell that should define double stopped with ZeroDivisionError: division by zero",
        ),
        (
            "def f(:",
            "error",
            "the cell that should define double stopped with SyntaxError: invalid syntax",
        ),
        ("while True: pass", "timeout", "stopped after 2 s: is there a loop that never ends?"),
        ("import os; os._exit(0)", "error", "Python itself stopped"),
    ],
)
def test_a_cell_that_stops_before_it_defines_is_told_so(grade: Any, fault: str, outcome: str, says: str) -> None:
    made = grade(f"{fault}\n{DOUBLE}", *RIGHT[2:], limits=SHORT)
    assert of(made, "double").outcome == outcome
    assert of(made, "double").cases[0].message.en.startswith(says)
    assert of(made, "descend").outcome == "passed"


def test_a_cell_that_was_stopped_says_so_in_the_learners_language(grade: Any) -> None:
    made = grade("while True: pass", limits=SHORT, language="vi")
    assert made.outputs[0][0]["evalue"].startswith("bị dừng sau 2 giây")


def test_all_that_can_go_wrong_at_once(grade: Any) -> None:
    made = grade(
        "import os\nos._exit(1)",
        "def double(w):\n    while True: pass",
        "while True: pass",
        "def quadruple(w):\n    import os; os._exit(0)",
        "1 / 0",
        DESCEND,
        QUIZ,
        limits=SHORT,
    )
    assert outcomes(made) == {
        "double": "timeout", "quadruple": "error", "descend": "passed", "toy_quiz": "passed", "toy_written": "missing"
    }  # fmt: skip


# --- state left behind by one exercise does not reach the others


SPOILERS = {
    "deletes another": "global quadruple\n    del quadruple",
    "replaces another": "global quadruple\n    quadruple = lambda w: w",
    "empties the quiz": "toy_quiz.clear()",
    "spoils numpy": "import numpy; numpy.array = None",
    "exhausts the stack": "import sys; sys.setrecursionlimit(60)",
    "forges the driver": "import __main__, hocsau.judging.probe as p; p._Run.call = lambda *a: 'spoilt'",
}


@pytest.mark.parametrize("name", SPOILERS)
def test_state_left_behind_spoils_nobody_else(grade: Any, name: str) -> None:
    spoiler = f"def double(w):\n    {SPOILERS[name]}\n    return 2 * w"
    made = grade(spoiler, "def quadruple(w): return 4 * w", DESCEND, QUIZ)
    others = {key: value for key, value in outcomes(made).items() if key != "double"}
    assert others == {key: value for key, value in (ALL_RIGHT | {"toy_written": "missing"}).items() if key != "double"}


def test_each_case_gets_fresh_arguments(grade: Any) -> None:
    made = grade("seen = []\ndef double(w):\n    seen.append(w)\n    [a.fill(0) for a in seen[:-1]]\n    return 2 * w")
    assert of(made, "double").outcome == "passed"


def test_a_reply_sent_ahead_costs_its_own_exercise(grade: Any) -> None:
    """The learner's code finds the nonce in the frames and answers for itself; the true reply comes too late."""
    forged = """\
def double(w):
    import gc, socket, sys
    frame = sys._getframe()
    while "message" not in frame.f_locals or "nonce" not in frame.f_locals["message"]:
        frame = frame.f_back
    from wire import send
    from hocsau.judging.probe import Observation
    send(socket.socket(fileno=200), {"nonce": frame.f_locals["message"]["nonce"], "observation": Observation("returned", 7.0)})
    return 2 * w
"""
    made = grade(forged, "def quadruple(w): return 4 * w", DESCEND, QUIZ)
    assert of(made, "double").points < 2
    assert {name for name, outcome in outcomes(made).items() if outcome == "passed"} >= {
        "quadruple",
        "descend",
        "toy_quiz",
    }


HOSTILE = """\
import hocsau.judging.probe as probe, numpy as np, sys
def hostile(request, find, builder, not_allowed):
    return probe.Observation({fields})
def double(w):
    frame = sys._getframe()
    while "_probe" not in frame.f_globals:
        frame = frame.f_back
    frame.f_globals["drive"] = hostile  # from the second case on
    return w
"""


@pytest.mark.parametrize(
    "fields",
    [
        "'timeout', 3.0",
        "'died'",
        "'broken', failure=probe.Failure('E', 'passed', '', 0)",
        "'passed', 1.0",
        "np.zeros(3)",
        "['returned']",
        "'returned', None, 'failure', 3, 4, 'calls', 5",
        "'raised', None, probe.Failure(1.5, ['text'], None, 'number'), ('<b>',), (3,), 2**70",
        "'raised', None, probe.Failure('E' * 10**6, 'x' * 10**6, 'y' * 10**6, 10**9)",
        "'not_callable', probe.Observation('returned')",
        "'returned', 10**4000",
        "'unfinished', probe.Failure('', '', '', 0), 7",
        "'returned', {'a': 1}, None, ('w', 'w', 'v'), ('w',) * 1000",
    ],
)
def test_an_observation_of_a_hostile_kind_never_stops_the_judge(grade: Any, fields: str) -> None:
    made = grade(HOSTILE.replace("{fields}", fields))
    assert of(made, "double").points == 0
    for verdict in made.verdicts:
        for case in verdict.cases:
            assert len(case.message.en) < 1500


def test_the_hostile_driver_does_replace_ours(grade: Any) -> None:
    made = grade(HOSTILE.replace("{fields}", "'unfinished'"))
    assert [case.kind for case in of(made, "double").cases][1:] == ["unfinished"] * 2


def test_no_expected_value_is_in_the_learners_process(grade: Any) -> None:
    look = """\
import gc, numpy as np
def double(w):
    right = 2 * w
    found = [o for o in gc.get_objects() if isinstance(o, np.ndarray) and o is not right and o.shape == w.shape and np.allclose(o, right)]
    frames = []
    import sys
    frame = sys._getframe()
    while frame:
        frames += [v for v in frame.f_locals.values() if isinstance(v, np.ndarray) and v is not right and v.shape == w.shape and np.allclose(v, right)]
        frame = frame.f_back
    return right if not found and not frames else w
"""
    assert of(grade(look), "double").outcome == "passed"


def test_hidden_inputs_do_not_come_back(grade: Any) -> None:
    leak = "def double(w):\n    if len(w) < 5: return 2 * w\n    raise type(str(w[0]).replace('.', '_'), (Exception,), {})(str(w))"
    hidden = of(grade(leak), "double").cases[2]
    assert (
        hidden.message.en == "your code raised an exception of its own in line 3 on inputs that only the grader sees."
    )


def test_a_worker_that_cannot_be_had_is_no_zero(monkeypatch: pytest.MonkeyPatch, worker: Worker) -> None:
    def broken() -> Any:
        raise WorkerError("no worker")

    monkeypatch.setattr(worker, "fork", broken)
    with pytest.raises(WorkerError):
        judge_submission(LESSON, Submission(()), worker, SECRET)


def test_what_is_handed_over_is_bounded(grade: Any) -> None:
    big = "import numpy as np\ndef descend(gradient, w0, steps):\n    return gradient(np.zeros(200_000))"
    made = of(grade(big), "descend")
    assert made.outcome == "error"
    assert "this function takes an array of numbers" in made.cases[0].message.en
    assert probes.MAX_ARGUMENT < 200_000


def test_a_submission_that_always_hangs_has_an_end(grade: Any) -> None:
    hanging = ["while True: pass"] * 20
    made = grade(DOUBLE, *hanging, QUADRUPLE, limits=Limits(cell=1.0, case=1.0, whole=3.0))
    assert of(made, "double").outcome == "timeout"
    assert "3 s" in of(made, "double").cases[0].message.en
    stopped = [index for index, shown in made.outputs.items() if shown and shown[0]["output_type"] == "error"]
    assert 2 <= len(stopped) <= 4  # three seconds, one a cell; the others were not begun
