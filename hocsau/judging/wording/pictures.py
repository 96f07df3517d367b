"""The pictures of a wrong answer, and what stands for them where none can be seen."""

from __future__ import annotations

from hocsau.language import Text

YOURS = Text("yours")
EXPECTED = Text("expected")
STEP = Text("step")
COMPONENT = Text("component")
TRAJECTORY = Text(
    "Your trajectory over the expected one in case “{case}”: they part at step {step}; yours ends at {mine}, "
    "the expected one at {right}."
)
VECTOR = Text("Your result beside the expected one in case “{case}”: yours {mine}, expected {right}.")
