"""Every number that lesson 6's prose prints, section by section, computed anew (6a to 6c: with the explorers' tests)."""

from __future__ import annotations

import math
import time
from functools import cache
from typing import Any

import pytest
import torch
from torch import nn

from grader.publish.source import read_source
from grader.publish.twins import faults
from grader.reference import answers
from hocsau import datasets
from hocsau.explore.recurrent_networks import root_mean_square

ANSWERS = answers("recurrent_networks")
CELLS = read_source("recurrent_networks")
ENGLISH = {c.key: " ".join(c.source.split()) for c in CELLS if c.language == "en"}
Tensor = torch.Tensor


def one(value: float) -> Tensor:
    return torch.tensor([[value]], dtype=torch.float64)


def row(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


@cache
def lesson() -> dict[str, Any]:
    """The functions that the lesson's own cells define for the part "for real", around the reference answers."""
    namespace: dict[str, Any] = {"torch": torch, "nn": nn, **ANSWERS}
    for cell in CELLS:
        if cell.key in ("bike_data", "bike_windows", "buggy_scaled", "name_data"):
            exec(compile(cell.source, cell.key, "exec"), namespace)
    return namespace


def test_twins_agree() -> None:
    assert faults(CELLS) == []


def test_section_2_two_steps() -> None:
    weights = one(0.8), one(0.5), row(0.1)
    first = ANSWERS["rnn_step"](one(1.0), one(0.5), *weights)
    second = ANSWERS["rnn_step"](one(-1.0), first, *weights)
    assert (f"{first.item():.3f}", f"{second.item():.3f}") == ("0.818", "-0.283")
    assert f"{0.5 * first.item():.3f}" == "0.409"


def test_section_3_a_product_of_fifty() -> None:
    hs = torch.full((51, 1), 0.5, dtype=torch.float64)
    norms = ANSWERS["gradient_through_time"](one(0.9), hs)
    assert norms[-2].item() == pytest.approx(0.675)
    assert f"{norms[0].item():.1e}" == "2.9e-09"
    assert "2.9e-9" in ENGLISH["through_time"]


def test_section_3_the_bound_by_the_norms_of_the_factors() -> None:
    W = torch.randn(4, 4, generator=torch.Generator().manual_seed(0)).double()
    W = 0.8 * W / torch.linalg.matrix_norm(W, 2)
    hs = torch.tanh(torch.randn(20, 4, generator=torch.Generator().manual_seed(1)).double())
    norms = ANSWERS["gradient_through_time"](W, hs)
    assert all(norms[t] <= 0.8 ** (19 - t) + 1e-12 for t in range(20))


@pytest.mark.parametrize(
    ("limit", "expected"), [(6.5, ([1.5, 2.0], [6.0])), (20.0, ([3.0, 4.0], [12.0]))]
)
def test_section_4_a_norm_of_thirteen(limit: float, expected: tuple[list[float], ...]) -> None:
    clipped, norm = ANSWERS["clip_gradients"]([row(3.0, 4.0), row(12.0)], limit)
    assert norm.item() == 13.0
    assert tuple(g.tolist() for g in clipped) == expected


def test_section_5_one_step_of_an_lstm() -> None:
    zeros, b = torch.zeros(4, 1, dtype=torch.float64), row(0.0, 2.0, 1.0, -1.0)
    h, c = ANSWERS["lstm_cell"](one(1.0), one(0.0), one(0.5), zeros, zeros, b, torch.zeros_like(b))
    assert (f"{c.item():.3f}", f"{h.item():.3f}") == ("0.821", "0.182")
    i, f, g, o = torch.sigmoid(b[0]), torch.sigmoid(b[1]), torch.tanh(b[2]), torch.sigmoid(b[3])
    assert [f"{v:.3f}" for v in (i, f, g, o)] == ["0.500", "0.881", "0.762", "0.269"]
    assert (f"{f * 0.5:.3f}", f"{i * g:.3f}") == ("0.440", "0.381")
    assert f"{0.5**50:.1e}" == "8.9e-16"


def test_section_5_along_the_cell_state_the_jacobian_is_the_forget_gate() -> None:
    """With h cut off between steps, dc_T/dc_0 is the product of the forget gates."""
    generator = torch.Generator().manual_seed(0)
    W_ih, W_hh = (torch.randn(12, n, generator=generator).double() for n in (2, 3))
    b_ih, b_hh = (torch.randn(12, generator=generator).double() for _ in range(2))
    xs = torch.randn(5, 1, 2, generator=generator).double()
    start = torch.randn(1, 3, generator=generator).double()
    product = torch.ones(3, dtype=torch.float64)
    h, c = torch.zeros(1, 3, dtype=torch.float64), start
    hs = []
    for x in xs:
        gates = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        product = product * torch.sigmoid(gates[0, 3:6])
        hs.append(h)
        h, c = ANSWERS["lstm_cell"](x, h, c, W_ih, W_hh, b_ih, b_hh)

    def last(c: Tensor) -> Tensor:
        for x, h in zip(xs, hs, strict=True):
            _, c = ANSWERS["lstm_cell"](x, h, c, W_ih, W_hh, b_ih, b_hh)
        return c[0]

    jacobian = torch.autograd.functional.jacobian(last, start)[:, 0]
    torch.testing.assert_close(jacobian, torch.diag(product), rtol=1e-12, atol=1e-15)


def test_section_7_one_step_of_a_gru() -> None:
    b_ih, b_hh = row(0.0, 1.0, 0.2), row(0.0, 0.0, 0.6)
    zeros = torch.zeros(3, 1, dtype=torch.float64)
    h = ANSWERS["gru_cell"](one(1.0), one(0.5), zeros, zeros, b_ih, b_hh)
    assert f"{h.item():.3f}" == "0.490"
    z = 1 / (1 + math.exp(-1))
    assert [f"{v:.3f}" for v in (z, 1 - z, math.tanh(0.5))] == ["0.731", "0.269", "0.462"]


def test_a_gru_has_three_quarters_of_an_lstms_weights() -> None:
    gru, lstm = (sum(p.numel() for p in m(7, 5).parameters()) for m in (nn.GRU, nn.LSTM))
    assert gru / lstm == 0.75


def test_section_8_the_conversions_hold() -> None:
    rnn = nn.RNN(3, 5).double()
    W_ih, W_hh, b_ih, b_hh = rnn.parameters()
    x = torch.ones(1, 2, 3, dtype=torch.float64)
    h = torch.ones(1, 2, 5, dtype=torch.float64)
    ours = ANSWERS["rnn_step"](x[0], h[0], W_ih, W_hh, b_ih + b_hh)
    torch.testing.assert_close(rnn(x, h)[0][0], ours)
    module = nn.LSTM(3, 5, batch_first=True)
    assert [name for name, _ in module.named_parameters()] == [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0",
    ]  # fmt: skip
    outputs, (state, _) = module(torch.zeros(4, 7, 3))
    assert (tuple(outputs.shape), tuple(state.shape)) == ((4, 7, 5), (1, 4, 5))


def test_section_9_three_windows() -> None:
    inputs, targets = ANSWERS["make_windows"](row(1.0, 2.0, 3.0, 4.0, 5.0), 2, 1)
    assert inputs.tolist() == [[1, 2], [2, 3], [3, 4]]
    assert targets.tolist() == [[3], [4], [5]]


def test_section_10_the_number_of_parameters() -> None:
    model = ANSWERS["Forecaster"](32, 1)
    assert sum(p.numel() for p in model.lstm.parameters()) == 4480
    assert sum(p.numel() for p in model.head.parameters()) == 33


def test_the_quiz_key_is_right() -> None:
    sizes = [sum(p.numel() for p in m.parameters()) for m in (nn.LSTM(10, 20), nn.GRU(10, 20))]
    assert sizes == [2560, 1920]
    zeros, b = torch.zeros(4, 1, dtype=torch.float64), row(-50.0, 50.0, 1.0, -50.0)
    h, c = ANSWERS["lstm_cell"](one(1.0), one(1.0), one(0.7), zeros, zeros, b, torch.zeros_like(b))
    assert (round(h.item(), 12), round(c.item(), 12)) == (0.0, 0.7)
    assert ANSWERS["recurrent_networks_quiz"] == {"q1": "b", "q2": "d", "q3": "a", "q4": "c"}


def test_the_bug_hunt_shows_its_symptom() -> None:
    calm = torch.tensor([10.0, 12.0, 11.0, 9.0, 10.0, 12.0, 11.0, 9.0])
    storm = calm.clone()
    storm[-1] = 100.0
    buggy, mended = lesson()["buggy_scaled"], ANSWERS["recurrent_networks_bug_hunt"]
    assert not torch.allclose(buggy(calm, 6)[0], buggy(storm, 6)[0])
    assert torch.equal(mended(calm, 6)[0], mended(storm, 6)[0])


# for real


def test_the_series_is_every_hour_of_the_year() -> None:
    rentals, bikes = lesson()["rentals"], datasets.bikeshare()
    assert len(rentals) == 8760
    assert int((rentals == 0).sum()) == 115
    assert bikes.bikers.min() == 1  # so an hour without a row had none
    assert bikes.bikers[bikes.day == 341].sum() == 705
    assert bikes.bikers[bikes.day == 342].sum() == 3322
    assert str(bikes.time[bikes.day == 341][0])[:10] == "2011-12-07"


def of_the_past(prepare: Any, series: Tensor, split: int) -> bool:
    """Does what is learned from stay the same when the held-out stretch is another one? prepare: (series, split) -> tensors"""
    changed = series.clone()
    changed[split:] = 1e4 + series[split:].flip(0)
    pairs = zip(prepare(series, split), prepare(changed, split), strict=True)
    return all(torch.equal(before, after) for before, after in pairs)


def test_no_window_and_no_scale_sees_the_held_out_stretch() -> None:
    rentals = lesson()["rentals"][:600]

    def learned_from(series: Tensor, split: int) -> tuple[Tensor, ...]:
        train, _ = lesson()["stretches"](series, split, split + 100, 24, 2)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = ANSWERS["Forecaster"](4, 2)
        generator = torch.Generator().manual_seed(0)
        ANSWERS["train_forecaster"](model, *train, 1, 0.01, 64, generator)
        return *train, *model.state_dict().values()

    assert of_the_past(learned_from, rentals, 400)


def scale_of_everything(series: Tensor, split: int) -> Any:
    return ANSWERS["make_windows"](lesson()["buggy_scaled"](series, split)[0], 24, 1)


def targets_beyond_the_split(series: Tensor, split: int) -> Any:
    return ANSWERS["make_windows"](series[: split + 1], 24, 1)


def windows_shuffled_before_the_split(series: Tensor, split: int) -> Any:
    inputs, targets = ANSWERS["make_windows"](series, 24, 1)
    order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(0))[:split]
    return inputs[order], targets[order]


