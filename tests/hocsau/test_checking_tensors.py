"""`check` of an exercise of tensors, and what it costs an exercise without."""

from __future__ import annotations

import linecache
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from hocsau import checking, journal, packs, session
from hocsau.device import exact
from hocsau.judging import tensors
from hocsau.judging.exercise import Case, Exercise, Pack
from hocsau.judging.probe import drive
from hocsau.judging.tensors import Unreadable
from hocsau.judging.values import dumps
from hocsau.language import Text
from tests.tensor_toys import ANSWERS, LESSON, RIGHT, wrong_device_is_seen
from tests.toys import DOUBLE


def exercise(name: str) -> Exercise:
    """The public cases of a toy that are compared exactly."""
    import numpy as np

    from hocsau.judging.scoring import Scored

    definition = next(item for item in LESSON.exercises if item.name == name)
    cases = []
    for kind in definition.cases:
        request = kind.draw(np.random.default_rng(3))
        if not kind.hidden and not isinstance(request, Scored):
            expected = drive(request, lambda: ANSWERS[name])
            cases.append(Case(kind.name, request, expected, device=kind.device))
    return Exercise(
        name,
        2,
        cases=tuple(cases),
        tolerance=definition.tolerance,
        not_allowed=definition.not_allowed,
    )


PACK = Pack(
    "toys",
    5,
    Text.of("Toys", vi="Đồ chơi"),
    (exercise("attend"), exercise("Gate"), exercise("fit"), DOUBLE),
)
IMPORTS = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nfrom hocsau import check\n"


@pytest.fixture(autouse=True)
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "toys.pack").write_bytes(dumps(PACK))
    monkeypatch.setattr(packs.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(checking, "verdicts", {})
    monkeypatch.setattr(session, "verdicts", checking.verdicts)
    packs.load.cache_clear()
    yield tmp_path
    packs.load.cache_clear()


def checked(name: str, source: str) -> Any:
    code = f"{IMPORTS}{source}\nreport = check({name!r})\n"
    linecache.cache["answers.py"] = (len(code), None, code.splitlines(keepends=True), "answers.py")
    namespace: dict[str, Any] = {"__name__": "answers"}
    exec(compile(code, "answers.py", "exec"), namespace)
    return namespace["report"].verdict


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_passes(name: str) -> None:
    assert checked(name, RIGHT[name]).outcome == "passed"


@wrong_device_is_seen
def test_a_tensor_on_the_wrong_device_is_named() -> None:
    verdict = checked("attend", RIGHT["attend"].replace(", device=query.device", ""))
    assert [case.kind for case in verdict.cases] == ["device", "right"]
    assert "line 7 makes a tensor on the CPU" in verdict.cases[0].message.en


def test_a_call_that_is_not_allowed_is_named_however_it_is_made() -> None:
    verdict = checked(
        "attend",
        "def attend(query, key):\n    values = torch.eye(5, dtype=key.dtype).expand(2, 5, 5)\n"
        "    return getattr(F, 'scaled_dot' + '_product_attention')(query, key, values, is_causal=True)",
    )
    assert (verdict.outcome, verdict.points) == ("forbidden", 0)
    assert "torch.nn.functional.scaled_dot_product_attention" in verdict.message.en


def test_a_stub_is_not_done() -> None:
    assert checked("attend", "def attend(query, key): raise NotImplementedError()").outcome == "missing"
    assert (
        checked(
            "Gate",
            "class Gate(nn.Module):\n    def __init__(self, a, b): raise NotImplementedError()",
        ).outcome
        == "missing"
    )


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch makes tensors that cannot be read."""

    def fails(*_: Any) -> Any:
        raise RuntimeError("associated to a python object")

    monkeypatch.setattr(tensors, "_read", fails)


@pytest.mark.usefixtures("failing")
def test_a_tensor_that_torch_fails_to_give_out_is_no_mistake_of_the_learners() -> None:
    assert checked("attend", RIGHT["attend"]).outcome == "unreadable"
    said = str(checking.CheckReport(checking.verdicts["attend"]))
    assert said.startswith("attend: Not judged: the machine failed, not your answer.")
    assert "You did nothing wrong. Restart the kernel and check again; if it stays, install" in said
    assert f"torch {torch.__version__}, RuntimeError: associated to a python object" in said
    assert journal.read() == {}
    row = next(line for line in repr(session.progress("toys")).splitlines() if "attend" in line)
    assert "not done yet" in row


@pytest.mark.usefixtures("failing")
def test_under_nbgrader_it_is_an_error_and_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(Unreadable, match="attend: Not judged: the machine failed"):
        checked("attend", RIGHT["attend"])
    assert checking.verdicts == {}


def test_a_tensor_of_the_learners_own_kind_that_cannot_be_read_costs_its_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = tensors._read

    def fails(known: Any, value: Any) -> Any:
        if type(value) is torch.Tensor:
            return read(known, value)
        raise RuntimeError("of its own making")

    monkeypatch.setattr(tensors, "_read", fails)
    own = "class Own(torch.Tensor): pass\n"
    answer = "def attend(query, key): return (query @ key.mT).as_subclass(Own)"
    verdict = checked("attend", own + answer)
    assert (verdict.outcome, verdict.points) == ("failed", 0)
    assert "a tensor that cannot be read (RuntimeError)" in verdict.cases[0].message.en


def test_a_device_that_is_not_there_stops_no_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_DEVICE", "mps" if not torch.backends.mps.is_available() else "cuda")
    assert checked("attend", RIGHT["attend"]).outcome == "passed"


def test_on_a_gpu_the_same_case_is_compared_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CPU plays the GPU: an answer that is right in the first run only is shown as what it gave in the second."""
    monkeypatch.setattr(checking, "_accelerator", lambda: "cpu")
    assert checked("attend", RIGHT["attend"]).outcome == "passed"
    twice = RIGHT["attend"].replace(
        "    scores",
        "    global calls\n    calls = globals().get('calls', 0) + 1\n    query = query * (1 + (calls > 2))\n    scores",
    )
    verdict = checked("attend", twice)
    assert [case.kind for case in verdict.cases] == ["value_at", "right"]


def test_full_precision_while_checking() -> None:
    matmul: Any = torch.backends.cuda.matmul
    cudnn: Any = torch.backends.cudnn

    def settings() -> list[Any]:
        if not hasattr(matmul, "fp32_precision"):  # torch before 2.9
            return [part.allow_tf32 for part in (matmul, cudnn)]
        return [part.fp32_precision for part in (matmul, cudnn.conv, cudnn.rnn)]

    before = settings()
    with exact():
        assert set(settings()) in ({"ieee"}, {False})
    assert settings() == before


def test_a_check_without_tensors_loads_no_torch_and_is_quick(pack: Path) -> None:
    source = f"""
        import sys, time
        from pathlib import Path
        from hocsau import check, packs
        packs.resources.files = lambda _: Path({str(pack)!r})
        def double(w): return 2 * w
        check("double")
        began = time.process_time()
        report = check("double")
        print(report.verdict.outcome, "torch" in sys.modules, time.process_time() - began)
    """
    command = [sys.executable, "-c", textwrap.dedent(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    outcome, loaded, seconds = done.stdout.split()
    assert (outcome, loaded) == ("passed", "False")
    assert float(seconds) < 0.2
