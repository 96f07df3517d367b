"""Twelve students of lesson 2, momentum, and what each of them wrote.

The code here was written for the demonstration, by hand, and knows nothing of the grader's own list of mistakes.
"""

from __future__ import annotations

from grader.course.planted import (
    Planted,
    Student,
    blank,
    crash,
    depends,
    mistake,
    other,
    quiz,
    right,
    written,
)
from solutions.momentum.right.students import RIGHT

__all__ = ["IDS", "STUDENTS"]

SIGN_MIXED = "sign mixed (v = beta v + eta g with w + v)"
AVERAGE = "exponential average ((1-beta) g)"
PYTORCH = "PyTorch form for ours and the reverse"


def _right(**styles: str) -> dict[str, Planted]:
    return {exercise: RIGHT[exercise][style] for exercise, style in styles.items()}


def _quiz(*letters: str | None) -> dict[str, Planted]:
    return {"momentum_quiz": quiz("momentum", *letters)}


def _written(text: str) -> dict[str, Planted]:
    return {"momentum_written": written(text)}


LAN = Student(
    "lan.hoang",
    "Hoàng Ngọc Lan",
    "momentum",
    "vi",
    "everything right, with vectors",
    _right(
        momentum_step="vectors",
        momentum_descent="own_step",
        nesterov_step="vectors",
        pytorch_momentum_step="vectors",
        optimal_momentum="formula",
        convergence_rate="eigvals",
    )
    | _quiz("a", "b", "c", "d")
    | _written("""
Động lượng giúp ở hướng mà gradient đổi dấu liên tục: các bước triệt tiêu nhau. Nhưng khi nghiệm phức,
ví dụ ηλ = 0.1 và β = 0.9, quỹ đạo vọt qua cực tiểu, còn gradient descent thì không.
"""),
)

NOAH = Student(
    "noah.williams",
    "Noah Williams",
    "momentum",
    "en",
    "everything right, with loops and lists; prints and warnings on the way",
    _right(
        momentum_step="loops",
        momentum_descent="table",
        pytorch_momentum_step="loops",
        optimal_momentum="roots",
        convergence_rate="two_cases",
    )
    | {
        "nesterov_step": right(
            """
import sys
import warnings


def nesterov_step(w, v, gradient, learning_rate, beta):
    peek = w.copy()
    for j in range(len(peek)):
        peek[j] += beta * v[j]
    slope = gradient(peek)
    print("peeking at", peek, file=sys.stderr)
    if np.linalg.norm(slope) > 1e-3:
        warnings.warn("slope is not small yet", RuntimeWarning)
    velocity = np.array([beta * a - learning_rate * b for a, b in zip(v, slope)])
    return w + velocity, velocity
""",
            "warns and writes to stderr",
        )
    }
    | _quiz("b", "b", "c", "a")
    | _written("True across a ravine, false along it when the step is already small.\n"),
)

MINH = Student(
    "minh.do",
    "Đỗ Nhật Minh",
    "momentum",
    "vi",
    "everything right, with other algebra; the check of momentum_step doubled",
    _right(
        momentum_step="matrix",
        momentum_descent="all_gradients",
        nesterov_step="loops",
        pytorch_momentum_step="einsum",
        optimal_momentum="expanded",
        convergence_rate="cmath",
    )
    | _quiz("d", None, "b", None),
    ("check_doubled",),
)

