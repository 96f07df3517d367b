"""Rows 13, 19 and 26, and tricks of our own on those who read: hidden inputs, long errors, terminal codes; honest work keeps its marks."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grader.judge.draw import draw_exercise
from grader.judge.judge import Judgement
from grader.judge.report import as_dict, as_lines
from grader.nbgrader.outputs import put_outputs
from hocsau.judging.show import as_html
from tests.attacks.classroom import (
    LESSON,
    QUICK,
    SECRET,
    cells_of,
    everything_said,
    of,
    others_are_right,
    ways,
)
from tests.attacks.witness import Witness
from tests.grader.nbgrader.test_outputs import active, page


def all_that_is_read(judgement: Judgement) -> str:
    """Outputs, messages, the instructor's lines and JSON, the page for the learner."""
    said = [everything_said(judgement), str(as_dict(judgement, "en")), *as_lines(judgement, "vi")]
    said += [as_html(verdict, "en", judgement.pictures.get(verdict.exercise, "")) for verdict in judgement.verdicts]
    return "\n".join(said)


# --- rows 13 and 26


def test_ways_out_of_python_are_refused_with_a_message(attacked: Any, witness: Witness, worker: Any) -> None:
    program = witness.course / "program.py"
    known = {**witness.known, "program": str(program)}
    judgement = attacked("13_shell", known, limits=QUICK)
    assert others_are_right(judgement)
    assert of(judgement, "double").outcome == "passed"
    said = everything_said(judgement)
    assert witness.token not in said
    assert "root:x:" not in said
    assert "uid=" not in said
    assert witness.is_untouched()
    first, last = 3, 15  # before them: an honest answer, what is known, the title
    silent = [i for i in range(first, last + 1) if not _says_something(judgement.outputs[i])]
    assert silent == []


def _says_something(outputs: list[dict[str, Any]]) -> bool:
    return any(output["output_type"] == "error" or output.get("text") for output in outputs)


@pytest.mark.parametrize("name", ["13_harmless_magics", "26_honest_and_noisy"])
def test_honest_work_keeps_its_marks(attacked: Any, name: str) -> None:
    judgement = attacked(name)
    honest = {verdict.exercise: verdict.outcome for verdict in judgement.verdicts}
    if name.startswith("26"):
        assert honest.pop("quadruple") == "missing"
    assert set(honest.values()) == {"passed"}
    trouble = [o["ename"] for shown in judgement.outputs.values() for o in shown if o["output_type"] == "error"]
    assert trouble == (["NameError", "SyntaxError"] if name.startswith("26") else [])
    if name.startswith("26"):
        assert "image/png" in everything_said(judgement)


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_nothing_of_a_learner_runs_in_a_page(attacked: Any, template: str) -> None:
    """What came out of the box, put where the feedback and the formgrader show it."""
    judgement = attacked("19_scripts_in_outputs")
    assert of(judgement, "double").points == 0
    assert others_are_right(judgement)
    assert everything_said(judgement).count("window.planted=1") > 20
    code = cells_of("19_scripts_in_outputs")
    cells = [new_code_cell(source) for source in ["", *code, "", ""]]
    shown, plain = (
        new_notebook(cells=cells),
        [new_code_cell("x") for _ in [*cells, *LESSON.exercises]],
    )
    put_outputs(shown, judgement.outputs, "en")
    verdicts = [as_html(verdict, "en", judgement.pictures.get(verdict.exercise, "")) for verdict in judgement.verdicts]
    told = [new_code_cell("x", outputs=[new_output("display_data", {"text/html": html})]) for html in verdicts]
    assert active(page(template, *shown.cells, *told)) == active(page(template, *plain))


# --- hidden inputs


def hidden_digits() -> str:
    """The first of the numbers that only the grader sees, as the attack spells it."""
    exercise = draw_exercise(LESSON, LESSON.exercises[0], SECRET, hidden=True, mistakes=False)
    (case,) = [case for case in exercise.cases if case.hidden]
    return str(int(np.asarray(case.request.arguments["w"])[0] * 10**6))  # type: ignore[union-attr]


@pytest.mark.parametrize("way", ways("35_tells_hidden_inputs"))
def test_a_hidden_input_is_told_to_nobody(attacked: Any, way: str) -> None:
    judgement = attacked("35_tells_hidden_inputs", {"way": way}, limits=QUICK)
    verdict = of(judgement, "double")
    assert (verdict.outcome, others_are_right(judgement)) == (
        "passed" if way == "a warning" else "partly",
        True,
    )
    said = re.sub(r"data:image/[^\"']+", "", all_that_is_read(judgement))
    digits = hidden_digits()
    spelled = {digits, f"{int(digits):,}", digits[:-1], str(int(digits) // 100)}
    assert not [form for form in spelled if form in said]


def test_a_public_input_would_be_found_by_this_test(attacked: Any) -> None:
    """The same search finds what is allowed to be told."""
    from tests.attacks.classroom import judge_cells

    exercise = draw_exercise(LESSON, LESSON.exercises[0], SECRET, hidden=True, mistakes=False)
    public = str(int(np.asarray(exercise.cases[0].request.arguments["w"])[0] * 10**6))  # type: ignore[union-attr]
    source = "def double(w):\n    return type(f'told_{int(w[0] * 10**6)}', (), {})()"
    assert judge_cells
    judgement = attacked.__closure__ and judge_cells(attacked.__closure__[0].cell_contents, [source])
    assert public in all_that_is_read(judgement)


# --- long and strange texts


def test_long_errors_are_cut(attacked: Any) -> None:
    judgement = attacked("36_long_tracebacks", limits=QUICK)
    assert others_are_right(judgement)
    assert of(judgement, "double").points == 0
    messages = [case.message for verdict in judgement.verdicts for case in verdict.cases]
    assert max(len(message.en) for message in messages) < 1500
    assert len(everything_said(judgement)) < 20 << 20
    for line in as_lines(judgement, "en"):
        assert len(line) < 10_000


@pytest.mark.parametrize("way", ways("37_speaks_to_the_terminal"))
def test_the_instructors_lines_hold_no_codes_and_no_lines_of_the_learners(attacked: Any, way: str) -> None:
    judgement = attacked("37_speaks_to_the_terminal", {"way": way}, limits=QUICK)
    assert others_are_right(judgement, "double", "toy_quiz")
    assert of(judgement, "double").outcome == "error"
    read = [*as_lines(judgement, "en"), *as_lines(judgement, "vi"), str(as_dict(judgement, "en"))]
    for text in read:
        text.encode("utf-8")
        strange = [c for c in text.replace("\n", "") if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
        assert strange == []
    lines = "\n".join(as_lines(judgement, "en")).split("\n")
    assert [line for line in lines if line.startswith("double: ")] == [f"double: {of(judgement, 'double').message.en}"]
    for verdict in judgement.verdicts:
        page = as_html(verdict, "en", judgement.pictures.get(verdict.exercise, ""))
        assert not re.search(r"<(script|a |img(?! src=\"data:))|onerror=[^&]*>", page)
        assert page.count("<div") == page.count("</div>") == 1