@pytest.mark.parametrize(
    "planted", [scale_of_everything, targets_beyond_the_split, windows_shuffled_before_the_split]
)
def test_a_planted_leak_is_caught(planted: Any) -> None:
    assert not of_the_past(planted, lesson()["rentals"][:600], 400)


def test_held_out_windows_look_back_and_their_targets_are_the_stretch() -> None:
    series = torch.arange(100.0)
    _, (asked, truth) = lesson()["stretches"](series, 70, 90, 8, 1)
    assert truth.flatten().tolist() == list(range(70, 90))
    assert asked[:, -1].tolist() == list(range(69, 89))


def errors_on(series: Tensor, split: int, stop: int, length: int, season: int) -> dict[str, Any]:
    train, (asked, truth) = lesson()["stretches"](series, split, stop, length, 1)
    forecasts = {
        "persistence": asked[:, -1:],
        "season": asked[:, -season][:, None],
        "line": lesson()["line_forecast"](train, asked),
    }
    return {name: root_mean_square(made, truth) for name, made in forecasts.items()} | {
        "train": train, "asked": asked, "truth": truth,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stretch", "persistence", "day", "week", "line"),
    [
        (0, 89.5, 101.7, 97.6, 53.7),
        (1, 83.2, 101.0, 89.8, 51.9),
        (2, 73.0, 84.6, 80.1, 44.3),
        (3, 62.5, 76.9, 77.1, 39.5),
    ],
)
def test_the_baselines_on_the_bicycles(
    stretch: int, persistence: float, day: float, week: float, line: float
) -> None:
    rentals, month = lesson()["rentals"], 28 * 24
    split = 8760 - (4 - stretch) * month
    found = errors_on(rentals, split, split + month, 48, 24)
    assert found["persistence"] == pytest.approx(persistence, abs=0.051)
    assert found["season"] == pytest.approx(day, abs=0.051)
    assert found["line"] == pytest.approx(line, abs=0.051)
    before = rentals[split - 168 : split + month - 168, None]
    assert root_mean_square(before, found["truth"]) == pytest.approx(week, abs=0.051)


