"""Right answers to lesson 4 in other styles than ours."""

from __future__ import annotations

import math

import numpy as np

from grader.course.answers import style
from grader.course.reference import answers

ANSWERS = answers("neural_networks")


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
    loss, ((dW1, db1), (dW2, db2)) = ANSWERS["network_loss_and_gradients"](layers, X, labels, "relu")
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
            _, g = mlp_by_the_general_network({"W1": W1, "b1": b1, "W2": W2, "b2": b2}, X[rows], labels[rows])
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


# Two more for each: other dtypes in between, views, other algebra.


@style("neuron")
def neuron_by_einsum(x, w, b):
    return np.einsum("...d,d->...", x, w) + b


@style("neuron")
def neuron_with_the_bias_as_a_weight(x, w, b):
    ones = np.ones((*x.shape[:-1], 1))
    return np.concatenate([x, ones], axis=-1) @ np.append(w, b)


@style("relu")
def relu_by_halves(x):
    return (x + np.abs(x)) / 2


@style("relu")
def relu_by_clip(x):
    return np.clip(x, 0.0, None)


@style("sigmoid")
def sigmoid_by_logaddexp(x):
    return np.exp(-np.logaddexp(0.0, -x))


@style("linear_forward")
def forward_with_the_bias_as_a_weight(X, W, b):
    return np.hstack([X, np.ones((len(X), 1))]) @ np.vstack([W, b])


@style("linear_forward")
def forward_neuron_by_neuron(X, W, b):
    return np.stack([X @ w + c for w, c in zip(W.T, b, strict=True)], axis=1)


@style("numerical_gradient")
def differences_on_a_flat_copy(f, w, h):
    flat = w.ravel().copy()
    slopes = []
    for k in range(flat.size):
        up, down = flat.copy(), flat.copy()
        up[k] += h
        down[k] -= h
        slopes.append((f(up.reshape(w.shape)) - f(down.reshape(w.shape))) / (2 * h))
    return np.array(slopes, dtype=float).reshape(w.shape)


@style("numerical_gradient")
def differences_along_an_identity(f, w, h):
    steps = h * np.eye(w.size).reshape(w.size, *w.shape)
    ups, downs = [f(w + s) for s in steps], [f(w - s) for s in steps]
    return ((np.array(ups) - np.array(downs)) / 2 / h).reshape(w.shape)


@style("softmax_cross_entropy")
def cross_entropy_by_logaddexp(logits, labels):
    n = logits.shape[0]
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    return float(-sum(log_p[i, k] for i, k in enumerate(labels)) / n), (
        np.exp(log_p) - np.eye(logits.shape[1])[labels]
    ) / n


@style("softmax_cross_entropy")
def cross_entropy_in_longdouble(logits, labels):
    z = logits.astype(np.longdouble)
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    losses = np.log(e.sum(axis=1)) - np.take_along_axis(z, labels[:, None], axis=1)[:, 0]
    p[np.arange(len(p)), labels] -= 1
    return float(losses.mean()), (p / len(p)).astype(np.float64)


@style("linear_backward")
def backward_by_tensordot(dY, X, W):
    return (
        np.tensordot(dY, W, axes=(1, 1)),
        np.tensordot(X, dY, axes=(0, 0)),
        np.ones(len(dY)) @ dY,
    )


@style("linear_backward")
def backward_as_views(dY, X, W):
    return [(W @ dY.T).T, (dY.T @ X).T, np.add.reduce(dY)]  # transposed views of our own arrays


