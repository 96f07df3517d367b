"""Lesson 1, gradient descent: what each exercise must see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.lessons.definition import CaseKind, ExerciseDefinition, Lesson
from hocsau.judging.request import Call, Recipe
from hocsau.language import Text

__all__ = ["LESSON"]

Rng = np.random.Generator
Arguments = dict[str, Any]
Array = np.ndarray[Any, np.dtype[Any]]


def _uniform(rng: Rng, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _away_from_zero(rng: Rng, *shape: int) -> Array:
    """Entries of random sign and size 0.5 to 1.5, so that no term of a formula can hide."""
    return np.asarray(rng.choice((-1.0, 1.0), size=shape) * rng.uniform(0.5, 1.5, size=shape))


def _table(rng: Rng, n: int, d: int, bias: bool = False) -> Array:
    X = _away_from_zero(rng, n, d)
    if bias:
        X[:, -1] = 1.0
    return X


def _regression(rng: Rng, n: int, d: int, bias: bool = False) -> Arguments:
    """w, X, y with residuals of at least 0.5, in absolute value, so that no sample is fitted by chance."""
    w, X = _away_from_zero(rng, d), _table(rng, n, d, bias)
    return {"w": w, "X": X, "y": X @ w + _away_from_zero(rng, n)}


def _regression_case(
    en: str, vi: str, n: int, d: int, *, bias: bool = False, hidden: bool = False
) -> CaseKind:
    return CaseKind(Text(en, vi), lambda rng: Call(_regression(rng, n, d, bias)), hidden)


def _whole(rng: Rng, *shape: int) -> Array:
    """Whole numbers from -4 to 4, without 0: sums of their products are exact, in whatever order they are taken."""
    return np.asarray(rng.choice((-1.0, 1.0), size=shape) * rng.integers(1, 5, size=shape))


def _perfect_fit(rng: Rng) -> Call:
    w, X = _whole(rng, 2), _whole(rng, 5, 2)
    return Call({"w": w, "X": X, "y": X @ w})


def _at_the_minimum(rng: Rng) -> Call:
    """Three rows, three times each: the residuals of equal rows add up to 0, so X^T (Xw - y) is 0 to the last bit."""
    w, rows = _whole(rng, 2), np.concatenate([np.diag(_whole(rng, 2)), _whole(rng, 1, 2)])
    first, second = _whole(rng, 3), _whole(rng, 3)
    residuals = np.concatenate([first, second, -first - second])
    X, order = np.tile(rows, (3, 1)), rng.permutation(9)
    return Call({"w": w, "X": X[order], "y": (X @ w - residuals)[order]})


REGRESSION = (
    _regression_case("several samples, several features", "nhiều mẫu, nhiều đặc trưng", 7, 3),
    _regression_case("a single sample", "chỉ một mẫu", 1, 4),
    _regression_case("a single feature", "chỉ một đặc trưng", 6, 1),
    _regression_case("a column of ones for the bias", "có cột toàn số 1 cho bias", 5, 3, bias=True),
    _regression_case("many samples", "rất nhiều mẫu", 120, 4, hidden=True),
)
PERFECT_FIT = CaseKind(
    Text("a perfect fit: the loss is 0", "dự đoán khớp hoàn toàn: mất mát bằng 0"),
    _perfect_fit,
    hidden=True,
)
AT_THE_MINIMUM = CaseKind(
    Text("at the minimum the gradient is 0", "tại cực tiểu gradient bằng 0"),
    _at_the_minimum,
    hidden=True,
)


def _bowl(rng: Rng, d: int) -> Recipe:
    """Gradient A w - b with eigenvalues of A from 0.5 to 4 and A not diagonal."""
    rotation = np.linalg.qr(rng.normal(size=(d, d)))[0]
    matrix = rotation @ np.diag(np.linspace(4.0, 0.5, d)) @ rotation.T
    return Recipe(
        "quadratic_gradient", {"A": (matrix + matrix.T) / 2, "b": _away_from_zero(rng, d)}
    )


def _plane(rng: Rng, d: int) -> Recipe:
    return Recipe("constant_gradient", {"g": _away_from_zero(rng, d)})


def _double_well(rng: Rng, d: int) -> Recipe:
    return Recipe("double_well_gradient", {"c": rng.uniform(-0.3, 0.3, size=d)})


def _descent_case(
    en: str,
    vi: str,
    surface: Callable[[Rng, int], Recipe],
    d: int,
    steps: int,
    rate: tuple[float, float] = (0.05, 0.2),
    *,
    hidden: bool = False,
) -> CaseKind:
    def draw(rng: Rng) -> Call:
        gradient, w0 = surface(rng, d), _away_from_zero(rng, d) * 1.5
        return Call(
            {"gradient": gradient, "w0": w0, "learning_rate": _uniform(rng, *rate), "steps": steps}
        )

    return CaseKind(Text(en, vi), draw, hidden)


DESCENT = (
    _descent_case("a bowl, 5 steps", "một lòng chảo, 5 bước", _bowl, 3, 5),
    _descent_case("a tilted plane, 4 steps", "một mặt phẳng nghiêng, 4 bước", _plane, 2, 4),
    _descent_case("two valleys, 6 steps", "hai thung lũng, 6 bước", _double_well, 2, 6, (0.05, 0.15)),
    _descent_case("no step at all: the start alone", "không bước nào (steps = 0): chỉ có điểm xuất phát", _bowl, 4, 0),
    _descent_case("a rate too large: the numbers grow", "tốc độ học quá lớn: các số lớn dần", _bowl, 2, 30, (0.8, 1.2)),
    _descent_case("a single parameter, one step", "chỉ một tham số, một bước", _bowl, 1, 1, hidden=True),
    _descent_case("a long run, 80 steps", "chạy dài, 80 bước", _bowl, 5, 80, hidden=True),
)  # fmt: skip


def _shuffled(rng: Rng, n: int) -> Array:
    """A permutation of 0 .. n-1 that is neither the identity nor its reverse (for n > 2)."""
    while True:
        order = rng.permutation(n)
        if n < 3 or not (
            np.array_equal(order, np.arange(n)) or np.array_equal(order[::-1], np.arange(n))
        ):
            return order


def _epoch(rng: Rng, n: int, d: int, bias: bool = False, natural: bool = False) -> Arguments:
    order = np.arange(n) if natural else _shuffled(rng, n)
    return _regression(rng, n, d, bias) | {
        "learning_rate": _uniform(rng, 0.02, 0.08),
        "order": order,
    }


def _sgd_case(
    en: str, vi: str, n: int, d: int, *, hidden: bool = False, **options: bool
) -> CaseKind:
    return CaseKind(Text(en, vi), lambda rng: Call(_epoch(rng, n, d, **options)), hidden)


SGD = (
    _sgd_case("six samples in a shuffled order", "sáu mẫu theo thứ tự đã xáo trộn", 6, 3),
    _sgd_case("the natural order", "thứ tự tự nhiên, không xáo trộn", 5, 2, natural=True),
    _sgd_case("a column of ones for the bias", "có cột toàn số 1 cho bias", 7, 4, bias=True),
    _sgd_case("a single sample", "chỉ một mẫu", 1, 3, hidden=True),
    _sgd_case("many samples", "rất nhiều mẫu", 60, 5, hidden=True),
)


def _cut_case(en: str, vi: str, n: int, batch_size: int, *, hidden: bool = False) -> CaseKind:
    return CaseKind(
        Text(en, vi),
        lambda rng: Call({"order": _shuffled(rng, n), "batch_size": batch_size}),
        hidden,
    )


CUTS = (
    _cut_case("the last batch is short", "batch cuối thiếu mẫu", 10, 4),
    _cut_case("the batches come out even", "chia vừa hết", 12, 3),
    _cut_case("batch_size larger than n", "batch_size lớn hơn n", 5, 8),
    _cut_case("one sample a batch", "mỗi batch một mẫu", 4, 1),
    _cut_case("one batch with everything", "một batch chứa tất cả", 6, 6),
    _cut_case("a single sample", "chỉ một mẫu", 1, 2, hidden=True),
    _cut_case("one sample left over", "thừa đúng một mẫu", 41, 8, hidden=True),
)


def _batch_case(
    en: str, vi: str, n: int, d: int, batch_size: int, *, bias: bool = False, hidden: bool = False
) -> CaseKind:
    return CaseKind(
        Text(en, vi), lambda rng: Call(_epoch(rng, n, d, bias) | {"batch_size": batch_size}), hidden
    )


EPOCH = (
    _batch_case("the last batch is short", "batch cuối thiếu mẫu", 10, 3, 4),
    _batch_case("the batches come out even", "chia vừa hết", 8, 2, 4, bias=True),
    _batch_case(
        "batch_size = n is one batch step", "batch_size = n chính là một bước batch", 6, 4, 6
    ),
    _batch_case("batch_size = 1 is sgd_epoch", "batch_size = 1 chính là sgd_epoch", 5, 3, 1),
    _batch_case("batch_size larger than n", "batch_size lớn hơn n", 4, 2, 9, hidden=True),
    _batch_case(
        "many samples, one left over", "rất nhiều mẫu, thừa đúng một", 49, 5, 8, hidden=True
    ),
)


def _scaled_columns(rng: Rng) -> Call:
    X = _table(rng, 8, 4)
    return Call({"X": X * np.array([100.0, 1.0, 0.1, 10.0])})


def _stable_case(
    en: str, vi: str, n: int, d: int, *, bias: bool = False, hidden: bool = False
) -> CaseKind:
    return CaseKind(Text(en, vi), lambda rng: Call({"X": _table(rng, n, d, bias)}), hidden)


STABLE = (
    _stable_case("several samples, several features", "nhiều mẫu, nhiều đặc trưng", 9, 3),
    _stable_case("a single feature", "chỉ một đặc trưng", 6, 1),
    _stable_case("a column of ones for the bias", "có cột toàn số 1 cho bias", 10, 4, bias=True),
    CaseKind(
        Text("features of very different scale", "các đặc trưng có thang đo rất khác nhau"),
        _scaled_columns,
    ),
    _stable_case("many samples", "rất nhiều mẫu", 90, 6, hidden=True),
    _stable_case("two features", "hai đặc trưng", 5, 2, hidden=True),
)


def _noise_case(
    en: str, vi: str, n: int, d: int, batch_size: int, *, hidden: bool = False
) -> CaseKind:
    return CaseKind(
        Text(en, vi), lambda rng: Call(_regression(rng, n, d) | {"batch_size": batch_size}), hidden
    )


NOISE = (
    _noise_case("3 samples of 7", "3 mẫu trong 7", 7, 2, 3),
    _noise_case("one sample of 6", "1 mẫu trong 6", 6, 3, 1),
    _noise_case("all samples: no noise at all", "lấy tất cả: không còn nhiễu", 5, 4, 5),
    _noise_case("4 samples of 9, a single feature", "4 mẫu trong 9, chỉ một đặc trưng", 9, 1, 4),
    _noise_case("all but one", "bỏ lại đúng một mẫu", 8, 3, 7, hidden=True),
    _noise_case("many samples", "rất nhiều mẫu", 80, 5, 16, hidden=True),
)


def _micro_case(
    en: str, vi: str, d: int, batch_sizes: list[int], *, hidden: bool = False
) -> CaseKind:
    def draw(rng: Rng) -> Call:
        return Call(_regression(rng, sum(batch_sizes), d) | {"batch_sizes": list(batch_sizes)})

    return CaseKind(Text(en, vi), draw, hidden)


BUG_HUNT = (
    _micro_case("micro-batches of 5, 2 and 1", "các micro-batch cỡ 5, 2 và 1", 3, [5, 2, 1]),
    _micro_case("equal micro-batches", "các micro-batch bằng nhau", 2, [3, 3, 3]),
    _micro_case("one micro-batch", "một micro-batch duy nhất", 4, [6]),
    _micro_case("a very short last one", "micro-batch cuối rất ngắn", 2, [7, 7, 7, 1]),
    _micro_case("many micro-batches", "rất nhiều micro-batch", 5, [1, 9, 4, 16, 2, 8], hidden=True),
)

LESSON = Lesson(
    name="gradient_descent",
    number=1,
    title=Text("Gradient descent", "Gradient descent (hạ gradient)"),
    exercises=(
        ExerciseDefinition("mse_loss", 2, (*REGRESSION, PERFECT_FIT)),
        ExerciseDefinition("mse_gradient", 3, (*REGRESSION, AT_THE_MINIMUM), picture="vector"),
        ExerciseDefinition("gradient_descent", 4, DESCENT, picture="trajectory"),
        ExerciseDefinition("largest_stable_learning_rate", 3, STABLE),
        ExerciseDefinition("sgd_epoch", 2, SGD, picture="vector"),
        ExerciseDefinition("minibatches", 2, CUTS, views=True),
        ExerciseDefinition("minibatch_epoch", 4, EPOCH, picture="vector"),
        ExerciseDefinition("gradient_noise", 4, NOISE),
        ExerciseDefinition(
            "gradient_descent_bug_hunt", 3, BUG_HUNT, picture="vector", contract=False
        ),
        ExerciseDefinition("gradient_descent_written", 4, kind="written", contract=False),
        ExerciseDefinition("gradient_descent_quiz", 4, kind="quiz", contract=False),
    ),
    marking_scheme=Text(
        "4 points, one for each of these. (1) The noise: by (n - m) / (m (n - 1)) the expected squared error halves (ratio 0.4997), so its "
        "length shrinks by a factor of 1.41 only; 'twice as good' is right for the square alone. (2) An epoch has half as many updates (782 "
        "for 1563): far from the minimum, where the signal outweighs the noise, m = 64 is about half as fast per epoch at the same rate; near "
        "the minimum the noise decides and m = 64 has the lower floor. (3) Seconds: an update with 64 takes hardly longer where overhead "
        "rules (small CPU work, a GPU that is not full), up to twice as long where the device is full. (4) The measurement: loss, best on "
        "held-out data, against seconds, with a rate tuned for each (never above 2 / lambda_max), several seeds. Accept other sound "
        "arguments, such as scaling the rate with m; a claim without a reason earns nothing.",
        "4 điểm, mỗi ý một điểm. (1) Nhiễu: theo (n - m) / (m (n - 1)), kỳ vọng của bình phương sai lệch giảm một nửa (tỉ số 0.4997), nên độ dài "
        "sai lệch chỉ giảm 1.41 lần; 'tốt gấp đôi' chỉ đúng với bình phương. (2) Mỗi epoch còn một nửa số lần cập nhật (782 thay vì 1563): khi còn "
        "xa cực tiểu, tín hiệu lớn hơn nhiễu nên với cùng tốc độ học, tính theo epoch m = 64 chậm khoảng gấp đôi; gần cực tiểu thì nhiễu quyết định và "
        "m = 64 có sàn sai số thấp hơn. (3) Số giây: một lần cập nhật với 64 mẫu gần như không lâu hơn khi chi phí phụ chiếm phần lớn (việc nhỏ trên CPU, "
        "GPU còn rảnh), và lâu tới gấp đôi khi thiết bị đã đầy việc. (4) Phép đo: mất mát, tốt nhất là trên tập giữ lại, theo số giây, mỗi bên dùng tốc độ "
        "học tốt nhất của mình (không vượt 2 / lambda_max), với vài hạt giống ngẫu nhiên. Chấp nhận lập luận khác nếu vững, chẳng hạn tăng tốc độ học theo m; "
        "khẳng định không có lý do thì không được điểm.",
    ),
)
