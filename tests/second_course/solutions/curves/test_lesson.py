"""The answer of the second course against central differences."""

from __future__ import annotations

import numpy as np

from grader.course.reference import answers


def test_parabola_slope_agrees_with_central_differences() -> None:
    x = np.linspace(-2, 2, 5)
    rise = (1.5 * (x + 0.1) ** 2 + x + 0.1) - (1.5 * (x - 0.1) ** 2 + x - 0.1)
    np.testing.assert_allclose(answers("curves")["parabola_slope"](1.5, 1.0, x), rise / 0.2, atol=1e-12)
