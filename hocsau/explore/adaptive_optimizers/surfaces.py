"""Explorer 3a: seven optimizers on one surface, every hyper-parameter a slider, the arithmetic of one step in numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.adaptive_optimizers.optimizers import OPTIMIZERS, SURFACES, Run, Settings, gradient, run, values
from hocsau.explore.adaptive_optimizers.step_arithmetic import NAMES, arithmetic
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Choice, Live, Slider
from hocsau.language import Text

__all__ = ["SurfaceRace", "compute_surfaces", "surfaces"]

STEPS = 300
TARGET = 1e-8
GRID = 140


@dataclass(frozen=True)
class SurfaceRace:
    """What 3a draws: the way and the loss of each optimizer, by name."""

    settings: Settings
    runs: dict[str, Run]
    losses: dict[str, Array]  # (STEPS + 1,) each
    note: Text | None

    @property
    def best(self) -> str:
        """Who stands lowest after the last step."""
        return min(OPTIMIZERS, key=lambda name: np.nan_to_num(self.losses[name][-1], nan=np.inf, posinf=np.inf))

    @property
    def met(self) -> bool:
        """Whether Adam ends below the target."""
        return bool(self.losses["adam"][-1] < TARGET)


def compute_surfaces(surface: str, settings: Settings, step: Learner = None) -> SurfaceRace:
    """300 steps of each optimizer from the surface's start.

    step: the learner's adam_step, which then makes Adam's way; None: our own
    """
    runs = {name: run(name, surface, settings, STEPS) for name in OPTIMIZERS}
    attempt = Attempt(functools.partial(_adam_path, step) if step else None, "adam_step")
    path = attempt(surface, settings, shape=(STEPS + 1, 2))
    if path is not None:
        runs["adam"] = Run(path, runs["adam"].gradients, runs["adam"].memory)
    losses = {name: values(surface, one.path) for name, one in runs.items()}
    return SurfaceRace(settings, runs, losses, attempt.note)


def _adam_path(step: Callable[..., Any], surface: str, s: Settings) -> Array:
    theta, m, v = np.array(SURFACES[surface].start), np.zeros(2), np.zeros(2)
    path = [theta]
    for t in range(1, STEPS + 1):
        grad = gradient(surface, np.clip(theta, -1e6, 1e6))
        theta, m, v = step(theta, m, v, t, grad, s.learning_rate, s.beta1, s.beta2, s.eps)
        path.append(theta)
    return np.array(path)


@functools.cache
def _contours(surface: str) -> list[Array]:
    """Contour lines at levels that are even on a logarithmic scale."""
    place = SURFACES[surface]
    x, y = np.meshgrid(np.linspace(*place.xlim, GRID), np.linspace(*place.ylim, GRID))
    height = values(surface, np.stack([x.ravel(), y.ravel()], axis=1)).reshape(x.shape)
    levels = np.geomspace(max(float(height.max()) * 1e-4, 1e-3), float(height.max()) * 0.7, 11)
    drawn = plots.new_figure().subplots().contour(x, y, height, levels=levels)
    return [np.asarray(line) for level in drawn.allsegs for line in level if len(line) > 1]


def _drawing(figure: Figure) -> panels.Drawing:
    plane, losses = figure.subplots(1, 2, width_ratios=(1.25, 1))
    plane.grid(False)
    panels.label(plane, _PATHS, xlabel="θ₁", ylabel="θ₂")
    contours = panels.contours(plane)
    minimum = panels.line(plane, "+", "black", markersize=13, zorder=2)
    looks = [panels.look(position) for position in range(len(OPTIMIZERS))]
    paths = [panels.walk(plane, **{**look, "marker": "", "linewidth": 1.7}) for look in looks]
    dots = [
        plane.plot([], [], marker, color=look["color"], markersize=6, zorder=4)[0]
        for look, marker in zip(looks, panels.MARKERS, strict=True)
    ]
    curves = panels.loss_curve(losses, _LOSS, STEPS, (1e-16, 1e4), *looks, ylabel=_EXCESS)
    panels.target_line(losses, TARGET)
    now = losses.axvline(1, color=plots.GREY, linewidth=1)
    names = [NAMES[name] for name in OPTIMIZERS]
    panels.legend(figure, curves, names, handlelength=2.6, columnspacing=1.2, fontsize=8.5)

    def draw(state: SurfaceRace, surface: str, optimizer: str, step_shown: int) -> panels.Artists | None:
        shown = SURFACES[surface]
        moved = plane.get_xlim() != shown.xlim
        if moved:
            plane.set(xlim=shown.xlim, ylim=shown.ylim)
            contours.set_segments(_contours(surface))
            panels.place(minimum, *([coordinate] for coordinate in shown.minimum))
        for name, path, dot, curve in zip(OPTIMIZERS, paths, dots, curves, strict=True):
            points = state.runs[name].path
            panels.place(path, *panels.on_plane(plane, points[: step_shown + 1]))
            panels.place(dot, *panels.visible(points[step_shown : step_shown + 1]).T)
            panels.place(curve, y=panels.visible_loss(state.losses[name]))
            width = 2.6 if name == optimizer else 1.3
            for line in (path, curve):
                if line.get_linewidth() != width:
                    line.set_linewidth(width)
        panels.place(now, [step_shown, step_shown])
        return None if moved else [*paths, *dots, *curves, now]  # another surface is another background

    return draw


def _status(state: SurfaceRace, optimizer: str, step_shown: int) -> Text:
    best = state.best
    return arithmetic(optimizer, state.runs[optimizer], state.settings, step_shown) + _END.format(
        best=NAMES[best], lowest=state.losses[best][-1], adam=state.losses["adam"][-1]
    )


def _met(state: SurfaceRace, surface: str) -> bool:
    return surface == "beale" and state.met


def surfaces(step: Learner = None) -> Live:
    """Who turns the bend of Beale? Seven optimizers with all their hyper-parameters.

    step: the learner's adam_step; None or unfinished: our own
    """
    figure, default = plots.new_figure(10.4, 4.8), Settings()

    def compute(
        surface: str, learning_rate: float, beta: float, beta1: float, beta2: float, eps: float, weight_decay: float
    ) -> SurfaceRace:
        return compute_surfaces(surface, Settings(learning_rate, beta, beta1, beta2, eps, weight_decay), step)

    controls = [
        Choice("surface", Text("surface"), tuple(_SURFACES.items()), "beale"),
        Choice("optimizer", Text("arithmetic of"), tuple(NAMES.items()), "adam"),
        Slider("step_shown", Text("step shown"), 1, STEPS, 1, STEPS, format="d"),
        Slider("learning_rate", _ALPHA, 1e-4, 2.0, 0.02, default.learning_rate, log=True, format=".4f"),
        Slider("beta", _BETA, 0.0, 0.99, 0.01, default.beta, format=".2f"),
        Slider("beta1", Text("β₁ (Adam, AdamW)"), 0.0, 0.99, 0.01, default.beta1, format=".2f"),
        Slider("beta2", Text("β₂ (Adam, AdamW)"), 0.5, 0.999, 0.001, default.beta2, format=".3f"),
        Slider("eps", Text("ε"), 1e-10, 1.0, 0.5, default.eps, log=True, format=".1e"),
        Slider("weight_decay", _DECAY, 0.0, 0.3, 0.01, default.weight_decay, format=".2f"),
    ]
    return Live(
        figure,
        controls,
        compute,
        _drawing(figure),
        alt=lambda _, surface: _ALT.format(surface=_SURFACES[surface]),
        status=_status,
        challenge=_CHALLENGE,
        met=_met,
    )


_SURFACES = {
    "ravine": Text("ravine, (θ₁² + 20 θ₂²)/2"),
    "saddle": Text("saddle, (θ₁² − θ₂²)/2 + θ₂⁴/4"),
    "beale": Text("Beale's function"),
}
_ALPHA = Text("learning rate α")
_BETA = Text("β (momentum, Nesterov, RMSProp)")
_DECAY = Text("weight decay λ (AdamW)")
_PATHS = Text("Paths up to the step shown")
_LOSS = Text("Loss above its least value")
_EXCESS = Text("J − least J")
_CHALLENGE = Text("on Beale's function, bring J with Adam below 1e-8 within 300 steps.")
_END = Text(" After 300 steps {best} stands lowest, J − least J = {lowest:.1e}; Adam {adam:.1e}.")
_ALT = Text("Seven optimizers on a surface ({surface}): their paths over its contours and their losses per step. ")
