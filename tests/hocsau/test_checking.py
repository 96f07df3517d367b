"""`check` and `progress`: in a module, in a real IPython shell, and under nbgrader's own execution."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import hocsau
from hocsau import checking, packs, session
from hocsau.judging.exercise import Pack
from hocsau.judging.values import dumps
from hocsau.language import Text
from tests.toys import DESCEND, DOUBLE, QUIZ, STEP, WRITTEN

EXERCISES = (DOUBLE, STEP, DESCEND, QUIZ, WRITTEN)
PACK = Pack("toys", 1, Text.of("Toys", vi="Đồ chơi"), EXERCISES)


@pytest.fixture(autouse=True)
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "toys.pack").write_bytes(dumps(PACK))
    monkeypatch.setattr(packs.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(checking, "verdicts", {})
    monkeypatch.setattr(session, "verdicts", checking.verdicts)
    monkeypatch.setattr(session, "_current", [])
    packs.load.cache_clear()
    yield tmp_path
    packs.load.cache_clear()


def run(source: str) -> dict[str, Any]:
    """`source` as a plain module."""
    namespace: dict[str, Any] = {"__name__": "answers"}
    exec(compile(textwrap.dedent(source), "answers.py", "exec"), namespace)
    return namespace


CHECK = "from hocsau import check, begin, progress, ready\n"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("double = lambda w: 2 * w", "passed"),
        ("def double(w): raise NotImplementedError()", "missing"),
        ("", "missing"),
        ("double = 3", "failed"),
        ("def double(w): return 3 * w", "failed"),
        ("def double(w): return 1 / 0", "error"),
        ("def double(w): raise SystemExit", "error"),
        ("def double(w): return double(w)", "error"),
    ],
)
def test_in_a_plain_module(answer: str, outcome: str) -> None:
    report = run(f"{CHECK}{answer}\nreport = check('double')")["report"]
    assert report.verdict.outcome == outcome
    assert repr(report).startswith("double: ")
    assert report._repr_html_().startswith('<div class="hocsau-verdict"')


def test_the_function_itself_may_be_given() -> None:
    assert run(f"{CHECK}def double(w): return 2 * w\nr = check(double)")["r"].verdict.outcome == "passed"


def test_a_known_mistake_is_named_with_a_picture() -> None:
    report = run(f"{CHECK}def double(w): return 3 * w\nr = check('double')")["r"]
    assert report.verdict.diagnosis == "triple"
    assert "<img" in report._repr_html_()
    assert "What happened: This is triple." in repr(report)


def test_in_vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_LANGUAGE", "vi")
    report = run(f"{CHECK}def double(w): return 3 * w\nr = check('double')")["r"]
    assert "Chẩn đoán: Đây là triple." in repr(report)
    assert "Quỹ đạo" in report.picture or "Kết quả của bạn" in report.picture


def test_a_right_answer_is_told_that_more_cases_come() -> None:
    report = run(f"{CHECK}double = lambda w: 2 * w\nr = check('double')")["r"]
    assert "further cases with other numbers" in repr(report)


@pytest.mark.parametrize("name", ["duoble", "Double", "doubel()"])
def test_an_unknown_name_is_a_printed_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"{CHECK}r = check({name!r})")["r"] is None
    assert "Did you mean double?" in capsys.readouterr().out


def test_missing_packs_are_a_printed_line(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "toys.pack").unlink()
    assert run(f"{CHECK}r = check('double')")["r"] is None
    assert "Install hocsau again" in capsys.readouterr().out


def test_the_learners_own_line_is_quoted() -> None:
    source = "from hocsau import check\ndef double(w):\n    w = w + 1\n    return w[7]\nr = check('double')\n"
    import linecache

    linecache.cache["answers.py"] = (len(source), None, source.splitlines(True), "answers.py")
    report = run(source)["r"]
    assert "in line 4: return w[7]" in repr(report)


def test_an_interrupt_ends_the_whole_check() -> None:
    namespace = run(f"""\
{CHECK}
calls = []
def double(w):
    calls.append(w)
    raise KeyboardInterrupt
r = check('double')
""")
    assert namespace["r"].verdict.outcome == "error"
    assert len(namespace["calls"]) == 1


# --- answers that use other answers

USES = f"""\
{CHECK}
def double(w): {{body}}
def step(w, v, grad):
    v = double(v) - grad
    return w + v, v
