"""`check("momentum_step")`: is the learner's answer right, and if not, what exactly is wrong?

It replays the lesson's check pack on the definition of that name in the notebook. It reports and never raises, so
that Run All on a blank lesson reaches its end. Under nbgrader's own execution its value is the score itself.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hocsau import journal, packs
from hocsau.judging.allowed import library_calls
from hocsau.judging.dependencies import dependencies
from hocsau.judging.examine import WRONG, Subject, examine
from hocsau.judging.exercise import Exercise
from hocsau.judging.outcomes import Outcome
from hocsau.judging.picture import picture
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Lookup
from hocsau.judging.show import as_html, as_text
from hocsau.judging.tensors import Unreadable
from hocsau.judging.verdict import Verdict, judge_case
from hocsau.language import Text

__all__ = ["CheckReport", "check", "ready", "verdicts"]

_HIDDEN_NOTE = Text("When it is graded, further cases with other numbers are added.")
_NOT_READY = Text("This part runs your own {names}; finish it first, then run this cell again.")
_NOT_RIGHT = Text("This part runs your own {names}, not right yet; mend it, run its check again, then this cell.")

verdicts: dict[str, Verdict] = {}
"""The newest verdict of each exercise checked in this session."""


class CheckReport:
    """What `check` answers: shown as HTML in a notebook and as text in a terminal.

    Under nbgrader's execution its text form is a plain float, the points, because nbgrader reads that.
    """

    def __init__(self, verdict: Verdict, picture: str = "") -> None:
        self.verdict, self.picture = verdict, picture

    def __repr__(self) -> str:
        if _under_nbgrader():
            return repr(float(min(max(self.verdict.points, 0.0), self.verdict.max_points)))
        return as_text(self.verdict, None, self._note())

    def _repr_html_(self) -> str:
        return as_html(self.verdict, None, self.picture, self._note())

    def _note(self) -> Text | None:
        return _HIDDEN_NOTE if self.verdict.outcome == Outcome.PASSED else None


def check(name: str) -> CheckReport | None:
    """Check the answer called `name` with the public cases of its lesson; None (and a printed line) if it cannot be.

    raises PackError, LookupError for an unknown name, or Unreadable where torch fails, under nbgrader alone: silence would
    earn full marks there
    """
    namespace = _namespace(sys._getframe(1))
    name = str(getattr(name, "__name__", name))  # check(momentum_step) is meant well
    try:
        pack, exercise = packs.find(name)
    except (LookupError, packs.PackError) as error:
        if _under_nbgrader():
            raise
        print(str(error.args[0]))
        return None
    with _quiet() if _under_nbgrader() else contextlib.nullcontext():
        others = [other for other in pack.exercises if other.name != name]
        examined = examine([exercise], _Here(namespace), others=others)[name]
        verdict, observed = examined.verdict, examined.observed
        if verdict.outcome == Outcome.UNREADABLE and _under_nbgrader():
            raise Unreadable(as_text(verdict))
        verdicts[name] = verdict
        _remember(verdict, namespace.get(name))
        unseen = not observed or verdict.outcome in (Outcome.PASSED, Outcome.UNREADABLE)
        shown = "" if unseen else picture(exercise, observed)
    return CheckReport(verdict, shown)


def _remember(verdict: Verdict, answer: Any) -> None:
    """Into the learner's own file, save while a submission is graded."""
    if _under_nbgrader() or verdict.outcome in (Outcome.MISSING, Outcome.UNREADABLE):
        return
    share = verdict.points / verdict.max_points if verdict.max_points else 0.0
    journal.note_check(verdict.exercise, verdict.outcome, share, journal.fingerprint(answer))


class _Here(Subject):
    """The answers in a notebook's names, put to cases in this process (hocsau.judging.examine)."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._names = namespace

    def begin(self, exercises: Sequence[Exercise]) -> None:
        """The cells have run."""

    def observe(self, exercise: Exercise) -> list[Observation]:
        requests = [case.request for case in exercise.cases] or [Lookup()]
        observed: list[Observation] = []
        for request in requests:
            failure = observed[-1].failure if observed else None
            if failure is not None and failure.type == "KeyboardInterrupt":
                observed.append(observed[-1])  # who stops an endless loop means all of it
            else:
                observed.append(drive(request, self._finder(exercise.name), not_allowed=exercise.not_allowed))
        return observed

    def mentions(self, name: str) -> bool:
        return name in self._names

    def library_calls(self, exercise: Exercise) -> list[str]:
        return list(library_calls(self._names.get(exercise.name), exercise.not_allowed))

    def elsewhere(self, exercise: Exercise, observed: list[Observation]) -> list[Observation]:
        chosen = [
            index
            for index, case in enumerate(exercise.cases)
            if case.device and judge_case(exercise, case, observed[index], 0.0).passed
        ]
        find, tried, place = self._finder(exercise.name), list(observed), _accelerator()
        if not chosen:
            return observed
        if place is not None:
            from hocsau.judging.elsewhere import decided, tried_on

            for index in chosen:
                case = exercise.cases[index]
                there = tried_on(place, case.request, find)
                tried[index] = decided(exercise, case, observed[index], *there)
            return tried
        from hocsau.judging.disposable import strays

        places = strays([exercise.cases[index].request for index in chosen], find)
        for index, strayed in zip(chosen, places, strict=True):
            tried[index] = replace(observed[index], strayed=strayed)
        return tried

    def dependencies(self, name: str, names: Sequence[str]) -> list[str]:
        return list(dependencies(self._names.get(name), frozenset(names)))

    def _finder(self, name: str) -> Callable[[], Any]:
        return lambda: self._names[name]


def _accelerator() -> str | None:
    """The kind of GPU that the learner computes on; None where it is the CPU."""
    from hocsau.device import device

    try:
        kind = device().type
    except ValueError:  # HOCSAU_DEVICE asks for one that is not there
        return None
    return kind if kind in ("cuda", "mps", "xpu") else None


def ready(*functions: Callable[..., Any]) -> bool:
    """True when the learner's `functions` are written and, as far as they were checked, right; else say which are not, and False.

    Nothing is called: code that is known to be wrong would only end Run All with an error that says less than its check.
    """
    unwritten = [function.__name__ for function in functions if _unfinished(function)]
    names = [function.__name__ for function in functions if function.__name__ not in unwritten]
    wrong = [name for name in names if name in verdicts and verdicts[name].outcome in WRONG]
    for words, found in ((_NOT_READY, unwritten), (_NOT_RIGHT, wrong)):
        if found:
            print(words.format(names=", ".join(found)).say())
    return not unwritten and not wrong


def _unfinished(function: Callable[..., Any]) -> bool:
    parts = vars(function).values() if isinstance(function, type) else (function,)
    codes = [getattr(part, "__code__", None) for part in parts]
    return any(code is not None and "NotImplementedError" in code.co_names for code in codes)


def _namespace(frame: Any) -> Mapping[str, Any]:
    """Where the learner's definitions live: the notebook's, or the calling module's."""
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    namespace: Mapping[str, Any] = frame.f_globals if running is None else running.user_ns
    return namespace


def _under_nbgrader() -> bool:
    return bool(os.environ.get("NBGRADER_EXECUTION"))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """nbgrader takes anything on stderr for a failure: keep both streams silent."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
