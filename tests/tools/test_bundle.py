"""What a student gets: complete, the same bytes every time, nothing of ours in it, and it runs in a clean environment."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from grader.course.lessons import all_lessons
from grader.course.places import ROOT
from grader.course.source import BEGIN
from grader.errors import BuildError
from grader.publish.leaks import leaks
from tests.student import install, run, unpack
from tools import bundle

LANGUAGES = ("en", "vi")


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two zips, by language."""
    paths = bundle.write_bundles(tmp_path_factory.mktemp("dist"))
    return dict(zip(LANGUAGES, paths, strict=True))


@pytest.fixture(scope="module")
def unpacked(bundles: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each bundle as a student has it on disk."""
    return {
        language: unpack(path, tmp_path_factory.mktemp(f"student-{language}")) for language, path in bundles.items()
    }


@pytest.fixture(scope="module")
def clean(unpacked: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of an environment in which the bundle's installer ran."""
    return install(unpacked["en"], tmp_path_factory.mktemp("clean"))


def test_the_same_bytes_every_time(bundles: dict[str, Path], tmp_path: Path) -> None:
    again = bundle.write_bundles(tmp_path / "dist")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in bundles.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_complete(unpacked: dict[str, Path], language: str) -> None:
    student = unpacked[language]
    for name in ("LICENSE", "LICENSE-PROSE"):
        assert (student / name).stat().st_size > 0
    assert (student / "README.md").read_bytes() == (ROOT / "docs" / f"student.{language}.md").read_bytes()
    for lesson in all_lessons():
        path = student / "notebooks" / lesson.assignment / f"{lesson.assignment}.ipynb"
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        assert metadata["hocsau"]["language"] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_ours_is_in_it(bundles: dict[str, Path], language: str) -> None:
    blob = bundles[language].read_bytes()
    assert bundle.intruders(blob) == []
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        for lesson in all_lessons():
            place = f"notebooks/{lesson.assignment}/{lesson.assignment}.ipynb"
            text = archive.read(f"{bundles[language].stem}/{place}").decode()
            assert leaks(lesson.name, {place: text}) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("grader/judge/draw.py", ""),
        ("solutions/momentum/lesson.py", ""),
        ("hocsau/misconceptions/momentum.py", ""),
        ("gradebook.db", ""),
        (".course-secret", ""),
        ("notebooks/02_momentum.ipynb", f'{{"source": "{BEGIN}"}}'),
    ],
)
@pytest.mark.parametrize("inside", ["zip", "wheel"])
def test_an_intruder_is_found(name: str, content: str, inside: str) -> None:
    blob = _zip({name: content.encode(), "README.md": b"fine"})
    if inside == "wheel":
        blob = _zip({"hocsau-0.1.0-py3-none-any.whl": blob, "README.md": b"fine"})
    (found,) = bundle.intruders(blob)
    assert name in found


def _zip(files: dict[str, bytes]) -> bytes:
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return blob.getvalue()


def test_a_bundle_with_an_intruder_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "_files", lambda language, wheel: {"grader/judge/draw.py": b""})
    monkeypatch.setattr(bundle, "build_wheel", lambda folder: folder / "hocsau.whl")
    with pytest.raises(BuildError, match=r"would give students .*grader/judge/draw\.py"):
        bundle.write_bundles(tmp_path)
    assert not list(tmp_path.iterdir())


def test_versions_are_the_locks(unpacked: dict[str, Path]) -> None:
    locked = set(bundle.locked_versions().values())
    student = unpacked["en"]
    pins = _pins((student / "requirements.txt").read_text(encoding="utf-8"))
    assert pins == _pins((student / "environment.yml").read_text(encoding="utf-8"))
    assert pins < locked
    names = {Requirement(pin).name for pin in pins}
    assert {"numpy", "torch", "jupyterlab", "ipywidgets"} <= names
    assert names.isdisjoint({"nbgrader", "pytest", "typer", "hocsau-grader"})
    assert all((student / line).is_file() for line in _wheels(student))


def test_for_the_exchange_nbgrader_comes_along(unpacked: dict[str, Path]) -> None:
    texts = {
        name: (unpacked["vi"] / name).read_text(encoding="utf-8")
        for name in ("requirements.txt", "requirements-nbgrader.txt")
    }
    alone, enrolled = (_pins(text) for text in texts.values())
    assert alone < enrolled <= set(bundle.locked_versions().values())
    assert {"nbgrader", "sqlalchemy"} <= {Requirement(pin).name.lower() for pin in enrolled - alone}
    assert [text.splitlines()[-1] for text in texts.values()] == ["./hocsau-0.1.0-py3-none-any.whl"] * 2


def _pins(text: str) -> set[str]:
    return set(re.findall(r"[\w.-]+==[\w.]+", text))


def _wheels(student: Path) -> list[str]:
    texts = [(student / name).read_text() for name in ("requirements.txt", "environment.yml")]
    found = [wheel for text in texts for wheel in re.findall(r"\./(\S+\.whl)", text)]
    assert len(found) == 2
    return found


def test_a_dependency_that_is_not_locked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: pin for name, pin in bundle.locked_versions().items() if name != "numpy"}
    monkeypatch.setattr(bundle, "locked_versions", lambda: known)
    with pytest.raises(BuildError, match=r"requirements\.lock lacks numpy"):
        bundle.student_requirements()


@pytest.mark.parametrize("module", ["grader", "solutions", "nbgrader", "pytest"])
def test_the_clean_environment_has_none_of_ours(clean: Path, module: str) -> None:
    seen = f"import importlib.util; print(importlib.util.find_spec({module!r}))"
    assert run(str(clean), "-c", seen, cwd=clean.parent).strip() == "None"


_RUN = """\
import sys, nbformat
from nbclient import NotebookClient
path = sys.argv[1]
notebook = nbformat.read(path, as_version=4)
notebook.cells.append(nbformat.v4.new_code_cell(
    "import hocsau; from hocsau.datasets import auto_mpg; print(hocsau.__file__, auto_mpg().features.shape)"))
NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
nbformat.write(notebook, path)
"""


@pytest.mark.parametrize(("language", "words"), [("en", "Not done yet"), ("vi", "Chưa làm")])
def test_a_lesson_runs_in_a_clean_environment(
    unpacked: dict[str, Path], clean: Path, language: str, words: str
) -> None:
    lesson = all_lessons()[-1].assignment
    folder = unpacked[language] / "notebooks" / lesson
    run(str(clean), "-c", _RUN, f"{lesson}.ipynb", cwd=folder)
    cells = json.loads((folder / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    shown = [json.dumps(cell.get("outputs", []), ensure_ascii=False) for cell in cells]
    assert str(clean.parents[1]) in shown[-1]
    assert "(392, 7)" in shown[-1]
    assert any(words in text for text in shown)
    assert not any('"output_type": "error"' in text for text in shown)


def test_the_kernel_websocket_extension_is_switched_on(clean: Path) -> None:
    settings = clean.parents[1] / "etc" / "jupyter" / "jupyter_server_config.d" / "hocsau.json"
    extensions = json.loads(settings.read_text())["ServerApp"]["jpserver_extensions"]
    assert extensions == {"hocsau.lab": True}