SOFIA = Student(
    "sofia.rossi",
    "Sofia Rossi",
    "momentum",
    "en",
    "signs mixed, momentum forgotten between steps, no look ahead",
    _right(convergence_rate="companion")
    | {
        "momentum_step": mistake(
            SIGN_MIXED,
            "some",
            """
def momentum_step(w, v, grad, learning_rate, beta):
    v = beta * v + learning_rate * grad
    w = w + v
    return w, v
""",
        ),
        "momentum_descent": mistake(
            "velocity reset each step",
            "some",
            """
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    traj = [w0]
    for _ in range(steps):
        v = np.zeros_like(w0)
        v = beta * v - learning_rate * gradient(traj[-1])
        traj.append(traj[-1] + v)
    return np.array(traj)
""",
        ),
        "nesterov_step": mistake(
            "gradient at w for Nesterov",
            "some",
            """
def nesterov_step(w, v, gradient, learning_rate, beta):
    g = gradient(w)
    v_next = beta * v - learning_rate * g
    return w + v_next, v_next
""",
        ),
        "pytorch_momentum_step": mistake(
            PYTORCH,
            "none",
            """
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    buffer = beta * buffer - learning_rate * grad
    return w + buffer, buffer
""",
            "our form for PyTorch's",
        ),
        "optimal_momentum": mistake(
            "kappa not square-rooted",
            "some",
            """
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    mu, L = smallest_eigenvalue, largest_eigenvalue
    kappa = L / mu
    lr = (2 / (np.sqrt(L) + np.sqrt(mu))) ** 2
    return lr, ((kappa - 1) / (kappa + 1)) ** 2
""",
        ),
    }
    | _quiz("a", "a", "a", "a"),
)

PHUC = Student(
    "phuc.ngo",
    "Ngô Hồng Phúc",
    "momentum",
    "vi",
    "averages the gradient, applies the rate twice, looks back, forgets the square",
    {
        "momentum_step": mistake(
            AVERAGE,
            "some",
            """
def momentum_step(w, v, grad, learning_rate, beta):
    v = beta * v - (1 - beta) * learning_rate * grad
    return w + v, v
""",
        ),
        "momentum_descent": mistake(
            "learning rate applied twice",
            "some",
            """
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    quy_dao = np.zeros((steps + 1, w0.size))
    quy_dao[0] = w0
    v = 0
    for t in range(steps):
        v = beta * v - learning_rate * gradient(quy_dao[t])
        quy_dao[t + 1] = quy_dao[t] + learning_rate * v
    return quy_dao
""",
        ),
        "nesterov_step": mistake(
            "gradient at w - beta v",
            "some",
            """
def nesterov_step(w, v, gradient, learning_rate, beta):
    diem_nhin = w - beta * v
    v = beta * v - learning_rate * gradient(diem_nhin)
    return w + v, v
""",
        ),
        "pytorch_momentum_step": mistake(
            AVERAGE,
            "some",
            """
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    buffer = beta * buffer + (1 - beta) * grad
    return w - learning_rate * buffer, buffer
""",
        ),
        "optimal_momentum": mistake(
            "beta not squared",
            "some",
            """
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    can_k = (largest_eigenvalue / smallest_eigenvalue) ** 0.5
    toc_do = 4 / (largest_eigenvalue**0.5 + smallest_eigenvalue**0.5) ** 2
    return toc_do, (can_k - 1) / (can_k + 1)
""",
        ),
        "convergence_rate": mistake(
            "sqrt(beta) for real roots too",
            "some",
            """
def convergence_rate(learning_rate, beta, eigenvalue):
    # tích hai nghiệm bằng beta
    return beta**0.5
""",
        ),
    }
    | _quiz("c", "b", None, "d")
    | _written("Momentum luôn làm giảm dao động vì vận tốc được cộng dồn.\n"),
)

AISHA = Student(
    "aisha.khan",
    "Aisha Khan",
    "momentum",
    "en",
    "PyTorch's form for ours, moves before the velocity, returns (beta, eta); a check deleted",
    _right(nesterov_step="from_ahead", convergence_rate="cmath")
    | {
        "momentum_step": mistake(
            PYTORCH,
            "none",
            """
def momentum_step(w, v, grad, learning_rate, beta):
    v = beta * v + grad
    w = w - learning_rate * v
    return w, v
""",
            "PyTorch's form for ours",
        ),
        "momentum_descent": mistake(
            "position updated before the velocity",
            "some",
            """
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    w, v = w0.copy(), np.zeros(w0.shape)
    rows = [w]
    for _ in range(steps):
        w, v = w + v, beta * v - learning_rate * gradient(w)
        rows.append(w)
    return np.array(rows)
""",
        ),
        "pytorch_momentum_step": mistake(
            "position updated before the velocity",
            "none",
            """
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    w_next = w - learning_rate * buffer
    return w_next, grad + beta * buffer
""",
        ),
        "optimal_momentum": mistake(
            "eta and beta swapped",
            "none",
            """
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    lo, hi = np.sqrt([smallest_eigenvalue, largest_eigenvalue])
    beta = ((hi - lo) / (hi + lo)) ** 2
    learning_rate = (2 / (hi + lo)) ** 2
    return beta, learning_rate
""",
            "the pair in the wrong order",
        ),
    },
    ("check_deleted",),
)

