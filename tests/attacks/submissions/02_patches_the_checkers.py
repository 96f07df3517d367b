# ruff: noqa
"""Row 2: whatever compares, judges or reports says yes from now on; then a wrong answer."""

# %%
import builtins, importlib, math, sys, types, unittest

import numpy as np
import numpy.testing

import hocsau
import hocsau.judging.compare, hocsau.judging.diagnose, hocsau.judging.verdict


def yes(*arguments, **named):
    return True


def nothing(*arguments, **named):
    return None


for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, nothing)
np.allclose = np.array_equal = np.isclose = math.isclose = yes
for name in dir(unittest.TestCase):
    if name.startswith("assert"):
        setattr(unittest.TestCase, name, nothing)
hocsau.judging.compare.compare = hocsau.judging.diagnose.compare = nothing
hocsau.judging.verdict.compare = hocsau.judging.verdict.shortfall = nothing
hocsau.judging.verdict._fault = lambda *a: ("right", hocsau.language.Text("right", "đúng"))
real = hocsau.judging.verdict.CaseVerdict
hocsau.judging.verdict.CaseVerdict = lambda name, hidden, passed, points, *rest: real(name, hidden, True, 1e9, *rest)
builtins.AssertionError = builtins.Exception
hocsau.check = check = sys.modules["hocsau.check"] = yes
sys.modules["grader"] = sys.modules["grader.judge.judge"] = types.SimpleNamespace(judge=yes)


# %%
def double(w):
    return 3 * w
