"""Twelve students of lesson 1, gradient descent, and what each of them wrote.

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
from solutions.gradient_descent.right.students import RIGHT

__all__ = ["IDS", "STUDENTS"]


def _right(**styles: str) -> dict[str, Planted]:
    return {exercise: RIGHT[exercise][style] for exercise, style in styles.items()}


def _quiz(*letters: str | None) -> dict[str, Planted]:
    return {"gradient_descent_quiz": quiz("gradient_descent", *letters)}


def _written(text: str) -> dict[str, Planted]:
    return {"gradient_descent_written": written(text)}


AN = Student(
    "an.nguyen",
    "Nguyễn Hoài An",
    "gradient_descent",
    "vi",
    "everything right, with vectors",
    _right(
        mse_loss="vectors",
        mse_gradient="vectors",
        gradient_descent="list",
        sgd_epoch="rows",
        minibatches="slices",
        minibatch_epoch="slices",
        largest_stable_learning_rate="eigvalsh",
        gradient_noise="vectors",
    )
    | _quiz("a", "b", "c", "d")
    | _written("""
Với mini-batch, mỗi bước rẻ hơn nhiều mà hướng đi vẫn gần đúng, nên trong cùng một lượt duyệt dữ liệu
ta cập nhật được nhiều lần hơn. Đổi lại, nhiễu không tắt khi tốc độ học giữ nguyên.
"""),
)

EMMA = Student(
    "emma.schmidt",
    "Emma Schmidt",
    "gradient_descent",
    "en",
    "everything right, with plain loops; prints, stderr and warnings on the way",
    _right(
        gradient_descent="table",
        sgd_epoch="loops",
        minibatches="one_by_one",
        minibatch_epoch="loops",
        largest_stable_learning_rate="loops",
        gradient_noise="loops",
    )
    | {
        "mse_loss": right(
            """
import sys
import warnings


def mse_loss(w, X, y):
    warnings.warn("slow loop ahead, sorry")
    total = 0
    for row, target in zip(X, y):
        total += (sum(a * b for a, b in zip(row, w)) - target) ** 2
    print("loss so far:", total, file=sys.stderr)
    return total / len(y)


print("cell 1 done", file=sys.stderr)
""",
            "warns and writes to stderr",
        ),
        "mse_gradient": right(
            """
def mse_gradient(w, X, y):
    n, d = X.shape
    g = [0.0] * d
    for j in range(d):
        for i in range(n):
            g[j] += 2 * X[i, j] * (np.dot(X[i], w) - y[i]) / n
    print("gradient", g)
    np.log(np.zeros(1))  # RuntimeWarning, left over from another try
    return np.asarray(g)
""",
            "prints, and a RuntimeWarning",
        ),
    }
    | _quiz("b", "b", "a", None)
    | _written("""
A mini-batch step costs little and points almost the right way. With a *constant* rate the iterates
keep jittering around the minimum; averaging or a decaying rate removes that.
"""),
)

BINH = Student(
    "binh.tran",
    "Trần Thanh Bình",
    "gradient_descent",
    "vi",
    "everything right, with einsum and own functions; one check cell deleted",
    _right(
        mse_loss="einsum",
        mse_gradient="einsum",
        gradient_descent="accumulate",
        sgd_epoch="own_gradient",
        minibatches="generator",
        minibatch_epoch="own_functions",
        largest_stable_learning_rate="general",
        gradient_noise="second_moment",
    )
    | _quiz("c", "a", "d", "b"),
    ("check_deleted",),
)

LIAM = Student(
    "liam.oconnor",
    "Liam O'Connor",
    "gradient_descent",
    "en",
    "sums where means belong, reuses the first gradient, loses the last batch",
    _right(gradient_noise="sample_variance")
    | {
        "mse_loss": mistake(
            "missing 1/n in the loss",
            "some",
            """
def mse_loss(w, X, y):
    r = y - X @ w
    return r @ r
""",
        ),
        "mse_gradient": mistake(
            "sum for mean",
            "some",
            """
def mse_gradient(w, X, y):
    grad = np.zeros_like(w)
    for x_i, y_i in zip(X, y):
        grad += 2 * (x_i @ w - y_i) * x_i
    return grad
""",
        ),
        "gradient_descent": mistake(
            "gradient at w0 reused every step",
            "some",
            """
def gradient_descent(gradient, w0, learning_rate, steps):
    g = gradient(w0)
    w = w0.copy()
    out = [w]
    for _ in range(steps):
        w = w - learning_rate * g
        out.append(w)
    return np.array(out)
""",
        ),
        "sgd_epoch": mistake(
            "missing factor 2",
            "none",
            """