QUANG = Student(
    "quang.ly",
    "Lý Minh Quang",
    "momentum",
    "vi",
    "swaps eta and beta, asks for the gradient twice, only the largest eigenvalue; points raised",
    _right(convergence_rate="two_cases")
    | {
        "momentum_step": mistake(
            "eta and beta swapped",
            "none",
            """
def momentum_step(w, v, grad, learning_rate, beta):
    v = learning_rate * v - beta * grad
    return w + v, v
""",
        ),
        "momentum_descent": mistake(
            SIGN_MIXED,
            "some",
            """
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    w = np.array(w0)
    v = np.zeros_like(w)
    diem = [w]
    for _ in range(steps):
        v = beta * v + learning_rate * gradient(w)
        w = w + v
        diem.append(w)
    return np.array(diem)
""",
        ),
        "nesterov_step": mistake(
            "gradient called twice",
            "none",
            """
def nesterov_step(w, v, gradient, learning_rate, beta):
    w_moi = w + beta * v - learning_rate * gradient(w + beta * v)
    v_moi = beta * v - learning_rate * gradient(w + beta * v)
    return w_moi, v_moi
""",
        ),
        "pytorch_momentum_step": mistake(
            "learning rate applied twice",
            "some",
            """
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    bo_dem = beta * buffer + learning_rate * grad
    return w - learning_rate * bo_dem, bo_dem
""",
        ),
        "optimal_momentum": mistake(
            "larger eigenvalue only",
            "some",
            """
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    k = np.sqrt(largest_eigenvalue / smallest_eigenvalue)
    return 1 / largest_eigenvalue, ((k - 1) / (k + 1)) ** 2
""",
            "the rate is 1/L",
        ),
    }
    | _quiz("b", "d", "a", "c"),
    ("points_raised",),
)

INGRID = Student(
    "ingrid.larsen",
    "Ingrid Larsen",
    "momentum",
    "en",
    "changes what she was given, takes gradient descent's optimum; all metadata gone",
    _right(convergence_rate="companion")
    | {
        "momentum_step": mistake(
            "arguments changed by `+=`",
            "none",
            """
def momentum_step(w, v, grad, learning_rate, beta):
    v *= beta
    v += -learning_rate * grad
    w += v
    return w, v
""",
            "both w and v",
        ),
        "momentum_descent": mistake(
            "arguments changed by `+=`",
            "some",
            """
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    v = np.zeros_like(w0)
    path = np.zeros((steps + 1, len(w0)))
    path[0] = w0
    for i in range(1, steps + 1):
        v = beta * v - learning_rate * gradient(w0)
        w0 += v
        path[i] = w0
    return path
""",
        ),
        "nesterov_step": mistake(
            SIGN_MIXED,
            "none",
            """
def nesterov_step(w, v, gradient, learning_rate, beta):
    v = beta * v + learning_rate * gradient(w + beta * v)
    return w + v, v
""",
        ),
        "pytorch_momentum_step": mistake(
            "arguments changed by `+=`",
            "none",
            """
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    buffer *= beta
    buffer += grad
    w -= learning_rate * buffer
    return w, buffer
""",
            "both w and buffer",
        ),
        "optimal_momentum": mistake(
            "gradient descent's optimum 2/(L+mu) for Polyak's",
            "some",
            """
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    root = np.sqrt(largest_eigenvalue / smallest_eigenvalue)
    beta = ((root - 1) / (root + 1)) ** 2
    return 2 / (smallest_eigenvalue + largest_eigenvalue), beta
""",
        ),
    }
    | _quiz("c", "c", "c", "c"),
    ("metadata_removed",),
)

