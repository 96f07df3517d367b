"""How quick are the explorers? Each in a real JupyterLab and Chromium, beside plain `interact` on the same work: `make bench-sliders`.

step_ms:  from the key that moves a slider to the first frame in which the new picture is complete; the median of the steps
drag_fps: complete new pictures a second while the handle is dragged to and fro, sixty moves a second, each to another place
settle_ms: from the drag's end to its last picture; a lag that grows would show here

The plain one moves the same slider, calls the same `update`, and shows the same figure with `interact` and inline matplotlib;
both are measured one after the other on one page, with one kernel. The first slider with nine places or more is the one that
moves, the functions are the reference answers. Wall clock: measure on a machine that does nothing else. Who misses a goal is
measured once more after all others; the second measurement counts if it reaches the goals, and its row keeps the first one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Page, sync_playwright

from grader.course.places import ROOT
from tests.browser.chromium import launch
from tests.browser.lab import Lab, Watched
from tools.explorers import explorers

__all__ = ["Goals", "Row", "Rows", "figures", "main", "markdown", "missed", "settled"]

WARM_UP, STEPS, DRAG_SECONDS = 2, 12, 4.0
GOALS = {True: (40.0, 30.0), False: (50.0, 18.0)}
"""With make lab's settings, and on a server without them: milliseconds a step at most, pictures a second at least."""
Goals = tuple[float, float]
Row = dict[str, Any]
Rows = list[Row]

CELL = """\
%matplotlib inline
import ipywidgets, hocsau.explore.live as live_module
from tools.explorers import explorers
ipywidgets.Widget.close_all()
live = explorers()[{index}].make()
assert not live.error, live.error
sliders = [n for n, w in live.controls.items() if type(w).__name__.endswith("Slider")]
places = lambda w: (w.max - w.min) / w.step
name = next((n for n in sliders if places(live.controls[n]) >= 8), sliders[0])
print("places", round(places(live.controls[name])))
"""
OURS = "live.widget.children = [live.controls[name], *[c for c in live.widget.children if c is not live.controls[name]]]\nlive"
PLAIN = """\
from IPython.display import display
slider = live.controls[name]
slider.unobserve_all("value")
for artist in live.picture.moving:
    artist.set_animated(False)
def plain(value):
    live.update()
    display(live.picture.figure)
_ = ipywidgets.interact(plain, value=slider)
"""
WATCH = """() => {
  if (window.__bench) return;
  let told = () => {};
  const B = window.__bench = { pictures: [], key: null, next: () => new Promise(done => {
    if (B.pictures.length) done(true); else { told = done; setTimeout(() => done(false), 4000); }
  }) };
  let last = null, source = null;
  const look = async () => { // watched by what changes, not frame by frame: that would cost the page a quarter of a core
    const images = document.querySelectorAll(".jp-Notebook .jp-OutputArea img");
    const image = images[images.length - 1];
    if (!image || image === last && image.src === source) return; // a new element may well show the same: a saturated softmax
    last = image;
    source = image.src;
    if (!image.complete) await new Promise(loaded => image.addEventListener("load", loaded));
    requestAnimationFrame(() => {
      if (image.isConnected && image.naturalWidth) { B.pictures.push(performance.now()); told(true); }
    });
  };
  const all = { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] };
  new MutationObserver(look).observe(document.querySelector(".jp-Notebook"), all);
  look();
  window.addEventListener("keydown", event => { B.key = event.timeStamp; }, true);
}"""
DRAG = """async ([milliseconds, x, y]) => {
  // Sixty moves a second, made in the page: a driver that made them would take a quarter of this machine. Each reaches
  // another place of the slider, and a pass over all takes 1.6 s, or longer where there are few.
  const handle = document.querySelector(".jp-OutputArea .noUi-handle");
  const track = document.querySelector(".jp-OutputArea .noUi-target").getBoundingClientRect();
  const pass = Math.min(96, window.__places);
  const left = track.left + 2, wide = track.width - 4;
  const start = performance.now();
  __bench.pictures.length = 0;
  for (let move = 1, now = start; now - start < milliseconds; move++) {
    const share = (move / pass + (x - left) / wide) % 2;
    const clientX = left + wide * (share < 1 ? share : 2 - share);
    const options = { clientX, clientY: y, buttons: 1, pointerId: 1, isPrimary: true, pointerType: "mouse",
                      bubbles: true, cancelable: true };
    handle.dispatchEvent(new PointerEvent("pointermove", options));
    handle.dispatchEvent(new MouseEvent("mousemove", options));
    await new Promise(done => setTimeout(done, Math.max(0, start + move * 1000 / 60 - performance.now())));
    now = performance.now();
  }
  return [start, performance.now()];
}"""
IDLE = """() => {
  const w = window.jupyterapp && window.jupyterapp.shell.currentWidget;
  const session = w && w.sessionContext && w.sessionContext.session;
  return session && session.kernel && session.kernel.status === "idle";
}"""
RUN = """async (source) => {
  const panel = window.jupyterapp.shell.currentWidget;
  panel.content.activeCellIndex = 0;
  panel.content.model.cells.get(0).sharedModel.setSource(source);
  await window.jupyterapp.commands.execute("notebook:run-cell");
}"""


