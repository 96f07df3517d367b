"""A learner's HTML and Markdown made harmless, for pages that a student opens and an instructor is logged in at.

Markdown is sanitised after it was rendered, never before: a formula such as `$a<b$` is no markup.
nbconvert's filters of the same names are replaced by these (see `configure`), so feedback and formgrader use them.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from hocsau.language import Text

__all__ = ["MAX_HTML", "MAX_MARKDOWN", "safe_html", "safe_latex", "safe_markdown", "safe_output"]

MAX_MARKDOWN = 50_000
"""Characters of one Markdown text that are rendered; beyond that it is shown as it was typed."""
MAX_HTML = 100_000
"""Characters of one piece of HTML, pictures not counted; beyond that its source is shown."""

_PLAIN = Text("[too long to be laid out: {length} characters, at most {kept}; the source follows]")
_ELSEWHERE = Text("[a picture from elsewhere is not shown: {url}]")

_TAGS = nh3.ALLOWED_TAGS - {"area", "map", "wbr", "data"}  # MathJax reads over a <wbr>
_EMPTIED = {
    *("script", "style", "svg", "math", "iframe", "object", "embed", "template", "noscript"),
    *("textarea", "select", "title", "noembed", "noframes", "xmp", "frameset", "applet"),
}
_ATTRIBUTES = {
    "*": {"title", "lang", "dir", "role", "aria-label"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    **{tag: {"colspan", "rowspan", "scope", "align", "style"} for tag in ("td", "th")},
    **{tag: {"style"} for tag in ("p", "span", "div", "table", "pre")},
    "ol": {"start"},
    "details": {"open"},
}
_CLASSES = {
    "span": re.compile(r"[a-z][a-z0-9]{0,2}"),  # what pygments calls the parts of a program
    "div": re.compile(r"highlight|hocsau-verdict|hocsau-figure"),
    "table": re.compile(r"dataframe"),
    "a": re.compile(r"anchor-link"),
}
for _tag in _CLASSES:
    _ATTRIBUTES.setdefault(_tag, set()).add("class")
_ROLES = {"status", "img", "note", "group", "table", "presentation"}
_STYLE = re.compile(
    r"(?:color|background-color|text-align|vertical-align|font-weight|font-style|white-space|"
    r"border(?:-(?:left|right|top|bottom|collapse|color|style|width))?|padding|max-width)"
    r"\s*:\s*[a-z0-9#.,% ]{1,60}",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?<![#0-9a-fA-F])\d{4,}")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_PICTURE_OR_CHART = re.compile(_PICTURE.pattern.replace("png", r"png|svg\+xml"))
_MACROS = re.compile(
    r"\\(?=(?:href|url|require|class|cssId|style|unicode|bbox|csname|data|mmlToken|includegraphics|"
    r"toggle|mathtip|texttip|html[A-Z][A-Za-z]*)(?![A-Za-z]))"
)
_JOINER = "\\\u2060"  # after a word joiner a macro's name is text: it looks the same and does nothing


def safe_html(html: str, picture: Callable[[str], bool] | None = None, *, chart: bool = False) -> str:
    """`html` without anything that runs, loads, navigates by itself or covers the page.

    picture  says of each data: URI whether it is kept; all are by default
    chart    whether a picture may be an SVG: in a verdict of ours alone
    """
    pictures = _PICTURE_OR_CHART if chart else _PICTURE
    if len(html) > MAX_HTML and len(pictures.sub("", html)) > MAX_HTML:
        return _as_source(html, MAX_HTML, None)

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return value if _is_link(value) else None
        if name == "src":
            kept = bool(pictures.fullmatch(value)) and (picture is None or picture(value))
            return value if kept else None
        if name == "style":
            return _safe_style(value)
        if name in ("width", "height", "colspan", "rowspan", "start"):
            return value if re.fullmatch(r"[0-9]{1,4}", value) else None
        if name == "class":
            kept_classes = [one for one in value.split() if _CLASSES[tag].fullmatch(one)]
            return " ".join(kept_classes) or None
        if name == "role":
            return value if value in _ROLES else None
        return value

    cleaned = nh3.clean(
        html.replace("\x00", ""),
        tags=_TAGS,
        clean_content_tags=_EMPTIED,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )
    return safe_latex(cleaned)


@pass_context
def safe_output(context: Context, html: str) -> str:
    """nbconvert's filter clean_html: an SVG stays in the cell of a verdict, whose output and metadata are the judge's alone."""
    cell: Any = context.get("cell") or {}
    return safe_html(html, chart="verdict" in cell.get("metadata", {}).get("hocsau", {}))


def safe_latex(text: str) -> str:
    """`text` in which no TeX macro makes a link, loads an extension or sets a class, an id or a style."""
    return _MACROS.sub(lambda _: _JOINER, text)


def _is_link(url: str) -> bool:
    """A place on this page, or an absolute address that is not the formgrader's own (it acts on GET)."""
    if url.startswith("#"):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return True
    here = "formgrader" in unquote(unquote(url)).lower()
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not here


def _safe_style(value: str) -> str | None:
    kept = [part.strip() for part in value.split(";")]
    kept = [part for part in kept if _STYLE.fullmatch(part) and not _LONG_NUMBER.search(part)]
    return ";".join(kept) or None


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, for which a missing attachment is no reason to stop; pictures come with the notebook."""

    language: str | None = None

    def _embed_image_or_attachment(self, src: str) -> str:
        name = src.removeprefix("attachment:")
        if name == src:
            return src
        bundle = self.attachments.get(name, {})
        for kind in ("image/png", "image/jpeg"):
            if isinstance(bundle.get(kind), str):
                return f"data:{kind};base64,{bundle[kind]}"
        return src

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if not _PICTURE.fullmatch(self._embed_image_or_attachment(url)):
            said = _ELSEWHERE.format(url=url[:200]).say(self.language)
            return f"<em>{entities.escape(said)}</em> {text}"
        return str(super().image(text, url, title))


@pass_context
def safe_markdown(context: Context, source: str) -> str:
    """nbconvert's filter markdown2html, sanitised after rendering."""
    cell: Any = context.get("cell") or {}
    notebook: Any = context.get("nb") or {}
    language = notebook.get("metadata", {}).get("hocsau", {}).get("language", "en")
    if len(source) > MAX_MARKDOWN:
        return _as_source(source, MAX_MARKDOWN, language)
    renderer = _Renderer(escape=False, attachments=cell.get("attachments", {}), anchor_link_text="¶")
    renderer.language = language
    try:
        rendered = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:  # a text that the renderer cannot take must not cost the whole page
        return _as_source(source, MAX_MARKDOWN, language)
    return _without_ids(safe_html(rendered), _taken(notebook))


def _taken(notebook: Any) -> set[str]:
    """The ids by which the formgrader finds its own boxes."""
    marks = (cell.get("metadata", {}).get("nbgrader", {}) for cell in notebook.get("cells", []))
    return {str(mark.get("grade_id")) for mark in marks}


def _without_ids(html: str, taken: set[str]) -> str:
    def heading(found: re.Match[str]) -> str:
        name = found[2].removesuffix("-comment").removesuffix("_extra_credit")
        return found[1] if name in taken else found[0]

    return re.sub(r'(<h[1-6])\s+id="([^"]*)"', heading, html)


def _as_source(text: str, kept: int, language: str | None) -> str:
    note = _PLAIN.format(length=len(text), kept=kept).say(language)
    return f"<p><em>{entities.escape(note)}</em></p><pre>{entities.escape(text[:kept])}</pre>"
