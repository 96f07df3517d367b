"""A false number in either language fails the build: every demanded number of every lesson that has facts is changed, and found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from grader.cli import app as cli
from grader.course.lessons import lesson_names
from grader.course.source import Cell, read_facts, read_source
from grader.publish import facts
from grader.publish.claims import Claim
from grader.publish.facts import exact_claims, fact_faults, prose_faults, sections
from grader.publish.numbers import Number, canonical, demanded, numbers


@pytest.mark.parametrize("lesson", lesson_names())
def test_the_numbers_of_the_lessons_are_true(lesson: str) -> None:
    assert fact_faults(lesson) == []


def _another(text: str, number: Number, claimed: set[str], which: int) -> str:
    """`text` with a digit of `number` changed, the one that `which` falls on or one behind, so that it is none that the cell claims."""
    places = [place for place in range(number.start, number.end) if text[place].isdecimal()]
    first = which % len(places)
    others = (
        text[:place] + digit + text[place + 1 :] for place in places[first:] + places[:first] for digit in "1234567890"
    )
    return next(
        other for other in others if _literal(other[number.start : number.end]) not in claimed | {number.literal, None}
    )


def _literal(text: str) -> str | None:
    """How a claim writes `text`; None for what is not one number, such as 20^{-5}."""
    try:
        return canonical(text)
    except ValueError:
        return None


def _changes(cell: Cell, claimed: set[str]) -> Iterator[tuple[str, int, str]]:
    """Literal, how many of its kind stand before, text: for every number that must be claimed, or is and stands there once."""
    every = numbers(cell.source)
    must = {number.start for number in demanded(cell.source, sections())}
    literals = [number.literal for number in every]
    for index, number in enumerate(every):
        once = number.literal in claimed and literals.count(number.literal) == 1
        if number.start in must or once:
            before = literals[:index].count(number.literal)
            yield number.literal, before, _another(cell.source, number, claimed, index)


@pytest.mark.parametrize("lesson", lesson_names())
def test_a_changed_number_is_found_in_either_language_and_in_both_alike(lesson: str) -> None:
    claims = exact_claims(lesson)
    cells = [cell for cell in read_source(lesson) if cell.role in ("prose", "written")]
    tried = 0
    for key in read_facts(lesson):
        mine = [claim for claim in claims if claim.key == key]
        claimed = {claim.literal for claim in mine}
        twins = [cell for cell in cells if cell.key == key]
        assert prose_faults(twins, mine) == []
        changed = [list(_changes(cell, claimed)) for cell in twins]
        for cell, texts in zip(twins, changed, strict=True):
            for literal, _, text in texts:
                tried += 1
                found = prose_faults([replace(cell, source=text)], mine)
                assert found, f"{key} ({cell.language}): another number for {literal} is not found"
        for same in zip(*map(_by_place, changed), strict=False):
            both = [replace(cell, source=text) for cell, text in zip(twins, same, strict=True)]
            assert len(prose_faults(both, mine)) >= len(twins)
    assert tried > 0


def _by_place(changes: list[tuple[str, int, str]]) -> list[str]:
    """The changed texts in an order that is the same in both languages."""
    return [text for _, _, text in sorted(changes, key=lambda change: change[:2])]


EN = "The factor is 0.818 a step, and 37 % is left after 100 steps."
VI = "Mỗi bước nhân với 0.818, và còn 37 % sau 100 bước."
CLAIMS = [Claim("fact", "toy", literal) for literal in ("0.818", "37", "100")]


def _twins(english: str = EN, vietnamese: str = VI) -> list[Cell]:
    return [Cell("prose", "toy", english, "en"), Cell("prose", "toy", vietnamese, "vi")]


def test_prose_whose_numbers_are_claimed_has_no_fault() -> None:
    assert prose_faults(_twins(), CLAIMS) == []
    assert prose_faults(_twins(EN + " Again 0.818.", VI), [*CLAIMS, CLAIMS[0]]) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.818", "0.819", ["0.818 is claimed", "nothing claims 0.819"]),
        ("0.818", "-0.818", ["0.818 is claimed", "nothing claims -0.818"]),
        ("0.818", "0.8181", ["0.818 is claimed", "nothing claims 0.8181"]),
        ("100", "1000", ["100 is claimed", "nothing claims 1000"]),
        ("37", "38", ["37 is claimed"]),
    ],
)
def test_a_false_number_is_said_in_its_language(old: str, new: str, said: list[str]) -> None:
    for language, cells in (
        ("en", _twins(english=EN.replace(old, new))),
        ("vi", _twins(vietnamese=VI.replace(old, new))),
    ):
        found = prose_faults(cells, CLAIMS)
        assert len(found) == len(said)
        for fault, words in zip(found, said, strict=True):
            assert f"prose 'toy' ({language}): " in fault
            assert words in fault


def test_a_fault_says_where_and_what_to_do() -> None:
    stale, unclaimed = prose_faults(_twins(english=EN.replace("0.818", "0.9")), CLAIMS)
    assert stale == (
        "prose 'toy' (en): 0.818 is claimed in facts='toy' and does not stand there; print it, or take the claim out"
    )
    assert unclaimed == (
        "prose 'toy' (en): nothing claims 0.9 in \"The factor is 0.9 a step, and 37\"; "
        "compute it by fact(..., \"0.9\") in the cell facts='toy' behind the prose, "
        "or list it there in given(...) when it was chosen"
    )


def test_a_cell_without_facts_is_looked_at_too() -> None:
    assert len(prose_faults(_twins(), [])) == 4


def test_a_model_answer_is_looked_at_too() -> None:
    (fault,) = prose_faults([Cell("written", "toy", "0.5 ... 0.5 ... 0.6")], [Claim("given", "toy", "0.5")])
    assert fault.startswith("prose 'toy': nothing claims 0.6")


def test_a_fact_that_computes_another_number_is_a_fault_of_its_lesson(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    false = Claim("fact", "ravine", "0.818", "9 / 10", 0.9, "gives 0.900 (0.9), but 0.818 is printed")
    monkeypatch.setattr(facts, "exact_claims", lambda lesson: (*exact_claims(lesson), false))
    assert fact_faults("momentum") == [
        "solutions/momentum/lesson.py, facts of 'ravine': 9 / 10 gives 0.900 (0.9), but 0.818 is printed; "
        "mend the prose of both languages and the literal, or the expression"
    ]


def test_the_command_prints_what_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = {"ravine": 'fact(9 / 11, "0.818")\ntrained(lambda: [0.5][0], "0.6")\ngiven("0.01")'}
    monkeypatch.setattr("grader.course.source.read_facts", lambda lesson: cells)
    run = CliRunner().invoke(cli.app, ["facts", "momentum"], env={"COLUMNS": "200"})
    assert run.exit_code == 0
    for words in ("9 / 11", "0.8181818", "0.818", "nightly", "momentum: 2 computed, 1 given, in "):
        assert words in run.output
    run = CliRunner().invoke(cli.app, ["facts", "momentum", "--trained"], env={"COLUMNS": "200"})
    assert run.exit_code == 1
    assert "lambda: [0.5][0] gives 0.5 (0.5), but 0.6 is printed" in run.output
    assert "1 of the printed numbers are false" in run.output
