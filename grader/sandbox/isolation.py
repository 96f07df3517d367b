"""Is what stands between learners' code and this machine enough to grade with?"""

from __future__ import annotations

from collections.abc import Collection

from grader.errors import CourseError
from grader.sandbox import policy

__all__ = ["UNSANDBOXED", "danger", "demand"]

UNSANDBOXED = "HOCSAU_UNSANDBOXED"
"""The environment variable that, set to 1, says to nbgrader's own commands what --unsandboxed says to ours."""


def danger(held: Collection[str]) -> str | None:
    """One line on what it means to run learners' code behind these layers alone; None where they are enough."""
    if policy.enough(held):
        return None
    lacking = ", ".join(policy.missing(held))
    return (
        f"UNSANDBOXED: learners' code runs without {lacking}, so it may read, write and reach what you may "
        "(docs/security.md)"
    )


def demand(held: Collection[str], *, unsandboxed: bool) -> None:
    """Stop where too few layers hold, unless the instructor said to go on.

    raises CourseError
    """
    if unsandboxed or policy.enough(held):
        return
    lacking = "; ".join(f"{name}: {how}" for name, how in policy.missing(held).items())
    raise CourseError(
        f"too few layers of isolation hold on this machine ({', '.join(held)}), so nothing was graded. Missing: {lacking}. "
        "`grader doctor` says more. In a container of its own, or for code that you trust: grader grade --unsandboxed "
        f"({UNSANDBOXED}=1 for nbgrader's own commands)"
    )
