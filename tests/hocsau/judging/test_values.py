"""Plain values: what a learner's result is read as, and how it travels; the reader believes no byte."""

from __future__ import annotations

import contextlib
import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hocsau.judging import values as values_module
from hocsau.judging.exercise import Case, Exercise, ExerciseKind, Pack, PictureKind
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.request import Call, Chain, Lookup, Recipe
from hocsau.judging.values import DTYPES, Foreign, Malformed, dumps, loads, plain, readable
from hocsau.language import Text

arrays = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda name: hnp.arrays(np.dtype(name), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | text | arrays
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(text, inner, max_size=4)
    ),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Equal to the last bit, types and dtypes included; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(repr(one) == repr(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (0.0, -0.0),
        ([1], (1,)),
        (np.zeros(2), np.zeros(2, "float32")),
        (np.zeros((2, 1)), np.zeros((1, 2))),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_same_can_fail(one: Any, other: Any) -> None:
    assert same(one, one)
    assert not same(one, other)


@given(values)
def test_plain_values_stay_as_they_are(value: Any) -> None:
    assert same(plain(value), value)


@given(values)
def test_values_travel_bit_by_bit(value: Any) -> None:
    assert same(loads(dumps(value)), value)


@given(st.lists(st.binary(max_size=20) | arrays, max_size=4))
def test_bytes_travel(value: Any) -> None:
    assert same(loads(dumps(value)), value)


@given(values)
def test_the_same_value_gives_the_same_bytes(value: Any) -> None:
    assert dumps(value) == dumps(loads(dumps(value)))


RECORDS = [
    Text.of("a", vi="ă"),
    Recipe("quadratic_gradient", {"A": np.eye(2), "b": np.ones(2)}),
    Call({"w": np.arange(3.0), "n": 4}),
    Chain({"w": 1.0}, ("w",), ({"g": 2.0}, {"g": 3.0})),
    Lookup(),
    Foreign("set"),
    Failure("ValueError", "text", "line", 3),
    Observation(ObservationOutcome.RAISED, None, Failure("E", "", "", 0), ("w",), ("v",), 2),
    Case(
        Text.of("one", vi="một"),
        Call({"x": 1}),
        Observation(ObservationOutcome.RETURNED, 2.0),
        True,
        3,
        {"m": Observation(ObservationOutcome.RETURNED, 1.0)},
    ),
    Exercise("descend", 3, ExerciseKind.FUNCTION, picture=PictureKind.TRAJECTORY),
    Pack("momentum", 2, Text.of("Momentum", vi="Động lượng"), ()),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_travel(record: Any) -> None:
    came = loads(dumps(record))
    assert type(came) is type(record)
    assert repr(came) == repr(record)


def test_a_member_of_an_enumeration_travels_as_its_word() -> None:
    word: Any = "died"
    assert dumps(Observation(ObservationOutcome.DIED)) == dumps(Observation(word))
    assert loads(dumps(Observation(word))).outcome is ObservationOutcome.DIED


@pytest.mark.parametrize("word", ["passed", "RETURNED", "", None, 3, ["returned"], np.zeros(2)])
def test_a_word_that_an_enumeration_does_not_have_is_refused(word: Any) -> None:
    for record in (Observation(word), Exercise("f", 1, word), Exercise("f", 1, picture=word)):
        with pytest.raises(Malformed, match="expected one of"):
            loads(dumps(record))


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j, np.float64(1.0), len])
def test_only_plain_values_and_records_travel(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot travel"):
        dumps([value])


# --- what a learner's result is read as


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), np.array(1.5)),
        (np.float32(1.5), np.array(1.5, "float32")),
        (np.int32(-3), np.array(-3, "int32")),
        (np.bool_(True), np.array(True)),
        (np.arange(6.0).reshape(2, 3).T, np.arange(6.0).reshape(2, 3).T.copy()),
        (np.array([1.0, 2.0], ">f8"), np.array([1.0, 2.0])),
        (np.array([[1.0]]).view(np.matrix) if hasattr(np, "matrix") else None, np.array([[1.0]])),
        (np.ma.masked_array([1.0, 2.0], [True, False]), np.array([1.0, 2.0])),
    ],
    ids=["float64", "float32", "int32", "bool", "transposed", "big-endian", "matrix", "masked"],
)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_arrays_become_exact_arrays(value: Any, expected: Any) -> None:
    assert same(plain(value), expected)


@pytest.mark.parametrize(
    ("value", "described"),
    [
        ({1, 2}, "set"),
        (1 + 2j, "complex"),
        (b"bytes", "bytes"),
        (np.array([1j]), "array (1,) complex128"),
        (np.array([None]), "array (1,) object"),
        (np.array(["a"]), "array (1,) str32"),
        (np.zeros(2, [("a", "f8")]), "array (2,) void64"),
        (2**63, "an integer beyond 64 bits"),
        (-(2**63) - 1, "an integer beyond 64 bits"),
        (10**5000, "an integer beyond 64 bits"),
        (len, "builtin_function_or_method"),
        (np.broadcast_to(0.0, (10**6, 10**6)), "an array of 7629395 MiB"),
    ],
    ids=[
        "set",
        "complex",
        "bytes",
        "complex-array",
        "objects",
        "strings",
        "structured",
        "2**63",
        "-2**63-1",
        "5000-digits",
        "function",
        "terabytes",
    ],
)
def test_what_a_check_cannot_use_is_named(value: Any, described: str) -> None:
    assert plain(value) == Foreign(described)


