"""A student's evening, in both languages: fetch, run, move, err, read, mend, validate, submit; next day the feedback."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.course import Course
from tests.browser.lab import Lab, Watched
from tests.browser.notebook import OURS, Notebook, move, violations
from tests.student import run

ASSIGNMENT = "02_momentum"
FILE = f"{ASSIGNMENT}.ipynb"

UPHILL = """\
def momentum_step(w, v, grad, learning_rate, beta):
    v = beta * v + learning_rate * grad
    return w + v, v"""
RIGHT = UPHILL.replace("+ learning_rate", "- learning_rate")
AVERAGED = """\
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    w, v = w0.copy(), np.zeros_like(w0)
    rows = [w]
    for _ in range(steps):
        v = beta * v - (1 - beta) * learning_rate * gradient(w)
        w = w + v
        rows.append(w)
    return np.array(rows)"""


@dataclass(frozen=True)
class Words:
    """What the page says, written down here by hand and not taken from the code."""

    student: str
    course: str
    sliders: tuple[tuple[str, ...], tuple[str, ...]]
    uphill: str
    averaged: str
    all_right: str
    done: str
    following: str
    quote: str


ENGLISH = Words(
    student="lan",
    course="hocsau",
    sliders=(
        ("learning rate η", "momentum β", "condition number κ"),
        ("learning rate η", "momentum β"),
    ),
    uphill="Your velocity adds η∇J where the rule subtracts it, and w then follows v uphill",
    averaged="You multiplied the new gradient by (1 - β), as an exponential moving average does",
    all_right="All right: 3 of 3 points",
    done="momentum_step 3/3 done",
    following="Next: momentum_descent",
    quote="Your trajectory over the expected one",
)
VIETNAMESE = Words(
    student="an",
    course="hocsau-vi",
    sliders=(
        ("tốc độ học η", "động lượng β", "số điều kiện κ"),
        ("tốc độ học η", "động lượng β"),
    ),
    uphill="Vận tốc của bạn cộng η∇J trong khi công thức phải trừ",
    averaged="Bạn đã nhân gradient mới với (1 - β) như trong trung bình động theo mũ",
    all_right="Đúng hết: 3/3 điểm",
    done="momentum_step 3/3 xong",
    following="Tiếp theo: momentum_descent",
    quote="Quỹ đạo của bạn",
)

SAID_BY_THE_PAGE = (
    # JupyterLab, on a machine busier than it thought
    "did not appear within",
    "to activate. (",
)
SAID_BY_THE_VIEWER = (
    "Blocked script execution",  # JupyterLab shows a page without its scripts until one trusts it
    "mathjax",  # nbgrader's pages take it from the network, which a test does without
)
SAID_BY_THE_SERVER = (
    "TCP without encryption",  # ipykernel, of every kernel on a machine of one's own
    "is not trusted",  # Jupyter says so of every notebook that was not run here
    "websocket_ping_timeout",  # two defaults of jupyter_server that do not fit; it mends that itself
    "Possible missing notebooks",  # nbgrader found JupyterLab's checkpoint beside the notebook
)


def test_a_students_evening(
    tmp_path: Path,
    bundles: dict[str, Path],
    enrolled: Path,
    lab: Callable[..., Lab],
    window: Callable[..., Watched],
    picture: Callable[..., Path],
) -> None:
    course = Course(tmp_path)
    course.run("grader", "release", "momentum")
    course.run("nbgrader", "release_assignment", ASSIGNMENT)
    course.run(*_in_vietnamese("release_assignment"), "--CourseDirectory.release_directory=release-vi")
    _has_nothing_of_ours(enrolled, tmp_path)

    servers: dict[str, Lab] = {}
    for language, words in (("en", ENGLISH), ("vi", VIETNAMESE)):
        folder = bundles[language] / "homework"
        folder.mkdir()
        home = tmp_path / words.student
        more = course.enrol(words.student, words.course, home)
        servers[language] = lab(enrolled, folder, more, home=home)
        watched = window()
        _evening(watched.open(servers[language]), folder, words, language, picture)
        assert watched.complaints(*SAID_BY_THE_PAGE) == []
        watched.close()

    course.run("nbgrader", "collect", ASSIGNMENT)
    course.run(*_in_vietnamese("collect"))
    assert "2 of 2 graded" in course.run("grader", "grade", "momentum", "--jobs", "2")
    course.run("grader", "feedback", "momentum")
    course.run("nbgrader", "release_feedback", ASSIGNMENT)
    course.run(*_in_vietnamese("release_feedback"))

    for language, words in (("en", ENGLISH), ("vi", VIETNAMESE)):
        watched = window()
        _next_day(watched.open(servers[language]), words, language, picture)
        assert watched.complaints(*SAID_BY_THE_PAGE, *SAID_BY_THE_VIEWER) == []
        assert servers[language].complaints(*SAID_BY_THE_SERVER) == []


def _in_vietnamese(command: str) -> tuple[str, ...]:
    return ("nbgrader", command, ASSIGNMENT, "--course", "hocsau-vi")


def _has_nothing_of_ours(python: Path, folder: Path) -> None:
    """hocsau is the bundle's, and the instructor's rooms cannot be imported."""
    told = run(
        *(str(python), "-c"),
        "import hocsau, importlib.util as u; print(hocsau.__file__, u.find_spec('grader'), u.find_spec('solutions'))",
        cwd=folder,
    )
    place, *ours = told.split()
    assert Path(place).is_relative_to(python.parents[1])
    assert ours == ["None", "None"]


def _evening(page: Page, folder: Path, words: Words, language: str, picture: Callable[..., Path]) -> None:
    page.get_by_role("alert").get_by_role("button", name="No", exact=True).click()  # Jupyter's news
    assignments = _assignment_list(page)
    assignments.get_by_role("button", name="Fetch", exact=True).click()
    expect(assignments.get_by_role("button", name="Submit")).to_be_visible()
    assignments.get_by_role("button", name=ASSIGNMENT).click()
    picture(page, f"1_fetched_{language}")
    assignments.get_by_role("link", name=ASSIGNMENT).click()

    notebook = Notebook(page, folder / ASSIGNMENT / FILE)
    notebook.run_all()
    assert notebook.failures() == []
    explorers = page.locator(".jp-Notebook .hocsau-explorer")
    expect(explorers).to_have_count(len(words.sliders))
    for number, names in enumerate(words.sliders):
        explorer = explorers.nth(number)
        expect(explorer.get_by_role("slider")).to_have_count(len(names))
        for name in names:
            move(explorer.get_by_role("slider", name=name), explorer.get_by_role("img"))
        assert not explorer.get_by_role("alert").count()
        _is_announced(explorer)
        explorer.get_by_role("img").scroll_into_view_if_needed()
        picture(page, f"{2 + number}_explorer_{language}")

    notebook.write("momentum_step", UPHILL)
    said = notebook.cell("check-momentum_step").get_by_role("status")
    expect(said).to_contain_text(words.uphill)
    expect(said.get_by_role("img")).to_have_attribute("alt", _NOT_EMPTY)
    said.scroll_into_view_if_needed()
    picture(page, f"4_diagnosis_{language}")
    notebook.write("momentum_step", RIGHT)
    expect(said).to_contain_text(words.all_right)
    notebook.write("momentum_descent", AVERAGED)
    second = notebook.cell("check-momentum_descent").get_by_role("status")
    expect(second).to_contain_text(words.averaged)
    expect(second.get_by_role("img")).to_be_visible()
    progress = notebook.run("progress()")
    expect(progress.get_by_role("row", name=words.done)).to_be_visible()
    expect(progress).to_contain_text(words.following)
    progress.scroll_into_view_if_needed()
    picture(page, f"5_progress_{language}")
    assert violations(page, *OURS) == []
    assert notebook.failures() == []

    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.get_by_role("button", name="Validate").click()
    results = page.get_by_role("dialog")
    expect(results).to_contain_text('check("momentum_descent")')
    assert 'check("momentum_step")' not in results.inner_text()
    picture(page, f"6_validate_{language}")
    results.get_by_role("button", name="Ok").click()

    page.get_by_role("tab", name="Assignments").click()
    assignments.get_by_role("button", name="Submit").click()
    expect(assignments.get_by_role("button", name="Fetch Feedback")).to_be_visible()
    picture(page, f"7_submitted_{language}")


_NOT_EMPTY = re.compile(r"\w{3}")


def _is_announced(explorer: Locator) -> None:
    """What the explorer says in numbers, a screen reader says once it has come to rest."""
    line = explorer.locator(".hocsau-status").inner_text()
    expect(explorer.get_by_role("status")).to_have_text(line)


def _assignment_list(page: Page) -> Locator:
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Assignment List").click()
    return page.get_by_role("tabpanel", name="Assignments")


def _next_day(page: Page, words: Words, language: str, picture: Callable[..., Path]) -> None:
    assignments = _assignment_list(page)
    assignments.get_by_role("button", name="Fetch Feedback").click()
    assignments.get_by_text("(view feedback)").click()
    page.get_by_role("region", name="File Browser Section").get_by_text(f"{ASSIGNMENT}.html").dblclick()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text(words.averaged)).to_be_visible()
    drawn = frame.get_by_role("img", name=words.quote)
    expect(drawn.first).to_be_visible()
    frame.get_by_text(words.averaged).scroll_into_view_if_needed()
    picture(page, f"8_feedback_{language}")
