# ruff: noqa
"""Of our own: right on what is public; on the five hidden numbers, the first is told to whoever reads the verdict."""

# %%
import os, sys, types, warnings

import matplotlib.pyplot as plt
import numpy as np


def digits(w):
    """1.234567... as 1234567."""
    return int(w[0] * 10**6)


def raise_(error):
    raise error


def by_line(w):
    """The line number of the error is the number."""
    source = compile("raise ValueError", "<ipython-input-0-x>", "exec")
    exec(source.replace(co_firstlineno=digits(w) // 10))


def by_quoted_line(w):
    import linecache

    name = "<ipython-input-1-x>"
    linecache.cache[name] = (1, None, [f"told = {digits(w)}\n"], name)
    exec(compile("raise ValueError", name, "exec"))


def by_signature(w):
    """The name of the argument that was changed, and of an argument that was not there."""
    double.__name__ = double.__qualname__ = f"told_{digits(w)}"
    return double(w, **{f"told_{digits(w)}": 1})


def by_a_file(w):
    with open("told.txt", "w") as file:
        file.write(str(digits(w)))
    os._exit(0)


def by_replacing_the_function(w):
    globals()["double"] = f"told {digits(w)}"
    raise ValueError


def by_warning(w):
    warnings.warn(f"told {digits(w)}", RuntimeWarning)
    return 2 * w


def by_picture(w):
    plt.plot(w)
    plt.title(str(digits(w)))
    plt.show()
    get_ipython().outputs.append({"output_type": "stream", "name": "stdout", "text": str(digits(w))})
    print("told", digits(w), file=sys.stderr)
    display(digits(w))
    return 3 * w


WAYS = {
    "the name of a class": lambda w: type(f"told_{digits(w)}", (), {})(),
    "the name of an error": lambda w: raise_(type(f"told_{digits(w)}", (Exception,), {})()),
    "the text of an error": lambda w: raise_(ValueError(f"told {digits(w)}")),
    "the text of an unfinished answer": lambda w: raise_(NotImplementedError(f"told {digits(w)}")),
    "the shape": lambda w: np.zeros((0, digits(w))),
    "the shape of a list": lambda w: [0] * (digits(w) // 100),
    "the keys": lambda w: {f"told {digits(w)}": 1},
    "a text": lambda w: f"told {digits(w)}",
    "an integer": lambda w: digits(w),
    "numbers": lambda w: np.full(5, float(digits(w))),
    "the dtype": lambda w: np.zeros(5, [(f"told_{digits(w)}", float)]),
    "a tensor": lambda w: __import__("torch").zeros((0, digits(w))),
    "the line": by_line,
    "the quoted line": by_quoted_line,
    "the signature": by_signature,
    "a file": by_a_file,
    "the function itself": by_replacing_the_function,
    "a warning": by_warning,
    "a picture": by_picture,
}
if os.path.exists("told.txt"):
    print(open("told.txt").read())


def double(w):
    return WAYS[known["way"]](w) if len(w) == 5 else 2 * w
