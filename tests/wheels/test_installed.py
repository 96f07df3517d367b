"""The two wheels at work where there is no checkout: a lesson with its data, and a course from its making to its feedback."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import nbformat
import pytest

import hocsau
from grader.course.lessons import of_name
from grader.sandbox import policy
from tests.grader.conftest import answered, hand_in, released
from tests.student import run
from tests.wheels.conftest import ROOT

MOMENTUM = of_name("momentum")
Grader = Callable[..., CompletedProcess[str]]

_SOLVED = """\
import sys
from pathlib import Path
from grader.course.lessons import of_name
from grader.sandbox import policy
from grader.publish.solved import write_solved
print(write_solved(of_name("momentum"), "en", Path(sys.argv[1])))
"""


def done(ran: CompletedProcess[str]) -> str:
    """What a command printed that went well."""
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def course(grader: Grader, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course made by `grader init`, lesson 2 released in it."""
    folder = tmp_path_factory.mktemp("courses") / "deep-learning"
    assert "Next: cd deep-learning" in done(grader("init", "deep-learning", cwd=folder.parent))
    done(grader("release", "momentum", cwd=folder))
    return folder


def test_nothing_comes_from_the_checkout(python: Path, tmp_path: Path) -> None:
    look = "import sys, hocsau, grader; print(hocsau.__file__, grader.__file__, *sys.path, sep='\\n')"
    seen = run(str(python), "-c", look, cwd=tmp_path).splitlines()
    inside = str(python.parents[1])
    assert [path.startswith(inside) for path in seen[:2]] == [True, True]
    assert not [path for path in seen if path and path.startswith((str(ROOT), sys.prefix))]
    for module in ("torch", "solutions", "tests", "hatchling"):
        find = f"import importlib.util; print(importlib.util.find_spec({module!r}))"
        assert run(str(python), "-c", find, cwd=tmp_path) == "None\n"


def test_a_solved_lesson_runs_with_its_data(python: Path, tmp_path: Path) -> None:
    path = run(str(python), "-c", _SOLVED, str(tmp_path / "solved"), cwd=tmp_path).strip()
    notebook = nbformat.read(path, as_version=4)
    shown = json.dumps([cell.get("outputs") for cell in notebook.cells])
    assert "datasets.auto_mpg()" in json.dumps([cell.source for cell in notebook.cells])
    for exercise in MOMENTUM.exercises:
        if exercise.kind == "function":
            assert f"{exercise.name}: All right" in shown


def test_hocsau_says_where_its_things_lie(grader: Grader, python: Path) -> None:
    said = done(grader("-m", "hocsau", program="python"))
    site = python.parents[1] / "lib"
    assert f"hocsau {hocsau.__version__} in {site}" in said
    assert f"data      {site}" in said


def test_the_students_jupyter_gets_hocsaus_extension(python: Path) -> None:
    settings = python.parents[1] / "etc" / "jupyter" / "jupyter_server_config.d" / "hocsau.json"
    assert json.loads(settings.read_text())["ServerApp"]["jpserver_extensions"] == {"hocsau.lab": True}


def test_grader_says_its_version(grader: Grader) -> None:
    assert done(grader("--version")) == f"grader {hocsau.__version__}\n"


def test_a_course_is_graded(grader: Grader, course: Path, tmp_path: Path) -> None:
    assert (course / "release-vi" / MOMENTUM.assignment / f"{MOMENTUM.assignment}.ipynb").is_file()
    assert "deep-learning, jobs 1, device auto" in done(grader("doctor", cwd=course))
    handed_in = tmp_path / "an.ipynb"
    handed_in.write_text(json.dumps(answered(MOMENTUM, "vi")), encoding="utf-8")
    assert "1 collected" in done(grader("collect", "momentum", str(handed_in), cwd=course))
    hand_in(course, "binh", MOMENTUM, released(MOMENTUM))
    assert "2 graded" in done(grader("grade", "momentum", "--course", str(course)))
    done(grader("feedback", "momentum", "--course", str(course)))
    page = course / "feedback" / "an" / MOMENTUM.assignment / f"{MOMENTUM.assignment}.html"
    assert "Đúng hết" in page.read_text(encoding="utf-8")
    done(grader("export", cwd=course))
    with (course / "grades-nbgrader.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    points = sum(e.points for e in MOMENTUM.exercises if e.kind != "written")
    assert scores == {"an": points, "binh": 0}


def test_nbgraders_own_command_goes_through_our_judge(grader: Grader, course: Path) -> None:
    hand_in(course, "chi", MOMENTUM, answered(MOMENTUM))
    done(grader("autograde", MOMENTUM.assignment, "--student", "chi", cwd=course, program="nbgrader"))
    path = course / "autograded" / "chi" / MOMENTUM.assignment / f"{MOMENTUM.assignment}.ipynb"
    assert "rlimits" in json.loads(path.read_text(encoding="utf-8"))["metadata"]["hocsau"]["isolation"]


def test_one_file_is_judged(grader: Grader, course: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.py"
    file.write_text("def momentum_step(w, v, gradient, learning_rate, beta):\n    return w\n")
    said = done(grader("judge", str(file), "--lesson", "momentum", "--json", "--course", str(course)))
    assert json.loads(said)["score"] == 0


def test_what_needs_the_repository_says_so(grader: Grader) -> None:
    ran = grader("build", "--check")
    assert ran.returncode == 1
    (line,) = ran.stderr.strip().splitlines()
    assert line.startswith("`grader build` works in the repository alone, and this is an installed hocsau-grader (")  # fmt: skip


def test_without_a_course_it_says_how_to_make_one(grader: Grader) -> None:
    ran = grader("release", "momentum")
    assert ran.returncode == 1
    assert "there is no course here: no course.toml in " in ran.stderr
    assert "or make one: grader init FOLDER" in ran.stderr


_THIEF = """\
import sys
from pathlib import Path
from grader.sandbox import policy
from grader.sandbox.process import Worker

CELL = '''
import importlib, os, sys
for path in sys.path:
    for file in ("shipped/solutions/momentum/lesson.py", "course/reference.py"):
        try:
            print(open(os.path.join(path, "grader", file)).read()[:1])
        except OSError:
            pass
try:
    print(importlib.import_module("grader.course.reference").answers("momentum"))
except (ImportError, OSError):
    pass
import colorsys, nh3  # what nobody has imported yet is there
from hocsau.datasets import auto_mpg
print(auto_mpg().features.shape)
'''
with Worker(layers=[name for name in policy.layers() if name not in sys.argv[1:]]) as worker:
    child = worker.fork()
    for output in child.ask({"do": "cell", "source": CELL}, 60.0)["outputs"]:
        print(output.get("text") or output)
    child.kill()
"""


def stolen(python: Path, folder: Path, *without: str) -> str:
    """What a learner's cell can read of the grader in its own environment, without some layers of isolation."""
    return run(str(python), "-c", _THIEF, *without, cwd=folder).replace("(392, 7)", "").strip()


@pytest.mark.parametrize("without", ["bubblewrap", "landlock", "none"])
def test_the_answers_beside_a_learners_packages_are_out_of_reach(python: Path, tmp_path: Path, without: str) -> None:
    if not policy.enough([name for name in policy.layers() if name != without]):
        pytest.skip(f"without {without} too few layers of isolation hold here to grade at all")
    assert stolen(python, tmp_path, without) == ""


def test_without_walls_they_would_be_read(python: Path, tmp_path: Path) -> None:
    seen = stolen(python, tmp_path, "bubblewrap", "landlock")
    assert "momentum_step" in seen
    assert "\n" in seen
