"""Train the small language model whose attention lesson 7 shows, and keep its weights.

    python data/train_attention.py --to data/attention_shakespeare.safetensors

A TinyGPT (the reference answer of lesson 7) on the first nine tenths of shakespeare.txt. Minutes on one core. Rounding
differs between processors and versions of torch, and grows as a training goes on: another machine gets another file, as
good as ours but with other bytes. So there is no recipe in rebuild.py; the checksum is that of the file we made. What the
weights are good for (bits per character on the last tenth) stands in the file's metadata, and a test computes it again.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from tqdm import trange

from grader.reference import answers
from hocsau import datasets

SETTINGS = {"context_length": 64, "d_model": 64, "heads": 4, "layers": 3}
STEPS, BATCH, PEAK, WARM = 3500, 32, 4e-3, 100


def train() -> tuple[nn.Module, str, float]:
    """The model, its alphabet (token i is the character alphabet[i]), its held-out bits per character."""
    torch.set_num_threads(1)
    torch.manual_seed(7)
    lesson, text = answers("transformer"), datasets.shakespeare()
    alphabet = "".join(sorted(set(text)))
    ids = torch.tensor([alphabet.index(character) for character in text])
    cut = int(0.9 * len(ids))
    model = lesson["TinyGPT"](len(alphabet), **SETTINGS)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, share)
    generator = torch.Generator().manual_seed(7)
    within = torch.arange(SETTINGS["context_length"] + 1)
    for _ in trange(STEPS):
        starts = torch.randint(cut - len(within) + 1, (BATCH, 1), generator=generator)
        windows = ids[starts + within]
        optimizer.zero_grad()
        logits = model(windows[:, :-1])
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model, alphabet, lesson["bits_per_character"](model, ids[cut:])


def share(step: int) -> float:
    """Of the peak learning rate: a line up, then half a cosine down to 0."""
    if step < WARM:
        return (step + 1) / WARM
    return 0.5 * (1 + math.cos(math.pi * (step - WARM) / (STEPS - WARM)))


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, required=True)
    path = parser.parse_args().to
    model, alphabet, bits = train()
    halves = {name: p.detach().to(torch.float16).contiguous() for name, p in model.named_parameters()}  # fmt: skip
    settings = json.dumps({"alphabet": alphabet, **SETTINGS}, sort_keys=True)
    save_file(halves, path, metadata={"settings": settings, "bits": f"{bits:.4f}"})
    print(f"{path}: {path.stat().st_size} bytes, {bits:.4f} bits per held-out character")


if __name__ == "__main__":
    main()
