"""Workers behind all walls and behind those that hold without user namespaces; witnesses beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.judge import draw
from grader.judge.judge import Judgement
from grader.sandbox import policy
from grader.sandbox.process import Worker
from hocsau.language import Text
from tests.attacks.classroom import ANSWERS, MISTAKES, attack
from tests.attacks.witness import Witness

collect_ignore_glob = ["submissions/*"]  # programs of attackers: read, never imported

WALLS = {
    "every layer": set(policy.KNOWN),
    "no user namespaces": set(policy.KNOWN) - {"bubblewrap"},
}


def worker_behind(layers: set[str]) -> Worker:
    """A worker with just these layers; skips where one of them does not hold."""
    lacking = layers - set(policy.layers())
    if lacking:
        pytest.skip(f"{', '.join(sorted(lacking))} does not hold on this machine")
    return Worker(layers=layers)


@pytest.fixture(scope="session")
def workers() -> Iterator[dict[str, Worker]]:
    """The warm workers, one per set of layers, for the whole session: no attack may spoil them for the next."""
    running: dict[str, Worker] = {}
    yield running
    for each in running.values():
        each.close()


@pytest.fixture(scope="module", params=WALLS)
def worker(request: pytest.FixtureRequest, workers: dict[str, Worker]) -> Worker:
    """A worker behind every layer, and one behind those that hold without user namespaces."""
    name = request.param
    if name not in workers:
        workers[name] = worker_behind(WALLS[name])
        workers[name].fork().kill()  # so that no attack's own time is spent on starting it
    return workers[name]


@pytest.fixture(autouse=True)
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference answers of the lesson that is attacked."""
    real = draw.answers, draw.of_lesson, draw.headings
    ours: tuple[Any, Any, Any] = ANSWERS, MISTAKES, {"k": Text.of("1 Doubling", vi="1 Nhân đôi")}
    for name, (theirs, mine) in zip(
        ("answers", "of_lesson", "headings"),
        zip(real, ours, strict=True),
        strict=True,
    ):
        monkeypatch.setattr(
            f"grader.judge.draw.{name}",
            lambda lesson, theirs=theirs, mine=mine: mine if lesson == "attacked" else theirs(lesson),
        )


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    """A course, ears and a bystander that an attack must leave alone."""
    tmp_path.chmod(0o755)
    watching = Witness(tmp_path)
    yield watching
    watching.close()


@pytest.fixture
def attacked(worker: Worker) -> Callable[..., Judgement]:
    """attack(...) with the worker at hand."""

    def by(name: str, known: dict[str, Any] | None = None, **options: Any) -> Judgement:
        return attack(worker, name, known, **options)

    return by
