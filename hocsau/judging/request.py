"""What is asked of a learner's object: a request is plain data, so it can cross to another process.

    Call      one call of a function
    Chain     several calls, each carrying results of the one before (an optimizer run)
    Lookup    the value of a variable (a quiz)

A function handed to the learner (a gradient, an f) is a `Recipe`: a name from a closed list and the arrays it needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hocsau.judging.values import record

__all__ = ["Call", "Chain", "Lookup", "Recipe", "Request"]


@record
@dataclass(frozen=True)
class Recipe:
    """A function given to the learner: `name` in `hocsau.judging.recipes`, built from `arrays`."""

    name: str
    arrays: dict[str, Any] = field(default_factory=dict)


@record
@dataclass(frozen=True)
class Call:
    """function(*arguments.values()): one call, arguments in the order of the signature."""

    arguments: dict[str, Any]


@record
@dataclass(frozen=True)
class Chain:
    """A first call with `arguments`, then one more for each entry of `changes`.

    Before each further call the results named in `carry` (in the order in which they are returned) replace the
    arguments of the same name, and the entry of `changes` replaces what it names. The value is the list of all results.
    """

    arguments: dict[str, Any]
    carry: tuple[str, ...]
    changes: tuple[dict[str, Any], ...]


@record
@dataclass(frozen=True)
class Lookup:
    """The value of the learner's variable itself."""


Request = Call | Chain | Lookup
