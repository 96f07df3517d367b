"""Explorer 3a: seven optimizers on one surface, every hyper-parameter a slider, the arithmetic of one step in numbers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Attempt
from hocsau.explore.live import Choice, Live, Slider
from hocsau.explore.optimizers import OPTIMIZERS, SURFACES, Run, Settings, gradient, run, values
from hocsau.explore.step_arithmetic import NAMES, arithmetic
from hocsau.language import Text

__all__ = ["SurfaceRace", "compute_surfaces", "surfaces"]

Array = NDArray[np.float64]
STEPS = 300
TARGET = 1e-8
GRID = 140


@dataclass(frozen=True)
class SurfaceRace:
    """What 3a draws: the way and the loss of each optimizer, by name."""

    runs: dict[str, Run]
    losses: dict[str, Array]  # (STEPS + 1,) each
    note: Text | None

    @property
    def best(self) -> str:
        """Who stands lowest after the last step."""
        return min(OPTIMIZERS, key=lambda name: _finite(float(self.losses[name][-1])))

    @property
    def met(self) -> bool:
        """Whether Adam ends below the target."""
        return bool(self.losses["adam"][-1] < TARGET)


def _finite(value: float) -> float:
    return value if np.isfinite(value) else float("inf")


def compute_surfaces(
    surface: str, settings: Settings, step: Callable[..., Any] | None = None
) -> SurfaceRace:
    """300 steps of each optimizer from the surface's start.

    step: the learner's adam_step, which then makes Adam's way; None: our own
    """
    runs = {name: run(name, surface, settings, STEPS) for name in OPTIMIZERS}
    attempt = Attempt(functools.partial(_adam_path, step) if step else None, "adam_step")
    path = attempt(surface, settings, shape=(STEPS + 1, 2))
    if path is not None:
        runs["adam"] = Run(path, runs["adam"].gradients, runs["adam"].memory)
    losses = {name: values(surface, one.path) for name, one in runs.items()}
    return SurfaceRace(runs, losses, attempt.note)


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


def surfaces(step: Callable[..., Any] | None = None) -> Live:
    """Who turns the bend of Beale? Seven optimizers with all their hyper-parameters.

    step: the learner's adam_step; None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 4.8)
    plane, losses = figure.subplots(1, 2, width_ratios=(1.25, 1))
    plane.grid(False)
    plane.set(xlabel="θ₁", ylabel="θ₂")
    plane.set_title(_PATHS.say(), fontsize=10)
    contours = LineCollection([], colors="#b4b4b4", linewidths=0.9, zorder=1)
    plane.add_collection(contours, autolim=False)
    (minimum,) = plane.plot([], [], "+", markersize=13, color=plots.COLOURS["black"], zorder=2)
    looks: dict[str, dict[str, Any]] = {
        name: {"color": colour, "linestyle": dashes}
        for name, colour, dashes in zip(OPTIMIZERS, plots.PALETTE, plots.LINES, strict=True)
    }
    paths = {
        name: panels.walk(plane, **{**look, "marker": "", "linewidth": 1.7})
        for name, look in looks.items()
    }
    dots = {
        name: plane.plot([], [], marker, color=looks[name]["color"], markersize=6, zorder=4)[0]
        for name, marker in zip(OPTIMIZERS, "osD^vPX", strict=True)
    }
    curves = {
        name: panels.loss_curve(losses, STEPS, (1e-16, 1e4), **look) for name, look in looks.items()
    }
    panels.target_line(losses, TARGET)
    losses.set(ylabel=_EXCESS.say())
    losses.set_title(_LOSS.say(), fontsize=10)
    now = losses.axvline(1, color=plots.GREY, linewidth=1)
    figure.legend(
        [curves[name] for name in OPTIMIZERS], [NAMES[name].say() for name in OPTIMIZERS],
        loc="outside lower center", ncols=7, handlelength=2.6, columnspacing=1.2, frameon=False, fontsize=8.5,
    )  # fmt: skip
    compute = functools.lru_cache(maxsize=1)(functools.partial(compute_surfaces, step=step))
    drawn: list[str] = []

    def update(surface: str, optimizer: str, step_shown: int, **numbers: float) -> Any:
        state = compute(surface, Settings(**numbers))
        moved = drawn != [surface]
        if moved:
            drawn[:] = [surface]
            place = SURFACES[surface]
            plane.set(xlim=place.xlim, ylim=place.ylim)
            contours.set_segments(_contours(surface))
            minimum.set_data([place.minimum[0]], [place.minimum[1]])
        for name in OPTIMIZERS:
            points = panels.on_plane(plane, state.runs[name].path[: step_shown + 1])
            paths[name].set_data(points[:, 0], points[:, 1])
            paths[name].set_linewidth(2.6 if name == optimizer else 1.3)
            x, y = panels.visible(state.runs[name].path[step_shown])
            dots[name].set_data([x], [y])
            curves[name].set_ydata(panels.visible_loss(state.losses[name]))
            curves[name].set_linewidth(2.6 if name == optimizer else 1.3)
        now.set_xdata([step_shown, step_shown])
        artists: list[Artist] = [*paths.values(), *dots.values(), *curves.values(), now]
        return None if moved else artists  # another surface is another background

    def status(surface: str, optimizer: str, step_shown: int, **numbers: float) -> Text:
        settings = Settings(**numbers)
        state = compute(surface, settings)
        return arithmetic(optimizer, state.runs[optimizer], settings, step_shown) + _END.format(
            best=NAMES[state.best],
            lowest=f"{state.losses[state.best][-1]:.1e}",
            adam=f"{state.losses['adam'][-1]:.1e}",
        )

    default = Settings()
    return Live(
        figure,
        [
            Choice("surface", _SURFACE, tuple(_SURFACES.items()), "beale"),
            Choice("optimizer", _OPTIMIZER, tuple(NAMES.items()), "adam"),
            Slider("step_shown", _STEP, 1, STEPS, 1, STEPS, format="d"),
            Slider("learning_rate", _ALPHA, 1e-4, 2.0, 0.02, default.learning_rate, log=True, format=".4f"),
            Slider("beta", _BETA, 0.0, 0.99, 0.01, default.beta, format=".2f"),
            Slider("beta1", _BETA1, 0.0, 0.99, 0.01, default.beta1, format=".2f"),
            Slider("beta2", _BETA2, 0.5, 0.999, 0.001, default.beta2, format=".3f"),
            Slider("eps", _EPS, 1e-10, 1.0, 0.5, default.eps, log=True, format=".1e"),
            Slider("weight_decay", _DECAY, 0.0, 0.3, 0.01, default.weight_decay, format=".2f"),
        ],
        update,
        alt=lambda **kw: _ALT.format(surface=_SURFACES[kw["surface"]]) + status(**kw),
        status=status,
        challenge=_CHALLENGE,
        met=lambda **values: values["surface"] == "beale" and compute(*_race(values)).met,
        note=lambda **values: compute(*_race(values)).note,
    )  # fmt: skip


