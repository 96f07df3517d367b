"""Drawn numbers, rounded so that every processor draws the same ones: six significant digits.

A BLAS kernel, a libm, a fused multiply-add move the last bits of what is computed from a seed (`qr`, `@`, a mean). Six digits
are far from those bits, and pleasant to read in a message. What needs an exact structure (a double root, a gradient of 0)
is built from numbers that have six digits, such as small integers and their eighths: those stay as they are.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

import numpy as np

__all__ = ["DIGITS", "rounded"]

T = TypeVar("T")

DIGITS = 6
_NOTHING = 1e-12
"""Below it lies what rounding errors left of a 0."""
_POWERS = np.array([float(f"1e{exponent}") for exponent in range(23)])
"""The powers of ten that a double holds exactly: a quotient of two exact numbers is the nearest double on every processor."""


def rounded(drawn: T) -> T:
    """`drawn`, a request or a part of one, with every floating-point number in it rounded; the types stay.

    Each number is rounded by itself, so that equal numbers stay equal wherever they stand.
    """
    return _rounded(drawn)  # type: ignore[no-any-return]


def _rounded(part: Any) -> Any:
    if isinstance(part, (float, np.floating)):
        return type(part)(_digits(np.array(part)))
    if isinstance(part, np.ndarray):
        return _digits(part) if part.dtype.kind == "f" else part
    if isinstance(part, dict):
        return {key: _rounded(entry) for key, entry in part.items()}
    if isinstance(part, (list, tuple)):
        return type(part)(_rounded(entry) for entry in part)
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        fields = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
        return dataclasses.replace(part, **{name: _rounded(entry) for name, entry in fields.items()})
    return part


def _digits(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(...) each entry the double (or float32 ...) nearest to its decimal of six digits; infinities and NaN stay."""
    wide = array.astype(np.float64)
    counted = np.isfinite(wide) & (np.abs(wide) >= _NOTHING)
    exponent = np.floor(np.log10(np.abs(wide), where=counted, out=np.zeros_like(wide)))
    decimals = (DIGITS - 1 - exponent).astype(int)
    up, down = (_POWERS[np.clip(sign * decimals, 0, len(_POWERS) - 1)] for sign in (1, -1))
    decimal = np.rint(wide * up / down) / up * down
    return np.where(counted, decimal, np.where(np.isfinite(wide), 0.0, wide)).astype(array.dtype)
