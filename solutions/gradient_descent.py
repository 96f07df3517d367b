# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] key="goals" lang="en"
# # 1 Gradient descent

# %% [markdown] key="goals" lang="vi"
# # 1 Gradient descent

# %% [markdown] key="loss" lang="en"
# ## 1.1 loss

# %% [markdown] key="loss" lang="vi"
# ## 1.1 loss

# %% [markdown] key="gradient" lang="en"
# ## 1.2 gradient

# %% [markdown] key="gradient" lang="vi"
# ## 1.2 gradient

# %% [markdown] key="batch" lang="en"
# ## 1.3 batch

# %% [markdown] key="batch" lang="vi"
# ## 1.3 batch

# %% [markdown] key="rate" lang="en"
# ## 1.4 rate

# %% [markdown] key="rate" lang="vi"
# ## 1.4 rate

# %% [markdown] key="stability" lang="en"
# ## 1.5 stability

# %% [markdown] key="stability" lang="vi"
# ## 1.5 stability

# %% [markdown] key="sgd" lang="en"
# ## 1.6 sgd

# %% [markdown] key="sgd" lang="vi"
# ## 1.6 sgd

# %% [markdown] key="minibatch" lang="en"
# ## 1.7 minibatch

# %% [markdown] key="minibatch" lang="vi"
# ## 1.7 minibatch

# %% [markdown] key="noise" lang="en"
# ## 1.8 noise

# %% [markdown] key="noise" lang="vi"
# ## 1.8 noise

# %% [markdown] key="conventions" lang="en"
# ## 1.9 conventions

# %% [markdown] key="conventions" lang="vi"
# ## 1.9 conventions

# %% [markdown] key="bug" lang="en"
# ## 1.10 bug

# %% [markdown] key="bug" lang="vi"
# ## 1.10 bug

# %% key="imports"
import numpy as np

from hocsau import begin, check, progress

begin("gradient_descent")

# %% exercise="mse_loss"
def mse_loss(w, X, y):
    """Mean squared error: J(w) = (1/n) sum_i (x_i . w - y_i)^2.

    w: (d,) float64
    X: (n, d) float64, one sample a row; the bias, if there is one, is a column of ones
    y: (n,) float64
    returns a float
    """
    ### BEGIN SOLUTION
    residual = X @ w - y  # (n,)
    return float(np.mean(residual**2))
    ### END SOLUTION


# %% check="mse_loss"
check("mse_loss")

# %% exercise="mse_gradient"
def mse_gradient(w, X, y):
    """Gradient of the mean squared error: grad J(w) = (2/n) X^T (X w - y).

    w: (d,) float64
    X: (n, d) float64
    y: (n,) float64
    returns (d,) float64, a new array
    """
    ### BEGIN SOLUTION
    n, _ = X.shape
    residual = X @ w - y  # (n,)
    return 2 / n * (X.T @ residual)  # (d,)
    ### END SOLUTION


# %% check="mse_gradient"
check("mse_gradient")

# %% exercise="gradient_descent"
def gradient_descent(gradient, w0, learning_rate, steps):
    """Gradient descent: w_{t+1} = w_t - eta grad J(w_t), the whole path.

    gradient:      a function; gradient(w) is (d,) for w of shape (d,)
    w0:            (d,) float64, the start; it must not change
    learning_rate: float, eta
    steps:         int >= 0
    returns (steps + 1, d) float64: row 0 is w0, row t is w after t steps
    """
    ### BEGIN SOLUTION
    w = np.array(w0)
    path = [w]
    for _ in range(steps):
        w = w - learning_rate * gradient(w)  # a new array: the rows before stay as they were
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% check="gradient_descent"
check("gradient_descent")

# %% exercise="largest_stable_learning_rate"
def largest_stable_learning_rate(X):
    """The rate above which gradient descent on the mean squared error diverges: 2 / lambda_max(H).

    H = (2/n) X^T X is the Hessian of J; lambda_max is its largest eigenvalue.
    X: (n, d) float64
    returns a float
    """
    ### BEGIN SOLUTION
    n, _ = X.shape
    hessian = 2 / n * (X.T @ X)  # (d, d), symmetric
    return float(2 / np.linalg.eigvalsh(hessian)[-1])  # eigvalsh sorts upwards
    ### END SOLUTION


# %% check="largest_stable_learning_rate"
check("largest_stable_learning_rate")

# %% exercise="sgd_epoch"
def sgd_epoch(w, X, y, learning_rate, order):
    """One epoch of stochastic gradient descent: for i in order, w := w - eta grad J_i(w).

    J_i(w) = (x_i . w - y_i)^2 is the loss of sample i alone; every update starts from the newest w.
    w: (d,) float64, must not change
    X: (n, d) float64
    y: (n,) float64
    learning_rate: float, eta
    order: (n,) int, a permutation of 0 .. n-1: the order in which the samples are visited
    returns (d,) float64, w after n updates
    """
    ### BEGIN SOLUTION
    for i in order:
        w = w - learning_rate * 2 * (X[i] @ w - y[i]) * X[i]
    return w
    ### END SOLUTION


