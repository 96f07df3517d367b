"""Calls that are not allowed, read from a submission's text: what stands there counts, whatever the process says."""

from __future__ import annotations

import pytest

from grader.judge.forbidden import written_calls
from hocsau.judging.allowed import CONVOLUTION, RECURRENT

IMPORTS = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nimport numpy as np"
CONV2D = ["torch.nn.functional.conv2d"]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("def conv2d(x, w): return F.conv2d(x, w)", CONV2D),
        ("def conv2d(x, w): return torch.nn.functional.conv2d(x, w)", CONV2D),
        (
            "def conv2d(x, w):\n    from torch.nn.functional import conv2d as c\n    return c(x, w)",
            CONV2D,
        ),
        (
            "def conv2d(x, w):\n    import torch.nn.functional as G\n    return G.conv2d(x, w)",
            CONV2D,
        ),
        ("def conv2d(x, w): return getattr(F, 'conv' + '2d')(x, w)", CONV2D),
        ("def conv2d(x, w):\n    G = F\n    f = G.conv2d\n    return f(x, w)", CONV2D),
        (
            "c = F.conv2d\ndef helper(x, w): return c(x, w)\ndef conv2d(x, w): return helper(x, w)",
            CONV2D,
        ),
        ("class Box:\n    f = F.conv2d\ndef conv2d(x, w): return Box.f(x, w)", CONV2D),
        ("conv2d = F.conv2d", CONV2D),
        ("conv2d = lambda x, w: F.conv2d(x, w)", CONV2D),
        ("%matplotlib inline\ndef conv2d(x, w): return F.conv2d(x, w)", CONV2D),
        (
            "def conv2d(x, w): return torch.ops.aten.convolution(x, w)",
            ["torch.ops.aten.convolution"],
        ),
        ("def conv2d(x, w): return nn.Conv2d(1, 1, 1)(x)", ["torch.nn.Conv2d"]),
        ("def conv2d(x, w): return x.unfold(2, 3, 1) @ F.pad(w, (1, 1))", []),
        ("def other(x): return F.conv2d(x, x)\ndef conv2d(x, w): return x", []),
        ("def conv2d(x, w): return F.conv2d(x, w)\ndef conv2d(x, w): return conv2d(x, w)", []),
        (
            "model = nn.Conv2d(1, 1, 1)\ndef conv2d(x, w, model=None):\n    y = model\n    return y",
            [],
        ),
        (
            "layer = nn.Conv2d(1, 1, 1)\ndef conv2d(x, w):\n    layer = x\n    return [layer for layer in w]",
            [],
        ),
        (
            "x = 'F.conv2d'\ndef conv2d(x, w):\n    # F.conv2d would do it\n    return 'F.conv2d'",
            [],
        ),
        ("def conv2d(x, w): return (", []),
        ("def conv2d(x, w): return " + "(" * 5000 + ")" * 5000, []),
        ("def conv2d(x, w): return '\\0'\0", []),
    ],
)
def test_what_stands_in_the_text(answer: str, found: list[str]) -> None:
    assert written_calls([IMPORTS, answer], "conv2d", CONVOLUTION) == found


def test_what_another_answer_may_use_is_its_own() -> None:
    cells = [
        IMPORTS,
        "class Forecaster(nn.Module):\n    def f(self): return nn.LSTM(1, 2)",
        "def lstm(x): return x",
    ]
    assert written_calls(cells, "lstm", RECURRENT) == []
    assert written_calls(cells, "Forecaster", RECURRENT) == ["torch.nn.LSTM"]


def test_a_whole_library() -> None:
    cell = "import torch.optim\nimport torch\ndef step(w):\n    return torch.optim.Adam([w])"
    assert written_calls([cell], "step", ["torch.optim"]) == ["torch.optim.Adam"]
    assert written_calls([cell], "step", ["torch"]) == ["torch.optim.Adam"]
    assert written_calls(["def step(w):\n    import torch\n    return w"], "step", ["torch"]) == ["torch"]