def test_a_copy_is_made() -> None:
    array = np.zeros(3)
    kept = plain([array])
    array += 1
    assert kept[0].tolist() == [0.0, 0.0, 0.0]


def test_a_value_that_holds_itself_ends() -> None:
    value: list[Any] = []
    value += [value, value]
    kept = plain(value)
    assert "too deep" in str(kept)


def test_a_value_with_too_many_parts_is_cut() -> None:
    kept = plain([0] * 200_000)
    assert kept[-1] == Foreign("a structure too deep or too large")
    assert kept[0] == 0


def test_many_arrays_share_one_budget() -> None:
    array = np.zeros(3 << 20)
    kept = plain([array] * 4)
    assert [type(item) for item in kept] == [np.ndarray, np.ndarray, Foreign, Foreign]


def test_strings_are_cut_and_lose_lone_surrogates() -> None:
    assert len(plain("x" * 20_000)) == 10_000
    assert plain("a\ud800") == "a?"
    assert loads(dumps("a\ud800")) == "a?"
    assert len(plain("x" * 20_000, text=30_000)) == 20_000


def test_keys_that_are_no_strings_are_not_taken_for_strings() -> None:
    assert plain({1: 2, "1": 3}) == {"<int>": 2, "1": 3}


def test_readable_text_is_one_line_without_codes() -> None:
    assert readable("a\nb\x1b[31mc\ud800\u202e", 100) == "a b [31mc  "
    assert readable("abc", 2) == "ab"


# --- objects that answer as they like: nothing of theirs is called


class _Evil:
    """Every question is answered with an exception."""

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("a method of the learner's was called")

    __eq__ = __ne__ = __iter__ = __len__ = __getitem__ = __array__ = _fail  # type: ignore[assignment]
    __float__ = __int__ = __index__ = __bool__ = __str__ = __repr__ = _fail
    __array_finalize__ = __array_wrap__ = __array_ufunc__ = __array_function__ = _fail
    items = keys = values = view = astype = copy = tobytes = _fail
    dtype = shape = nbytes = property(_fail)
    __hash__ = None  # type: ignore[assignment]


class EvilList(_Evil, list): ...  # type: ignore[type-arg]


class EvilTuple(_Evil, tuple): ...  # type: ignore[type-arg]


class EvilDict(_Evil, dict): ...  # type: ignore[type-arg]


class EvilFloat(_Evil, float): ...


class EvilInt(_Evil, int): ...


class EvilStr(_Evil, str): ...


class EvilScalar(_Evil, np.float64): ...


class EvilArray(_Evil, np.ndarray):
    def __array_finalize__(self, *_: Any) -> None: ...  # view() needs one


class Pretender:
    """Says that it is an array."""

    __class__ = np.ndarray  # type: ignore[assignment]


class Meta(type):
    """A metaclass whose classes equal every other class and have no name."""

    def __eq__(cls, _: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(float)

    __name__ = property(lambda _: {}["no name"])  # type: ignore[assignment]


class Shifty(metaclass=Meta): ...


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (lambda: EvilList([1, 2]), [1, 2]),
        (lambda: EvilTuple([1, 2]), (1, 2)),
        (lambda: EvilDict({"a": 1}), {"a": 1}),
        (lambda: np.array([1.0, 2.0]).view(EvilArray), np.array([1.0, 2.0])),
        (lambda: EvilFloat(1.0), Foreign("EvilFloat")),
        (lambda: EvilInt(1), Foreign("EvilInt")),
        (lambda: EvilStr("a"), Foreign("EvilStr")),
        (lambda: EvilScalar(1.0), Foreign("EvilScalar")),
        (Pretender, Foreign("Pretender")),
        (Shifty, Foreign("Shifty")),
    ],
    ids=[
        "list",
        "tuple",
        "dict",
        "array",
        "float",
        "int",
        "str",
        "scalar",
        "pretender",
        "metaclass",
    ],
)
def test_subclasses_are_read_without_asking_them(value: Any, expected: Any) -> None:
    assert same(plain(value()), expected)


# --- hostile bytes: Malformed and nothing else


def blob(tree: Any, tensors: dict[str, Any] | None = None, data: bytes = b"") -> bytes:
    """A safetensors file around any skeleton at all."""
    said = tree if isinstance(tree, str) else json.dumps(tree)
    header = json.dumps({"__metadata__": {"tree": said}, **(tensors or {})}).encode()
    return struct.pack("<Q", len(header)) + header + data


def test_the_hand_made_file_is_well_formed() -> None:
    tensor = {"a0": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}
    assert loads(blob({"l": [{"a": "a0"}, 3]}, tensor, struct.pack("<d", 2.5))) == [
        np.array([2.5]),
        3,
    ]