def _race(values: dict[str, Any]) -> tuple[str, Settings]:
    """What the runs depend on: the surface and the hyper-parameters, not what is shown of them."""
    names = Settings.__dataclass_fields__
    return values["surface"], Settings(**{name: values[name] for name in names})


_SURFACES = {
    "ravine": Text("ravine, (θ₁² + 20 θ₂²)/2", "rãnh hẹp, (θ₁² + 20 θ₂²)/2"),
    "saddle": Text("saddle, (θ₁² − θ₂²)/2 + θ₂⁴/4", "điểm yên ngựa, (θ₁² − θ₂²)/2 + θ₂⁴/4"),
    "beale": Text("Beale's function", "hàm Beale"),
}
_SURFACE = Text("surface", "mặt hàm")
_OPTIMIZER = Text("arithmetic of", "phép tính của")
_STEP = Text("step shown", "bước được xem")
_ALPHA = Text("learning rate α", "tốc độ học α")
_BETA = Text("β (momentum, Nesterov, RMSProp)", "β (momentum, Nesterov, RMSProp)")
_BETA1 = Text("β₁ (Adam, AdamW)", "β₁ (Adam, AdamW)")
_BETA2 = Text("β₂ (Adam, AdamW)", "β₂ (Adam, AdamW)")
_EPS = Text("ε", "ε")
_DECAY = Text("weight decay λ (AdamW)", "suy giảm trọng số λ (AdamW)")
_PATHS = Text("Paths up to the step shown", "Đường đi đến bước được xem")
_LOSS = Text("Loss above its least value", "Hàm mất mát so với giá trị nhỏ nhất")
_EXCESS = Text("J − least J", "J − J nhỏ nhất")
_CHALLENGE = Text(
    "on Beale's function, bring J with Adam below 1e-8 within 300 steps.",
    "trên hàm Beale, đưa J khi dùng Adam xuống dưới 1e-8 trong 300 bước.",
)
_END = Text(
    " After 300 steps {best} stands lowest, J − least J = {lowest}; Adam {adam}.",
    " Sau 300 bước, {best} ở thấp nhất, J − J nhỏ nhất = {lowest}; Adam {adam}.",
)
_ALT = Text(
    "Seven optimizers on a surface ({surface}): their paths over its contours and their losses per step. ",
    "Bảy thuật toán tối ưu trên một mặt ({surface}): đường đi trên các đường mức và hàm mất mát ở từng bước. ",
)
