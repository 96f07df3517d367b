"""`check("momentum_step")`: is the learner's answer right, and if not, what exactly is wrong?

It replays the lesson's check pack on the definition of that name in the notebook. It reports and never raises, so
that Run All on a blank lesson reaches its end. Under nbgrader's own execution its value is the score itself.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from hocsau import journal, packs
from hocsau.judging.allowed import library_calls
from hocsau.judging.dependencies import dependencies
from hocsau.judging.exercise import Exercise, Pack
from hocsau.judging.picture import picture
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Lookup
from hocsau.judging.show import as_html, as_text
from hocsau.judging.tensors import Unreadable
from hocsau.judging.verdict import Verdict, blame, forbid, judge, judge_case, judge_manual
from hocsau.judging.wording import WORDS

__all__ = ["CheckReport", "check", "ready", "verdicts"]

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

    def _note(self) -> Any:
        return WORDS["hidden_note"] if self.verdict.outcome == "passed" else None


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
        verdict, observed = _judge(pack, exercise, namespace)
        if verdict.outcome == "unreadable" and _under_nbgrader():
            raise Unreadable(as_text(verdict))
        verdicts[name] = verdict
        _remember(verdict, namespace.get(name))
        unseen = not observed or verdict.outcome in ("passed", "unreadable")
        shown = "" if unseen else picture(exercise, observed)
    return CheckReport(verdict, shown)


def _remember(verdict: Verdict, answer: Any) -> None:
    """Into the learner's own file, save while a submission is graded."""
    if _under_nbgrader() or verdict.outcome in ("missing", "unreadable"):
        return
    share = verdict.points / verdict.max_points if verdict.max_points else 0.0
    journal.note_check(verdict.exercise, verdict.outcome, share, journal.fingerprint(answer))


def _judge(
    pack: Pack, exercise: Exercise, namespace: Mapping[str, Any]
) -> tuple[Verdict, list[Observation]]:
    if exercise.kind == "written":
        return judge_manual(exercise), []
    observed = _observe(exercise, namespace)
    observed = _tried_elsewhere(exercise, observed, namespace)
    verdict = judge(exercise, observed)
    if exercise.not_allowed:
        calls = library_calls(namespace.get(exercise.name), exercise.not_allowed)
        seen = [name for came in observed for name in came.used]
        verdict = forbid(exercise, verdict, [*calls, *seen])
    settled = verdict.outcome in ("passed", "forbidden", "unreadable")
    if settled or exercise.kind != "function":
        return verdict, observed
    others = {other.name: other for other in pack.exercises if other.kind == "function"}
    used = dependencies(namespace.get(exercise.name), frozenset(others))
    wrong = [
        name
        for name in used
        if judge(others[name], _observe(others[name], namespace)).outcome != "passed"
    ]
    return blame(verdict, wrong), observed


def _observe(exercise: Exercise, namespace: Mapping[str, Any]) -> list[Observation]:
    find = _finder(namespace, exercise.name)
    requests = [case.request for case in exercise.cases] or [Lookup()]
    observed: list[Observation] = []
    for request in requests:
        failure = observed[-1].failure if observed else None
        if failure is not None and failure.type == "KeyboardInterrupt":
            observed.append(observed[-1])  # who stops an endless loop means all of it
        else:
            observed.append(drive(request, find, not_allowed=exercise.not_allowed))
    return observed


def _tried_elsewhere(
    exercise: Exercise, observed: list[Observation], namespace: Mapping[str, Any]
) -> list[Observation]:
    """The cases that are right and meant for it, with their tensors on another device as well."""
    chosen = [
        index
        for index, case in enumerate(exercise.cases)
        if case.device and judge_case(exercise, case, observed[index], 0.0).passed
    ]
    if not chosen:
        return observed
    find, tried = _finder(namespace, exercise.name), list(observed)
    place = _accelerator()
    if place is not None:
        from hocsau.judging.elsewhere import decided, tried_on

        for index in chosen:
            case = exercise.cases[index]
            there = tried_on(place, case.request, find)
            tried[index] = decided(exercise, case, observed[index], *there)
        return tried
    from hocsau.judging.disposable import strays

    places = strays([exercise.cases[index].request for index in chosen], find)
    for index, found in zip(chosen, places, strict=True):
        tried[index] = replace(observed[index], strayed=found)
    return tried


def _accelerator() -> str | None:
    """The kind of GPU that the learner computes on; None where it is the CPU."""
    from hocsau.device import device

    try:
        kind = device().type
    except ValueError:  # HOCSAU_DEVICE asks for one that is not there
        return None
    return kind if kind in ("cuda", "mps", "xpu") else None


def _finder(namespace: Mapping[str, Any], name: str) -> Callable[[], Any]:
    def find() -> Any:
        return namespace[name]

    return find


_WRONG = ("partly", "failed", "error", "timeout")


def ready(*functions: Callable[..., Any]) -> bool:
    """True when the learner's `functions` are written and, as far as they were checked, right; else say which are not, and False.

    Nothing is called: code that is known to be wrong would only end Run All with an error that says less than its check.
    """
    unwritten = [function.__name__ for function in functions if _unfinished(function)]
    names = [function.__name__ for function in functions if function.__name__ not in unwritten]
    wrong = [name for name in names if name in verdicts and verdicts[name].outcome in _WRONG]
    for word, found in (("not_ready", unwritten), ("not_right", wrong)):
        if found:
            print(WORDS[word].format(names=", ".join(found)).say())
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
