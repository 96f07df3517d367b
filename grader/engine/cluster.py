"""Judges on the workers of a Dask scheduler: the same task, sent over.

The course secret is never sent. Each worker has it already (`.course-secret` in the folder that its HOCSAU_COURSE
names, or in its checkout), and the same version of the lessons; both are compared by hash before anything is judged.
Dask's own protocol is pickle, unencrypted over tcp://: run it on a network of your own, or over tls://.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import dask
import distributed

from grader.engine.task import Result, Task, new_worker, perform, terms_here
from grader.engine.version import Terms
from grader.errors import CourseError, GraderError

__all__ = ["Cluster"]

CONNECT_SECONDS = 20.0
WORKERLESS_SECONDS = 120.0
_DASK_SETTINGS = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
"""A notebook of some megabytes is no reason for a warning."""


class Cluster:
    """The workers of the scheduler at `address`; `terms` are those that they judge under.

    raises CourseError when there is no scheduler, no worker, or one that would judge otherwise
    """

    pids: Sequence[int] = ()

    def __init__(self, address: str, here: Terms, say: Callable[[str], None]) -> None:
        self._say = say
        self._workerless: float | None = None
        try:
            client: Any = distributed.Client  # its methods have no types
            self._client = client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise CourseError(
                f"there is no Dask scheduler at {address} ({error}). Start one: dask scheduler"
            ) from error
        self._executor = self._client.get_executor(pure=False)
        try:
            self.terms = self._agree(address, here)
        except BaseException:
            self._client.close()
            raise

    def capacity(self) -> int:
        """Threads of all workers that are there now.

        raises CourseError when all workers have been gone for long
        """
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        now = time.monotonic()
        if workers:
            self._workerless = None
        elif self._workerless is None:
            self._workerless = now
            self._say(f"the scheduler has no worker; waiting up to {WORKERLESS_SECONDS:g} s for one")
        elif now - self._workerless > WORKERLESS_SECONDS:
            raise CourseError(
                "the scheduler has no worker left. Nothing is lost: what was judged is stored. Start workers "
                "(dask worker), then run the same command again"
            )
        return max(1, sum(int(worker["nthreads"]) for worker in workers))

    def judge(self, task: Task) -> Future[Result]:
        """Have `task` judged by some worker; by another when that one goes away."""
        with dask.config.set(_DASK_SETTINGS):
            future: Future[Result] = self._executor.submit(_judge, task)
        return future

    def shutdown(self, wait: bool = True) -> None:
        """Leave the cluster; without `wait`, have what is being judged forgotten."""
        with contextlib.suppress(Exception):
            self._executor.shutdown(wait)
        self._client.close()

    def _agree(self, address: str, here: Terms) -> Terms:
        """The terms that all workers share with this machine, save the layers of isolation, which are theirs alone."""
        with contextlib.suppress(TimeoutError):
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        there: dict[str, Terms | str] = self._client.run(_terms, here)
        if not there:
            raise CourseError(f"the scheduler at {address} has no workers. Start some: dask worker {address}")
        layers = {}
        for worker, terms in there.items():
            if isinstance(terms, str):
                raise CourseError(f"the worker {worker} cannot judge: {terms}")
            difference = _difference(here, replace(terms, layers=here.layers))
            if difference:
                raise CourseError(f"the worker {worker} differs from this machine in {difference}")
            layers[worker] = terms.layers
        if len(set(layers.values())) > 1:
            held = "; ".join(f"{worker}: {', '.join(names)}" for worker, names in layers.items())
            raise CourseError(f"the workers have different layers of isolation. {held}")
        return replace(here, layers=next(iter(layers.values())))


def _difference(here: Terms, there: Terms) -> str:
    """What differs between the terms of two machines, and what to do."""
    differences = []
    if (here.version, here.pages) != (there.version, there.pages):
        differences.append("the lesson, its judging code or the packages (install the same version everywhere)")
    if here.fingerprint != there.fingerprint:
        differences.append("the course secret (copy .course-secret there and let HOCSAU_COURSE name its folder)")
    if not differences and here != there:
        differences.append("the settings")
    return " and ".join(differences)


def _terms(asked: Terms) -> Terms | str:
    """On a worker: the terms under which it judges; or why it cannot."""
    try:
        return terms_here(asked.lesson, asked.limits, asked.device)
    except GraderError as error:
        return str(error)


_own = threading.local()


def _judge(task: Task) -> Result:
    """On a worker: one task, in the sandbox of this thread.

    raises GraderError
    """
    terms = task.terms
    difference = _difference(terms, terms_here(terms.lesson, terms.limits, terms.device))
    if difference:  # this worker may have come later than the others
        raise CourseError(f"a worker differs from this machine in {difference}")
    if not hasattr(_own, "worker"):
        _own.worker = new_worker(terms.device)
    return perform(task, _own.worker)
