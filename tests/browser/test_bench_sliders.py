"""The slider bench says what it measured, and finds what is too slow."""

from __future__ import annotations

from tests.browser.bench_sliders import GOALS, figures, markdown, missed, settled

GOOD = {
    "explorer": "momentum.ravine", "step_ms": 31.4, "drag_fps": 34.0, "settle_ms": 20,
    "plain_step_ms": 210.0, "plain_drag_fps": 4.2, "plain_settle_ms": 900,
}  # fmt: skip


def test_the_table_holds_a_row_per_explorer() -> None:
    assert markdown([GOOD]).splitlines()[-1] == "| momentum.ravine | 31 | 34 | 210 | 4 |"


def test_what_is_slow_or_lags_is_named() -> None:
    assert missed([GOOD], GOALS[True]) == []
    for changed in ({"step_ms": 40.1}, {"drag_fps": 29.9}, {"settle_ms": 501}):
        assert missed([GOOD, {**GOOD, **changed}], GOALS[True]) == [{**GOOD, **changed}]
    assert missed([{**GOOD, "step_ms": 49.0, "drag_fps": 18.0}], GOALS[False]) == []


def test_what_was_measured_is_said() -> None:
    assert figures(GOOD) == (
        "momentum.ravine: 31.4 ms a step, 34.0 pictures a second, the last one 20 ms behind the drag"
    )


def test_a_second_measurement_counts_only_where_it_reaches_the_goals_and_keeps_the_first() -> None:
    other = {**GOOD, "explorer": "momentum.rate_map"}
    slow, slower = {**GOOD, "step_ms": 62.0}, {**GOOD, "step_ms": 55.0}
    assert settled([other, slow], [GOOD], GOALS[True]) == [other, {**GOOD, "first": slow}]
    assert settled([other, slow], [slower], GOALS[True]) == [other, slow]
