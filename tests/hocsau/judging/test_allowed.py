"""Library calls that an exercise does not allow are found under every name, and nothing else is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from hocsau.judging.allowed import library_calls
from hocsau.judging.exercise import Exercise
from hocsau.judging.verdict import Verdict, forbid
from hocsau.language import Text

USES = {
    "by its full name": "import torch\ndef f(x): return torch.optim.SGD(x)",
    "under another name": "import torch as t\ndef f(x): return t.optim.SGD(x)",
    "the module alone": "import torch.optim as o\ndef f(x): return o.SGD(x)",
    "one class": "from torch.optim import Adam as A\ndef f(x): return A(x)",
    "imported inside": "def f(x):\n    import torch.optim\n    return torch.optim.SGD(x)",
    "from inside": "def f(x):\n    from torch.optim import SGD\n    return SGD(x)",
    "in an inner function": "import torch\ndef f(x):\n    def g(): return torch.optim.SGD(x)\n    return g()",
    "in a helper": "import torch\ndef g(x): return torch.optim.SGD(x)\ndef f(x): return g(x)",
    "in a class": "import torch\nclass f:\n    def step(self, x): return torch.optim.SGD(x)",
    "in a static method": "import torch\nclass f:\n    @staticmethod\n    def step(x): return torch.optim.SGD(x)",
    "in a helper class": "import torch\nclass G:\n    def go(self, x): return torch.optim.SGD(x)\ndef f(x): return G().go(x)",
}
ALLOWED = {
    "numpy": "import numpy as np\ndef f(x): return np.sum(x)",
    "torch itself": "import torch\ndef f(x): return torch.tensor(x).sum()",
    "a name of its own": "class optim:\n    SGD = float\ndef f(x): return optim.SGD(x)",
    "imported and not used": "import torch\nfrom torch.optim import SGD\ndef f(x): return x",
    "recursion": "def f(x): return f(x - 1) if x else 0",
}


def _defined(source: str) -> Any:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(source, namespace)
    return namespace["f"]


@pytest.mark.parametrize("name", USES)
def test_a_call_is_found(name: str) -> None:
    found = library_calls(_defined(USES[name]), ("torch.optim",))
    assert found
    assert all(call.startswith("torch.optim") for call in found)


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_not_named(name: str) -> None:
    assert library_calls(_defined(ALLOWED[name]), ("torch.optim",)) == ()


def test_a_wider_rule_finds_all_of_a_library_and_no_namesake() -> None:
    assert library_calls(_defined(ALLOWED["torch itself"]), ("torch",)) == ("torch.tensor",)
    assert library_calls(_defined("class torchlike: pass\ndef f(x): return torchlike()"), ("torch",)) == ()


@pytest.mark.parametrize("target", [None, 3, "text", np.sum, torch.optim.SGD.__name__])
def test_what_is_no_function_of_the_learner_uses_nothing(target: Any) -> None:
    assert library_calls(target, ("torch",)) == ()


def test_the_verdict_says_it_politely_and_earns_nothing() -> None:
    exercise = Exercise("adam_step", 4, not_allowed=("torch.optim",))
    passed = Verdict("adam_step", 4, 4, "passed", Text.of("All right", vi="Đúng hết"))
    told = forbid(exercise, passed, ("torch.optim.adam.Adam",))
    assert (told.outcome, told.points, told.max_points, told.cases) == ("forbidden", 0, 4, ())
    assert "torch.optim is not allowed here; your answer uses torch.optim.adam.Adam" in told.message.en
    assert "không được dùng torch.optim" in told.message.vi
    assert forbid(exercise, passed, ()) is passed


def test_an_answer_that_is_not_written_is_missing_and_not_forbidden() -> None:
    missing = Verdict("adam_step", 0, 4, "missing", Text.of("Not done", vi="Chưa làm"))
    assert forbid(Exercise("adam_step", 4, not_allowed=("torch",)), missing, ("torch",)) is missing
