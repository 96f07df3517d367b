"""Every mutant of a right answer: the answer with one thing changed, each program once."""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from grader.course.lessons import ExerciseDefinition, Lesson
from grader.course.reference import program
from grader.course.source import BEGIN, END, solution_cells
from tools.prove.kinds import kinds
from tools.prove.operators import OPERATORS

__all__ = ["Mutant", "driven", "mutants"]

CASTS = {True: "torch.Tensor.double(", False: "np.float32("}
NEIGHBOURS = 2
"""Variables of the same kind that are put in place of one: those met just before and just after it."""


@dataclass(frozen=True)
class Mutant:
    """`source` is the whole cell of the exercise, `changed` the lines that went and came ("- a", "+ b")."""

    exercise: str
    operator: str
    changed: tuple[str, ...]
    source: str

    @property
    def diff(self) -> str:
        """The change, as a person reads it."""
        return "\n".join(self.changed)


def driven(lesson: Lesson) -> list[ExerciseDefinition]:
    """The exercises of `lesson` that are judged by cases."""
    return [definition for definition in lesson.exercises if definition.kind == "function"]


@cache
def mutants(lesson: Lesson, definition: ExerciseDefinition) -> tuple[Mutant, ...]:
    """The mutants of the answer to one exercise, in the order of its lines; those that are the same program are left out."""
    source = solution_cells(lesson.name)[definition.name]
    wrapper = MetadataWrapper(cst.parse_module(source))
    module = wrapper.module
    original = ast.dump(ast.parse(source))
    cast = CASTS["torch" in program(lesson.name)["imports"]]
    seen, found = {original}, []
    for operator, node, replacement in _changes(wrapper, kinds(lesson, definition), _inside(source)):
        changed = cst.ensure_type(module.deep_replace(node, replacement), cst.Module)
        code = changed.code.replace("cast(", cast)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # 0[1] is a mutant like any other
                tree = ast.dump(ast.parse(code))
                compile(code, "<mutant>", "exec")
        except (SyntaxError, ValueError):
            continue
        if tree not in seen:
            seen.add(tree)
            found.append(Mutant(definition.name, operator, _changed(source, code), code))
    return tuple(found)


def _inside(source: str) -> set[int]:
    """The numbers of the lines of the answer, from 1."""
    inside, lines = False, set()
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            lines.add(number)
    return lines


def _changes(
    wrapper: MetadataWrapper, same_kind: dict[str, tuple[str, ...]], inside: set[int]
) -> Iterator[tuple[str, cst.CSTNode, cst.CSTNode]]:
    places = wrapper.resolve(PositionProvider)
    parents = wrapper.resolve(ParentNodeProvider)
    for node in _nodes(wrapper.module):
        place = places.get(node)
        if place is None or place.start.line not in inside or place.end.line - 1 not in inside | {place.start.line - 1}:
            continue
        for operator in OPERATORS:
            if isinstance(node, operator.kind):
                for replacement in operator.change(node):
                    yield operator.name, node, replacement
        for replacement in _other_variables(node, parents, same_kind):
            yield "another variable", node, replacement


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _other_variables(
    node: cst.CSTNode, parents: object, same_kind: dict[str, tuple[str, ...]]
) -> Iterable[cst.CSTNode]:
    assert isinstance(parents, dict) or hasattr(parents, "get")
    parent = parents.get(node)
    if isinstance(node, cst.Attribute) and cst.Module([]).code_for_node(node) in same_kind:
        name = cst.Module([]).code_for_node(node)
    elif isinstance(node, cst.Name) and node.value in same_kind:
        named = isinstance(parent, cst.Attribute) and parent.attr is node
        if named or isinstance(parent, (cst.Param, cst.AssignTarget, cst.FunctionDef)):
            return
        if isinstance(parent, cst.Arg) and parent.keyword is node:
            return
        name = node.value
    else:
        return
    order = list(same_kind)
    others = sorted(same_kind[name], key=lambda other: _distance(order, name, other))
    for other in others[:NEIGHBOURS]:
        yield cst.parse_expression(other)


def _distance(order: list[str], name: str, other: str) -> int:
    return abs(order.index(name) - order.index(other))


def _changed(before: str, after: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return tuple(
        re.sub(r"^([-+])\s*", r"\1 ", line)
        for line in lines
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    )
