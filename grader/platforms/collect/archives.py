"""Every regular file in an archive or a folder; nothing is ever written under a name that an archive gave.

An archive is read, not unpacked: each file comes as bytes, each thing that is no regular file of a sane size comes as
a refusal that says what came, why it is refused and what to do.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from grader.errors import CollectError
from grader.platforms.collect.found import Budget, Found, Limits, Refused, TooMuch
from grader.platforms.collect.paths import name_of, parts_of

__all__ = ["files_in"]


class _Unreadable(CollectError):
    """Not a zip, or a damaged one."""


_MANY_BYTES = 1 << 20
_DIRECTORY = 16 << 20  # bytes of a nested archive's table of contents
_CHUNK = 1 << 20
_ARCHIVES = (".zip",)
_OTHER_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")


def files_in(source: Path, budget: Budget, skip: Collection[str] = ()) -> Iterator[Found | Refused]:
    """Every file in `source`: a folder (without the entries named in `skip`), a .zip, or one file by itself.

    raises CollectError when the archive cannot be read or holds too much
    """
    try:
        mode = source.stat().st_mode
        if stat.S_ISDIR(mode):
            yield from _in_folder(source, budget, skip)
        elif not stat.S_ISREG(mode):
            raise CollectError(f"{source}: neither a file nor a folder")
        elif source.suffix.lower() in _ARCHIVES:
            with source.open("rb") as file:
                yield from _in_zip(file, (), 0, budget, str(source))
        elif source.suffix.lower() in _OTHER_ARCHIVES:
            raise CollectError(f"{source}: only .zip archives are read. Unpack it yourself and give the folder")
        else:
            budget.count()
            yield _file(source, (source.name,), budget)
    except OSError as error:
        raise CollectError(f"{source}: cannot be read ({error})") from error


def _in_folder(folder: Path, budget: Budget, skip: Collection[str] = ()) -> Iterator[Found | Refused]:
    for top, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        here = Path(top)
        budget.count(len(folders) + len(files))
        if here == folder:
            folders[:] = [name for name in folders if name not in skip]
            files = [name for name in files if name not in skip]
        links = [name for name in folders if (here / name).is_symlink()]
        for name in sorted([*links, *files]):
            path = here / name
            parts = parts_of(str(path.relative_to(folder)))
            if isinstance(parts, Refused):
                yield parts
            elif parts is None:
                continue
            elif len(parts) > budget.limits.depth:
                yield Refused("/".join(parts), _too_deep(budget.limits))
            elif path.suffix.lower() in _ARCHIVES and path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    yield from _nested(file, parts, len(parts), budget)
            else:
                yield _file(path, parts, budget)


def _file(path: Path, parts: tuple[str, ...], budget: Budget) -> Found | Refused:
    """One file of a folder, opened without following a link."""
    place = "/".join(parts)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            return Refused(place, "a symbolic link, not a file. Ask for the file itself")
        return Refused(place, f"cannot be read ({error.strerror})")
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Refused(place, "not a regular file. Ask for the file itself")
        if status.st_nlink > 1:
            return Refused(
                place,
                "a hard link: the same file has another name elsewhere. Put a copy in its place",
            )
        if not _is_read(parts):
            return Found(parts, b"", len(parts))
        return _bounded(file, parts, len(parts), budget, None)


def _in_zip(
    file: IO[bytes], above: tuple[str, ...], outer: int, budget: Budget, called: str
) -> Iterator[Found | Refused]:
    """Every file in a zip; `above` and `outer` are those of the archive itself, `called` its name in messages."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, UnicodeError) as error:
        raise _Unreadable(
            f"{called}: not a readable zip ({error}). Download it again, or unpack it and give the folder"
        ) from error
    with archive:
        members = archive.infolist()
        budget.count(len(members))
        for member in members:
            if member.is_dir():
                continue
            yield from _member(archive, member, above, outer, budget)


