"""Which numbers of prose a fact must claim: each thing that is recognised, and beside it one that looks like it and is not."""

from __future__ import annotations

import pytest

from grader.publish.numbers import canonical, demanded, numbers, section_numbers

SECTIONS = {"2", "2.3", "2.5", "2.7"}


def _demanded(text: str) -> list[str]:
    return [number.literal for number in demanded(text, SECTIONS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the loss falls from 0.9 to 0.60 in 115 steps", ["0.9", "0.60", "115"]),
        ("in 37 % of 9 runs", []),
        ("| 10000 | 0.9998 | 11513 |", ["10000", "0.9998", "11513"]),
        (r"$\eta = 0.1$, $-0.9 \cdot (-0.19) - 0.1$", ["0.1", "-0.9", "-0.19", "0.1"]),
        (r"$\beta-0.5$, $1-0.5$, $(1)-0.5$, 0.5-0.9, $-$0.5", ["0.5"] * 4 + ["0.9", "0.5"]),
        ("it stands at −0.60", ["-0.60"]),
        ("2.5e-11, 1e-8, 1e5", ["2.5e-11", "1e-8", "1e5"]),
        (r"$2.5 \cdot 10^{-11}$, $3 \times 10^4$, $10^{-8}$", ["2.5e-11", "3e4", "1e-8"]),
        ("59\\,492, 59\u202f492, 59_492", ["59492"] * 3),
        ("0,5 and 1,000", ["0,5", "1,000"]),  # not how the course writes: nothing can claim it
        ("the points $(0,1)$, $(0,0,1)$", []),
        (r"$\omega_i = 10000^{-2i/d}$, $\sqrt{0.1}$", ["10000", "0.1"]),
        ("`Adam(0.001)`, `steps=250`", ["0.001", "250"]),
        ("```\nx = 0.25  # 100 times\n```", ["0.25", "100"]),
        ("the end is at 115. Then 0.5, and 7.", ["115", "0.5"]),
        ("conv2d, float64, W1024, x_100, resnet152", []),
        ("ResNet-152, 0.5x", ["152", "0.5"]),
        ("see 1.2.3", ["1.2.3"]),
    ],
)
def test_numbers_are_found_whole_and_the_small_integers_are_free(text: str, expected: list[str]) -> None:
    assert _demanded(text) == expected


@pytest.mark.parametrize(
    ("recognised", "still_demanded"),
    [
        ("## 2.7 Polyak", "2.7 Polyak"),
        ("in section 2.7", "in 2.7"),
        ("sections 2.3 to 2.5", "section 2.3 is 2.5 times"),
        ("mục 2.3–2.5", "mục 2.4"),  # no such section
        ("các mục từ 2.3 đến 2.7 và 2.5", "từ 2.3 đến 2.7"),
        ("lesson 2.7 shows it", "lesson 0.25 shows it"),
        ("Polyak (1964) found it", "found it (1964 steps)"),
        ("(Kingma and Ba 2015)", "(2015 and Ba)"),
        ("Sutskever et al. (2013), Dauphin và cộng sự 2014;", "With 2013 pictures"),
        ("(ResNet, 2015)", "(2015)"),
        ("*Some methods*, 1964.", "some methods, 1964."),
        ("in 1989.", "in 1989 steps"),
        ("năm 1989 có", "sau 1989 bước"),
        ("Shannon (1951)", "Shannon (3051)"),
        ("[a](https://arxiv.org/abs/2307.11291)", "[0.5](https://arxiv.org/abs/2307.11291)"),
        ("https://a.org/0.5/100", "0.5/100"),
        ("arXiv:2307.11291", "2307.11291"),
        ("[issue 292](https://a.org/issues/292)", "[issue 293](https://a.org/issues/292)"),
        ("`(400, 120)`, `(N, 1, 28, 128)`, `(100,)`", "(400, 120)"),
        ("```\n# (392, 8)\n```", "`range(100, 200)`"),
        ("`(392, d)`", "`(0.5, d)`"),
        ("Python 3.11, torch 2.6", "Pythons 3.11"),
    ],
)
def test_each_rule_is_narrow(recognised: str, still_demanded: str) -> None:
    assert _demanded(recognised) == []
    assert _demanded(still_demanded) != []


def test_a_literal_is_read_as_the_prose_is() -> None:
    written = (r"2.5 \cdot 10^{-11}", "2.5e-11", " 2.5e-11 ")
    assert [canonical(literal) for literal in written] == ["2.5e-11"] * 3
    assert canonical("−0.60") == "-0.60"
    assert canonical("0.9") != canonical("0.90")


@pytest.mark.parametrize("literal", ["", "0.5 or 0.6", "x", "0.5x", "37 %"])
def test_what_is_not_one_number_is_refused(literal: str) -> None:
    with pytest.raises(ValueError, match="is not one number"):
        canonical(literal)


def test_a_number_knows_where_it_stands() -> None:
    text = r"from $\beta = -0.25$ on"
    (number,) = numbers(text)
    assert text[number.start : number.end] == "-0.25"


def test_the_headings_of_a_text() -> None:
    assert section_numbers("# 2 Momentum\n\n## 2.10 Bug hunt\n\n2.4 is no heading") == {"2", "2.10"}
