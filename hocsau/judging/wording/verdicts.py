"""What became of a case and of the whole exercise."""

from __future__ import annotations

from collections.abc import Mapping

from hocsau.judging.outcomes import ObservationOutcome, Outcome
from hocsau.language import Text

ENDINGS: Mapping[ObservationOutcome, Text] = {
    ObservationOutcome.UNFINISHED: Text(
        "not done yet: replace `raise NotImplementedError()` in {name} by your answer."
    ),
    ObservationOutcome.MISSING: Text(
        "not done yet: there is no {name}. Run the cell that defines it; the name must be exactly this."
    ),
    ObservationOutcome.NOT_CALLABLE: Text("{name} is {actual}, not a function. Define it with `def {name}(...)`."),
    ObservationOutcome.BROKEN: Text("the cell that should define {name} stopped with {type}: {text}"),
    ObservationOutcome.RAISED: Text("your code raised {type}: {text} — in line {number}: {line}"),
    ObservationOutcome.TIMEOUT: Text("stopped after {seconds:g} s: is there a loop that never ends?"),
    ObservationOutcome.DIED: Text("Python itself stopped while running this. The other exercises are not affected."),
    ObservationOutcome.UNREADABLE: Text(
        "torch made a tensor that it cannot give out to be checked. You did nothing wrong. Restart the kernel and check again; "
        "if it stays, install a newer torch (`pip install --upgrade torch`) and show this to your instructor: {text}"
    ),
}
"""Why there is no value to compare: every outcome of an observation but RETURNED."""

RAISED_NOWHERE = Text("your code raised {type}: {text}")
RAISED_HIDDEN = Text("your code raised {type} in line {number} on inputs that only the grader sees.")
RAISED_HIDDEN_NOWHERE = Text("your code raised {type} on inputs that only the grader sees.")
OWN_EXCEPTION = Text("an exception of its own")
RIGHT = Text("right")
CHANGED = Text(
    "the result is right, but your function changes its argument {names}. Work on a copy: "
    "`w = w - ...` makes a new array, `w -= ...` overwrites the caller's."
)
ALIASED = Text(
    "the result is right, but it shares memory with the argument {names}: a later change of one would change "
    "the other. Return a copy."
)
CALLS = Text(
    "the result is right, but the function you were given was called {actual} times where {expected} is enough."
)
WARNED = Text("the result is right, but your code causes a numerical warning: {warning}.")
WARNED_HIDDEN = Text(
    "the result is right, but your code causes a numerical warning on inputs that only the grader sees."
)
STRAYED = Text(
    "the result is right on the CPU, but with the inputs on another device ({device}) it fails: line {number} makes a "
    "tensor on the CPU: {line} — give it `device=x.device`, or keep it with `register_buffer` in a module."
)
STRAYED_NOWHERE = Text(
    "the result is right on the CPU, but with the inputs on another device ({device}) it mixes tensors of both, or "
    "ends on the CPU: make every tensor with `device=x.device`."
)

_NOT_RIGHT = Text("Not right yet: {points:g} of {maximum:g} points.")

SUMMARIES: Mapping[Outcome, Text] = {
    Outcome.PASSED: Text("All right: {points:g} of {maximum:g} points."),
    Outcome.PARTLY: Text("Partly right: {points:g} of {maximum:g} points."),
    Outcome.FAILED: _NOT_RIGHT,
    Outcome.ERROR: _NOT_RIGHT,
    Outcome.TIMEOUT: _NOT_RIGHT,
    Outcome.MISSING: Text("Not done yet: {points:g} of {maximum:g} points."),
    Outcome.MANUAL: Text("Graded by hand: {maximum:g} points."),
    Outcome.UNREADABLE: Text("Not judged: the machine failed, not your answer. It costs no points."),
}
"""The first sentence of a verdict; of FORBIDDEN the three below."""

FORBIDDEN_LIBRARY = Text(
    "This exercise is about writing it yourself, so {libraries} is not allowed here; your answer uses {calls}. "
    "Write the computation with NumPy; until then it earns 0 of {maximum:g} points."
)
FORBIDDEN_CALLS = Text(
    "This exercise is about writing it yourself; your answer uses {calls}, which is not allowed here. Build it from "
    "basic tensor operations; until then it earns 0 of {maximum:g} points."
)
FORBIDDEN_UNNAMED = Text(
    "This exercise is about writing it yourself; your answer makes a library call that is not allowed here. Build it "
    "from basic operations; until then it earns 0 of {maximum:g} points."
)
NOTHING_WRITTEN = Text("Not done yet: no answer is written.")
DEPENDS = Text("{name} uses your {others}, which is not right yet: mend that first.")
READ_AGAIN = Text("Read again: {section}")
DIAGNOSIS = Text("What happened")
HIDDEN_CASE = Text("(seen by the grader alone)")
CASE_HEAD = Text("case")
VERDICT_HEAD = Text("verdict")
POINTS_HEAD = Text("points")
