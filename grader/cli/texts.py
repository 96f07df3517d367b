"""The command `grader texts`: bring the catalogues up to date with what the code says."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["texts"]


def texts(
    language: Annotated[
        str, typer.Argument(help="a language's ISO 639 code; one that is new begins with empty catalogues")
    ] = "",
) -> None:
    """Add an empty entry for each text that a catalogue lacks and take out what nobody says. Then translate, and `grader build`."""
    from grader.publish.catalogue import catalogues, new_catalogues, with_missing

    for path, folder in {**catalogues(), **new_catalogues(language)}.items():
        blob = with_missing(path, folder)
        if not path.exists() or path.read_bytes() != blob:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(blob)
            print(path)
