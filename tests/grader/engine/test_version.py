"""What a stored grade depends on: what is computed beside what an observer of a real judgement saw, file by file."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.lessons import Lesson, lesson_names, of_name
from grader.course.places import ROOT, SOLUTIONS
from grader.engine import version
from grader.engine.reach import HOMES
from grader.engine.version import judged_by, lesson_version, page_version
from grader.judge.submission import release
from hocsau._data_files import known_checksums, shipped
from tests.grader.conftest import answered, cell_of
from tests.grader.recorder import CHILD, JUDGE

ARRAYS, TENSORS = of_name("momentum"), of_name("recurrent_networks")
COMMENT = b"\n# a comment\n"


def files() -> list[str]:
    """Every file of our packages, as `Reached` names it."""
    found = [
        f"{name}/{path.relative_to(home).as_posix()}"
        for name, home in HOMES.items()
        for path in home.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return sorted(name for name in found if ".egg-info/" not in name)


def with_comment(name: str) -> Callable[[Path], bytes]:
    """Reads files as they would be after a comment was added to one of them."""
    home, _, inner = name.partition("/")
    place = HOMES[home] / inner

    def read(path: Path) -> bytes:
        return path.read_bytes() + (COMMENT if path == place else b"")

    return read


@pytest.mark.parametrize("lesson", [ARRAYS, TENSORS], ids=lambda lesson: lesson.name)
def test_a_comment_counts_exactly_where_it_can_reach_a_verdict(lesson: Lesson) -> None:
    now, counted = lesson_version(lesson), set(judged_by(lesson).files)
    changed = {name for name in files() if lesson_version(lesson, read=with_comment(name)) != now}
    assert changed == counted
    assert len(counted) < len(files()) / 3


ALWAYS = (
    *("grader/judge/judge.py", "grader/judge/session.py", "grader/judge/draw.py", "grader/judge/conceal.py"),
    *("grader/course/reference.py", "grader/course/source.py", "grader/judge/forbidden.py"),
    *("grader/judge/records.py", "grader/course/mistakes.py"),
    *("grader/course/definition.py", "grader/sandbox/", "hocsau/judging/", "hocsau/language.py"),
)
NEVER = (
    *("hocsau/explore/", "hocsau/hints.py", "hocsau/packs/", "hocsau/etc/", "hocsau/plots.py"),
    *("hocsau/lab.py", "hocsau/session.py", "hocsau/checking.py", "hocsau/journal.py"),
    *("grader/engine/", "grader/nbgrader/", "grader/platforms/"),
    *("grader/cli/", "grader/publish/"),
)
FOR_LEARNERS = {"hocsau/judging/show.py", "hocsau/judging/disposable.py"}
"""How a verdict looks, and a trial on another device that only a notebook makes (the judge has a child for it)."""
BEFORE_ANY = {"grader/sandbox/isolation.py"}
"""Whether to grade at all on this machine."""


@pytest.mark.parametrize("name", lesson_names())
def test_the_judge_and_the_lesson_count_and_what_is_shown_to_learners_does_not(name: str) -> None:
    counted = set(judged_by(of_name(name)).files)
    modules = {file for file in files() if file.endswith(".py")}
    assert {file for file in modules if file.startswith(ALWAYS)} - FOR_LEARNERS - BEFORE_ANY <= counted
    assert not {file for file in counted if file.startswith(NEVER)} | FOR_LEARNERS & counted
    own = {file for file in modules if re.match(rf"solutions/{name}/(exercises|mistakes)", file)}
    assert own
    assert own <= counted
    assert {file for file in counted if file.startswith("solutions/")} == own


def _with(lesson: Lesson, old: str, new: str, folder: Path) -> Path:
    """The folder of a course in which this was changed."""
    own = folder / lesson.name
    if not own.exists():
        shutil.copytree(SOLUTIONS / lesson.name, own, ignore=shutil.ignore_patterns("right", "seen", "__pycache__"))
    text = (own / "lesson.py").read_text(encoding="utf-8")
    assert old in text
    (own / "lesson.py").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


PROSE = {
    "a word of prose": ("Gradient descent has no memory", "Gradient descent had no memory"),
    "a word of Vietnamese": ("Gradient descent không có trí nhớ", "Gradient descent thiếu trí nhớ"),
    "a question that is marked by hand": ("# %% [markdown] written=", "# too\n\n# %% [markdown] written="),
    "a model answer to it": ("# ### BEGIN SOLUTION\n", "# ### BEGIN SOLUTION\n# Clearly: "),
    "an explorer's cell": ("explore.ravine(", "explore.ravine(  "),
    "a cell of the lesson's own that runs": ('begin("momentum")', 'begin( "momentum")'),
    "a comment at the end": ("\nprogress()", "\nprogress()\n# a comment"),
}  # fmt: skip


@pytest.mark.parametrize("change", PROSE)
def test_what_a_lesson_says_may_be_mended_in_the_middle_of_a_term(change: str, tmp_path: Path) -> None:
    folder = _with(ARRAYS, *PROSE[change], tmp_path)
    assert lesson_version(ARRAYS, folder) == lesson_version(ARRAYS)


ANSWERS = {
    "the answer": ("v = beta * v - learning_rate * grad", "v = v * beta - learning_rate * grad"),
    "what its docstring asks for": ("One step of momentum: v", "A step of momentum: v"),
    "a heading that messages name": ("# ## 2.2 Velocity", "# ## 2.2 The velocity"),
    "such a heading in Vietnamese": ("# ## 2.2 Vận tốc", "# ## 2.2 Vận tốc là gì"),
    "what the answers import": ("import numpy as np\n", "import numpy as np\nimport math\n"),
    "what a cell that runs imports": ('begin("momentum")', 'import hocsau.training\nbegin("momentum")'),
}  # fmt: skip


@pytest.mark.parametrize("change", ANSWERS)
def test_what_decides_a_verdict_counts(change: str, tmp_path: Path) -> None:
    folder = _with(ARRAYS, *ANSWERS[change], tmp_path)
    assert lesson_version(ARRAYS, folder) != lesson_version(ARRAYS)


def test_a_known_mistake_that_is_an_edit_counts(tmp_path: Path) -> None:
    folder = _with(ARRAYS, "x", "x", tmp_path)
    assert lesson_version(ARRAYS, folder) == lesson_version(ARRAYS)
    path = min((folder / ARRAYS.name / "mistakes").glob("*.toml"))
    path.write_text(path.read_text(encoding="utf-8").replace("Your", "The", 1), encoding="utf-8")
    assert lesson_version(ARRAYS, folder, lambda file: file.read_bytes()) != lesson_version(ARRAYS)


def test_another_lessons_source_does_not_count(tmp_path: Path) -> None:
    before = lesson_version(ARRAYS)
    _with(TENSORS, "def rnn_step(", "def rnn_step( ", tmp_path)
    folder = _with(ARRAYS, "x", "x", tmp_path)
    assert lesson_version(ARRAYS, folder) == before
    assert lesson_version(TENSORS, folder) != lesson_version(TENSORS)


def test_the_magics_of_a_cell_stop_nothing(tmp_path: Path) -> None:
    folder = _with(ARRAYS, 'begin("momentum")', '# %matplotlib inline\nbegin("momentum")', tmp_path)
    assert lesson_version(ARRAYS, folder) == lesson_version(ARRAYS)


def test_data_counts_by_its_checksums() -> None:
    """A file with another checksum is refused; the list is in reach of every lesson, since its box holds the data."""
    assert "bikeshare.csv" in known_checksums()
    assert "hocsau/datasets.py" in judged_by(TENSORS).files
    assert "hocsau/datasets.py" not in judged_by(of_name("adaptive_optimizers")).files
    for name in lesson_names():
        assert "hocsau/checksums.sha256" in judged_by(of_name(name)).files


def test_versions_of_packages_count_where_they_are_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def upgraded(package: str) -> str:
        monkeypatch.setattr(version, "_installed", lambda name: f"{name == package}")
        return lesson_version(ARRAYS, read=lambda path: path.read_bytes())

    assert upgraded("numpy") != upgraded("none of them")
    assert upgraded("safetensors") != upgraded("none of them")
    assert upgraded("PIL") == upgraded("none of them")
    assert upgraded("nbgrader") == upgraded("none of them")


def test_a_package_is_known_by_the_name_that_is_imported() -> None:
    packages = judged_by(TENSORS).packages
    assert {"numpy", "torch", "IPython"} <= packages
    assert not {name for name in packages if not version._installed(name)} - {"landlockpy", "pyseccomp"}  # fmt: skip
    assert version._installed("PIL").startswith("pillow ")
    assert version._installed("no_such_package") == ""


def test_files_are_read_once_in_a_process() -> None:
    asked: list[Path] = []

    def read(path: Path) -> bytes:
        asked.append(path)
        return path.read_bytes()

    first = lesson_version(ARRAYS, read=read)
    once = len(asked)
    assert lesson_version(ARRAYS, read=read) == first
    assert len(asked) == once == len(judged_by(ARRAYS).files)


@pytest.mark.parametrize(
    ("name", "verdicts", "pages"),
    [
        ("grader/nbgrader/convert.py", False, True),
        ("hocsau/judging/show.py", False, True),
        ("grader/nbgrader/scores.py", False, True),
        ("grader/judge/judge.py", True, True),
        ("hocsau/explore/momentum/ravine.py", False, False),
        ("grader/engine/report.py", False, False),
    ],
)
def test_what_only_makes_pages_runs_no_code_anew(name: str, verdicts: bool, pages: bool) -> None:
    read = with_comment(name)
    assert (lesson_version(ARRAYS, read=read) != lesson_version(ARRAYS)) is verdicts
    assert (page_version(ARRAYS, read=read) != page_version(ARRAYS)) is pages


def test_of_the_released_notebook_its_marked_cells_make_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = page_version(ARRAYS)

    def after(change: Callable[[object], object]) -> str:
        notebook = json.loads(json.dumps(release(ARRAYS)))
        change(notebook)
        made = type(release(ARRAYS))
        cells = [made(cell, metadata=made(cell["metadata"])) for cell in notebook["cells"]]
        monkeypatch.setattr(version, "release", lambda _: made(notebook, cells=cells))
        return page_version(ARRAYS, read=lambda path: path.read_bytes())

    def mend(notebook: object, kind: str, source: str) -> None:
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == kind]  # type: ignore[index]
        chosen = next(c for c in cells if bool(c["metadata"]) is (kind == "code"))
        chosen["source"] += source

    assert after(lambda notebook: mend(notebook, "markdown", " One more word.")) == before
    assert after(lambda notebook: mend(notebook, "code", "\n# changed")) != before


GREETING = {
    "hocsau/checking.py", "hocsau/journal.py", "hocsau/judging/show.py", "hocsau/session.py",
    *(f"hocsau/packs/{name}" for name in ("__init__.py", *(f"{n}.pack" for n in lesson_names()))),
}  # fmt: skip
"""What `from hocsau import begin` brings along: it greets the learner and judges nothing. The packs are empty there."""


COPIES = {"site/hocsau": HOMES["hocsau"], "inside": HOMES["grader"] / "sandbox" / "inside"}
"""What the worker's own folder holds, and of what it is a copy; the data lies in the copied package."""


