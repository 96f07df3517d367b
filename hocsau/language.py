"""The learner's language, and texts in every language that has a catalogue.

Everything a learner reads is a `Text`: an English sentence, under which catalogues (gettext's) hold its translations. This
package's own lie in locale/<language>/LC_MESSAGES/, a lesson's in its pack and in its folder. What a catalogue lacks is said in
English.
"""

from __future__ import annotations

import gettext
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LANGUAGES", "Text", "add_catalogue", "add_catalogues", "current", "use"]

_catalogues: dict[str, list[Callable[[str], str]]] = {}
"""By language: functions that give the translation of a sentence, or the sentence where they have none."""
_chosen: str | None = None


def add_catalogue(language: str, translation: Callable[[str], str]) -> None:
    """Ask `translation` too for what is said in `language`, of texts made from now on."""
    _catalogues.setdefault(language, []).append(translation)


def add_catalogues(folder: Path) -> None:
    """Use the catalogues folder/<language>/LC_MESSAGES/*.mo."""
    for path in sorted(folder.glob("*/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            add_catalogue(path.parts[-3], gettext.GNUTranslations(file).gettext)


add_catalogues(Path(__file__).parent / "locale")
if "HOCSAU_LOCALE" in os.environ:
    add_catalogues(Path(os.environ["HOCSAU_LOCALE"]))
LANGUAGES = ("en", *sorted(_catalogues))
"""The languages that can be chosen, by their ISO 639 codes."""


@dataclass(frozen=True)
class Text:
    """One message: English, and what it is in other languages.

    translations  by language, sorted; None has them looked up in the catalogues
    """

    en: str
    translations: tuple[tuple[str, str], ...] | None = None

    def __post_init__(self) -> None:
        if self.translations is None:
            object.__setattr__(self, "translations", _translations(self.en))

    @classmethod
    def of(cls, en: str, **translations: str) -> Text:
        """A message whose translations are given: `Text.of("a step", vi="một bước")`."""
        return cls(en, tuple(sorted(translations.items())))

    @property
    def vi(self) -> str:
        """The message in Vietnamese."""
        return self.say("vi")

    def say(self, language: str | None = None) -> str:
        """The message in `language`, or in English where it has no other; None means the learner's current language."""
        return dict(self.translations or ()).get(language or current(), self.en)

    def format(self, **values: object) -> Text:
        """The message with `{name}` fields filled in; a `Text` value is said in each language."""

        def fill(language: str) -> str:
            said = {k: v.say(language) if isinstance(v, Text) else v for k, v in values.items()}
            return self.say(language).format(**said)

        texts = [self, *(value for value in values.values() if isinstance(value, Text))]
        return Text.of(fill("en"), **{language: fill(language) for language in _languages(texts)})

    def __add__(self, other: Text) -> Text:
        return Text.of(
            self.en + other.en, **{name: self.say(name) + other.say(name) for name in _languages([self, other])}
        )

    def as_dict(self) -> dict[str, str]:
        """The message by language; `Text.of(**data)` reads it again."""
        return {"en": self.en, **dict(self.translations or ())}


def _translations(english: str) -> tuple[tuple[str, str], ...]:
    found = []
    for language, catalogues in sorted(_catalogues.items()):
        said = next((said for look in catalogues if (said := look(english)) != english), None)
        found += [(language, said)] if said else []
    return tuple(found)


def _languages(texts: list[Text]) -> set[str]:
    return {language for text in texts for language, _ in text.translations or ()}


def use(language: str) -> None:
    """Speak `language` ("en", "vi" ...) from now on.

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
