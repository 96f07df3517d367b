"""Lesson 3's answers against torch.optim, converted where the convention differs, and against closed forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.course.reference import answers

ANSWERS = answers("adaptive_optimizers")
adagrad_step = ANSWERS["adagrad_step"]
adagrad_effective_rate = ANSWERS["adagrad_effective_rate"]
rmsprop_step = ANSWERS["rmsprop_step"]
adam_step = ANSWERS["adam_step"]
Adam = ANSWERS["Adam"]
adamw_step = ANSWERS["adamw_step"]
warmup_cosine = ANSWERS["warmup_cosine"]
adaptive_optimizers_bug_hunt = ANSWERS["adaptive_optimizers_bug_hunt"]

Array = np.ndarray[Any, np.dtype[np.float64]]
STEPS = 12
CLOSE = {"rtol": 0, "atol": 1e-10}


def gradients(seed: int, d: int = 3) -> Array:
    """(STEPS, d); the last column is small, so that epsilon shows."""
    grads = np.random.default_rng(seed).normal(size=(STEPS, d))
    grads[:, -1] *= 1e-3
    return grads


def torch_path(name: str, theta: Array, grads: Array, **options: Any) -> Array:
    """The parameters before and after each step of torch.optim.<name>; (T + 1, d)."""
    torch = pytest.importorskip("torch")
    w = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, name)([w], **options)
    points = [w.detach().numpy().copy()]
    for grad in grads:
        w.grad = torch.tensor(grad)
        optimizer.step()
        points.append(w.detach().numpy().copy())
    return np.array(points)


def path(step: Callable[..., Any], memories: int, theta: Array, grads: Array) -> Array:
    """The parameters before and after each step of step(theta, memory, t, grad) -> (theta, memory)."""
    memory = [np.zeros_like(theta) for _ in range(memories)]
    points = [theta]
    for t, grad in enumerate(grads, start=1):
        theta, *memory = step(theta, memory, t, grad)
        points.append(theta)
    return np.array(points)


def start(seed: int, d: int = 3) -> Array:
    return np.random.default_rng(seed + 50).normal(size=d)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("eps", [1e-8, 1e-2, 1.0])
def test_adagrad_is_torchs_with_epsilon_as_the_start_of_the_sum(seed: int, eps: float) -> None:
    grads = gradients(seed)
    ours = path(lambda w, s, _, g: adagrad_step(w, s[0], g, 0.1, eps), 1, start(seed), grads)
    theirs = torch_path("Adagrad", start(seed), grads, lr=0.1, initial_accumulator_value=eps, eps=0.0)
    np.testing.assert_allclose(ours, theirs, **CLOSE)


def test_adagrad_with_the_same_epsilon_is_not_torchs() -> None:
    """The comparison can fail: epsilon inside the root is not epsilon outside."""
    grads = gradients(0)
    ours = path(lambda w, s, _, g: adagrad_step(w, s[0], g, 0.1, 1e-2), 1, start(0), grads)
    theirs = torch_path("Adagrad", start(0), grads, lr=0.1, eps=1e-2)
    assert np.abs(ours - theirs).max() > 1e-3


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
def test_rmsprop_is_torchs_without_epsilon(seed: int, beta: float) -> None:
    grads = gradients(seed)
    ours = path(lambda w, s, _, g: rmsprop_step(w, s[0], g, 0.1, beta, 0.0), 1, start(seed), grads)
    theirs = torch_path("RMSprop", start(seed), grads, lr=0.1, alpha=beta, eps=0.0)
    np.testing.assert_allclose(ours, theirs, **CLOSE)


def test_rmsprops_epsilon_stands_inside_the_root() -> None:
    theta, s = rmsprop_step(np.zeros(2), np.zeros(2), np.array([1.0, 2.0]), 1.0, 0.75, 3.0)
    np.testing.assert_allclose(s, [0.25, 1.0])
    np.testing.assert_allclose(theta, [-1 / np.sqrt(3.25), -2 / np.sqrt(4.0)])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("eps", [1e-8, 1e-2, 1.0])
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.6, 0.8)])
def test_adam_is_torchs(seed: int, eps: float, betas: tuple[float, float]) -> None:
    grads = gradients(seed)
    ours = path(lambda w, s, t, g: adam_step(w, *s, t, g, 0.1, *betas, eps), 2, start(seed), grads)
    theirs = torch_path("Adam", start(seed), grads, lr=0.1, betas=betas, eps=eps)
    np.testing.assert_allclose(ours, theirs, **CLOSE)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("decay", [0.0, 0.01, 0.5])
def test_adamw_is_torchs(seed: int, decay: float) -> None:
    grads = gradients(seed)
    ours = path(
        lambda w, s, t, g: adamw_step(w, *s, t, g, 0.1, 0.9, 0.95, 1e-3, decay),
        2,
        start(seed),
        grads,
    )
    theirs = torch_path("AdamW", start(seed), grads, lr=0.1, betas=(0.9, 0.95), eps=1e-3, weight_decay=decay)
    np.testing.assert_allclose(ours, theirs, **CLOSE)


def test_l2_in_torchs_adam_is_not_adamw() -> None:
    grads = gradients(1)
    options = {"lr": 0.1, "weight_decay": 0.5}
    one, other = (torch_path(name, start(1), grads, **options) for name in ("Adam", "AdamW"))
    assert np.abs(one - other).max() > 1e-2


@pytest.mark.parametrize("shapes", [((3,),), ((2, 4), (4,)), ((2, 3, 4), (1,), (2, 3))])
def test_the_class_is_torchs_in_place(shapes: tuple[tuple[int, ...], ...]) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(len(shapes))
    params = [rng.normal(size=shape) for shape in shapes]
    kept = list(params)
    theirs = [torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in params]
    ours = Adam(params, 0.1, 0.8, 0.95, 1e-2)
    optimizer = torch.optim.Adam(theirs, lr=0.1, betas=(0.8, 0.95), eps=1e-2)
    for _ in range(5):
        grads = [rng.normal(size=shape) for shape in shapes]
        for w, grad in zip(theirs, grads, strict=True):
            w.grad = torch.tensor(grad)
        optimizer.step()
        assert ours.step(grads) is None
    for p, q, w in zip(kept, params, theirs, strict=True):
        assert p is q
        np.testing.assert_allclose(p, w.detach().numpy(), **CLOSE)


def test_gradients_times_a_thousand_leave_adams_steps_unchanged() -> None:
    grads = gradients(4)

    def run(scale: float) -> Array:
        return path(
            lambda w, s, t, g: adam_step(w, *s, t, scale * g, 0.1, 0.9, 0.999, 0.0),
            2,
            start(4),
            grads,
        )

    np.testing.assert_allclose(run(1000.0), run(1.0), **CLOSE)


@pytest.mark.parametrize("eps", [1e-8, 0.5])
def test_effective_rates_are_those_of_the_steps(eps: float) -> None:
    grads = gradients(2, d=4)
    rates = adagrad_effective_rate(grads, 0.2, eps)
    points = path(lambda w, s, _, g: adagrad_step(w, s[0], g, 0.2, eps), 1, start(2, 4), grads)
    np.testing.assert_allclose(-np.diff(points, axis=0), rates * grads, **CLOSE)
    assert (np.diff(rates, axis=0) <= 0).all()


def test_the_schedule_is_torchs() -> None:
    torch = pytest.importorskip("torch")
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.4)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 30, eta_min=0.05)
    theirs = []
    for _ in range(31):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        cosine.step()
    np.testing.assert_allclose([warmup_cosine(10 + k, 40, 10, 0.4, 0.05) for k in range(31)], theirs, **CLOSE)
    climb = [warmup_cosine(k, 40, 10, 0.4, 0.05) for k in range(11)]
    np.testing.assert_allclose(climb, np.linspace(0, 0.4, 11), **CLOSE)
    assert warmup_cosine(41, 40, 10, 0.4, 0.05) == warmup_cosine(400, 40, 10, 0.4, 0.05) == 0.05
    assert warmup_cosine(0, 40, 0, 0.4, 0.05) == 0.4


def test_the_mended_descent_is_torchs() -> None:
    matrix = np.array([[3.0, 1.0], [1.0, 0.5]])
    theta0 = np.array([2.0, -1.0])
    ours = adaptive_optimizers_bug_hunt(lambda w: matrix @ w, theta0, 0.1, 0.9, 0.99, 1e-3, 9)
    torch = pytest.importorskip("torch")
    w = torch.tensor(theta0, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.1, betas=(0.9, 0.99), eps=1e-3)
    for row in ours:
        np.testing.assert_allclose(row, w.detach().numpy(), **CLOSE)
        w.grad = torch.tensor(matrix @ w.detach().numpy())
        optimizer.step()
    assert ours.shape == (10, 2)
