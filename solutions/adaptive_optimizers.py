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
# ## goals

# %% [markdown] key="goals" lang="vi"
# ## goals

# %% key="imports"
import numpy as np

from hocsau import begin, check, progress

begin("adaptive_optimizers")

# %% [markdown] key="one_rate" lang="en"
# ## one_rate

# %% [markdown] key="one_rate" lang="vi"
# ## one_rate

# %% [markdown] key="adagrad" lang="en"
# ## adagrad

# %% [markdown] key="adagrad" lang="vi"
# ## adagrad


# %% exercise="adagrad_step"
def adagrad_step(theta, G, grad, learning_rate, eps):
    """One step of Adagrad: G := G + grad^2, then theta := theta - alpha grad / sqrt(G + eps).

    theta, G, grad:     (d,) float64; they are not changed
    learning_rate, eps: floats, alpha and epsilon (inside the root)
    returns the new (theta, G), each (d,) float64
    Duchi et al. 2011, in its diagonal form
    """
    ### BEGIN SOLUTION
    G = G + grad**2
    return theta - learning_rate * grad / np.sqrt(G + eps), G
    ### END SOLUTION


# %% check="adagrad_step"
check("adagrad_step")

# %% [markdown] key="effective_rate" lang="en"
# ## effective_rate

# %% [markdown] key="effective_rate" lang="vi"
# ## effective_rate


# %% exercise="adagrad_effective_rate"
def adagrad_effective_rate(grads, learning_rate, eps):
    """What Adagrad multiplies each gradient by: row t is alpha / sqrt(G_t + eps), G_t with gradient t included.

    grads:              (T, d) float64, the gradient of step 1, 2, ... T; it is not changed
    learning_rate, eps: floats, alpha and epsilon (inside the root)
    returns (T, d) float64; no column ever grows
    """
    ### BEGIN SOLUTION
    return learning_rate / np.sqrt(np.cumsum(grads**2, axis=0) + eps)
    ### END SOLUTION


# %% check="adagrad_effective_rate"
check("adagrad_effective_rate")

# %% key="rates_explorer" explore=true
from hocsau.explore import adaptive_optimizers as explore

explore.rates(adagrad_effective_rate)

# %% [markdown] key="rmsprop" lang="en"
# ## rmsprop

# %% [markdown] key="rmsprop" lang="vi"
# ## rmsprop


# %% exercise="rmsprop_step"
def rmsprop_step(theta, s, grad, learning_rate, beta, eps):
    """One step of RMSProp: s := beta s + (1 - beta) grad^2, then theta := theta - alpha grad / sqrt(s + eps).

    theta, s, grad:           (d,) float64; they are not changed
    learning_rate, beta, eps: floats, alpha, beta and epsilon (inside the root)
    returns the new (theta, s), each (d,) float64
    Tieleman and Hinton 2012
    """
    ### BEGIN SOLUTION
    s = beta * s + (1 - beta) * grad**2
    return theta - learning_rate * grad / np.sqrt(s + eps), s
    ### END SOLUTION


# %% check="rmsprop_step"
check("rmsprop_step")

# %% [markdown] key="adam" lang="en"
# ## adam

# %% [markdown] key="adam" lang="vi"
# ## adam

# %% [markdown] key="bias" lang="en"
# ## bias

# %% [markdown] key="bias" lang="vi"
# ## bias


# %% exercise="adam_step"
def adam_step(theta, m, v, t, grad, learning_rate, beta1, beta2, eps):
    """One step of Adam, the t-th.

    m := beta1 m + (1 - beta1) grad;  m_hat = m / (1 - beta1^t)
    v := beta2 v + (1 - beta2) grad^2;  v_hat = v / (1 - beta2^t)
    theta := theta - alpha m_hat / (sqrt(v_hat) + eps)

    theta, m, v, grad:               (d,) float64; they are not changed
    t:                               int, the number of this step, from 1
    learning_rate, beta1, beta2, eps: floats; epsilon stands outside the root
    returns the new (theta, m, v), m and v uncorrected, each (d,) float64
    Kingma and Ba 2015, algorithm 1
    """
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v
    ### END SOLUTION


# %% check="adam_step"
check("adam_step")

# %% [markdown] key="adam_class" lang="en"
# ## adam_class

# %% [markdown] key="adam_class" lang="vi"
# ## adam_class


# %% exercise="Adam"
class Adam:
    """Adam for a list of parameter arrays, which it changes in place.

    params:                          list of float64 arrays of any shapes
    learning_rate, beta1, beta2, eps: floats, as in adam_step
    """

    def __init__(self, params, learning_rate, beta1, beta2, eps):
        """Remember the arrays and the numbers; t = 0, and m = v = 0 for each array."""
        ### BEGIN SOLUTION
        self.params = params
        self.learning_rate, self.beta1, self.beta2, self.eps = learning_rate, beta1, beta2, eps
        self.t = 0
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
        ### END SOLUTION

    def step(self, grads):
        """One step for all arrays; grads is a list of arrays of the same shapes. Returns None."""
        ### BEGIN SOLUTION
        self.t += 1
        for i, (p, grad) in enumerate(zip(self.params, grads, strict=True)):
            new, self.m[i], self.v[i] = adam_step(
                p, self.m[i], self.v[i], self.t, grad,
                self.learning_rate, self.beta1, self.beta2, self.eps,
            )  # fmt: skip
            p[...] = new
        ### END SOLUTION


# %% check="Adam"
check("Adam")

# %% [markdown] key="adamw" lang="en"
# ## adamw

# %% [markdown] key="adamw" lang="vi"
# ## adamw


