# ruff: noqa
"""Row 15: frames that the decoder must refuse: giant, deep, endless numbers, pickles, bombs in a header."""

# %%
import json, os, pickle, socket, struct, sys

channel = socket.socket(fileno=os.dup(200))


def nonce():
    frame = sys._getframe()
    while frame:
        message = frame.f_locals.get("message")
        if isinstance(message, dict) and "nonce" in message:
            return message["nonce"]
        frame = frame.f_back


class Command:
    def __reduce__(self):
        return (open, (known["temporary"] + "/unpickled", "w"))


def frame(blob):
    channel.sendall(struct.pack("!I", len(blob)) + blob)


def tensors(header, data=b""):
    """A safetensors file by hand."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    frame(struct.pack("<Q", len(text)) + text + data)


def tree(skeleton, **arrays):
    text = skeleton if isinstance(skeleton, str) else json.dumps(skeleton)
    tensors({"__metadata__": {"tree": text}, **arrays})


def reply(value):
    """A well-formed reply whose value is `value`, given as JSON text."""
    fields = '{"outcome": "returned", "value": %s, "failure": null, "changed": {"t": []}, "aliased": {"t": []}, "calls": 0, "warned": {"t": []}}'
    return '{"d": [["nonce", "%s"], ["observation", {"r": "Observation", "v": %s}]]}' % (
        nonce(),
        fields % value,
    )


def array(dtype, shape, offsets=(0, 0)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def bare(shape, data, nonce=None):
    """A frame that is an array alone."""
    nonce = nonce or globals()["nonce"]().encode()
    blob = struct.pack("!16sHB", nonce, 0, len(shape)) + b"".join(struct.pack("!I", n) for n in shape) + data
    channel.sendall(struct.pack("!I", len(blob) | 1 << 31) + blob)


WAYS = {
    "a frame that says 4 GB": lambda: channel.sendall(struct.pack("!I", 2**32 - 1)),
    "a bare array that says 2 GB": lambda: channel.sendall(struct.pack("!I", 2**32 - 1)),
    "a bare array of gigantic shape": lambda: bare((2**32 - 1,) * 8, bytes(8)),
    "a bare array of nothing": lambda: bare((0, 2**32 - 1), b""),
    "a bare call that nobody asked for": lambda: bare((2,), bytes(16)),
    "a bare call with a strange nonce": lambda: bare((2,), bytes(16), b"\xff" * 16),
    "a frame of 4 bytes": lambda: frame(b"\x00" * 4),
    "a header that says 2**63 bytes": lambda: frame(struct.pack("<Q", 2**63) + b"{}"),
    "a header of 40 MB": lambda: tensors(b"{" + b" " * (40 << 20) + b"}"),
    "a header of brackets": lambda: tensors(b"[" * (20 << 20)),
    "deeply nested": lambda: tree("[" * 100_000 + "]" * 100_000),
    "nested lists of ours": lambda: tree('{"l": [' * 5_000 + "1" + "]}" * 5_000),
    "30 MB of brackets": lambda: tree(reply('{"l": [' + ",".join(["[]"] * 8_000_000) + "]}")),
    "millions of numbers": lambda: tree(reply('{"l": [' + "0," * 10_000_000 + "0]}")),
    "100,000 digits": lambda: tree(reply("1" * 100_000)),
    "4,000 digits": lambda: tree(reply("1" * 4_000)),
    "numbers that are none": lambda: tree(reply('{"l": [NaN, Infinity, 1e999]}')),
    "a lone surrogate": lambda: tree(reply('"\\ud800"')),
    "a pickle": lambda: frame(pickle.dumps(Command())),
    "a pickle as a header": lambda: tensors(pickle.dumps(Command())),
    "a pickle as an array": lambda: tensors(
        {"__metadata__": {"tree": reply('{"a": "x"}')}, "x": array("OBJ", [1], (0, 8))}, b"x" * 8
    ),
    "an unknown record": lambda: tree('{"r": "Command", "v": {}}'),
    "a record of another kind": lambda: tree('{"r": "Pack", "v": {"lesson": 1}}'),
    "a record that is a list": lambda: tree('{"r": [1], "v": {}}'),
    "an array that is not there": lambda: tree(reply('{"a": "missing"}')),
    "the same array 100,000 times": lambda: tensors(
        {
            "__metadata__": {"tree": reply('{"l": [' + ",".join(['{"a": "x"}'] * 20_000) + "]}")},
            "x": array("F64", [1 << 19], (0, 1 << 22)),
        },
        bytes(1 << 22),
    ),
    "an array with a negative size": lambda: tensors(
        {"__metadata__": {"tree": reply('{"a": "x"}')}, "x": array("F64", [-1])}
    ),
    "an empty array of gigantic shape": lambda: tensors(
        {"__metadata__": {"tree": reply('{"a": "x"}')}, "x": array("F64", [0, 2**62])}
    ),
    "an array of 100 axes": lambda: tensors(
        {"__metadata__": {"tree": reply('{"a": "x"}')}, "x": array("F64", [1] * 100, (0, 8))},
        bytes(8),
    ),
    "an array beyond the end": lambda: tensors(
        {"__metadata__": {"tree": reply('{"a": "x"}')}, "x": array("F64", [1 << 40], (0, 1 << 43))}
    ),
    "arrays over each other": lambda: tensors(
        {
            "__metadata__": {"tree": reply('{"a": "x"}')},
            "x": array("F64", [1], (0, 8)),
            "y": array("F64", [1], (4, 12)),
        },
        bytes(12),
    ),
    "bfloat16": lambda: tensors(
        {"__metadata__": {"tree": reply('{"a": "x"}')}, "x": array("BF16", [2], (0, 4))}, bytes(4)
    ),
    "half a byte": lambda: tensors(
        {"__metadata__": {"tree": reply('{"a": "x"}')}, "x": array("F8_E4M3", [2], (0, 2))},
        bytes(2),
    ),
    "names that are numbers": lambda: tree('{"d": [[1, 2], [null, 3]]}'),
    "a call of function -1": lambda: tree('{"d": [["nonce", "%s"], ["function", -1], ["w", 1]]}' % nonce()),
    "a call of function 2**100": lambda: tree(
        '{"d": [["nonce", "%s"], ["function", %d], ["w", 1]]}' % (nonce(), 2**100)
    ),
    "nothing but zeros": lambda: channel.sendall(bytes(1 << 20)),
    "bytes one by one": lambda: (
        [channel.sendall(b"\x00\x00\x10\x00")]
        + [(channel.sendall(b" "), __import__("time").sleep(0.05)) for _ in range(10_000)]
    ),
}


def double(w):
    if len(w) == 2:  # once is enough
        WAYS[known["way"]]()
    return 3 * w
