"""Right answers to lesson 1 in the styles of different students: vectors, loops, einsum, comprehensions, classes."""

from __future__ import annotations

from grader.course.planted import Planted, right

__all__ = ["RIGHT"]

MSE_LOSS = {
    "vectors": right("""
def mse_loss(w, X, y):
    residual = X @ w - y
    return np.mean(residual**2)
"""),
    "loops": right("""
def mse_loss(w, X, y):
    total = 0.0
    for i in range(len(y)):
        prediction = 0.0
        for j in range(len(w)):
            prediction += X[i, j] * w[j]
        total += (prediction - y[i]) ** 2
    return float(total / len(y))
"""),
    "norm": right("""
def mse_loss(w, X, y):
    # ||Xw - y||^2 / n
    return float(np.linalg.norm(X.dot(w) - y) ** 2 / X.shape[0])
"""),
    "einsum": right("""
def mse_loss(w, X, y):
    e = np.einsum("ij,j->i", X, w) - y
    return np.einsum("i,i->", e, e) / e.size
"""),
    "comprehension": right("""
def mse_loss(w, X, y):
    losses = [(np.dot(x_i, w) - y_i) ** 2 for x_i, y_i in zip(X, y)]
    return sum(losses) / len(losses)
"""),
}

MSE_GRADIENT = {
    "vectors": right("""
def mse_gradient(w, X, y):
    n = len(y)
    return 2 / n * X.T @ (X @ w - y)
"""),
    "loops": right("""
def mse_gradient(w, X, y):
    n, d = X.shape
    g = np.zeros(d)
    for i in range(n):
        error = -y[i]
        for j in range(d):
            error += X[i, j] * w[j]
        for j in range(d):
            g[j] += 2 * error * X[i, j] / n
    return g
"""),
    "expanded": right("""
def mse_gradient(w, X, y):
    # J = (w'Aw - 2b'w + c) / n with A = X'X and b = X'y
    A = X.T @ X
    b = X.T @ y
    return 2 * (A @ w - b) / X.shape[0]
"""),
    "einsum": right("""
def mse_gradient(w, X, y):
    loi = np.einsum("nd,d->n", X, w) - y  # sai số của từng mẫu
    return 2.0 * np.einsum("nd,n->d", X, loi) / y.shape[0]
"""),
    "mean": right("""
def mse_gradient(w, X, y):
    per_sample = 2 * (X @ w - y)[:, None] * X
    return per_sample.mean(axis=0)
"""),
}

GRADIENT_DESCENT = {
    "list": right("""
def gradient_descent(gradient, w0, learning_rate, steps):
    path = [np.array(w0)]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)
"""),
    "table": right("""
def gradient_descent(gradient, w0, learning_rate, steps):
    W = np.empty((steps + 1, w0.size))
    W[0] = w0
    for t in range(steps):
        W[t + 1] = W[t] - learning_rate * gradient(W[t])
    return W
"""),
    "while": right("""
def gradient_descent(gradient, w0, learning_rate, steps):
    w = w0.copy()
    trajectory = w.reshape(1, -1).copy()
    k = 0
    while k < steps:
        w -= learning_rate * gradient(w)
        trajectory = np.vstack([trajectory, w])
        k += 1
    return trajectory
"""),
    "accumulate": right("""
from itertools import accumulate


def gradient_descent(gradient, w0, learning_rate, steps):
    def mot_buoc(w, _):
        return w - learning_rate * gradient(w)

    return np.stack(list(accumulate(range(steps), mot_buoc, initial=w0)))
"""),
    "class": right("""
class Walker:
    def __init__(self, gradient, start, eta):
        self.gradient = gradient
        self.position = start
        self.eta = eta

    def __next__(self):
        here = self.position
        self.position = here - self.eta * self.gradient(here)
        return here


def gradient_descent(gradient, w0, learning_rate, steps):
    walker = Walker(gradient, w0, learning_rate)
    return np.array([next(walker) for _ in range(steps + 1)])
""", "a class, one gradient more than needed"),
}  # fmt: skip

