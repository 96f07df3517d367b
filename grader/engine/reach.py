"""What a module of ours can come to run: the files that it may import and the packages of others, read from its text.

Nothing is run. An import inside a function counts like one at the top; one under TYPE_CHECKING does not count, since Python
passes it over. A package's own __init__ counts with each of its modules. A file beside a module whose name stands in it
("checksums.sha256") is taken to be read by it. A module that is imported by a name made at run time is not seen: whoever
asks has to name it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import grader
import hocsau
from grader.course.places import SOLUTIONS

__all__ = ["HOMES", "Reached", "reach"]

HOMES = {
    "grader": Path(grader.__file__).parent,
    "hocsau": Path(hocsau.__file__).parent,
    "solutions": SOLUTIONS,
}
"""Our packages and where they lie; the lessons are folders without an __init__."""


_Homes = tuple[tuple[str, Path], ...]


@dataclass
class Reached:
    """files: their bytes, by path from above their package ("grader/judge/judge.py"); packages: what is imported of others."""

    files: dict[str, bytes] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)


def reach(
    modules: Iterable[str],
    programs: Iterable[str] = (),
    *,
    homes: Mapping[str, Path] = HOMES,
    read: Callable[[Path], bytes] = Path.read_bytes,
) -> Reached:
    """All that `modules`, and `programs` given as text, can reach by imports.

    homes  the packages that are followed
    read   gives the bytes of a file
    raises ModuleNotFoundError for a module that is not there, ValueError for a relative import
    """
    # the lessons of an installed grader lie in its package: the inner home first
    known = tuple(sorted(homes.items(), key=lambda home: -len(home[1].parts)))
    found = Reached()
    waiting: list[Path] = []
    texts: list[tuple[bytes, Path | None]] = [(program.encode(), None) for program in programs]
    for module in modules:
        files = list(_files(module, known, None))
        if not files or _dotted(_name(files[-1], known)) != module:
            raise ModuleNotFoundError(f"there is no module {module} in {', '.join(homes)}")
        waiting += files
    while texts or waiting:
        while waiting:
            path = waiting.pop()
            name = _name(path, known)
            if name not in found.files:
                found.files[name] = read(path)
                texts += [(found.files[name], path)] if path.suffix == ".py" else []
        if texts:
            led, packages = _follow(*texts.pop(), known)
            waiting += led
            found.packages |= packages
    return found


@cache
def _follow(source: bytes, origin: Path | None, homes: _Homes) -> tuple[frozenset[Path], frozenset[str]]:
    """Our files that a text leads to, and the packages of others that it imports."""
    imported, strings = _read(source)
    files: set[Path] = set()
    packages: set[str] = set()
    for name in imported:
        found = set(_files(name, homes, origin))
        top = name.partition(".")[0]
        files |= found
        packages |= {top} if not found and top not in sys.stdlib_module_names else set()
    if origin is not None:
        files |= {path for path in _beside(origin.parent) if path.name in strings}
    return frozenset(files), frozenset(packages)


def _files(module: str, homes: _Homes, origin: Path | None) -> Iterator[Path]:
    """What Python runs to import `module`, or the module in which it is a name; nothing when it is not ours."""
    top, *parts = module.split(".")
    place = dict(homes).get(top)
    if place is None:
        # A program that is run as a folder knows its other files by their bare names.
        if origin is not None and not (origin.parent / "__init__.py").is_file():
            sibling = origin.parent / f"{top}.py"
            if sibling.is_file():
                yield sibling
        return
    if (place / "__init__.py").is_file():
        yield place / "__init__.py"
    for part in parts:
        file, place = place / f"{part}.py", place / part
        if (place / "__init__.py").is_file():
            yield place / "__init__.py"
        elif file.is_file():
            yield file
            return


@cache
def _name(path: Path, homes: _Homes) -> str:
    name, home = next((name, home) for name, home in homes if path.is_relative_to(home))
    return f"{name}/{path.relative_to(home).as_posix()}"


def _dotted(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def _beside(folder: Path) -> list[Path]:
    """The files of a folder that are no modules."""
    return [path for path in sorted(folder.iterdir()) if path.suffix != ".py" and path.is_file()]


def _read(source: bytes) -> tuple[set[str], set[str]]:
    """The dotted names that a text imports, and the strings in it."""
    imported: set[str] = set()
    strings: set[str] = set()
    for node in _nodes(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.module is None or node.level:
                raise ValueError(f"line {node.lineno}: a relative import is not followed")
            imported |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
    return imported, strings


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker looks at."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)
