"""One step of an optimizer in numbers: what came in, what is remembered, what it is divided by, where it leads."""

from __future__ import annotations

from typing import Any

import numpy as np

from hocsau.explore.adaptive_optimizers.optimizers import Run, Settings
from hocsau.language import Text

__all__ = ["NAMES", "arithmetic"]

NAMES = {
    "gradient_descent": Text("gradient descent"),
    "momentum": Text("momentum"),
    "nesterov": Text("Nesterov"),
    "adagrad": Text("Adagrad"),
    "rmsprop": Text("RMSProp"),
    "adam": Text("Adam"),
    "adamw": Text("AdamW"),
}
_HEAD = Text("{name}, step {t}: {rows}.")


def arithmetic(name: str, run: Run, settings: Settings, t: int) -> Text:
    """The t-th step of one optimizer, for both parameters."""
    with np.errstate(all="ignore"):
        rows = _rows(name, run, settings, t)
    said = "; ".join(f"{symbol} = ({a:.4g}, {b:.4g})" for symbol, (a, b) in rows)
    return _HEAD.format(name=NAMES[name], t=t, rows=said)


def _rows(name: str, run: Run, s: Settings, t: int) -> list[tuple[str, Any]]:
    g, (a, b) = run.gradients[t - 1], run.memory[t - 1].T
    old, new = run.path[t - 1], run.path[t]
    rows: list[tuple[str, Any]] = [("g at θ + βv" if name == "nesterov" else "g", g)]
    if name in ("momentum", "nesterov"):
        rows += [("v = βv − αg", a)]
    elif name == "adagrad":
        rows += [("G", a), ("α/√(G + ε)", s.learning_rate / np.sqrt(a + s.eps))]
    elif name == "rmsprop":
        rows += [("E[g²]", a), ("α/√(E[g²] + ε)", s.learning_rate / np.sqrt(a + s.eps))]
    elif name in ("adam", "adamw"):
        m_hat, v_hat = a / (1 - s.beta1**t), b / (1 - s.beta2**t)
        rate = s.learning_rate / (np.sqrt(v_hat) + s.eps)
        rows += [("m", a), ("v", b), ("m̂", m_hat), ("v̂", v_hat), ("α/(√v̂ + ε)", rate)]
        if name == "adamw":
            rows += [("αλθ", s.learning_rate * s.weight_decay * old)]
    return [*rows, ("Δθ", new - old), ("θ", new)]
