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
# # 2 Momentum

# %% [markdown] key="goals" lang="vi"
# # 2 Momentum (động lượng)

# %% key="imports"
import numpy as np

from hocsau import begin, check, progress

begin("momentum")

# %% [markdown] key="velocity" lang="en"
# ## 2.2 Velocity

# %% [markdown] key="velocity" lang="vi"
# ## 2.2 Vận tốc


# %% exercise="momentum_step"
def momentum_step(w, v, grad, learning_rate, beta):
    """One step of momentum: v := beta v - eta grad, then w := w + v.

    w, v, grad:          (d,) float64; they are not changed
    learning_rate, beta: floats, eta and beta
    returns the new (w, v), each (d,) float64
    """
    ### BEGIN SOLUTION
    v = beta * v - learning_rate * grad
    return w + v, v
    ### END SOLUTION


# %% check="momentum_step"
check("momentum_step")

# %% [markdown] key="descent" lang="en"
# ## 2.3 Descending with momentum

# %% [markdown] key="descent" lang="vi"
# ## 2.3 Đi xuống với momentum


# %% exercise="momentum_descent"
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    """`steps` steps of momentum from w0 with v = 0: v := beta v - eta grad J(w), then w := w + v.

    gradient:            function, (d,) -> (d,), the gradient of J at a point
    w0:                  (d,) float64, the starting point; it is not changed
    learning_rate, beta: floats, eta and beta
    steps:               int, may be 0
    returns (steps + 1, d) float64: row 0 is w0, row t is w after t steps
    """
    ### BEGIN SOLUTION
    w, v = np.array(w0), np.zeros_like(w0)
    trajectory = [w]
    for _ in range(steps):
        w, v = momentum_step(w, v, gradient(w), learning_rate, beta)
        trajectory.append(w)
    return np.array(trajectory)
    ### END SOLUTION


# %% check="momentum_descent"
check("momentum_descent")

# %% [markdown] key="iteration_matrix" lang="en"
# ## 2.6 The iteration matrix

# %% [markdown] key="iteration_matrix" lang="vi"
# ## 2.6 Ma trận lặp


# %% exercise="convergence_rate"
def convergence_rate(learning_rate, beta, eigenvalue):
    """The factor by which the error of momentum on J(w) = eigenvalue w^2 / 2 shrinks per step in the long run.

    It is the spectral radius of the 2 x 2 matrix that takes (w, v) to the next (w, v):
    the larger |z| of the two roots, which may be complex.

    learning_rate, beta: floats, eta > 0 and 0 <= beta < 1
    eigenvalue:          float, lambda >= 0
    returns a float; above 1 when momentum diverges
    """
    ### BEGIN SOLUTION
    trace = 1 + beta - learning_rate * eigenvalue
    discriminant = trace**2 - 4 * beta
    if discriminant < 0:
        return float(np.sqrt(beta))
    return float((abs(trace) + np.sqrt(discriminant)) / 2)
    ### END SOLUTION


# %% check="convergence_rate"
check("convergence_rate")

# %% [markdown] key="polyak" lang="en"
# ## 2.7 Polyak's optimum

# %% [markdown] key="polyak" lang="vi"
# ## 2.7 Cặp tham số tối ưu của Polyak


# %% exercise="optimal_momentum"
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    """The learning rate and beta that make momentum's worst rate on a quadratic as small as possible.

    smallest_eigenvalue, largest_eigenvalue: floats, 0 < mu <= L, the ends of the Hessian's spectrum
    returns (learning_rate, beta), two floats
    Polyak 1964
    """
    ### BEGIN SOLUTION
    large, small = np.sqrt(largest_eigenvalue), np.sqrt(smallest_eigenvalue)
    learning_rate = (2 / (large + small)) ** 2
    beta = ((large - small) / (large + small)) ** 2
    return float(learning_rate), float(beta)
    ### END SOLUTION


# %% check="optimal_momentum"
check("optimal_momentum")

# %% [markdown] key="nesterov" lang="en"
# ## 2.8 Nesterov: look before you step

# %% [markdown] key="nesterov" lang="vi"
# ## 2.8 Nesterov: nhìn trước rồi mới bước