r = check('step')
"""


def test_a_wrong_answer_underneath_is_named_first() -> None:
    report = run(USES.format(body="return 3 * w"))["r"]
    assert "What happened: step uses your double, which is not right yet: mend that first." in repr(report)


def test_an_unfinished_answer_underneath_is_named() -> None:
    report = run(USES.format(body="raise NotImplementedError()"))["r"]
    assert report.verdict.outcome == "missing"
    assert "step uses your double, which is not right yet" in repr(report)


def test_a_right_answer_underneath_is_not_blamed() -> None:
    report = run(USES.format(body="return 2 * w"))["r"]
    assert report.verdict.outcome == "failed"
    assert "step uses" not in repr(report)


# --- quiz, written, ready, progress


def test_the_quiz_only_says_what_is_answered() -> None:
    report = run(f"{CHECK}toy_quiz = dict(q1='b', q2=None, q3='a')\nr = check('toy_quiz')")["r"]
    assert report.verdict.outcome == "manual"
    assert "2 of 3 questions answered" in repr(report)


def test_a_written_answer_waits() -> None:
    assert run(f"{CHECK}r = check('toy_written')")["r"].verdict.outcome == "manual"


def test_ready(capsys: pytest.CaptureFixture[str]) -> None:
    source = f"{CHECK}def done(): return 1\ndef stub(): raise NotImplementedError()\nr = ready(done), ready(done, stub)"
    assert run(source)["r"] == (True, False)
    assert "This part runs your own stub; finish it first" in capsys.readouterr().out


def test_what_its_check_found_wrong_is_not_ready_until_it_is_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong, right = "def double(w): return 3 * w", "def double(w): return 2 * w"
    source = (
        f"{CHECK}{wrong}\nr = [ready(double)]\ncheck('double')\nr.append(ready(double))\n"
        f"{right}\ncheck('double')\nr.append(ready(double))"
    )
    assert run(source)["r"] == [True, False, True]
    said = capsys.readouterr().out
    assert said.count("This part runs your own double, not right yet; mend it") == 1


def test_a_class_with_an_unfinished_method_is_not_ready(capsys: pytest.CaptureFixture[str]) -> None:
    stub = "class Net:\n def __init__(self): pass\n def forward(self, x): raise NotImplementedError()"
    source = f"{CHECK}{stub}\nclass Done:\n def forward(self, x): return x\nr = ready(Done), ready(Net)"
    assert run(source)["r"] == (True, False)
    assert "Net" in capsys.readouterr().out


def test_begin_says_where_we_are(capsys: pytest.CaptureFixture[str]) -> None:
    run(f"{CHECK}begin('toys')")
    assert capsys.readouterr().out.startswith("Lesson 1: Toys. Language: English. Device: ")


def test_progress_lists_every_exercise() -> None:
    namespace = run(f"""\
{CHECK}
begin('toys')
def double(w): return 2 * w
def step(w, v, grad): return w, v
toy_quiz = dict(q1='b', q2='b', q3='b')
check('double'), check('step'), check('toy_quiz')
r = progress()
""")
    report = namespace["r"]
    assert [row[2] for row in report.tables[0].rows] == [
        "done", "not right yet", "not done yet", "answered, graded later", "graded by hand"
    ]  # fmt: skip
    assert "2 of 15 points" in repr(report)
    assert "Next: step" in repr(report)
    assert "<caption>Lesson 1: Toys</caption>" in report._repr_html_()


def test_progress_without_a_lesson_is_that_of_the_course() -> None:
    assert "The whole course" in repr(hocsau.progress())
    assert "Next: double, in lesson 1, Toys" in repr(hocsau.progress())


# --- under nbgrader's own execution


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ("def double(w): return 2 * w", "2.0"),
        ("def double(w): return 2 * w if w.size == 2 else w", "0.67"),
        ("def double(w): raise NotImplementedError()", "0.0"),
        ("", "0.0"),
        ("def double(w): 1 / 0", "0.0"),
    ],
)
def test_nbgrader_reads_a_plain_float(answer: str, points: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    report = run(f"{CHECK}{answer}\nr = check('double')")["r"]
    assert repr(report) == points
    assert report._repr_html_().startswith("<div")


def test_both_streams_are_silent_under_nbgrader(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    run(f"""\
import sys, warnings
{CHECK}
def double(w):
    print('out'); print('err', file=sys.stderr); warnings.warn('careful', stacklevel=1)
    return 2 * w
with warnings.catch_warnings():
    warnings.simplefilter('always')
    warnings.showwarning = lambda *a, **k: print(a, file=sys.stderr)
    check('double')
""")
    assert capsys.readouterr() == ("", "")


def test_no_verdict_is_an_error_under_nbgrader(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(LookupError, match="Did you mean double"):
        run(f"{CHECK}check('duoble')")
    (pack / "toys.pack").write_bytes(b"?")
    packs.load.cache_clear()
    with pytest.raises(packs.PackError):
        run(f"{CHECK}check('double')")


# --- in a real IPython shell


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    modules = {name: sys.modules.get(name) for name in ("__main__",)}
    made = InteractiveShell.instance(config=config)
    yield made
    made.atexit_operations()
    atexit.unregister(made.atexit_operations)
    InteractiveShell.clear_instance()
    for name, module in modules.items():
        if module is not None:
            sys.modules[name] = module


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_in_an_ipython_shell(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("from hocsau import check")
    shell.run_cell("def double(w):\n    return w @ w[:1]")
    result = shell.run_cell("check('double')").result
    assert result.verdict.outcome == "error"
    assert "in line 2: return w @ w[:1]" in repr(result)
    shell.run_cell("def double(w):\n    return 2 * w")
    assert shell.run_cell("check('double')").result.verdict.outcome == "passed"
    data, _ = shell.display_formatter.format(result)
    assert set(data) == {"text/plain", "text/html"}
    assert data["text/plain"].startswith("double: Not right yet")
    capsys.readouterr()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_notebooks_names_count_not_a_modules(shell: InteractiveShell) -> None:
    shell.run_cell("double = lambda w: 2 * w")
    assert run(f"{CHECK}def double(w): return 3 * w\nr = check('double')")["r"].verdict.outcome == "passed"


def test_importing_hocsau_is_light() -> None:
    source = "import sys, json, hocsau; print(json.dumps(sorted(set(m.split('.')[0] for m in sys.modules))))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"grader", "solutions", "torch", "matplotlib", "numpy"}


def test_checking_loads_neither_grader_nor_torch() -> None:
    source = "import sys, hocsau; hocsau.check; hocsau.progress; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "numpy" in loaded  # the test can fail
    assert not loaded & {"grader", "solutions", "torch", "matplotlib"}


def test_the_public_names_are_there() -> None:
    for name in hocsau.__all__:
        assert callable(getattr(hocsau, name))
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        hocsau.chekc  # noqa: B018
