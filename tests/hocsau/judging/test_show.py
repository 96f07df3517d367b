"""A verdict as text, as HTML, and with a picture."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from hocsau.judging.picture import picture
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.show import as_html, as_text
from hocsau.judging.verdict import Verdict, judge, judge_manual
from hocsau.judging.wording import pictures
from hocsau.language import LANGUAGES, Text
from tests.toys import DESCEND, DOUBLE, QUIZ_KEY, STEP, WRITTEN, observe, quiz

SCRIPT = "<script>alert(1)</script>\"'&"


def verdict(answer: Any) -> Verdict:
    return judge(DOUBLE, observe(DOUBLE, answer))


def half(w: Any) -> Any:
    return 2 * w if w.size == 2 else 5 * w


def attack() -> Verdict:
    failure = Failure(SCRIPT, SCRIPT, SCRIPT, 1)
    made = judge(DOUBLE, [Observation("raised", failure=failure)] * 3)
    return replace(made, explanation=Text(SCRIPT), section=Text(SCRIPT), exercise=SCRIPT)


class _Tags(HTMLParser):
    """Checks that every tag is closed, and keeps what was opened and said."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def parse(markup: str) -> _Tags:
    tags = _Tags()
    tags.feed(markup)
    assert tags.open == []
    return tags


def test_the_parser_can_fail() -> None:
    with pytest.raises(AssertionError):
        parse("<div><p></div>")


def test_text_has_a_line_per_case() -> None:
    lines = as_text(verdict(half), "en").splitlines()
    assert lines[0] == "double: Partly right: 0.67 of 2 points."
    assert lines[1] == "  ✓ two numbers: right"
    assert lines[2].startswith("  ✗ three numbers: expected")
    assert lines[3].startswith("  ✗ other numbers (seen by the grader alone): the result is not right on inputs")
    assert len(lines) == 4


def test_text_in_vietnamese() -> None:
    lines = as_text(verdict(half), "vi").splitlines()
    assert lines[0] == "double: Đúng một phần: 0.67/2 điểm."
    assert lines[1] == "  ✓ two numbers (vi): đúng"
    assert "(chỉ bộ chấm thấy)" in lines[3]


def test_text_names_the_mistake_and_where_to_read() -> None:
    text = as_text(verdict(lambda w: 3 * w), "en")
    assert "  What happened: This is triple." in text
    assert "  Read again: 1.2 Doubling" in text
    assert "Đọc lại: 1.2 Nhân đôi" in as_text(verdict(lambda w: 3 * w), "vi")


def test_what_is_not_done_is_said_once() -> None:
    def stub(w: Any) -> Any:
        raise NotImplementedError

    for text in (as_text(verdict(stub), "en"), parse(as_html(verdict(stub), "en")).text):
        assert text.count("not done yet:") == 1