def measure(page: Page, source: str) -> dict[str, float]:
    """One explorer, shown by a cell with `source`."""
    page.evaluate(RUN, source)
    page.wait_for_function(IDLE, timeout=120_000)
    page.wait_for_selector(".jp-OutputArea .noUi-handle", timeout=60_000)
    page.wait_for_selector(".jp-OutputArea img", timeout=60_000)
    places = page.locator(".jp-OutputArea").first.inner_text().split("places ")[1].split()[0]
    page.evaluate("places => { window.__places = places; }", int(places))
    page.evaluate(WATCH)
    handle = page.locator(".jp-OutputArea .noUi-handle").first
    handle.scroll_into_view_if_needed()
    handle.focus()
    page.wait_for_timeout(400)
    step = _steps(page)
    fps, settle = _drag(page)
    return {"step_ms": round(step, 1), "drag_fps": round(fps, 1), "settle_ms": round(settle)}


def _steps(page: Page) -> float:
    found, key, misses = [], "ArrowRight", 0
    while len(found) < WARM_UP + STEPS and misses < 8:
        page.evaluate("() => { __bench.pictures.length = 0; __bench.key = null; }")
        page.keyboard.press(key)
        if not page.evaluate("() => __bench.next()"):  # the slider's end, or a value that changes nothing
            key, misses = "ArrowLeft" if key == "ArrowRight" else "ArrowRight", misses + 1
            continue
        pressed, shown = page.evaluate("() => [__bench.key, __bench.pictures[0]]")
        found.append(shown - pressed)
        page.wait_for_timeout(90)
    if len(found) < WARM_UP + 3:
        raise AssertionError("the picture does not follow the slider")
    return statistics.median(found[WARM_UP:])


def _drag(page: Page) -> tuple[float, float]:
    handle = page.locator(".jp-OutputArea .noUi-handle").first.bounding_box()
    assert handle is not None
    middle = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.wait_for_timeout(100)
    start, end = page.evaluate(DRAG, [1000 * DRAG_SECONDS, *middle])
    page.mouse.up()
    seen = -1
    while seen != (seen := page.evaluate("() => __bench.pictures.length")):
        page.wait_for_timeout(500)
    pictures: list[float] = page.evaluate("() => __bench.pictures")
    during = [shown for shown in pictures if shown <= end]
    return 1000 * len(during) / (end - start), max(0.0, (pictures or [end])[-1] - end)


