"""What a lesson still lacks, one line each: the file, the place, what is missing or wrong.

The rules are those of the build (twins, facts, edits) and of tests/lessons (hints, contract, exercises); here they are asked of one lesson.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator

from grader.course.answers import right_answers
from grader.course.definition import ExerciseDefinition, Lesson
from grader.course.lessons import SYLLABUS, lesson_names, of_name
from grader.course.mistakes import edit_faults, of_lesson
from grader.course.places import SOLUTIONS
from grader.course.source import read_source
from grader.errors import BuildError, CourseError
from grader.judge.draw import PUBLIC_SEED, draw_exercise
from grader.publish.catalogue import catalogues, faults_of, read_catalogue
from grader.publish.contract import contract_faults
from grader.publish.exercises import STYLES, case_faults, message_faults, misnamed, style_faults
from grader.publish.facts import fact_faults
from grader.publish.hints import hint_faults
from grader.publish.notebook import source_notebook
from grader.publish.twins import faults

__all__ = ["lint"]


def lint(name: str) -> list[str]:
    """Everything that is missing or wrong in the lesson `name`, a line each; empty when nothing is.

    raises CourseError for an unknown lesson
    """
    bare = name[3:] if name[:2].isdigit() else name
    if bare in lesson_names():
        name = bare
    found = [*_todo(name)]
    try:
        lesson = of_name(name)
    except CourseError:
        raise
    except Exception as error:
        return [*found, _at(name, "exercises", f"cannot be read: {type(error).__name__}: {error}")]
    if not lesson.exercises:
        found.append(_at(name, "exercises", f"there is no exercise; `grader new exercise {name} NAME` begins one"))
    for file, rule in _RULES:
        found += _asked(lesson, file, rule)
    return list(dict.fromkeys(found))


def _at(lesson: str, file: str, fault: object) -> str:
    """One line: where, and what."""
    text = " ".join(str(fault).replace(f"{SOLUTIONS}/", f"{SOLUTIONS.name}/").split())
    if text.startswith(f"{SOLUTIONS.name}/"):
        return text
    suffix = "" if (SOLUTIONS / lesson / file).is_dir() or "." in file else ".py"
    return f"{SOLUTIONS.name}/{lesson}/{file}{suffix}, {text}"


def _asked(lesson: Lesson, file: str, rule: Callable[[Lesson], Iterable[str]]) -> list[str]:
    """What one rule finds; where it cannot be asked, why not."""
    found = []
    try:
        for fault in rule(lesson):
            found.append(_at(lesson.name, file, fault))  # noqa: PERF401 - what was found before an error stays
    except BuildError as error:
        found.append(_at(lesson.name, file, error))
    except Exception as error:  # an author's code: whatever it raises is a line
        found.append(_at(lesson.name, file, f"cannot be read: {type(error).__name__}: {error}"))
    return found


def _todo(lesson: str) -> Iterator[str]:
    folder = SOLUTIONS / lesson
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.toml")]):
        if path.relative_to(folder).parts[0] == "seen":  # answers as people write them
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\bTODO\b", line):
                yield _at(
                    lesson, path.relative_to(folder).as_posix(), f"line {number}: TODO is left: {line.strip():.60}"
                )
    for entry in tomllib.loads(SYLLABUS.read_text(encoding="utf-8"))["lesson"]:
        if entry["name"] == lesson and "TODO" in entry.values():
            yield f"{SOLUTIONS.name}/{SYLLABUS.name}, {lesson}: TODO is left: write the title in every language"


def _prose(lesson: Lesson) -> Iterator[str]:
    cells = read_source(lesson.name)
    yield from faults(cells)
    source_notebook(lesson, "en", cells)
    yield from fact_faults(lesson.name)


def _cases(lesson: Lesson) -> Iterator[str]:
    for one in _functions(lesson):
        yield from (f"{one.name}: {fault}" for fault in case_faults(one))
    yield from contract_faults(lesson)


def _mistakes(lesson: Lesson) -> Iterator[str]:
    unfit = edit_faults(lesson.name)
    yield from unfit
    if unfit:
        return
    known = of_lesson(lesson.name)
    for one in _functions(lesson):
        if not known[one.name]:
            yield f"{one.name}: there is no known mistake; show one as an edit of the answer in mistakes/{one.name}.toml"
        for mistake in known[one.name].values():
            yield from (f"{one.name}.{mistake.id}: {fault}" for fault in message_faults(mistake))


def _catalogues(lesson: Lesson) -> Iterator[str]:
    for path, folder in catalogues().items():
        if folder == SOLUTIONS / lesson.name:
            for fault in faults_of(read_catalogue(path), path, folder):
                yield fault.replace(str(path), _at(lesson.name, path.name, "")[:-2], 1)


def _styles(lesson: Lesson) -> Iterator[str]:
    entered = [style.exercise for style in right_answers(lesson.name)]
    for one in _functions(lesson):
        if (count := entered.count(one.name)) < STYLES:
            yield f"{one.name}: expected {STYLES} right answers in other styles or more, found {count}"


def _tests(lesson: Lesson) -> Iterator[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((SOLUTIONS / lesson.name).glob("test_*.py"))]
    for one in _functions(lesson):
        if not any(re.search(rf"\b{one.name}\b", text) for text in texts):
            yield f"{one.name}: no test names it; compare it with something independent"


def _behaviour(lesson: Lesson) -> Iterator[str]:
    """What running the answers shows: the reference, the known mistakes, the other styles."""
    mistakes = not edit_faults(lesson.name)
    styles = right_answers(lesson.name)
    for one in _functions(lesson):
        try:
            exercise = draw_exercise(lesson, one, PUBLIC_SEED, hidden=True, mistakes=mistakes)
        except BuildError as error:
            yield _at(lesson.name, "lesson.py", f"{one.name}: {error}")
            continue
        except Exception as error:  # an author's case
            yield f"{one.name}: a case cannot be drawn: {type(error).__name__}: {error}"
            continue
        for fault in misnamed(exercise):
            yield _at(lesson.name, "mistakes", f"{one.name}: the mistake {fault}")
        for style in (style for style in styles if style.exercise == one.name):
            for fault in style_faults(exercise, style):
                yield _at(lesson.name, "right", f"{one.name}: the right answer {style.name} is refused: {fault}")


def _functions(lesson: Lesson) -> list[ExerciseDefinition]:
    return [one for one in lesson.exercises if one.kind == "function"]


_RULES: tuple[tuple[str, Callable[[Lesson], Iterable[str]]], ...] = (
    ("lesson.py", _prose),
    ("exercises", _cases),
    ("hints.py", hint_faults),
    ("mistakes", _mistakes),
    ("", _catalogues),
    ("right", _styles),
    ("test_lesson.py", _tests),
    ("exercises", _behaviour),
)
"""Each with the file that its faults are mended in, where it doesn't say another."""
