"""Right answers in other styles than ours pass every case of lesson 4, public and hidden."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.lessons.neural_networks import LESSON
from grader.reference import answers
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.probe import drive
from hocsau.judging.scoring import Scored
from hocsau.judging.verdict import judge

ANSWERS = answers("neural_networks")
DEFINITIONS = {definition.name: definition for definition in LESSON.exercises}
STYLES: list[Any] = []


def style(exercise: str) -> Callable[[Any], Any]:
    def enter(program: Any) -> Any:
        STYLES.append(pytest.param(exercise, program, id=program.__name__))
        return program

    return enter


def drawn(name: str, seed: int) -> Exercise:
    """The exercise with cases from `seed`, without its known mistakes."""
    definition = DEFINITIONS[name]
    cases = []
    for index, kind in enumerate(definition.cases):
        made = kind.draw(np.random.default_rng([seed, index]))
        request, score = (made.request, made.score) if isinstance(made, Scored) else (made, None)
        expected = drive(request, lambda: ANSWERS[name])
        cases.append(Case(kind.name, request, expected, kind.hidden, kind.weight, {}, score))
    return Exercise(
        name,
        definition.points,
        cases=tuple(cases),
        tolerance=definition.tolerance,
        silent=definition.silent,
    )


@style("neuron")
def neuron_by_dot(x, w, b):
    return np.dot(x, w) + b


@style("neuron")
def neuron_by_sum(x, w, b):
    return np.sum(x * w, axis=-1) + b


@style("neuron")
def neuron_by_loops(x, w, b):
    def one(sample):
        return float(sum(a * c for a, c in zip(sample, w, strict=True)) + b)

    return one(x) if x.ndim == 1 else np.array([one(sample) for sample in x])


@style("relu")
def relu_by_where(x):
    return np.where(x > 0, x, 0.0)


@style("relu")
def relu_by_mask(x):
    return x * (x > 0)


@style("relu")
def relu_by_copy(x):
    out = x.copy()
    out[out < 0] = 0
    return out


@style("sigmoid")
def sigmoid_by_tanh(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


@style("sigmoid")
def sigmoid_by_halves(x):
    out = np.empty_like(x)
    right = x >= 0
    out[right] = 1 / (1 + np.exp(-x[right]))
    power = np.exp(x[~right])
    out[~right] = power / (1 + power)
    return out


@style("sigmoid")
def sigmoid_clipped_far_out(x):
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


@style("sigmoid")
def sigmoid_one_by_one(x):
    def one(t):
        return 1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t))

    return np.array([one(t) for t in x.ravel()]).reshape(x.shape)


@style("linear_forward")
def forward_by_einsum(X, W, b):
    return np.einsum("ij,jk->ik", X, W) + b[None, :]


@style("linear_forward")
def forward_by_transposes(X, W, b):
    return (W.T @ X.T + b[:, None]).T


@style("linear_forward")
def forward_row_by_row(X, W, b):
    return np.array([x @ W + b for x in X])


@style("numerical_gradient")
def numerical_in_place(f, w, h):
    gradient = np.zeros_like(w)
    for index in np.ndindex(*w.shape):
        old = w[index]
        w[index] = old + h
        ahead = f(w)
        w[index] = old - h
        behind = f(w)
        w[index] = old
        gradient[index] = (ahead - behind) / (2 * h)
    return gradient


@style("numerical_gradient")
def numerical_by_iterator(f, w, h):
    gradient, w = np.empty(w.shape), w.copy()
    it = np.nditer(w, flags=["multi_index"])
    for value in it:
        old = float(value)
        w[it.multi_index] = old + h
        ahead = f(w)
        w[it.multi_index] = old - h
        gradient[it.multi_index] = (ahead - f(w)) / 2 / h
        w[it.multi_index] = old
    return gradient


@style("numerical_gradient")
def numerical_by_unit_arrays(f, w, h):
    units = np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([(f(w + h * e) - f(w - h * e)) / (2 * h) for e in units]).reshape(w.shape)


@style("softmax_cross_entropy")
def loss_by_onehot(logits, labels):
    n, classes = logits.shape
    onehot = np.eye(classes)[labels]
    top = logits.max(axis=1, keepdims=True)
    log_z = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    return np.sum((log_z - logits) * onehot) / n, (np.exp(logits - log_z) - onehot) / n


@style("softmax_cross_entropy")
def loss_by_logaddexp(logits, labels):
    log_z = np.logaddexp.reduce(logits, axis=1)
    picked = np.take_along_axis(logits, labels[:, None], axis=1)[:, 0]
    dlogits = np.exp(logits - log_z[:, None])
    for i, label in enumerate(labels):
        dlogits[i, label] -= 1
    return np.mean(log_z - picked), dlogits / len(labels)


@style("softmax_cross_entropy")
def loss_row_by_row(logits, labels):
    n, total, rows = len(labels), 0.0, []
    for z, y in zip(logits, labels, strict=True):
        shifted = z - max(z)
        p = np.exp(shifted) / np.exp(shifted).sum()
        total += math.log(np.exp(shifted).sum()) - shifted[y]
        p[y] -= 1
        rows.append(p / n)
    return total / n, np.stack(rows)


@style("linear_backward")
def backward_by_einsum(dY, X, W):
    return np.einsum("ik,jk->ij", dY, W), np.einsum("ij,ik->jk", X, dY), np.einsum("ik->k", dY)


@style("linear_backward")
def backward_as_a_list(dY, X, W):
    return [np.dot(dY, W.transpose()), np.dot(X.transpose(), dY), np.sum(dY, 0)]


@style("linear_backward")
def backward_sample_by_sample(dY, X, W):
    dW = sum(np.outer(x, dy) for x, dy in zip(X, dY, strict=True))
    return np.array([W @ dy for dy in dY]), dW, np.ones(len(dY)) @ dY


@style("mlp_loss_and_gradients")
def mlp_by_the_general_network(params, X, labels):
    layers = [(params["W1"], params["b1"]), (params["W2"], params["b2"])]
    loss, ((dW1, db1), (dW2, db2)) = ANSWERS["network_loss_and_gradients"](
        layers, X, labels, "relu"
    )
    return loss, {"b2": db2, "W2": dW2, "b1": db1, "W1": dW1}


@style("mlp_loss_and_gradients")
def mlp_in_one_piece(params, X, labels):
    n = X.shape[0]
    Z = X.dot(params["W1"]) + params["b1"]
    H = Z * (Z > 0)
    scores = H.dot(params["W2"]) + params["b2"]
    scores = scores - scores.max(1)[:, None]
    p = np.exp(scores) / np.exp(scores).sum(1)[:, None]
    loss = -np.log(p[range(n), labels]).sum() / n
    p[range(n), labels] -= 1
    p /= n
    dH = p.dot(params["W2"].T)
    dH[Z <= 0] = 0
    return loss, {"W1": X.T.dot(dH), "b1": dH.sum(0), "W2": H.T.dot(p), "b2": p.sum(0)}


@style("mlp_loss_and_gradients")
def mlp_sample_by_sample(params, X, labels):
    total, grads = 0.0, {name: np.zeros_like(value) for name, value in params.items()}
    for x, y in zip(X, labels, strict=True):
        z = x @ params["W1"] + params["b1"]
        h = np.maximum(0, z)
        loss, d = ANSWERS["softmax_cross_entropy"]((h @ params["W2"] + params["b2"])[None], y[None])
        total += loss
        dz = np.where(z > 0, params["W2"] @ d[0], 0)
        grads["W2"] += np.outer(h, d[0])
        grads["b2"] += d[0]
        grads["W1"] += np.outer(x, dz)
        grads["b1"] += dz
    return total / len(X), {name: value / len(X) for name, value in grads.items()}


@style("network_loss_and_gradients")
def network_with_caches(layers, X, labels, activation):
    caches, A = [], X
    for k, (W, b) in enumerate(layers):
        Z = A @ W + b
        caches.append((A, Z))
        if k + 1 < len(layers):
            A = np.maximum(Z, 0) if activation == "relu" else sigmoid_by_tanh(Z)
    loss, d = ANSWERS["softmax_cross_entropy"](Z, labels)
    grads = []
    for k in range(len(layers) - 1, -1, -1):
        A, _ = caches[k]
        grads.insert(0, [A.T @ d, d.sum(axis=0)])
        if k:
            s = sigmoid_by_tanh(caches[k - 1][1])
            slope = caches[k - 1][1] > 0 if activation == "relu" else s * (1 - s)
            d = d @ layers[k][0].T * slope
    return loss, grads


@style("network_loss_and_gradients")
def network_by_recursion(layers, X, labels, activation):
    def go(k, A):
        """Loss, gradients from layer k on, and the gradient at A."""
        W, b = layers[k]
        Z = A @ W + b
        if k == len(layers) - 1:
            loss, dZ = ANSWERS["softmax_cross_entropy"](Z, labels)
            grads = []
        else:
            out = relu_by_where(Z) if activation == "relu" else ANSWERS["sigmoid"](Z)
            loss, grads, d = go(k + 1, out)
            dZ = d * (np.sign(out) if activation == "relu" else out - out**2)
        return loss, [(A.T @ dZ, dZ.sum(0)), *grads], dZ @ W.T

    loss, grads, _ = go(0, X)
    return loss, grads


@style("network_loss_and_gradients")
def network_as_a_tuple(layers, X, labels, activation):
    loss, grads = network_with_caches(layers, X, labels, activation)
    return loss, tuple((dW, db) for dW, db in grads)


@style("train_mlp")
def train_in_place_on_copies(params, X, labels, order_per_epoch, learning_rate, batch_size):
    params = {name: np.array(value) for name, value in params.items()}
    for epoch in range(len(order_per_epoch)):
        order = order_per_epoch[epoch]
        for k in range(math.ceil(len(order) / batch_size)):
            rows = order[k * batch_size : (k + 1) * batch_size]
            _, grads = mlp_in_one_piece(params, X[rows], labels[rows])
            for name in params:
                params[name] -= learning_rate * grads[name]
    return params


@style("train_mlp")
def train_on_shuffled_copies(params, X, labels, order_per_epoch, learning_rate, batch_size):
    p = dict(params)
    for order in order_per_epoch:
        images, targets = X[order], labels[order]
        while len(images):
            _, g = mlp_in_one_piece(p, images[:batch_size], targets[:batch_size])
            p = {name: p[name] - learning_rate * g[name] for name in p}
            images, targets = images[batch_size:], targets[batch_size:]
    return p


@style("train_mlp")
def train_by_four_names(params, X, labels, order_per_epoch, learning_rate, batch_size):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    for order in order_per_epoch.tolist():
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            _, g = mlp_by_the_general_network(
                {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, X[rows], labels[rows]
            )
            W1, b1 = W1 - learning_rate * g["W1"], b1 - learning_rate * g["b1"]
            W2, b2 = W2 - learning_rate * g["W2"], b2 - learning_rate * g["b2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def _logits(params, X):
    return np.maximum(X @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]


@style("neural_networks_bug_hunt")
def probabilities_unshifted(params, X):
    exponents = np.exp(_logits(params, X))
    return exponents / exponents.sum(axis=1)[:, None]


@style("neural_networks_bug_hunt")
def probabilities_row_by_row(params, X):
    def softmax(z):
        e = np.exp(z - z.max())
        return e / e.sum()

    return np.array([softmax(z) for z in _logits(params, X)])


@style("neural_networks_bug_hunt")
def probabilities_by_transposes(params, X):
    columns = _logits(params, X).T
    exponents = np.exp(columns - columns.max(axis=0))
    return (exponents / exponents.sum(axis=0)).T


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("name", "program"), STYLES)
def test_another_right_style_gets_full_marks(name: str, program: Any, seed: int) -> None:
    exercise = drawn(name, seed)
    verdict = judge(exercise, [drive(case.request, lambda: program) for case in exercise.cases])
    assert [case.message.en for case in verdict.cases if not case.passed] == []
    assert verdict.points == exercise.points


def test_every_exercise_has_three_other_styles() -> None:
    driven = {name for name, definition in DEFINITIONS.items() if definition.kind == "function"}
    counts = {name: sum(item.values[0] == name for item in STYLES) for name in driven}
    assert min(counts.values()) >= 3


def test_untrained_parameters_do_not_pass_for_trained_ones() -> None:
    exercise = drawn("train_mlp", 0)

    def untrained(params, *rest):
        return {name: value.copy() for name, value in params.items()}

    verdict = judge(exercise, [drive(case.request, lambda: untrained) for case in exercise.cases])
    assert verdict.points == 0
    assert {case.kind for case in verdict.cases} == {"value_at", "score"}