# %% exercise="nesterov_step"
def nesterov_step(w, v, gradient, learning_rate, beta):
    """One step of Nesterov's momentum: v := beta v - eta grad J(w + beta v), then w := w + v.

    w, v:                (d,) float64; they are not changed
    gradient:            function, (d,) -> (d,), the gradient of J at a point; it is expensive: call it once
    learning_rate, beta: floats, eta and beta
    returns the new (w, v), each (d,) float64
    Nesterov 1983, in the form of Sutskever et al. 2013
    """
    ### BEGIN SOLUTION
    v = beta * v - learning_rate * gradient(w + beta * v)
    return w + v, v
    ### END SOLUTION


# %% check="nesterov_step"
check("nesterov_step")

# %% [markdown] key="pytorch" lang="en"
# ## 2.9 Convention card: PyTorch's momentum

# %% [markdown] key="pytorch" lang="vi"
# ## 2.9 Thẻ quy ước: momentum của PyTorch


# %% exercise="pytorch_momentum_step"
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    """One step of momentum as torch.optim.SGD makes it: buffer := beta buffer + grad, then w := w - eta buffer.

    w, buffer, grad:     (d,) float64; they are not changed
    learning_rate, beta: floats, eta and beta (`lr` and `momentum` in PyTorch)
    returns the new (w, buffer), each (d,) float64
    """
    ### BEGIN SOLUTION
    buffer = beta * buffer + grad
    return w - learning_rate * buffer, buffer
    ### END SOLUTION


# %% check="pytorch_momentum_step"
check("pytorch_momentum_step")

# %% [markdown] key="bug_hunt" lang="en"
# ## 2.10 Bug hunt

# %% [markdown] key="bug_hunt" lang="vi"
# ## 2.10 Săn lỗi


# %% key="buggy_training"
def buggy_training(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    """Train with momentum for `epochs` epochs of `steps_per_epoch` steps each.

    returns (epochs + 1, d) float64: w at the start and after each epoch
    """

    def make_optimizer(w):
        v = np.zeros_like(w)

        def step(w, grad):
            nonlocal v
            v = beta * v - learning_rate * grad
            return w + v

        return step

    w = np.array(w0)
    history = [w]
    for _ in range(epochs):
        step = make_optimizer(w)
        for _ in range(steps_per_epoch):
            w = step(w, gradient(w))
        history.append(w)
    return np.array(history)


# %% exercise="momentum_bug_hunt"
def momentum_bug_hunt(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    """Train with momentum for `epochs` epochs of `steps_per_epoch` steps each, without the bug.

    gradient:                function, (d,) -> (d,), the gradient of J at a point
    w0:                      (d,) float64, the starting point; it is not changed
    learning_rate, beta:     floats, eta and beta
    epochs, steps_per_epoch: ints, at least 1
    returns (epochs + 1, d) float64: row 0 is w0, row k is w after k epochs
    """
    ### BEGIN SOLUTION
    w, v = np.array(w0), np.zeros_like(w0)
    history = [w]
    for _ in range(epochs):
        for _ in range(steps_per_epoch):
            v = beta * v - learning_rate * gradient(w)
            w = w + v
        history.append(w)
    return np.array(history)
    ### END SOLUTION


# %% check="momentum_bug_hunt"
check("momentum_bug_hunt")

# %% [markdown] key="written_question" lang="en"
# ## 2.12 In your own words

# %% [markdown] key="written_question" lang="vi"
# ## 2.12 Bằng lời của bạn

# %% [markdown] written="momentum_written"
# ### BEGIN SOLUTION
# (to come)
# ### END SOLUTION

# %% [markdown] key="quiz" lang="en"
# ## 2.13 Quiz

# %% [markdown] key="quiz" lang="vi"
# ## 2.13 Trắc nghiệm

# %% exercise="momentum_quiz"
momentum_quiz = {
    ### BEGIN SOLUTION
    "q1": "b",
    "q2": "d",
    "q3": "a",
    "q4": "c",
    ### END SOLUTION
}

# %% check="momentum_quiz"
check("momentum_quiz")

# %% [markdown] key="summary" lang="en"
# ## 2.14 Summary

# %% [markdown] key="summary" lang="vi"
# ## 2.14 Tóm tắt

# %% key="progress"
progress()
