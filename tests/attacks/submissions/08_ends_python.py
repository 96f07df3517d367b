# ruff: noqa
"""Row 8: Python itself ends in the middle of a call, in every way there is."""

# %%
import ctypes, os, signal, sys


def recursion(w):
    return recursion(w)


def deep_recursion(w):
    sys.setrecursionlimit(10**9)
    return recursion(w)


def catches_everything(w):
    while True:
        try:
            raise KeyboardInterrupt
        except BaseException:
            return -w


def raises_while_it_is_shown(w):
    class Trouble(Exception):
        def __str__(self):
            raise SystemExit(3)

        __repr__ = __str__

    raise Trouble


def raise_(error):
    raise error


def bad_alignment(w):
    ctypes.memset(id(None), 255, 64)


WAYS = {
    "os._exit": lambda w: os._exit(0),
    "os._exit with another status": lambda w: os._exit(137),
    "a null pointer": lambda w: ctypes.string_at(0),
    "abort": lambda w: os.abort(),
    "SIGKILL to itself": lambda w: os.kill(os.getpid(), signal.SIGKILL),
    "SIGTERM to itself": lambda w: os.kill(os.getpid(), signal.SIGTERM),
    "SystemExit": lambda w: sys.exit("PASSED"),
    "KeyboardInterrupt": lambda w: raise_(KeyboardInterrupt()),
    "GeneratorExit": lambda w: raise_(GeneratorExit()),
    "an exception that cannot be shown": raises_while_it_is_shown,
    "an exception of type BaseException": lambda w: raise_(type("Own", (BaseException,), {})()),
    "RecursionError": recursion,
    "a recursion without a limit": deep_recursion,
    "catches everything": catches_everything,
    "writes over None": bad_alignment,
    "closes the channel": lambda w: os.close(200),
    "closes all descriptors": lambda w: os.closerange(0, 4096),
    "a system call of the 32-bit kind": lambda w: thirty_two_bit_fork(),
    "frees what it does not own": lambda w: (
        ctypes.pythonapi.Py_DecRef(ctypes.py_object(None)) or ctypes.CDLL(None).free(id(w))
    ),
}


def thirty_two_bit_fork():
    """mov eax, 2 (fork of i386); int 0x80; ret: filters that look at one set of numbers miss the other."""
    import mmap

    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x02\x00\x00\x00\xcd\x80\xc3")
    code = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    if code() == 0:
        os._exit(0)
    return -1


def double(w):
    return WAYS[known["way"]](w)
