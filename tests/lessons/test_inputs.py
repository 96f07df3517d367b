"""Right answers agree with ours on inputs beyond the cases: hypothesis chooses the sizes and the numbers.

Where an input is a whole module, a training or a program to mend, it chooses a kind of case and the numbers in it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.course.reference import answers
from hocsau.judging.diagnose import agrees
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import drive
from hocsau.judging.request import Call, Construct, Device, Recipe, Request
from hocsau.judging.scoring import Scored
from hocsau.judging.values import Tensor
from tests.drawn import DRIVEN, STYLES

Inputs = dict[str, Any]


class Drawn:
    """What hypothesis chooses: sizes and numbers one by one, arrays by their seed."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw
        self.rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def size(self, least: int = 1, most: int = 6) -> int:
        return self._draw(st.integers(least, most))

    def number(self, least: float, most: float) -> float:
        return self._draw(st.floats(least, most, allow_subnormal=False))

    def array(self, *shape: int) -> Any:
        """Normal entries, at times scaled far up or down, at times with zeros in it."""
        made = self.rng.normal(size=shape) * 10.0 ** self._draw(st.integers(-2, 2))
        return made * (self.rng.random(size=shape) > 0.2) if self._draw(st.booleans()) else made

    def tensor(self, *shape: int) -> Tensor:
        """Entries of ordinary size, float64."""
        return Tensor(self.rng.normal(size=shape))

    def chosen(self, *options: Any) -> Any:
        return self._draw(st.sampled_from(options))


def _regression(d: Drawn) -> Inputs:
    n, features = d.size(1, 9), d.size()
    return {"w": d.array(features), "X": d.array(n, features), "y": d.array(n)}


def _epoch(d: Drawn) -> Inputs:
    found = {name: value / 10 for name, value in _regression(d).items()}
    return {**found, "learning_rate": d.number(0.001, 0.1), "order": d.rng.permutation(len(found["y"]))}  # fmt: skip


def _cut(d: Drawn) -> Inputs:
    return {"order": d.rng.permutation(d.size(1, 20)), "batch_size": d.size(1, 25)}


def _noise(d: Drawn) -> Inputs:
    n, features = d.size(2, 9), d.size()
    return {"w": d.array(features), "X": d.array(n, features), "y": d.array(n), "batch_size": d.size(1, n)}  # fmt: skip


def _bowl(d: Drawn, n: int) -> Recipe:
    half = d.rng.normal(size=(n, n))
    matrix = half @ half.T / n + 0.1 * np.eye(n)
    return Recipe("quadratic_gradient", {"A": matrix, "b": d.rng.normal(size=n)})


def _descent(d: Drawn, *rates: str) -> Inputs:
    n = d.size()
    more = {name: d.number(0.0, 0.99) for name in rates}
    return {"gradient": _bowl(d, n), "w0": d.array(n), "learning_rate": d.number(0.001, 0.2), **more, "steps": d.size(0, 12)}  # fmt: skip


def _step(d: Drawn, state: str) -> Inputs:
    n = d.size()
    return {"w": d.array(n), state: d.array(n), "grad": d.array(n), "learning_rate": d.number(0.01, 2), "beta": d.number(0, 0.999)}  # fmt: skip


def _adaptive(d: Drawn, *state: str, more: tuple[str, ...] = ()) -> Inputs:
    n = d.size()
    memory = {name: np.abs(d.array(n)) if name != "m" else d.array(n) for name in state}
    count = {"t": d.size(1, 300)} if "m" in state else {}
    betas = {name: d.number(0.0, 0.999) for name in more if name.startswith("beta")}
    decay = {"weight_decay": d.number(0, 0.3)} if "weight_decay" in more else {}
    return {"theta": d.array(n), **memory, **count, "grad": d.array(n), "learning_rate": d.number(0, 1), **betas, "eps": d.number(1e-6, 1), **decay}  # fmt: skip


def _lookahead(d: Drawn) -> Inputs:
    n = d.size()
    return {"w": d.array(n), "v": d.array(n), "gradient": _bowl(d, n), "learning_rate": d.number(0.001, 0.2), "beta": d.number(0, 0.999)}  # fmt: skip