TUAN = Student(
    "tuan.duong",
    "Dương Anh Tuấn",
    "momentum",
    "vi",
    "half done: two answers nearly right, nesterov emptied, the last one blank; a check edited",
    _right(pytorch_momentum_step="copies")
    | {
        "momentum_step": mistake(
            "position updated before the velocity",
            "none",
            """
def momentum_step(w, v, grad, learning_rate, beta):
    w = w + v
    v = beta * v - learning_rate * grad
    return w, v
""",
        ),
        "momentum_descent": mistake(
            "eta and beta swapped",
            "some",
            """
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    def buoc(w, v, eta, b):
        v = b * v - eta * gradient(w)
        return w + v, v

    w, v = w0, 0 * w0
    ket_qua = [w0]
    for _ in range(steps):
        w, v = buoc(w, v, beta, learning_rate)
        ket_qua.append(w)
    return np.array(ket_qua)
""",
            "handed over in the wrong order",
        ),
        "nesterov_step": blank("# TODO: hỏi thầy", "the cell emptied but for a comment"),
        "optimal_momentum": mistake(
            "larger eigenvalue only",
            "none",
            """
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    k = np.sqrt(largest_eigenvalue) / np.sqrt(smallest_eigenvalue)
    eta = (2 / np.sqrt(largest_eigenvalue)) ** 2
    return eta, ((k - 1) / (k + 1)) ** 2
""",
            "the rate is 4/L",
        ),
        "convergence_rate": blank(),
    },
    ("check_edited",),
)

OMAR = Student(
    "omar.haddad",
    "Omar Haddad",
    "momentum",
    "en",
    "crashes: syntax error, TypeError, exceptions, a dead process; and one value of two",
    _right(pytorch_momentum_step="conversion")
    | {
        "momentum_step": right(
            """
from dataclasses import dataclass


@dataclass
class State:
    position: np.ndarray
    velocity: np.ndarray

    def kicked(self, push, keep):
        velocity = keep * self.velocity + push
        return State(self.position + velocity, velocity)


def momentum_step(w, v, grad, learning_rate, beta):
    after = State(w, v).kicked(-learning_rate * grad, beta)
    return after.position, after.velocity
""",
            "a dataclass",
        ),
        "momentum_descent": crash(
            "syntax error in the cell",
            """
def momentum_descent(gradient, w0, learning_rate, beta, steps)
    w, v = w0, np.zeros_like(w0)
    for _ in range(steps):
        v = beta * v - learning_rate * gradient(w)
        w = w + v
    return w
""",
        ),
        "nesterov_step": crash(
            "TypeError: indexes a function",
            """
def nesterov_step(w, v, gradient, learning_rate, beta):
    v = beta * v - learning_rate * gradient[w + beta * v]
    return w + v, v
""",
        ),
        "optimal_momentum": crash(
            "the cell ends its process",
            """
import os

def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    return 0.1, 0.9

if optimal_momentum(1, 2) != (0.1, 0.8):
    os._exit(1)
""",
        ),
        "convergence_rate": crash(
            "math domain error where the roots are complex",
            """
import math


def convergence_rate(learning_rate, beta, eigenvalue):
    s = 1 + beta - learning_rate * eigenvalue
    return (abs(s) + math.sqrt(s * s - 4 * beta)) / 2
""",
            "some",
        ),
    }
    | _quiz("a", "d", "b", "b"),
)

THAO = Student(
    "thao.phan",
    "Phan Thu Thảo",
    "momentum",
    "en",
    "wrong in ways of her own; momentum_descent calls her own wrong momentum_step",
    _right(optimal_momentum="from_beta")
    | {
        "momentum_step": mistake(
            "learning rate applied twice",
            "none",
            """
def momentum_step(w, v, grad, learning_rate, beta):
    v = beta * v - learning_rate * grad
    return w + learning_rate * v, v
""",
        ),
        "momentum_descent": depends(
            "calls her own momentum_step, which applies the rate twice",
            "some",
            """
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    w, v = w0, np.zeros_like(w0)
    result = [w]
    for _ in range(steps):
        w, v = momentum_step(w, v, gradient(w), learning_rate, beta)
        result.append(w)
    return np.array(result)
""",
        ),
        "nesterov_step": other(
            "looks ahead half as far",
            "some",
            """
def nesterov_step(w, v, gradient, learning_rate, beta):
    halfway = w + 0.5 * beta * v
    v = beta * v - learning_rate * gradient(halfway)
    return w + v, v
""",
        ),
        "pytorch_momentum_step": other(
            "returns the new w alone",
            "none",
            """
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    buffer = beta * buffer + grad
    return w - learning_rate * buffer
""",
        ),
        "convergence_rate": other(
            "the mean size of the two roots",
            "some",
            """
def convergence_rate(learning_rate, beta, eigenvalue):
    roots = np.roots([1, learning_rate * eigenvalue - 1 - beta, beta])
    return float(np.abs(roots).mean())
""",
        ),
    },
)

