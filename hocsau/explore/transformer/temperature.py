"""Explorer 7b: temperature and the next token: from certainty to noise, measured in bits."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import softmax
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Choice, Live, Slider
from hocsau.explore.transformer.small_gpt import small_gpt
from hocsau.judging.tensors import one_thread
from hocsau.language import Text

__all__ = ["LADDER", "Draws", "compute_draws", "next_logits", "temperature"]

LADDER = "4 .. -3"
PROMPTS = ("To be, or not to b", "The ", "O Rome", "q")
SHOWN, DRAWS, BITS, NEAR = 8, 2000, 1.0, 0.02


@dataclass(frozen=True)
class Draws:
    """What the explorer draws, of the eight likeliest tokens: names, probabilities, shares of the draws."""

    names: tuple[str, ...]
    probabilities: Array
    shares: Array | None  # of DRAWS draws of the learner's generate
    bits: float  # entropy over all tokens
    note: Text | None


def visible(character: str) -> str:
    """A character as it can be seen: a blank as ␣, the end of a line as ↵."""
    return {" ": "␣", "\n": "↵"}.get(character, character)


@functools.cache
def next_logits(source: str) -> tuple[tuple[str, ...], Array]:
    """Names and logits of all tokens: the made-up ladder, or what the small model says after a prompt."""
    if source == LADDER:
        return tuple(f"{z:g}" for z in range(4, -4, -1)), np.arange(4.0, -4.0, -1.0)
    model = small_gpt()
    return tuple(visible(c) for c in model.alphabet), model.run(source).logits[-1]


def compute_draws(source: str, temperature: float, generate: Learner = None) -> Draws:
    """The distribution softmax(logits / temperature), and a sample of it.

    generate: the learner's generate(model, ids, new_tokens, temperature, generator), run on a model with these logits
    """
    names, logits = next_logits(source)
    p = softmax(logits / temperature)
    bits = float(-(p * np.log2(np.where(p > 0, p, 1.0))).sum())
    order = np.argsort(-logits, kind="stable")[:SHOWN]
    attempt = Attempt(generate and _run(generate), "generate")
    ids = attempt(logits, temperature, shape=(DRAWS, 2))
    shares = None
    if ids is not None:
        shares = np.array([(ids[:, 1] == token).mean() for token in order])
    return Draws(tuple(names[token] for token in order), p[order], shares, bits, attempt.note)


def _run(generate: Callable[..., Any]) -> Callable[..., Any]:
    """One new token behind each of DRAWS prompts, from a model that always says `logits`."""

    def tokens(logits: Array, temperature: float) -> Any:
        import torch

        class Fixed(torch.nn.Module):
            context_length = 4

            def forward(self, ids: Any) -> Any:
                return torch.tensor(logits).expand(*ids.shape, len(logits))

        prompts = torch.zeros(DRAWS, 1, dtype=torch.int64)
        with one_thread():  # a second one would wait for work where the page's browser has some
            drawn = generate(Fixed(), prompts, 1, temperature, torch.Generator().manual_seed(0))
        return drawn.numpy()

    return tokens


def _drawing(figure: Figure) -> panels.Drawing:
    axes = figure.subplots()
    panels.label(axes, xlim=(-0.6, SHOWN - 0.4), ylim=(-0.09, 1.02), ylabel=_PROBABILITY, xticks=[])
    axes.spines["bottom"].set_visible(False)
    bars = axes.bar(np.arange(SHOWN), np.zeros(SHOWN), color=plots.COLOURS["blue"], width=0.7, label=_EXACT.say())
    dots = panels.line(axes, "D", "vermillion", markersize=6, label=_DRAWN.format(draws=DRAWS).say())
    axes.axhline(0, color=plots.GREY, linewidth=0.8)
    # Below what moves: they change with the source alone.
    names = [axes.text(k, -0.05, "", ha="center", va="center", fontsize=12, zorder=0) for k in range(SHOWN)]
    axes.legend(loc="upper right", frameon=False)

    def draw(state: Draws) -> panels.Artists:
        for bar, height, name, said in zip(bars, state.probabilities, names, state.names, strict=True):
            bar.set_height(float(height))
            name.set_text(said)
        shares = np.zeros(0) if state.shares is None else state.shares
        panels.place(dots, np.arange(len(shares)), shares)
        return [*bars, dots, *names]

    return draw


def _status(state: Draws, temperature: float) -> Text:
    return _STATUS.format(temperature=temperature, bits=state.bits, first=state.names[0], p=state.probabilities[0])


def _met(state: Draws, source: str) -> bool:
    return source == LADDER and abs(state.bits - BITS) <= NEAR


def temperature(generate: Learner = None) -> Live:
    """How many bits does a draw cost? A slider for the temperature, a choice of the logits.

    generate: the learner's generate; None or unfinished: only the exact probabilities are drawn
    """
    figure = plots.new_figure(8.6, 4.0)
    options = [(LADDER, _LADDER), *((prompt, _AFTER.format(prompt=prompt)) for prompt in PROMPTS)]
    controls = [
        Choice("source", Text("logits"), options, LADDER),
        Slider("temperature", Text("temperature τ"), 0.1, 3.0, 0.01, 1.0, format=".2f"),
    ]
    compute = functools.partial(compute_draws, generate=generate)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_LADDER = Text("eight tokens: 4, 3, ..., -3")
_AFTER = Text("next character after “{prompt}”")
_PROBABILITY = Text("probability")
_EXACT = Text("softmax(logits / τ)")
_DRAWN = Text("share of {draws} draws of your generate")
_CHALLENGE = Text("the eight tokens: a distribution of 1.00 bits, give or take 0.02.")
_STATUS = Text("τ = {temperature:.2f}: {bits:.3f} bits; the likeliest token, “{first}”, has probability {p:.3f}.")
_ALT = Text("Bars for the probabilities of the eight likeliest next tokens, with a mark at the share that was drawn. ")
