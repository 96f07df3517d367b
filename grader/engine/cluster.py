"""Judges on the workers of a Dask scheduler: the same task, sent over.

The course secret is never sent. Each worker has it already (`.course-secret` in the folder that its HOCSAU_COURSE
names, or in its checkout), and the same version of the lessons; both are compared by hash before anything is judged.
Dask's own protocol is pickle, unencrypted over tcp://: run it on a network of your own, or over tls://.
"""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import distributed

from grader.engine.task import Result, Task, new_worker, perform, terms_here
from grader.engine.version import Terms
from grader.errors import CourseError, GraderError

__all__ = ["Cluster"]

CONNECT_SECONDS = 20.0
WORKERLESS_SECONDS = 120.0
_LARGE = 1 << 20


class Cluster:
    """The workers of the scheduler at `address`; `terms` are those that they judge under.

    raises CourseError when there is no scheduler, no worker, or one that would judge otherwise
    """

    def __init__(self, address: str, here: Terms, say: Callable[[str], None]) -> None:
        self.pids: list[int] = []
        self._say = say
        self._answers: queue.Queue[tuple[int, Any]] = queue.Queue()
        self._futures: dict[int, Any] = {}
        self._run = uuid.uuid4().hex[:8]
        self._workerless: float | None = None
        try:
            client: Any = distributed.Client  # its methods have no types
            self._client = client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise CourseError(
                f"there is no Dask scheduler at {address} ({error}). Start one: dask scheduler"
            ) from error
        try:
            self.terms = self._agree(address, here)
        except BaseException:
            self._client.close()
            raise

    @property
    def capacity(self) -> int:
        """Threads of all workers that are there now."""
        return max(1, sum(int(worker["nthreads"]) for worker in self._workers().values()))

    def submit(self, ticket: int, task: Task) -> None:
        """Have `task` judged by some worker; by another when that one goes away."""
        blobs: list[Any] = task.blobs()
        if sum(map(len, blobs)) > _LARGE:  # beside the message instead of inside
            blobs = self._client.scatter(blobs, hash=False)
        future = self._client.submit(_judge, *blobs, key=f"grade-{self._run}-{ticket}", pure=False)
        self._futures[ticket] = future
        future.add_done_callback(lambda done: self._answers.put((ticket, done)))

    def wait(self, seconds: float) -> list[tuple[int, Result | str]]:
        """The answers that are there; without any, those of the next `seconds`.

        raises CourseError when all workers have been gone for long
        """
        found: list[tuple[int, Result | str]] = []
        with contextlib.suppress(queue.Empty):
            found.append(self._answer(*self._answers.get(timeout=seconds)))
            while True:
                found.append(self._answer(*self._answers.get_nowait()))
        if not found:
            self._look_for_workers()
        return found

    def _answer(self, ticket: int, future: Any) -> tuple[int, Result | str]:
        self._workerless = None
        del self._futures[ticket]
        try:
            kind, *blobs = future.result()
        except Exception as error:  # Dask gave up: the workers that had it have died
            return ticket, f"no worker could judge it: {error}"
        finally:
            future.release()
        return ticket, Result.of_blobs(blobs) if kind == b"result" else str(json.loads(blobs[0]))

    def _look_for_workers(self) -> None:
        if self._workers():
            self._workerless = None
            return
        now = time.monotonic()
        if self._workerless is None:
            self._workerless = now
            self._say(
                f"the scheduler has no worker; waiting up to {WORKERLESS_SECONDS:g} s for one"
            )
        elif now - self._workerless > WORKERLESS_SECONDS:
            raise CourseError(
                "the scheduler has no worker left. Nothing is lost: what was judged is stored. Start workers "
                "(dask worker), then run the same command again"
            )

    def _workers(self) -> dict[str, Any]:
        return dict(self._client.scheduler_info(n_workers=-1)["workers"])

    def _agree(self, address: str, here: Terms) -> Terms:
        """The terms that all workers share with this machine, save the layers of isolation, which are theirs alone."""
        with contextlib.suppress(TimeoutError):
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        asked = self._client.run(_terms, here.as_dict())
        if not asked:
            raise CourseError(
                f"the scheduler at {address} has no workers. Start some: dask worker {address}"
            )
        found = {}
        for worker, said in asked.items():
            if isinstance(said, str):
                raise CourseError(f"the worker {worker} cannot judge: {said}")
            there = found[worker] = Terms.of_dict(said)
            fault = _differ(here, replace(there, layers=here.layers))
            if fault:
                raise CourseError(f"the worker {worker} differs from this machine in {fault}")
        layers = {there.layers for there in found.values()}
        if len(layers) > 1:
            held = "; ".join(f"{worker}: {', '.join(t.layers)}" for worker, t in found.items())
            raise CourseError(f"the workers have different layers of isolation. {held}")
        return replace(here, layers=layers.pop())

    def close(self, *, hurry: bool = False) -> None:
        """Leave the cluster; in a hurry, have what is being judged forgotten."""
        if hurry and self._futures:
            with contextlib.suppress(Exception):
                self._client.cancel(list(self._futures.values()), force=True)
        self._futures.clear()
        self._client.close()


def _differ(one: Terms, other: Terms) -> str:
    """What differs between the terms of two machines, and what to do."""
    said = []
    if (one.version, one.pages) != (other.version, other.pages):
        said.append(
            "the lesson, its judging code or the packages (install the same version everywhere)"
        )
    if one.fingerprint != other.fingerprint:
        said.append(
            "the course secret (copy .course-secret there and let HOCSAU_COURSE name its folder)"
        )
    if not said and one != other:
        said.append("the settings")
    return " and ".join(said)


def _terms(wanted: dict[str, Any]) -> dict[str, Any] | str:
    """On a worker: the terms under which it judges; or why it cannot."""
    asked = Terms.of_dict(wanted)
    try:
        return terms_here(asked.lesson, asked.limits, asked.device).as_dict()
    except GraderError as error:
        return str(error)


_own = threading.local()


def _judge(*blobs: bytes) -> list[bytes]:
    """On a worker: one task, in the sandbox of this thread."""
    task = Task.of_blobs(list(blobs))
    try:
        here = terms_here(task.terms.lesson, task.terms.limits, task.terms.device)
        fault = _differ(task.terms, here)  # this worker may have come later than the others
        if fault:
            raise CourseError(f"a worker differs from this machine in {fault}")
        worker = getattr(_own, "worker", None)
        if worker is None:
            worker = _own.worker = new_worker(task.terms.device)
        return [b"result", *perform(task, worker).blobs()]
    except GraderError as error:
        return [b"failed", json.dumps(str(error)).encode()]
