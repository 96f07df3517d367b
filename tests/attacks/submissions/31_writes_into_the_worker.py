# ruff: noqa
"""Of our own: a fork has its objects where its parent has them. So a text is overwritten there, for all who come after."""

# %%
import ctypes, os, sys

import hocsau

libc = ctypes.CDLL(None, use_errno=True)
worker = os.getppid()
text = hocsau.__doc__
place = ctypes.string_at(id(text), 200).find(text[:16].encode()) + id(text)
poison = b"POISONED"


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def through_a_file():
    with open(f"/proc/{worker}/mem", "r+b", buffering=0) as memory:
        memory.seek(place)
        memory.write(poison)


def through_a_call():
    mine = ctypes.create_string_buffer(poison)
    here, there = Piece(ctypes.addressof(mine), 8), Piece(place, 8)
    assert libc.syscall(311, worker, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) == 8


def as_its_debugger():
    assert libc.syscall(101, 16, worker, 0, 0) == 0  # PTRACE_ATTACH
    os.waitpid(worker, 0)
    libc.syscall(101, 4, worker, place, int.from_bytes(poison, "little"))  # PTRACE_POKETEXT
    libc.syscall(101, 17, worker, 0, 0)


for way in (through_a_file, through_a_call, as_its_debugger):
    try:
        way()
        print(way.__name__, "came through")
    except BaseException as error:
        print(way.__name__, "was refused:", type(error).__name__)


def double(w):
    return 2 * w
