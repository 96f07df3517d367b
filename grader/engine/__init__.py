"""Many submissions: queue, results kept by content, resume, a pool of processes or Dask, one writer to the gradebook.

    from grader.engine import Settings, grade
    report = grade(lesson, course, Settings(jobs=2))           # a Lesson, the course's folder
    report.graded, report.reused, report.skipped               # students whose code ran, ran before, had nothing new
    report.trouble                                             # (student, line): each has a recorded verdict
    report.failed                                              # (student, line): not graded, the machine's fault
    report.seconds                                             # from warm judges to the last row

`grade(..., watch=Watch())` is told what happens: subclass `Watch` and override `begun(total, skipped)`,
`ready(pids)` (all judges are warm: start the clock here), `done(student, result)`, `note(student, line)`. Results are not kept: a run of thousands must not grow.
`Result.cpu` are the judge's CPU seconds on one submission, without the learner's code and without start-up.

settings   what may be chosen for a run                 version   what a result depends on, as hashes
reach      what a module can come to run, by its imports
submitted  what lies in submitted/, regular files only  store     results by content, what was graded, the lock
task       bytes in, judgement and notebook out         convert   a judgement into the notebook that comes back
warm       the program that judges, forked per job      pool      those processes here; cluster: on Dask
batch      the loop over all submissions                report    how a run went, and who looks on (watch)
gradebook  nbgrader's tables, one session               writer    the only writer: gradebook, then autograded/ (place)
setup      nbgrader's configuration for the course      run       all of it; show: bar, time left, a line per trouble
"""

from grader.engine.report import Report
from grader.engine.run import grade
from grader.engine.settings import Settings
from grader.engine.task import Result
from grader.engine.watch import Watch

__all__ = ["Report", "Result", "Settings", "Watch", "grade"]
