"""The lesson's TinyGPT on real text: well below a bigram table on held-out Shakespeare, within 90 s of one core."""

from __future__ import annotations

import time

import pytest
import torch

from grader.course.reference import answers
from hocsau import datasets

LESSON = answers("transformer")
STEPS, BELOW, SECONDS = 900, 0.8, 90


@pytest.mark.slow
def test_tiny_gpt_is_well_below_a_bigram() -> None:
    text = datasets.shakespeare()
    alphabet = {c: i for i, c in enumerate(sorted(set(text)))}
    ids, V = torch.tensor([alphabet[c] for c in text]), len(alphabet)
    train, held_out = ids[: int(0.9 * len(ids))], ids[int(0.9 * len(ids)) :][:20001]
    pairs = torch.bincount(train[:-1] * V + train[1:], minlength=V * V).view(V, V) + 1.0
    p = (pairs / pairs.sum(dim=1, keepdim=True))[held_out[:-1], held_out[1:]]
    bigram = -p.log2().mean().item()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = LESSON["TinyGPT"](V, 64, 64, 4, 2)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # on a busy machine two threads spend their time waiting for one another
    began = time.process_time()
    LESSON["train_gpt"](model, train, STEPS, 32, 3e-3, torch.Generator().manual_seed(0))
    spent = time.process_time() - began
    torch.set_num_threads(threads)
    assert spent < SECONDS
    assert bigram - LESSON["bits_per_character"](model, held_out) > BELOW
