"""The program that judges: imports everything once, draws the lesson's cases, forks a judge per job.

usage: python -m grader.engine.forkserver CONTROL_DESCRIPTOR LESSON DEVICE

Each byte on the control socket, the judge's number, brings a descriptor: fork, and let the child judge what comes there.
It is started by the pool in a session of its own (Ctrl-C reaches the engine alone) and dies with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import socket
import sys
import traceback
from typing import Any

from grader.course.lessons import of_name
from grader.course.places import course_secret
from grader.engine.pool import MAX_MESSAGE
from grader.engine.task import Task, new_worker, perform, terms_here
from grader.errors import GraderError, WorkerError
from grader.judge.devices import uses_torch
from grader.judge.judge import Limits, warm_up
from grader.sandbox.inside.wire import Closed, receive, send
from grader.sandbox.process import Worker
from hocsau.language import Text

__all__: list[str] = []

PR_SET_PDEATHSIG = 1


def main(control: socket.socket, lesson: str, device: str) -> None:
    """Fork a judge for each descriptor that comes, until the engine hangs up."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker = new_worker(device)
    _warm_up(lesson, device, worker)
    gc.collect()
    gc.freeze()
    control.sendall(b"R")
    judges: list[int] = []
    while True:
        byte, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not byte:
            _reap(judges, 0)
            worker.close()
            return
        core = None if uses_torch(of_name(lesson)) else _core(byte[0])
        part = worker.split(core)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _die_with_parent()
                if core is not None:
                    os.sched_setaffinity(0, {core})
                control.close()
                _judge(socket.socket(fileno=descriptors[0]), part)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        part.close()
        os.close(descriptors[0])
        control.sendall(pid.to_bytes(8, "big"))
        judges = [*_reap(judges, os.WNOHANG), pid]


def _warm_up(lesson: str, device: str, worker: Worker) -> None:
    """Do once, before the forks, what each judge would do for its first submission: imports, cases, a blank notebook."""
    warm_up(of_name(lesson), course_secret())
    perform(Task(terms_here(lesson, Limits(), device), b"", Text.of("")), worker)


def _core(number: int) -> int | None:
    """The processor for judge `number` and its worker; None where a process cannot be held to one.

    The two take turns, some two hundred times a submission. On one processor a turn costs a third of what it costs to
    wake another one, and neither ever waits for the other's place. Where learners train networks they may use threads,
    so there it is left to the system.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    return cores[number % len(cores)]


def _die_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _reap(judges: list[int], how: int) -> list[int]:
    """Collect those of `judges` that have ended (`how` 0: wait until they have). The ones that still run.

    No other child: the worker is one as well, and ends only when it is closed.
    """
    return [judge for judge in judges if not os.waitpid(judge, how)[0]]


def _judge(channel: socket.socket, worker: Worker) -> None:
    """Answer tasks until the engine hangs up. A failure of ours is an answer too."""
    with channel, worker:
        try:
            worker.fork().kill()
            send(channel, {"ready": True})
            while True:
                task = receive(channel, limit=MAX_MESSAGE)["task"]
                send(channel, _answer(task, worker), MAX_MESSAGE)
        except Closed:
            return
        except WorkerError as error:
            print(error, file=sys.stderr, flush=True)


def _answer(task: Task, worker: Worker) -> dict[str, Any]:
    """The result of a task, or what kept it from being judged.

    raises WorkerError: this judge has lost its worker, and another is forked, with another worker
    """
    try:
        return {"result": perform(task, worker)}
    except WorkerError:
        raise
    except GraderError as error:
        return {"failure": str(error)}


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as inherited:
        main(inherited, *sys.argv[2:])
