"""Right answers of the second course in other styles."""

from __future__ import annotations

import numpy as np

from grader.course.answers import style


@style("parabola_slope")
def slope_by_a_sum(a, b, x):
    return a * x + a * x + b


@style("parabola_slope")
def slope_by_ufuncs(a, b, x):
    return np.add(np.multiply(2 * a, x), b)


@style("parabola_slope")
def slope_by_polyder(a, b, x):
    return np.polyval(np.polyder([a, b, 0.0]), x)


@style("parabola_slope")
def slope_by_a_secant(a, b, x):
    return ((a * (x + 1) ** 2 + b * (x + 1)) - (a * (x - 1) ** 2 + b * (x - 1))) / 2


@style("parabola_slope")
def slope_of_the_vertex_form(a, b, x):
    return 2 * a * (x + b / (2 * a))
