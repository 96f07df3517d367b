"""Lesson 3: known mistakes in the class Adam and in the bug hunt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Gradient = Callable[[Array], Array]


class _Adam:
    """A right Adam, in pieces that a mistake can replace one at a time."""

    def __init__(
        self, params: list[Array], learning_rate: float, beta1: float, beta2: float, eps: float
    ) -> None:
        self.params, self.t = params, 0
        self.learning_rate, self.beta1, self.beta2, self.eps = learning_rate, beta1, beta2, eps
        self.m, self.v = self.memory(), self.memory()

    def memory(self) -> list[Any]:
        return [np.zeros_like(p) for p in self.params]

    def step(self, grads: list[Array]) -> Any:
        self.t += 1
        for index, grad in enumerate(grads):
            self.gather(index, grad)
            self.move(index, self.fraction(index, *self.corrected(index)))

    def gather(self, index: int, grad: Array) -> None:
        self.m[index] = self.beta1 * self.m[index] + (1 - self.beta1) * grad
        self.v[index] = self.beta2 * self.v[index] + (1 - self.beta2) * grad**2

    def corrected(self, index: int) -> tuple[Array, Array]:
        return (
            self.m[index] / (1 - self.beta1**self.t),
            self.v[index] / (1 - self.beta2**self.t),
        )

    def fraction(self, index: int, m: Array, v: Array) -> Array:  # noqa: ARG002
        return m / (np.sqrt(v) + self.eps)

    def move(self, index: int, fraction: Array) -> None:
        self.params[index] -= self.learning_rate * fraction


@misconception("Adam", see="bias", **said.NO_CORRECTION)
class no_bias_correction__Adam(_Adam):
    def corrected(self, index: int) -> tuple[Array, Array]:
        return self.m[index], self.v[index]


@misconception(
    "Adam",
    see="adam_class",
    en="You advance t inside the loop over the parameters, so with several arrays it runs ahead: the second array's first step is corrected as if it were the second. "
    "t counts steps: advance it once per call of step, before the loop.",
    vi="Bạn tăng t bên trong vòng lặp qua các tham số, nên khi có nhiều mảng thì t chạy quá nhanh: bước đầu của mảng thứ hai bị hiệu chỉnh như bước thứ hai. "
    "t đếm số bước: mỗi lần gọi step chỉ tăng một lần, trước vòng lặp.",
)
class t_per_parameter__Adam(_Adam):
    def step(self, grads: list[Array]) -> None:
        for index, grad in enumerate(grads):
            self.t += 1
            self.gather(index, grad)
            self.move(index, self.fraction(index, *self.corrected(index)))


@misconception("Adam", see="adam_class", **said.T_FIXED)
class t_never_advances__Adam(_Adam):
    def corrected(self, index: int) -> tuple[Array, Array]:
        return self.m[index] / (1 - self.beta1), self.v[index] / (1 - self.beta2)


@misconception("Adam", see="bias", **said.T_FROM_ZERO)
class t_from_zero__Adam(_Adam):
    def corrected(self, index: int) -> tuple[Array, Array]:
        with np.errstate(all="ignore"):
            t = self.t - 1
            return self.m[index] / (1 - self.beta1**t), self.v[index] / (1 - self.beta2**t)


@misconception(
    "Adam",
    see="adam_class",
    en="All parameters share one m and one v: the arrays are mixed (or do not even fit together). Each parameter array needs its own pair, of its own shape.",
    vi="Mọi tham số dùng chung một m và một v: các mảng bị trộn lẫn (thậm chí không khớp kích thước). Mỗi mảng tham số cần cặp m, v riêng, đúng kích thước của nó.",
)
class state_shared__Adam(_Adam):
    def memory(self) -> list[Any]:
        return [0.0]

    def gather(self, index: int, grad: Array) -> None:  # noqa: ARG002
        super().gather(0, grad)

    def corrected(self, index: int) -> tuple[Array, Array]:  # noqa: ARG002
        return super().corrected(0)


@misconception(
    "Adam",
    see="adam_class",
    en="You keep m and v by the shape of the array, so two parameters of the same shape share them. Keep one pair per position in the list.",
    vi="Bạn lưu m và v theo kích thước của mảng, nên hai tham số cùng kích thước dùng chung. Hãy lưu một cặp cho mỗi vị trí trong danh sách.",
)
class state_by_shape__Adam(_Adam):
    def memory(self) -> list[Any]:
        by_shape = {p.shape: [np.zeros_like(p)] for p in self.params}
        return [by_shape[p.shape] for p in self.params]

    def gather(self, index: int, grad: Array) -> None:
        self.m[index][0] = self.beta1 * self.m[index][0] + (1 - self.beta1) * grad
        self.v[index][0] = self.beta2 * self.v[index][0] + (1 - self.beta2) * grad**2

    def corrected(self, index: int) -> tuple[Array, Array]:
        m, v = self.m[index][0], self.v[index][0]
        return m / (1 - self.beta1**self.t), v / (1 - self.beta2**self.t)


@misconception(
    "Adam",
    see="adam_class",
    en="m and v start from zero again in every step, so nothing is remembered and each step is that of the first. Make them once, in __init__.",
    vi="Ở mỗi bước m và v lại bắt đầu từ số 0, nên không nhớ được gì và bước nào cũng như bước đầu. Hãy tạo chúng một lần trong __init__.",
)
class state_reset__Adam(_Adam):
    def step(self, grads: list[Array]) -> None:
        self.t, self.m, self.v = 0, self.memory(), self.memory()
        super().step(grads)


@misconception(
    "Adam",
    see="adam_class",
    en="After your step the caller's arrays are unchanged: `p = p - ...` makes a new array and binds a name to it (so does a copy made in __init__). "
    "The network holds the old arrays; change those themselves, `p -= ...` or `p[...] = ...`.",
    vi="Sau bước của bạn, các mảng của nơi gọi không hề đổi: `p = p - ...` tạo mảng mới rồi gắn tên vào đó (tạo bản sao trong __init__ cũng vậy). "
    "Mạng vẫn giữ các mảng cũ; hãy sửa chính chúng, `p -= ...` hoặc `p[...] = ...`.",
)
class nothing_in_place__Adam(_Adam):
    def move(self, index: int, fraction: Array) -> None:
        pass


@misconception(
    "Adam",
    see="adam_class",
    en="You put a new array into the list, `params[i] = params[i] - ...`. The list then holds it, but whoever kept the array itself (a layer of the network) still has the old one. "
    "Change the array, `params[i] -= ...` on the very array you were given.",
    vi="Bạn đặt một mảng mới vào danh sách, `params[i] = params[i] - ...`. Danh sách giữ mảng mới, nhưng nơi nào giữ chính mảng đó (một lớp của mạng) thì vẫn còn mảng cũ. "
    "Hãy sửa ngay trên mảng được truyền vào, `params[i] -= ...`.",
)
class entries_rebound__Adam(_Adam):
    def move(self, index: int, fraction: Array) -> None:
        self.params[index] = self.params[index] - self.learning_rate * fraction


@misconception(
    "Adam",
    see="adam_class",
    en="step returns something. It changes the parameters in place and returns nothing (None), like torch.optim's: who gets a list back believes that there are two versions.",
    vi="step trả về một giá trị. Nó sửa tham số tại chỗ và không trả về gì (None), giống torch.optim: nhận lại một danh sách thì dễ tưởng là có hai phiên bản.",
)
class parameters_returned__Adam(_Adam):
    def step(self, grads: list[Array]) -> Any:
        super().step(grads)
        return [p.copy() for p in self.params]


@misconception(
    "Adam",
    see="adam_class",
    en="step returns a number. It changes the parameters in place and returns nothing (None), like torch.optim's.",
    vi="step trả về một con số. Nó sửa tham số tại chỗ và không trả về gì (None), giống torch.optim.",
)
class number_returned__Adam(_Adam):
    def step(self, grads: list[Array]) -> Any:
        super().step(grads)
        return 0


@misconception(
    "Adam",
    see="adam_class",
    en="Only the first parameter array moves: step returns inside the loop. Let the loop run to its end.",
    vi="Chỉ mảng tham số đầu tiên di chuyển: step trả về ngay bên trong vòng lặp. Hãy để vòng lặp chạy hết.",
)
class first_alone__Adam(_Adam):
    def step(self, grads: list[Array]) -> None:
        super().step(grads[:1])


@misconception("Adam", see="bias", **said.CORRECTED_STORED)
class corrected_stored__Adam(_Adam):
    def corrected(self, index: int) -> tuple[Array, Array]:
        self.m[index], self.v[index] = super().corrected(index)
        return self.m[index], self.v[index]


@misconception("Adam", see="epsilon", **said.EPS_INSIDE)
class eps_inside_root__Adam(_Adam):
    def fraction(self, index: int, m: Array, v: Array) -> Array:  # noqa: ARG002
        return np.asarray(m / np.sqrt(v + self.eps))


@misconception("Adam", see="epsilon", **said.EPS_ON_PARAMETER)
class eps_added_to_parameter__Adam(_Adam):
    def fraction(self, index: int, m: Array, v: Array) -> Array:  # noqa: ARG002
        return np.asarray(m / np.sqrt(v) - self.eps / self.learning_rate)


@misconception("Adam", see="adam", **said.BETAS_SWAPPED)
class beta1_and_beta2_swapped__Adam(_Adam):
    def __init__(
        self, params: list[Array], learning_rate: float, beta1: float, beta2: float, eps: float
    ) -> None:
        super().__init__(params, learning_rate, beta2, beta1, eps)


@misconception("Adam", see="adam", **said.ASCENT)
class sign__Adam(_Adam):
    def move(self, index: int, fraction: Array) -> None:
        super().move(index, -fraction)


@misconception(
    "Adam",
    see="adam_class",
    en="The parameters are right, but you changed the gradients you were given (an operator such as *= on grads). They still belong to the caller.",
    vi="Tham số đúng, nhưng bạn đã sửa các gradient được truyền vào (một phép gán như *= trên grads). Chúng vẫn thuộc về nơi gọi.",
)
class gradients_changed__Adam(_Adam):
    def gather(self, index: int, grad: Array) -> None:
        super().gather(index, grad)
        grad *= 1 - self.beta1
