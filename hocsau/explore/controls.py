"""What a slider is, said in one line: its name, its label in both languages, its range, its start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
from traitlets import CFloat, CInt

from hocsau.language import Text

__all__ = ["Choice", "Control", "Slider", "next_place"]


# The kernel repeats each move of a slider to all pages that show it, before it draws. A learner has one page: the message
# and what the page does with it are left out.
class QuietIntSlider(ipywidgets.IntSlider):
    """Whole numbers."""

    value = CInt(0).tag(sync=True, echo_update=False)


class QuietFloatSlider(ipywidgets.FloatSlider):
    """Numbers."""

    value = CFloat(0.0).tag(sync=True, echo_update=False)


class QuietFloatLogSlider(ipywidgets.FloatLogSlider):
    """Numbers whose logarithm is even."""

    value = CFloat(1.0).tag(sync=True, echo_update=False)


@dataclass(frozen=True)
class Control:
    """What a learner may change: its keyword for the functions of `Live`, and what the page calls it."""

    name: str
    label: Text

    def widget(self) -> Any:
        """The control on the page."""
        raise NotImplementedError

    def _look(self) -> dict[str, Any]:
        layout = ipywidgets.Layout(width="min(38em, 100%)")
        return {"description": self.label.say(), "style": {"description_width": "16em"}, "layout": layout}


@dataclass(frozen=True)
class Slider(Control):
    """A number to move.

    low, high: the range; with three whole numbers (low, high, step) the slider gives ints
    step:      with log=True the step is in decades, and the ends are moved to its multiples
    format:    how the value is written, in Python's and the slider's common language (".3f", ".2e", "d")
    raises ValueError if the start is outside the range
    """

    low: float
    high: float
    step: float
    value: float
    log: bool = False
    format: str = ".3f"

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.name} starts at {self.value}, outside {self.low} to {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"{self.name} is logarithmic, so its range must be positive; got low={self.low}")

    @property
    def whole(self) -> bool:
        """Whether the slider gives whole numbers."""
        return all(isinstance(number, int) for number in (self.low, self.high, self.step))

    def widget(self) -> Any:
        """The slider on the page."""
        options = {"readout_format": self.format, "continuous_update": True, **self._look()}
        if self.log:
            # On whole multiples of the step, or the page would move 0.1 to its grid's 0.0998.
            low, high = (round(math.log10(end) / self.step) * self.step for end in (self.low, self.high))
            return QuietFloatLogSlider(value=self.value, base=10, min=low, max=high, step=self.step, **options)
        kind = QuietIntSlider if self.whole else QuietFloatSlider
        return kind(value=self.value, min=self.low, max=self.high, step=self.step, **options)


@dataclass(frozen=True)
class Choice(Control):
    """One of a few: `options` are (value, label) pairs, `value` is the one chosen at the start.

    raises ValueError if the start is none of the options
    """

    options: Sequence[tuple[Any, Text]]
    value: Any

    def __post_init__(self) -> None:
        if self.value not in [value for value, _ in self.options]:
            raise ValueError(f"{self.name} starts at {self.value!r}, which is none of its options")

    def widget(self) -> Any:
        """The drop-down list on the page."""
        options = [(label.say(), value) for value, label in self.options]
        return ipywidgets.Dropdown(options=options, value=self.value, **self._look())


def next_place(widget: Any, old: Any, new: Any) -> Any:
    """Where a slider that went from `old` to `new` gets with the next step of that size; None beyond its ends, and for a choice."""
    if isinstance(widget, ipywidgets.FloatLogSlider) or not hasattr(widget, "step"):
        return None
    following = new + (new - old)
    if isinstance(new, float):
        following = round(following, 9)  # 0.95, as the page says it, and not 0.9500000000000001
    return following if widget.min <= following <= widget.max else None
