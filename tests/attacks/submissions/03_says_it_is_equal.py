# ruff: noqa
"""Row 3: results whose own class answers every question about them. None of them holds the right numbers."""

# %%
import numpy as np


class AlwaysEqual:
    dtype, shape, ndim = np.dtype(float), (2,), 1

    def __eq__(self, other):
        return True

    __ne__ = lambda self, other: False
    __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = None
    __bool__ = __contains__ = lambda *a: True
    __len__ = lambda self: 2
    __sub__ = __rsub__ = __abs__ = lambda self, *a: np.zeros(1)
    __float__ = lambda self: 0.0
    __array__ = lambda self, *a, **k: np.zeros(2)
    __array_ufunc__ = lambda self, *a, **k: np.zeros(1)
    __array_function__ = lambda self, *a, **k: True


class LyingArray(np.ndarray):
    """Zero apart from everything: differences vanish, comparisons agree, conversions look elsewhere."""

    __eq__ = AlwaysEqual.__eq__
    __array_ufunc__ = AlwaysEqual.__array_ufunc__
    __array_function__ = AlwaysEqual.__array_function__
    __sub__ = __rsub__ = lambda self, other: np.zeros(self.shape)

    def astype(self, *arguments, **named):
        return self

    def view(self, *arguments, **named):
        return self

    def __reduce__(self):
        return (open, (known["temporary"] + "/pickled", "w"))  # called by whoever unpickles it


class Lazy:
    """An array only when somebody looks: then whatever stands in the frames around."""

    def __array__(self, *arguments, **named):
        import sys

        frame = sys._getframe()
        while frame:
            for name in ("expected", "want", "left"):
                if name in frame.f_locals:
                    return np.asarray(frame.f_locals[name])
            frame = frame.f_back
        return np.zeros(2)

    @property
    def __array_interface__(self):
        raise AttributeError


class Meta(type):
    """A class that says it is ndarray, and equal to it."""

    __eq__ = lambda cls, other: True
    __hash__ = lambda cls: hash(np.ndarray)
    __instancecheck__ = __subclasscheck__ = lambda cls, other: True
    __name__ = "ndarray"
    mro = lambda cls: type.mro(cls)


class SaysItIsAnArray(metaclass=Meta):
    __class__ = np.ndarray
    dtype, shape, ndim, size = np.dtype(float), (2,), 1, 2


class Number(float):
    __eq__ = __ne__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0.0
    __hash__ = float.__hash__


class Texts(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__


class List(list):
    __eq__ = lambda self, other: True
    __iter__ = lambda self: iter([np.inf])
    __len__ = lambda self: 2


def tensor(w):
    import torch

    class LyingTensor(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, types, arguments=(), named=None):
            return torch.zeros(1)

    return torch.zeros(len(w), dtype=torch.float64).as_subclass(LyingTensor)


WAYS = {
    "an object equal to everything": lambda w: AlwaysEqual(),
    "an array equal to everything": lambda w: np.zeros(len(w)).view(LyingArray),
    "an array that looks into the frames": lambda w: Lazy(),
    "a class that says it is ndarray": lambda w: SaysItIsAnArray(),
    "a number equal to everything": lambda w: Number(0),
    "a text equal to everything": lambda w: Texts("2"),
    "a list equal to everything": lambda w: List([0.0] * len(w)),
    "a tensor that computes nothing": tensor,
    "a tensor with the right numbers": lambda w: __import__("torch").tensor(2 * w),
    "an array of such objects": lambda w: np.array([Number(0)] * len(w), dtype=object),
    "a masked array with the right numbers hidden": lambda w: np.ma.array(3 * w, mask=True),
}


def double(w):
    return WAYS[known["way"]](w)
