"""What a learner printed or drew, and wrote: capped, harmless, and nothing cut without a word."""

from __future__ import annotations

import base64
import io
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from PIL import Image
from traitlets.config import Config

from grader.nbgrader import configure
from grader.nbgrader.outputs import CAPS, Caps, put_outputs
from grader.nbgrader.printed import ends, tidy
from grader.nbgrader.safe_html import MAX_HTML, MAX_MARKDOWN, safe_html, safe_latex, safe_output

SMALL = Caps(
    outputs=3,
    lines=6,
    characters=200,
    text=500,
    picture=2000,
    pixels=10_000,
    pictures=3000,
)


def png(width: int = 8, height: int = 8, noise: bool = False, kind: str = "PNG") -> str:
    """A picture in base64."""
    image = Image.effect_noise((width, height), 99) if noise else Image.new("L", (width, height))
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data: str) -> dict[str, Any]:
    kinds = {kind.replace("_", "/").replace("svgxml", "svg+xml"): v for kind, v in data.items()}
    return {"output_type": "display_data", "data": kinds, "metadata": {}}


def kept(*outputs: dict[str, Any], caps: Caps = CAPS, language: str = "en") -> list[NotebookNode]:
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("...")])
    put_outputs(nb, {0: list(outputs)}, language, caps)
    nbformat.validate(nb)
    found: list[NotebookNode] = nb.cells[0].outputs
    return found


# --- text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("  0%|   |\r 50%|#  |\r100%|###|\n", "100%|###|\n"),
        ("100%|###|\r\n", "100%|###|\n"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("\x1b[2J\x1b[1;1Hcleared\x1b[?25l", "cleared"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\x", "x"),
        ("\x1bPq...", ""),
        ("bell\x07 back\x08 null\x00 next\x85", "bell back null next"),
        ("tail\x1b[3", "tail3"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800", "?"),
    ],
)  # fmt: skip
def test_text_is_what_a_terminal_shows(text: str, seen: str) -> None:
    assert tidy(text) == seen


def test_a_cut_keeps_how_it_began_and_how_it_ended() -> None:
    assert ends("abcdefghi", 6, "..") == "abcd..hi"
    assert ends(list("abcdefghi"), 6, ["-"]) == ["a", "b", "c", "d", "-", "h", "i"]
    assert ends("abcdefghi", 2, "..") == "ab.."


@pytest.mark.parametrize(
    ("language", "note"),
    [("en", "[… 94 lines left out here …]"), ("vi", "[… lược bớt 94 dòng ở đây …]")],
)
def test_many_lines_are_cut_in_the_middle_with_a_note(language: str, note: str) -> None:
    (output,) = kept(stream("\n".join(map(str, range(100)))), caps=SMALL, language=language)
    assert output.text.split("\n") == ["0", "1", "2", "3", note, "98", "99"]


@pytest.mark.parametrize(
    ("language", "note"),
    [("en", "[… 800 characters left out here …]"), ("vi", "[… lược bớt 800 ký tự ở đây …]")],
)
def test_a_long_line_is_cut_with_a_note(language: str, note: str) -> None:
    (output,) = kept(stream("<" + "x" * 998 + ">"), caps=SMALL, language=language)
    assert note in output.text
    assert output.text[0] + output.text[-1] == "<>"
    assert len(output.text) < 250


def test_the_characters_of_a_cell_are_counted_over_its_outputs() -> None:
    outputs = kept(stream("a" * 150), stream("b" * 150, "stderr"), caps=SMALL)
    assert outputs[0].text == "a" * 150
    assert "[… 100 characters left out here …]" in outputs[1].text
    assert outputs[1].text.count("b") == 50


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("en", "[text left out: this notebook prints more than 500 characters in all]\n"),
        ("vi", "[lược bớt văn bản: cả notebook này in ra hơn 500 ký tự]\n"),
    ],
)
def test_a_notebook_that_prints_without_end_is_cut(language: str, note: str) -> None:
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("...") for _ in range(5)])
    put_outputs(nb, {index: [stream("x" * 200)] for index in range(5)}, language, SMALL)
    texts = ["".join(output.text for output in cell.outputs) for cell in nb.cells]
    assert [text.count("x") for text in texts[:2]] == [200, 200]
    assert texts[2].count("x") < 200
    assert texts[3:] == [note, note]


