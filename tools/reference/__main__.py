"""The reference of the public modules, made from their docstrings: `make reference` writes it to build/reference/.

Only `__all__` is public; a name in it without a docstring, and whatever pdoc warns of, is an error.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pdoc
import pdoc.doc
import pdoc.render

__all__ = ["MODULES", "build", "undocumented"]

HERE = Path(__file__).resolve().parent
MODULES = (
    # what a lesson imports; hocsau.explore brings a module for each lesson
    "hocsau",
    "hocsau.datasets",
    "hocsau.device",
    "hocsau.explore",
    "hocsau.language",
    "hocsau.plots",
    "hocsau.training",
    # what who writes a lesson uses
    "grader.course.lessons",
    "grader.course.mistakes",
    "hocsau.explore.live",
    "hocsau.judging.allowed",
    "hocsau.judging.compare",
    "hocsau.judging.request",
    "hocsau.judging.scoring",
    "hocsau.judging.values",
    # what a program that grades uses
    "grader.engine",
    "grader.errors",
    "grader.judge.judge",
    "grader.nbgrader",
    "grader.judge.report",
    "grader.sandbox.policy",
    "grader.platforms.students",
    "grader.judge.submission",
)


def undocumented(modules: Sequence[str]) -> list[str]:
    """The modules among these, and the names in their `__all__`, that have no docstring."""
    found = []
    for name in modules:
        page = pdoc.doc.Module(_loaded(name))
        found += [] if page.docstring else [name]
        found += [member.fullname for member in page.members.values() if not member.docstring]
    return found


def build(folder: Path, modules: Sequence[str] = MODULES) -> None:
    """Write the pages of `modules` into `folder`.

    raises SystemExit when a public name has no docstring, Warning when pdoc has one
    """
    if lacking := undocumented(modules):
        raise SystemExit(f"public, and without a docstring: {', '.join(lacking)}")
    pdoc.render.configure(template_directory=HERE)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        pdoc.pdoc(*modules, output_directory=folder)


def _loaded(name: str) -> ModuleType:
    """The module, its public names looked up once: hocsau loads each when it is first asked for, and pdoc never asks."""
    module = import_module(name)
    for public in module.__all__:
        getattr(module, public, None)
    return module


if __name__ == "__main__":
    build(Path(sys.argv[1]))
