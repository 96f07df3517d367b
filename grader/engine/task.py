"""One task: a submission in; its verdicts, and the notebook that comes back, out.

The same function judges in a process of this machine and on a Dask worker elsewhere. The secret is never sent: whoever
judges has it, and the task says which one it must be.
"""

from __future__ import annotations

import json
import time
import traceback
from dataclasses import dataclass
from functools import cache

from grader.course.lessons import of_name
from grader.course.places import course_secret
from grader.engine.version import Terms, lesson_version, page_version, secret_fingerprint
from grader.errors import GraderError
from grader.judge.judge import Limits, judge_submission
from grader.judge.records import pack, unpack
from grader.judge.submission import submission_of
from grader.nbgrader.answers import answer_hashes
from grader.nbgrader.convert import as_text_of, blank, put_judgement, rebuilt
from grader.sandbox import policy
from grader.sandbox.process import Worker
from hocsau.judging.values import record
from hocsau.language import Text

__all__ = ["Mark", "Result", "Task", "new_worker", "perform", "terms_here"]


@record
@dataclass(frozen=True)
class Task:
    """One submission to judge.

    notebook  the file as handed in; empty when it cannot be read
    reason    why it cannot be read
    stored    the judgement, where the same code was judged before; empty to run the code
    """

    terms: Terms
    notebook: bytes
    reason: Text | None = None
    stored: bytes = b""


@record
@dataclass(frozen=True, slots=True)
class Mark:
    """What the gradebook is told of one exercise; `answer` is a hash of what a person would mark."""

    exercise: str
    points: float
    outcome: str
    answer: str


@record
@dataclass(frozen=True)
class Result:
    """A submission judged.

    marks      per exercise, for the gradebook
    notebook   the notebook that comes back, as text
    judgement  the verdicts as they are stored
    ran        the code ran now; False when a stored judgement was used
    cpu        CPU seconds of judging and converting; those of the learner's code, and the start, are not in it
    """

    marks: tuple[Mark, ...]
    notebook: bytes
    judgement: bytes
    layers: tuple[str, ...]
    ran: bool
    seconds: float
    cpu: float = 0.0


def terms_here(lesson: str, limits: Limits, device: str, secret: bytes | None = None) -> Terms:
    """The terms under which this process judges; `secret` is that of its course when none is given."""
    return Terms(
        lesson,
        lesson_version(of_name(lesson)),
        page_version(of_name(lesson)),
        secret_fingerprint(secret or _secret()),
        policy.layers(),
        limits,
        device,
    )


@cache
def _secret() -> bytes:
    return course_secret()


def new_worker(device: str) -> Worker:
    """Where the learners' code of a run with this device is to run."""
    return Worker(gpu=device == "cuda")


def perform(task: Task, worker: Worker) -> Result:
    """Judge one submission and make the notebook that comes back.

    raises GraderError, for a bug of ours as well: it must not stop the others
    """
    try:
        return _perform(task, worker)
    except GraderError:
        raise
    except Exception as error:
        traceback.print_exc()
        raise GraderError(f"{type(error).__name__}: {error}") from error


def _perform(task: Task, worker: Worker) -> Result:
    began, cpu = time.monotonic(), time.process_time()
    lesson = of_name(task.terms.lesson)
    if task.reason is not None:
        nb = blank(lesson, task.reason)
    else:
        nb = rebuilt(json.loads(task.notebook.decode("utf-8-sig")), lesson)
    submission = submission_of(nb, lesson)
    if task.stored:
        judgement, stored = unpack(task.stored, submission.cells), task.stored
    else:
        judgement = judge_submission(lesson, submission, worker, _secret(), task.terms.limits)
        stored = pack(judgement, submission.cells)
    answers = answer_hashes(nb, lesson)
    put_judgement(nb, judgement, lesson, submission.language, task.terms.layers)
    return Result(
        tuple(Mark(v.exercise, v.points, v.outcome, answers[v.exercise]) for v in judgement.verdicts),
        as_text_of(nb).encode("utf-8"),
        stored,
        task.terms.layers,
        not task.stored,
        time.monotonic() - began,
        time.process_time() - cpu,
    )