def _optimizer(d: Drawn) -> Construct:
    shapes = [tuple(d.size(1, 4) for _ in range(d.size(1, 3))) for _ in range(d.size(1, 3))]
    given = {
        "params": [d.array(*shape) for shape in shapes], "learning_rate": d.number(0, 1),
        "beta1": d.number(0, 0.999), "beta2": d.number(0, 0.999), "eps": d.number(1e-6, 1),
    }  # fmt: skip
    steps = tuple({"grads": [d.array(*shape) for shape in shapes]} for _ in range(d.size(1, 5)))
    return Construct(given, "step", steps)


def _neuron(d: Drawn) -> Inputs:
    n = d.size()
    x = d.chosen(d.array(n), d.array(d.size(), n))
    return {"x": x, "w": d.array(n), "b": d.number(-3, 3)}


def _differences(d: Drawn) -> Inputs:
    shape = tuple(d.size(1, 4) for _ in range(d.size(1, 3)))
    f = Recipe("cubic", {name: d.rng.normal(size=shape) for name in "AB"})
    return {"f": f, "w": d.rng.normal(size=shape), "h": d.number(1e-3, 0.3)}


def _schedule(d: Drawn) -> Inputs:
    warmup = d.size(0, 20)
    total = warmup + d.size(1, 50)
    return {"step": d.size(0, total + 10), "total_steps": total, "warmup_steps": warmup, "peak": d.number(0.1, 2), "floor": d.number(0, 0.1)}  # fmt: skip


def _labelled(d: Drawn, n: int, classes: int) -> Any:
    return d.rng.integers(classes, size=n)


def _network(d: Drawn) -> Inputs:
    widths = [d.size() for _ in range(d.size(2, 5))]
    layers = [(d.rng.normal(size=(a, b)), d.rng.normal(size=b)) for a, b in pairwise(widths)]  # fmt: skip
    n = d.size(1, 7)
    return {"layers": layers, "X": d.rng.normal(size=(n, widths[0])), "labels": _labelled(d, n, widths[-1]), "activation": d.chosen("relu", "sigmoid")}  # fmt: skip


def _mlp(d: Drawn) -> Inputs:
    n, features, hidden, classes = d.size(1, 7), d.size(), d.size(), d.size()
    params = {"W1": d.rng.normal(size=(features, hidden)), "b1": d.rng.normal(size=hidden), "W2": d.rng.normal(size=(hidden, classes)), "b2": d.rng.normal(size=classes)}  # fmt: skip
    return {"params": params, "X": d.rng.normal(size=(n, features)), "labels": _labelled(d, n, classes)}  # fmt: skip


def _linear(d: Drawn, backward: bool) -> Inputs:
    n, a, b = d.size(), d.size(), d.size()
    if backward:
        return {"dY": d.array(n, b), "X": d.array(n, a), "W": d.array(a, b)}
    return {"X": d.array(n, a), "W": d.array(a, b), "b": d.array(b)}


