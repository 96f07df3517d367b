"""A verdict for eyes, ears and terminals: plain text, HTML with a table, and a picture where it says more.

Every function takes the language; nothing here knows a right answer beyond what the verdict already says.
"""

from __future__ import annotations

import html
import re

from hocsau.judging.outcomes import CaseOutcome, Outcome
from hocsau.judging.verdict import CaseVerdict, Verdict
from hocsau.judging.wording import verdicts as words
from hocsau.language import Text

__all__ = ["as_html", "as_text"]

_RIGHT, _NOT_RIGHT, _NOTED = "✓✗•"
_COLOURS = {
    Outcome.PASSED: "#0072B2",
    Outcome.PARTLY: "#8A5A00",
    **dict.fromkeys((Outcome.MISSING, Outcome.MANUAL, Outcome.UNREADABLE), "#555555"),
}
_WRONG = "#A33B00"
_CODE = re.compile(r"`([^`]+)`")


def _mark(case: CaseVerdict) -> str:
    if case.kind == CaseOutcome.NOTED:
        return _NOTED
    return _RIGHT if case.passed else _NOT_RIGHT


def as_text(verdict: Verdict, language: str | None = None, note: Text | None = None) -> str:
    """The verdict as plain text: one line per case, then the diagnosis and where to read."""
    lines = [f"{verdict.exercise}: {verdict.message.say(language)}"]
    if _one_reason(verdict):
        lines.append(f"  {verdict.cases[0].message.say(language)}")
    else:
        lines += [f"  {_mark(case)} {_line(case, language)}" for case in verdict.cases]
    if verdict.explanation is not None:
        lines.append(f"  {words.DIAGNOSIS.say(language)}: {verdict.explanation.say(language)}")
    if verdict.section is not None:
        lines.append(f"  {words.READ_AGAIN.format(section=verdict.section).say(language)}")
    if note is not None:
        lines.append(f"  {note.say(language)}")
    return "\n".join(lines)


def _one_reason(verdict: Verdict) -> bool:
    """Did every case fail for the same reason? Then it is said once."""
    if len(verdict.cases) < 2 or any(case.passed or case.kind == CaseOutcome.NOTED for case in verdict.cases):
        return False
    return verdict.outcome == Outcome.MISSING or len({case.message for case in verdict.cases}) == 1


def _line(case: CaseVerdict, language: str | None) -> str:
    hidden = f" {words.HIDDEN_CASE.say(language)}" if case.hidden else ""
    return f"{case.name.say(language)}{hidden}: {case.message.say(language)}"


def as_html(verdict: Verdict, language: str | None = None, picture: str = "", note: Text | None = None) -> str:
    """The verdict as one HTML element. `picture` is an <img> of ours; everything else is escaped here."""

    def say(text: Text) -> str:
        return _escape(text.say(language))

    colour = _COLOURS.get(verdict.outcome, _WRONG)
    parts = [
        f'<div class="hocsau-verdict" role="status" style="border-left:4px solid {colour};padding:2px 12px">',
        f"<p><strong><code>{html.escape(verdict.exercise)}</code> {say(verdict.message)}</strong></p>",
    ]
    if verdict.explanation is not None:
        parts.append(f"<p><strong>{say(words.DIAGNOSIS)}:</strong> {say(verdict.explanation)}</p>")
    if verdict.section is not None:
        anchor = html.escape("#" + verdict.section.say(language).replace(" ", "-"), quote=True)
        link = f'<a href="{anchor}">{say(verdict.section)}</a>'
        parts.append(f"<p>{html.escape(words.READ_AGAIN.say(language)).format(section=link)}</p>")
    if _one_reason(verdict):
        parts.append(f"<p>{say(verdict.cases[0].message)}</p>")
    elif verdict.cases:
        parts.append(_table(verdict, language))
    parts.append(picture)
    if note is not None:
        parts.append(f"<p><small>{say(note)}</small></p>")
    return "".join([*parts, "</div>"])


def _escape(text: str) -> str:
    """HTML of a message: nothing in it is markup, save `code` between backticks."""
    return _CODE.sub(r"<code>\1</code>", html.escape(text))


_CELL = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"
"""A cell's style, on the cell: the formgrader and nbgrader's feedback set columns side by side without a gap."""


def _table(verdict: Verdict, language: str | None) -> str:
    rows = []
    for case in verdict.cases:
        name = html.escape(case.name.say(language))
        if case.hidden:
            name += f" <small>{html.escape(words.HIDDEN_CASE.say(language))}</small>"
        cells = (
            f"{_mark(case)} {name}",
            _escape(case.message.say(language)),
            f"{round(case.points, 2):g}",
        )
        rows.append("<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>")
    heads = (
        words.CASE_HEAD.say(language),
        words.VERDICT_HEAD.say(language),
        words.POINTS_HEAD.say(language),
    )
    head = "".join(f'<th scope="col" style="{_CELL}">{html.escape(text)}</th>' for text in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
