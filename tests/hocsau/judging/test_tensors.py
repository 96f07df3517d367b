"""Tensors as plain data: read without believing anything that a learner's type says of itself, and made anew."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from hocsau.judging import tensors
from hocsau.judging.probe import drive
from hocsau.judging.request import Call, Lookup
from hocsau.judging.tensors import (
    Unreadable,
    is_module,
    is_tensor,
    memory,
    read,
    tensors_in,
    to_torch,
)
from hocsau.judging.values import Foreign, Tensor, dumps, loads, plain

DTYPES = ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3, 5)])
def test_a_tensor_goes_out_and_comes_back(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    made = to_torch(Tensor(array))
    assert (tuple(made.shape), str(made.dtype)) == (shape, f"torch.{dtype}")
    came = plain(made)
    assert isinstance(came, Tensor)
    assert came.array.dtype == array.dtype
    assert came.array.shape == shape
    assert np.array_equal(came.array, array)
    again = loads(dumps(came))
    assert np.array_equal(again.array, array)
    assert again.array.shape == shape


def test_what_is_made_shares_nothing_with_the_record() -> None:
    record = Tensor(np.zeros(3))
    to_torch(record).fill_(7.0)
    assert record.array.tolist() == [0.0, 0.0, 0.0]
    tensor = torch.zeros(3)
    came = read(tensor)
    tensor.fill_(7.0)
    assert isinstance(came, Tensor)
    assert came.array.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("tensor", "attached"),
    [
        (torch.ones(2), False),
        (torch.ones(2, requires_grad=True), True),
        (torch.ones(2, requires_grad=True) * 2, True),
        ((torch.ones(2, requires_grad=True) * 2).detach(), False),
        (torch.nn.Parameter(torch.ones(2)), True),
    ],
)
def test_whether_a_gradient_can_flow_is_kept(tensor: Any, attached: bool) -> None:
    came = read(tensor)
    assert isinstance(came, Tensor)
    assert came.requires_grad is attached


def test_views_are_read_as_what_they_show() -> None:
    base = torch.arange(12.0).reshape(3, 4)
    for view in (base.T, base[:, 1::2], base.flip(0), base[1].expand(2, 4), base.diagonal()):
        came = read(view)
        assert isinstance(came, Tensor)
        assert came.array.tolist() == view.tolist()
        assert came.array.flags["C_CONTIGUOUS"]


@pytest.mark.parametrize(
    ("tensor", "said"),
    [
        (lambda: torch.ones(2, dtype=torch.bfloat16), "tensor (2,) bfloat16"),
        (lambda: torch.ones(2, dtype=torch.complex64), "tensor (2,) complex64"),
        (lambda: torch.ones(2).to(torch.float8_e5m2), "tensor (2,) float8_e5m2"),
        (lambda: torch._efficientzerotensor(3), "tensor (3,) float32, not plain"),
        (lambda: torch.eye(2).to_sparse(), "tensor (2, 2) float32, sparse_coo"),
        (lambda: torch.empty(3, device="meta"), "tensor (3,) float32, meta"),
        (
            lambda: torch.zeros(1).expand(1 << 40),
            f"tensor ({1 << 40},) float32, larger than 64 MiB",
        ),
    ],
)
def test_what_a_check_cannot_use_says_what_it_is(tensor: Any, said: str) -> None:
    came = plain([tensor()])
    assert came == [Foreign(said)]


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors:UserWarning")
def test_a_nested_tensor_is_foreign() -> None:
    nested = torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])
    assert plain(nested) == Foreign("nested tensor")


class Liar(torch.Tensor):
    """Every operation on it says something else."""

    called: list[str] = []

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        cls.called.append(func.__name__)
        return torch.zeros(99)

    def __len__(self) -> int:
        raise RuntimeError

    def numpy(self, *_: Any) -> Any:  # type: ignore[override]
        raise RuntimeError

    def __eq__(self, _: object) -> Any:
        return True


def test_a_subclass_is_read_without_calling_it() -> None:
    tensor = torch.arange(3.0).as_subclass(Liar)  # type: ignore[arg-type]
    Liar.called.clear()
    came = plain({"a": tensor})["a"]
    assert isinstance(came, Tensor)
    assert came.array.tolist() == [0.0, 1.0, 2.0]
    assert Liar.called == []


class Lazy(torch.Tensor):
    """A tensor without memory, which answers every operation by its own code."""

    @staticmethod
    def __new__(cls) -> Lazy:
        return torch.Tensor._make_wrapper_subclass(cls, (2, 3))  # type: ignore[attr-defined,no-any-return]

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError("asked")


def test_a_tensor_without_memory_is_foreign() -> None:
    assert plain(Lazy()) == Foreign("tensor of the type Lazy")


def test_a_hostile_type_is_not_believed() -> None:
    class Meta(type):
        def __instancecheck__(cls, _: object) -> bool:
            return True

        def __subclasscheck__(cls, _: type) -> bool:
            return True

    class Pretender(metaclass=Meta):
        @property
        def __class__(self) -> Any:
            return torch.Tensor

    assert not is_tensor(Pretender())
    assert plain(Pretender()) == Foreign("Pretender")


@pytest.mark.parametrize(
    "record",
    [
        Tensor("no array"),
        Tensor(np.zeros(2, dtype=complex)),
        Tensor(np.array([object()])),
        Tensor(np.zeros(2), requires_grad="yes", device=3),  # type: ignore[arg-type]
    ],
)
def test_a_record_is_checked_field_by_field(record: Tensor) -> None:
    came = plain(record)
    assert isinstance(came, Foreign) or (came.requires_grad, came.device) == (False, "?")


def test_tensors_are_found_in_order_and_cycles_end() -> None:
    a, b, c = torch.ones(1), torch.ones(2), torch.ones(3)
    assert [tuple(t.shape) for t in tensors_in({"x": [a, (b, "text")], "y": c})] == [
        (1,),
        (2,),
        (3,),
    ]
    cyclic: list[Any] = [a]
    cyclic.append(cyclic)
    assert tensors_in(cyclic)


def test_memory_is_that_of_the_storage() -> None:
    base = torch.arange(10.0)
    assert memory(base) == memory(base[5:]) != memory(base.clone())
    assert memory(torch.empty(0)) is None
    assert memory(torch.empty(2, device="meta")) is None


def test_modules_are_told_from_the_rest() -> None:
    assert is_module(torch.nn.Linear(2, 3))
    assert not is_module(torch.ones(2))
    assert not is_module(torch.nn.Linear)


def test_plain_values_are_read_without_torch() -> None:
    source = (
        "import sys; from hocsau.judging.tensors import is_tensor, is_module; from hocsau.judging.values import plain;"
        "import numpy as np; plain([np.ones(2), {'a': 1}]); is_tensor(3); is_module(3); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_false_torch_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", object())  # type: ignore[arg-type]
    assert not is_tensor(3)
    assert not is_module(3)


# --- what torch itself fails to give out


def _left_over() -> Any:
    """A tensor that lives inside torch.func.vmap, taken out of it."""
    kept: list[Any] = []
    torch.func.vmap(lambda row: kept.append(row) or row.sum())(torch.ones(2, 3))
    return kept[0]


HONEST = {"tensor": lambda: torch.ones(2), "parameter": lambda: torch.nn.Parameter(torch.ones(2))}
HOSTILE = {
    "a subclass": lambda: torch.ones(2).as_subclass(Liar),  # type: ignore[arg-type]
    "a subclass of Parameter": lambda: torch.nn.UninitializedParameter(),
    "inside torch.func alone": _left_over,
}


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As torch 2.4 fails on what a mode of ours has seen."""

    def fails(*_: Any) -> Any:
        raise RuntimeError("the raw Tensor object is already associated to a python object")

    monkeypatch.setattr(tensors, "_read", fails)


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("kind", HONEST)
def test_an_honest_tensor_that_cannot_be_read_is_nobodys_mistake(kind: str) -> None:
    said = rf"^torch {torch.__version__}, RuntimeError: the raw Tensor object is already associated"
    with pytest.raises(Unreadable, match=said.replace("+", r"\+")):
        plain([HONEST[kind]()])
    tensor = HONEST[kind]()
    for request, target in ((Call({}), lambda: tensor), (Lookup(), tensor)):
        came = drive(request, partial(getattr, SimpleNamespace(target=target), "target"))
        assert (came.outcome, came.value) == ("unreadable", None)
        assert came.failure is not None
        assert "already associated" in came.failure.text


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("kind", HOSTILE)
def test_any_other_tensor_that_cannot_be_read_costs_its_answer(kind: str) -> None:
    came = drive(Call({}), lambda: HOSTILE[kind])
    assert came.value == Foreign("a tensor that cannot be read (RuntimeError)")


def test_what_is_left_over_of_vmap_costs_its_answer() -> None:
    assert plain(_left_over()) == Foreign("a tensor that cannot be read (RuntimeError)")


def test_memory_that_ran_out_is_not_blamed_on_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(tensors, "_read", full)
    came = drive(Call({}), lambda: HONEST["tensor"])
    assert came.failure is not None
    assert (came.outcome, came.failure.type) == ("raised", "MemoryError")
