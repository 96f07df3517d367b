"""The device: asked for, found, or refused with a reason."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hocsau.device import describe, device


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(name: str) -> None:
    import torch

    there = torch.cuda.is_available() if name == "cuda" else torch.backends.mps.is_available()
    if there:
        assert device(name).type == name
    else:
        with pytest.raises(ValueError, match=f"device '{name}' was asked for, but torch finds none"):
            device(name)


def test_the_environment_decides_for_auto_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_DEVICE", "cpu")
    assert device().type == "cpu"
    monkeypatch.setenv("HOCSAU_DEVICE", "meta")
    assert device().type == "meta"
    assert device("cpu").type == "cpu"
    assert describe() == "meta"


def test_torch_is_not_loaded_to_ask() -> None:
    source = "import sys; from hocsau.device import describe; print(describe(), 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["CPU", "False"]
