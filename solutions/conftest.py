"""For the tests of this folder: torch works in one thread, and only tests are collected."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

collect_ignore_glob = ["*/lesson.py", "*/exercises*", "*/mistakes", "*/right", "*/seen", "*/hints.py"]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Networks as small as these gain nothing from a second thread, and lose much where other programs run."""
    torch = sys.modules.get("torch")  # a lesson in NumPy does without
    if torch is None:
        yield
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
