"""Right answers to lesson 2 in the styles of different students: vectors, loops, matrices, classes, other algebra."""

from __future__ import annotations

from grader.course.planted import Planted, right

__all__ = ["RIGHT"]

MOMENTUM_STEP = {
    "vectors": right("""
def momentum_step(w, v, grad, learning_rate, beta):
    v_new = beta * v - learning_rate * grad
    return w + v_new, v_new
"""),
    "loops": right("""
def momentum_step(w, v, grad, learning_rate, beta):
    new_w, new_v = np.zeros(len(w)), np.zeros(len(v))
    for j in range(len(w)):
        new_v[j] = beta * v[j] - learning_rate * grad[j]
        new_w[j] = w[j] + new_v[j]
    return new_w, new_v
"""),
    "copies": right("""
def momentum_step(w, v, grad, learning_rate, beta):
    w, v = w.copy(), v.copy()
    v *= beta
    v -= learning_rate * grad
    w += v
    return [w, v]
"""),
    "matrix": right("""
def momentum_step(w, v, grad, learning_rate, beta):
    # (w, v) as the rows of one matrix
    M = np.array([[1.0, beta, -learning_rate], [0.0, beta, -learning_rate]])
    w_moi, v_moi = M @ np.stack([w, v, grad])
    return w_moi, v_moi
"""),
    "ufuncs": right("""
def momentum_step(w, v, grad, learning_rate, beta):
    van_toc = np.subtract(np.multiply(beta, v), np.multiply(learning_rate, grad))
    return np.add(w, van_toc), van_toc
"""),
}

MOMENTUM_DESCENT = {
    "own_step": right("""
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    w, v = w0, np.zeros_like(w0)
    rows = [w0]
    for _ in range(steps):
        w, v = momentum_step(w, v, gradient(w), learning_rate, beta)
        rows.append(w)
    return np.stack(rows)
"""),
    "table": right("""
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    W = np.zeros((steps + 1, len(w0)))
    W[0] = w0
    v = np.zeros(len(w0))
    for k in range(1, steps + 1):
        v = beta * v - learning_rate * gradient(W[k - 1])
        W[k] = W[k - 1] + v
    return W
"""),
    "heavy_ball": right("""
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    # heavy ball: w_{k+1} = w_k - eta g(w_k) + beta (w_k - w_{k-1})
    path = [w0.copy()]
    before = w0
    for _ in range(steps):
        now = path[-1]
        path.append(now - learning_rate * gradient(now) + beta * (now - before))
        before = now
    return np.array(path)
"""),
    "all_gradients": right("""
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    # v_k is -eta times the sum of beta^(k-i) g_i
    quy_dao = [np.array(w0)]
    grads = []
    for k in range(steps):
        grads.append(gradient(quy_dao[-1]))
        tong = sum(beta ** (k - i) * g for i, g in enumerate(grads))
        quy_dao.append(quy_dao[-1] - learning_rate * tong)
    return np.vstack(quy_dao)
"""),
    "class": right("""
class Ball:
    def __init__(self, w, eta, beta):
        self.w, self.v = w.copy(), 0.0 * w
        self.eta, self.beta = eta, beta

    def roll(self, slope):
        self.v = self.beta * self.v - self.eta * slope
        self.w = self.w + self.v
        return self.w


def momentum_descent(gradient, w0, learning_rate, beta, steps):
    ball = Ball(w0, learning_rate, beta)
    return np.array([ball.w] + [ball.roll(gradient(ball.w)) for _ in range(steps)])
"""),
}

NESTEROV_STEP = {
    "vectors": right("""
def nesterov_step(w, v, gradient, learning_rate, beta):
    ahead = w + beta * v
    v = beta * v - learning_rate * gradient(ahead)
    return w + v, v
"""),
    "from_ahead": right("""
def nesterov_step(w, v, gradient, learning_rate, beta):
    # first coast, then correct
    coast = beta * v
    correction = -learning_rate * gradient(w + coast)
    new_w = w + coast + correction
    return new_w, coast + correction
"""),
    "own_step": right("""
def nesterov_step(w, v, gradient, learning_rate, beta):
    return momentum_step(w, v, gradient(w + beta * v), learning_rate, beta)
"""),
    "loops": right("""
def nesterov_step(w, v, gradient, learning_rate, beta):
    d = w.shape[0]
    nhin_truoc = np.array([w[j] + beta * v[j] for j in range(d)])
    g = gradient(nhin_truoc)
    v_moi = np.array([beta * v[j] - learning_rate * g[j] for j in range(d)])
    w_moi = np.array([w[j] + v_moi[j] for j in range(d)])
    return w_moi, v_moi
"""),
}

