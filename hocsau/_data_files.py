"""Data files: where they lie, whether they are the right ones, and what to say when they are not.

Known checksums live in one place, `checksums.sha256` beside this module, out of reach of whoever
edits the data folder.
"""

from __future__ import annotations

import hashlib
import os
from importlib import resources
from pathlib import Path

from hocsau.language import Text

__all__ = ["DataError", "download", "folders", "known_checksums", "read", "shipped"]


class DataError(RuntimeError):
    """A data file is missing, damaged or out of reach; the message is in the learner's language.

    text: the message in both languages
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.say())
        self.text = text


_MISSING = Text(
    "The data file {name} was not found.\nLooked in:\n{places}\n"
    "Likely cause: hocsau was copied here without its data instead of being installed.\n"
    "Next step: install hocsau again with pip, "
    "or set the environment variable HOCSAU_DATA to a folder that holds {name}."
)
_DAMAGED = Text(
    "The data file {path} is not the one this course was written for.\n"
    "Expected SHA-256: {expected}\nFound SHA-256:    {found}\nLikely cause: {cause}.\n"
    "Next step: install hocsau again with pip; in the repository, `git restore data/{name}`."
)
_UNREADABLE = Text(
    "The data file {path} cannot be read: {error}.\nNext step: make it readable, or install hocsau again with pip."
)
_EMPTY = Text("the file is empty, its copy was cut short")
_LINE_ENDS = Text("its line ends were changed to Windows' (git or an editor does this)")
_EDITED = Text("the file was edited, or its download was cut short")
_NOT_DOWNLOADED = Text(
    "{name} could not be downloaded from any of\n{places}\n"
    "Last error: {error}\nLikely cause: {cause}.\n"
    "Next step: try again with a network, copy {name} to {folder} yourself, "
    "or use the small set that comes with the course, which needs no network."
)
_NO_NETWORK = Text("no network here, or a firewall")
_NOT_OFFICIAL = Text("what came is not the official file (a log-in page of the network, or a cut download)")


def known_checksums() -> dict[str, str]:
    """File name -> SHA-256, from the one list of them (sha256sum's format)."""
    text = (resources.files("hocsau") / "checksums.sha256").read_text(encoding="utf-8")
    return {name: checksum for checksum, name in (line.split() for line in text.splitlines())}


def shipped() -> Path:
    """The folder of data that came with hocsau: inside it where it was installed, beside it in the repository."""
    package = Path(__file__).resolve().parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent / "data"


def folders() -> list[Path]:
    """Where data may lie: HOCSAU_DATA, where it is set, then what came with hocsau."""
    chosen = os.environ.get("HOCSAU_DATA")
    return [*([Path(chosen).expanduser()] if chosen else []), shipped()]


def read(name: str) -> bytes:
    """The bytes of a data file, verified; a bad copy is passed over for a good one further on.

    raises DataError if there is no file of that name, or none that verifies (the first is reported)
    """
    expected = known_checksums()[name]
    problem: Text | None = None
    for path in (folder / name for folder in folders()):
        if not path.is_file():
            continue
        try:
            content = path.read_bytes()
        except OSError as error:
            problem = problem or _UNREADABLE.format(path=path, name=name, error=error.strerror)
            continue
        found = hashlib.sha256(content).hexdigest()
        if found == expected:
            return content
        problem = problem or _DAMAGED.format(
            path=path, name=name, expected=expected, found=found, cause=_cause(content, expected)
        )
    places = "\n".join(f"  {folder}" for folder in folders())
    raise DataError(problem or _MISSING.format(name=name, places=places))


def _cause(content: bytes, expected: str) -> Text:
    """Why a file's checksum is not the expected one, as far as its bytes tell."""
    if not content:
        return _EMPTY
    if hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest() == expected:
        return _LINE_ENDS
    return _EDITED


def download(name: str, checksum: str, mirrors: tuple[str, ...]) -> bytes:
    """The bytes of a file that is downloaded once, then kept in HOCSAU_CACHE or the user's cache.

    checksum: its SHA-256
    raises DataError if no mirror gives that file
    """
    import pooch

    folder = Path(os.environ.get("HOCSAU_CACHE") or pooch.os_cache("hocsau"))
    for mirror in mirrors:
        downloader = pooch.HTTPDownloader(progressbar=True, timeout=30)
        try:
            kept = pooch.retrieve(mirror + name, f"sha256:{checksum}", fname=name, path=folder, downloader=downloader)
            return Path(kept).read_bytes()
        except ValueError as error:  # pooch's word for a wrong checksum
            reason, cause = str(error), _NOT_OFFICIAL
        except OSError as error:
            reason, cause = str(error), _NO_NETWORK
    places = "\n".join(f"  {mirror}" for mirror in mirrors)
    raise DataError(_NOT_DOWNLOADED.format(name=name, places=places, error=reason, cause=cause, folder=folder))
