"""A case that makes one call three times: with the same seed the same result, with another seed another one."""

from __future__ import annotations

from hocsau.judging.request import Call, Chain, Seed
from hocsau.judging.scoring import Score, Scored

__all__ = ["repeated"]


def repeated(call: Call) -> Scored:
    """`call`, which is given a generator; the same again; and the same with another seed. All randomness is the generator's."""
    seed: Seed = call.arguments["generator"]
    changes = ({"generator": seed}, {"generator": Seed(seed.value + 1)})
    request = Chain(call.arguments, (), changes, call.watch)
    return Scored(request, Score("repeats", {"same": [(0, 1)], "different": [(0, 2)]}, least=1.0))