def test_pieces_of_one_stream_are_one_output() -> None:
    pieces = [stream(f"{step}\n") for step in range(5)]
    (output,) = kept(*pieces, caps=SMALL)
    assert output.text == "0\n1\n2\n3\n4\n"


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("en", "[6 further outputs of this cell left out; at most 3 are kept]\n"),
        ("vi", "[lược bớt 6 kết quả nữa của ô này; chỉ giữ tối đa 3]\n"),
    ],
)
def test_further_outputs_are_counted_and_the_error_stays(language: str, note: str) -> None:
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["E: v"]}
    outputs = kept(*(shown(text_plain=str(n)) for n in range(9)), error, caps=SMALL, language=language)
    assert [output.output_type for output in outputs] == [*["display_data"] * 3, "error", "stream"]
    assert outputs[-1].text == note


def test_a_traceback_keeps_its_colours_and_its_two_ends() -> None:
    lines = [f"\x1b[31mline {n}\x1b[0m\x07" for n in range(20)]
    error = {"output_type": "error", "ename": "E\x1b[0m", "evalue": "v" * 5000, "traceback": lines}
    (output,) = kept(error, caps=SMALL)
    assert output.traceback[0] == "\x1b[31mline 0\x1b[0m"
    assert output.traceback[-1] == "\x1b[31mline 19\x1b[0m"
    assert "[… 14 lines left out here …]" in output.traceback
    assert len(output.evalue) == 1000


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout"},
        {"output_type": "update_display_data", "data": {"text/plain": "x"}},
        {"output_type": "display_data", "data": {}},
        {"output_type": "display_data", "data": None},
        {"output_type": ["error"]},
        {"output_type": "error", "ename": "E"},
        {"output_type": "stream", "name": "stdout", "text": 3},
        {},
    ],
)
def test_what_is_not_well_formed_is_dropped(output: dict[str, Any]) -> None:
    assert kept(output) == []


def test_honest_output_is_kept_as_it_is() -> None:
    outputs = kept(
        stream("loss 0.5\n"),
        stream("UserWarning: careful\n", "stderr"),
        {"output_type": "execute_result", "data": {"text/plain": "0.25"}, "execution_count": None},
        shown(text_latex=r"$\displaystyle a < b$", text_plain="a < b"),
        shown(text_markdown="**if $a<b$**", text_plain="<Markdown>"),
        shown(text_html='<table class="dataframe"><tr><td>1</td></tr></table>', text_plain="1"),
        shown(image_png=png() + "\n", text_plain="<Figure>"),
    )
    assert [output.output_type for output in outputs[:3]] == ["stream", "stream", "execute_result"]
    assert outputs[3].data["text/latex"] == r"$\displaystyle a < b$"
    assert outputs[4].data["text/markdown"] == "**if $a<b$**"
    assert '<table class="dataframe">' in outputs[5].data["text/html"]
    assert outputs[6].data["image/png"] == png()
    assert len(outputs) == 7


# --- pictures


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(
    ("picture", "english", "vietnamese"),
    [
        ("no base64!", "it is no readable PNG or JPEG", "không phải PNG hay JPEG đọc được"),
        ("PHN2Zz48L3N2Zz4=", "it is no readable PNG or JPEG", "không phải PNG hay JPEG đọc được"),
        (png(kind="GIF"), "it is no readable PNG or JPEG", "không phải PNG hay JPEG đọc được"),
        (png(60, 60, noise=True), "at most 0.00190735 MB is kept", "chỉ giữ tối đa 0.00190735 MB"),
        ("A" * 5000, "a picture left out: 0.0 MB", "lược bớt một hình: 0.0 MB"),
        (png(200, 51), "it has more than 0.01 million pixels", "hơn 0.01 triệu điểm ảnh"),
    ],
    ids=["no base64", "svg", "gif", "bytes", "characters", "pixels"],
)  # fmt: skip
def test_a_picture_that_is_not_kept_is_named(picture: str, english: str, vietnamese: str, language: str) -> None:
    outputs = kept(shown(image_png=picture), caps=SMALL, language=language)
    assert len(outputs) == 1
    assert (english if language == "en" else vietnamese) in outputs[0].text


