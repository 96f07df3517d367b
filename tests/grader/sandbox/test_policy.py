"""Which layers hold, which are enough, and that a worker uses what it was told to and claims nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from grader.errors import WorkerError
from grader.sandbox import box, policy
from grader.sandbox.process import Child, Worker

ALL = ("process", "environment", "bubblewrap", "rlimits", "landlock", "seccomp")


@pytest.fixture
def afresh() -> Iterator[None]:
    """What holds is asked anew in this test, and again after it."""
    policy.layers.cache_clear()
    yield
    policy.layers.cache_clear()


def test_every_layer_holds_on_this_machine() -> None:
    """Every other test of the sandbox rests on it: `grader doctor` says what is lacking where this one fails."""
    assert policy.layers() == ALL == policy.KNOWN
    assert policy.missing(ALL) == {}


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize(
    ("module", "layer"),
    [("pyseccomp", "seccomp"), ("landlockpy", "landlock"), ("resource", "rlimits")],
)
def test_a_layer_whose_package_is_gone_is_not_claimed(monkeypatch: pytest.MonkeyPatch, module: str, layer: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert policy.layers() == tuple(name for name in ALL if name != layer)
    assert list(policy.missing(policy.layers())) == [layer]


@pytest.mark.usefixtures("afresh")
def test_a_box_that_does_not_work_is_not_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "bubblewrap", lambda: None)
    assert "bubblewrap" not in policy.layers()
    assert "apt install bubblewrap" in policy.missing(policy.layers())["bubblewrap"]
    with pytest.raises(WorkerError, match="do not hold on this machine: bubblewrap"):
        Worker(layers=("bubblewrap",))


@pytest.mark.parametrize(
    ("held", "enough"),
    [
        (("bubblewrap", "rlimits", "landlock", "seccomp"), True),
        (("bubblewrap", "rlimits", "seccomp"), True),
        (("rlimits", "landlock", "seccomp"), True),
        (("rlimits", "seccomp"), False),
        (("bubblewrap", "rlimits", "landlock"), False),
        (("bubblewrap", "seccomp", "landlock"), False),
        ((), False),
    ],
)
def test_what_is_enough_to_grade_with(held: tuple[str, ...], enough: bool) -> None:
    assert policy.enough((*policy.ALWAYS, *held)) is enough


def value(child: Child, source: str) -> Any:
    (output,) = child.ask({"do": "cell", "source": source}, 30.0)["outputs"]
    return output.get("data", {}).get("text/plain") or output.get("evalue")


def test_a_worker_uses_the_layers_it_was_told_to() -> None:
    with Worker(layers=("rlimits",)) as worker:
        child = worker.fork()
        assert worker.layers == child.layers == ("process", "environment", "rlimits")
        status = "open('/proc/self/status').read().split('Seccomp:')[1].split()[0]"
        assert value(child, status) == "'0'"
        child.kill()


def test_without_fork_a_new_process_does_the_same() -> None:
    """As on a system that has no fork."""
    with Worker(fresh=True) as worker:
        first, second = worker.fork(), worker.fork()
        assert worker.layers == ALL
        assert value(first, "x = 1; open('x', 'w').write('12')") == "2"
        assert value(first, "x + 1") == "2"
        assert "name 'x' is not defined" in value(second, "x")
        assert value(second, "__import__('os').listdir()") == "[]"
        for child in (first, second):
            assert "not permitted" in value(child, "import os; os.fork()")
            child.kill()
