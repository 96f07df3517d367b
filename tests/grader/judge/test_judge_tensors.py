"""A lesson of tensors, judged through a real worker: functions, modules, trainings, devices, calls that are not allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from grader.course.lessons import of_name
from grader.course.mistakes import Misconception
from grader.errors import TorchError
from grader.judge import devices, draw
from grader.judge.draw import PUBLIC_SEED, draw_lesson
from grader.judge.judge import Judgement, Limits, judge_submission
from grader.judge.submission import CellSource, Submission
from grader.publish.packs import same_pack
from grader.sandbox import process
from grader.sandbox.process import Worker
from hocsau.judging import tensors
from hocsau.judging.exercise import Pack
from hocsau.judging.states import Outline
from hocsau.judging.values import dumps, loads
from hocsau.judging.verdict import Verdict
from hocsau.language import Text
from tests.tensor_toys import ANSWERS, LESSON, MISTAKES, RIGHT

SECRET = b"the course's own secret"
PATIENT = Limits(cell=60.0, case=60.0)
IMPORTS = "import numpy as np\nimport torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
Grade = Callable[..., Judgement]


@pytest.fixture(autouse=True)
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toys' answers and mistakes stand where a lesson's would."""
    known = {
        name: {
            mistake: Misconception(mistake, name, Text.of("This is " + mistake, vi="Đây là " + mistake), "k", program)
            for mistake, program in programs.items()
        }
        for name, programs in MISTAKES.items()
    }
    monkeypatch.setattr(draw, "answers", lambda _: ANSWERS)
    monkeypatch.setattr(draw, "of_lesson", lambda _: known)
    monkeypatch.setattr(draw, "headings", lambda _: {"k": Text.of("5.1 Toys", vi="5.1 Đồ chơi")})


def judged_in(worker: Worker, limits: Limits = PATIENT, **answers: str) -> Judgement:
    sources = [IMPORTS, *({**RIGHT, **answers}).values()]
    submission = Submission(tuple(CellSource(i, source, True) for i, source in enumerate(sources)))
    return judge_submission(LESSON, submission, worker, SECRET, limits)


@pytest.fixture
def grade(worker: Worker) -> Grade:
    return partial(judged_in, worker)


def of(judgement: Judgement, name: str) -> Verdict:
    return next(verdict for verdict in judgement.verdicts if verdict.exercise == name)


def test_right_answers_earn_everything(grade: Grade) -> None:
    made = grade()
    assert [(v.exercise, v.outcome) for v in made.verdicts] == [(name, "passed") for name in RIGHT]
    assert made.score == made.max_score == 6


def test_a_known_mistake_is_named(grade: Grade) -> None:
    made = grade(
        attend=RIGHT["attend"].replace("** 0.5", "** 0"),
        Gate=RIGHT["Gate"].replace("self.norm(self.gate(x))", "self.gate(x)"),
        fit="def fit(model, *_):\n    return model.train()\n",
    )
    assert [v.diagnosis for v in made.verdicts] == ["unscaled", "no_norm", "untrained"]
    assert made.score == 0


def test_a_tensor_on_the_wrong_device_costs_its_case_alone(grade: Grade) -> None:
    made = grade(attend=RIGHT["attend"].replace(", device=query.device", ""))
    verdict = of(made, "attend")
    assert (verdict.outcome, [case.kind for case in verdict.cases]) == (
        "partly",
        ["device", "right", "right"],
    )
    assert "line 3 makes a tensor on the CPU: mask = torch.ones(" in verdict.cases[0].message.en
    assert "dòng 3 tạo tensor trên CPU: mask = torch.ones(" in verdict.cases[0].message.vi
    assert [v.outcome for v in made.verdicts[1:]] == ["passed", "passed"]


@pytest.mark.parametrize(
    "answer",
    [
        "def attend(query, key): return F.scaled_dot_product_attention(query, key, torch.eye(5, dtype=key.dtype).expand(2, 5, 5), is_causal=True)",
        "def attend(query, key):\n    f = getattr(F, 'scaled_dot_' + 'product_attention')\n"
        "    return f(query, key, torch.eye(5, dtype=key.dtype).expand(2, 5, 5), is_causal=True)",
        "class Box:\n    f = F.scaled_dot_product_attention\n"
        "def attend(query, key): return Box.f(query, key, torch.eye(5, dtype=key.dtype).expand(2, 5, 5), is_causal=True)",
    ],
)
def test_a_call_that_is_not_allowed_earns_nothing(grade: Grade, answer: str) -> None:
    verdict = of(grade(attend=answer), "attend")
    assert (verdict.outcome, verdict.points) == ("forbidden", 0.0)
    assert "torch.nn.functional.scaled_dot_product_attention, which is not allowed here" in verdict.message.en
    assert "aten" not in verdict.message.en


def test_a_result_cut_off_from_the_graph_is_told(grade: Grade) -> None:
    verdict = of(
        grade(attend=RIGHT["attend"].replace("-torch.inf), -1)", "-torch.inf), -1).detach()")),
        "attend",
    )
    assert {case.kind for case in verdict.cases if not case.hidden} == {"detached"}