def _recorded(place: Path) -> set[str]:
    """The files of ours in a list of the recorder's."""
    homes = {**HOMES, "data": shipped()}
    found = set()
    for line in place.read_text(encoding="utf-8").splitlines():
        path = Path(line)
        copied = re.match(r".*/hocsau-worker-[^/]+/(site/hocsau|inside)/(.*)", line)
        if copied:
            path = COPIES[copied[1]] / copied[2]
            if copied[2].startswith("data/"):
                path = shipped() / copied[2].removeprefix("data/")
        for name, home in homes.items():
            if path.is_relative_to(home) and path.is_file() and "__pycache__" not in path.parts:
                found.add(f"{name}/{path.relative_to(home).as_posix()}")
    return found


@pytest.fixture(scope="module", params=[ARRAYS, TENSORS], ids=lambda lesson: lesson.name)
def recorded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lesson, set[str], set[str]]:
    """The lesson, and which files took part in judging it with a wrong answer in it: in the judge, in the child."""
    lesson: Lesson = request.param
    folder = tmp_path_factory.mktemp("recorded")
    notebook = answered(lesson)
    wrong = cell_of(notebook, lesson.exercises[0].name)
    wrong.source = wrong.source.replace("return ", "return 2.0, ", 1)
    (folder / "submission.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, "-m", "tests.grader.recorder", lesson.name]
    command += [str(folder / "submission.ipynb"), str(folder)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert f"{lesson.exercises[0].name} failed" in said
    assert said.count(" passed") >= len(lesson.exercises) - 3
    return lesson, _recorded(folder / JUDGE), _recorded(folder / CHILD)


def test_nothing_that_took_part_in_a_judgement_is_left_out(
    recorded: tuple[Lesson, set[str], set[str]],
) -> None:
    lesson, judge, child = recorded
    data = {f"data/{name}" for name in known_checksums()}  # pinned by hocsau/checksums.sha256
    source = {
        file
        for file in judge
        if re.match(rf"solutions/({lesson.name}/(lesson\.py|mistakes/.*\.toml)|syllabus\.toml)", file)
    }  # see the tests of what is read of it
    assert not (judge | child) - set(judged_by(lesson).files) - data - source - GREETING


def test_the_observer_sees_both_sides(recorded: tuple[Lesson, set[str], set[str]]) -> None:
    lesson, judge, child = recorded
    assert {"grader/course/source.py", "grader/course/reference.py", "grader/judge/conceal.py"} <= judge - child
    assert {f for f in judge if f.startswith(f"solutions/{lesson.name}/mistakes/")}
    assert "grader/sandbox/inside/serve.py" in child - judge
    assert "hocsau/judging/probe.py" in judge & child
    assert f"solutions/{lesson.name}/lesson.py" in judge
    assert {"data/bikeshare.csv"} <= child or lesson is ARRAYS
    assert not {f for f in judge | child if f.startswith(("hocsau/explore/", "hocsau/hints.py"))}


def test_little_counts_that_took_no_part(recorded: tuple[Lesson, set[str], set[str]]) -> None:
    lesson, judge, child = recorded
    idle = set(judged_by(lesson).files) - judge - child
    assert len(idle) < 8, idle
