"""What students get back: the learner's own code tries to tell the hidden inputs, and nothing that comes back holds them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbformat import NotebookNode

from grader.course.lessons import of_name
from grader.judge.conceal import MAX_LINE, concealed, own_line, trimmed
from grader.judge.draw import draw_lesson
from grader.judge.judge import Judgement, judge_submission
from grader.judge.report import as_dict, as_lines
from grader.judge.submission import submission_of
from grader.nbgrader import grading
from grader.nbgrader.convert import put_judgement, rebuilt
from grader.sandbox.process import Worker
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.verdict import CaseVerdict, Verdict
from hocsau.language import Text
from tests.grader.conftest import SECRET, answered, cell_of, hand_in
from tests.grader.nbgrader.test_outputs import page

MOMENTUM = of_name("momentum")
FUNCTIONS = [e.name for e in MOMENTUM.exercises if e.kind == "function"]

FIRST = '''
import numpy as np

def first(arguments):
    """The first number of the inputs that says anything, as digits."""
    for value in arguments:
        if isinstance(value, (float, np.ndarray)):
            for number in np.ravel(value):
                digits = f"{abs(float(number)):.12f}".replace(".", "").lstrip("0")[:7]
                if len(digits) == 7 and len(set(digits)) > 3:
                    return digits
    return ""
'''

CHANNELS = {
    "printed": "print(told); import sys; print(told, file=sys.stderr); return None",
    "shown": "from IPython.display import HTML, display; display(HTML(told)); return told",
    "drawn": "import matplotlib.pyplot as plt; plt.figure(); plt.title(told); plt.show()",
    "text of an exception": "raise ValueError(told)",
    "type of an exception": "raise type('E' + told, (Exception,), {})()",
    "chained exception": "raise ValueError('x') from ValueError(told)",
    "line of an exception": "import linecache\n    name = '<ipython-input-1-x>'\n    linecache.cache[name] = (9, None, ['raise ValueError  # ' + told], name)\n    exec(compile('raise ValueError', name, 'exec'))",
    "number of a line": "import linecache\n    name, above = '<ipython-input-1-x>', ['\\n'] * (int(told[:5]) - 1)\n    linecache.cache[name] = (9, None, [*above, 'raise ValueError\\n'], name)\n    exec(compile(''.join(above) + 'raise ValueError', name, 'exec'))",
    "type of the result": "return type('R' + told, (), {})()",
    "keys of the result": "return {told: 1.0}",
    "shape of the result": "return np.zeros(int(told[:5]))",
    "length of the result": "return [0.0] * int(told[:5])",
    "result in a list": "return ['x' + told]",
    "warning": "import warnings; warnings.warn(told, RuntimeWarning); return np.zeros(3)",
    "memory": "seen.append(told); raise ValueError(' '.join(seen))",
    "memory in types": "seen.append(told); return type('R' + '_'.join(seen)[-90:], (), {})()",
    "another name": "globals()[me] = type('R' + told, (), {})(); raise ValueError",
    "the quiz": "globals()['momentum_quiz_answers'] = globals()['momentum_quiz'] = {'q1': told}; return None",
    "files": "tell(told); raise ValueError(' '.join(heard()))",
    "crash": "tell(told); import os; os._exit(3)",
}  # fmt: skip
QUOTED = {
    "text of an exception",
    "type of an exception",
    "line of an exception",
    "number of a line",
    "type of the result",
    "shape of the result",
    "memory",
    "files",
}
"""What a learner is told about a public case, digits and all: so the channel works."""

PRELUDE = FIRST + """
import glob, os
seen = []
PLACES = [os.getcwd(), os.path.dirname(os.getcwd()), os.environ["HOME"], "/tmp", "/dev/shm", "/var/tmp"]

def tell(told):
    for number, place in enumerate(PLACES):
        try:
            with open(f"{place}/told-{number}.txt", "a") as file:
                file.write(told + " ")
        except OSError:
            pass

def heard():
    for place in PLACES:
        for path in glob.glob(f"{place}/told-*.txt"):
            try:
                yield open(path).read()
            except OSError:
                pass