def _member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    above: tuple[str, ...],
    outer: int,
    budget: Budget,
) -> Iterator[Found | Refused]:
    own = parts_of(name_of(member))
    if isinstance(own, Refused):
        yield Refused("/".join([*above, own.what]), own.why)
        return
    if own is None:
        return
    parts = above + own
    outer = outer or len(parts)
    why = _unfit(member, parts, budget.limits)
    if why:
        yield Refused("/".join(parts), why)
        return
    if not _is_read(parts):
        yield Found(parts, b"", outer)
        return
    try:
        with archive.open(member) as unpacked:
            found = _bounded(unpacked, parts, outer, budget, member.compress_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:  # fmt: skip
        yield Refused("/".join(parts), f"damaged in the archive ({error}). Ask for the file again")
        return
    if isinstance(found, Found) and parts[-1].lower().endswith(_ARCHIVES):
        yield from _nested(io.BytesIO(found.data), parts, outer, budget)
    else:
        yield found


def _nested(file: IO[bytes], parts: tuple[str, ...], outer: int, budget: Budget) -> Iterator[Found | Refused]:
    """A student's own archive; when it is bad, it alone is refused."""
    place = "/".join(parts)
    if sum(part.lower().endswith(_ARCHIVES) for part in parts[:-1]) >= budget.limits.nested:
        yield Refused(place, "an archive in an archive in an archive. Ask for the notebook itself")
        return
    if _directory_size(file) > _DIRECTORY:
        yield Refused(place, "an archive with too many files in it. Ask for the notebook itself")
        return
    mine = budget.of_student()
    total, members = mine.bytes, mine.members
    try:
        found = list(_in_zip(file, parts, outer, mine, place))
    except _Unreadable:
        yield Refused(place, "not a readable zip. Ask for the notebook itself")
        return
    except TooMuch:
        yield Refused(place, "an archive that holds too much. Ask for the notebook itself")
        return
    budget.spend(total - mine.bytes)
    budget.count(members - mine.members)
    yield from found


def _is_read(parts: tuple[str, ...]) -> bool:
    """Notebooks and archives are read; of anything else the name is enough."""
    return parts[-1].lower().endswith((".ipynb", *_ARCHIVES))


def _directory_size(file: IO[bytes]) -> int:
    """Bytes of a zip's table of contents as its last record says (zipfile reads that much); 0 where there is none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 66_000, 0))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _bounded(
    file: IO[bytes], parts: tuple[str, ...], outer: int, budget: Budget, packed: int | None
) -> Found | Refused:
    """The file's bytes, read piece by piece: what an archive says of its sizes is not believed."""
    pieces, size = [], 0
    while piece := file.read(_CHUNK):
        size += len(piece)
        if size > budget.limits.file:
            return Refused(
                "/".join(parts),
                f"larger than {budget.limits.file >> 20} MiB. Ask for the notebook without its outputs",
            )
        if packed is not None and size > max(_MANY_BYTES, packed * budget.limits.ratio):
            return Refused(
                "/".join(parts),
                f"grows more than {budget.limits.ratio} times when unpacked. Ask for the file itself",
            )
        budget.spend(len(piece))
        pieces.append(piece)
    return Found(parts, b"".join(pieces), outer)


def _unfit(member: zipfile.ZipInfo, parts: tuple[str, ...], limits: Limits) -> str:
    kind = stat.S_IFMT(member.external_attr >> 16) if member.create_system == 3 else 0
    if kind == stat.S_IFLNK:
        return "a symbolic link, not a file. Ask for the file itself"
    if kind not in (0, stat.S_IFREG):
        return "not a regular file. Ask for the file itself"
    if member.flag_bits & 1:
        return "encrypted. Ask for the file without a password"
    return _too_deep(limits) if len(parts) > limits.depth else ""


def _too_deep(limits: Limits) -> str:
    return f"lies more than {limits.depth} folders deep. Ask for the notebook itself"
