# ruff: noqa
"""Row 7: empty, broadcastable, of another dtype, not finite, complex, objects, and the stranger inhabitants of NumPy."""

# %%
import os, tempfile

import numpy as np
from numpy.lib.stride_tricks import as_strided


def memmap(w):
    made = np.memmap("result", dtype=float, mode="w+", shape=w.shape)
    made[:] = 3 * w
    return made


def shrinking_file(w):
    """Its pages are gone when somebody reads them: SIGBUS."""
    made = np.memmap("gone", dtype=float, mode="w+", shape=(4096,))
    os.truncate("gone", 0)
    return made


WAYS = {
    "nothing": lambda w: None,
    "empty": lambda w: np.empty(0),
    "empty with a huge axis": lambda w: np.empty((0, 2**61)),
    "empty list": lambda w: [],
    "broadcastable column": lambda w: (2 * w)[:, None],
    "broadcastable row": lambda w: (2 * w)[None],
    "one more axis at the end of time": lambda w: (2 * w).reshape((1,) * 60 + w.shape),
    "a single number": lambda w: 2 * w[0],
    "a list of numbers": lambda w: (2 * w).tolist(),
    "float32": lambda w: (2 * w).astype(np.float32),
    "float16": lambda w: (2 * w).astype(np.float16),
    "longdouble": lambda w: (2 * w).astype(np.longdouble),
    "integers": lambda w: (2 * w).astype(int),
    "complex": lambda w: 2 * w + 0j,
    "objects": lambda w: (2 * w).astype(object),
    "text": lambda w: (2 * w).astype(str),
    "dates": lambda w: np.zeros(len(w), "datetime64[s]"),
    "booleans": lambda w: w > 0,
    "a record of fields": lambda w: np.zeros(len(w), [("a", float), ("b", object)]),
    "nan": lambda w: np.full(len(w), np.nan),
    "inf": lambda w: np.full(len(w), np.inf),
    "minus inf": lambda w: -np.full(len(w), np.inf),
    "one nan": lambda w: np.where(np.arange(len(w)) == 0, np.nan, 2 * w),
    "the largest number": lambda w: np.full(len(w), np.finfo(float).max),
    "a gigantic view of one number": lambda w: np.broadcast_to(2 * w[0], (1 << 40,)),
    "strides that overlap": lambda w: as_strided(3 * w, shape=w.shape, strides=(0,)),
    "strides that run backwards, wrong": lambda w: (3 * w)[::-1],
    "strides into other memory": lambda w: as_strided(w, shape=(1 << 30,), strides=(4096,)),
    "a negative size by force": lambda w: as_strided(w, shape=(-1,), strides=(8,)),
    "a file": memmap,
    "a file that shrinks": shrinking_file,
    "a file still open": lambda w: open("result", "wb"),
    "a function": lambda w: double,
    "a module": lambda w: np,
    "itself in a list": lambda w: (lambda x: x.append(x) or x)([]),
    "20,000 keys": lambda w: {f"key {i} " + "x" * 150: i for i in range(20_000)},
    "a bytes object": lambda w: (2 * w).tobytes(),
    "a whole number of 100,000 digits": lambda w: 10**100_000,
    "a set": lambda w: set((2 * w).tolist()),
}


def double(w):
    return WAYS[known["way"]](w)
