"""A judgement as JSON bytes and back: plain data, checked against the classes it becomes. Never pickle.

Outputs are kept by the ordinal of their code cell, not by its place: the same code between other prose has the same result.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from grader.judge import Judgement
from grader.submission import CellSource
from hocsau.judging.verdict import CaseVerdict, Verdict
from hocsau.language import Text

__all__ = ["pack", "unpack"]


def pack(judgement: Judgement, cells: Sequence[CellSource]) -> bytes:
    """`judgement` on a submission with these code cells, as bytes."""
    ordinal = {cell.index: number for number, cell in enumerate(cells)}
    data = {
        "lesson": judgement.lesson,
        "verdicts": [_plain(verdict) for verdict in judgement.verdicts],
        "outputs": {ordinal[index]: outputs for index, outputs in judgement.outputs.items()},
        "pictures": judgement.pictures,
        "seconds": judgement.seconds,
    }
    return json.dumps(data).encode("ascii")


def _plain(value: Any) -> Any:
    """A record of ours as JSON has it: `dataclasses.asdict`, which would copy every leaf, without the copies."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def unpack(blob: bytes, cells: Sequence[CellSource]) -> Judgement:
    """The judgement that `pack` wrote, for a submission with the same code in these cells.

    raises ValueError when it is not one
    """
    try:
        data = json.loads(blob)
        return Judgement(
            data["lesson"],
            [_verdict(entry) for entry in data["verdicts"]],
            {cells[int(number)].index: outputs for number, outputs in data["outputs"].items()},
            data["pictures"],
            data["seconds"],
        )
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"not a stored judgement: {error!r}") from error


def _verdict(entry: dict[str, Any]) -> Verdict:
    cases = tuple(
        CaseVerdict(**{**case, "name": Text(**case["name"]), "message": Text(**case["message"])})
        for case in entry["cases"]
    )
    texts = {
        name: None if entry[name] is None else Text(**entry[name])
        for name in ("message", "explanation", "section")
    }
    return Verdict(**{**entry, **texts, "cases": cases})