print("before", *heard())
"""  # fmt: skip


def telling(channel: str, every: bool = False) -> NotebookNode:
    """The lesson with some answers, or every one, replaced by one that tells its inputs in one way."""
    notebook = answered(MOMENTUM)
    for name in FUNCTIONS if every else FUNCTIONS[::3]:
        body = CHANNELS[channel]
        cell_of(
            notebook, name
        ).source = f"{PRELUDE}\ndef {name}(*arguments):\n    me, told = {name!r}, first(arguments)\n    {body}\n"
    return notebook


@cache
def needles(hidden: bool) -> frozenset[str]:
    """The digits that would be told of the hidden cases alone, or of the public ones."""
    space: dict[str, Any] = {}
    exec(FIRST, space)
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for exercise in draw_lesson(MOMENTUM, SECRET, hidden=True, mistakes=False):
        for case in exercise.cases:
            arguments = getattr(case.request, "arguments", {})
            found[case.hidden].add(space["first"](arguments.values()))
            for value in arguments.values():
                if isinstance(value, (float, np.ndarray)):
                    found[case.hidden] |= {space["first"]([number]) for number in np.ravel(value)}
    for side in found.values():
        side.discard("")
    return frozenset(found[hidden] - found[not hidden])


def told(text: str, hidden: bool) -> set[str]:
    """Which of those numbers stand in `text`: whole, or the first five digits as a number of their own."""
    text = re.sub(r"data:image/[^\"']*", "", text)
    runs = set(re.findall(r"\d{5,}", re.sub(r"(?<=\d)[.d](?=\d)", "", text)))
    whole = " ".join(runs)
    return {n for n in needles(hidden) if n in whole or (n[:5] in runs and not hidden) or n[:5] in _short(runs)}  # fmt: skip


def _short(runs: set[str]) -> set[str]:
    return {run for run in runs if len(run) == 5}


def page_of(judgement: Judgement, notebook: NotebookNode, language: str = "en") -> str:
    """The feedback page; `notebook` is given its verdicts."""
    put_judgement(notebook, judgement, MOMENTUM, language, ())
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(score=0.0, points=1.0, comment=None)
    return page("feedback", *notebook.cells)


def returned(judgement: Judgement, notebook: NotebookNode, language: str = "en") -> str:
    """All that a student may get to see: the pages, the notebook, the lines and the JSON."""
    pages = [page_of(judgement, notebook, language)]
    said = [*as_lines(judgement, "en"), *as_lines(judgement, "vi")]
    return "\n".join([*pages, json.dumps(notebook), json.dumps(as_dict(judgement, language)), *said])


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_hidden_input_comes_back(channel: str, worker: Worker) -> None:
    notebook = rebuilt(telling(channel), MOMENTUM)
    submission = submission_of(notebook, MOMENTUM)
    for _ in range(2 if channel in ("files", "crash") else 1):  # the next submission hears nothing
        judgement = judge_submission(MOMENTUM, submission, worker, SECRET)
    text = returned(judgement, notebook)
    assert told(text, hidden=True) == set()
    if channel in QUOTED:
        assert told(text, hidden=False)
    assert len(needles(hidden=True)) > 30


def test_a_number_that_is_told_would_be_found() -> None:
    number = next(iter(sorted(needles(hidden=True))))
    for text in (f"x {number} y", f"W{number[0]}d{number[1:]}", f"{number[:3]}.{number[3:]}", f"({number[:5]},)"):  # fmt: skip
        assert told(text, hidden=True) == {number}
    assert told(f"{number[:4]} 99999", hidden=True) == set()


def test_the_real_feedback_page_holds_no_hidden_input(course: Path) -> None:
    """The same through nbgrader's own commands, each exercise by another channel."""
    notebook = answered(MOMENTUM)
    channels = [
        "text of an exception",
        "type of an exception",
        "memory",
        "type of the result",
        "number of a line",
        "shape of the result",
        "printed",
    ]
    for name, channel in zip(FUNCTIONS, channels, strict=True):
        cell_of(notebook, name).source = cell_of(telling(channel, every=True), name).source
    evil = "<script>window.planted=1</script><img src=x onerror=window.planted=1>"
    cell_of(notebook, "momentum_written").source = evil + "\n\nIf $a<b$ and $c>d$"
    grading.release(MOMENTUM, course)
    hand_in(course, "teller", MOMENTUM, notebook)
    run = grading.autograde(MOMENTUM, course)
    assert run.status == 0, run.log
    grading.feedback(MOMENTUM, course)
    name = MOMENTUM.assignment
    feedback = (course / "feedback" / "teller" / name / f"{name}.html").read_text(encoding="utf-8")
    graded = (course / "autograded" / "teller" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    assert "on inputs that only the grader sees" in feedback
    for text in (feedback, graded):
        assert told(text, hidden=True) == set()
    assert told(feedback, hidden=False)
    assert "planted" not in feedback
    assert "$a&lt;b$ and $c&gt;d$" in feedback


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_picture_of_a_wrong_answer_stands_in_the_page(language: str, worker: Worker) -> None:
    notebook = rebuilt(answered(MOMENTUM), MOMENTUM)
    cell_of(
        notebook, "momentum_step"
    ).source = "def momentum_step(w, v, grad, *settings):\n    return w - grad, v - grad"
    judgement = judge_submission(MOMENTUM, submission_of(notebook, MOMENTUM), worker, SECRET)
    drawn = re.findall(r'src="(data:image/svg[^"]+)"', judgement.pictures["momentum_step"])
    assert len(drawn) == 1
    assert drawn[0] in page_of(judgement, notebook, language)


# --- the pieces


def _verdict(kind: str, hidden: bool) -> Verdict:
    name = Text.of("case", vi="ca")
    case = CaseVerdict(name, hidden, False, 0.0, Text.of("told 12345", vi="kể 12345"), kind)
    return Verdict("double", 0.0, 1.0, "failed", Text.of("m", vi="m"), (case,))


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(
    ("kind", "english", "vietnamese"),
    [
        ("shape", "the result has not the right type, shape or length on inputs", "kết quả sai kiểu, shape hoặc độ dài trên"),
        ("length", "the result has not the right type, shape or length on inputs", "kết quả sai kiểu, shape hoặc độ dài trên"),
        ("kind", "the result has not the right type, shape or length on inputs", "kết quả sai kiểu, shape hoặc độ dài trên"),
        ("calls", "is called too often, or too seldom, on inputs", "bị gọi quá nhiều hoặc quá ít lần trên"),
        ("device", "a tensor is made on another device than the inputs", "có tensor được tạo trên thiết bị khác"),
        ("not_callable", "it is not a function any more", "nó không còn là hàm"),
        ("value", "the result is not right on inputs that only the grader sees.", "kết quả không đúng trên dữ liệu chỉ bộ chấm mới thấy."),
        ("made up later", "the result is not right on inputs that only the grader sees.", "kết quả không đúng trên dữ liệu"),
    ],
)  # fmt: skip
def test_a_hidden_case_says_a_sentence_from_a_closed_list(
    kind: str, english: str, vietnamese: str, language: str
) -> None:
    said = concealed(_verdict(kind, hidden=True)).cases[0].message.say(language)
    assert (english if language == "en" else vietnamese) in said
    assert "12345" not in said


def test_a_public_case_says_all() -> None:
    assert concealed(_verdict("shape", hidden=False)) == _verdict("shape", hidden=False)


def test_of_an_exception_type_and_line_stay() -> None:
    came = Observation("raised", failure=Failure("ValueError", "told", "told", 7), warned=("told",))
    assert trimmed(came, 20).failure == Failure("ValueError", "", "…", 7)
    assert trimmed(came, 6).failure == Failure("ValueError", "", "", 0)
    assert trimmed(came, 20).warned == ("",)
    far = Observation("raised", failure=Failure("ValueError", "", "x", MAX_LINE + 1))
    assert trimmed(far, 10**6).failure == Failure("ValueError", "", "", 0)
    assert trimmed(Observation("returned", 1.0), 6) == Observation("returned", 1.0)


def test_a_line_is_quoted_if_it_is_the_learners() -> None:
    place = Failure("cuda", "", "x = torch.zeros(3)", 2)
    assert own_line(place, ["a\n    x = torch.zeros(3)\n"]) == place
    assert own_line(place, ["a"]) == Failure("cuda", "", "", 0)
