# ruff: noqa
"""Row 19: scripts in what a cell prints, shows, returns and raises, and in its own text."""

# %%
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

RUN = "window.planted=1"
PLANTED = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'<svg onload="{RUN}"><script>{RUN}</script></svg>',
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f'<a href="java&#9;script:{RUN}">x</a>',
    f'<details open ontoggle="{RUN}"><summary>x</summary></details>',
]


class Planted:
    """Every form of itself runs something."""

    def _repr_html_(self):
        return "".join(PLANTED)

    def _repr_markdown_(self):
        return "".join(PLANTED)

    def _repr_svg_(self):
        return PLANTED[2]

    def _repr_javascript_(self):
        return RUN

    def __repr__(self):
        return PLANTED[0]


# %%
for text in PLANTED:
    print(text)
    display(HTML(text), Markdown(text), Latex("$" + text + "$"), Javascript(RUN))
display({"text/html": PLANTED[0], "application/vnd.jupyter.widget-view+json": PLANTED[1]}, raw=True)
display(Planted())
Planted()

# %%
# </script><script>window.planted=1</script>
raise type(PLANTED[0], (Exception,), {})(PLANTED[1])


# %%
def double(w):
    if len(w) == 3:
        raise type(PLANTED[0], (Exception,), {})("".join(PLANTED))
    return Planted()