def _nested(depth: int, inner: str = "1") -> str:
    return '{"l": [' * depth + inner + "]}" * depth


HOSTILE = {
    "empty": b"",
    "short": b"\x01\x02",
    "header longer than the file": struct.pack("<Q", 1 << 40) + b"{}",
    "negative": struct.pack("<q", -1) + b"{}",
    "no metadata": struct.pack("<Q", 2) + b"{}",
    "header is a list": struct.pack("<Q", 2) + b"[]",
    "metadata is a number": struct.pack("<Q", 18) + b'{"__metadata__": 3}',
    "tree is no JSON": blob("{"),
    "not utf-8": struct.pack("<Q", 2) + b"\xff\xff",
    "nested": blob(_nested(60)),
    "nested past the parser": blob(_nested(50_000)),
    "a 100k-digit integer": blob("1" * 100_000),
    "a bare float": blob("1.5"),
    "NaN": blob("NaN"),
    "a bare list": blob("[1]"),
    "an empty node": blob({}),
    "an unknown node": blob({"z": 1}),
    "a float that is none": blob({"f": "spam"}),
    "a float too large": blob({"f": "0x1p99999"}),
    "a float of a number": blob({"f": 3}),
    "no such array": blob({"a": "a7"}),
    "an array by list": blob({"a": []}),
    "a list of nothing": blob({"l": 3}),
    "a dictionary without pairs": blob({"d": [[1]]}),
    "a dictionary with a number as key": blob({"d": [[1, 2]]}),
    "a lone surrogate": blob('"\\ud800"'),
    "a lone surrogate as key": blob('{"d": [["\\ud800", 1]]}'),
    "an unknown record": blob({"r": "Popen", "v": {}}),
    "a record by list": blob({"r": [], "v": {}}),
    "a record without fields": blob({"r": "Text"}),
    "a record with fields missing": blob({"r": "Text", "v": {}}),
    "a record with fields too many": blob({"r": "Lookup", "v": {"en": "a"}}),
    "a record with a list of fields": blob({"r": "Text", "v": [1, 2]}),
    "millions of lists": blob('{"l": [' + ",".join(['{"l": []}'] * 600_000) + "]}"),
    "a giant header": struct.pack("<Q", 40 << 20) + b" " * (40 << 20),
    "bfloat16": blob({"a": "x"}, {"x": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}, b"\0\0"),
    "float8": blob({"a": "x"}, {"x": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}}, b"\0"),
    "complex": blob({"a": "x"}, {"x": {"dtype": "C64", "shape": [1], "data_offsets": [0, 8]}}, b"\0" * 8),
    "a shape that lies": blob({"a": "x"}, {"x": {"dtype": "F64", "shape": [9], "data_offsets": [0, 8]}}, b"\0" * 8),
    "offsets beyond the end": blob({"a": "x"}, {"x": {"dtype": "F64", "shape": [1], "data_offsets": [8, 16]}}, b"\0" * 8),
    "a huge shape": blob({"a": "x"}, {"x": {"dtype": "F64", "shape": [2**62, 4], "data_offsets": [0, 0]}}),
    "pickle": b"\x80\x04\x95\x1f\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_malformed(name: str) -> None:
    with pytest.raises(Malformed):
        loads(HOSTILE[name])


GOOD = dumps({"w": np.arange(6.0).reshape(2, 3), "said": ["a", 1.5, None], "what": Text.of("a", vi="b")})


@pytest.mark.parametrize("length", range(0, len(GOOD), 17))
def test_a_truncated_value_is_malformed(length: int) -> None:
    with pytest.raises(Malformed):
        loads(GOOD[:length])


@given(st.binary(max_size=300))
def test_random_bytes_are_malformed(noise: bytes) -> None:
    with pytest.raises(Malformed):
        loads(noise)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_damaged_bytes_give_a_value_or_malformed(where: int, noise: bytes) -> None:
    damaged = GOOD[:where] + noise + GOOD[where + len(noise) :]
    with contextlib.suppress(Malformed):
        loads(damaged)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("faltdrvxz"), inner, max_size=3),
    max_leaves=10,
)


@given(json_values)
def test_any_skeleton_gives_a_value_or_malformed(tree: Any) -> None:
    with contextlib.suppress(Malformed):
        loads(blob(json.dumps(tree)))


def test_a_flat_list_of_millions_is_refused_before_it_is_made() -> None:
    zeros = "[" + "0," * (values_module.MAX_ITEMS + 1) + "0]"
    with pytest.raises(Malformed, match="too large"):
        values_module._parse(zeros)
    assert len(values_module._parse("[0,0,0]")) == 3


def test_a_list_of_very_many_arrays_is_cut_and_still_travels() -> None:
    came = plain([np.zeros(2)] * 10**7)
    assert isinstance(came[0], np.ndarray)
    assert came[-1] == Foreign("a structure too deep or too large")
    assert len(loads(dumps(came))) == len(came) < 11_000
    assert list(plain(dict.fromkeys(range(10**6))).values())[-1] == came[-1]