def test_pictures_have_a_cap_in_all_also_within_html() -> None:
    one = png(38, 38, noise=True)
    size = len(base64.b64decode(one))
    assert 1000 < size < 2000
    figure = shown(text_html=f'<img alt="a" src="data:image/png;base64,{one}">')
    outputs = kept(shown(image_png=one), figure, shown(image_png=one), caps=SMALL)
    texts = [output.get("text", "") for output in outputs]
    pictures = str([output.get("data") for output in outputs]).count(one[:40])
    assert pictures == 3000 // size
    assert "".join(texts).count("this notebook holds more than") == 3 - pictures


@pytest.mark.parametrize("side", [5_000, 12_000, 20_000])
def test_a_picture_of_many_pixels_in_few_bytes_is_not_kept(side: int) -> None:
    bomb = png(side, side)
    assert len(bomb) < 600_000
    (note,) = kept(shown(image_png=bomb))
    assert note.text == "[a picture left out: it has more than 16 million pixels]\n"


@pytest.mark.parametrize(
    ("output", "note"),
    [
        ({"image_svgxml": "<svg onload=alert(1)>"}, "image/svg+xml"),
        ({"application_javascript": "alert(1)", "text_plain": "<Javascript>"}, "application/javascript"),
        ({"text_vnd.mermaid": "graph"}, "text/vnd.mermaid"),
        ({"application_vnd.jupyter.widget-view+json": "{}"}, "application/vnd.jupyter.widget-view+json"),
    ],
)  # fmt: skip
def test_what_could_run_in_the_page_is_left_out_with_a_note(output: dict[str, str], note: str) -> None:
    outputs = kept(shown(**output))
    assert outputs[-1].text == f"[left out, since it could run in this page: {note}]\n"
    assert "alert" not in str(outputs)


# --- HTML and Markdown

ATTACKS = {
    "script": "<script>{run}</script>",
    "upper case": "<ScRiPt\n>{run}</sCrIpT>",
    "image": "<img src=x onerror={run}>",
    "image without spaces": '<img/src="x"/onerror="{run}">',
    "body": '<body onload="{run}">',
    "details": '<details open ontoggle="{run}"><summary>x</summary></details>',
    "animation": '<style>@keyframes x{{}}</style><p style="animation-name:x" onanimationstart="{run}">',
    "svg": '<svg onload="{run}"><script>{run}</script><a xlink:href="javascript:{run}">x</a></svg>',
    "svg image": '<img src="data:image/svg+xml;base64,PHN2Zz4=" onload="{run}">',
    "math": '<math><mtext><table><mglyph><style><img src=x onerror="{run}"></style></math>',
    "frame": '<iframe srcdoc="<script>parent.{run}</script>"></iframe>',
    "frame source": '<iframe src="javascript:parent.{run}"></iframe>',
    "object": '<object data="javascript:{run}"></object><embed src="javascript:{run}">',
    "link": '<a id=planted href="javascript:{run}">x</a>',
    "link with a tab": '<a href="java&#9;script:{run}">x</a>',
    "link to data": '<a href="data:text/html,<script>{run}</script>">x</a>',
    "form": '<form action="javascript:{run}"><button autofocus onfocus="{run}">x</button></form>',
    "input": '<input autofocus onfocus="{run}">',
    "refresh": '<meta http-equiv="refresh" content="0;url=javascript:{run}">',
    "base": '<base href="https://evil.example/">',
    "comment": "<!--<img src='--><img src=x onerror={run}>//'>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror={run}>"></noscript>',
    "textarea": "<textarea><img title='</textarea><img src=x onerror={run}>'></textarea>",
    "template": "<template><script>{run}</script></template>",
    "shadow": '<div><template shadowrootmode="open"><img src=x onerror={run}></template></div>',
    "mathjax configuration": '<script type="text/x-mathjax-config">{run}</script>',
    "tex script": '<script type="math/tex">\\href{{javascript:{run}}}{{x}}</script>',
    "entity": "&lt;script&gt;{run}&lt;/script&gt;<img src=x onerror=&#119;indow.planted=1>",
    "null": "<scr\x00ipt>{run}</scr\x00ipt>",
    "unclosed": "</div></div></body></html><script>{run}",
    "marquee": '<marquee onstart="{run}">x</marquee>',
    "video": '<video autoplay onloadstart="{run}"><source onerror="{run}"></video>',
}  # fmt: skip
RUN = "window.planted=1"
TAGS = (
    "<script", "<img", "<body", "<style", "<svg", "<math", "<iframe", "<object", "<embed", "<form",
    "<button", "<input", "<meta", "<base", "<template", "<noscript", "<textarea", "<video", "<marquee",
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_html_that_could_run_is_taken_out(attack: str) -> None:
    cleaned = safe_html("before " + attack.format(run=RUN) + " after")
    assert "before" in cleaned
    assert " on" not in cleaned.replace(" on\n", "")
    assert "javascript:" not in cleaned
    for tag in TAGS:
        assert tag not in cleaned.replace("<img>", "")


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ('<a href="/formgrader?path=/tmp">x</a>', "<a>x</a>"),
        ('<a href="https://hub.example/user/a/form%2567rader?path=b">x</a>', "<a>x</a>"),
        ('<a href="answers.html">x</a>', "<a>x</a>"),
        ('<a href="//evil.example">x</a>', "<a>x</a>"),
        ('<a href="https://[">x</a>', "<a>x</a>"),
        ('<a href="#Momentum">x</a>', '<a href="#Momentum">x</a>'),
        ('<a href="https://arxiv.org/abs/1412.6980">x</a>', '<a href="https://arxiv.org/abs/1412.6980">x</a>'),
        ('<img src="https://evil.example/seen.png" alt="a">', '<img alt="a">'),
        ('<img src="/logout" alt="a">', '<img alt="a">'),
        ('<img src="data:text/html;base64,AAAA">', "<img>"),
        ('<p style="position:fixed;top:0;color:red">x</p>', '<p style="color:red">x</p>'),
        ('<p style="color:red;background:url(http://x)">x</p>', '<p style="color:red">x</p>'),
        ('<p style="padding:99999px;width:expression(1)">x</p>', "<p>x</p>"),
        ('<p class="modal">x</p><div class="navbar highlight">y</div>', '<p>x</p><div class="highlight">y</div>'),
        ('<span class="k modal n1">x</span>', '<span class="k n1">x</span>'),
        ('<div role="dialog" id="statusmessage">x</div>', "<div>x</div>"),
        ('<h2 id="Momentum">x</h2>', '<h2 id="Momentum">x</h2>'),
        ('<img src="data:image/png;base64,AAAA" width="1&quot; x" height="20">', '<img src="data:image/png;base64,AAAA" height="20">'),
        ("a < b &amp;&amp; c > d", "a &lt; b &amp;&amp; c &gt; d"),
    ],
)  # fmt: skip
def test_html_keeps_what_is_harmless(html: str, cleaned: str) -> None:
    found = safe_html(html).replace(' rel="noopener noreferrer nofollow"', "")
    assert found == cleaned


