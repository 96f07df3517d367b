"""Lesson 6's mistakes in forecasting as students write them, each anew from the lesson's words: never full marks, the right name or none.

The catalogue's own programs share their parts; these do not, so a name that only fits its own twin shows here.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from grader.course.answers import Seen

mistake = Seen()


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


@mistake("train_forecaster", "not_every_window")
def the_first_slice_each_time(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        drawn = torch.randperm(n, generator=generator)
        return torch.cat([drawn[:size] for _ in range(0, n, size)])

    return train(model, inputs, targets, epochs, rate, size, order)


@mistake("train_forecaster", "an_epoch_less")
def one_epoch_less(model, inputs, targets, epochs, rate, size, generator):
    def order(n):
        return torch.randperm(n, generator=generator)

    return train(model, inputs, targets, epochs - 1, rate, size, order)


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
