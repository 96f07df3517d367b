"""Lesson 6's own cells: the bug that is shown, and the forecasts for real, which must not see what is held out."""

from __future__ import annotations

import time
from typing import Any

import pytest
import torch

from grader.course.reference import answers
from grader.publish.claims import source_cell
from hocsau import datasets
from hocsau.explore.recurrent_networks import root_mean_square

ANSWERS = answers("recurrent_networks")
LESSON = source_cell("recurrent_networks", "bike_data", "bike_windows", "buggy_scaled")
RENTALS = LESSON["rentals"]
Tensor = torch.Tensor


def test_the_bug_hunt_shows_its_symptom() -> None:
    calm = torch.tensor([10.0, 12.0, 11.0, 9.0, 10.0, 12.0, 11.0, 9.0])
    storm = calm.clone()
    storm[-1] = 100.0
    buggy, mended = LESSON["buggy_scaled"], ANSWERS["recurrent_networks_bug_hunt"]
    assert not torch.allclose(buggy(calm, 6)[0], buggy(storm, 6)[0])
    assert torch.equal(mended(calm, 6)[0], mended(storm, 6)[0])


def test_the_series_is_every_hour_of_the_year() -> None:
    bikes = datasets.bikeshare()
    assert len(RENTALS) == 8760
    assert bikes.bikers.min() == 1  # so an hour without a row had none
    assert int((RENTALS > 0).sum()) == len(bikes.bikers)


def of_the_past(prepare: Any, series: Tensor, split: int) -> bool:
    """Does what is learned from stay the same when the held-out stretch is another one? prepare: (series, split) -> tensors"""
    changed = series.clone()
    changed[split:] = 1e4 + series[split:].flip(0)
    pairs = zip(prepare(series, split), prepare(changed, split), strict=True)
    return all(torch.equal(before, after) for before, after in pairs)


def test_no_window_and_no_scale_sees_the_held_out_stretch() -> None:
    def learned_from(series: Tensor, split: int) -> tuple[Tensor, ...]:
        train, _ = LESSON["stretches"](series, split, split + 100, 24, 2)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = ANSWERS["Forecaster"](4, 2)
        generator = torch.Generator().manual_seed(0)
        ANSWERS["train_forecaster"](model, *train, 1, 0.01, 64, generator)
        return *train, *model.state_dict().values()

    assert of_the_past(learned_from, RENTALS[:600], 400)


def scale_of_everything(series: Tensor, split: int) -> Any:
    return ANSWERS["make_windows"](LESSON["buggy_scaled"](series, split)[0], 24, 1)


def targets_beyond_the_split(series: Tensor, split: int) -> Any:
    return ANSWERS["make_windows"](series[: split + 1], 24, 1)


def windows_shuffled_before_the_split(series: Tensor, split: int) -> Any:
    inputs, targets = ANSWERS["make_windows"](series, 24, 1)
    order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(0))[:split]
    return inputs[order], targets[order]


@pytest.mark.parametrize("planted", [scale_of_everything, targets_beyond_the_split, windows_shuffled_before_the_split])
def test_a_planted_leak_is_caught(planted: Any) -> None:
    assert not of_the_past(planted, RENTALS[:600], 400)


def test_held_out_windows_look_back_and_their_targets_are_the_stretch() -> None:
    series = torch.arange(100.0)
    _, (asked, truth) = LESSON["stretches"](series, 70, 90, 8, 1)
    assert truth.flatten().tolist() == list(range(70, 90))
    assert asked[:, -1].tolist() == list(range(69, 89))


def test_the_forecaster_beats_persistence_by_1_8_and_the_line_in_under_thirty_seconds() -> None:
    """On the last fifth of the year, which it has not seen, as in the lesson; time of the processor."""
    train, (asked, truth) = LESSON["stretches"](RENTALS, 7008, 8760, 48, 1)
    began = time.process_time()
    made = LESSON["lstm_forecast"](train, asked, 32, 6, 64, 0, "cpu")
    seconds = time.process_time() - began
    error = root_mean_square(made, truth)
    assert root_mean_square(asked[:, -1:], truth) / error > 1.8
    assert error < 0.85 * root_mean_square(LESSON["line_forecast"](train, asked), truth)
    assert seconds < 30  # about 4
