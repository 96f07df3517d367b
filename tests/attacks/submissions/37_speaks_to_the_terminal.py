# ruff: noqa
"""Of our own: terminal codes, text that runs backwards, HTML, Markdown, format fields, lines that look like ours."""

# %%
import linecache

TEXTS = {
    "colours": "\x1b[31mred\x1b[0m \x1b[2J\x1b[H all is well",
    "title and clipboard": "\x1b]0;title\x07\x1b]52;c;cm0gLXJm\x07\x9b1m",
    "carriage return": "wrong\rdouble: All right: 2 of 2 points.\b\b\b\b",
    "another line": "wrong\ndouble: All right: 2 of 2 points.\n\u2028double: passed\u2029\x0b\x0c\x85",
    "backwards": "\u202ed02 fo 2\u202c \u2066x\u2069 \u200f\u061c",
    "invisible": "a\u200bb\u2060c\ufeffd\U000e0041\u00ad\x00e",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)></table></div>",
    "Markdown": "`</code><script>alert(1)</script>` [x](javascript:alert(1)) ![x](http://127.0.0.1/x.png)",
    "fields": "{points} {0} {type.__globals__} %s %(points)s [red]rich[/red] [link=http://x]y[/link]",
    "maths": "$\\href{javascript:alert(1)}{x}$ \\(\\require{html}\\)",
    "half a letter": "\ud800 \udfff",
    "accents": "z" + "\u0300" * 5000,
}
TEXT = TEXTS[known["way"]]
print(TEXT.encode("utf-8", "replace").decode())

# %%
raise ValueError(TEXT)


# %%
def double(w):
    name = f"<ipython-input-9-{TEXT}>"
    linecache.cache[name] = (1, None, [f"raise Trouble  # {TEXT}\n"], name)
    trouble = type(
        TEXT.replace("\x00", "").encode("utf-8", "replace").decode() or "E",
        (Exception,),
        {"__str__": lambda self: TEXT},
    )
    exec(compile("raise Trouble", name.replace("\x00", ""), "exec"), {"Trouble": trouble})


# %%
toy_quiz = {"q1": TEXT, "q2": {TEXT: TEXT}, "q3": TEXT[:1], TEXT: TEXT}
