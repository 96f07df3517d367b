"""Edits of the reference answer: what they give, and what stops the build."""

from __future__ import annotations

import pytest

from grader.course.edits import edited
from grader.errors import BuildError

SOURCE = """def step(w, v):
    ### BEGIN SOLUTION
    for i in range(3):
        v = 2 * v
        w = w + v
    w = w + v

    return w, v
    ### END SOLUTION"""


def body(edit: str) -> str:
    """What stands between the markers after an edit."""
    inside = edited(SOURCE, edit).split("### BEGIN SOLUTION\n")[1].split("\n    ### END")[0]
    return "\n".join(line[4:] for line in inside.split("\n"))


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        ("- v = 2 * v\n+ v = v", ["for i in range(3):", "    v = v", "    w = w + v", "w = w + v", "", "return w, v"]),
        ("- v = 2 * v", ["for i in range(3):", "    w = w + v", "w = w + v", "", "return w, v"]),
        ("- for i in range(3):\n-     v = 2 * v\n-     w = w + v\n+ v = 8 * v", ["v = 8 * v", "w = w + v", "", "return w, v"]),
        ("      w = w + v\n- w = w + v", ["for i in range(3):", "    v = 2 * v", "    w = w + v", "", "return w, v"]),
        ("- v = 2 * v\n+ v = v\n\n- return w, v\n+ return v, w", ["for i in range(3):", "    v = v", "    w = w + v", "w = w + v", "", "return v, w"]),
        ("  return w, v\n+ # never here", ["for i in range(3):", "    v = 2 * v", "    w = w + v", "w = w + v", "", "return w, v", "# never here"]),
    ],
)  # fmt: skip
def test_an_edit_gives_the_lines_it_shows(edit: str, lines: list[str]) -> None:
    assert body(edit).split("\n") == lines


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("- v = 3 * v\n+ v = v", "is not in the answer:\nv = 3"),
        ("- w = w + v\n+ w = w", "is there 2 times; add the line before or after:\nw = w"),
        ("- w + v", "is not in the answer"),
        ("+ v = v", "needs a line that says where: v = v"),
        ("- v = 2 * v\n+ v = 2 * v", "an edit that changes nothing"),
        ("v = 2 * v", "begins with '- ', '+ ' or two spaces; this does not: 'v = 2"),
        ("-v = 2 * v", "this does not: '-v ="),
        ("- for i in range(3):\n- v = 2 * v", "is not in the answer"),
    ],
)
def test_an_edit_that_does_not_fit_says_so(edit: str, said: str) -> None:
    with pytest.raises(BuildError) as caught:
        edited(SOURCE, edit)
    assert said in str(caught.value)
