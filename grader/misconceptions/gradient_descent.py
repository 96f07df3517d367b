"""Known mistakes of lesson 1, as programs: what each gives on the cases is its fingerprint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.gradient_descent_epochs import __all__ as _epochs

__all__ = list(_epochs)
