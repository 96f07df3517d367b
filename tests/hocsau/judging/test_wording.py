"""The sentences: in both languages with the same fields, one for every kind that needs one, none that nobody says."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from hocsau import session
from hocsau.judging import exercise, outcomes
from hocsau.judging.outcomes import DifferenceKind, ObservationOutcome, Outcome
from hocsau.judging.wording import differences, verdicts
from hocsau.language import Text

ROOT = Path(__file__).resolve().parents[3]
WORDING = "hocsau.judging.wording"
Name = tuple[str, str]
"""A module, or a class in it, and a name there."""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


TREES = {
    module_of(path): ast.parse(path.read_text(encoding="utf-8"))
    for room in ("hocsau", "grader", "tools")
    for path in sorted((ROOT / room).rglob("*.py"))
}


def texts(tree: ast.Module) -> Iterator[str]:
    """The constants of a module that are a Text, or map something to Texts."""
    for node in tree.body:
        made = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        first = made.values[0] if isinstance(made, ast.Dict) and made.values else made
        if isinstance(first, ast.Call) and ast.unparse(first.func) == "Text":
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]  # type: ignore[union-attr]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def used(module: str, tree: ast.Module) -> set[Name]:
    """The names that a module reads: its own, those it imports, and attributes of what it imports."""
    aliases: dict[str, str] = {}
    found: set[Name] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {(node.module, alias.name) for alias in node.names}
            aliases |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add((module, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add((aliases.get(node.value.id, f"{module}.{node.value.id}"), node.attr))
    return found


def unused(names: Iterable[Name], trees: Mapping[str, ast.Module]) -> list[Name]:
    """Those of `names` that no module reads."""
    read = set().union(*(used(module, tree) for module, tree in trees.items()))
    return sorted(set(names) - read)


def words(trees: Mapping[str, ast.Module]) -> list[Name]:
    return [(module, name) for module, tree in trees.items() for name in texts(tree)]


def members(kind: type[StrEnum]) -> list[Name]:
    return [(f"{kind.__module__}.{kind.__name__}", member.name) for member in kind]


def test_no_sentence_is_there_that_nobody_says() -> None:
    names = words(TREES)
    assert {
        (f"{WORDING}.differences", "DIFFERENCES"),
        (f"{WORDING}.quiz", "LATER"),
        ("hocsau.session", "_NEXT"),
    } <= set(names)
    assert unused(names, TREES) == []


def test_every_word_of_the_wording_is_a_text() -> None:
    for module in [name for name in TREES if name.startswith(f"{WORDING}.")]:
        constants = {name for name in vars(importlib.import_module(module)) if name.isupper()}
        assert constants - set(texts(TREES[module])) <= {"SUMMARIES"}


@pytest.mark.parametrize(
    ("program", "dead"),
    [
        ("from a import A, M\nprint(A, M[0])", []),
        ("from a import A\nM = 3\nprint(A)", [("a", "M")]),
        ("from p import a as said\nprint(said.A)", [("a", "A"), ("a", "M")]),
        ("A, M = 1, 2\nprint(A, M)", [("a", "A"), ("a", "M")]),
    ],
)
def test_a_sentence_that_nobody_says_is_found(program: str, dead: list[Name]) -> None:
    trees = {
        "a": ast.parse('A = Text("a", "b")\nM: Mapping[K, Text] = {K.X: Text("c", "d")}\nN = 3'),
        "b": ast.parse(program),
    }
    assert unused(words(trees), trees) == dead


KINDS = [
    *(outcomes.ObservationOutcome, outcomes.DifferenceKind, outcomes.CaseOutcome, outcomes.Outcome),
    *(exercise.ExerciseKind, exercise.PictureKind),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_member_is_used_besides_its_sentence_and_explained(kind: type[StrEnum]) -> None:
    trees = {name: tree for name, tree in TREES.items() if not name.startswith(WORDING)}
    assert unused(members(kind), trees) == []
    explained = re.findall(r"^    ([A-Z_]+)  ", kind.__doc__ or "", re.M)
    assert explained == [member.name for member in kind]


def test_a_member_that_nobody_uses_is_found() -> None:
    trees = {"b": ast.parse("from hocsau.judging.exercise import PictureKind\nPictureKind.NONE\nOther.VECTOR")}
    home = "hocsau.judging.exercise.PictureKind"
    assert unused(members(exercise.PictureKind), trees) == [(home, "TRAJECTORY"), (home, "VECTOR")]


@pytest.mark.parametrize(
    ("mapping", "kind", "without"),
    [
        (differences.DIFFERENCES, DifferenceKind, {DifferenceKind.SCORE}),
        (verdicts.ENDINGS, ObservationOutcome, {ObservationOutcome.RETURNED}),
        (verdicts.SUMMARIES, Outcome, {Outcome.FORBIDDEN}),
        (session._STATES, Outcome, {Outcome.UNREADABLE}),
    ],
)
def test_every_kind_has_its_sentence(mapping: Mapping[Any, Text], kind: type[StrEnum], without: set[Any]) -> None:
    assert mapping.keys() == set(kind) - without


def sentences() -> Iterator[tuple[Name, Text]]:
    for module, name in words(TREES):
        if module.startswith("hocsau."):
            value = getattr(importlib.import_module(module), name)
            yield from (((module, name), text) for text in (value.values() if isinstance(value, dict) else [value]))


def test_every_sentence_exists_in_both_languages_with_the_same_fields() -> None:
    for name, text in sentences():
        fields = [set(re.findall(r"(?<!\{)\{(\w+)", said)) for said in (text.en, text.vi)]
        assert fields[0] == fields[1], name
        assert text.en.strip()
        assert text.vi.strip()
