"""Someone alone, in an environment made from the solo edition: hints, two honest tries, the worked answer, progress that lasts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from grader.course.lessons import all_lessons
from grader.course.places import ROOT
from grader.publish.worked import write_worked
from tests.browser.lab import Lab, Watched

LESSON = "02_momentum/02_momentum.ipynb"
SLOW = ("to activate", "did not appear within")
"""What JupyterLab says of itself on a machine as slow as a test's."""
PLAIN_SERVER = ("is not trusted", "websocket_ping", "without encryption")
"""What a server says that is not started by `make lab`."""
APP = ("--LabApp.expose_app_in_browser=True",)

IDLE = """() => {
  const w = window.jupyterapp && window.jupyterapp.shell.currentWidget;
  const session = w && w.sessionContext && w.sessionContext.session;
  return session && session.kernel && session.kernel.status === "idle";
}"""
APPEND = """async (source) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
  await window.jupyterapp.commands.execute("notebook:insert-cell-below");
  notebook.activeCell.model.sharedModel.setSource(source);
  await window.jupyterapp.commands.execute("notebook:run-cell");
}"""
WORDS = {
    "en": ("Hint 3 of 3 for momentum_step", "so far 1", "One good answer to momentum_step", "All right: 3 of 3 points", "Next: momentum_descent", "The whole course"),
    "vi": ("Gợi ý 3/3 cho momentum_step", "đến giờ bạn có 1", "Một lời giải tốt cho momentum_step", "Đúng hết: 3/3 điểm", "Tiếp theo: momentum_descent", "Cả khóa học"),
}  # fmt: skip
TRY = "def momentum_step(w, v, grad, learning_rate, beta):\n    {body}\n\ncheck('momentum_step')"


def opened(window: Watched, lab: Lab, place: str = LESSON) -> Page:
    """The lesson, its kernel ready."""
    page = window.open(lab, f"lab/tree/{place}")
    page.wait_for_function(IDLE, timeout=180_000)
    page.add_style_tag(content=".Toastify { display: none; }")  # JupyterLab offers its news
    return page


def run(page: Page, source: str) -> Locator:
    """A cell of one's own at the notebook's end; what it shows."""
    page.evaluate(APPEND, source)
    page.wait_for_function(IDLE, timeout=120_000)
    shown = page.locator(".jp-Notebook .jp-Cell.jp-mod-active .jp-OutputArea-output").last
    shown.scroll_into_view_if_needed()
    return shown


@pytest.mark.parametrize("language", ["en", "vi"])
def test_someone_alone(
    language: str,
    bundles: dict[str, Path],
    alone: Path,
    lab: Callable[..., Lab],
    window: Callable[..., Watched],
    picture: Callable[..., Path],
    tmp_path: Path,
) -> None:
    course = Path(shutil.copytree(bundles[language], tmp_path / "course"))
    write_worked(all_lessons(), course / "answers")  # the solo edition is the student's and this
    state = tmp_path / "progress.jsonl"
    more = {"HOCSAU_PROGRESS": str(state)}
    third, one_try, shown, right, following, whole = WORDS[language]

    evening = lab(alone, course / "notebooks", more, *APP)
    view = window()
    page = opened(view, evening)
    run(page, "from hocsau import begin, check, hint, progress, reveal\nbegin('momentum')")
    hints = run(page, "hint('momentum_step')\nhint('momentum_step')\nhint('momentum_step')")
    expect(hints).to_contain_text(third)
    expect(hints.locator("li")).to_have_count(3)
    picture(page, f"1_hints_{language}")

    run(page, TRY.format(body="return w - v, v"))
    expect(run(page, "reveal('momentum_step')")).to_contain_text(one_try)
    run(page, TRY.format(body="v = beta * v + learning_rate * grad\n    return w + v, v"))
    picture(page, f"2_mistake_{language}")
    answer = run(page, "reveal('momentum_step')")
    expect(answer).to_contain_text(shown)
    expect(answer.locator("pre")).to_contain_text("def momentum_step(")
    picture(page, f"3_answer_{language}")

    done = run(page, TRY.format(body="v = beta * v - learning_rate * grad\n    return w + v, v"))
    expect(done).to_contain_text(right)
    view.close()
    evening.stop()

    with state.open("ab") as file:  # the power fails while a line is written
        file.write(b'{"exercise": "momentum_descent", "event": "che')
    next_day = lab(alone, course / "notebooks", more, *APP)
    view = window()
    page = opened(view, next_day)
    report = run(page, "from hocsau import begin, progress\nbegin('momentum')\nprogress()")
    expect(report).to_contain_text(following)
    expect(report).to_contain_text(whole)
    row = report.get_by_role("row").filter(has_text="momentum_step").first
    expect(row).to_contain_text("3/3")
    expect(report.get_by_role("table")).to_have_count(2)
    picture(page, f"4_progress_{language}")
    assert state.stat().st_size < 4000
    assert view.complaints(*SLOW) == []
    assert next_day.complaints(*PLAIN_SERVER) == []


def test_first_contact_and_a_notebook_without_its_kernel(
    lab: Callable[..., Lab],
    window: Callable[..., Watched],
    picture: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """With make lab's settings nobody complains; reopened without its kernel, the explorer is a picture with its text."""
    python = ROOT / ".venv" / "bin" / "python"
    folder = tmp_path / "work"
    shutil.copytree(ROOT / "notebooks" / "en" / "02_momentum", folder / "02_momentum")
    more = {
        "JUPYTER_CONFIG_PATH": str(ROOT / "hocsau" / "etc" / "lab"),
        "HOCSAU_PROGRESS": str(tmp_path / "progress.jsonl"),
    }
    server = lab(python, folder, more, *APP)
    view = window()
    page = opened(view, server)
    run(page, "from hocsau.explore import momentum as explore\nexplore.ravine()")
    handles = page.locator(".hocsau-explorer .noUi-handle")
    expect(handles).to_have_count(3)
    for place, name in enumerate(("learning rate η", "momentum β", "condition number κ")):
        expect(handles.nth(place)).to_have_attribute("aria-label", name)
    expect(page.locator('.hocsau-explorer img[alt*="ravine"]')).to_be_visible()
    picture(page, "5_explorer")
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    file = folder / LESSON
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=60_000)
    assert view.complaints(*SLOW) == []
    assert server.complaints("is not trusted") == []  # `make lab` signs its copies; this test has no home to sign for
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    view.close()

    saved = json.loads(file.read_text(encoding="utf-8"))["cells"][-1]["outputs"][0]["data"]
    assert "application/vnd.jupyter.widget-view+json" in saved
    view = window()
    page = opened(view, server)
    image = page.locator('.jp-OutputArea img[alt*="ravine"]')
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    picture(page, "6_without_a_kernel")
    assert view.complaints(*SLOW) == []
