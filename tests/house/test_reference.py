"""The reference made from the docstrings: every public name of a public module is in it, told, and no lesson imports another module."""

from __future__ import annotations

import html
import importlib
import inspect
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tools.reference import __main__ as reference

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pages, built once; a warning of pdoc's would be an error."""
    folder = tmp_path_factory.mktemp("reference")
    reference.build(folder)
    return folder


def page_of(pages: Path, module: str) -> Path:
    return pages / f"{module.replace('.', '/')}.html"


def told(page: str) -> dict[str, str]:
    """What the page says of each name: the text of the first docstring in its section."""
    parts = re.findall(r'<section id="([^"]+)">(.*?)</section>', page, re.S)
    found = {}
    for name, part in parts:
        said = re.search(r'<pre class="docstring"[^>]*>(.*?)</pre>', part, re.S)
        found[name] = html.unescape(re.sub("<[^>]+>", "", said[1])) if said else ""
    return found


def public(module: ModuleType) -> list[str]:
    """The names in `__all__` that are not modules."""
    return [name for name in module.__all__ if not isinstance(getattr(module, name, module), ModuleType)]


@pytest.mark.parametrize("name", reference.MODULES)
def test_every_public_name_is_told(name: str, pages: Path) -> None:
    module = importlib.import_module(name)
    found = told(page_of(pages, name).read_text(encoding="utf-8"))
    assert set(public(module)) == set(found)
    for member in public(module):
        value = getattr(module, member)
        docstring = inspect.getdoc(value) if callable(value) and hasattr(value, "__name__") else ""
        assert found[member].strip(), member
        assert not docstring or docstring.splitlines()[0] in found[member], member


def imported(source: str) -> set[str]:
    """The modules of hocsau's that a lesson's code imports."""
    found = set(re.findall(r"^\s*import (hocsau[\w.]*)", source, re.M))
    for package, names in re.findall(r"^\s*from (hocsau[\w.]*) import ([\w, ]+)", source, re.M):
        found.add(package)
        if hasattr(importlib.import_module(package), "__path__"):
            below = [f"{package}.{name.split()[0]}" for name in names.split(",")]
            found |= {name for name in below if importlib.util.find_spec(name) is not None}
    return found


def of_lessons() -> dict[str, set[str]]:
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*/*/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        found[path.relative_to(ROOT).as_posix()] = imported(code)
    return found


def test_what_the_lessons_import_has_a_page(pages: Path) -> None:
    lessons = of_lessons()
    assert len(lessons) >= 2
    used = set().union(*lessons.values())
    assert {"hocsau", "hocsau.explore.momentum"} <= used
    assert [name for name in sorted(used) if not page_of(pages, name).exists()] == []


def test_an_import_is_found() -> None:
    source = "import hocsau.plots\nif True:\n    from hocsau import check, datasets as data\n"
    assert imported(source) == {"hocsau.plots", "hocsau", "hocsau.datasets"}


def toy(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    """The name of a module with this text, alone in a list."""
    name = f"toy_{abs(hash(text))}"
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setitem(sys.modules, name, importlib.import_module(name))
    return [name]


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ('"""Told."""\n__all__ = ["f"]\ndef f(): ...\n', "f"),
        ('"""Told."""\n__all__ = ["LIMIT"]\nLIMIT = 3\n', "LIMIT"),
        ('__all__ = ["f"]\ndef f():\n    """Told."""\n', ""),
    ],
)
def test_a_name_without_a_docstring_fails(
    text: str, lacking: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = toy(tmp_path, monkeypatch, text)
    with pytest.raises(SystemExit, match=f"without a docstring: {modules[0]}.?{lacking}$"):
        reference.build(tmp_path / "pages", modules)
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize(
    "text",
    [
        '"""Told."""\n__all__ = ["gone"]\n',
        '"""Told."""\n__all__ = ["f"]\ndef f(x: "Unheard"):\n    """Told."""\n',
    ],
    ids=["a name that is not there", "a type that is not there"],
)
def test_a_warning_fails(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = toy(tmp_path, monkeypatch, text)
    with pytest.raises(UserWarning):
        reference.build(tmp_path / "pages", modules)
