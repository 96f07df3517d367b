"""Right answers to lesson 3 in other styles than ours."""

from __future__ import annotations

import math

import numpy as np

from grader.course.answers import style


@style("adagrad_step")
def adagrad_by_loops(theta, G, grad, learning_rate, eps):
    new_theta, new_G = theta.copy(), G.copy()
    for j in range(len(theta)):
        new_G[j] += grad[j] * grad[j]
        new_theta[j] -= learning_rate * grad[j] / math.sqrt(new_G[j] + eps)
    return [new_theta, new_G]


@style("adagrad_step")
def adagrad_by_a_power(theta, G, grad, learning_rate, eps):
    G = np.add(G, np.square(grad))
    return theta - learning_rate * grad * (G + eps) ** -0.5, G


@style("adagrad_step")
def adagrad_by_einsum(theta, G, grad, learning_rate, eps):
    total = G + np.einsum("i,i->i", grad, grad)
    rate = learning_rate / np.sqrt(total + eps)
    return theta - np.einsum("i,i->i", rate, grad), total


@style("adagrad_effective_rate")
def rates_by_loops(grads, learning_rate, eps):
    T, d = grads.shape
    rates, total = np.empty((T, d)), np.zeros(d)
    for t in range(T):
        total = total + grads[t] ** 2
        rates[t] = learning_rate / np.sqrt(total + eps)
    return rates


@style("adagrad_effective_rate")
def rates_by_a_triangle(grads, learning_rate, eps):
    summed = np.tri(len(grads)) @ (grads * grads)
    return learning_rate * (summed + eps) ** -0.5


@style("adagrad_effective_rate")
def rates_by_accumulate(grads, learning_rate, eps):
    return np.divide(learning_rate, np.sqrt(eps + np.add.accumulate(np.square(grads))))


@style("rmsprop_step")
def rmsprop_by_loops(theta, s, grad, learning_rate, beta, eps):
    s_new = np.array([beta * old + (1 - beta) * g * g for old, g in zip(s, grad, strict=True)])
    moves = [learning_rate * g / math.sqrt(new + eps) for g, new in zip(grad, s_new, strict=True)]
    return theta - np.array(moves), s_new


@style("rmsprop_step")
def rmsprop_by_a_pull(theta, s, grad, learning_rate, beta, eps):
    s = s + (1 - beta) * (grad**2 - s)
    return theta - learning_rate / np.sqrt(s + eps) * grad, s


@style("rmsprop_step")
def rmsprop_on_copies(theta, s, grad, learning_rate, beta, eps):
    theta, s = theta.copy(), s.copy()
    s *= beta
    s += (1 - beta) * grad**2
    theta -= learning_rate * grad / np.sqrt(s + eps)
    return theta, s


@style("adam_step")
def adam_by_loops(theta, m, v, t, grad, learning_rate, beta1, beta2, eps):
    out = []
    for a, b, c, g in zip(theta, m, v, grad, strict=True):
        b = beta1 * b + (1 - beta1) * g
        c = beta2 * c + (1 - beta2) * g * g
        up, down = b / (1 - beta1**t), math.sqrt(c / (1 - beta2**t)) + eps
        out.append((a - learning_rate * up / down, b, c))
    return tuple(np.array(column) for column in zip(*out, strict=True))