def _convolution(d: Drawn, backward: bool) -> Inputs:
    N, C, O = d.size(1, 3), d.size(1, 3), d.size(1, 3)  # noqa: E741
    kH, kW, stride, padding = d.size(1, 4), d.size(1, 4), d.size(1, 3), d.size(0, 3)
    H, W = (max(k - 2 * padding, 1) + d.size(0, 5) for k in (kH, kW))
    x, weight = d.tensor(N, C, H, W), d.tensor(O, C, kH, kW)
    if not backward:
        bias = d.chosen(None, d.tensor(O))
        return {"x": x, "weight": weight, "bias": bias, "stride": stride, "padding": padding}
    places = [(n + 2 * padding - k) // stride + 1 for n, k in ((H, kH), (W, kW))]
    return {"dy": d.tensor(N, O, *places), "x": x, "weight": weight, "stride": stride, "padding": padding}  # fmt: skip


def _pooling(d: Drawn, backward: bool) -> Inputs:
    kernel, stride = d.size(1, 4), d.size(1, 4)
    H, W, N, C = kernel + d.size(0, 6), kernel + d.size(0, 6), d.size(1, 3), d.size(1, 3)
    x = Tensor(d.rng.integers(-3, 4, size=(N, C, H, W)).astype(float))  # ties are common
    if not backward:
        return {"x": x, "kernel": kernel, "stride": stride}
    places = [(n - kernel) // stride + 1 for n in (H, W)]
    return {"dy": d.tensor(N, C, *places), "x": x, "kernel": kernel, "stride": stride}


def _cell(d: Drawn, gates: int, *, states: int, steps: bool = False) -> Inputs:
    N, D, H = d.size(), d.size(), d.size()
    x = {"xs": d.tensor(d.size(), N, D)} if steps else {"x": d.tensor(N, D)}
    state = {name: d.tensor(N, H) for name in ("h", "c")[:states]}
    weights = {"W_ih": d.tensor(gates * H, D), "W_hh": d.tensor(gates * H, H)}
    biases = ("b",) if gates == 1 else ("b_ih", "b_hh")
    return {**x, **state, **weights, **{name: d.tensor(gates * H) for name in biases}}


def _through_time(d: Drawn) -> Inputs:
    H = d.size()
    return {"W_hh": d.tensor(H, H), "hs": Tensor(np.tanh(d.rng.normal(size=(d.size(), H))))}


def _clip(d: Drawn) -> Inputs:
    shapes = [tuple(d.size(1, 4) for _ in range(d.size(1, 3))) for _ in range(d.size(1, 4))]
    return {"grads": [d.tensor(*shape) for shape in shapes], "max_norm": d.number(0.01, 20)}


def _series(d: Drawn) -> Inputs:
    length, horizon = d.size(), d.size()
    return {"series": d.tensor(length + horizon + d.size(0, 9)), "length": length, "horizon": horizon}  # fmt: skip


def _attention(d: Drawn) -> Inputs:
    N, T_q, T_k, width = d.size(1, 3), d.size(), d.size(), d.size()
    mask = Tensor(d.rng.random(size=(N, T_q, T_k)) > 0.4)  # rows that may attend to nothing, too
    return {"query": d.tensor(N, T_q, width), "key": d.tensor(N, T_k, width), "value": d.tensor(N, T_k, d.size()), "mask": d.chosen(None, mask)}  # fmt: skip


def _heads(d: Drawn) -> Inputs:
    heads, T = d.size(1, 3), d.size()
    width = heads * d.size(1, 3)
    weights = {name: d.tensor(width, width) for name in ("W_q", "W_k", "W_v", "W_o")}
    mask = d.chosen(None, Tensor(np.tri(T, dtype=bool)))
    return {"x": d.tensor(d.size(), T, width), **weights, "heads": heads, "mask": mask}


def _normed(d: Drawn) -> Inputs:
    width = d.size(2, 6)
    return {"x": d.tensor(d.size(), d.size(), width), "gamma": d.tensor(width), "beta": d.tensor(width), "eps": d.number(1e-5, 1)}  # fmt: skip


def _of_a_kind(name: str) -> Callable[[Drawn], Request]:
    """A case of a kind that the exercise has, with numbers of its own; no long trainings."""

    def drawn(d: Drawn) -> Request:
        made: Request | Scored = d.chosen(*DRIVEN[name][1].cases).draw(d.rng)
        assume(not isinstance(made, Scored))
        return made

    return drawn


INPUTS: dict[str, Callable[[Drawn], Inputs | Request]] = {
    "mse_loss": _regression,
    "mse_gradient": _regression,
    "gradient_descent": _descent,
    "largest_stable_learning_rate": lambda d: {"X": d.rng.normal(size=(d.size(2, 9), d.size(1, 4)))},
    "sgd_epoch": _epoch,
    "minibatches": _cut,
    "minibatch_epoch": lambda d: {**_epoch(d), "batch_size": d.size(1, 12)},
    "gradient_noise": _noise,
    "momentum_step": lambda d: _step(d, "v"),
    "pytorch_momentum_step": lambda d: _step(d, "buffer"),
    "momentum_descent": lambda d: _descent(d, "beta"),
    "optimal_momentum": lambda d: {"smallest_eigenvalue": d.number(0.01, 1), "largest_eigenvalue": d.number(1.01, 500)},
    "nesterov_step": _lookahead,
    "convergence_rate": lambda d: {"learning_rate": d.number(0.001, 3), "beta": d.number(0, 0.999), "eigenvalue": d.number(0.01, 3)},
    "Adam": _optimizer,
    "neuron": _neuron,
    "numerical_gradient": _differences,
    "causal_mask": lambda d: {"length": d.size(1, 30), "device": Device()},
    "adagrad_step": lambda d: _adaptive(d, "G"),
    "rmsprop_step": lambda d: _adaptive(d, "s", more=("beta",)),
    "adam_step": lambda d: _adaptive(d, "m", "v", more=("beta1", "beta2")),
    "adamw_step": lambda d: _adaptive(d, "m", "v", more=("beta1", "beta2", "weight_decay")),
    "adagrad_effective_rate": lambda d: {"grads": d.array(d.size(), d.size()), "learning_rate": d.number(0.01, 1), "eps": d.number(1e-4, 1)},
    "warmup_cosine": _schedule,
    "relu": lambda d: {"x": d.array(d.size(), d.size(), d.size())},
    "sigmoid": lambda d: {"x": 10 * d.array(d.size(), d.size())},
    "linear_forward": lambda d: _linear(d, False),
    "linear_backward": lambda d: _linear(d, True),
    "softmax_cross_entropy": lambda d: (lambda n, C: {"logits": d.array(n, C), "labels": _labelled(d, n, C)})(d.size(), d.size()),
    "mlp_loss_and_gradients": _mlp,
    "network_loss_and_gradients": _network,
    "conv_output_size": lambda d: {"size": d.size(9, 40), "kernel": d.size(1, 9), "stride": d.size(1, 5), "padding": d.size(0, 4)},
    "receptive_field": lambda d: {"layers": [(d.size(1, 5), d.size(1, 3)) for _ in range(d.size(0, 5))]},
    "conv2d": lambda d: _convolution(d, False),
    "conv2d_backward": lambda d: _convolution(d, True),
    "max_pool2d": lambda d: _pooling(d, False),
    "max_pool2d_backward": lambda d: _pooling(d, True),
    "rnn_step": lambda d: _cell(d, 1, states=1),
    "gru_cell": lambda d: _cell(d, 3, states=1),
    "lstm_cell": lambda d: _cell(d, 4, states=2),
    "lstm": lambda d: _cell(d, 4, states=2, steps=True),
    "gradient_through_time": _through_time,
    "clip_gradients": _clip,
    "make_windows": _series,
    "scaled_dot_product_attention": _attention,
    "multi_head_attention": _heads,
    "layer_norm": _normed,
    "positional_encoding": lambda d: {"length": d.size(1, 30), "d_model": d.size(1, 12)},
}  # fmt: skip


INPUTS |= {name: _of_a_kind(name) for name in DRIVEN if name not in INPUTS}


@pytest.mark.parametrize("name", INPUTS)
@given(data=st.data())
@settings(max_examples=12)
def test_right_answers_agree_on_inputs_beyond_the_cases(name: str, data: Any) -> None:
    lesson, definition = DRIVEN[name]
    made = INPUTS[name](Drawn(data.draw))
    request = Call(made) if isinstance(made, dict) else made
    terms = Exercise(
        name, definition.points, tolerance=replace(definition.tolerance, absolute=1e-9),
        views=definition.views,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = drive(request, lambda: answers(lesson.name)[name])
        assert expected.outcome == "returned", expected
        for one in STYLES:
            if one.exercise == name:
                came = drive(request, lambda program=one.program: program)
                assert agrees(expected, replace(came, calls=expected.calls), terms), (
                    one.name,
                    came.outcome,
                )