def sgd_epoch(w, X, y, learning_rate, order):
    for i in order:
        err = np.dot(w, X[i]) - y[i]
        w = w - learning_rate * err * X[i]
    return w
""",
        ),
        "minibatches": mistake(
            "last batch dropped",
            "some",
            """
def minibatches(order, batch_size):
    number = len(order) // batch_size
    return [order[b * batch_size : (b + 1) * batch_size] for b in range(number)]
""",
        ),
        "minibatch_epoch": mistake(
            "last batch dropped",
            "some",
            """
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    m = batch_size
    blocks = order[: len(order) // m * m].reshape(-1, m)
    for rows in blocks:
        r = X[rows] @ w - y[rows]
        w = w - learning_rate * 2 * (r @ X[rows]) / m
    return w
""",
        ),
        "largest_stable_learning_rate": mistake(
            "1/lambda_max for 2/lambda_max",
            "none",
            """
def largest_stable_learning_rate(X):
    n, _ = X.shape
    lam = np.linalg.eigvalsh(2 * (X.T @ X) / n)
    return 1.0 / lam[-1]
""",
        ),
    }
    | _quiz("a", "c", "c", "b"),
)

CHI = Student(
    "chi.le",
    "Lê Mai Chi",
    "gradient_descent",
    "vi",
    "walks uphill, forgets the 2, forgets to square, changes the caller's w",
    _right(mse_loss="norm", gradient_noise="pairs")
    | {
        "mse_gradient": mistake(
            "missing factor 2",
            "some",
            """
def mse_gradient(w, X, y):
    du_doan = X.dot(w)
    return X.T.dot(du_doan - y) / len(y)
""",
        ),
        "gradient_descent": mistake(
            "plus for minus (ascent)",
            "some",
            """
def gradient_descent(gradient, w0, learning_rate, steps):
    duong_di = np.zeros((steps + 1, len(w0)))
    duong_di[0] = w0
    for t in range(steps):
        duong_di[t + 1] = duong_di[t] + learning_rate * gradient(duong_di[t])
    return duong_di
""",
        ),
        "sgd_epoch": mistake(
            "w0 mutated",
            "none",
            """
def sgd_epoch(w, X, y, learning_rate, order):
    for i in order:
        sai_so = X[i] @ w - y[i]
        w -= learning_rate * 2 * sai_so * X[i]
    return w
""",
            "the caller's w changes and is returned",
        ),
        "minibatches": mistake(
            "`order` ignored",
            "some",
            """
def minibatches(order, batch_size):
    n = len(order)
    return [np.arange(i, min(i + batch_size, n)) for i in range(0, n, batch_size)]
""",
        ),
        "minibatch_epoch": mistake(
            "sum for mean",
            "some",
            """
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    for k in range(0, len(order), batch_size):
        nhom = order[k : k + batch_size]
        g = sum(2 * (X[i] @ w - y[i]) * X[i] for i in nhom)
        w = w - learning_rate * g
    return w
""",
        ),
        "largest_stable_learning_rate": mistake(
            "singular value not squared",
            "none",
            """
def largest_stable_learning_rate(X):
    n = X.shape[0]
    s = np.linalg.svd(X, compute_uv=False)
    lam = 2 / n * s.max()
    return 2 / lam
""",
        ),
    }
    | _quiz(None, None, None, None),
)

YUKI = Student(
    "yuki.tanaka",
    "Yuki Tanaka",
    "gradient_descent",
    "en",
    "one array under every row, X shuffled without y; all metadata gone from the notebook",
    _right(mse_loss="comprehension", mse_gradient="expanded", minibatches="split")
    | {
        "gradient_descent": mistake(
            "trajectory rows alias one array",
            "some",
            """
def gradient_descent(gradient, w0, learning_rate, steps):
    w = w0.astype(float)
    history = [w]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        history.append(w)
    return np.array(history)
""",
        ),
        "sgd_epoch": mistake(
            "`order` ignored",
            "some",
            """
def sgd_epoch(w, X, y, learning_rate, order):
    for x_i, y_i in zip(X, y):
        w = w - 2 * learning_rate * (x_i @ w - y_i) * x_i
    return w
""",
        ),
        "minibatch_epoch": mistake(
            "unpaired shuffle of X and y",
            "none",
            """
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    X = X[order]
    for s in range(0, len(X), batch_size):
        xb = X[s : s + batch_size]
        yb = y[s : s + batch_size]
        w = w - learning_rate * (2 / len(xb)) * xb.T @ (xb @ w - yb)
    return w
""",
        ),
        "largest_stable_learning_rate": mistake(
            "Hessian without 2/n",
            "none",
            """
def largest_stable_learning_rate(X):
    H = X.T @ X
    return 2 / max(np.linalg.eigvalsh(H))
""",
        ),
        "gradient_noise": mistake(
            "missing factor 2",
            "some",
            """
def gradient_noise(w, X, y, batch_size):
    n = len(y)
    g = (X @ w - y).reshape(-1, 1) * X
    dev = g - g.mean(0)
    mean_sq = (dev * dev).sum() / n
    return mean_sq * (n - batch_size) / (batch_size * (n - 1))
""",
        ),
    }
    | _quiz("d", "d", "d", "d"),
    ("metadata_removed",),
)

DUNG = Student(
    "dung.pham",
    "Phạm Tiến Dũng",
    "gradient_descent",
    "vi",
    "works on the caller's own arrays, pairs X and y wrongly, sums the short batch",
    _right(
        mse_loss="loops",
        mse_gradient="mean",
        minibatches="while",
        largest_stable_learning_rate="norm",
    )
    | {
        "gradient_descent": mistake(
            "w0 mutated",
            "some",
            """
def gradient_descent(gradient, w0, learning_rate, steps):
    ket_qua = [w0.copy()]
    for _ in range(steps):
        w0 -= learning_rate * gradient(w0)
        ket_qua.append(w0.copy())
    return np.array(ket_qua)
""",
        ),
        "sgd_epoch": mistake(
            "unpaired shuffle of X and y",
            "some",
            """
def sgd_epoch(w, X, y, learning_rate, order):
    for x_i, y_i in zip(X[order], y):
        w = w - learning_rate * 2 * (w @ x_i - y_i) * x_i
    return w
""",
        ),
        "minibatch_epoch": mistake(
            "sum over the short last batch",
            "some",
            """
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    n = len(order)
    so_nhom = n // batch_size
    for k in range(so_nhom):
        nhom = order[k * batch_size : (k + 1) * batch_size]
        g = 2 * (X[nhom] @ w - y[nhom]) @ X[nhom]
        w = w - learning_rate * g / batch_size
    con_lai = order[so_nhom * batch_size :]
    if len(con_lai) > 0:
        w = w - learning_rate * 2 * (X[con_lai] @ w - y[con_lai]) @ X[con_lai]
    return w
""",
            "the rest after the loop, without a division",
        ),
        "gradient_noise": mistake(
            "sum for mean",
            "some",
            """
def gradient_noise(w, X, y, batch_size):
    n, m = len(y), batch_size
    g = np.array([2 * (X[i] @ w - y[i]) * X[i] for i in range(n)])
    tong = ((g - g.mean(axis=0)) ** 2).sum()
    return (n - m) / (m * (n - 1)) * tong
""",
        ),
    }
    | _written("Em chưa chắc, nhưng em nghĩ batch nhỏ thì nhiễu lớn hơn.\n"),
)

FATIMA = Student(
    "fatima.hassan",
    "Fatima Hassan",
    "gradient_descent",
    "en",
    "one row short, full gradient per sample, walks uphill; raised the points in the metadata, edited a check",
    _right(mse_loss="vectors", mse_gradient="loops", gradient_noise="loops")
    | {
        "gradient_descent": mistake(
            "off-by-one in steps",
            "some",
            """
def gradient_descent(gradient, w0, learning_rate, steps):
    w = w0.copy()
    rows = [w.copy()]
    for _ in range(1, steps):
        w = w - learning_rate * gradient(w)
        rows.append(w.copy())
    return np.array(rows)
""",
            "one step too few",
        ),
        "sgd_epoch": mistake(
            "whole-data gradient used per sample",
            "some",
            """
def sgd_epoch(w, X, y, learning_rate, order):
    n = len(y)
    for _ in order:
        full = 2 / n * X.T @ (X @ w - y)
        w = w - learning_rate * full
    return w
""",
        ),
        "minibatches": right(
            """
def minibatches(order, batch_size):
    n_batches = -(-len(order) // batch_size)  # ceil
    batches = []
    for b in range(n_batches):
        first = b * batch_size
        batches.append(np.array([order[i] for i in range(first, min(first + batch_size, len(order)))]))
    return tuple(batches)
""",
            "a tuple of batches",
        ),
        "minibatch_epoch": mistake(
            "plus for minus (ascent)",
            "none",
            """
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    for s in range(0, len(y), batch_size):
        pick = order[s : s + batch_size]
        A, t = X[pick], y[pick]
        w = w + learning_rate * 2 * np.mean((A @ w - t)[:, None] * A, axis=0)
    return w
""",
        ),
        "largest_stable_learning_rate": other(
            "bounds the largest eigenvalue by the largest absolute row sum",
            "some",
            """
def largest_stable_learning_rate(X):
    H = 2 / len(X) * X.T @ X
    # Gershgorin: no eigenvalue is larger than the largest absolute row sum
    return 2 / np.abs(H).sum(axis=1).max()
""",
        ),
    }
    | _quiz("a", "b", "d", "c"),
    ("points_raised", "check_edited"),
)

GIANG = Student(
    "giang.vo",
    "Võ Hương Giang",
    "gradient_descent",
    "vi",
    "half done: the later exercises blank or emptied, the earlier ones nearly right",
    _right(mse_loss="einsum", mse_gradient="vectors", largest_stable_learning_rate="svd")
    | {
        "gradient_descent": mistake(
            "off-by-one in steps",
            "none",
            """
def gradient_descent(gradient, w0, learning_rate, steps):
    w = w0
    path = []
    for _ in range(steps):
        path.append(w)
        w = w - learning_rate * gradient(w)
    return np.array(path)
""",
            "the last row never stored",
        ),
        "sgd_epoch": mistake(
            "the gradient at the start of the epoch reused in sgd_epoch",
            "some",
            """
def sgd_epoch(w, X, y, learning_rate, order):
    loi = X @ w - y
    for i in order:
        w = w - learning_rate * 2 * loi[i] * X[i]
    return w
""",
        ),
        "minibatches": blank("# để sau làm tiếp", "the cell emptied but for a comment"),
        "minibatch_epoch": mistake(
            "sum over the short last batch",
            "some",
            """
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    for dau in range(0, len(order), batch_size):
        chon = order[dau : dau + batch_size]
        tong = sum(2 * (X[i] @ w - y[i]) * X[i] for i in chon)
        w = w - learning_rate * tong / batch_size
    return w
""",
            "the short last batch divided by batch_size, not by its own length",
        ),
        "gradient_noise": blank(),
    },
)

CARLOS = Student(
    "carlos.mendes",
    "Carlos Mendes",
    "gradient_descent",
    "en",
    "crashes of every kind: NameError, syntax error, endless loop, dead process, None",
    _right(minibatches="slices", gradient_noise="vectors")
    | {
        "mse_loss": crash(
            "NameError",
            """
def mse_loss(w, X, y):
    residuals = X @ w - y
    return np.mean(residual**2)
""",
        ),
        "mse_gradient": crash(
            "syntax error in the cell",
            """
def mse_gradient(w, X, y):
    return 2 / len(y) * X.T @ (X @ w - y
""",
        ),
        "gradient_descent": crash(
            "endless loop",
            """
def gradient_descent(gradient, w0, learning_rate, steps):
    w, k = w0.copy(), 0
    rows = [w]
    while k >= 0:  # forgot to stop
        w = w - learning_rate * gradient(w)
        k += 1
    return np.array(rows)
""",
        ),
        "sgd_epoch": other(
            "prints the result and returns None",
            "none",
            """
def sgd_epoch(w, X, y, learning_rate, order):
    for i in order:
        w = w - learning_rate * 2 * (X[i] @ w - y[i]) * X[i]
    print(w)
""",
        ),
        "minibatch_epoch": crash(
            "the cell ends its process",
            """
import os


def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    return w


os._exit(1)
""",
        ),
        "largest_stable_learning_rate": crash(
            "an exception in the function",
            """
def largest_stable_learning_rate(X):
    H = 2 / len(X) * X @ X
    return 2 / np.linalg.eigvalsh(H)[-1]
""",
        ),
    },
)

HOA = Student(
    "hoa.dang",
    "Đặng Quỳnh Hoa",
    "gradient_descent",
    "vi",
    "wrong in ways of her own; minibatch_epoch calls her own wrong mse_gradient; a check doubled",
    {
        "mse_loss": other(
            "the median for the mean",
            "some",
            """
def mse_loss(w, X, y):
    return float(np.median((X @ w - y) ** 2))
""",
        ),
        "mse_gradient": mistake(
            "missing factor 2",
            "some",
            """
def mse_gradient(w, X, y):
    sai_so = X @ w - y
    return np.mean(sai_so[:, None] * X, axis=0)
""",
        ),
        "gradient_descent": other(
            "the learning rate shrinks as 1/(1 + t)",
            "some",
            """
def gradient_descent(gradient, w0, learning_rate, steps):
    rows = [w0.copy()]
    for t in range(steps):
        eta = learning_rate / (1 + t)
        rows.append(rows[-1] - eta * gradient(rows[-1]))
    return np.array(rows)
""",
        ),
        "sgd_epoch": other(
            "stops in the middle of the epoch",
            "none",
            """
def sgd_epoch(w, X, y, learning_rate, order):
    nua = order[: len(order) // 2]
    for i in nua:
        w = w - learning_rate * 2 * (X[i] @ w - y[i]) * X[i]
    return w
""",
        ),
        "minibatches": mistake(
            "every k-th index",
            "some",
            """
def minibatches(order, batch_size):
    so_nhom = -(-len(order) // batch_size)
    return [order[k::so_nhom] for k in range(so_nhom)]
""",
        ),
        "minibatch_epoch": depends(
            "calls her own mse_gradient, which lacks the factor 2",
            "none",
            """
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    for k in range(0, len(order), batch_size):
        nhom = order[k : k + batch_size]
        w = w - learning_rate * mse_gradient(w, X[nhom], y[nhom])
    return w
""",
        ),
        "largest_stable_learning_rate": RIGHT["largest_stable_learning_rate"]["loops"],
        "gradient_noise": other(
            "the median squared distance for the mean",
            "some",
            """
def gradient_noise(w, X, y, batch_size):
    n = len(y)
    g = 2 * (X @ w - y)[:, None] * X
    khoang_cach = np.sum((g - g.mean(axis=0)) ** 2, axis=1)
    return (n - batch_size) / (batch_size * (n - 1)) * np.median(khoang_cach)
""",
        ),
    }
    | _quiz("b", "c", "d", "a"),
    ("check_doubled",),
)

KHANH = Student(
    "khanh.bui",
    "Bùi Gia Khánh",
    "gradient_descent",
    "vi",
    "a blank notebook",
    {},
)

BUG_LEFT = "the bug left where it was"
BUG_HUNTS: dict[str, Planted] = {
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
}
"""What some of them handed in for the bug hunt."""

STUDENTS = tuple(
    student.with_answer("gradient_descent_bug_hunt", BUG_HUNTS.get(student.id))
    for student in (AN, EMMA, BINH, LIAM, CHI, YUKI, DUNG, FATIMA, GIANG, CARLOS, HOA, KHANH)
)
"""The class of lesson 1."""

IDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("mse_loss", "missing 1/n in the loss"): ("sum_for_mean",),
    ("mse_gradient", "sum for mean"): ("sum_for_mean",),
    ("mse_gradient", "missing factor 2"): ("missing_two",),
    ("gradient_descent", "gradient at w0 reused every step"): ("gradient_at_start",),
    ("gradient_descent", "plus for minus (ascent)"): ("ascent",),
    ("gradient_descent", "trajectory rows alias one array"): ("rows_alias",),
    ("gradient_descent", "w0 mutated"): ("w0_changed",),
    ("gradient_descent", "off-by-one in steps"): ("one_step_short", "end_missing"),
    ("sgd_epoch", "missing factor 2"): ("missing_two",),
    ("sgd_epoch", "w0 mutated"): ("w_changed",),
    ("sgd_epoch", "`order` ignored"): ("order_ignored",),
    ("sgd_epoch", "unpaired shuffle of X and y"): ("unpaired_shuffle",),
    ("sgd_epoch", "whole-data gradient used per sample"): ("whole_data_gradient",),
    ("sgd_epoch", "the gradient at the start of the epoch reused in sgd_epoch"): ("stale_gradient",),
    ("minibatches", "last batch dropped"): ("last_dropped",),
    ("minibatches", "`order` ignored"): ("order_ignored",),
    ("minibatches", "every k-th index"): ("strided",),
    ("minibatch_epoch", "last batch dropped"): ("last_dropped",),
    ("minibatch_epoch", "sum for mean"): ("sum_for_mean",),
    ("minibatch_epoch", "unpaired shuffle of X and y"): ("unpaired_shuffle",),
    ("minibatch_epoch", "sum over the short last batch"): ("short_batch_summed", "short_batch_over_batch_size"),
    ("minibatch_epoch", "plus for minus (ascent)"): ("ascent",),
    ("largest_stable_learning_rate", "1/lambda_max for 2/lambda_max"): ("one_over_lambda",),
    ("largest_stable_learning_rate", "singular value not squared"): ("singular_value_not_squared",),
    ("largest_stable_learning_rate", "Hessian without 2/n"): ("hessian_without_two_over_n",),
    ("gradient_noise", "missing factor 2"): ("missing_two",),
    ("gradient_noise", "sum for mean"): ("sum_for_mean",),
    ("gradient_descent_bug_hunt", "the bug left where it was"): ("bug_left",),
}
"""The ids that are right for a mistake, by exercise and by what the course's list calls it."""
