"""Lesson 4, neural networks: what each exercise must see."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from grader.lessons.definition import CaseKind, ExerciseDefinition, Lesson
from grader.lessons.neural_networks.training import TRAINING, random_params
from hocsau.judging.compare import Tolerance
from hocsau.judging.request import Call, Recipe
from hocsau.language import Text

__all__ = ["LESSON"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]


def _away_from_zero(rng: Rng, *shape: int) -> Array:
    """Entries of random sign and size 0.5 to 2, so that no term of a formula can hide."""
    return np.asarray(rng.choice((-1.0, 1.0), size=shape) * rng.uniform(0.5, 2.0, size=shape))


def _labels(rng: Rng, n: int, classes: int) -> Array:
    """(n,) labels; the first two differ when there are two."""
    labels = rng.integers(classes, size=n)
    if n > 1:
        labels[1] = (labels[0] + 1) % classes
    return labels


def _neuron(rng: Rng, *shape: int) -> Call:
    bias = float(_away_from_zero(rng))
    return Call(
        {"x": _away_from_zero(rng, *shape), "w": _away_from_zero(rng, shape[-1]), "b": bias}
    )


NEURON = (
    CaseKind(Text("one sample", "một mẫu"), lambda rng: _neuron(rng, 4)),
    CaseKind(Text("a batch of samples", "một batch gồm nhiều mẫu"), lambda rng: _neuron(rng, 5, 3)),
    CaseKind(Text("as many samples as inputs", "số mẫu bằng số đầu vào"), lambda rng: _neuron(rng, 3, 3)),
    CaseKind(Text("a batch of one sample", "batch chỉ có một mẫu"), lambda rng: _neuron(rng, 1, 6), hidden=True),
    CaseKind(Text("a single input", "chỉ một đầu vào"), lambda rng: _neuron(rng, 7, 1), hidden=True),
)  # fmt: skip


def _entries(rng: Rng, *shape: int) -> Call:
    """Both signs, and one exact zero."""
    x = _away_from_zero(rng, *shape)
    x.flat[0], x.flat[1], x.flat[2] = -abs(x.flat[0]), abs(x.flat[1]), 0.0
    return Call({"x": x})


def _far_out(rng: Rng) -> Call:
    far = rng.uniform(750.0, 1000.0, size=2)
    return Call({"x": np.array([-1000.0, -far[0], -1.5, 0.0, 1.5, far[1], 1000.0])})


RELU = (
    CaseKind(Text("a vector", "một vector"), lambda rng: _entries(rng, 6)),
    CaseKind(Text("a matrix", "một ma trận"), lambda rng: _entries(rng, 3, 4)),
    CaseKind(Text("three axes", "mảng ba chiều"), lambda rng: _entries(rng, 2, 3, 4)),
    CaseKind(Text("very large numbers", "các số rất lớn"), _far_out, hidden=True),
    CaseKind(Text("one column", "một cột"), lambda rng: _entries(rng, 5, 1), hidden=True),
)  # fmt: skip

SIGMOID = (
    CaseKind(Text("a vector", "một vector"), lambda rng: _entries(rng, 6)),
    CaseKind(Text("three axes", "mảng ba chiều"), lambda rng: _entries(rng, 2, 3, 4)),
    CaseKind(Text("from -1000 to 1000, without a warning", "từ -1000 đến 1000, không cảnh báo"), _far_out),
    CaseKind(Text("a matrix", "một ma trận"), lambda rng: _entries(rng, 3, 5), hidden=True),
    CaseKind(Text("all very negative", "tất cả đều rất âm"), lambda rng: Call({"x": -rng.uniform(700.0, 2000.0, size=(2, 3))}), hidden=True),
)  # fmt: skip


def _logits(rng: Rng, n: int, classes: int, size: float = 2.0) -> Call:
    return Call({"logits": size * _away_from_zero(rng, n, classes), "labels": _labels(rng, n, classes)})  # fmt: skip


def _huge_logits(rng: Rng) -> Call:
    """Up to 1e4: rows far apart from one another, and a sample whose right class has probability 0 in float64."""
    logits = _away_from_zero(rng, 4, 3) + np.array([[1e4], [-1e4], [5e3], [0.0]])
    labels = _labels(rng, 4, 3)
    logits[3, (labels[3] + 1) % 3] += 3e3
    return Call({"logits": logits, "labels": labels})


LOSS = (
    CaseKind(Text("five samples, three classes", "năm mẫu, ba loại"), lambda rng: _logits(rng, 5, 3)),
    CaseKind(Text("as many samples as classes", "số mẫu bằng số loại"), lambda rng: _logits(rng, 4, 4)),
    CaseKind(Text("a single sample", "chỉ một mẫu"), lambda rng: _logits(rng, 1, 5)),
    CaseKind(Text("logits up to 1e4", "logits lớn tới 1e4"), _huge_logits),
    CaseKind(Text("many samples, two classes", "nhiều mẫu, hai loại"), lambda rng: _logits(rng, 23, 2), hidden=True),
    CaseKind(Text("huge logits, other numbers", "logits rất lớn, số khác"), _huge_logits, hidden=True),
)  # fmt: skip


def _layer(rng: Rng, n: int, inputs: int, outputs: int) -> Call:
    X, W, b = (
        _away_from_zero(rng, *shape) for shape in ((n, inputs), (inputs, outputs), (outputs,))
    )
    return Call({"X": X, "W": W, "b": b})  # fmt: skip


def _layer_back(rng: Rng, n: int, inputs: int, outputs: int) -> Call:
    dY, X, W = (
        _away_from_zero(rng, *shape) for shape in ((n, outputs), (n, inputs), (inputs, outputs))
    )
    return Call({"dY": dY, "X": X, "W": W})  # fmt: skip


FORWARD = (
    CaseKind(Text("five samples, from 3 to 4", "năm mẫu, từ 3 sang 4"), lambda rng: _layer(rng, 5, 3, 4)),
    CaseKind(Text("a square weight matrix", "ma trận trọng số vuông"), lambda rng: _layer(rng, 5, 3, 3)),
    CaseKind(Text("as many samples as neurons", "số mẫu bằng số nơ-ron"), lambda rng: _layer(rng, 4, 3, 4)),
    CaseKind(Text("a single sample", "chỉ một mẫu"), lambda rng: _layer(rng, 1, 2, 6), hidden=True),
    CaseKind(Text("one neuron", "một nơ-ron"), lambda rng: _layer(rng, 3, 5, 1), hidden=True),
)  # fmt: skip

BACKWARD = (
    CaseKind(Text("five samples, from 3 to 4", "năm mẫu, từ 3 sang 4"), lambda rng: _layer_back(rng, 5, 3, 4)),
    CaseKind(Text("a square weight matrix", "ma trận trọng số vuông"), lambda rng: _layer_back(rng, 5, 3, 3)),
    CaseKind(Text("a single sample", "chỉ một mẫu"), lambda rng: _layer_back(rng, 1, 2, 6)),
    CaseKind(Text("one neuron", "một nơ-ron"), lambda rng: _layer_back(rng, 4, 5, 1), hidden=True),
    CaseKind(Text("many samples", "nhiều mẫu"), lambda rng: _layer_back(rng, 40, 6, 2), hidden=True),
)  # fmt: skip


def _probed(rng: Rng, name: str, *shape: int, h: tuple[float, float] = (0.05, 0.2)) -> Call:
    """A curved f, and an h so large that central, forward and backward differences differ visibly."""
    arrays = {"A": _away_from_zero(rng, *shape)}
    if name == "cubic":
        arrays["B"] = _away_from_zero(rng, *shape)
    f = Recipe(name, arrays)
    return Call({"f": f, "w": _away_from_zero(rng, *shape), "h": float(rng.uniform(*h))})


NUMERICAL = (
    CaseKind(Text("a vector", "một vector"), lambda rng: _probed(rng, "cubic", 5)),
    CaseKind(Text("a matrix", "một ma trận"), lambda rng: _probed(rng, "cubic", 3, 4)),
    CaseKind(Text("three axes", "mảng ba chiều"), lambda rng: _probed(rng, "waves", 2, 3, 2)),
    CaseKind(Text("a small step", "bước nhỏ"), lambda rng: _probed(rng, "waves", 4, 3, h=(1e-4, 2e-4))),
    CaseKind(Text("a single number", "chỉ một số"), lambda rng: _probed(rng, "cubic", 1), hidden=True),
    CaseKind(Text("one row", "một hàng"), lambda rng: _probed(rng, "waves", 1, 6), hidden=True),
)  # fmt: skip


def _mlp(rng: Rng, n: int, d: int, hidden: int, classes: int) -> Call:
    X, labels = _away_from_zero(rng, n, d), _labels(rng, n, classes)
    return Call({"params": random_params(rng, d, hidden, classes), "X": X, "labels": labels})


def _at_the_kink(rng: Rng) -> Call:
    """Small whole numbers, and a bias that makes the pre-activation of the first sample exactly 0 in each hidden unit."""
    call = _mlp(rng, 5, 3, 4, 3)
    params, X = call.arguments["params"], rng.integers(-2, 3, size=(5, 3)).astype(float)
    params["W1"] = rng.choice((-2.0, -1.0, 1.0, 2.0), size=(3, 4))
    params["b1"] = -(X[0] @ params["W1"])
    return Call(call.arguments | {"X": X})


MLP = (
    CaseKind(Text("six samples, all widths different", "sáu mẫu, mọi độ rộng khác nhau"), lambda rng: _mlp(rng, 6, 3, 5, 4)),
    CaseKind(Text("as many hidden units as inputs", "số nơ-ron ẩn bằng số đầu vào"), lambda rng: _mlp(rng, 7, 4, 4, 3)),
    CaseKind(Text("pre-activations of exactly 0", "có z đúng bằng 0"), _at_the_kink),
    CaseKind(Text("a wide hidden layer", "lớp ẩn rộng"), lambda rng: _mlp(rng, 11, 2, 16, 3)),
    CaseKind(Text("a single sample", "chỉ một mẫu"), lambda rng: _mlp(rng, 1, 5, 8, 3), hidden=True),
    CaseKind(Text("exactly 0, other numbers", "z đúng bằng 0, số khác"), _at_the_kink, hidden=True),
)  # fmt: skip


def _network(rng: Rng, n: int, widths: tuple[int, ...], activation: str, gain: float = 1.5) -> Call:
    layers = [
        (gain * rng.normal(size=(a, b)) / a**0.5, 0.3 * rng.normal(size=b))
        for a, b in pairwise(widths)
    ]
    X, labels = _away_from_zero(rng, n, widths[0]), _labels(rng, n, widths[-1])
    return Call({"layers": layers, "X": X, "labels": labels, "activation": activation})


def _network_at_the_kink(rng: Rng) -> Call:
    call = _at_the_kink(rng)
    params, X, labels = call.arguments.values()
    layers = [(params["W1"], params["b1"]), (params["W2"], params["b2"])]
    return Call({"layers": layers, "X": X, "labels": labels, "activation": "relu"})


DEEP, EQUAL = (3, 12, 10, 11, 9, 8, 4), (6, 6, 6, 6)
NETWORK = (
    CaseKind(Text("one layer", "một lớp"), lambda rng: _network(rng, 5, (4, 3), "relu")),
    CaseKind(Text("two layers, ReLU, z exactly 0 in places", "hai lớp, ReLU, có z đúng bằng 0"), _network_at_the_kink),
    CaseKind(Text("three layers of equal width, sigmoid", "ba lớp rộng bằng nhau, sigmoid"), lambda rng: _network(rng, 7, EQUAL, "sigmoid")),
    CaseKind(Text("three layers of equal width, ReLU", "ba lớp rộng bằng nhau, ReLU"), lambda rng: _network(rng, 7, EQUAL, "relu")),
    CaseKind(Text("six layers of unequal widths, ReLU", "sáu lớp rộng khác nhau, ReLU"), lambda rng: _network(rng, 8, DEEP, "relu")),
    CaseKind(Text("six layers of unequal widths, sigmoid", "sáu lớp rộng khác nhau, sigmoid"), lambda rng: _network(rng, 8, DEEP, "sigmoid"), hidden=True),
    CaseKind(Text("a single sample", "chỉ một mẫu"), lambda rng: _network(rng, 1, (5, 9, 2), "sigmoid"), hidden=True),
    CaseKind(Text("two layers are the MLP", "hai lớp chính là MLP"), lambda rng: _network(rng, 9, (2, 8, 3), "relu"), hidden=True),
)  # fmt: skip


def _prediction(rng: Rng, n: int, d: int, hidden: int, classes: int) -> Call:
    return Call({"params": random_params(rng, d, hidden, classes), "X": _away_from_zero(rng, n, d)})


BUG_HUNT = (
    CaseKind(Text("five samples, three classes", "năm mẫu, ba loại"), lambda rng: _prediction(rng, 5, 2, 6, 3)),
    CaseKind(Text("a single sample", "chỉ một mẫu"), lambda rng: _prediction(rng, 1, 3, 5, 4)),
    CaseKind(Text("as many samples as classes", "số mẫu bằng số loại"), lambda rng: _prediction(rng, 4, 3, 6, 4)),
    CaseKind(Text("many samples", "nhiều mẫu"), lambda rng: _prediction(rng, 30, 4, 7, 2), hidden=True),
)  # fmt: skip


MARKING_SCHEME = Text(
    "4 points, one each. (1) Without an activation the composition of linear layers is one linear layer: (X W₁ + b₁) W₂ + b₂ = "
    "X (W₁ W₂) + (b₁ W₂ + b₂); so the friend's twenty layers draw the same straight boundaries as one. (2) A counterexample with a check, "
    "for instance XOR: no single line puts more than 3 of its 4 points right, two ReLU units do (relu(x₁ + x₂) - 2 relu(x₁ + x₂ - 1)). "
    "(3) Sigmoid between twenty layers: its derivative is at most 1/4, so with weights of ordinary size the gradient of the first layers vanishes "
    "(at gain 1 and depth 20 it is 2.7e-13): they hardly learn. (4) Advice with a reason: ReLU with He's initialization (variance 2/d_in), "
    "fewer layers, or later remedies (residual connections, normalization). Accept other correct examples; half a point off for a slip in arithmetic.",
    "4 điểm, mỗi ý một điểm. (1) Không có hàm kích hoạt thì ghép nhiều lớp tuyến tính vẫn chỉ là một lớp tuyến tính: (X W₁ + b₁) W₂ + b₂ = "
    "X (W₁ W₂) + (b₁ W₂ + b₂); vì vậy hai mươi lớp của người bạn cũng chỉ vẽ được ranh giới thẳng như một lớp. (2) Một phản ví dụ có kiểm tra, "
    "chẳng hạn XOR: không đường thẳng nào phân đúng quá 3 trong 4 điểm, còn hai nơ-ron ReLU thì được (relu(x₁ + x₂) - 2 relu(x₁ + x₂ - 1)). "
    "(3) Đặt sigmoid giữa hai mươi lớp: đạo hàm của nó không quá 1/4, nên với trọng số cỡ thông thường, gradient ở các lớp đầu tiêu biến "
    "(hệ số 1, sâu 20 lớp: 2.7e-13) và các lớp đó hầu như không học. (4) Lời khuyên có lý do: ReLU với cách khởi tạo He (phương sai 2/d_in), "
    "ít lớp hơn, hoặc các cách chữa về sau (kết nối dư, chuẩn hóa). Chấp nhận ví dụ đúng khác; tính nhầm thì trừ nửa điểm.",
)


LESSON = Lesson(
    name="neural_networks",
    number=4,
    title=Text("Neural networks", "Mạng nơ-ron"),
    exercises=(
        ExerciseDefinition("neuron", 2, NEURON, picture="vector"),
        ExerciseDefinition("relu", 1, RELU, picture="vector"),
        ExerciseDefinition("sigmoid", 2, SIGMOID, picture="vector", silent=True),
        ExerciseDefinition("linear_forward", 2, FORWARD),
        ExerciseDefinition("numerical_gradient", 3, NUMERICAL, tolerance=Tolerance(1e-7, 1e-9)),
        ExerciseDefinition("softmax_cross_entropy", 4, LOSS),
        ExerciseDefinition("linear_backward", 3, BACKWARD),
        ExerciseDefinition("mlp_loss_and_gradients", 5, MLP),
        ExerciseDefinition("network_loss_and_gradients", 5, NETWORK),
        ExerciseDefinition("train_mlp", 4, TRAINING, tolerance=Tolerance(1e-7, 1e-10)),
        ExerciseDefinition("neural_networks_bug_hunt", 3, BUG_HUNT, contract=False),
        ExerciseDefinition("neural_networks_written", 4, kind="written", contract=False),
        ExerciseDefinition("neural_networks_quiz", 4, kind="quiz", contract=False),
    ),
    marking_scheme=MARKING_SCHEME,
    not_allowed=("torch",),
)
