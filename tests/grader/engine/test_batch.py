"""The loop over a class, with judges of the test's own: who is judged, who waits for whom, what is told of a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.engine import Result
from grader.engine.batch import Batch
from grader.engine.store import Store
from grader.engine.submitted import Submitted
from grader.engine.task import Task
from grader.engine.version import Terms
from grader.errors import WorkerError
from grader.judge.judge import Limits
from grader.judge.submission import CellSource, Submission

TERMS = Terms("momentum", "version", "pages", "secret", ("process",), Limits(), "cpu")
JOBS = 2


class Judges(ThreadPoolExecutor):
    """Threads that judge with a function of the test's."""

    pids: Sequence[int] = ()

    def __init__(self, function: Callable[[Task], Result]) -> None:
        super().__init__(JOBS)
        self._function = function
        self.tasks: list[Task] = []

    def capacity(self) -> int:
        return JOBS

    def judge(self, task: Task) -> Future[Result]:
        self.tasks.append(task)
        return self.submit(self._function, task)


def judged(task: Task) -> Result:
    """The result of any task: its own code as the judgement."""
    return Result((), task.notebook, task.stored or b"judged " + task.notebook, (), not task.stored, 0.0)


def submissions(codes: str) -> Iterator[tuple[Submitted, Submission]]:
    """Students 0, 1, 2 ... who submitted these codes, a letter each."""
    for number, code in enumerate(codes):
        yield Submitted(str(number), code.encode(), code), Submission((CellSource(0, code, True),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one."""
    return Store(tmp_path, "02_momentum", TERMS.judging())


def run(judges: Judges, store: Store, codes: str, *, again: bool = False) -> dict[str, Result | str]:
    """What comes of these codes, by student."""
    with judges:
        batch = Batch(TERMS, judges, store, again=again)
        pairs = [(submitted.student, result) for submitted, result in batch.run(submissions(codes))]
    assert len(dict(pairs)) == len(pairs) == len(codes)
    return dict(pairs)


def ran(results: dict[str, Result | str]) -> list[str]:
    return [student for student, result in results.items() if isinstance(result, Result) and result.ran]


@pytest.mark.parametrize("again", [False, True])
def test_the_same_code_runs_once(store: Store, again: bool) -> None:
    results = run(Judges(judged), store, "abacaba" * 30, again=again)
    assert sorted(ran(results)) == ["0", "1", "3"]


def test_what_is_stored_is_not_run_unless_again(store: Store) -> None:
    run(Judges(judged), store, "ab")
    assert ran(run(Judges(judged), store, "abc")) == ["2"]
    assert len(ran(run(Judges(judged), store, "abc", again=True))) == 3


def test_when_the_first_fails_the_next_with_its_code_runs(store: Store) -> None:
    failures = [WorkerError("the judge stopped"), WorkerError("the judge stopped")]

    def judge(task: Task) -> Result:
        if failures:
            raise failures.pop()
        return judged(task)

    judges = Judges(judge)
    results = run(judges, store, "aaaaa")
    assert [results["0"], results["1"]] == ["the judge stopped"] * 2
    assert ran(results) == ["2"]
    assert sum(not task.stored for task in judges.tasks) == 3


def test_what_no_error_of_ours_is_gets_a_line_too(store: Store) -> None:
    def lost(_: Task) -> Result:
        raise KeyError("its workers")

    assert run(Judges(lost), store, "a") == {"0": "no worker could judge it: 'its workers'"}
    assert store.get(TERMS.key(Submission((CellSource(0, "a", True),)))) is None


def test_no_more_is_read_than_the_judges_need(store: Store) -> None:
    """Else a class would lie in memory as a whole."""
    read = submissions("".join(map(chr, range(1000, 1100))))
    with Judges(judged) as judges:
        next(Batch(TERMS, judges, store, again=False).run(read))
    assert len(list(read)) == 100 - 2 * JOBS


def test_of_those_with_the_same_code_a_bounded_number_waits(store: Store) -> None:
    read = submissions("a" * 1000)
    with Judges(judged) as judges:
        next(Batch(TERMS, judges, store, again=False).run(read))
    assert len(list(read)) > 900
