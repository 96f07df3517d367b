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

__all__ = ["HOMES", "Reached", "reach"]

HOMES = {"grader": Path(grader.__file__).parent, "hocsau": Path(hocsau.__file__).parent}
"""Our packages and where they lie."""


@dataclass
class Reached:
    """files: their bytes, by path from above their package ("grader/judge.py"); packages: what is imported of others."""

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
    found = Reached()
    waiting: list[Path] = []
    for module in modules:
        files = list(_files(module, homes))
        if not files or _dotted(_name(files[-1], homes)) != module:
            raise ModuleNotFoundError(f"there is no module {module} in {', '.join(homes)}")
        waiting += files
    for program in programs:
        waiting += _follow(program.encode(), None, homes, found.packages)
    while waiting:
        path = waiting.pop()
        name = _name(path, homes)
        if name not in found.files:
            found.files[name] = read(path)
            if path.suffix == ".py":
                waiting += _follow(found.files[name], path, homes, found.packages)
    return found


def _follow(
    source: bytes, origin: Path | None, homes: Mapping[str, Path], packages: set[str]
) -> list[Path]:
    """Our files that a text leads to; the packages of others that it imports are added to `packages`."""
    imported, strings = _read(source)
    found: list[Path] = []
    for name in imported:
        files = list(_files(name, homes, origin))
        found += files
        top = name.partition(".")[0]
        if not files and top not in sys.stdlib_module_names:
            packages.add(top)
    if origin is not None:
        found += [path for path in _beside(origin.parent) if path.name in strings]
    return found


def _files(module: str, homes: Mapping[str, Path], origin: Path | None = None) -> Iterator[Path]:
    """What Python runs to import `module`, or the module in which it is a name; nothing when it is not ours."""
    top, *parts = module.split(".")
    if top not in homes:
        # A program that is run as a folder knows its other files by their bare names.
        if origin is not None and not _is_file(origin.parent / "__init__.py"):
            sibling = origin.parent / f"{top}.py"
            if _is_file(sibling):
                yield sibling
        return
    place = homes[top]
    yield place / "__init__.py"
    for part in parts:
        file, place = place / f"{part}.py", place / part
        if _is_file(place / "__init__.py"):
            yield place / "__init__.py"
        elif _is_file(file):
            yield file
            return


def _name(path: Path, homes: Mapping[str, Path]) -> str:
    home = next(home for home in homes.values() if path.is_relative_to(home))
    return path.relative_to(home.parent).as_posix()


def _dotted(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def _is_file(path: Path) -> bool:
    return path.is_file()


@cache
def _beside(folder: Path) -> list[Path]:
    """The files of a folder that are no modules."""
    return [path for path in sorted(folder.iterdir()) if path.suffix != ".py" and path.is_file()]


@cache
def _read(source: bytes) -> tuple[frozenset[str], frozenset[str]]:
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
    return frozenset(imported), frozenset(strings)


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
