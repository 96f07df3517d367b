"""What differs from what was expected, and where."""

from __future__ import annotations

from collections.abc import Mapping

from hocsau.judging.outcomes import DifferenceKind
from hocsau.language import Text

AT_CALL = Text("In call {number}: ")
AT_PLACE = Text("Result{place}: ")

AT_PART: Mapping[str, Text] = {
    "gradients": Text("Gradient with respect to {name}: "),
    "buffers": Text("Buffer {name} after the call: "),
    "attributes": Text("Attribute {name}: "),
    "weights": Text("{name} afterwards: "),
}
"""Places under one of these keys of what came back."""

DIFFERENCES: Mapping[DifferenceKind, Text] = {
    DifferenceKind.NOT_TENSOR: Text("expected a torch tensor ({expected}), got {actual}."),
    DifferenceKind.NOT_TORCH: Text(
        "expected a torch tensor ({expected}), got a NumPy array. Stay in torch all the way: NumPy knows no gradient "
        "and no GPU."
    ),
    DifferenceKind.TENSOR_SCALAR: Text(
        "expected a plain number ({expected}), got a {actual}. Take the number out with `.item()`."
    ),
    DifferenceKind.TENSOR_ARRAY: Text("expected a NumPy {expected}, got a torch {actual}."),
    DifferenceKind.DETACHED: Text(
        "the numbers are right, but the result is cut off from the computation graph, so no gradient can flow back "
        "through it. Look for `.detach()`, `.item()`, `.data`, `torch.no_grad()`, `torch.tensor(...)` or NumPy."
    ),
    DifferenceKind.NO_GRADIENT: Text(
        "none arrives. Somewhere between it and the result the computation graph is cut, or it is not used."
    ),
    DifferenceKind.SKETCH: Text("its numbers are not right."),
    DifferenceKind.SAME: Text("return the very {name} that you were given, changed in place; got {actual}."),
    DifferenceKind.MODULE: Text(
        "your class must be an nn.Module: `class ...(nn.Module)`, with `super().__init__()` first; got {actual}."
    ),
    DifferenceKind.NAMES_PARAMETERS: Text(
        "the parameters do not have the names that were agreed on. Missing: {missing}. Not expected: {extra}."
    ),
    DifferenceKind.NAMES_BUFFERS: Text(
        "these buffers are missing: {missing}. Make them with `self.register_buffer(...)`."
    ),
    DifferenceKind.PARAMETER_SHAPE: Text("{name} should have shape {expected}, yours has {actual}."),
    DifferenceKind.NEVER_CALLED: Text("your function never called the model it was given."),
    DifferenceKind.MODE_DURING: Text(
        "call the model in {expected} mode: `model.train()` for learning, `model.eval()` for everything else."
    ),
    DifferenceKind.MODE_AFTER: Text("the model must be left in {expected} mode; yours is left in {actual} mode."),
    DifferenceKind.SEQUENCE: Text("expected {length} values (a tuple or a list), got {actual}."),
    DifferenceKind.NOTHING: Text("your function returned None: is a return missing?"),
    DifferenceKind.LENGTH: Text("expected {expected} values, got {actual}."),
    DifferenceKind.KEYS: Text("expected the keys {expected}, got {actual}."),
    DifferenceKind.KIND: Text("expected {expected}, got {actual}."),
    DifferenceKind.OTHER: Text("expected {expected}, got {actual}."),
    DifferenceKind.SCALAR: Text(
        "expected a single number ({expected}), got {actual}. Take the number out of the array, or reduce it fully."
    ),
    DifferenceKind.SHAPE: Text(
        "expected shape {expected}, got {actual}. Look at the axes: a transpose, or (n,) against (n, 1)?"
    ),
    DifferenceKind.DTYPE: Text("expected dtype {expected}, got {actual}."),
    DifferenceKind.INTEGERS: Text("expected {expected}, got {actual}."),
    DifferenceKind.FINITE: Text(
        "there is {found} in the result: look for a division by zero, a logarithm of zero or an overflow."
    ),
    DifferenceKind.VALUE: Text("expected {expected}, got {actual} (largest difference {error})."),
    DifferenceKind.SINGLE: Text(
        "the numbers are right to about seven digits only, as float32 has them; float64 is asked for. "
        "Was something stored as float32 on the way (torch.zeros(...) without a dtype)?"
    ),
    DifferenceKind.VALUE_AT: Text(
        "first differs at index {index}: expected {expected}, got {actual} (largest difference {error})."
    ),
}
"""By kind; of SCORE the two sentences below."""

SCORE_TOO_LOW = Text("{what} is {reached}; at least {least} is asked for.")
SCORE_TOO_HIGH = Text("{what} is {reached}; at most {most} is asked for.")
HIDDEN_DIFFERENCE = Text("the result is not right on inputs that only the grader sees.")