def test_the_forecaster_beats_persistence_by_1_8_and_the_line_in_under_thirty_seconds() -> None:
    """On the last fifth of the year, which it has not seen, as in the lesson; time of the processor."""
    found = errors_on(lesson()["rentals"], 7008, 8760, 48, 24)
    began = time.process_time()
    made = lesson()["lstm_forecast"](found["train"], found["asked"], 32, 6, 64, 0, "cpu")
    seconds = time.process_time() - began
    error = root_mean_square(made, found["truth"])
    assert found["persistence"] / error > 1.8  # about 2.2
    assert error < 0.85 * found["line"]  # about 32 of 43.6
    assert 29 < error < 35
    assert seconds < 30  # about 4


def test_a_week_of_inputs_for_the_line() -> None:
    assert errors_on(lesson()["rentals"], 7008, 8760, 168, 24)["line"] == pytest.approx(37.0, abs=0.051)  # fmt: skip


def test_the_sunspots_are_a_close_race() -> None:
    spots = torch.tensor(datasets.sunspots().count).float()
    assert len(spots) == 309
    found = errors_on(spots, 247, 309, 22, 11)
    assert len(found["train"][0]) == 225
    assert [round(found[k], 1) for k in ("persistence", "season", "line")] == [33.3, 37.9, 20.0]
    made = lesson()["lstm_forecast"](found["train"], found["asked"], 8, 40, 16, 2, "cpu")
    assert 17 < root_mean_square(made, found["truth"]) < 22  # 18.9 here


def test_the_names_and_what_simpler_models_lose() -> None:
    ids, known, unknown = (lesson()[name] for name in ("ids", "known", "unknown"))
    letters = lesson()["letters"]
    assert (len(ids), len(known), len(letters) + 1) == (2823, 2500, 128)
    assert f"{math.log(128):.2f}" == "4.85"

    def pairs(rows: Tensor) -> tuple[Tensor, Tensor]:
        before = torch.cat([torch.zeros(len(rows), 1, dtype=torch.long), rows[:, :-1]], dim=1)
        counts = (rows == 0).cumsum(dim=1) <= 1
        return before[counts], rows[counts]

    (before, after), (asked, right) = pairs(known), pairs(unknown)
    unigram = torch.bincount(after, minlength=128) + 1.0
    assert float(-(unigram / unigram.sum()).log()[right].mean()) == pytest.approx(3.57, abs=0.006)
    bigram = torch.full((128, 128), 0.05)
    bigram.index_put_((before, after), torch.ones(len(before)), accumulate=True)
    bigram /= bigram.sum(dim=1, keepdim=True)
    assert float(-bigram.log()[asked, right].mean()) == pytest.approx(2.05, abs=0.006)
