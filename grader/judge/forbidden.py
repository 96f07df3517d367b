"""Which library calls stand in a submission's own text? Read here, in the judge, where no learner's code can deny them.

The child reads the compiled code and watches it run, which sees more; but it is the learner's process that says so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from hocsau.judging.allowed import is_listed

__all__ = ["written_calls"]

_Names = dict[str, str]


def written_calls(sources: Iterable[str], name: str, not_allowed: Sequence[str]) -> list[str]:
    """The dotted names under `not_allowed` that the last definition of `name` uses, itself or through what it calls.

    sources  the cells in their order; one that does not parse (magics aside) is passed over
    """
    known: _Names = {}
    definitions: dict[str, ast.AST] = {}
    for source in sources:
        for statement in _statements(source):
            known |= _imported(statement, known)
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                definitions[statement.name] = statement
            elif isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        definitions[target.id] = statement.value
    found: set[str] = set()
    waiting, met = [name], set[str]()
    while waiting:
        current = waiting.pop()
        if current in met or current not in definitions:
            continue
        met.add(current)
        inside, read = _uses(definitions[current], known)
        found |= {call for call in inside if is_listed(call, not_allowed)}
        waiting += read
    return sorted(call for call in found if not any(o.startswith(f"{call}.") for o in found))


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        lines = source.splitlines()
    kept = ["pass" if line.startswith(("%", "!")) else line for line in lines]
    try:
        return ast.parse("\n".join(kept)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _imported(node: ast.AST, known: _Names) -> _Names:
    """What the imports within `node`, and names given to what was imported, stand for."""
    names: _Names = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            for alias in part.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
            for alias in part.names:
                names[alias.asname or alias.name] = f"{part.module}.{alias.name}"
        elif isinstance(part, ast.Assign) and len(part.targets) == 1:
            target, value = part.targets[0], _dotted(part.value, known | names)
            if isinstance(target, ast.Name) and value:
                names[target.id] = value
    return names


def _uses(node: ast.AST, known: _Names) -> tuple[set[str], list[str]]:
    """The full names of what is imported or reached through an import within `node`, and the bare names it reads."""
    inner = known | _imported(node, known)
    used = {full for part in ast.walk(node) if (full := _dotted(part, inner))}
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            used |= {alias.name for alias in part.names}
        elif isinstance(part, ast.ImportFrom) and part.module:
            used |= {f"{part.module}.{alias.name}" for alias in part.names}
    return used, _global_names(node)


def _global_names(node: ast.AST) -> list[str]:
    """The names that `node` reads and does not bind itself: a parameter `model` is not the notebook's `model`."""
    parts = list(ast.walk(node))
    names = [part for part in parts if isinstance(part, ast.Name)]
    bound = {part.arg for part in parts if isinstance(part, ast.arg)}
    bound |= {part.id for part in names if not isinstance(part.ctx, ast.Load)}
    return [part.id for part in names if part.id not in bound]


def _dotted(node: ast.AST, known: _Names) -> str:
    """The full name of `F.conv2d` or `getattr(F, "conv2d")`; "" for what does not begin with an import."""
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, known)
        return f"{base}.{node.attr}" if base else ""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "getattr"
        and len(node.args) > 1
    ):
        base, attribute = _dotted(node.args[0], known), _text(node.args[1])
        return f"{base}.{attribute}" if base and attribute else ""
    return ""


def _text(node: ast.AST) -> str:
    """A string, also one put together with +; "" for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return left + right if left and right else ""
    return ""
