"""The learner's language, and text that exists in both.

Everything a learner reads is a `Text`: English and Vietnamese side by side, so that neither can be forgotten.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LANGUAGES", "Text", "current", "use"]

LANGUAGES = ("en", "vi")
"""English and Vietnamese, by their ISO 639 codes."""

_chosen: str | None = None


@dataclass(frozen=True)
class Text:
    """One message in English and in Vietnamese."""

    en: str
    vi: str

    def say(self, language: str | None = None) -> str:
        """The message in `language`; None means the learner's current one."""
        return self.vi if (language or current()) == "vi" else self.en

    def format(self, **values: object) -> Text:
        """Both messages with `{name}` fields filled in; a `Text` value is said in each language."""

        def fill(language: str) -> str:
            said = {k: v.say(language) if isinstance(v, Text) else v for k, v in values.items()}
            return self.say(language).format(**said)

        return Text(fill("en"), fill("vi"))

    def __add__(self, other: Text) -> Text:
        return Text(self.en + other.en, self.vi + other.vi)


def use(language: str) -> None:
    """Speak `language` ("en" or "vi") from now on.

    raises ValueError for any other language
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}; got {language!r}")
    global _chosen
    _chosen = language


def current() -> str:
    """The learner's language: `use(...)`, then HOCSAU_LANGUAGE, then the notebook in this folder, then English."""
    if _chosen is not None:
        return _chosen
    from_environment = os.environ.get("HOCSAU_LANGUAGE", "")
    if from_environment in LANGUAGES:
        return from_environment
    return _of_folder(os.getcwd())


_folders: dict[str, str] = {}


def _of_folder(folder: str) -> str:
    """The language that a notebook in `folder` was released in; English when none says."""
    if folder not in _folders:
        _folders[folder] = "en"
        for notebook in sorted(Path(folder).glob("*.ipynb")):
            try:
                metadata = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]
                language = metadata["hocsau"]["language"]
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue
            if language in LANGUAGES:
                _folders[folder] = language
                break
    return _folders[folder]
