"""What some of the students handed in for the bug hunts: mended in their own way, or the bug still there."""

from __future__ import annotations

from dataclasses import replace

from grader.demo.student import Planted, Student, mistake, other, right

__all__ = ["BUG_LEFT", "with_bug_hunt"]

BUG_LEFT = "the bug left where it was"

_ANSWERS: dict[str, Planted] = {
    "emma.schmidt": right("""
def gradient_descent_bug_hunt(w, X, y, batch_sizes):
    n = sum(batch_sizes)
    total = np.zeros(len(w))
    first = 0
    for m in batch_sizes:
        rows = range(first, first + m)
        part = sum(2 * (X[i] @ w - y[i]) * X[i] for i in rows) / m
        total = total + part * m / n
        first += m
    return total
"""),
    "binh.tran": right("""
def gradient_descent_bug_hunt(w, X, y, batch_sizes):
    moc = np.cumsum(batch_sizes)
    tong = np.zeros(X.shape[1])
    for X_k, y_k in zip(np.split(X, moc[:-1]), np.split(y, moc[:-1])):
        tong += np.einsum("ij,i->j", X_k, 2 * (X_k @ w - y_k))
    return tong / moc[-1]
"""),
    "liam.oconnor": mistake(
        BUG_LEFT,
        "some",
        """
def gradient_descent_bug_hunt(w, X, y, batch_sizes):
    means, start = [], 0
    for m in batch_sizes:
        xb, yb = X[start : start + m], y[start : start + m]
        means.append(2 * xb.T @ (xb @ w - yb) / m)
        start += m
    return np.mean(means, axis=0)
""",
    ),
    "noah.williams": right("""
def momentum_bug_hunt(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    w = np.array(w0, dtype=float)
    v = 0.0 * w
    kept = [w.copy()]
    for number in range(1, epochs * steps_per_epoch + 1):
        v = beta * v - learning_rate * gradient(w)
        w = w + v
        if number % steps_per_epoch == 0:
            kept.append(w.copy())
    return np.stack(kept)
"""),
    "sofia.rossi": mistake(
        BUG_LEFT,
        "some",
        """
def momentum_bug_hunt(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    w = w0.copy()
    out = [w0.copy()]
    for epoch in range(epochs):
        velocity = np.zeros(w0.shape)
        for step in range(steps_per_epoch):
            velocity = beta * velocity - learning_rate * gradient(w)
            w = w + velocity
        out.append(w)
    return np.array(out)
""",
    ),
    "thao.phan": other(
        "halves the velocity at the start of each epoch",
        "some",
        """
def momentum_bug_hunt(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    w, v = w0 + 0.0, np.zeros_like(w0)
    out = [w]
    for _ in range(epochs):
        v = v / 2
        for _ in range(steps_per_epoch):
            v = beta * v - learning_rate * gradient(w)
            w = w + v
        out.append(w)
    return np.array(out)
""",
    ),
}


def with_bug_hunt(student: Student) -> Student:
    """`student` with an answer to the bug hunt of the lesson, where there is one."""
    planted = _ANSWERS.get(student.id)
    if planted is None:
        return student
    return replace(student, answers={**student.answers, f"{student.lesson}_bug_hunt": planted})