def test_the_current_language_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_LANGUAGE", "vi")
    assert as_text(verdict(half)) == as_text(verdict(half), "vi")
    assert as_html(verdict(half)) == as_html(verdict(half), "vi") != as_html(verdict(half), "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "made",
    [
        verdict(lambda w: 2 * w),
        verdict(half),
        verdict(lambda w: 3 * w),
        verdict(lambda w: None),
        verdict(5),
        judge(quiz(key=False), [Observation("returned", {"q1": "b", "q2": None, "q3": "z"})]),
        judge(quiz(key=True), [Observation("returned", dict(QUIZ_KEY, q1="d"))]),
        judge(quiz(key=True), [Observation("missing")]),
        judge_manual(WRITTEN),
        attack(),
    ],
    ids=[
        "right",
        "half",
        "named",
        "none",
        "no function",
        "open quiz",
        "quiz",
        "no quiz",
        "written",
        "attack",
    ],
)
def test_html_says_what_the_text_says(made: Verdict, language: str) -> None:
    tags = parse(as_html(made, language, note=Text.of("a <note>", vi="một <ghi chú>")))
    said = " ".join(tags.text.split())
    for case in made.cases:
        if len(made.cases) == 1 or len({each.message for each in made.cases}) > 1:
            assert " ".join(case.message.say(language).split()) in said
    assert made.message.say(language) in said
    assert ("a <note>" if language == "en" else "một <ghi chú>") in said
    assert {tag for tag, _ in tags.seen} <= {
        "div", "p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "small", "a"
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_learners_becomes_markup(language: str) -> None:
    markup = as_html(attack(), language)
    assert "<script" not in markup
    assert "&lt;script&gt;" in markup
    tags = parse(markup)
    for _, attributes in tags.seen:
        assert set(attributes) <= {"class", "role", "style", "href", "scope"}
        assert not (attributes.get("href") or "#").startswith("javascript")
        assert (attributes.get("href") or "#").startswith("#")


def test_right_and_wrong_are_told_by_more_than_colour() -> None:
    tags = parse(as_html(verdict(half), "en"))
    assert "✓ two numbers" in tags.text
    assert "✗ three numbers" in tags.text
    plain = re.sub(r"color:[^;\"]*|#[0-9A-Fa-f]{6}", "", as_html(verdict(half), "en"))
    assert parse(plain).text == tags.text


def test_the_table_has_headings_and_the_whole_is_announced() -> None:
    tags = parse(as_html(verdict(half), "en"))
    heads = [attributes for tag, attributes in tags.seen if tag == "th"]
    assert len(heads) == 3
    assert all(attributes["scope"] == "col" for attributes in heads)
    assert '<th scope="col" style="text-align:left"></th>' not in as_html(verdict(half), "en")
    assert ("div", "status") in [(tag, attributes.get("role")) for tag, attributes in tags.seen]


# --- pictures


def image_of(exercise: Any, answer: Any, language: str = "en") -> dict[str, str | None]:
    markup = picture(exercise, observe(exercise, answer), language)
    tags = parse(markup)
    images = [attributes for tag, attributes in tags.seen if tag == "img"]
    assert len(images) == 1
    return images[0]


def words_in(image: dict[str, str | None]) -> set[str]:
    """What is written in an <img> that carries an SVG."""
    head, _, code = (image["src"] or "").partition(",")
    assert head == "data:image/svg+xml;base64"
    return set(ElementTree.fromstring(base64.b64decode(code)).itertext())


def up(gradient: Any, w0: Any, steps: Any) -> Any:
    path = [w0.copy()]
    for _ in range(steps):
        path.append(path[-1] + 0.1 * gradient(path[-1]))
    return np.array(path)


@pytest.mark.parametrize(
    ("language", "start"),
    [
        ("en", "Your trajectory over the expected one in case “three steps”"),
        ("vi", "Quỹ đạo của bạn chồng lên"),
    ],
)
def test_a_wrong_trajectory_is_drawn_with_its_text(language: str, start: str) -> None:
    image = image_of(DESCEND, up, language)
    assert (image["alt"] or "").startswith(start)
    assert {pictures.YOURS.say(language), pictures.EXPECTED.say(language)} <= words_in(image)
    assert "they part at step 1" in (image_of(DESCEND, up, "en")["alt"] or "")


@pytest.mark.parametrize(
    ("language", "start"),
    [("en", "Your result beside the expected one"), ("vi", "Kết quả của bạn bên cạnh")],
)
def test_a_wrong_vector_is_drawn_with_its_text(language: str, start: str) -> None:
    image = image_of(DOUBLE, lambda w: 3 * w, language)
    assert (image["alt"] or "").startswith(start)
    assert "[ 4.5 -7.5]" in (image["alt"] or "")
    assert {word.say(language) for word in (pictures.YOURS, pictures.EXPECTED, pictures.COMPONENT)} <= words_in(image)


def test_within_a_run_the_first_part_that_differs_is_drawn() -> None:
    def second_wrong(w: Any, v: Any, grad: Any) -> Any:
        v = 0.5 * v - grad
        return w + v, 10 * v

    alt = image_of(STEP, second_wrong)["alt"] or ""
    assert "yours [-27.5 -12.5]" in alt


def test_a_trajectory_of_one_parameter_is_drawn_against_the_step() -> None:
    path = np.array([[1.0], [2.0], [3.0]])
    case = replace(DESCEND.cases[0], expected=Observation("returned", path))
    exercise = replace(DESCEND, cases=(case,))
    assert "<img" in picture(exercise, [Observation("returned", path + 1)], "en")


@pytest.mark.parametrize(
    "value",
    [None, 3.0, np.zeros((4, 3)), np.full((4, 2), np.nan), np.full((4, 2), -np.inf), np.full((4, 2), 1e308), np.zeros((4, 2), "int64"), "text", [[]]],
    ids=["none", "number", "shape", "nan", "infinite", "huge", "dtype", "string", "list"],
)  # fmt: skip
def test_what_cannot_be_drawn_is_not(value: Any) -> None:
    assert picture(DESCEND, [Observation("returned", value)] * 3) == ""


@pytest.mark.parametrize("observed", [Observation("died"), Observation("missing"), Observation("raised")])
def test_what_did_not_return_is_not_drawn(observed: Observation) -> None:
    assert picture(DOUBLE, [observed] * 3) == ""


def test_a_right_answer_and_a_hidden_case_are_not_drawn() -> None:
    right = [case.expected for case in DOUBLE.cases]
    assert picture(DOUBLE, right) == ""
    assert picture(DOUBLE, [*right[:2], Observation("returned", np.zeros(4))]) == ""
    assert picture(replace(DOUBLE, picture="none"), [Observation("returned", np.zeros(2))] * 3) == ""
