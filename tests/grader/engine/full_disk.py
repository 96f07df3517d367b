"""Run by test_survives.py inside a small tmpfs: grade with next to no room, then with room. Prints JSON."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from grader.course.lessons import of_name
from grader.engine import Settings, grade
from grader.errors import CourseError
from tools.bench.kills import rows


def main(prepared: Path, room: Path) -> None:
    course = room / "course"
    shutil.copytree(prepared, course)
    filler = room / "filler"
    with filler.open("wb") as file:
        while shutil.disk_usage(room).free > 250_000:
            file.write(b"\0" * 20_000)
            file.flush()
    lesson = of_name("momentum")
    errors = []
    for _ in range(2):  # the second run must not lose what the first one kept
        try:
            grade(lesson, course, Settings(chunk=2))
        except CourseError as error:
            errors.append(str(error))
    kept = len(list((course / ".grading").glob("*/results/*/*")))
    filler.unlink()
    report = grade(lesson, course)
    found = rows(course, lesson.assignment)
    print(
        json.dumps(
            {
                "errors": errors,
                "kept": kept,
                "failed": report.failed,
                "ran": len(report.graded),
                "rows": found,
            },
            default=str,
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