KWAME = Student(
    "kwame.mensah",
    "Kwame Mensah",
    "momentum",
    "en",
    "a blank notebook",
    {},
)

BUG_LEFT = "the bug left where it was"
BUG_HUNTS: dict[str, Planted] = {
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
"""What some of them handed in for the bug hunt."""

STUDENTS = tuple(
    student.with_answer("momentum_bug_hunt", BUG_HUNTS.get(student.id))
    for student in (LAN, NOAH, MINH, SOFIA, PHUC, AISHA, QUANG, INGRID, TUAN, OMAR, THAO, KWAME)
)
"""The class of lesson 2."""

IDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("momentum_step", "sign mixed (v = beta v + eta g with w + v)"): ("sign_mixed",),
    ("momentum_step", "exponential average ((1-beta) g)"): ("exponential_average",),
    ("momentum_step", "PyTorch form for ours and the reverse"): ("pytorch_form",),
    ("momentum_step", "eta and beta swapped"): ("eta_and_beta_swapped",),
    ("momentum_step", "arguments changed by `+=`"): ("arguments_changed",),
    ("momentum_step", "position updated before the velocity"): ("position_before_velocity",),
    ("momentum_step", "learning rate applied twice"): ("learning_rate_twice",),
    ("momentum_descent", "velocity reset each step"): ("velocity_reset",),
    ("momentum_descent", "learning rate applied twice"): ("learning_rate_twice",),
    ("momentum_descent", "position updated before the velocity"): ("position_before_velocity",),
    ("momentum_descent", "sign mixed (v = beta v + eta g with w + v)"): ("sign_mixed",),
    ("momentum_descent", "arguments changed by `+=`"): ("w0_changed",),
    ("momentum_descent", "eta and beta swapped"): ("eta_and_beta_swapped",),
    ("nesterov_step", "gradient at w for Nesterov"): ("gradient_at_w",),
    ("nesterov_step", "gradient at w - beta v"): ("gradient_behind",),
    ("nesterov_step", "gradient called twice"): ("gradient_called_twice",),
    ("nesterov_step", "sign mixed (v = beta v + eta g with w + v)"): ("sign_mixed",),
    ("pytorch_momentum_step", "PyTorch form for ours and the reverse"): ("our_form",),
    ("pytorch_momentum_step", "exponential average ((1-beta) g)"): ("dampened",),
    ("pytorch_momentum_step", "position updated before the velocity"): ("position_before_buffer",),
    ("pytorch_momentum_step", "learning rate applied twice"): ("learning_rate_twice",),
    ("pytorch_momentum_step", "arguments changed by `+=`"): ("arguments_changed",),
    ("optimal_momentum", "kappa not square-rooted"): ("kappa_not_rooted",),
    ("optimal_momentum", "beta not squared"): ("beta_not_squared",),
    ("optimal_momentum", "eta and beta swapped"): ("pair_swapped",),
    ("optimal_momentum", "larger eigenvalue only"): ("larger_eigenvalue_only", "smaller_eigenvalue_dropped"),
    ("optimal_momentum", "gradient descent's optimum 2/(L+mu) for Polyak's"): ("gradient_descent_optimum",),
    ("convergence_rate", "sqrt(beta) for real roots too"): ("sqrt_beta_always",),
    ("momentum_bug_hunt", "the bug left where it was"): ("bug_left",),
}
"""The ids that are right for a mistake, by exercise and by what the course's list calls it."""
