"""The grader's own failures: never a learner's mistake, never a zero.

GraderError
├── BuildError        a lesson's source is not as it must be
├── SubmissionError   a file handed in cannot be read
├── WorkerError       the process that runs learners' code cannot be had
├── TorchError        torch on this machine does not do what judging needs
├── CollectError      an archive or a roster to collect from is not as it must be
└── CourseError       the course's folders, secret or gradebook are not as they must be
"""

__all__ = [
    "BuildError",
    "CollectError",
    "CourseError",
    "GraderError",
    "SubmissionError",
    "TorchError",
    "WorkerError",
]


class GraderError(Exception):
    """Something is wrong with the course or the machine; the message says what to do."""


class BuildError(GraderError):
    """A lesson's source is not as it must be."""


class SubmissionError(GraderError):
    """A file handed in cannot be read."""


class WorkerError(GraderError):
    """The process that runs learners' code cannot be had."""


class TorchError(GraderError):
    """torch on this machine does not do what judging needs."""


class CollectError(GraderError):
    """An archive or a roster to collect from is not as it must be."""


class CourseError(GraderError):
    """The course's folders, secret or gradebook are not as they must be."""
