"""What is asked of a learner's object: a request is plain data, so it can cross to another process.

    Call      one call of a function
    Chain     several calls, each carrying results of the one before (an optimizer run)
    Construct an object made by calling a class, then several calls of one of its methods (an optimizer)
    Lookup    the value of a variable (a quiz)

A function handed to the learner (a gradient, an f) is a `Recipe`: a name from a closed list and the arrays it needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hocsau.judging.values import record

__all__ = ["Call", "Chain", "Construct", "Lookup", "Recipe", "Request"]


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
class Construct:
    """thing = target(*arguments.values()), then thing.<method>(*call.values()) for each entry of `calls`.

    The value is a list with a dictionary per call: "return" (no argument can have that name) holds what the method
    returned, and each name in `watch` the state of that argument after the call. A watched argument may change, but in
    place: its arrays are those that were handed over, so an array put into a list in another's stead is not seen in the
    state; the name then stands among the changed arguments, as do all that change without being watched.
    """

    arguments: dict[str, Any]
    method: str
    calls: tuple[dict[str, Any], ...]
    watch: tuple[str, ...] = ()


@record
@dataclass(frozen=True)
class Lookup:
    """The value of the learner's variable itself."""


Request = Call | Chain | Construct | Lookup
