"""Try cases on the made-up device from a notebook: in a copy of this process that is then thrown away."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from hocsau.judging.elsewhere import can_be_made_up, strayed
from hocsau.judging.failure import Failure
from hocsau.judging.request import Request
from hocsau.judging.values import Malformed, dumps, loads

__all__ = ["strays"]

SECONDS = 20.0
_PIECE = 1 << 16


def strays(requests: Sequence[Request], find: Callable[[], Any]) -> list[Failure | None]:
    """Where each request makes a tensor on the wrong device; None where it does not, or where that cannot be told."""
    if not hasattr(os, "fork") or not can_be_made_up():  # Windows; an older torch
        return [None] * len(requests)
    import torch._dynamo  # noqa: F401  (fake tensors load it; here once, and not in every copy)

    found = _in_a_copy(lambda: [strayed(request, find) for request in requests])
    honest = isinstance(found, list) and len(found) == len(requests)
    return found if honest else [None] * len(requests)


def _in_a_copy(function: Callable[[], Any]) -> Any:
    """What `function` returns in a fork of this process; None when the copy fails or takes too long.

    The copy has one thread, writes nothing but its answer, and ends without running anything else of this process.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads: the copy needs none of them
        pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _answer(function, writing)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        return loads(_received(reading, time.monotonic() + SECONDS))
    except (Malformed, TimeoutError, OSError):
        return None
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _answer(function: Callable[[], Any], writing: int) -> None:
    import resource  # (not on Windows)

    import torch

    torch.set_num_threads(1)  # the threads of the original are not here: waiting for them would last for ever
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout = sys.stderr = io.StringIO()
    silence = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(silence, standard)
    blob = dumps(function())
    while blob:
        blob = blob[os.write(writing, blob) :]


def _received(reading: int, end: float) -> bytes:
    parts = bytearray()
    while select.select([reading], [], [], max(end - time.monotonic(), 0.0))[0]:
        part = os.read(reading, _PIECE)
        if not part:
            return bytes(parts)
        parts += part
    raise TimeoutError
