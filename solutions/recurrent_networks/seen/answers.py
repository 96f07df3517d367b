"""Lesson 6's mistakes in cells and gradients as students write them, each anew from the lesson's words: never full marks, the right name or none.

The catalogue's own programs share their parts; these do not, so a name that only fits its own twin shows here.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from grader.course.answers import Seen

mistake = Seen()
s, tanh = torch.sigmoid, torch.tanh


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
