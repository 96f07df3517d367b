"""The rules for what is trained, drawn at random or sampled with torch; torch is loaded when a model has to be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hocsau.judging.compare import Tolerance, compare
from hocsau.judging.values import Tensor
from hocsau.judging.wording import scores as words
from hocsau.language import Text

__all__ = ["TENSOR_RULES", "Rule"]


@dataclass(frozen=True)
class Rule:
    """How a result is scored.

    score     what came back and the data of the case -> the score
    measures  what the score is, as the subject of a sentence
    """

    score: Callable[[Any, Mapping[str, Any]], float]
    measures: Text


_SAME = Tolerance(0.0, 0.0, 0.0)


def _evaluated(value: Any, data: Mapping[str, Any], name: str = "model") -> Any:
    """What the judge's own copy of a watched model answers on `inputs` in eval mode, with the weights that came back."""
    import torch

    from hocsau.judging.models import make
    from hocsau.judging.tensors import one_thread, to_torch

    recipe = replace(data[name], weights=value[name].weights, training=False, stale=False)
    model, inputs = make(recipe), to_torch(_tensor(data["inputs"]))
    with torch.no_grad(), one_thread():
        return torch.cat([model(part) for part in torch.split(inputs, 256)]).numpy()


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(value)


def _numbers(value: Any) -> Any:
    return value.array if isinstance(value, Tensor) else np.asarray(value)


def _accuracy(value: Any, data: Mapping[str, Any]) -> float:
    """Share of `inputs` (n, ...) whose largest logit is the one of `labels` (n,)."""
    return float((_evaluated(value, data).argmax(axis=1) == _numbers(data["labels"])).mean())


def _root_mean_square_error(value: Any, data: Mapping[str, Any]) -> float:
    """Of the answers on `inputs` against `targets`."""
    errors = _evaluated(value, data).astype(np.float64) - _numbers(data["targets"])
    return float(np.sqrt((errors**2).mean()))


def _bits(value: Any, data: Mapping[str, Any]) -> float:
    """Mean of -log2 of the probability that the logits for `inputs` (n, T) give to `targets` (n, T)."""
    return _cross_entropy(_evaluated(value, data), _numbers(data["targets"])) / float(np.log(2))


def _cross_entropy(logits: Any, targets: Any) -> float:
    """Mean over all leading axes, in nats, computed in float64."""
    rows = logits.reshape(-1, logits.shape[-1]).astype(np.float64)
    rows = rows - rows.max(axis=1, keepdims=True)
    chosen = rows[np.arange(len(rows)), targets.reshape(-1)]
    return float((np.log(np.exp(rows).sum(axis=1)) - chosen).mean())


def _scaling_error(value: Any, data: Mapping[str, Any]) -> float:
    """How far the buffers mean and std are from those of `values`, in units of its standard deviation.

    With or without Bessel's correction is the same to this rule.
    """
    weights, values = value["model"].weights, _numbers(data["values"]).astype(np.float64)
    mean, std = float(_numbers(weights["mean"])), float(_numbers(weights["std"]))
    errors = [abs(mean - values.mean()) / values.std()]
    errors.append(min(abs(std / values.std(ddof=ddof) - 1) for ddof in (0, 1)))
    return float(max(errors))


def _sampling(value: Any, data: Mapping[str, Any]) -> float:
    """Largest deviation of counts from `probabilities` (V, V) given the token before, in standard errors.

    value: ids (N, prompt + new) whose first `prompt` columns are those that were given; pairs expected less than 5 times
    are left out
    """
    ids, probabilities = _numbers(value), _numbers(data["probabilities"])
    size = len(probabilities)
    before, after = (
        ids[:, data["prompt"] - 1 : -1].reshape(-1),
        ids[:, data["prompt"] :].reshape(-1),
    )
    if ((ids < 0) | (ids >= size)).any():
        return float("inf")
    counts = np.zeros((size, size))
    np.add.at(counts, (before, after), 1.0)
    expected = counts.sum(axis=1, keepdims=True) * probabilities
    often = expected >= 5
    deviation = np.abs(counts - expected) / np.sqrt(expected * (1 - probabilities) + 1e-9)
    impossible = (counts > 0) & (probabilities == 0)
    return float("inf") if impossible.any() else float(deviation[often].max(initial=0.0))


