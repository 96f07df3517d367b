# ruff: noqa
"""Row 23: changes what it is given, remembers what it saw, leaves traps for those who come after."""

# %%
import atexit, builtins, gc, sys

import numpy as np

seen = []


def spoils_its_argument(w):
    w *= 2
    return w.copy()


def spoils_earlier_arguments(w):
    for earlier in seen:
        earlier[:] = 0
    seen.append(w)
    return 2 * w


def returns_the_last_answer(w):
    seen.append(2 * w)
    return seen[-2] if len(seen) > 1 else seen[-1]


def returns_one_array_for_all(w):
    if not seen:
        seen.append(np.zeros(5))
    seen[0][: len(w)] = 2 * w
    return seen[0][: len(w)]


def spoils_all_arrays(w):
    for thing in gc.get_objects():
        if isinstance(thing, dict):
            for value in thing.values():
                if type(value) is np.ndarray and value.flags.writeable:
                    value.fill(0)
    return 2 * w


def spoils_the_others(w):
    names = sys.modules["__main__"].__dict__
    names["quadruple"] = names["descend"] = lambda *a: None
    names["toy_quiz"].clear() if "toy_quiz" in names else None
    return 2 * w


def spoils_numpy(w):
    np.array = np.asarray = np.copy = lambda *a, **k: None
    np.ndarray = list
    return 2 * w


def spoils_python(w):
    builtins.len = builtins.isinstance = builtins.list = None
    return [0.0]


def spoils_the_threads(w):
    sys.setswitchinterval(10_000)
    sys.setrecursionlimit(60)
    sys.settrace(lambda *a: 1 / 0)
    return 2 * w


WAYS = {
    "its argument": spoils_its_argument,
    "earlier arguments": spoils_earlier_arguments,
    "the last answer": returns_the_last_answer,
    "one array for all": returns_one_array_for_all,
    "all arrays": spoils_all_arrays,
    "the other exercises": spoils_the_others,
    "numpy": spoils_numpy,
    "python": spoils_python,
    "the interpreter": spoils_the_threads,
}


def double(w):
    return WAYS[known["way"]](w)
