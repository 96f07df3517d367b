"""What `fact`, `trained`, `given` and `source_cell` do in a facts cell, and what they say when a number is false."""

from __future__ import annotations

import pytest

from grader.errors import BuildError
from grader.publish.claims import Claim, make_claims


def _claims(source: str, *, train: bool = False) -> tuple[Claim, ...]:
    return make_claims("momentum", {"toy": source}, train=train)


def _fault(source: str, *, train: bool = False) -> str | None:
    (claim,) = _claims(source, train=train)
    return claim.fault


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("9 / 11", "0.818"),
        ("0.98019", "0.980"),
        ("11512.93", "11513"),
        ("1 - 1.9", "-0.9"),
        ("-0.6037", "−0.60"),
        ("8.23e-6", "8e-6"),
        ("2.4844e-11", r"2.5 \\cdot 10^{-11}"),
        ("1e-5", "10^{-5}"),
        ("59491.84", r"59\\,492"),
        ("0.0625", "0.062"),  # half a unit goes either way
        ("0.0625", "0.063"),
        ("100 * 0.366", "37"),
        ("np.float32(0.25)", "0.25"),
        ("np.int64(7)", "7"),
        ("np.array(0.5)", "0.5"),
    ],
)
def test_what_rounds_to_the_literal_is_true(expression: str, printed: str) -> None:
    assert _fault(f'fact({expression}, "{printed}")') is None


@pytest.mark.parametrize(
    ("expression", "printed", "said"),
    [
        ("9 / 11", "0.819", "gives 0.818 (0.8181818181818182), but 0.819 is printed"),
        ("0.98019", "0.981", "gives 0.980 (0.98019), but 0.981 is printed"),
        ("11512.93", "11613", "gives 11513 (11512.93), but 11613 is printed"),
        ("1 - 1.9", "0.9", "gives -0.9 (-0.8999999999999999), but 0.9 is printed"),
        ("8.6e-6", "8e-6", "gives 9e-06 (8.6e-06), but 8e-6 is printed"),
        ("np.ones(2)", "1", "gives array([1., 1.]), and one finite number was expected"),
        ("math.nan", "1", "gives nan, and one finite number was expected"),
        ("1j", "1", "gives 1j, and one finite number was expected"),
        ("None", "1", "gives None, and one finite number was expected"),
    ],
)
def test_another_number_is_false(expression: str, printed: str, said: str) -> None:
    assert _fault(f'fact({expression}, "{printed}")') == said


def test_a_fact_says_what_it_was_computed_from_and_for_which_values_of_a_loop() -> None:
    source = 'b = 2\nfor a in (1, 2):\n    fact(a + b, "3"); fact((a\n     ) * b, "2")'
    assert [claim.expression for claim in _claims(source)] == [
        "a + b [a = 1]",
        "a * b [a = 1]",
        "a + b [a = 2]",
        "a * b [a = 2]",
    ]


def test_a_training_is_run_only_when_asked_and_compared_within_its_tolerance() -> None:
    assert _claims('trained(lambda: 1 / 0, "0.86")') == (Claim("trained", "toy", "0.86", "lambda: 1 / 0"),)
    assert _fault('trained(lambda: 0.866, "0.86")') is None
    close = 'trained(lambda: 0.866, "0.86", tolerance=0.01)'
    assert _fault(close, train=True) is None
    assert _fault(close.replace("0.866", "0.864").replace(", tolerance=0.01", ""), train=True) is None
    assert _fault(close.replace("0.866", "0.871"), train=True) == "gives 0.87 (0.871), but 0.86 is printed within 0.01"
    assert _fault(close.replace(", tolerance=0.01", ""), train=True) is not None


def test_cells_share_one_namespace_that_knows_the_answers() -> None:
    cells = {
        "one": "rate = convergence_rate(1.9, 0.5, 1.0)",
        "two": 'fact(rate, "0.707")\nfact(math.sqrt(0.5), "0.707")\ngiven("0.5", "1.9")',
    }
    claims = make_claims("momentum", cells)
    assert [(claim.kind, claim.key, claim.literal) for claim in claims] == [
        ("fact", "two", "0.707"),
        ("fact", "two", "0.707"),
        ("given", "two", "0.5"),
        ("given", "two", "1.9"),
    ]
    assert all(claim.fault is None for claim in claims)


def test_a_cell_of_the_lesson_can_be_asked_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    source = 'fact(source_cell("buggy_training", "buggy_symptom")["curvatures"][1], "100")'
    assert _fault(source) is None
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\nassert x == 2", "facts of 'toy', line 2 of the cell: AssertionError: "),
        ("nothing", "line 1 of the cell: NameError: name 'nothing' is not defined"),
        ("fact(", "SyntaxError"),
        ('fact(1, "one")', "'one' is not a number as prose prints it"),
        ('given("0,5")', "'0,5' is not a number as prose prints it"),
        ("given(0.5)", "0.5 is not a number as prose prints it"),
        ('source_cell("nowhere")', "there is no code cell 'nowhere'; there are imports, "),
        ('trained(lambda: 1 / 0, "1")', "ZeroDivisionError"),
    ],
)
def test_a_cell_that_cannot_be_run_is_said_with_its_line(source: str, said: str) -> None:
    with pytest.raises(BuildError) as error:
        _claims(source, train=True)
    assert str(error.value).startswith("solutions/momentum/lesson.py, facts of 'toy'")
    assert said in str(error.value)