def _probabilities(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@style("mlp_loss_and_gradients")
def mlp_by_einsum(params, X, labels):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    n = len(X)
    hidden = np.clip(np.einsum("nd,dh->nh", X, W1) + b1, 0, None)
    p = _probabilities(np.einsum("nh,hc->nc", hidden, W2) + b2)
    error = (p - (labels[:, None] == np.arange(len(b2)))) / n
    back = np.einsum("nc,hc->nh", error, W2) * (hidden > 0)
    grads = {
        "b2": error.sum(0),
        "W2": np.einsum("nh,nc->hc", hidden, error),
        "b1": back.sum(0),
        "W1": np.einsum("nd,nh->dh", X, back),
    }
    return -np.log(p[np.arange(n), labels]).mean(), grads


@style("mlp_loss_and_gradients")
def mlp_with_samples_in_columns(params, X, labels):
    n = X.shape[0]
    Z = params["W1"].T @ X.T + params["b1"][:, None]
    H = Z * (Z > 0)
    p = _probabilities((params["W2"].T @ H + params["b2"][:, None]).T).T
    loss = -np.log(p[labels, np.arange(n)]).sum() / n
    error = p.copy()
    error[labels, range(n)] -= 1
    error /= n
    delta = (params["W2"] @ error) * np.heaviside(Z, 0)
    return loss, {
        "W1": (delta @ X).T,
        "b1": delta.sum(1),
        "W2": (error @ H.T).T,
        "b2": error.sum(1),
    }


@style("network_loss_and_gradients")
def network_layer_and_rest(layers, X, labels, activation):
    (W, b), rest = layers[0], layers[1:]
    Z = X @ W + b
    if not rest:
        p = _probabilities(Z)
        loss = float(-np.log(p[np.arange(len(X)), labels]).mean())
        dZ = (p - np.eye(p.shape[1])[labels]) / len(X)
        return loss, [(X.T @ dZ, dZ.sum(axis=0))]

    A = np.maximum(Z, 0) if activation == "relu" else 0.5 * (1 + np.tanh(Z / 2))
    slope = (Z > 0).astype(float) if activation == "relu" else A * (1 - A)
    loss, grads = network_layer_and_rest(rest, A, labels, activation)
    dA = _gradient_at_the_input(rest, A, labels, activation)
    dZ = dA * slope
    return loss, [(X.T @ dZ, dZ.sum(axis=0)), *grads]


def _gradient_at_the_input(layers, X, labels, activation):
    (W, b), rest = layers[0], layers[1:]
    Z = X @ W + b
    if not rest:
        return (_probabilities(Z) - np.eye(len(b))[labels]) / len(X) @ W.T
    A = np.maximum(Z, 0) if activation == "relu" else 0.5 * (1 + np.tanh(Z / 2))
    slope = (Z > 0) if activation == "relu" else A * (1 - A)
    return (_gradient_at_the_input(rest, A, labels, activation) * slope) @ W.T


@style("network_loss_and_gradients")
def network_with_a_tape(layers, X, labels, activation):
    tape, value = [], X
    for number, (W, b) in enumerate(layers, 1):
        entered, value = value, value @ W + b
        slope = None
        if number < len(layers):
            if activation == "sigmoid":
                value = np.exp(-np.logaddexp(0, -value))
                slope = value - value**2
            else:
                slope = np.where(value > 0, 1.0, 0.0)
                value = value * slope
        tape.append((entered, W, slope))
    p = _probabilities(value)
    back = p.copy()
    back[np.arange(len(X)), labels] -= 1
    back /= len(X)
    grads = []
    while tape:
        entered, W, slope = tape.pop()
        back = back if slope is None else back * slope
        grads.insert(0, (entered.T @ back, back.sum(axis=0)))
        back = back @ W.T
    return -np.mean(np.log(p[np.arange(len(X)), labels])), grads


@style("train_mlp")
def training_in_place_on_copies(params, X, labels, order_per_epoch, learning_rate, batch_size):
    own = {name: np.array(value) for name, value in params.items()}
    for order in order_per_epoch:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            _, grads = mlp_by_einsum(own, X[rows], labels[rows])
            for name in own:
                own[name] -= learning_rate * grads[name]
    return own


@style("train_mlp")
def training_over_split_orders(params, X, labels, order_per_epoch, learning_rate, batch_size):
    W1, b1, W2, b2 = (params[name].copy() for name in ("W1", "b1", "W2", "b2"))
    for order in order_per_epoch:
        for rows in np.split(order, range(batch_size, len(order), batch_size)):
            now = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
            g = mlp_with_samples_in_columns(now, X[rows], labels[rows])[1]
            W1, b1 = W1 - learning_rate * g["W1"], b1 - learning_rate * g["b1"]
            W2, b2 = W2 - learning_rate * g["W2"], b2 - learning_rate * g["b2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


@style("neural_networks_bug_hunt")
def probabilities_by_logaddexp(params, X):
    z = _logits(params, X)
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))


@style("neural_networks_bug_hunt")
def probabilities_by_differences(params, X):
    z = _logits(params, X)
    return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)
