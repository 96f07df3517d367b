"""A judgement as it is stored, and back: in the one form in which values travel (hocsau.judging.values), never pickle.

Outputs are kept by the ordinal of their code cell, not by its place: the same code between other prose has the same result.
They are nbformat's, in JSON as in a notebook: of any length, which a value that travels is not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from grader.judge.judge import Judgement
from grader.judge.submission import CellSource
from hocsau.judging.values import dumps, loads

__all__ = ["pack", "unpack"]


def pack(judgement: Judgement, cells: Sequence[CellSource]) -> bytes:
    """`judgement` on a submission with these code cells, as bytes."""
    ordinal = {cell.index: number for number, cell in enumerate(cells)}
    outputs = {ordinal[index]: outputs for index, outputs in judgement.outputs.items()}
    return dumps({**vars(judgement), "outputs": json.dumps(outputs).encode("ascii")})


def unpack(blob: bytes, cells: Sequence[CellSource]) -> Judgement:
    """The judgement that `pack` wrote, for a submission with the same code in these cells.

    raises ValueError when it is not one
    """
    stored = loads(blob)
    try:
        outputs = {cells[int(number)].index: outputs for number, outputs in json.loads(stored["outputs"]).items()}
        return Judgement(**{**stored, "outputs": outputs})
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"not a stored judgement: {error!r}") from error
