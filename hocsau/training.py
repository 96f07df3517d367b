"""Training a classifier for real: mini-batches, AdamW, a learning rate that warms up and decays, a progress bar.

    fit(model, images, labels, epochs=10, learning_rate=3e-3, batch_size=64, generator=torch.Generator().manual_seed(0))
    logits = evaluate(model, held_out_images)

The loop is the one that lesson 5 has its readers write; what is added is the schedule of lesson 3, pictures that are mirrored and shifted, and the bar.
"""

from __future__ import annotations

import itertools
import math
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

__all__ = ["evaluate", "fit", "fit_side_by_side", "jittered", "share_right"]


def fit(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    epochs: int,
    learning_rate: float,
    batch_size: int,
    generator: torch.Generator,
    weight_decay: float = 0.05,
    augment: Callable[[Tensor, torch.Generator], Tensor] | None = None,
    name: str = "training",
    quiet: bool = False,
    after_step: Callable[[], object] | None = None,
) -> list[float]:
    """Train `model` in place on softmax cross-entropy; images and labels are on its device.

    images:        (n, ...), labels: (n,) int64
    learning_rate: the largest; it rises linearly over the first tenth of the steps and falls to 0 along a cosine
    generator:     draws the orders (and what `augment` needs); it may live on the CPU
    augment:       (batch of images, generator) -> images to train on instead, for example `jittered`
    name:          stands before the progress bar; quiet: no bar
    after_step:    called after each step; what it raises ends the training
    returns the mean loss of each epoch
    raises ValueError if there is nothing to train on
    """
    steps = epochs * math.ceil(len(images) / batch_size)
    if steps == 0:
        raise ValueError(f"nothing to train on: {len(images)} images, {epochs} epochs")
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: _share(t, warm, steps))
    losses = []
    model.train()
    with tqdm(total=steps, desc=name, disable=quiet, mininterval=0.5) as bar:
        for _ in range(epochs):
            order = torch.randperm(len(images), generator=generator, device=generator.device)
            total = torch.zeros((), device=images.device)
            order = order.to(images.device)
            for start in range(0, len(order), batch_size):
                batch = order[start : start + batch_size]
                inputs = images[batch] if augment is None else augment(images[batch], generator)
                optimizer.zero_grad()
                loss = functional.cross_entropy(model(inputs), labels[batch])
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
                total += loss.detach() * len(batch)
                bar.update()
                if after_step is not None:
                    after_step()
            losses.append(float(total) / len(images))
            bar.set_postfix_str(f"loss {losses[-1]:.3f}")
    return losses


def fit_side_by_side(
    trainings: Sequence[tuple[nn.Module, dict[str, Any]]],
    images: Tensor,
    labels: Tensor,
    *,
    quiet: bool = False,
    workers: int | None = None,
) -> list[list[float]]:
    """`fit` for several models at once: on a CPU as many at a time as it has cores, one thread each; on a GPU one by one.

    A network as small as these gains little from a second thread, two of them gain a second core each. One bar counts epochs.
    trainings: (model, the options of its `fit`), the longest first; workers: how many at a time
    returns what each `fit` returns; an exception or an interrupt ends them all
    """
    at_once = workers or (1 if images.is_cuda else os.cpu_count() or 1)
    threads, stop = torch.get_num_threads(), threading.Event()
    epochs = sum(options["epochs"] for _, options in trainings)

    def train(training: tuple[nn.Module, dict[str, Any]]) -> list[float]:
        model, options = training
        steps = math.ceil(len(images) / options["batch_size"])
        done = itertools.count(1)

        def after_step() -> None:
            if next(done) % steps == 0:
                bar.update()
            if stop.is_set():
                raise InterruptedError("another training ended with an error, or you stopped them")

        return fit(model, images, labels, quiet=True, after_step=after_step, **options)

    bar = tqdm(total=epochs, desc=f"{len(trainings)} trainings", unit="epoch", disable=quiet)
    with bar, ThreadPoolExecutor(at_once) as pool:
        if at_once > 1:
            torch.set_num_threads(1)
        try:
            futures = [pool.submit(train, training) for training in trainings]
            for future in as_completed(futures):
                future.result()
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
        finally:
            torch.set_num_threads(threads)
    return [future.result() for future in futures]


def _share(t: int, warm: int, steps: int) -> float:
    """The share of the largest learning rate in step t (counted from 0): a line up to 1, then half a cosine down to 0."""
    if t < warm:
        return (t + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (t + 1 - warm) / (steps - warm + 1)))


def jittered(images: Tensor, generator: torch.Generator) -> Tensor:
    """Each picture mirrored with probability 1/2, and the whole batch moved by at most one pixel along each axis.

    A mirrored boot is still a boot, and so is one a pixel to the left.
    images: (n, C, H, W); what moves in from outside is 0
    """
    coin = torch.rand(len(images), generator=generator, device=generator.device) < 0.5
    images = torch.where(coin.to(images.device)[:, None, None, None], images.flip(3), images)
    down, right = torch.randint(3, (2,), generator=generator, device=generator.device).tolist()
    height, width = images.shape[2:]
    padded = functional.pad(images, (1, 1, 1, 1))
    return padded[:, :, down : down + height, right : right + width]


def evaluate(model: nn.Module, images: Tensor, batch_size: int = 500) -> Tensor:
    """The model's logits in eval mode and without gradients; the mode it was in is restored.

    returns (n, classes), on the CPU
    """
    mode = model.training
    model.eval()
    with torch.no_grad():
        starts = range(0, len(images), batch_size)
        logits = torch.cat([model(images[s : s + batch_size]).cpu() for s in starts])
    model.train(mode)
    return logits


def share_right(logits: Tensor, labels: Tensor) -> float:
    """The share of rows whose largest logit is at the label."""
    return float((logits.argmax(dim=1).cpu() == labels.cpu()).double().mean())