@style("adam_step")
def adam_with_the_rate_corrected(theta, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = m + (1 - beta1) * (grad - m), v + (1 - beta2) * (grad * grad - v)
    root2 = np.sqrt(1 - beta2**t)
    alpha = learning_rate * root2 / (1 - beta1**t)  # the paper's second form, epsilon scaled along
    return theta - alpha * m / (np.sqrt(v) + eps * root2), m, v


@style("adam_step")
def adam_on_copies(theta, m, v, t, grad, learning_rate, beta1, beta2, eps):
    theta, m, v = np.array(theta), np.array(m), np.array(v)
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    theta -= learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return [theta, m, v]


class _ByDictionaries:
    def __init__(self, params, learning_rate, beta1, beta2, eps):
        self.params, self.rate, self.betas, self.eps = params, learning_rate, (beta1, beta2), eps
        self.state = {k: {"m": 0.0 * p, "v": 0.0 * p} for k, p in enumerate(params)}
        self.t = 0

    def step(self, grads):
        self.t += 1
        b1, b2 = self.betas
        for k, (p, g) in enumerate(zip(self.params, grads, strict=True)):
            state = self.state[k]
            state["m"] = b1 * state["m"] + (1 - b1) * g
            state["v"] = b2 * state["v"] + (1 - b2) * g**2
            up = state["m"] / (1 - b1**self.t)
            p -= self.rate * up / (np.sqrt(state["v"] / (1 - b2**self.t)) + self.eps)


class _BySlices:
    def __init__(self, params, learning_rate, beta1, beta2, eps):
        self.all = (list(params), learning_rate, beta1, beta2, eps)
        self.m = [np.zeros(p.shape) for p in params]
        self.v = [np.zeros(p.shape) for p in params]
        self.power1 = self.power2 = 1.0

    def step(self, grads):
        params, rate, beta1, beta2, eps = self.all
        self.power1, self.power2 = self.power1 * beta1, self.power2 * beta2
        for index in range(len(params)):
            self.m[index] = beta1 * self.m[index] + (1 - beta1) * grads[index]
            self.v[index] = beta2 * self.v[index] + (1 - beta2) * grads[index] * grads[index]
            root = np.sqrt(self.v[index] / (1 - self.power2)) + eps
            params[index][...] = params[index] - rate * self.m[index] / (1 - self.power1) / root


class _ByTheStep:
    def __init__(self, params, learning_rate, beta1, beta2, eps):
        self.params = params
        self.rest = (learning_rate, beta1, beta2, eps)
        self.memory = [(np.zeros_like(p), np.zeros_like(p)) for p in params]
        self.count = 0

    def step(self, grads):
        self.count = self.count + 1
        for k, g in enumerate(grads):
            new, m, v = adam_on_copies(self.params[k], *self.memory[k], self.count, g, *self.rest)
            np.copyto(self.params[k], new)
            self.memory[k] = (m, v)


for _class in (_ByDictionaries, _BySlices, _ByTheStep):
    style("Adam")(_class)


@style("adamw_step")
def adamw_by_shrinking_first(
    theta, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay
):  # fmt: skip
    kept = theta * (1 - learning_rate * weight_decay)
    moved, m, v = adam_on_copies(theta, m, v, t, grad, learning_rate, beta1, beta2, eps)
    return kept + (moved - theta), m, v


@style("adamw_step")
def adamw_in_one_bracket(theta, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    up = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - learning_rate * (up + weight_decay * theta), m, v


@style("adamw_step")
def adamw_by_loops(theta, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    moved, m, v = adam_by_loops(theta, m, v, t, grad, learning_rate, beta1, beta2, eps)
    for j in range(len(moved)):
        moved[j] -= learning_rate * weight_decay * theta[j]
    return moved, m, v


@style("warmup_cosine")
def schedule_by_cases(step, total_steps, warmup_steps, peak, floor):
    if step >= total_steps:
        return float(floor)
    if step < warmup_steps:
        return peak * (step / warmup_steps)
    angle = math.pi * (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + 0.5 * (peak - floor) * (1 + math.cos(angle))


@style("warmup_cosine")
def schedule_by_a_square(step, total_steps, warmup_steps, peak, floor):
    if warmup_steps and step <= warmup_steps:
        return np.float64(peak) * step / warmup_steps
    share = np.clip((step - warmup_steps) / (total_steps - warmup_steps), 0, 1)
    return floor + (peak - floor) * np.cos(np.pi * share / 2) ** 2


@style("warmup_cosine")
def schedule_by_interpolation(step, total_steps, warmup_steps, peak, floor):
    if step < warmup_steps:
        return float(np.interp(step, [0, warmup_steps], [0.0, peak]))
    share = float(np.interp(step, [warmup_steps, total_steps], [0.0, 1.0]))
    return peak - (peak - floor) * (1 - math.cos(math.pi * share)) / 2


@style("adaptive_optimizers_bug_hunt")
def descent_by_the_step(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    path = [theta0.copy()]
    m, v = np.zeros_like(theta0), np.zeros_like(theta0)
    for t in range(1, steps + 1):
        grad = gradient(path[-1])
        new, m, v = adam_on_copies(path[-1], m, v, t, grad, learning_rate, beta1, beta2, eps)
        path.append(new)
    return np.stack(path)


@style("adaptive_optimizers_bug_hunt")
def descent_by_a_table(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    table = np.empty((steps + 1, len(theta0)))
    table[0], m, v = theta0, 0.0, 0.0
    for k in range(steps):
        g = gradient(table[k].copy())
        m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
        table[k + 1] = table[k] - learning_rate * (m / (1 - beta1 ** (k + 1))) / (
            eps + np.sqrt(v / (1 - beta2 ** (k + 1)))
        )
    return table


@style("adaptive_optimizers_bug_hunt")
def descent_by_the_class(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    theta = np.array(theta0)
    optimizer = _BySlices([theta], learning_rate, beta1, beta2, eps)
    path = [theta.copy()]
    for _ in range(steps):
        optimizer.step([gradient(theta.copy())])
        path.append(theta.copy())
    return np.array(path)


# Two more for each: other dtypes in between, views, matrices for vectors.


@style("adagrad_step")
def adagrad_in_longdouble(theta, G, grad, learning_rate, eps):
    wide = grad.astype(np.longdouble)
    total = G + wide * wide
    new = theta - learning_rate * wide / np.sqrt(total + eps)
    return new.astype(np.float64), total.astype(np.float64)


@style("adagrad_step")
def adagrad_as_rows_of_one_array(theta, G, grad, learning_rate, eps):
    both = np.vstack([theta, G + np.abs(grad) ** 2])
    both[0] -= learning_rate * grad / np.sqrt(both[1] + eps)
    return both[0], both[1]  # views of an array of our own


@style("adagrad_effective_rate")
def rates_by_columns(grads, learning_rate, eps):
    columns = [learning_rate / np.sqrt(np.cumsum(g * g) + eps) for g in grads.T]
    return np.stack(columns, axis=1)


@style("adagrad_effective_rate")
def rates_by_prefixes(grads, learning_rate, eps):
    return np.array([learning_rate / np.sqrt((grads[: t + 1] ** 2).sum(axis=0) + eps) for t in range(len(grads))])


@style("rmsprop_step")
def rmsprop_by_average(theta, s, grad, learning_rate, beta, eps):
    s = np.average([s, grad**2], axis=0, weights=[beta, 1 - beta])
    return theta - learning_rate * grad * np.reciprocal(np.sqrt(s + eps)), s


@style("rmsprop_step")
def rmsprop_in_longdouble(theta, s, grad, learning_rate, beta, eps):
    g = grad.astype(np.longdouble)
    s = beta * s.astype(np.longdouble) + (1 - beta) * g * g
    return [(theta - learning_rate * g / (s + eps) ** 0.5).astype(float), s.astype(float)]


@style("adam_step")
def adam_by_pulls(theta, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (np.square(grad) - v)
    corrected = m / (1 - math.pow(beta1, t)), v / (1 - math.pow(beta2, t))
    return theta - learning_rate * corrected[0] / (corrected[1] ** 0.5 + eps), m, v


@style("adam_step")
def adam_on_one_table(theta, m, v, t, grad, learning_rate, beta1, beta2, eps):
    table = np.stack([theta, m, v])
    betas = np.array([[beta1], [beta2]])
    table[1:] = betas * table[1:] + (1 - betas) * np.stack([grad, grad * grad])
    hats = table[1:] / (1 - betas**t)
    table[0] -= learning_rate * hats[0] / (np.sqrt(hats[1]) + eps)
    return tuple(table)


@style("adamw_step")
def adamw_decays_first(theta, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    kept = theta * (1 - learning_rate * weight_decay)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return kept - learning_rate * step, m, v


@style("adamw_step")
def adamw_coordinate_by_coordinate(theta, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    rows = []
    for w, a, b, g in zip(theta.tolist(), m.tolist(), v.tolist(), grad.tolist(), strict=True):
        a = beta1 * a + (1 - beta1) * g
        b = beta2 * b + (1 - beta2) * g * g
        root = math.sqrt(b / (1 - beta2**t)) + eps
        rows.append((w - learning_rate * (a / (1 - beta1**t) / root + weight_decay * w), a, b))
    theta, m, v = np.array(rows).T
    return theta, m, v


@style("warmup_cosine")
def schedule_by_half_angle(step, total_steps, warmup_steps, peak, floor):
    if step >= total_steps:
        return float(floor)
    if step < warmup_steps:
        return peak * (step / warmup_steps)
    angle = math.pi * (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + (peak - floor) * math.cos(angle / 2) ** 2


@style("warmup_cosine")
def schedule_by_clip(step, total_steps, warmup_steps, peak, floor):
    climb = np.clip(step / warmup_steps, 0, 1) if warmup_steps else 1.0
    done = np.clip((step - warmup_steps) / (total_steps - warmup_steps), 0, 1)
    fall = 0.5 * (1 + np.cos(np.pi * done))
    return np.float64(climb * peak if step < warmup_steps else floor + (peak - floor) * fall)


@style("adaptive_optimizers_bug_hunt")
def descent_into_a_table(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    path = np.tile(theta0, (steps + 1, 1))
    m = v = 0
    for t in range(steps):
        g = gradient(path[t])
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1))
        path[t + 1] = path[t] - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return path


@style("adaptive_optimizers_bug_hunt")
def descent_with_running_powers(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    theta, m, v = theta0.copy(), np.zeros(theta0.shape), np.zeros(theta0.shape)
    power1 = power2 = 1.0
    rows = [theta.copy()]
    while len(rows) <= steps:
        g = gradient(theta)
        power1, power2 = power1 * beta1, power2 * beta2
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (g * g - v)
        theta -= learning_rate * (m / (1 - power1)) / (np.sqrt(v / (1 - power2)) + eps)
        rows.append(theta.copy())
    return np.array(rows)


@style("Adam")
class AdamInOneVector:
    def __init__(self, params, learning_rate, beta1, beta2, eps):
        self.params, self.t = params, 0
        self.terms = learning_rate, beta1, beta2, eps
        self.m = np.zeros(sum(p.size for p in params))
        self.v = np.zeros_like(self.m)

    def step(self, grads):
        rate, beta1, beta2, eps = self.terms
        self.t += 1
        g = np.concatenate([grad.ravel() for grad in grads])
        self.m = beta1 * self.m + (1 - beta1) * g
        self.v = beta2 * self.v + (1 - beta2) * g * g
        move = rate * self.m / (1 - beta1**self.t)
        move = move / (np.sqrt(self.v / (1 - beta2**self.t)) + eps)
        start = 0
        for p in self.params:
            p -= move[start : start + p.size].reshape(p.shape)
            start += p.size


@style("Adam")
class AdamWithAStateEach:
    class State:
        def __init__(self, p):
            self.m, self.v = np.zeros(p.shape), np.zeros(p.shape)

    def __init__(self, params, learning_rate, beta1, beta2, eps):
        self.pairs = [(p, self.State(p)) for p in params]
        self.rate, self.betas, self.eps, self.t = learning_rate, (beta1, beta2), eps, 0

    def step(self, grads):
        self.t = self.t + 1
        for (p, state), g in zip(self.pairs, grads, strict=True):
            state.m *= self.betas[0]
            state.m += (1 - self.betas[0]) * g
            state.v *= self.betas[1]
            state.v += (1 - self.betas[1]) * np.power(g, 2)
            m_hat = state.m / (1 - self.betas[0] ** self.t)
            v_hat = state.v / (1 - self.betas[1] ** self.t)
            np.subtract(p, self.rate * m_hat / (np.sqrt(v_hat) + self.eps), out=p)