def test_html_without_end_is_shown_as_its_source() -> None:
    found = safe_html("<b>" * MAX_HTML)
    assert found.startswith("<p><em>[too long to be laid out: 300000 characters, at most 100000;")
    assert "<b>" not in found
    picture = f'<img src="data:image/png;base64,{"A" * MAX_HTML}">'
    assert safe_html(picture) == picture


@pytest.mark.parametrize("macro", ["href", "url", "require", "class", "cssId", "style", "unicode", "bbox", "htmlData"])
def test_a_macro_that_leaves_mathematics_is_no_macro_any_more(macro: str) -> None:
    assert "\\" + macro not in safe_latex(rf"$\{macro}{{javascript:alert(1)}}{{x}}$")


def test_other_macros_stay() -> None:
    formula = r"$\nabla f(w) \le \frac{1}{2} \classify \styled \mathbb{R}^{n}$"
    assert safe_latex(formula) == formula


def exporter(template: str) -> HTMLExporter:
    """An exporter as nbgrader's feedback and the formgrader make theirs, with our configuration."""
    import nbgrader.server_extensions.formgrader as formgrader

    config = Config()
    configure(config)
    config.HTMLExporter.template_name = template
    folder = Path(formgrader.__file__).parent
    config.HTMLExporter.extra_template_basedirs = [str(folder / "templates")]
    css = folder / "static" / "node_modules" / "bootstrap" / "dist" / "css"
    config.HTMLExporter.extra_template_paths = [str(css)]
    return HTMLExporter(config=config)


