"""What became of a request, of a case and of an answer: the closed lists from which verdicts are made.

A member is its word as a string: that word stands in packs, in stored judgements and in the learner's journal.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["CaseOutcome", "DifferenceKind", "ObservationOutcome", "Outcome", "Reason", "reason_of"]


class ObservationOutcome(StrEnum):
    """How one request to a learner's object ended.

    RETURNED      it gave a value
    RAISED        it raised an exception
    UNREADABLE    torch made a tensor of its own that it cannot give out; no fault of the learner's
    UNFINISHED    it raised NotImplementedError: the stub is still there
    MISSING       there is no object of that name
    NOT_CALLABLE  there is one, but it cannot be called
    TIMEOUT       it took longer than it may (only the grader sees this, as the next two)
    DIED          the process that ran it ended
    BROKEN        the cell that should define it stopped with an exception
    """

    RETURNED = "returned"
    RAISED = "raised"
    UNREADABLE = "unreadable"
    UNFINISHED = "unfinished"
    MISSING = "missing"
    NOT_CALLABLE = "not_callable"
    TIMEOUT = "timeout"
    DIED = "died"
    BROKEN = "broken"


class DifferenceKind(StrEnum):
    """How a value differs from the one that was expected.

    NOTHING           None came back: a return may be missing
    KIND              another type
    OTHER             another string or another None
    SEQUENCE          no tuple and no list
    LENGTH            a tuple or a list of another length
    KEYS              a dictionary with other keys
    SCALAR            an array where a number was expected
    SHAPE             an array or a tensor of another shape
    DTYPE             of another dtype
    INTEGERS          other integers or booleans
    FINITE            NaN or an infinity where there should be none
    VALUE             other numbers, few enough to be shown
    VALUE_AT          other numbers, of which the first is shown
    SINGLE            numbers right to the precision of float32 where float64 was asked for
    NOT_TENSOR        something else where a tensor was expected
    NOT_TORCH         a NumPy array where a tensor was expected
    TENSOR_SCALAR     a tensor where a number was expected
    TENSOR_ARRAY      a tensor where a NumPy array was expected
    DETACHED          a tensor with the right numbers through which no gradient flows
    NO_GRADIENT       no gradient arrived
    SKETCH            other numbers in an array of which only projections are kept
    SAME              another object where the very one handed over was expected
    MODULE            no nn.Module
    NAMES_PARAMETERS  other names of parameters
    NAMES_BUFFERS     buffers are missing
    PARAMETER_SHAPE   a parameter or buffer of another shape
    NEVER_CALLED      the model handed over was never called
    MODE_DURING       it was called in another mode
    MODE_AFTER        it was left in another mode
    SCORE             a result that is scored falls short
    """

    NOTHING = "nothing"
    KIND = "kind"
    OTHER = "other"
    SEQUENCE = "sequence"
    LENGTH = "length"
    KEYS = "keys"
    SCALAR = "scalar"
    SHAPE = "shape"
    DTYPE = "dtype"
    INTEGERS = "integers"
    FINITE = "finite"
    VALUE = "value"
    VALUE_AT = "value_at"
    SINGLE = "single"
    NOT_TENSOR = "not_tensor"
    NOT_TORCH = "not_torch"
    TENSOR_SCALAR = "tensor_scalar"
    TENSOR_ARRAY = "tensor_array"
    DETACHED = "detached"
    NO_GRADIENT = "no_gradient"
    SKETCH = "sketch"
    SAME = "same"
    MODULE = "module"
    NAMES_PARAMETERS = "names_parameters"
    NAMES_BUFFERS = "names_buffers"
    PARAMETER_SHAPE = "parameter_shape"
    NEVER_CALLED = "never_called"
    MODE_DURING = "mode_during"
    MODE_AFTER = "mode_after"
    SCORE = "score"


class CaseOutcome(StrEnum):
    """What became of a case whose value came back and is the expected one, or of a question.

    RIGHT       nothing is wrong with it
    CHANGED     an argument was altered
    ALIASED     the result shares memory with an argument
    DEVICE      with the inputs on another device a tensor is made on the wrong one
    CALLS       the function handed over was called too often or too seldom
    WARNED      the code caused a numerical warning
    WRONG       a question's answer is not the one of the key
    NOTED       it is a letter, and there is no key here
    BAD_LETTER  it is none of the letters
    """

    RIGHT = "right"
    CHANGED = "changed"
    ALIASED = "aliased"
    DEVICE = "device"
    CALLS = "calls"
    WARNED = "warned"
    WRONG = "wrong"
    NOTED = "noted"
    BAD_LETTER = "bad_letter"


Reason = ObservationOutcome | DifferenceKind | CaseOutcome
"""Why a case was judged as it was: there is no value, or another value, or what else is to be said of it."""

_REASONS: dict[str, Reason] = {
    member.value: member for kind in (ObservationOutcome, DifferenceKind, CaseOutcome) for member in kind
}


def reason_of(word: str) -> Reason:
    """The reason that `word` stands for.

    raises ValueError for any other word
    """
    if word not in _REASONS:
        raise ValueError(f"{word!r} is not why a case was judged as it was")
    return _REASONS[word]


class Outcome(StrEnum):
    """The verdict on one exercise.

    PASSED      every case is right
    PARTLY      some cases are
    FAILED      none is, and it is neither of the next two
    ERROR       none is: each raised an exception, or Python stopped
    TIMEOUT     none is, and one took too long
    FORBIDDEN   the answer makes calls that the exercise does not allow
    MISSING     nothing was done
    MANUAL      a person marks it, or a quiz waits for its key
    UNREADABLE  no verdict: torch failed to give out a tensor. The grader scores no submission with one
    """

    PASSED = "passed"
    PARTLY = "partly"
    FAILED = "failed"
    ERROR = "error"
    TIMEOUT = "timeout"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    MANUAL = "manual"
    UNREADABLE = "unreadable"