# %% check="sgd_epoch"
check("sgd_epoch")

# %% exercise="minibatches"
def minibatches(order, batch_size):
    """Cut `order` into consecutive slices of `batch_size` indices; the last one may be shorter.

    order: (n,) int, the indices of the samples in the order of this epoch
    batch_size: int >= 1; it may be larger than n
    returns a list of 1-d int arrays; joined together they are `order` again (slices, not copies, are fine)
    """
    ### BEGIN SOLUTION
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    ### END SOLUTION


# %% check="minibatches"
check("minibatches")

# %% exercise="minibatch_epoch"
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    """One epoch of mini-batch gradient descent: for each batch B, w := w - eta grad J_B(w).

    J_B(w) = (1/|B|) sum_{i in B} (x_i . w - y_i)^2, where |B| is the number of samples B really has.
    The batches are the consecutive slices of `order`, the short last one included.
    w: (d,) float64, must not change
    X: (n, d) float64
    y: (n,) float64
    learning_rate: float, eta
    order: (n,) int, a permutation of 0 .. n-1
    batch_size: int >= 1, m
    returns (d,) float64, w after ceil(n / m) updates
    """
    ### BEGIN SOLUTION
    for batch in minibatches(order, batch_size):
        w = w - learning_rate * mse_gradient(w, X[batch], y[batch])
    return w
    ### END SOLUTION


# %% check="minibatch_epoch"
check("minibatch_epoch")

# %% exercise="gradient_noise"
def gradient_noise(w, X, y, batch_size):
    """How far a mini-batch gradient is from the full one: E ||grad J_B(w) - grad J(w)||^2.

    B holds m = batch_size of the n samples, drawn without replacement. With g_i = grad J_i(w) and their mean g,
        E ||grad J_B - g||^2 = (n - m) / (m (n - 1)) * (1/n) sum_i ||g_i - g||^2.
    w: (d,) float64
    X: (n, d) float64, n >= 2
    y: (n,) float64
    batch_size: int, 1 <= m <= n
    returns a float: the exact expectation, nothing is drawn
    """
    ### BEGIN SOLUTION
    n, _ = X.shape
    m = batch_size
    gradients = 2 * (X @ w - y)[:, None] * X  # (n, d), row i is grad J_i
    deviations = gradients - gradients.mean(axis=0)
    spread = np.mean(np.sum(deviations**2, axis=1))
    return float((n - m) / (m * (n - 1)) * spread)
    ### END SOLUTION


# %% check="gradient_noise"
check("gradient_noise")

# %% key="bug_program"
def buggy_accumulated_gradient(w, X, y, batch_sizes):
    """The gradient of J over all n samples, computed one micro-batch at a time.

    batch_sizes: list of int, the sizes of the micro-batches, consecutive rows of X; their sum is n
    """
    accumulated = np.zeros_like(w)
    start = 0
    for size in batch_sizes:
        X_part, y_part = X[start : start + size], y[start : start + size]
        residual = X_part @ w - y_part
        gradient = 2 / size * (X_part.T @ residual)
        accumulated += gradient / len(batch_sizes)
        start += size
    return accumulated


# %% exercise="gradient_descent_bug_hunt"
def gradient_descent_bug_hunt(w, X, y, batch_sizes):
    """The gradient of J over all n samples, computed one micro-batch at a time: your mended version.

    w: (d,) float64
    X: (n, d) float64
    y: (n,) float64
    batch_sizes: list of int, the sizes of the micro-batches, consecutive rows of X; their sum is n
    returns (d,) float64, equal to the gradient of J over all n samples at once
    """
    ### BEGIN SOLUTION
    accumulated = np.zeros_like(w)
    start = 0
    for size in batch_sizes:
        X_part, y_part = X[start : start + size], y[start : start + size]
        residual = X_part @ w - y_part
        accumulated += 2 * (X_part.T @ residual)  # a sum: the number of samples is divided out at the end
        start += size
    return accumulated / start
    ### END SOLUTION


# %% check="gradient_descent_bug_hunt"
check("gradient_descent_bug_hunt")

# %% exercise="gradient_descent_quiz"
gradient_descent_quiz = {
    ### BEGIN SOLUTION
    "q1": "c",
    "q2": "b",
    "q3": "d",
    "q4": "a",
    ### END SOLUTION
}

# %% check="gradient_descent_quiz"
check("gradient_descent_quiz")
