"""`python -m hocsau`: which hocsau this is, what it found, where its things lie, and how to begin. It changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path

from hocsau import __version__, journal
from hocsau._data_files import folders
from hocsau.device import device
from hocsau.language import LANGUAGES, Text, current

__all__ = ["report"]

_REPORT = Text(
    """\
Học Sâu: hocsau {version} in {package}, Python {python}
language  {language}; there are {languages}. It is the notebook's, or what HOCSAU_LANGUAGE says
device    {device}
progress  {progress}
data      {data}
To begin: open a lesson's notebook in JupyterLab and run its cells from the top. In any cell: from hocsau import check, hint, progress"""
)
_NO_TORCH = Text('CPU. PyTorch is not installed; lessons 5 to 7 need it: pip install "hocsau[torch]"')


def report() -> Text:
    """What `python -m hocsau` prints."""
    return _REPORT.format(
        version=__version__,
        package=Path(__file__).parent,
        python=".".join(map(str, sys.version_info[:3])),
        language=current(),
        languages=", ".join(LANGUAGES),
        device=_device(),
        progress=journal.path(),
        data=", ".join(map(str, folders())),
    )


def _device() -> Text:
    try:
        found = str(device())
    except ModuleNotFoundError:
        return _NO_TORCH
    except (RuntimeError, ValueError) as error:  # what HOCSAU_DEVICE names is none, or not there
        found = str(error)
    return Text(found)


if __name__ == "__main__":
    print(report().say())
