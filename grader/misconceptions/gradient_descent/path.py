"""Lesson 1: known mistakes in gradient_descent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.gradient_descent.wording import ASCENT

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Gradient = Callable[[Array], Array]

START_MISSING = {
    "en": "The start is missing: row 0 must be w0, so `steps` updates give steps + 1 rows. Store w0 before the first update.",
    "vi": "Thiếu điểm xuất phát: hàng 0 phải là w0, nên `steps` lần cập nhật cho steps + 1 hàng. Hãy ghi w0 lại trước lần cập nhật đầu tiên.",
}


def _walk(w0: Array, steps: int, update: Callable[[Array], Array]) -> Array:
    """The trajectory of `update`, row 0 being w0."""
    w = w0.copy()
    rows = [w]
    for _ in range(steps):
        w = update(w)
        rows.append(w)
    return np.array(rows)


@misconception("gradient_descent", see="batch", **ASCENT)
def ascent__gradient_descent(
    gradient: Gradient, w0: Array, learning_rate: float, steps: int
) -> Array:
    return _walk(w0, steps, lambda w: w + learning_rate * gradient(w))


@misconception(
    "gradient_descent",
    see="batch",
    en="You computed the gradient once, at w0, and reused it in every step: the path is a straight line. The slope changes as w moves; "
    "ask for gradient(w) at the current w inside the loop.",
    vi="Bạn chỉ tính gradient một lần tại w0 rồi dùng lại ở mọi bước: đường đi thành đường thẳng. Độ dốc thay đổi khi w di chuyển; "
    "hãy gọi gradient(w) tại w hiện tại, ngay trong vòng lặp.",
)
def gradient_at_start(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    g = gradient(w0)
    return _walk(w0, steps, lambda w: w - learning_rate * g)


@misconception(
    "gradient_descent",
    see="batch",
    en="Every step starts again from w0: after the first one w stands still. A step must start from where the step before it ended.",
    vi="Bước nào cũng xuất phát lại từ w0: sau bước đầu tiên w đứng yên. Mỗi bước phải xuất phát từ nơi bước trước dừng lại.",
)
def always_from_start(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    return _walk(w0, steps, lambda _: w0 - learning_rate * gradient(w0))


@misconception(
    "gradient_descent",
    see="batch",
    en="All rows of your path are the same array: `-=` changes it in place, and the list holds it many times over, so only the last point is left. "
    "Append a copy, or make a new array with w = w - ...",
    vi="Mọi hàng trong đường đi của bạn đều là cùng một mảng: `-=` sửa tại chỗ, còn danh sách chỉ giữ nó nhiều lần, nên cuối cùng chỉ còn điểm cuối. "
    "Hãy lưu bản sao, hoặc tạo mảng mới bằng w = w - ...",
)
def rows_alias(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    w = w0.copy()
    rows = [w]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        rows.append(w)
    return np.array(rows)


@misconception(
    "gradient_descent",
    see="batch",
    en="w, w0 and every row of your path are one and the same array: `w = w0` makes no copy, and `-=` writes into it. So w0 has changed and only "
    "the last point is left. Start from a copy and make a new array at each step.",
    vi="w, w0 và mọi hàng trong đường đi của bạn là cùng một mảng: `w = w0` không tạo bản sao, còn `-=` ghi thẳng vào đó. Vì vậy w0 bị đổi và chỉ còn "
    "lại điểm cuối. Hãy bắt đầu từ một bản sao và mỗi bước tạo một mảng mới.",
)
def one_array_for_all(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    w = w0
    rows = [w]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        rows.append(w)
    return np.array(rows)


@misconception(
    "gradient_descent",
    see="batch",
    en="The path is right, but w0 itself has changed: `w = w0` gives the same array a second name, and `-=` writes into it. "
    "Start from a copy of w0.",
    vi="Đường đi đúng, nhưng chính w0 đã bị đổi: `w = w0` chỉ đặt thêm một tên cho cùng một mảng, còn `-=` ghi thẳng vào mảng đó. "
    "Hãy bắt đầu từ một bản sao của w0.",
)
def w0_changed(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    w = w0
    rows = [w.copy()]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        rows.append(w.copy())
    return np.array(rows)


@misconception("gradient_descent", see="batch", **START_MISSING)
def start_missing(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    w, rows = w0.copy(), []
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        rows.append(w)
    return np.array(rows)


@misconception("gradient_descent", see="batch", **START_MISSING)
def start_missing_in_table(
    gradient: Gradient, w0: Array, learning_rate: float, steps: int
) -> Array:
    w, path = w0.copy(), np.zeros((steps, len(w0)))
    for t in range(steps):
        w = w - learning_rate * gradient(w)
        path[t] = w
    return path


@misconception(
    "gradient_descent",
    see="batch",
    en="One step is missing: the path ends at w after steps - 1 updates. Between steps + 1 rows there are exactly `steps` updates; "
    "look at the range of your loop.",
    vi="Thiếu một bước: đường đi dừng ở w sau steps - 1 lần cập nhật. Giữa steps + 1 hàng có đúng `steps` lần cập nhật; "
    "hãy xem lại range của vòng lặp.",
)
def one_step_short(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    return _walk(w0, steps - 1, lambda w: w - learning_rate * gradient(w))


_END_MISSING = {
    "en": "Only `steps` points came back: the point after the last step was never stored. The path has steps + 1 rows, w0 and one for each step.",
    "vi": "Chỉ có `steps` điểm được trả về: điểm sau bước cuối cùng chưa được lưu. Đường đi có steps + 1 hàng: w0 và mỗi bước một hàng.",
}


@misconception("gradient_descent", see="batch", **_END_MISSING)
def end_missing_in_table(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    w, path = w0.copy(), np.zeros((steps, len(w0)))
    for t in range(steps):
        path[t] = w
        w = w - learning_rate * gradient(w)
    return path


@misconception("gradient_descent", see="batch", **_END_MISSING)
def end_missing(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    w, rows = w0.copy(), []
    for _ in range(steps):
        rows.append(w)
        w = w - learning_rate * gradient(w)
    return np.array(rows)


@misconception(
    "gradient_descent",
    see="batch",
    en="One step too many: steps + 1 rows means w0 and then exactly `steps` updates. With steps = 0 nothing moves at all.",
    vi="Thừa một bước: steps + 1 hàng nghĩa là w0 rồi đúng `steps` lần cập nhật. Với steps = 0 thì không có gì di chuyển cả.",
)
def one_step_more(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    return _walk(w0, steps + 1, lambda w: w - learning_rate * gradient(w))


@misconception(
    "gradient_descent",
    see="batch",
    en="You returned the last point alone. The whole path is asked for, one row for each step with w0 on top, because the path is what we are "
    "going to look at.",
    vi="Bạn chỉ trả về điểm cuối. Đề bài cần cả đường đi, mỗi bước một hàng và w0 ở trên cùng, vì chính đường đi là thứ ta sẽ quan sát.",
)
def last_point_only(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    return np.array(_walk(w0, steps, lambda w: w - learning_rate * gradient(w))[-1])


@misconception(
    "gradient_descent",
    see="rate",
    en="The learning rate η is missing: you subtract the whole gradient, as if η were 1.",
    vi="Thiếu tốc độ học η: bạn trừ nguyên cả gradient, như thể η bằng 1.",
)
def learning_rate_missing(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    return _walk(w0, steps, lambda w: w - gradient(w))


@misconception(
    "gradient_descent",
    see="gradient",
    en="You divided the gradient by its length, so every step is η long. The gradient gives direction and speed: near the minimum it shrinks, and the "
    "steps must shrink with it, or w keeps jumping across.",
    vi="Bạn chia gradient cho độ dài của nó nên bước nào cũng dài đúng η. Gradient cho cả hướng lẫn tốc độ: gần cực tiểu nó nhỏ dần và bước đi "
    "phải ngắn lại theo, nếu không w cứ nhảy qua nhảy lại.",
)
def direction_only(gradient: Gradient, w0: Array, learning_rate: float, steps: int) -> Array:
    def update(w: Array) -> Array:
        g = gradient(w)
        return np.asarray(w - learning_rate * g / np.linalg.norm(g))

    return _walk(w0, steps, update)