def page(template: str, *cells: NotebookNode, language: str = "en") -> str:
    nb = nbformat.v4.new_notebook(cells=list(cells))
    nb.metadata["hocsau"] = {"language": language}
    resources = {
        "nbgrader": {"notebook": "02_momentum", "score": 1.0, "max_score": 2.0, "late_penalty": 0},
        "index": 0,
        "total": 1,
        "base_url": "",
        "submission_id": "s",
        "notebook_id": "02_momentum",
    }
    html, _ = exporter(template).from_notebook_node(nb, resources)
    return str(html)


def markdown(source: str, grade_id: str = "", **fields: Any) -> NotebookNode:
    cell = nbformat.v4.new_markdown_cell(source, **fields)
    if grade_id:
        marks = {"grade_id": grade_id, "grade": True, "solution": True, "points": 1, "score": 0}
        cell.metadata["nbgrader"] = marks
    return cell


BOTH = pytest.mark.parametrize("template", ["feedback", "formgrade"])


@BOTH
def test_pages_hold_nothing_of_a_learner_that_runs(template: str) -> None:
    attacks = [attack.format(run=RUN) for attack in ATTACKS.values()]
    honest = [cell for _ in attacks for cell in (markdown("x"), markdown("x", "w"))]
    plain = page(template, *honest, nbformat.v4.new_code_cell("x"))
    code = nbformat.v4.new_code_cell("</script><script>window.planted=1</script>")
    for attack in attacks:
        code.outputs.append(nbformat.v4.new_output("display_data", {"text/html": attack}))
        code.outputs.append(nbformat.v4.new_output("display_data", {"text/markdown": attack}))
        code.outputs.append(nbformat.v4.new_output("display_data", {"text/latex": attack}))
        code.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=attack))
        code.outputs.append(nbformat.v4.new_output("error", ename=attack, evalue=attack, traceback=[attack]))
    for kind in ("application/javascript", "image/svg+xml"):
        code.outputs.append(nbformat.v4.new_output("display_data", {kind: RUN}))
    cells = [cell for attack in attacks for cell in (markdown(attack), markdown(attack, "w"))]
    raw = [nbformat.v4.new_raw_cell(attack) for attack in attacks]
    html = page(template, *cells, *raw, code)
    assert active(html) == active(plain)


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.active: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.active.update(name for name, _ in attrs if name.startswith("on") or name == "srcdoc")
        self.active.update(value for _, value in attrs if value and "script:" in value.lower())
        if "<" + tag in TAGS and tag != "img":
            self.active[tag] += 1


def active(html: str) -> Counter[str]:
    """Everything in a page that may run."""
    parts = _Parts()
    parts.feed(html)
    return parts.active


def test_what_may_run_would_be_seen() -> None:
    found = active('<p onclick="x"><a href="javascript:x"><script>x</script>')
    assert found == {"onclick": 1, "javascript:x": 1, "script": 1}


@BOTH
def test_formulas_survive(template: str) -> None:
    html = page(template, markdown("If $a<b$ and $c>d$ then $$x \\\\ y$$ **bold**"))
    assert "If $a&lt;b$ and $c&gt;d$ then $$x \\\\ y$$ <strong>bold</strong>" in html


@BOTH
def test_programs_in_prose_keep_their_colours_and_headings_their_anchors(template: str) -> None:
    html = page(template, markdown("## Two words\n\n```python\nx = 1\n```\n\n| a |\n|--|\n| b |"))
    assert '<span class="mi">1</span>' in html
    assert '<h2 id="Two-words">Two words<a class="anchor-link" href="#Two-words"' in html
    assert "<td>b</td>" in html


@BOTH
def test_no_heading_takes_the_name_of_a_box_of_the_formgrader(template: str) -> None:
    boxes = "# quiz\n\n# quiz-comment\n\n# other"
    html = page(template, markdown(boxes), markdown("x", grade_id="quiz"))
    assert '<h1 id="other">' in html
    assert '<h1 id="quiz' not in html


@BOTH
def test_pictures_come_with_the_notebook_or_not_at_all(template: str) -> None:
    text = "![mine](attachment:a.png) ![gone](attachment:b) ![far](https://evil.example/x.png)"
    attachments = {
        "a.png": {"image/svg+xml": "<svg>", "image/png": "AAAA"},
        "b": {"text/html": "x"},
    }
    html = page(template, markdown(text, attachments=attachments))
    assert '<img alt="mine" src="data:image/png;base64,AAAA"' in html
    assert "[a picture from elsewhere is not shown: attachment:b]</em> gone" in html
    assert "[a picture from elsewhere is not shown: https://evil.example/x.png]</em> far" in html
    assert "không hiển thị hình lấy từ nơi khác" in page(template, markdown(text), language="vi")