# %% exercise="adamw_step"
def adamw_step(theta, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    """One step of AdamW: Adam's step, and beside it the decay alpha lambda theta.

    m, v, m_hat, v_hat as in adam_step, from the gradient alone
    theta := theta - alpha m_hat / (sqrt(v_hat) + eps) - alpha lambda theta, with the old theta in both places

    theta, m, v, grad:               (d,) float64; they are not changed
    t:                               int, the number of this step, from 1
    learning_rate, beta1, beta2, eps: floats, as in adam_step
    weight_decay:                    float, lambda
    returns the new (theta, m, v), each (d,) float64
    Loshchilov and Hutter 2019
    """
    ### BEGIN SOLUTION
    new, m, v = adam_step(theta, m, v, t, grad, learning_rate, beta1, beta2, eps)
    return new - learning_rate * weight_decay * theta, m, v
    ### END SOLUTION


# %% check="adamw_step"
check("adamw_step")

# %% [markdown] key="schedule" lang="en"
# ## schedule

# %% [markdown] key="schedule" lang="vi"
# ## schedule


# %% exercise="warmup_cosine"
def warmup_cosine(step, total_steps, warmup_steps, peak, floor):
    """A learning rate that climbs linearly from 0 to peak, then falls along half a cosine to floor.

    step:                      int, from 0; at warmup_steps the rate is peak, from total_steps on it is floor
    total_steps, warmup_steps: ints, warmup_steps < total_steps; warmup_steps may be 0
    peak, floor:               floats
    returns a float
    """
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return float(peak * step / warmup_steps)
    done = min((step - warmup_steps) / (total_steps - warmup_steps), 1.0)
    return float(floor + (peak - floor) * (1 + np.cos(np.pi * done)) / 2)
    ### END SOLUTION


# %% check="warmup_cosine"
check("warmup_cosine")

# %% [markdown] key="surfaces" lang="en"
# ## surfaces

# %% [markdown] key="surfaces" lang="vi"
# ## surfaces

# %% key="surfaces_explorer" explore=true
from hocsau.explore import adaptive_optimizers as explore

explore.surfaces(adam_step)

# %% [markdown] key="epsilon" lang="en"
# ## epsilon

# %% [markdown] key="epsilon" lang="vi"
# ## epsilon

# %% [markdown] key="bug_hunt" lang="en"
# ## bug_hunt

# %% [markdown] key="bug_hunt" lang="vi"
# ## bug_hunt


# %% key="buggy_adam"
def buggy_adam(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    """Descend with Adam; returns (steps + 1, d): theta at the start and after each step."""

    def correct(average, beta, t):
        return average / (1 - beta**t)

    def step(theta, m, v, t):
        t = t + 1
        grad = gradient(theta)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        fraction = correct(m, beta1, t) / (np.sqrt(correct(v, beta2, t)) + eps)
        return theta - learning_rate * fraction, m, v

    theta, m, v, t = np.array(theta0), np.zeros_like(theta0), np.zeros_like(theta0), 0
    history = [theta]
    for _ in range(steps):
        theta, m, v = step(theta, m, v, t)
        history.append(theta)
    return np.array(history)


# %% key="buggy_symptom"
path = buggy_adam(lambda theta: np.ones(1), np.zeros(1), 0.1, 0.9, 0.999, 1e-8, 5000)[:, 0]
for step in (1, 2, 3, 5, 10, 20, 100, 1000, 5000):
    print(f"step {step:4d}: {(path[step - 1] - path[step]) / 0.1:.3f} times alpha")

# %% [markdown] key="bug_hunt_task" lang="en"
# ## bug_hunt_task

# %% [markdown] key="bug_hunt_task" lang="vi"
# ## bug_hunt_task


# %% exercise="adaptive_optimizers_bug_hunt"
def adaptive_optimizers_bug_hunt(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    """Descend with Adam from theta0, without the bug.

    gradient:                        function, (d,) -> (d,), the gradient of J at a point
    theta0:                          (d,) float64, the starting point; it is not changed
    learning_rate, beta1, beta2, eps: floats, as in adam_step
    steps:                           int, at least 1
    returns (steps + 1, d) float64: row 0 is theta0, row t is theta after t steps
    """
    ### BEGIN SOLUTION
    theta, m, v = np.array(theta0), np.zeros_like(theta0), np.zeros_like(theta0)
    history = [theta]
    for t in range(1, steps + 1):
        grad = gradient(theta)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        root = np.sqrt(v / (1 - beta2**t))
        theta = theta - learning_rate * m / (1 - beta1**t) / (root + eps)
        history.append(theta)
    return np.array(history)
    ### END SOLUTION


# %% check="adaptive_optimizers_bug_hunt"
check("adaptive_optimizers_bug_hunt")

# %% [markdown] key="for_real" lang="en"
# ## for_real

# %% [markdown] key="for_real" lang="vi"
# ## for_real

# %% [markdown] key="limits" lang="en"
# ## limits

# %% [markdown] key="limits" lang="vi"
# ## limits

# %% [markdown] key="written_question" lang="en"
# ## written_question

# %% [markdown] key="written_question" lang="vi"
# ## written_question

# %% [markdown] written="adaptive_optimizers_written"
# ### BEGIN SOLUTION
# model
# ### END SOLUTION

# %% [markdown] key="quiz" lang="en"
# ## quiz

# %% [markdown] key="quiz" lang="vi"
# ## quiz

# %% exercise="adaptive_optimizers_quiz"
adaptive_optimizers_quiz = {
    ### BEGIN SOLUTION
    "q1": "c",
    "q2": "a",
    "q3": "d",
    "q4": "b",
    ### END SOLUTION
}

# %% check="adaptive_optimizers_quiz"
check("adaptive_optimizers_quiz")

# %% [markdown] key="summary" lang="en"
# ## summary

# %% [markdown] key="summary" lang="vi"
# ## summary

# %% key="progress"
progress()
