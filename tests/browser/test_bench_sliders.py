"""The slider bench says what it measured, and finds what is too slow."""

from __future__ import annotations

from tests.browser.bench_sliders import GOALS, markdown, missed

GOOD = {
    "explorer": "momentum.ravine", "step_ms": 31.4, "drag_fps": 34.0, "settle_ms": 20,
    "plain_step_ms": 210.0, "plain_drag_fps": 4.2, "plain_settle_ms": 900,
}  # fmt: skip


def test_the_table_holds_a_row_per_explorer() -> None:
    assert markdown([GOOD]).splitlines()[-1] == "| momentum.ravine | 31 | 34 | 210 | 4 |"


def test_what_is_slow_or_lags_is_named() -> None:
    assert missed([GOOD], GOALS[True]) == []
    for changed in ({"step_ms": 40.1}, {"drag_fps": 29.9}, {"settle_ms": 501}):
        (line,) = missed([{**GOOD, **changed}], GOALS[True])
        assert line.startswith("momentum.ravine: ")
    assert missed([{**GOOD, "step_ms": 49.0, "drag_fps": 18.0}], GOALS[False]) == []