def test_a_case_has_its_own_time(grade: Grade) -> None:
    slow = RIGHT["fit"].replace(
        "    model.train()\n",
        "    import time; time.sleep(2.5 if len(images) > 12 else 0)\n    model.train()\n",
    )
    made = grade(
        Limits(cell=60.0, case=2.0),
        fit=slow,
        attend="import time\ndef attend(query, key): time.sleep(9)",
    )
    assert of(made, "fit").outcome == "passed"
    assert of(made, "attend").outcome == "timeout"


def test_what_an_answer_does_on_the_made_up_device_stops_nothing(grade: Grade) -> None:
    dies = RIGHT["attend"].replace(
        "    scores",
        "    import os\n    if type(query).__name__ == 'FakeTensor': os._exit(1)\n    scores",
    )
    made = grade(attend=dies)
    assert [v.outcome for v in made.verdicts] == ["passed"] * 3


def test_hostile_tensors_never_stop_the_judge(grade: Grade) -> None:
    for answer in (
        "class Liar(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, *_, **__): return 1 / 0\n"
        "def attend(query, key): return torch.ones(2, 5, 5).as_subclass(Liar)",
        "def attend(query, key): return torch.eye(5).to_sparse()",
        "def attend(query, key): return query.sum().expand(1 << 40)",
        "def attend(query, key): return [query] * 10**6",
        "def attend(query, key):\n    from hocsau.judging.values import Tensor\n    return Tensor(np.zeros((2, 5, 5)), True, 'x' * 10**6)",
        "from hocsau.judging.states import Outline\ndef attend(query, key): return Outline(None, 1e9)",
        "def attend(query, key): return nn.Linear(2, 3)",
    ):
        made = grade(attend=answer)
        assert of(made, "attend").points == 0
        assert [v.outcome for v in made.verdicts[1:]] == ["passed", "passed"]
        for case in of(made, "attend").cases:
            assert len(case.message.en) < 1500


def test_a_pack_of_trainings_is_small_and_stays_the_same() -> None:
    public = draw_lesson(LESSON, PUBLIC_SEED, hidden=True)
    blob = dumps(Pack("tensor_toys", 5, LESSON.title, public))
    assert len(blob) < 120_000
    scored = public[2].cases[1]
    assert isinstance(scored.expected.value, Outline)
    assert all(isinstance(came.value, Outline) for came in scored.mistaken.values())
    assert same_pack(blob, dumps(loads(blob)))
    assert dumps(draw_lesson(LESSON, b"other", hidden=True)) != dumps(public)


# --- what torch itself fails to give out

FAILS = """

def _read(torch, value, read=_read):
    if (type(value) is torch.Tensor) is {honest}:
        raise RuntimeError("associated to a python object")
    return read(torch, value)
"""


@contextmanager
def failing_worker(*, honest: bool) -> Iterator[Worker]:
    """A worker whose hocsau cannot read torch's own tensors, as under torch 2.4, or cannot read any other."""
    copy_site = process.copy_site

    def copied(site: Path) -> Path:
        package = copy_site(site)
        with (package / "judging" / "tensors.py").open("a", encoding="utf-8") as file:
            file.write(FAILS.format(honest=honest))
        return package

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "copy_site", copied)
        with Worker() as made:
            made.fork().kill()  # its copy is made here
            yield made


def test_a_tensor_that_torch_fails_to_give_out_leaves_the_submission_unscored() -> None:
    with failing_worker(honest=True) as worker, pytest.raises(TorchError) as caught:
        judged_in(worker)
    said = str(caught.value)
    assert said.startswith("attend: torch made a tensor that it cannot give out (torch 2.")
    assert "RuntimeError: associated to a python object" in said
    assert "nothing of this submission was scored. Grade it again" in said


def test_who_forges_such_a_failure_gets_no_score(grade: Grade) -> None:
    forged = "from hocsau.judging import tensors\ndef fails(*_): raise RuntimeError('mine')\ntensors._read = fails\n"
    with pytest.raises(TorchError, match="mark it by hand"):
        grade(attend=forged + RIGHT["attend"])


def test_a_tensor_of_the_learners_own_kind_costs_its_answer_alone() -> None:
    own = "class Own(torch.Tensor): pass\n"
    answer = "def attend(query, key): return (query @ key.mT).as_subclass(Own)"
    with failing_worker(honest=False) as worker:
        made = judged_in(worker, attend=own + answer)
    assert (of(made, "attend").outcome, made.score) == ("failed", made.max_score - 2)
    assert "a tensor that cannot be read (RuntimeError)" in of(made, "attend").cases[0].message.en


def test_a_torch_that_would_not_see_a_wrong_device_judges_nobody(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "can_be_made_up", lambda: False)
    with pytest.raises(TorchError, match=r"torch 2\.\S+ cannot make up a device, .* 2.10 or newer"):
        judged_in(worker)
    devices.demand_a_device(LESSON, "cuda")
    devices.demand_a_device(of_name("momentum"), "")


def test_references_that_cannot_be_read_are_told_before_anybody_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("associated to a python object")

    monkeypatch.setattr(tensors, "_read", fails)
    with pytest.raises(TorchError, match="the reference's own tensors cannot be read: torch 2"):
        draw_lesson(LESSON, b"another secret", hidden=True)