SVG = f'<img alt="a" src="data:image/svg+xml;base64,{base64.b64encode(b"<svg/>").decode()}">'


@BOTH
def test_an_svg_stands_in_a_verdict_alone(template: str) -> None:
    shown_svg = nbformat.v4.new_output("display_data", {"text/html": SVG})
    verdict, other = (nbformat.v4.new_code_cell("x", outputs=[shown_svg]) for _ in range(2))
    verdict.metadata["hocsau"] = {"verdict": {}}
    assert SVG[:-1] in page(template, verdict)
    in_markdown = nbformat.v4.new_output("display_data", {"text/markdown": SVG})
    quoting = nbformat.v4.new_code_cell(SVG, outputs=[in_markdown])
    html = page(template, other, quoting, markdown(SVG), markdown(SVG, grade_id="w"), nbformat.v4.new_raw_cell(SVG))
    assert 'src="data:image/svg' not in html


@pytest.mark.parametrize("kind", ["svg+xml", "SVG+XML", "svg+xml;charset=utf-8"])
def test_a_learner_shows_no_svg(kind: str) -> None:
    outputs = kept(shown(text_html=SVG.replace("svg+xml", kind) + "after"))
    assert outputs[0].data["text/html"] == '<img alt="a">after'
    assert "svg" not in str(outputs).lower()


@BOTH
def test_prose_without_end_does_not_cost_the_page(template: str) -> None:
    html = page(template, markdown("\\begin{a}<b>" * MAX_MARKDOWN))
    assert "too long to be laid out: 600000 characters, at most 50000; the source follows" in html


@BOTH
def test_our_own_verdict_keeps_its_looks(template: str) -> None:
    verdict = (
        '<div class="hocsau-verdict" role="status" style="border-left:4px solid #0072B2;padding:2px 12px">'
        '<p><strong><code>f</code> right</strong></p><td style="text-align:left">x</td></div>'
    )
    cell = nbformat.v4.new_code_cell("check('f')")
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": verdict})]
    html = page(template, cell)
    assert 'class="hocsau-verdict" role="status"' in html or 'role="status"' in html
    assert "border-left:4px solid #0072B2" in html


# --- in a browser, and in the formgrader itself


@pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="needs Chromium")
def test_nothing_runs_in_a_real_browser(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    cells: list[NotebookNode] = []
    for attack in ATTACKS.values():
        code = nbformat.v4.new_code_cell("x")
        planted = attack.format(run=RUN)
        put_outputs(
            nbformat.v4.new_notebook(cells=[code]),
            {0: [shown(text_html=planted), shown(text_markdown=planted), stream(planted)]},
            "en",
        )
        cells += [
            markdown(planted),
            markdown(planted, "w"),
            nbformat.v4.new_raw_cell(planted),
            code,
        ]
    pages = {
        "feedback": page("feedback", *cells),
        "formgrade": page("formgrade", *cells),
        "proof": f"<img src=x onerror={RUN}>",
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, html in pages.items():
            (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
            opened = browser.new_page()
            opened.route("**/*", lambda route: route.continue_() if route.request.url.startswith(("file:", "data:")) else route.abort())  # fmt: skip
            opened.goto((tmp_path / f"{name}.html").as_uri(), wait_until="load")
            opened.evaluate(
                """() => document.querySelectorAll("a, button:not(.btn), details, summary").forEach(
                    one => one.href && !one.href.startsWith("javascript:") ? 0 : one.click())"""
            )
            planted = opened.evaluate("window.planted")
            assert planted == (1 if name == "proof" else None), name
            opened.close()
        browser.close()


def test_the_formgrader_makes_its_pages_with_our_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

    from grader.course.places import ROOT

    monkeypatch.chdir(ROOT)
    formgrader = FormgradeExtension()
    formgrader.root_dir = str(ROOT)
    formgrader.initialize([])
    webapp = SimpleNamespace(settings={})
    formgrader.init_tornado_settings(webapp)
    made = webapp.settings["nbgrader_exporter"]
    assert made.sanitize_html
    filters = made.environment.filters
    assert filters["clean_html"] is safe_output
    assert filters["markdown2html"].__module__ == "grader.nbgrader.safe_html"