PYTORCH_MOMENTUM_STEP = {
    "vectors": right("""
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    buffer = beta * buffer + grad
    return w - learning_rate * buffer, buffer
"""),
    "loops": right("""
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    b = [beta * m + g for m, g in zip(buffer, grad)]
    moved = [weight - learning_rate * m for weight, m in zip(w, b)]
    return np.array(moved), np.array(b)
"""),
    "copies": right("""
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    buf = buffer.copy()
    buf *= beta
    buf += grad
    p = w.copy()
    p -= learning_rate * buf
    return p, buf
"""),
    "conversion": right("""
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    # our velocity is v = -eta * buffer at the present eta
    v = -learning_rate * buffer
    w_new, v_new = momentum_step(w, v, grad, learning_rate, beta)
    return w_new, v_new / -learning_rate
"""),
    "einsum": right("""
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    bo_dem = np.einsum("k,kd->d", np.array([beta, 1.0]), np.array([buffer, grad]))
    return np.einsum("k,kd->d", np.array([1.0, -learning_rate]), np.array([w, bo_dem])), bo_dem
"""),
}

OPTIMAL_MOMENTUM = {
    "formula": right("""
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    a, b = np.sqrt(smallest_eigenvalue), np.sqrt(largest_eigenvalue)
    kappa = largest_eigenvalue / smallest_eigenvalue
    beta = ((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)) ** 2
    return (2 / (a + b)) ** 2, beta
"""),
    "roots": right("""
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    # multiply through by sqrt(mu)
    small, large = smallest_eigenvalue**0.5, largest_eigenvalue**0.5
    return 4 / (large + small) ** 2, ((large - small) / (large + small)) ** 2
"""),
    "from_beta": right("""
import math


def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    # where both ends of the spectrum have a double root:
    # eta mu = (1 - r)^2 and eta L = (1 + r)^2 with r = sqrt(beta)
    k = math.sqrt(largest_eigenvalue / smallest_eigenvalue)
    r = (k - 1) / (k + 1)
    return (1 + r) ** 2 / largest_eigenvalue, r * r
"""),
    "expanded": right("""
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    can = np.sqrt(smallest_eigenvalue * largest_eigenvalue)
    mau = smallest_eigenvalue + largest_eigenvalue + 2 * can
    return [4 / mau, 1 - 4 * can / mau]
""", "a list for the pair"),
}  # fmt: skip

CONVERGENCE_RATE = {
    "eigvals": right("""
def convergence_rate(learning_rate, beta, eigenvalue):
    # (w, v) -> (w + v', v') with v' = beta v - eta lambda w
    el = learning_rate * eigenvalue
    M = np.array([[1 - el, beta], [-el, beta]])
    return np.max(np.abs(np.linalg.eigvals(M)))
"""),
    "two_cases": right("""
def convergence_rate(learning_rate, beta, eigenvalue):
    s = 1 + beta - learning_rate * eigenvalue
    delta = s**2 - 4 * beta
    if delta < 0:
        return float(np.sqrt(beta))
    return float((abs(s) + np.sqrt(delta)) / 2)
"""),
    "companion": right("""
def convergence_rate(learning_rate, beta, eigenvalue):
    # w_{k+1} = (1 + beta - eta lambda) w_k - beta w_{k-1}
    roots = np.roots([1.0, learning_rate * eigenvalue - 1 - beta, beta])
    return float(max(abs(roots)))
"""),
    "cmath": right("""
import cmath


def convergence_rate(learning_rate, beta, eigenvalue):
    t = 1 + beta - learning_rate * eigenvalue
    can = cmath.sqrt(t * t - 4 * beta)
    return max(abs(t + can), abs(t - can)) / 2
"""),
}

RIGHT: dict[str, dict[str, Planted]] = {
    "momentum_step": MOMENTUM_STEP,
    "momentum_descent": MOMENTUM_DESCENT,
    "nesterov_step": NESTEROV_STEP,
    "pytorch_momentum_step": PYTORCH_MOMENTUM_STEP,
    "optimal_momentum": OPTIMAL_MOMENTUM,
    "convergence_rate": CONVERGENCE_RATE,
}
"""By exercise, then by style."""
