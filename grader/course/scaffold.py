"""`grader new`: begin a lesson or an exercise. What must exist is written, files that are there are extended, nothing is overwritten.

All is worked out before anything is written: an error leaves the course as it was.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Mapping
from pathlib import Path

from grader.course.lessons import SYLLABUS, all_lessons, lesson_names, of_name
from grader.course.places import SOLUTIONS
from grader.course.reference import program
from grader.course.source import read_source
from grader.course.stubs import CASE_NAMES, HINT_NAMES, STYLE_NAMES, TEST_NAMES, ExercisePieces, lesson_files
from grader.errors import CourseError

__all__ = ["new_exercise", "new_lesson", "write"]


def new_lesson(name: str) -> dict[Path, str]:
    """The files of the new lesson `name`, the last of the course, with their texts.

    raises CourseError for a name that cannot be one, or is taken
    """
    _demand_name("lesson", name)
    there = lesson_names() if SYLLABUS.is_file() else ()
    folder = SOLUTIONS / name
    if name in there or folder.exists():
        raise CourseError(
            f"expected the name of a new lesson, got {name!r}: {folder} is there already. Choose another name; "
            f"an exercise is added to it by `grader new exercise {name} NAME`"
        )
    syllabus = SYLLABUS.read_text(encoding="utf-8").rstrip("\n") + "\n\n" if there else 'complete = ["en", "vi"]\n\n'
    entry = f'[[lesson]]\nname = "{name}"\nen = "TODO"\nvi = "TODO"\n'
    texts = {folder / file: text for file, text in lesson_files(name, len(there) + 1).items()}
    return {**texts, SYLLABUS: syllabus + entry}


def new_exercise(lesson: str, name: str) -> dict[Path, str]:
    """The files of `lesson` with the new exercise `name`, before its quiz where it has one, with their texts.

    raises CourseError for a name that cannot be one or is taken, and where a file doesn't look as a lesson's does
    """
    _demand_name("exercise", name)
    chosen = of_name(lesson)
    folder = SOLUTIONS / chosen.name
    _demand_free(chosen.name, name)
    quiz = next((one.name for one in chosen.exercises if one.kind == "quiz"), None)
    pieces = ExercisePieces(chosen.name, name)
    exercises = folder / "exercises.py"
    if not exercises.is_file():
        exercises = folder / "exercises" / "__init__.py"
    source, hints, right, test = (
        folder / file for file in ("lesson.py", "hints.py", "right/answers.py", "test_lesson.py")
    )
    cases = _with_entry(exercises, _read(exercises), "EXERCISES", pieces.definition, quiz)
    styles = _read(right, f'"""Right answers of the lesson {chosen.name} in other styles than ours."""\n')
    tests = _read(test, f'"""The answers of the lesson {chosen.name} against something independent."""\n')
    return {
        source: _with_cells(_read(source), pieces.cells, quiz),
        exercises: _with_imports(_before(exercises, cases, "EXERCISES", pieces), CASE_NAMES),
        hints: _with_imports(_with_entry(hints, _read(hints), "HINTS", pieces.hints, quiz), HINT_NAMES),
        folder / "mistakes" / f"{name}.toml": pieces.mistakes,
        right: _with_imports(styles.rstrip("\n") + "\n\n\n" + pieces.style, STYLE_NAMES),
        test: _with_imports(tests.rstrip("\n") + "\n\n\n" + pieces.test, TEST_NAMES),
    }


def _demand_name(kind: str, name: str) -> None:
    if keyword.iskeyword(name) or hasattr(builtins, name):
        fault = "it is a word of Python"
    elif not (name.isidentifier() and name.isascii()):
        fault = "a name has letters without accents, digits and _, and does not begin with a digit"
    else:
        return
    raise CourseError(f"expected the name of a new {kind}, got {name!r}: {fault}. Choose a name such as gradient_step")


def _demand_free(lesson: str, name: str) -> None:
    folder = SOLUTIONS / lesson
    taken = {other: f"the lesson's first cell imports {other}" for other in _bound(program(lesson)["imports"])}
    taken |= {cell.key: f"the lesson has a cell {cell.key!r}" for cell in read_source(lesson)}
    taken |= {one.name: f"the lesson {other.name} has it" for other in all_lessons() for one in other.exercises}
    mistakes = folder / "mistakes" / f"{name}.toml"
    fault = taken.get(name) or (
        f"{mistakes} is there already, and nothing is overwritten" if mistakes.exists() else None
    )
    if fault is not None:
        raise CourseError(
            f"expected the name of a new exercise, got {name!r}: {fault}. Choose another name, or edit {folder}"
        )


def _read(path: Path, otherwise: str | None = None) -> str:
    if otherwise is not None and not path.exists():
        return otherwise + "\nfrom __future__ import annotations\n"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"{path} cannot be read ({error}); a lesson has this file. Make it, then try again"
        ) from error


def write(texts: Mapping[Path, str]) -> list[Path]:
    """Write the files; their paths. None is written where one of them is no Python."""
    for path, text in texts.items():
        if path.suffix == ".py":
            _parsed(path, text)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _parsed(path: Path, text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise CourseError(f"{path} could not be read as Python ({error}). Mend it, then try again") from error


def _assigned(path: Path, text: str, name: str) -> tuple[ast.stmt, ast.expr]:
    """The statement that gives `name` its value, and the value."""
    for node in _parsed(path, text).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            value = getattr(node, "value", None)
            if isinstance(value, (ast.Tuple, ast.List, ast.Dict)):
                return node, value
    raise CourseError(f"{path}: expected {name} = (...) with an entry a line, found none. Write it so, then try again")


def _with_entry(path: Path, text: str, name: str, entry: str, quiz: str | None) -> str:
    """`text` with one more entry in the collection `name`, before the entry of the `quiz`."""
    node, value = _assigned(path, text, name)
    entries = [key for key in value.keys if key] if isinstance(value, ast.Dict) else value.elts  # type: ignore[attr-defined]
    lines = text.splitlines(keepends=True)
    if not entries:
        last = lines[value.end_lineno - 1]  # type: ignore[operator]
        opened = last[: value.col_offset + 1]
        lines[value.lineno - 1 : value.end_lineno] = [f"{opened}\n{entry}{last[value.end_col_offset - 1 :]}"]  # type: ignore[operator]
        return "".join(lines)
    before = next((one for one in entries if quiz and quiz in _constants(one)), None)
    line = before.lineno if before else node.end_lineno
    assert line is not None
    if lines[line - 1][: before.col_offset if before else 0].strip() or (
        not before and lines[line - 1][0] not in ")]}"
    ):
        raise CourseError(
            f"{path}: expected {name} with an entry a line, found line {line}. Write it so, then try again"
        )
    return "".join([*lines[: line - 1], entry, *lines[line - 1 :]])


def _constants(node: ast.AST) -> list[object]:
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]


def _before(path: Path, text: str, name: str, pieces: ExercisePieces) -> str:
    """`text` with the cases of a new exercise before the statement that gives `name` its value."""
    bound = _bound(text)
    for new in (pieces.case_function, pieces.cases):
        if new in bound:
            raise CourseError(f"{path} has a name {new} already. Call the exercise otherwise, or rename that")
    node, _ = _assigned(path, text, name)
    lines = text.splitlines(keepends=True)
    above, below = "".join(lines[: node.lineno - 1]), "".join(lines[node.lineno - 1 :])
    return above.rstrip("\n") + "\n\n\n" + pieces.case_kinds + "\n\n" + below


def _with_cells(text: str, cells: str, quiz: str | None) -> str:
    """A lesson's source with the `cells` before the quiz's prose, or at its end."""
    marks = [(match.start(), match[0]) for match in re.finditer(r"^# %%.*$", text, re.M)]
    place = next((index for index, (_, mark) in enumerate(marks) if f'exercise="{quiz}"' in mark), None)
    if place is None:
        return text.rstrip("\n") + "\n\n" + cells
    keys = [re.search(r'(?:key|facts)="(\w+)"', mark) for _, mark in marks[:place]]
    prose = keys[-1][1] if keys and keys[-1] else None
    while place and (found := keys[place - 1]) and found[1] == prose:
        place -= 1
    start = marks[place][0]
    return text[:start] + cells + "\n" + text[start:]


def _bound(text: str) -> set[str]:
    """The names that a module has."""
    found: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        else:
            found |= {
                part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
    return found


def _with_imports(text: str, needed: Mapping[str, str]) -> str:
    """`text` with the import lines of the `needed` names that it lacks, behind its own imports."""
    missing = [line for name, line in needed.items() if name not in _bound(text)]
    if not missing:
        return text
    imports = [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    last = imports[-1].end_lineno or 0 if imports else 0
    apart = [""] if imports and getattr(imports[-1], "module", "") == "__future__" else []
    lines = text.splitlines()
    return "\n".join([*lines[:last], *apart, *missing, *lines[last:]]) + "\n"
