"""Lesson 6, recurrent networks, LSTM and GRU: what each exercise must see."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.lessons.definition import CaseKind, ExerciseDefinition, Lesson
from grader.lessons.recurrent_networks.cells import GRADIENT, GRU, LSTM, LSTM_CELL, RNN
from grader.lessons.recurrent_networks.forecasting import (
    BUG_HUNT,
    FORECASTER,
    TRAINING,
    WINDOWS,
)
from hocsau.judging.allowed import RECURRENT
from hocsau.judging.compare import Tolerance
from hocsau.judging.request import Call
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = ["LESSON"]

Rng = np.random.Generator
SHAPES = ((3, 4), (5,), (2, 1, 3))


def _grads(
    rng: Rng,
    times: float,
    dtype: str = "float64",
    shapes: tuple[tuple[int, ...], ...] = SHAPES,
    sizes: tuple[float, ...] = (0.2, 2.0, 0.7),
) -> Call:
    """Gradients whose norm together is `times` the limit. `sizes`: of the tensors, so that each has a norm of its own."""
    drawn = [
        (size * rng.normal(size=shape)).astype(dtype)
        for shape, size in zip(shapes, sizes, strict=True)
    ]
    norm = float(np.sqrt(sum((g.astype(np.float64) ** 2).sum() for g in drawn)))
    return Call({"grads": [Tensor(g) for g in drawn], "max_norm": norm / times})


def _zeros(rng: Rng) -> Call:
    shapes = ((2, 3), (4,))
    return Call({"grads": [Tensor(np.zeros(shape)) for shape in shapes], "max_norm": float(rng.uniform(0.5, 2))})  # fmt: skip


CLIP = (
    CaseKind(Text("three times too long", "dài gấp ba giới hạn"), lambda rng: _grads(rng, float(rng.uniform(2.5, 4))), device=True),
    CaseKind(Text("short enough: nothing changes", "đủ ngắn: không đổi gì"), lambda rng: _grads(rng, float(rng.uniform(0.1, 0.3)))),
    CaseKind(Text("a little too long", "dài hơn giới hạn một chút"), lambda rng: _grads(rng, float(rng.uniform(1.02, 1.1)))),
    CaseKind(Text("all gradients zero", "mọi gradient bằng 0"), _zeros),
    CaseKind(Text("a hundred times too long, float32", "dài gấp trăm lần, float32"), lambda rng: _grads(rng, 100.0, "float32"), hidden=True),
    CaseKind(Text("one tensor", "một tensor"), lambda rng: _grads(rng, 5.0, shapes=((3, 2),), sizes=(1.0,)), hidden=True),
)  # fmt: skip


MARKING_SCHEME = Text(
    "4 points, one each. (1) A curve that lies on the truth proves little: a forecast one day ahead may simply repeat yesterday's price, shifted by one day, "
    "and looks the same; R² of prices is high for persistence too. (2) The comparison that counts: the same error for persistence (and other baselines) "
    "on the same held-out stretch; better still, correlate the forecast CHANGES with the true changes. (3) The leak: scaled with minimum and maximum of the "
    "whole series and split at random, so training has seen the future; split in time and take the scale from the training stretch alone; several stretches (walk-forward). "
    "(4) A sober expectation with a reason: prices are close to a random walk, so persistence is hard to beat, and costs eat small gains; forget gates do not help where there is nothing to remember. "
    "Accept other sound tests; half a point off for a claim without a reason.",
    "4 điểm, mỗi ý một điểm. (1) Đường dự báo nằm trên đường thật chưa chứng minh được gì: dự báo trước một ngày có thể chỉ lặp lại giá hôm qua, lệch một ngày, "
    "mà nhìn vẫn y như vậy; R² của giá cũng cao với cách giữ nguyên giá trị cuối. (2) Phép so sánh đáng kể: cùng loại sai số của cách giữ nguyên (và các mốc so sánh khác) "
    "trên cùng tập giữ lại; tốt hơn nữa là xem tương quan giữa THAY ĐỔI dự báo và thay đổi thật. (3) Rò rỉ: chuẩn hóa bằng giá trị nhỏ nhất và lớn nhất của "
    "cả chuỗi rồi chia ngẫu nhiên, nên khi huấn luyện đã thấy tương lai; phải chia theo thời gian và lấy thang đo chỉ từ đoạn huấn luyện; thử nhiều đoạn (walk-forward). "
    "(4) Một kỳ vọng tỉnh táo có lý do: giá gần với bước ngẫu nhiên nên khó thắng cách giữ nguyên, chi phí giao dịch nuốt hết phần hơn nhỏ nhoi; cổng quên không giúp gì khi chẳng có gì để nhớ. "
    "Chấp nhận phép thử hợp lý khác; khẳng định không có lý do thì trừ nửa điểm.",
)


def _function(name: str, points: float, cases: tuple[CaseKind, ...], **more: Any) -> Any:
    return ExerciseDefinition(name, points, cases, not_allowed=RECURRENT, **more)


LESSON = Lesson(
    name="recurrent_networks",
    number=6,
    title=Text("Recurrent networks", "Mạng hồi tiếp"),
    exercises=(
        _function("rnn_step", 2, RNN),
        _function("gradient_through_time", 4, GRADIENT, tolerance=Tolerance(1e-8, 1e-13, 1e-4)),
        _function("clip_gradients", 2, CLIP),
        _function("lstm_cell", 5, LSTM_CELL),
        _function("lstm", 3, LSTM),
        _function("gru_cell", 4, GRU),
        _function("make_windows", 3, WINDOWS),
        ExerciseDefinition("Forecaster", 4, FORECASTER, tolerance=Tolerance(1e-6, 1e-9)),
        ExerciseDefinition("train_forecaster", 4, TRAINING, tolerance=Tolerance(1e-3, 1e-6)),
        ExerciseDefinition("recurrent_networks_bug_hunt", 3, BUG_HUNT, contract=False),
        ExerciseDefinition("recurrent_networks_written", 4, kind="written", contract=False),
        ExerciseDefinition("recurrent_networks_quiz", 4, kind="quiz", contract=False),
    ),
    marking_scheme=MARKING_SCHEME,
)
