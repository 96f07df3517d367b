"""One task: the bytes of a submission in, a judgement and the notebook that comes back out.

The same function judges in a process of this machine and on a Dask worker elsewhere. The secret is never sent: whoever
judges has it, and the task says which one it must be.
"""

from __future__ import annotations

import json
import time
from dataclasses import astuple, dataclass
from functools import cache

from grader.convert import as_text_of, blank, put_judgement, rebuilt
from grader.course import course_secret
from grader.engine.version import Terms, lesson_version, page_version, secret_fingerprint
from grader.judge import Limits, judge_submission
from grader.lessons import of_name
from grader.nbgrader_plugins.answers import answer_hashes
from grader.report.records import pack, unpack
from grader.sandbox import policy
from grader.sandbox.process import Worker
from grader.submission import submission_of
from hocsau.language import Text

__all__ = ["Mark", "Result", "Task", "new_worker", "perform", "terms_here"]


@dataclass(frozen=True)
class Task:
    """One submission to judge.

    notebook  the file as handed in; empty when it cannot be read
    reason    why it cannot be read, in both languages
    known     the judgement, where the same code was judged before; empty to run the code
    """

    terms: Terms
    notebook: bytes
    reason: tuple[str, str] | None = None
    known: bytes = b""

    def blobs(self) -> list[bytes]:
        """The task as bytes."""
        head = {"terms": self.terms.as_dict(), "reason": self.reason}
        return [json.dumps(head).encode(), self.notebook, self.known]

    @classmethod
    def of_blobs(cls, blobs: list[bytes]) -> Task:
        """The task that `blobs` wrote."""
        head = json.loads(blobs[0])
        reason = tuple(head["reason"]) if head["reason"] else None
        return cls(Terms.of_dict(head["terms"]), blobs[1], reason, blobs[2])


@dataclass(frozen=True, slots=True)
class Mark:
    """What the gradebook is told of one exercise; `answer` is a hash of what a person would mark."""

    exercise: str
    points: float
    outcome: str
    answer: str


@dataclass(frozen=True)
class Result:
    """A submission judged.

    marks      per exercise, for the gradebook
    notebook   the notebook that comes back, as text
    judgement  the stored form of the verdicts
    ran        the code ran now; False when a stored judgement was used
    cpu        CPU seconds of judging and converting; those of the learner's code are not in it
    """

    marks: tuple[Mark, ...]
    notebook: bytes
    judgement: bytes
    layers: tuple[str, ...]
    ran: bool
    seconds: float
    cpu: float = 0.0

    def blobs(self) -> list[bytes]:
        """The result as bytes."""
        head = {
            "marks": [astuple(mark) for mark in self.marks],
            "layers": self.layers,
            "ran": self.ran,
            "seconds": self.seconds,
            "cpu": self.cpu,
        }
        return [json.dumps(head).encode(), self.notebook, self.judgement]

    @classmethod
    def of_blobs(cls, blobs: list[bytes]) -> Result:
        """The result that `blobs` wrote."""
        head = json.loads(blobs[0])
        marks = tuple(Mark(*mark) for mark in head["marks"])
        layers, ran = tuple(head["layers"]), head["ran"]
        return cls(marks, blobs[1], blobs[2], layers, ran, head["seconds"], head["cpu"])

    @property
    def score(self) -> float:
        """The points of all exercises that are not marked by hand."""
        return round(sum(mark.points for mark in self.marks), 2)


def terms_here(lesson: str, limits: Limits, device: str) -> Terms:
    """The terms under which this process judges."""
    return Terms(
        lesson,
        lesson_version(of_name(lesson)),
        page_version(of_name(lesson)),
        secret_fingerprint(_secret()),
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
    """Judge one submission and make the notebook that comes back."""
    began, cpu = time.monotonic(), time.process_time()
    lesson = of_name(task.terms.lesson)
    if task.reason is not None:
        nb = blank(lesson, Text(*task.reason))
    else:
        nb = rebuilt(json.loads(task.notebook.decode("utf-8-sig")), lesson)
    submission = submission_of(nb, lesson)
    if task.known:
        judgement, kept = unpack(task.known, submission.cells), task.known
    else:
        judgement = judge_submission(lesson, submission, worker, _secret(), task.terms.limits)
        kept = pack(judgement, submission.cells)
    answers = answer_hashes(nb, lesson)
    put_judgement(nb, judgement, lesson, submission.language, task.terms.layers)
    return Result(
        tuple(
            Mark(v.exercise, v.points, v.outcome, answers[v.exercise]) for v in judgement.verdicts
        ),
        as_text_of(nb).encode("utf-8"),
        kept,
        task.terms.layers,
        not task.known,
        time.monotonic() - began,
        time.process_time() - cpu,
    )
