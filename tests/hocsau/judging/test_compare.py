"""Comparison: kind, length, shape, dtype, finiteness, then numbers; each with its own sentence in both languages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hocsau.judging.compare import Tolerance, compare, name_of
from hocsau.judging.values import Foreign, Tensor, plain

EXACT = Tolerance(0.0, 0.0)
LOOSE = Tolerance(1e-6, 1e-8)
X = np.arange(6.0).reshape(2, 3) + 1
NAN = float("nan")
INF = float("inf")


def kind(expected: Any, actual: Any, tolerance: Tolerance = LOOSE) -> str | None:
    difference = compare(plain(expected), plain(actual), tolerance)
    return None if difference is None else difference.kind


floats = hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
values = st.recursive(
    st.floats() | st.integers(-9, 9) | st.booleans() | st.none() | st.text(max_size=3) | floats,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


@given(values)
def test_a_value_equals_itself(value: Any) -> None:
    assert kind(value, value, EXACT) is None


@given(floats.filter(lambda a: a.size > 0 and bool((np.abs(a) < 1e300).all())), st.data())
def test_any_one_number_off_is_seen(array: Any, data: st.DataObject) -> None:
    other = array.copy()
    place = tuple(data.draw(st.integers(0, side - 1)) for side in array.shape)
    other[place] += 1.0 + np.abs(array).max()
    if np.isfinite(other).all():
        assert kind(array, other) in ("value", "value_at")


@pytest.mark.parametrize(
    "actual",
    [2.5, np.float64(2.5), np.array(2.5), np.float64(2.5) + 1e-12],
    ids=["float", "float64", "0-d", "nearly"],
)
@pytest.mark.parametrize("expected", [2.5, np.float64(2.5)], ids=["float", "0-d"])
def test_one_number_in_every_form_that_counts(expected: Any, actual: Any) -> None:
    assert kind(expected, actual) is None


@pytest.mark.parametrize(
    ("actual", "reason"),
    [
        (np.float32(2.5), "dtype"),
        (np.float16(2.5), "dtype"),
        (np.longdouble(2.5), "kind"),
        (np.array([2.5]), "scalar"),
        (np.array([[2.5]]), "scalar"),
        ([2.5], "kind"),
        ((2.5,), "kind"),
        (2, "dtype"),
        (True, "dtype"),
        (np.int64(2), "dtype"),
        ("2.5", "kind"),
        (None, "nothing"),
        (2.5 + 0j, "kind"),
        (np.complex128(2.5), "kind"),
        ({2.5}, "kind"),
        ({"a": 2.5}, "kind"),
        (NAN, "finite"),
        (-INF, "finite"),
        (2.6, "value"),
    ],
)
@pytest.mark.parametrize("expected", [2.5, np.float64(2.5)], ids=["float", "0-d"])
def test_one_number_in_forms_that_do_not_count(expected: Any, actual: Any, reason: str) -> None:
    assert kind(expected, actual) == reason


@pytest.mark.parametrize("expected", [3, np.int64(3)], ids=["int", "0-d"])
@pytest.mark.parametrize(
    ("actual", "reason"),
    [
        (3, None),
        (np.int64(3), None),
        (np.int32(3), None),
        (np.uint8(3), None),
        (np.array(3), None),
        (3.0, "dtype"),
        (True, "dtype"),
        (np.bool_(True), "dtype"),
        (np.array([3]), "scalar"),
        (4, "integers"),
        (2**63, "kind"),
        (np.uint64(2**64 - 1), "integers"),
    ],
)
def test_whole_numbers(expected: Any, actual: Any, reason: str | None) -> None:
    assert kind(expected, actual) == reason


@pytest.mark.parametrize(
    ("actual", "reason"),
    [(True, None), (np.bool_(True), None), (False, "integers"), (1, "dtype"), (1.0, "dtype")],
)
def test_truth(actual: Any, reason: str | None) -> None:
    assert kind(True, actual) == reason


@pytest.mark.parametrize(
    ("actual", "reason"),
    [
        (X, None),
        (X.copy(order="F"), None),
        (X.astype(">f8"), None),
        (X.T, "shape"),
        (X.ravel(), "shape"),
        (X[:, :, None], "shape"),
        (X[:1], "shape"),
        (np.empty((0, 3)), "shape"),
        (X.astype("float32"), "dtype"),
        (X.astype(int), "dtype"),
        (X.astype(complex), "kind"),
        (X.astype(object), "kind"),
        (X.tolist(), "kind"),
        (list(X), "kind"),
        (3.0, "shape"),
        (None, "nothing"),
        (np.where(X > 5, NAN, X), "finite"),
        (np.where(X > 5, INF, X), "finite"),
        (X + 1e-3, "value_at"),
        (X * 1e200, "value_at"),
    ],
)
def test_arrays(actual: Any, reason: str | None) -> None:
    assert kind(X, actual) == reason


def test_integer_arrays_of_any_width_but_the_same_numbers() -> None:
    order = np.array([3, 0, 2])
    assert kind(order, order.astype("int32")) is None
    assert kind(order, order.astype(float)) == "dtype"
    assert kind(order, order[::-1]) == "integers"


@pytest.mark.parametrize(
    ("actual", "reason"),
    [
        ((X, 1.0), None),
        ([X, 1.0], None),
        ((X,), "length"),
        ((X, 1.0, 2.0), "length"),
        ((1.0, X), "shape"),
        ((X, None), "kind"),
        (X, "sequence"),
        (None, "nothing"),
        ({"a": X, "b": 1.0}, "sequence"),
        ({X.tobytes(), 1.0}, "sequence"),
    ],
)
@pytest.mark.parametrize("as_type", [tuple, list])
def test_a_tuple_or_a_list(as_type: Any, actual: Any, reason: str | None) -> None:
    assert kind(as_type((X, 1.0)), actual) == reason


def test_the_place_within_a_result_is_named() -> None:
    difference = compare([X, (1.0, {"b": 2.0})], [X, (1.0, {"b": 3.0})], LOOSE)
    assert difference is not None
    assert difference.message.en == "Result[1][1]['b']: expected 2., got 3. (largest difference 1)."
    assert difference.message.vi.startswith("Kết quả[1][1]['b']: cần 2., nhận được 3.")


@pytest.mark.parametrize(
    ("actual", "reason"),
    [
        ({"W": X, "b": 1.0}, None),
        ({"b": 1.0, "W": X}, None),
        ({"W": X}, "keys"),
        ({"W": X, "b": 1.0, "c": 1}, "keys"),
        ({"W": X, 1: 1.0}, "keys"),
        (X, "keys"),
        ({"W": X, "b": 2.0}, "value"),
    ],
)
def test_dictionaries(actual: Any, reason: str | None) -> None:
    assert kind({"W": X, "b": 1.0}, actual) == reason


@pytest.mark.parametrize(
    ("expected", "actual", "reason"),
    [
        (None, None, None),
        (None, 0.0, "other"),
        ("a", "a", None),
        ("a", "b", "other"),
        ("a", 1, "other"),
        ("a", None, "nothing"),
    ],
)
def test_nothing_and_strings(expected: Any, actual: Any, reason: str | None) -> None:
    assert kind(expected, actual) == reason


SPOILT = np.array([1.0, NAN, INF, -INF])


@pytest.mark.parametrize(
    ("actual", "reason"),
    [
        (SPOILT, None),
        (SPOILT * [1 + 1e-9, 1, 1, 1], None),
        (SPOILT * [1.1, 1, 1, 1], "value"),
        (-SPOILT, "value"),
        (np.array([NAN, NAN, INF, -INF]), "finite"),
        (np.array([1.0, 0.0, INF, -INF]), "value"),
        (np.array([1.0, NAN, NAN, -INF]), "value"),
    ],
)
def test_nan_and_infinity_where_they_are_expected(actual: Any, reason: str | None) -> None:
    assert kind(SPOILT, actual) == reason


def test_all_nan_equals_all_nan() -> None:
    assert kind(np.full(3, NAN), np.full(3, NAN)) is None
    assert kind(NAN, NAN) is None
    assert kind(NAN, 1.0) == "value"


@pytest.mark.parametrize(
    ("error", "reason"),
    [(0.0, None), (0.99e-3, None), (1.01e-3, "value"), (-0.99e-3, None), (-1.01e-3, "value")],
)
def test_the_edge_of_the_absolute_tolerance(error: float, reason: str | None) -> None:
    assert kind(np.zeros(3), np.array([0.0, error, 0.0]), Tolerance(0.0, 1e-3)) == reason


@pytest.mark.parametrize(("error", "reason"), [(0.99, None), (1.01, "value")])
def test_the_relative_tolerance_counts_from_the_largest_entry(error: float, reason: str | None) -> None:
    expected = np.array([1000.0, 0.001])
    assert kind(expected, expected + [0.0, error], Tolerance(1e-3, 0.0)) == reason


def test_numbers_at_the_end_of_the_range_do_not_overflow() -> None:
    largest = np.array([1.7e308, 1.0])
    assert kind(largest, -largest) == "value"
    assert kind(largest, largest * (1 - 1e-12)) is None


@pytest.mark.parametrize(
    ("expected", "actual", "english", "vietnamese"),
    [
        (2.0, None, "your function returned None: is a return missing?", "hàm của bạn trả về None: có phải thiếu return?"),
        (2.0, np.array([2.0]), "expected a single number (float), got array (1,) float64. Take", "cần một số (float), nhận được array (1,) float64."),
        (np.float64(2), np.array([2.0]), "expected a single number (float64), got array (1,) float64.", "cần một số (float64),"),
        (2.0, "two", "expected float, got str.", "cần float, nhận được str."),
        (2.0, {1}, "expected float, got set.", "cần float, nhận được set."),
        (X, X.T, "expected shape (2, 3), got (3, 2). Look at the axes", "cần shape (2, 3), nhận được (3, 2)."),
        (X, X.astype("float32"), "expected dtype float64, got float32.", "cần dtype float64, nhận được float32."),
        (X, list(X), "expected array (2, 3) float64, got list(2).", "cần array (2, 3) float64, nhận được list(2)."),
        (X, X * NAN, "there is NaN in the result: look for a division by zero", "kết quả chứa NaN: hãy tìm phép chia cho 0"),
        (X, X * INF, "there is inf in the result", "kết quả chứa inf"),
        ((1.0, 2.0), 1.0, "expected 2 values (a tuple or a list), got float.", "cần 2 giá trị (một tuple hoặc list), nhận được float."),
        ((1.0, 2.0), (1.0,), "expected 2 values, got 1.", "cần 2 giá trị, nhận được 1."),
        ({"a": 1}, {"b": 1}, "expected the keys ['a'], got ['b'].", "cần các khóa ['a'], nhận được ['b']."),
        ({"a": 1}, 3.0, "expected the keys ['a'], got float.", "cần các khóa ['a'], nhận được float."),
        (3, 4, "expected 3, got 4.", "cần 3, nhận được 4."),
        (None, 4, "expected None, got int.", "cần None, nhận được int."),
        (2.0, 3.0, "expected 2., got 3. (largest difference 1).", "cần 2., nhận được 3. (chênh lệch lớn nhất 1)."),
        (X, X + [[0, 0, 0], [0, 0.5, 0]], "first differs at index [1, 1]: expected 5, got 5.5 (largest difference 0.5).", "khác nhau từ chỉ số [1, 1]: cần 5, nhận được 5.5"),
        (NAN, 1.0, "expected nan, got 1.", "cần nan, nhận được 1."),
    ],
)  # fmt: skip
def test_the_words(expected: Any, actual: Any, english: str, vietnamese: str) -> None:
    difference = compare(plain(expected), plain(actual), LOOSE)
    assert difference is not None
    assert difference.message.en.startswith(english)
    assert difference.message.vi.startswith(vietnamese)


def test_float64_numbers_that_were_float32_on_the_way_are_told() -> None:
    exact = np.random.default_rng(1).normal(size=(4, 3))
    rounded = exact.astype("float32").astype("float64") + 0.25
    found = compare(Tensor(exact + 0.25), Tensor(rounded), Tolerance())
    assert found is not None
    assert (found.kind, "torch.zeros(...) without a dtype" in found.message.en) == ("single", True)
    assert "torch.zeros(...) không ghi dtype" in found.message.vi
    wrong = compare(Tensor(exact), Tensor(exact * (1 + 1e-5)), Tolerance())
    assert wrong is not None
    assert wrong.kind == "value_at"
    array = compare(exact + 0.25, rounded, Tolerance())  # nobody made a tensor here
    assert array is not None
    assert array.kind == "value_at"


def test_a_large_array_is_said_in_one_short_line() -> None:
    difference = compare(np.zeros((40, 50)), np.ones((40, 50)), EXACT)
    assert difference is not None
    assert "\n" not in difference.message.en
    assert len(difference.message.en) < 300


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "None"),
        (1.0, "float"),
        (np.float64(1), "float64"),
        (X, "array (2, 3) float64"),
        ([1, 2], "list(2)"),
        ((), "tuple(0)"),
        ({}, "dict"),
        (Foreign("set"), "set"),
    ],
)
def test_values_are_named(value: Any, name: str) -> None:
    assert name_of(plain(value)) == name


def test_no_message_is_longer_than_a_learner_reads() -> None:
    """What came back may be a dictionary of 100,000 keys, or a type with a name of 10,000 letters."""
    for came in (
        {f"key {i}": 0 for i in range(100_000)},
        Foreign("x" * 10_000),
        ["\x1b[31m"] * 10**5,
    ):
        for expected in ({"a": 1.0}, np.zeros(3), "text", (1.0, 2.0)):
            found = compare(expected, came, Tolerance())
            assert found is not None
            assert len(found.message.en) < 1000
            assert len(found.message.vi) < 1000


def test_a_known_mistake_that_returns_another_object_is_recognized() -> None:
    assert compare(Foreign("Perceptron"), Foreign("Perceptron"), Tolerance()) is None
    for came in (Foreign("Linear"), None, 3.0, "Perceptron"):
        assert compare([Foreign("Perceptron")], [came], Tolerance()) is not None