def bench(settings: bool, only: set[str], installed: bool = False) -> Rows:
    """A row for each explorer.

    settings:  under make lab's
    installed: with what an installed hocsau brings to any server, which else is switched off
    """
    rows: Rows = []
    with tempfile.TemporaryDirectory(prefix="hocsau-sliders-") as name:
        folder = Path(name)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, folder / "sliders.ipynb")
        more = {"HOCSAU_LANGUAGE": "en"}
        if settings:
            more["JUPYTER_CONFIG_PATH"] = str(ROOT / "hocsau" / "etc" / "lab")
        python = ROOT / ".venv" / "bin" / "python"
        options = ["--LabApp.expose_app_in_browser=True"]
        if not settings:
            options.append(f"--ServerApp.jpserver_extensions={{'hocsau.lab': {installed}}}")
        with (
            Lab(python, folder, folder / "home", more, tuple(options)) as lab,
            sync_playwright() as playwright,
        ):
            window = Watched(launch(playwright), 1280, 1000)
            page = window.open(lab, "lab/tree/sliders.ipynb")
            page.wait_for_function(IDLE, timeout=120_000)
            for index, explorer in enumerate(explorers()):
                if only and not {str(explorer), explorer.name} & only:
                    continue
                head = CELL.format(index=index)
                row: Row = {"explorer": str(explorer), **measure(page, head + OURS)}
                if settings:  # on a plain server the plain one is what it is here
                    plain = measure(page, head + PLAIN)
                    row |= {f"plain_{key}": value for key, value in plain.items()}
                rows.append(row)
                print(markdown(rows[-1:]).splitlines()[-1], flush=True)
            window.close()
    return rows


def markdown(rows: Rows) -> str:
    """The table of docs/performance.md."""
    lines = [
        "| explorer | ms a step | pictures a second | plain: ms a step | plain: pictures a second |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        keys = ("step_ms", "drag_fps", "plain_step_ms", "plain_drag_fps")
        cells = [f"{row[key]:.0f}" if key in row else "-" for key in keys]
        lines.append(f"| {row['explorer']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def missed(rows: Rows, goals: Goals) -> Rows:
    """The explorers that miss a goal, or whose pictures come half a second after the drag has ended."""
    slowest, fewest = goals
    return [row for row in rows if row["step_ms"] > slowest or row["drag_fps"] < fewest or row["settle_ms"] > 500]


def settled(rows: Rows, again: Rows, goals: Goals) -> Rows:
    """`rows`, each replaced by the one measured `again` that reaches the goals; that one keeps the first as "first"."""
    late = missed(again, goals)
    better = {row["explorer"]: row for row in again if row not in late}
    return [{**better[row["explorer"]], "first": row} if row["explorer"] in better else row for row in rows]


def figures(row: Row) -> str:
    """What was measured, in words."""
    return (
        f"{row['explorer']}: {row['step_ms']} ms a step, {row['drag_fps']} pictures a second, "
        f"the last one {row['settle_ms']} ms behind the drag"
    )


def main() -> None:
    """Measure, print the table, write build/sliders.json."""
    parser = argparse.ArgumentParser(description="Measure every explorer in JupyterLab.")
    parser.add_argument("--without-settings", action="store_true", help="not make lab's server")
    parser.add_argument(
        "--installed",
        action="store_true",
        help="a student's server: hocsau installed, no further settings",
    )
    parser.add_argument("--only", action="append", default=[], help="an explorer's name")
    chosen = parser.parse_args()
    begun = time.monotonic()
    settings = not (chosen.without_settings or chosen.installed)
    goals = GOALS[settings]
    rows = bench(settings, set(chosen.only), chosen.installed)
    if late := missed(rows, goals):
        print("once more, in case the machine was busy:")
        again = bench(settings, {row["explorer"] for row in late}, chosen.installed)
        rows = settled(rows, again, goals)
    name = "sliders.json" if settings else f"sliders-{'installed' if chosen.installed else 'plain-server'}.json"
    path = ROOT / "build" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"\n{markdown(rows)}\n")
    print(f"{path.relative_to(ROOT)}: {len(rows)} explorers in {time.monotonic() - begun:.0f} s; load {load:.1f}")  # fmt: skip
    for row in rows:
        if "first" in row:
            print(f"reaches the goals the second time; the first time {figures(row['first'])}")
    for row in missed(rows, goals):
        print(f"misses a goal twice: {figures(row)}")


if __name__ == "__main__":
    main()
