"""What is asked of a learner's object: a request is plain data, so it can cross to another process.

    Call      one call of a function
    Chain     several calls, each carrying results of the one before (an optimizer run)
    Construct an object made by calling a class, then several calls of one of its methods (an optimizer)
    Build     an nn.Module made by calling a class, its weights set by name, then calls of it
    Lookup    the value of a variable (a quiz)

A function handed to the learner (a gradient, an f) is a `Recipe`: a name from a closed list and the arrays it needs.
So is a `Model`. A `Tensor` (hocsau.judging.values), a `Seed` and a `Device` become the torch objects they stand for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hocsau.judging.values import record

__all__ = [
    "Build",
    "BuildWith",
    "Call",
    "Chain",
    "Construct",
    "Device",
    "Drawn",
    "Forward",
    "Lookup",
    "Model",
    "Recipe",
    "Request",
    "Seed",
]


@record
@dataclass(frozen=True)
class Recipe:
    """A function given to the learner: `name` in `hocsau.judging.recipes`, built from `arrays`."""

    name: str
    arrays: dict[str, Any] = field(default_factory=dict)


@record
@dataclass(frozen=True)
class Seed:
    """A torch.Generator on the CPU, made anew for every call and seeded with `value`."""

    value: int


@record
@dataclass(frozen=True)
class Device:
    """The torch.device on which the tensors of a call are."""


@record
@dataclass(frozen=True)
class Model:
    """An nn.Module given to the learner: `name` in `hocsau.judging.models`, made anew for every call.

    weights   parameters and buffers by name; those not named are drawn from `seed`
    training  the mode in which it is handed over
    stale     whether its parameters carry a gradient of something else
    record    whether the inputs that it learns from are kept, for whoever watches it
    """

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    weights: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    dtype: str = "float32"
    training: bool = True
    stale: bool = False
    record: bool = False


@record
@dataclass(frozen=True)
class Call:
    """function(*arguments.values()): one call, arguments in the order of the signature.

    backward  the seed of gradients of the result, taken back to every argument that asks for a gradient
    watch     arguments (models) whose state after the call is part of the value
    part      the one entry of a tuple or list that counts; the others become None
    With backward or watch the value is a dictionary: "return", "gradients" by argument, and each watched name.
    """

    arguments: dict[str, Any]
    backward: int | None = None
    watch: tuple[str, ...] = ()
    part: int | None = None


@record
@dataclass(frozen=True)
class Chain:
    """A first call with `arguments`, then one more for each entry of `changes`.

    Before each further call the results named in `carry` (in the order in which they are returned) replace the
    arguments of the same name, and the entry of `changes` replaces what it names. The value is the list of all results.

    watch  as in a Call; with it nothing is carried
    """

    arguments: dict[str, Any]
    carry: tuple[str, ...]
    changes: tuple[dict[str, Any], ...]
    watch: tuple[str, ...] = ()


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
class Forward:
    """module(*inputs.values()) in train or eval mode; `backward` as in a Call, to the inputs and to all parameters.

    sketch  of a gradient with more than 256 entries 16 random projections are kept
    """

    inputs: dict[str, Any]
    training: bool = False
    backward: int | None = None
    sketch: bool = False


@record
@dataclass(frozen=True)
class Drawn:
    """Weights that depend on the seed, the name and the shape alone: the same in everybody's module, and none has to travel."""

    seed: int


@record
@dataclass(frozen=True)
class Build:
    """module = target(*arguments.values()) in `dtype`, its parameters and buffers set from `weights` by name, then `calls`.

    The value is a dictionary: "parameters" (Names), "buffers" (Names), and "calls", a list with a dictionary per call:
    "return", "gradients" (by input, then by parameter) where asked for, "buffers" after a call in train mode.
    `weights` may be Drawn. Without them (None) the module keeps what it began with (drawn from `seed`), and "weights" holds it.
    """

    arguments: dict[str, Any]
    weights: dict[str, Any] | Drawn | None
    calls: tuple[Forward, ...] = ()
    dtype: str = "float32"
    seed: int = 0


@record
@dataclass(frozen=True)
class BuildWith(Build):
    """A Build whose value also holds "attributes": what the module has under each of these names, None where it has nothing."""

    attributes: tuple[str, ...] = ()


@record
@dataclass(frozen=True)
class Lookup:
    """The value of the learner's variable itself."""


Request = Call | Chain | Construct | Build | Lookup
"""One thing that is asked of a learner's object."""