SGD_EPOCH = {
    "rows": right("""
def sgd_epoch(w, X, y, learning_rate, order):
    for i in order:
        w = w - learning_rate * 2 * (X[i] @ w - y[i]) * X[i]
    return w
"""),
    "loops": right("""
def sgd_epoch(w, X, y, learning_rate, order):
    new = [float(value) for value in w]
    d = len(new)
    for index in order:
        guess = sum(X[index, j] * new[j] for j in range(d))
        slope = 2 * (guess - y[index])
        new = [new[j] - learning_rate * slope * X[index, j] for j in range(d)]
    return np.array(new)
"""),
    "in_place_on_a_copy": right("""
def sgd_epoch(w, X, y, learning_rate, order):
    w = np.copy(w)
    for x_i, y_i in zip(X[order], y[order]):
        w -= 2 * learning_rate * (x_i.dot(w) - y_i) * x_i
    return w
"""),
    "own_gradient": right("""
def sgd_epoch(w, X, y, learning_rate, order):
    # một mẫu = một bảng chỉ có một hàng
    for i in order:
        w = w - learning_rate * mse_gradient(w, X[i : i + 1], y[i : i + 1])
    return w
"""),
    "reduce": right("""
from functools import reduce


def sgd_epoch(w, X, y, learning_rate, order):
    return reduce(lambda u, i: u + 2 * learning_rate * (y[i] - X[i] @ u) * X[i], order, w)
"""),
}

MINIBATCHES = {
    "slices": right("""
def minibatches(order, batch_size):
    return [order[k : k + batch_size] for k in range(0, len(order), batch_size)]
"""),
    "while": right("""
def minibatches(order, batch_size):
    rest = np.array(order)
    batches = []
    while rest.size > 0:
        batches.append(rest[:batch_size])
        rest = rest[batch_size:]
    return batches
"""),
    "split": right("""
def minibatches(order, batch_size):
    cuts = np.arange(batch_size, len(order), batch_size)
    return np.split(order, cuts)
"""),
    "one_by_one": right("""
def minibatches(order, batch_size):
    batches, current = [], []
    for index in order:
        current.append(index)
        if len(current) == batch_size:
            batches.append(np.array(current))
            current = []
    if current:
        batches.append(np.array(current))
    return batches
"""),
    "generator": right("""
def cat(order, m):
    i = 0
    while i < len(order):
        yield order[i : min(i + m, len(order))].copy()
        i += m


def minibatches(order, batch_size):
    return list(cat(order, batch_size))
"""),
}

MINIBATCH_EPOCH = {
    "slices": right("""
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    for k in range(0, len(order), batch_size):
        idx = order[k : k + batch_size]
        Xb, yb = X[idx], y[idx]
        w = w - learning_rate * 2 / len(idx) * Xb.T @ (Xb @ w - yb)
    return w
"""),
    "own_functions": right("""
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    for batch in minibatches(order, batch_size):
        w = w - learning_rate * mse_gradient(w, X[batch], y[batch])
    return w
"""),
    "loops": right("""
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    w = w.copy()
    start = 0
    while start < len(order):
        stop = min(start + batch_size, len(order))
        step = np.zeros_like(w)
        for position in range(start, stop):
            i = order[position]
            step += 2 * (np.sum(X[i] * w) - y[i]) * X[i]
        w -= learning_rate * step / (stop - start)
        start = stop
    return w
"""),
    "einsum": right("""
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    Xs, ys = X[order], y[order]
    for k in range(0, len(ys), batch_size):
        A, b = Xs[k : k + batch_size], ys[k : k + batch_size]
        w = w - 2 * learning_rate * np.einsum("ij,i->j", A, A @ w - b) / len(b)
    return w
"""),
}