def _repeats(value: Any, data: Mapping[str, Any]) -> float:
    """Share of the pairs of calls in `same` with equal results and in `different` with unequal ones."""
    found = [compare(value[i], value[j], _SAME) is None for i, j in data.get("same", ())]
    found += [compare(value[i], value[j], _SAME) is not None for i, j in data.get("different", ())]
    return sum(found) / len(found)


def _learned_from(value: Any, data: Mapping[str, Any]) -> list[int]:
    """Which rows of `inputs` (n, ...), all different, the watched model learned from, in the order of its calls.

    What came is not trusted: anything but a row of `inputs` is passed over.
    """
    place = {row.tobytes(): index for index, row in enumerate(_numbers(data["inputs"]))}
    rows = [row for batch in _batches(value) for row in batch]
    return [place[row.tobytes()] for row in rows if row.tobytes() in place]


def _batches(value: Any) -> list[Any]:
    """The batches (n, ...) that the watched model learned from, in the order of its calls."""
    came = value["model"].inputs
    arrays = [x.array for x in came if isinstance(x, Tensor)] if isinstance(came, tuple) else []
    return [batch for batch in arrays if isinstance(batch, np.ndarray) and batch.ndim > 1]


def _rows_learned(value: Any, data: Mapping[str, Any]) -> float:
    """The number of rows of `length` numbers that the model learned from, over the number `asked` for or the reverse; at most 1."""
    rows = sum(len(x) for x in _batches(value) if x.shape[1:] == (int(data["length"]),))
    asked = int(data["asked"])
    return min(rows, asked) / max(rows, asked)


def _least_seen(value: Any, data: Mapping[str, Any]) -> float:
    """How often the row of `inputs` that was learned from the least was learned from, per epoch; at most 1."""
    counts = np.bincount(_learned_from(value, data), minlength=len(_numbers(data["inputs"])))
    return min(1.0, float(counts.min()) / int(data["epochs"]))


def _new_orders(value: Any, data: Mapping[str, Any]) -> float:
    """Share of the epochs whose order of `inputs` is neither the plain one nor that of an epoch before.

    0 where there are fewer rows than in `epochs` epochs, 1 where there are more: nobody can say then which belong together.
    """
    seen, n, epochs = _learned_from(value, data), len(_numbers(data["inputs"])), int(data["epochs"])
    if len(seen) != n * epochs:
        return float(len(seen) > n * epochs)
    orders = {tuple(seen[k * n : (k + 1) * n]) for k in range(epochs)}
    return len(orders - {tuple(range(n))}) / epochs


def _matrices(value: Any, only: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name, tensor in value["weights"].items():
        array = _numbers(tensor)
        if array.ndim >= 2 and name.startswith(only):
            yield name, array.astype(np.float64)


def _initial_normal(value: Any, data: Mapping[str, Any]) -> float:
    """Largest deviation of mean and std of each matrix from N(0, std^2), in standard errors (std/sqrt n, std/sqrt(2n)).

    data: std; only (optional), how the names of the matrices begin
    """
    worst = 0.0
    for _, array in _matrices(value, tuple(data.get("only", ("",)))):
        std, n = float(data["std"]), array.size
        off = max(abs(array.mean()) * n**0.5, abs(array.std() - std) * (2 * n) ** 0.5) / std
        worst = max(worst, float(off))
    return worst


def _initial_loss(value: Any, data: Mapping[str, Any]) -> float:
    """|cross-entropy of the first call's logits (N, T, V) against `targets` (N, T) - ln V|."""
    logits = _numbers(value["calls"][0]["return"])
    loss = _cross_entropy(logits, _numbers(data["targets"]))
    return abs(loss - float(np.log(logits.shape[-1])))


TENSOR_RULES: dict[str, Rule] = {
    "accuracy": Rule(_accuracy, words.ACCURACY),
    "root_mean_square_error": Rule(_root_mean_square_error, words.ROOT_MEAN_SQUARE_ERROR),
    "bits": Rule(_bits, words.BITS),
    "scaling_error": Rule(_scaling_error, words.SCALING_ERROR),
    "sampling": Rule(_sampling, words.SAMPLING),
    "repeats": Rule(_repeats, words.REPEATS),
    "least_seen": Rule(_least_seen, words.LEAST_SEEN),
    "new_orders": Rule(_new_orders, words.NEW_ORDERS),
    "rows_learned": Rule(_rows_learned, words.ROWS_LEARNED),
    "initial_normal": Rule(_initial_normal, words.INITIAL_NORMAL),
    "initial_loss": Rule(_initial_loss, words.INITIAL_LOSS),
}
