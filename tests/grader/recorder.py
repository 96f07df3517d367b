"""Judge one notebook and write down which of our files took part: an observer that knows nothing of what is computed.

usage: python -m tests.grader.recorder LESSON NOTEBOOK FOLDER

FOLDER/judge holds what this process has loaded or opened by the end; FOLDER/child what the learner's process ran or opened
after it was forked. It runs without walls, or it could write nothing down, and is otherwise the worker that grades.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["CHILD", "JUDGE"]

JUDGE, CHILD = "judge", "child"

_WORKER = """#!{python} -P
import os, runpy, sys, threading

known = set()


def note(path):
    if path not in known:
        known.add(path)
        descriptor = os.open({record!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, (os.path.abspath(path) + "\\n").encode())
        os.close(descriptor)


def called(frame, event, argument):
    if event == "call" and frame.f_code.co_filename.endswith(".py"):
        note(frame.f_code.co_filename)


def opened(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0] != {record!r}:
        note(arguments[0])


def begin():
    sys.addaudithook(opened)
    threading.setprofile(called)
    sys.setprofile(called)


os.register_at_fork(after_in_child=begin)
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def record(name: str, notebook: Path, folder: Path) -> None:
    """Judge `notebook` and write the two lists."""
    from grader.course.lessons import of_name
    from grader.judge.judge import judge_submission
    from grader.judge.submission import read
    from grader.sandbox.process import Worker

    lesson = of_name(name)
    submission = read(notebook, lesson)
    program = folder / "worker"
    program.write_text(_WORKER.format(python=sys.executable, record=str(folder / CHILD)), encoding="utf-8")
    program.chmod(0o755)
    opened: set[str] = set()
    with Worker(()) as worker:
        sys.executable = str(program)
        worker.fork().kill()  # all that it needs has been copied for it, which opens every file
        (folder / CHILD).unlink()
        sys.addaudithook(lambda event, arguments: _note(event, arguments, opened))
        judgement = judge_submission(lesson, submission, worker, bytes(32))
    loaded = {str(getattr(module, "__file__", "")) for module in sys.modules.values()}
    (folder / JUDGE).write_text("\n".join([*sorted(loaded | opened)]), encoding="utf-8")
    print(*(f"{verdict.exercise} {verdict.outcome}" for verdict in judgement.verdicts), sep="\n")


def _note(event: str, arguments: tuple[object, ...], opened: set[str]) -> None:
    if event == "open" and isinstance(arguments[0], (str, Path)):
        opened.add(str(arguments[0]))


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
