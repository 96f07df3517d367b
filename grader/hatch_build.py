"""What hatchling asks when it packs the two distributions: their pages on a package index, and the lessons in hocsau-grader."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

__all__ = ["LessonsHook", "PageHook", "shipped", "with_whole_links"]

REPOSITORY = Path(__file__).resolve().parents[1]
SHIPPED = "shipped"
"""In a packed hocsau-grader: the folder with what it reads in the repository when it runs there."""

_LINK = re.compile(r"(?<=\]\()(?!https?:|#)[^)\s]+")
_KINDS = (".ipynb", ".po", ".py", ".toml")
_WORKSHOP = re.compile(r"/(right|seen|\.ipynb_checkpoints)/|/(test_\w+|conftest)\.py$|/equivalent\.toml$")
"""What a lesson's author needs and grading does not: answers to try the checks on, tests."""
_PICTURES = (".gif", ".jpg", ".png", ".svg")


def with_whole_links(page: str, folder: str, repository: str, version: str) -> str:
    """`page`, Markdown that lies in `folder`, with addresses for paths: on a package index no files lie beside it.

    >>> with_whole_links("[a](../docs/a.md#b) ![c](c.png) [up](#top)", "grader", "https://a.example", "1.0")
    '[a](https://a.example/blob/v1.0/docs/a.md#b) ![c](https://a.example/raw/v1.0/grader/c.png) [up](#top)'
    """

    def whole(found: re.Match[str]) -> str:
        kind = "raw" if found[0].endswith(_PICTURES) else "blob"
        path = posixpath.normpath(posixpath.join(folder, found[0]))
        return f"{repository}/{kind}/v{version}/{path}"

    return _LINK.sub(whole, page)


class PageHook(MetadataHookInterface):
    """The README of a distribution as its page, and the addresses that stand in the repository's pyproject.toml alone."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in `readme`, and `urls` where there are none."""
        root = Path(self.root)
        text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
        urls = metadata.setdefault("urls", tomllib.loads(text)["project"]["urls"])
        page = with_whole_links(
            (root / "README.md").read_text(encoding="utf-8"),
            root.relative_to(REPOSITORY).as_posix(),
            urls["Repository"],
            metadata["version"],
        )
        metadata["readme"] = {"content-type": "text/markdown", "text": page}


def shipped() -> Iterator[str]:
    """The paths in the repository of what goes along with hocsau-grader."""
    yield from ("docs/glossary.md", "nbgrader_config.py")
    for folder in ("solutions", "notebooks"):
        for path in sorted((REPOSITORY / folder).rglob("*")):
            inner = path.relative_to(REPOSITORY)
            if path.suffix in _KINDS and not _WORKSHOP.search(inner.as_posix()):
                yield inner.as_posix()


class LessonsHook(BuildHookInterface[Any]):
    """hocsau-grader: the lessons go along, links are followed, and it asks for hocsau of its own version."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add to what is packed; `version` "editable" reads the repository itself."""
        build_data["dependencies"].append(f"hocsau=={self.metadata.version}")
        packed: dict[str, str] = build_data["force_include"]
        for source in [path for path in packed if Path(path).is_symlink()]:
            packed[str(Path(source).resolve())] = packed.pop(source)
        unpacked = (Path(self.root) / SHIPPED).is_dir()  # a source distribution has the lessons already
        if version != "editable" and not unpacked:
            packed |= {str(REPOSITORY / path): f"{SHIPPED}/{path}" for path in shipped()}