LARGEST_STABLE_LEARNING_RATE = {
    "eigvalsh": right("""
def largest_stable_learning_rate(X):
    H = 2 / len(X) * X.T @ X
    return 2 / np.linalg.eigvalsh(H).max()
"""),
    "norm": right("""
def largest_stable_learning_rate(X):
    # the 2-norm of X is its largest singular value s, and lambda_max(X'X) = s^2
    return float(X.shape[0] / np.linalg.norm(X, 2) ** 2)
"""),
    "svd": right("""
def largest_stable_learning_rate(X):
    n = X.shape[0]
    s = np.linalg.svd(X / np.sqrt(n), compute_uv=False)
    return 1 / s[0] ** 2
"""),
    "loops": right("""
def largest_stable_learning_rate(X):
    n, d = X.shape
    hessian = np.zeros((d, d))
    for x in X:
        hessian += 2 * np.outer(x, x) / n
    eigenvalues, _ = np.linalg.eigh(hessian)
    return float(2 / max(eigenvalues))
"""),
    "general": right("""
def largest_stable_learning_rate(X):
    hess = np.einsum("ni,nj->ij", X, X) * (2.0 / X.shape[0])
    tri_rieng = np.linalg.eigvals(hess).real
    return 2.0 / np.max(tri_rieng)
"""),
}

GRADIENT_NOISE = {
    "vectors": right("""
def gradient_noise(w, X, y, batch_size):
    n, m = len(y), batch_size
    if m == n:
        return 0.0
    G = 2 * (X @ w - y)[:, None] * X
    spread = np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1))
    return (n - m) / (m * (n - 1)) * spread
"""),
    "loops": right("""
def gradient_noise(w, X, y, batch_size):
    n = X.shape[0]
    gradients = []
    for i in range(n):
        gradients.append(2 * (X[i] @ w - y[i]) * X[i])
    centre = sum(gradients) / n
    distance = 0.0
    for g in gradients:
        distance += np.sum((g - centre) ** 2)
    return distance / n * (n - batch_size) / (batch_size * (n - 1))
"""),
    "sample_variance": right("""
def gradient_noise(w, X, y, batch_size):
    # sampling theory: Var(mean) = S^2/m (1 - m/n), S^2 the variance with n - 1
    n = y.size
    g = np.einsum("n,nd->nd", 2 * (X.dot(w) - y), X)
    S2 = np.var(g, axis=0, ddof=1).sum()
    return float(S2 / batch_size * (1 - batch_size / n))
"""),
    "second_moment": right("""
def gradient_noise(w, X, y, batch_size):
    n = len(X)
    loi = X @ w - y
    binh_phuong = 4 * np.mean(loi**2 * np.sum(X * X, axis=1))  # E|g|^2
    trung_binh = 2 * X.T @ loi / n
    phuong_sai = binh_phuong - trung_binh @ trung_binh
    return phuong_sai * (n - batch_size) / (n - 1) / batch_size
"""),
    "pairs": right("""
def gradient_noise(w, X, y, batch_size):
    # the mean squared distance to the mean is half the mean squared distance of two samples
    n = len(y)
    g = [2 * (x @ w - t) * x for x, t in zip(X, y)]
    pairs = sum(float((a - b) @ (a - b)) for a in g for b in g)
    return pairs / (2 * n**2) * (n - batch_size) / (batch_size * (n - 1))
"""),
}

RIGHT: dict[str, dict[str, Planted]] = {
    "mse_loss": MSE_LOSS,
    "mse_gradient": MSE_GRADIENT,
    "gradient_descent": GRADIENT_DESCENT,
    "sgd_epoch": SGD_EPOCH,
    "minibatches": MINIBATCHES,
    "minibatch_epoch": MINIBATCH_EPOCH,
    "largest_stable_learning_rate": LARGEST_STABLE_LEARNING_RATE,
    "gradient_noise": GRADIENT_NOISE,
}
"""By exercise, then by style."""
