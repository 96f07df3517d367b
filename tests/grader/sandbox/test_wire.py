"""Frames of a few numbers, which travel bare, and questions that go over together."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.sandbox import child as child_module
from grader.sandbox.child import Child, ChildDied, ChildTimeout, Question
from grader.sandbox.inside.wire import receive, send
from grader.sandbox.process import Worker
from hocsau.judging.request import Call, Recipe
from hocsau.judging.values import Malformed, dumps, loads

NONCE = "0123456789abcdef"
FLOATS = arrays(st.sampled_from(["<f8", ">f8", "<f4", "<i8"]), array_shapes(min_dims=0, max_dims=4, max_side=3))


def travelled(message: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """What arrives, and how many bytes it took."""
    mine, theirs = socket.socketpair()
    with mine, theirs:
        send(mine, message)
        size = len(theirs.recv(1 << 20, socket.MSG_PEEK))
        return receive(theirs), size


@given(array=FLOATS, call=st.booleans())
def test_a_bare_array_arrives_as_in_any_other_frame(array: Any, call: bool) -> None:
    message = {"nonce": NONCE, "function": 3, "w": array} if call else {"value": array}
    came, size = travelled(message)
    usual = loads(dumps(message))
    assert list(came) == list(usual)
    for name, value in usual.items():
        np.testing.assert_array_equal(came[name], value)
    left, right = came["w" if call else "value"], usual["w" if call else "value"]
    assert (left.dtype, left.shape) == (right.dtype.newbyteorder("="), right.shape)
    assert left.flags.writeable == right.flags.writeable
    if array.dtype == np.float64:
        assert size == 4 + 19 + 4 * array.ndim + 8 * array.size


@pytest.mark.parametrize("value", [1.5, None, np.zeros(1001), [np.zeros(2)], np.zeros((1,) * 9)])
def test_what_is_no_small_array_travels_as_before(value: Any) -> None:
    came, size = travelled({"value": value})
    np.testing.assert_equal(came["value"], value)
    assert size == 4 + len(dumps({"value": value}))


def bare(axes: int, shape: tuple[int, ...], data: bytes, nonce: bytes = NONCE.encode()) -> bytes:
    head = struct.pack("!16sHB", nonce, 0, axes)
    return head + b"".join(struct.pack("!I", length) for length in shape) + data


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"PASSED",
        bare(0, (), b""),
        bare(1, (2,), bytes(8)),
        bare(1, (2,), bytes(15)),
        bare(1, (2,), bytes(24)),
        bare(2, (2,), bytes(16)),
        bare(255, (1,) * 9, bytes(8)),
        bare(9, (1,) * 9, bytes(8)),
        bare(1, (1001,), bytes(8008)),
        bare(2, (0, 2**32 - 1), b""),
        bare(4, (2**16,) * 4, b""),
        bare(1, (1,), bytes(8), b"\xff" * 16),
    ],
)
def test_a_bare_array_of_another_size_is_malformed(blob: bytes) -> None:
    mine, theirs = socket.socketpair()
    with mine, theirs:
        mine.sendall(struct.pack("!I", len(blob) | 1 << 31) + blob)
        with pytest.raises(Malformed, match="not a bare array"):
            receive(theirs)


# --- questions that go over together


@pytest.fixture
def child(worker: Worker) -> Iterator[Child]:
    made = worker.fork()
    yield made
    made.kill()


def put(*requests: Call, seconds: float = 30.0, function: Any = None) -> list[Question]:
    return [
        Question({"do": "probe", "name": "f", "request": request, "not_allowed": []}, seconds, function)
        for request in requests
    ]  # fmt: skip


@pytest.mark.parametrize("together", [1 << 20, 0], ids=["together", "one by one"])
def test_each_question_has_its_answer(child: Child, together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "MAX_TOGETHER", together)
    child.ask({"do": "cell", "source": "def f(w, g=abs):\n    return g(w) + 1"}, 30.0)
    gradient = {"w": np.array([2.0, 3.0]), "g": Recipe("constant_gradient")}
    requests = [Call({"w": 1.0}), Call(gradient), Call({"w": -3.0})]
    questions = put(*requests, function=lambda index, w: 10 * w)
    values = [reply["observation"].value for reply in child.ask_each(questions)]
    assert values[::2] == [2.0, 4.0]
    assert values[1].tolist() == [21.0, 31.0]


@pytest.mark.parametrize(
    ("source", "error"), [("__import__('os')._exit(0)", ChildDied), ("pass", ChildTimeout)]
)  # fmt: skip
def test_one_that_ends_the_child_ends_the_answers_there(child: Child, source: str, error: type[Exception]) -> None:
    defined = f"def f(w):\n    while w == 2:\n        {source}\n    return w"
    child.ask({"do": "cell", "source": defined}, 30.0)
    replies = child.ask_each(put(*(Call({"w": float(w)}) for w in range(4)), seconds=1.0))
    assert [next(replies)["observation"].value for _ in range(2)] == [0.0, 1.0]
    with pytest.raises(error):
        next(replies)


def test_each_has_the_whole_of_its_time(child: Child) -> None:
    child.ask({"do": "cell", "source": "import time\ndef f(w):\n    time.sleep(0.4)"}, 30.0)
    questions = put(*(Call({"w": 1.0}) for _ in range(3)), seconds=1.0)
    assert len(list(child.ask_each(questions))) == 3


def test_an_answer_to_a_later_question_is_none_to_this_one() -> None:
    mine, theirs = socket.socketpair()
    liar = Child(mine, 2**22 + 1)

    def reply() -> None:
        nonces = [question["nonce"] for question in receive(theirs)["questions"]]
        send(theirs, {"nonce": nonces[0]})
        send(theirs, {"nonce": nonces[2]})

    thread = threading.Thread(target=reply)
    thread.start()
    replies = liar.ask_each(put(*(Call({"w": 1.0}) for _ in range(3))))
    assert next(replies) == {}
    with pytest.raises(ChildDied, match="a reply to no question"):
        next(replies)
    thread.join()
    theirs.close()


def test_a_part_stays_on_its_processor_and_the_whole_does_not(
    whole_worker: Worker,
) -> None:
    core = max(os.sched_getaffinity(0))
    with whole_worker.split(core) as part, part.split() as inner:
        held, free = inner.fork(), whole_worker.fork()
        try:
            assert os.sched_getaffinity(held.pid) == {core}
            assert os.sched_getaffinity(free.pid) == os.sched_getaffinity(0)
        finally:
            held.kill()
            free.kill()
