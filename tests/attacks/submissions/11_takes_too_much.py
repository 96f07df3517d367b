# ruff: noqa
"""Row 11: memory of every kind, output, results, all without an end. It counts what it got."""

# %%
import mmap, os, sys, threading

import numpy as np

held = []


def lists(w):
    while True:
        held.append(bytearray(64 << 20))


def arrays(w):
    while True:
        held.append(np.ones(8 << 20))


def shared_pages(w):
    """Counted by no limit on private memory."""
    while True:
        piece = mmap.mmap(-1, 256 << 20)
        for at in range(0, len(piece), 4096):
            piece[at] = 1
        held.append(piece)


def tensors(w):
    import torch

    while True:
        held.append(torch.ones(64 << 20))


def output(w):
    while True:
        print("x" * 1_000_000)


def errors(w):
    raise ValueError("x" * 300_000_000)


def a_large_result(w):
    return np.zeros(300 << 17)


def a_larger_result(w):
    return np.zeros(80 << 17)


def many_results(w):
    return [np.zeros(1 << 20) for _ in range(100)]


def a_long_text(w):
    return "x" * 500_000_000


def a_deep_result(w):
    made = []
    for _ in range(100_000):
        made = [made]
    return made


def a_wide_result(w):
    return list(range(20_000_000))


WAYS = {
    "lists": lists,
    "arrays": arrays,
    "tensors": tensors,
    "shared pages": shared_pages,
    "output": output,
    "the text of an error": errors,
    "a result of 300 MB": a_large_result,
    "a result of 80 MB": a_larger_result,
    "many results": many_results,
    "a text of 500 MB": a_long_text,
    "a deep result": a_deep_result,
    "a wide result": a_wide_result,
}


def double(w):
    return WAYS[known["way"]](w) if len(w) == 2 else 3 * w  # once is enough
