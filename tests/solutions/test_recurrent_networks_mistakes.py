"""Lesson 6's mistakes as students write them, each anew from the lesson's words: never full marks, the right name or none.

The catalogue's own programs share their parts; these do not, so a name that only fits its own twin shows here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (the name that everyone uses)
from torch import nn

from grader.cases import draw_exercise
from grader.lessons.recurrent_networks import LESSON
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import drive
from hocsau.judging.verdict import judge

DEFINITIONS = {definition.name: definition for definition in LESSON.exercises}
MISTAKES: list[Any] = []
s, tanh = torch.sigmoid, torch.tanh


def mistake(exercise: str, name: str | None = None) -> Callable[[Any], Any]:
    """A wrong answer, and the id that it must be told by; None where only its case can say what is wrong."""

    def enter(program: Any) -> Any:
        MISTAKES.append(pytest.param(exercise, program, name, id=f"{exercise}-{program.__name__}"))
        return program

    return enter


@cache
def drawn(name: str) -> Exercise:
    return draw_exercise(LESSON, DEFINITIONS[name], b"students", hidden=True)


# rnn_step


@mistake("rnn_step", "state_ignored")
def only_the_input(x, h, W_ih, W_hh, b):
    return tanh(F.linear(x, W_ih, b))


@mistake("rnn_step", "detached")
def copied_number_by_number(x, h, W_ih, W_hh, b):
    return torch.tensor(tanh(x @ W_ih.T + h @ W_hh.T + b).tolist(), dtype=x.dtype)


@mistake("rnn_step", "bias_outside")
def bias_at_the_end(x, h, W_ih, W_hh, b):
    state = tanh(torch.einsum("nd,hd->nh", x, W_ih) + torch.einsum("nk,hk->nh", h, W_hh))
    return state + b


@mistake("rnn_step")
def joined_in_the_wrong_order(x, h, W_ih, W_hh, b):
    return tanh(torch.cat([h, x], 1) @ torch.cat([W_ih, W_hh], 1).T + b)


@mistake("rnn_step")
def bias_in_both_linears(x, h, W_ih, W_hh, b):
    return tanh(F.linear(x, W_ih, b) + F.linear(h, W_hh, b))


@mistake("rnn_step")
def residual(x, h, W_ih, W_hh, b):
    return h + tanh(x @ W_ih.T + h @ W_hh.T + b)


@mistake("rnn_step")
def state_taken_as_given(x, h, W_ih, W_hh, b):
    return tanh(x @ W_ih.T + h.detach() @ W_hh.T + b)


# gradient_through_time


def backwards(W_hh, hs, factor, norm=torch.linalg.svdvals):
    """From the last state: norms of the product, its newest factor on the right."""
    J = torch.eye(len(W_hh), dtype=hs.dtype)
    found = [norm(J).max()]
    for t in range(len(hs) - 1, 0, -1):
        J = J @ factor(t)
        found.insert(0, norm(J).max())
    return torch.stack(found)


@mistake("gradient_through_time", "slope_missing")
def powers_of_the_matrix(W_hh, hs):
    T = len(hs)
    powers = [torch.linalg.matrix_power(W_hh, T - 1 - t) for t in range(T)]
    return torch.stack([torch.linalg.norm(power, ord=2) for power in powers])


@mistake("gradient_through_time", "slope_of_the_state_before")
def slope_at_t(W_hh, hs):
    return backwards(W_hh, hs, lambda t: torch.diag(1 - hs[t - 1] ** 2) @ W_hh)


@mistake("gradient_through_time", "product_reversed")
def first_factor_on_the_left(W_hh, hs):
    found = []
    for t in range(len(hs)):
        J = torch.eye(len(W_hh), dtype=hs.dtype)
        for k in range(t + 1, len(hs)):
            J = J @ torch.diag(1 - hs[k] ** 2) @ W_hh
        found.append(torch.linalg.matrix_norm(J, ord=2))
    return torch.stack(found)


@mistake("gradient_through_time", "frobenius_norm")
def default_norm(W_hh, hs):
    return backwards(W_hh, hs, lambda t: torch.diag(1 - hs[t] ** 2) @ W_hh, torch.norm)


@mistake("gradient_through_time", "eigenvalue_for_norm")
def spectral_radius(W_hh, hs):
    def size(J):
        return torch.linalg.eig(J)[0].abs()

    return backwards(W_hh, hs, lambda t: (1 - hs[t] ** 2).unsqueeze(1) * W_hh, size)


@mistake("gradient_through_time", "from_the_first_state")
def forwards(W_hh, hs):
    J, found = torch.eye(len(W_hh), dtype=hs.dtype), []
    for t, h in enumerate(hs):
        J = torch.diag(1 - h**2) @ W_hh @ J if t else J
        found.append(torch.linalg.matrix_norm(J, ord=2))
    return torch.stack(found)


@mistake("gradient_through_time", "tanh_once_more")
def tanh_of_a_state(W_hh, hs):
    return backwards(W_hh, hs, lambda t: torch.diag(1 - tanh(hs[t]) ** 2) @ W_hh)


@mistake("gradient_through_time", "singular_value_squared")
def eigenvalue_of_the_square(W_hh, hs):
    def size(J):
        return torch.linalg.eigvalsh(J.T @ J)

    return backwards(W_hh, hs, lambda t: torch.diag(1 - hs[t] ** 2) @ W_hh, size)


@mistake("gradient_through_time")
def largest_entry(W_hh, hs):
    return backwards(W_hh, hs, lambda t: torch.diag(1 - hs[t] ** 2) @ W_hh, torch.abs)


@mistake("gradient_through_time")
def norm_to_a_power(W_hh, hs):
    T = len(hs)
    return torch.stack([torch.linalg.matrix_norm(W_hh, ord=2) ** (T - 1 - t) for t in range(T)])


# clip_gradients


def length(grads):
    return torch.cat([g.flatten() for g in grads]).norm()


@mistake("clip_gradients", "epsilon_added")
def by_the_library(grads, max_norm):
    parameters = [nn.Parameter(torch.zeros_like(g)) for g in grads]
    for parameter, g in zip(parameters, grads, strict=True):
        parameter.grad = g.clone()
    norm = nn.utils.clip_grad_norm_(parameters, max_norm)
    return [parameter.grad for parameter in parameters], norm


@mistake("clip_gradients", "cut_to_length_one")
def unit_length(grads, max_norm):
    norm = length(grads)
    return [g / norm if norm > max_norm else g.clone() for g in grads], norm


@mistake("clip_gradients", "norm_first")
def in_the_other_order(grads, max_norm):
    norm = length(grads)
    return norm, [g * min(1.0, max_norm / norm) for g in grads]


@mistake("clip_gradients", "norm_not_returned")
def gradients_alone(grads, max_norm):
    return [g * min(1.0, max_norm / length(grads)) for g in grads]


@mistake("clip_gradients")
def by_the_largest_entry(grads, max_norm):
    norm = max(g.abs().max() for g in grads)
    return [g * min(1.0, max_norm / norm) for g in grads], norm


@mistake("clip_gradients")
def zero_divides(grads, max_norm):
    norm = float(length(grads))
    factor = min(1.0, max_norm / norm)
    return [g * factor for g in grads], torch.tensor(norm, dtype=grads[0].dtype)


# lstm_cell


def blocks(x, h, c, W_ih, W_hh, b_ih, b_hh):
    return torch.chunk(F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh), 4, dim=1)


@mistake("lstm_cell", "order_ifog")
def g_comes_last(*given):
    i, f, o, g = blocks(*given)
    c = s(f) * given[2] + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "no_tanh_on_c")
def shown_as_it_is(*given):
    i, f, g, o = blocks(*given)
    c = s(f) * given[2] + s(i) * tanh(g)
    return s(o) * c, c


@mistake("lstm_cell", "sigmoid_for_g")
def four_sigmoids(*given):
    i, f, g, o = (s(block) for block in blocks(*given))
    c = f * given[2] + i * g
    return o * tanh(c), c


@mistake("lstm_cell", "forget_and_input_swapped")
def the_other_gate(*given):
    i, f, g, o = blocks(*given)
    c = s(i) * given[2] + s(f) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "bias_hh_dropped")
def one_bias(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + h @ W_hh.T + b_ih).chunk(4, 1)
    c = s(f) * c + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "bias_ih_dropped")
def the_other_bias(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + F.linear(h, W_hh, b_hh)).chunk(4, 1)
    c = s(f) * c + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "both_biases_dropped")
def no_bias(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + h @ W_hh.T).chunk(4, 1)
    c = s(f) * c + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "h_used_for_c")
def h_is_kept(*given):
    i, f, g, o = blocks(*given)
    c = s(f) * given[1] + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "state_ignored")
def the_input_alone(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + b_hh).chunk(4, 1)
    c = s(f) * c + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "blocks_interleaved")
def reshaped_to_h_by_four(x, h, c, W_ih, W_hh, b_ih, b_hh):
    a = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).view(len(x), -1, 4)
    i, f, g, o = a.unbind(2)
    c = s(f) * c + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "input_gate_missing")
def everything_written(*given):
    _, f, g, o = blocks(*given)
    c = s(f) * given[2] + tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell", "output_gate_missing")
def everything_shown(*given):
    i, f, g, _ = blocks(*given)
    c = s(f) * given[2] + s(i) * tanh(g)
    return tanh(c), c


@mistake("lstm_cell", "squashed_state_handed_on")
def bounded_memory(*given):
    i, f, g, o = blocks(*given)
    c = tanh(s(f) * given[2] + s(i) * tanh(g))
    return s(o) * c, c


@mistake("lstm_cell")
def forget_gate_open_at_the_start(*given):
    i, f, g, o = blocks(*given)
    c = s(f + 1) * given[2] + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell")
def forgets_what_it_writes(*given):
    i, f, g, o = blocks(*given)
    c = s(f) * (given[2] + s(i) * tanh(g))
    return s(o) * tanh(c), c


@mistake("lstm_cell")
def looks_through_a_peephole(*given):
    i, f, g, o = blocks(*given)
    c = s(f + given[2]) * given[2] + s(i + given[2]) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm_cell")
def squeezed(*given):
    i, f, g, o = blocks(*given)
    c = s(f) * given[2] + s(i) * tanh(g)
    return (s(o) * tanh(c)).squeeze(), c.squeeze()


# lstm


def cell(*given):
    i, f, g, o = blocks(*given)
    c = s(f) * given[2] + s(i) * tanh(g)
    return s(o) * tanh(c), c


@mistake("lstm", "c_not_carried")
def only_h_goes_on(xs, h, c, *weights):
    outputs = []
    for x in xs:
        h, new = cell(x, h, c, *weights)
        outputs.append(h)
    return torch.stack(outputs), (h, new)


@mistake("lstm", "time_and_batch_swapped")
def along_the_second_axis(xs, h, c, *weights):
    outputs = []
    for t in range(xs.shape[1]):
        h, c = cell(xs[:, t], h, c, *weights)
        outputs.append(h)
    return torch.stack(outputs), (h, c)


@mistake("lstm", "batch_first_throughout")
def as_with_batch_first(xs, h, c, *weights):
    outputs = []
    for t in range(xs.shape[1]):
        h, c = cell(xs[:, t], h, c, *weights)
        outputs.append(h)
    return torch.stack(outputs, dim=1), (h, c)


@mistake("lstm", "started_from_zeros")
def an_own_start(xs, h, c, *weights):
    h, c = torch.zeros_like(h), torch.zeros_like(c)
    outputs = []
    for x in xs:
        h, c = cell(x, h, c, *weights)
        outputs.append(h)
    return torch.stack(outputs), (h, c)


@mistake("lstm", "outputs_before_the_step")
def collected_too_early(xs, h, c, *weights):
    outputs = []
    for x in xs:
        outputs.append(h)
        h, c = cell(x, h, c, *weights)
    return torch.stack(outputs), (h, c)


@mistake("lstm", "cell_called_with_c_first")
def states_in_the_wrong_places(xs, h, c, *weights):
    outputs = []
    for x in xs:
        h, c = cell(x, c, h, *weights)
        outputs.append(h)
    return torch.stack(outputs), (h, c)


@mistake("lstm", "state_in_reverse")
def memory_first(xs, h, c, *weights):
    outputs = []
    for x in xs:
        h, c = cell(x, h, c, *weights)
        outputs.append(h)
    return torch.stack(outputs), (c, h)


@mistake("lstm")
def joined_without_an_axis(xs, h, c, *weights):
    outputs = []
    for x in xs:
        h, c = cell(x, h, c, *weights)
        outputs.append(h)
    return torch.cat(outputs), (h, c)


@mistake("lstm")
def the_state_as_it_came(xs, h, c, *weights):
    outputs, now = [], (h, c)
    for x in xs:
        now = cell(x, *now, *weights)
        outputs.append(now[0])
    return torch.stack(outputs), (h, c)


# gru_cell


def thirds(x, h, W_ih, W_hh, b_ih, b_hh):
    return *F.linear(x, W_ih, b_ih).chunk(3, 1), *F.linear(h, W_hh, b_hh).chunk(3, 1)


@mistake("gru_cell", "update_gate_reversed")
def z_of_the_new(x, h, *weights):
    ar, az, an, ur, uz, un = thirds(x, h, *weights)
    z, n = s(az + uz), tanh(an + s(ar + ur) * un)
    return z * n + (1 - z) * h


@mistake("gru_cell", "reset_before_the_matrix")
def state_reset_first(x, h, W_ih, W_hh, b_ih, b_hh):
    ar, az, an, ur, uz, _ = thirds(x, h, W_ih, W_hh, b_ih, b_hh)
    r, z = s(ar + ur), s(az + uz)
    n = tanh(an + F.linear(r * h, W_hh.chunk(3)[2], b_hh.chunk(3)[2]))
    return (1 - z) * n + z * h


@mistake("gru_cell", "gates_swapped")
def z_first(x, h, *weights):
    az, ar, an, uz, ur, un = thirds(x, h, *weights)
    z, n = s(az + uz), tanh(an + s(ar + ur) * un)
    return n + z * (h - n)


@mistake("gru_cell", "bias_hh_dropped")
def one_bias_of_two(x, h, W_ih, W_hh, b_ih, b_hh):
    ar, az, an = F.linear(x, W_ih, b_ih).chunk(3, 1)
    ur, uz, un = (h @ W_hh.T).chunk(3, 1)
    z, n = s(az + uz), tanh(an + s(ar + ur) * un)
    return (1 - z) * n + z * h


@mistake("gru_cell", "bias_not_reset")
def biases_merged(x, h, W_ih, W_hh, b_ih, b_hh):
    ar, az, an = F.linear(x, W_ih, b_ih + b_hh).chunk(3, 1)
    ur, uz, un = (h @ W_hh.T).chunk(3, 1)
    z, n = s(az + uz), tanh(an + s(ar + ur) * un)
    return (1 - z) * n + z * h


@mistake("gru_cell", "input_reset_too")
def all_three_from_one_sum(x, h, W_ih, W_hh, b_ih, b_hh):
    r, z, n = (F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)).chunk(3, 1)
    z, n = s(z), tanh(s(r) * n)
    return (1 - z) * n + z * h


@mistake("gru_cell", "candidate_returned")
def no_update(x, h, *weights):
    ar, _, an, ur, _, un = thirds(x, h, *weights)
    return tanh(an + s(ar + ur) * un)


@mistake("gru_cell", "no_tanh_on_n")
def linear_candidate(x, h, *weights):
    ar, az, an, ur, uz, un = thirds(x, h, *weights)
    z, n = s(az + uz), an + s(ar + ur) * un
    return (1 - z) * n + z * h


@mistake("gru_cell")
def reset_memory_too(x, h, *weights):
    ar, az, an, ur, uz, un = thirds(x, h, *weights)
    r, z = s(ar + ur), s(az + uz)
    return (1 - z) * tanh(an + r * un) + z * r * h


@mistake("gru_cell")
def state_itself_reset(x, h, *weights):
    ar, az, an, ur, uz, _ = thirds(x, h, *weights)
    z = s(az + uz)
    return (1 - z) * tanh(an + s(ar + ur) * h) + z * h


# make_windows


def cut(series, length, horizon, first, n=None):
    starts = range(len(series) - length - horizon + 1 if n is None else n)
    inputs = torch.stack([series[i : i + length] for i in starts])
    return inputs, torch.stack([series[i + first : i + first + horizon] for i in starts])


@mistake("make_windows", "targets_not_shifted")
def last_value_again(series, length, horizon):
    return cut(series, length, horizon, length - 1)


@mistake("make_windows", "targets_from_the_window_start")
def the_same_start(series, length, horizon):
    return cut(series, length, horizon, 0)


@mistake("make_windows", "last_window_missing")
def range_without_one(series, length, horizon):
    starts = torch.arange(len(series) - length - horizon)[:, None]
    both = series[starts + torch.arange(length + horizon)]
    return both[:, :length], both[:, length:]


@mistake("make_windows", "whole_windows_for_targets")
def moved_by_the_horizon(series, length, horizon):
    starts = range(len(series) - length - horizon + 1)
    inputs = torch.stack([series[i : i + length] for i in starts])
    return inputs, torch.stack([series[i + horizon : i + horizon + length] for i in starts])


@mistake("make_windows", "contiguous_for_clone")
def made_contiguous(series, length, horizon):
    windows = series.unfold(0, length + horizon, 1)
    return windows[:, :length].contiguous(), windows[:, length:].contiguous()


@mistake("make_windows")
def padded_at_the_end(series, length, horizon):
    padded = F.pad(series, (0, horizon))
    return cut(padded, length, horizon, length)


@mistake("make_windows")
def python_lists(series, length, horizon):
    inputs, targets = cut(series, length, horizon, length)
    return list(inputs), list(targets)


@mistake("make_windows")
def wrong_number_of_windows(series, length, horizon):
    return cut(series, length, horizon, length, n=len(series) - length)


# Forecaster


class Forecaster(nn.Module):
    def __init__(self, hidden_size, horizon):
        super().__init__()
        self.lstm = nn.LSTM(1, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, horizon)
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("std", torch.ones(()))

    def forward(self, inputs):
        hidden, _ = self.lstm(((inputs - self.mean) / self.std).unsqueeze(-1))
        return self.read(hidden) * self.std + self.mean

    def read(self, hidden):
        return self.head(hidden[:, -1])


@mistake("Forecaster", "state_kept")
class KeepsItsState(Forecaster):
    state = None

    def forward(self, inputs):
        scaled = (inputs - self.mean) / self.std
        hidden, self.state = self.lstm(scaled[..., None], self.state)
        return self.read(hidden) * self.std + self.mean


@mistake("Forecaster", "state_kept")
class KeepsItsStateWhileTheBatchIsTheSame(Forecaster):
    state = None

    def forward(self, inputs):
        if self.state is not None and self.state[0].shape[1] != len(inputs):
            self.state = None
        hidden, state = self.lstm(((inputs - self.mean) / self.std)[..., None], self.state)
        self.state = tuple(part.detach() for part in state)
        return self.read(hidden) * self.std + self.mean


@mistake("Forecaster", "first_output_for_last")
class ReadsTheFirst(Forecaster):
    def read(self, hidden):
        return self.head(hidden[:, 0, :])


@mistake("Forecaster", "viewed_for_transposed")
class ViewsForTransposing(Forecaster):
    def forward(self, inputs):
        N, T = inputs.shape
        steps = ((inputs - self.mean) / self.std).view(T, N, 1)
        hidden = self.lstm(steps.permute(1, 0, 2))[0]
        return self.read(hidden) * self.std + self.mean


@mistake("Forecaster", "std_not_undone")
class AddsTheMeanAlone(Forecaster):
    def forward(self, inputs):
        hidden, _ = self.lstm(((inputs - self.mean) / self.std).unsqueeze(-1))
        return self.read(hidden) + self.mean


@mistake("Forecaster", "scale_not_registered")
class HasNoBuffers(nn.Module):
    def __init__(self, hidden_size, horizon):
        super().__init__()
        self.lstm, self.head = nn.LSTM(1, hidden_size, batch_first=True), nn.Linear(hidden_size, horizon)  # fmt: skip

    def forward(self, inputs):
        return self.head(self.lstm(inputs.unsqueeze(2))[0][:, -1])


@mistake("Forecaster")
class StartsFromOnes(Forecaster):
    def forward(self, inputs):
        ones = inputs.new_ones(1, len(inputs), self.lstm.hidden_size)
        hidden, _ = self.lstm(((inputs - self.mean) / self.std)[..., None], (ones, ones))
        return self.read(hidden) * self.std + self.mean


@mistake("Forecaster")
class OtherNames(nn.Module):
    def __init__(self, hidden_size, horizon):
        super().__init__()
        self.rnn, self.fc = nn.LSTM(1, hidden_size, batch_first=True), nn.Linear(hidden_size, horizon)  # fmt: skip


# train_forecaster


def train(model, inputs, targets, epochs, rate, size, order, make=torch.optim.Adam, loss=F.mse_loss, scale=None):  # fmt: skip
    mean, std = (inputs.mean(), inputs.std()) if scale is None else scale
    model.mean.copy_(mean)
    model.std.copy_(std)
    optimizer = make(model.parameters(), lr=rate)
    model.train()
    for _ in range(epochs):
        for rows in order(len(inputs)).split(size):
            optimizer.zero_grad()
            loss(model(inputs[rows]) / std, targets[rows] / std).backward()
            optimizer.step()
    return model


@mistake("train_forecaster", "not_shuffled")
def in_the_order_of_time(model, inputs, targets, epochs, rate, size, generator):
    return train(model, inputs, targets, epochs, rate, size, torch.arange)


@mistake("train_forecaster", "generator_ignored")
def shuffled_by_torch(model, inputs, targets, epochs, rate, size, generator):
    return train(model, inputs, targets, epochs, rate, size, torch.randperm)


@mistake("train_forecaster", "one_order_for_all_epochs")
def shuffled_once(model, inputs, targets, epochs, rate, size, generator):
    order = torch.randperm(len(inputs), generator=generator)
    return train(model, inputs, targets, epochs, rate, size, lambda n: order)


@mistake("train_forecaster", "not_every_window")
def drawn_at_random(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        return torch.randint(0, n, (n,), generator=generator)

    return train(model, inputs, targets, epochs, rate, size, order)


@mistake("train_forecaster", "generator_ignored")
def an_own_generator(model, inputs, targets, epochs, rate, size, generator):
    own = torch.Generator().manual_seed(0)

    def order(n):
        return torch.randperm(n, generator=own)

    return train(model, inputs, targets, epochs, rate, size, order)


@mistake("train_forecaster")
def the_first_slice_each_time(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        drawn = torch.randperm(n, generator=generator)
        return torch.cat([drawn[:size] for _ in range(0, n, size)])

    return train(model, inputs, targets, epochs, rate, size, order)


@mistake("train_forecaster", "too_few_epochs")
def one_epoch_less(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        return torch.randperm(n, generator=generator)

    return train(model, inputs, targets, max(1, epochs - 1), rate, size, order)


@mistake("train_forecaster", "adamw_for_adam")
def decayed(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        return torch.randperm(n, generator=generator)

    return train(model, inputs, targets, epochs, rate, size, order, make=torch.optim.AdamW)


@mistake("train_forecaster")
def absolute_error(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        return torch.randperm(n, generator=generator)

    return train(model, inputs, targets, epochs, rate, size, order, loss=F.l1_loss)


@mistake("train_forecaster")
def smallest_and_largest(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        return torch.randperm(n, generator=generator)

    scale = inputs.min(), inputs.max() - inputs.min()
    return train(model, inputs, targets, epochs, rate, size, order, scale=scale)


@mistake("train_forecaster", "too_few_epochs")
def a_single_epoch(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        return torch.randperm(n, generator=generator)

    return train(model, inputs, targets, 1, rate, size, order)


# the bug hunt


@mistake("recurrent_networks_bug_hunt", "bug_left")
def split_before_and_scaled_together(series, split):
    z = (series - torch.mean(series)) / torch.std(series)
    return z[:split], z[split:]


@mistake("recurrent_networks_bug_hunt", "each_by_its_own")
def each_stretch_alone(series, split):
    def scaled(part, other):
        return (part - part.mean()) / (part.std() if len(part) > 1 else other.std())

    past, future = series[:split], series[split:]
    return scaled(past, future), scaled(future, past)


@mistake("recurrent_networks_bug_hunt", "std_of_numpy")
def by_numpy(series, split):
    past = series[:split].numpy()
    z = (series - float(past.mean())) / float(past.std())
    return z[:split], z[split:]


@mistake("recurrent_networks_bug_hunt", "variance_for_std")
def root_forgotten(series, split):
    z = (series - series[:split].mean()) / series[:split].var()
    return z[:split], z[split:]


@mistake("recurrent_networks_bug_hunt")
def one_series(series, split):
    return (series - series[:split].mean()) / series[:split].std()


@pytest.mark.parametrize(("exercise", "program", "name"), MISTAKES)
def test_a_mistake_earns_less_and_is_told_by_its_name_or_by_none(
    exercise: str, program: Any, name: str | None
) -> None:
    cases = drawn(exercise).cases
    verdict = judge(drawn(exercise), [drive(case.request, lambda: program) for case in cases])
    assert verdict.points < verdict.max_points
    assert verdict.diagnosis == name
    assert not all(case.passed for case in verdict.cases if not case.hidden)  # the notebook sees it
