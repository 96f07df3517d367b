"""What comes out of an archive: regular files of a sane size, and a line for everything else."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import CollectError
from grader.platforms.collect.archives import files_in
from grader.platforms.collect.found import LIMITS, Budget, Found, Limits, Refused
from tests.grader.platforms.collect.conftest import DEVICE, FIFO, LINK, NOTEBOOK, special, zipped

SMALL = replace(LIMITS, file=5000, total=20_000, members=20, student_total=8000, student_members=5, depth=4)


def read(path: Path, limits: Limits = LIMITS) -> list[Found | Refused]:
    return list(files_in(path, Budget(limits)))


def archive(folder: Path, blob: bytes, name: str = "class.zip") -> Path:
    path = folder / name
    path.write_bytes(blob)
    return path


def only_refusal(found: list[Found | Refused]) -> str:
    (one,) = found
    assert isinstance(one, Refused)
    return str(one)


def test_honest_files_come_whole_with_their_names(tmp_path: Path) -> None:
    files = {"Lan/a.ipynb": NOTEBOOK, "Đặng Thị Ngọc 🙂/ô.ipynb": b"x", r"win\b.ipynb": b"y"}
    found = read(archive(tmp_path, zipped(files)))
    assert found == [
        Found(("Lan", "a.ipynb"), NOTEBOOK, 2),
        Found(("Đặng Thị Ngọc 🙂", "ô.ipynb"), b"x", 2),
        Found(("win", "b.ipynb"), b"y", 2),
    ]


def test_names_are_normal_and_utf8_without_a_flag_is_read(tmp_path: Path) -> None:
    blob = zipped({"Xxxxx/a.ipynb": b"x"}).replace(b"Xxxxx", "Lê1".encode()[:5].ljust(5, b"1"))
    (found,) = read(archive(tmp_path, blob))
    assert isinstance(found, Found)
    assert found.parts[0] == "Lê11"
    decomposed = "Le\u0302/a.ipynb"
    (found,) = read(archive(tmp_path, zipped({decomposed: b"x"})))
    assert found.parts[0] == "Lê"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "name",
    ["../../evil.ipynb", "/etc/evil.ipynb", "a/../../evil.ipynb", r"..\evil.ipynb", r"\\srv\evil.ipynb", "C:/evil.ipynb", r"C:\evil.ipynb", "c:evil.ipynb", ".."],
)  # fmt: skip
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    said = only_refusal(read(archive(tmp_path, zipped({name: NOTEBOOK}))))
    assert said == (f"{name}: the name leads out of the archive. Ask for the file under an ordinary name")
    assert [path.name for path in tmp_path.iterdir()] == ["class.zip"]


@pytest.mark.parametrize("name", ["a\x00b.ipynb", "a\nb.ipynb", "\x1b[2J.ipynb", "a\u2028.ipynb"])
def test_control_characters_in_a_name_are_refused_and_not_printed(tmp_path: Path, name: str) -> None:
    blob = zipped({name.replace("\x00", "~"): NOTEBOOK}).replace(b"a~b", b"a\x00b")
    said = only_refusal(read(archive(tmp_path, blob)))
    assert said.endswith("control characters in the name. Ask for the file under an ordinary name")
    assert said.isprintable()


def test_a_name_too_long_is_refused(tmp_path: Path) -> None:
    said = only_refusal(read(archive(tmp_path, zipped({"x" * 300 + ".ipynb": b""}))))
    assert said.endswith("…: a name too long. Ask for the file under a shorter name")


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (LINK, "an/x.ipynb: a symbolic link, not a file. Ask for the file itself"),
        (DEVICE, "an/x.ipynb: not a regular file. Ask for the file itself"),
        (FIFO, "an/x.ipynb: not a regular file. Ask for the file itself"),
    ],
)
def test_what_is_no_regular_file_is_refused(tmp_path: Path, mode: int, said: str) -> None:
    blob = special("an/x.ipynb", b"/etc/passwd", mode)
    assert only_refusal(read(archive(tmp_path, blob))) == said


def test_what_an_operating_system_left_behind_is_passed_over(tmp_path: Path) -> None:
    clutter = ["__MACOSX/a/._b.ipynb", "a/.DS_Store", "a/.ipynb_checkpoints/b.ipynb", "Thumbs.db"]
    assert read(archive(tmp_path, zipped(dict.fromkeys(clutter, b"x")))) == []


def test_a_file_too_large_is_refused_whatever_its_header_says(tmp_path: Path) -> None:
    said = only_refusal(read(archive(tmp_path, zipped({"a.ipynb": os.urandom(6000)})), SMALL))
    assert said == ("a.ipynb: larger than 0 MiB. Ask for the notebook without its outputs")


def test_a_file_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    blob = zipped({"a.ipynb": b" " * (20 << 20), "b.ipynb": NOTEBOOK})
    bomb, other = read(archive(tmp_path, blob))
    assert str(bomb) == "a.ipynb: grows more than 300 times when unpacked. Ask for the file itself"
    assert isinstance(other, Found)


def test_what_is_no_notebook_is_not_even_unpacked(tmp_path: Path) -> None:
    (found,) = read(archive(tmp_path, zipped({"a/movie.mp4": b" " * 10_000})), SMALL)
    assert found == Found(("a", "movie.mp4"), b"", 2)


def test_a_class_too_large_stops_the_collection(tmp_path: Path) -> None:
    blob = zipped({f"{n}.ipynb": os.urandom(4900) for n in range(5)})
    with pytest.raises(CollectError, match=r"more than 0 MiB when unpacked: nothing was collected"):
        read(archive(tmp_path, blob), SMALL)
    blob = zipped({f"{n}.txt": b"" for n in range(21)})
    with pytest.raises(CollectError, match="more than 20 files: nothing was collected"):
        read(archive(tmp_path, blob), SMALL)


def test_a_students_own_archive_is_opened_once(tmp_path: Path) -> None:
    inner = zipped({"deep/a.ipynb": NOTEBOOK})
    blob = zipped({"an.zip": inner, "lan.zip": zipped({"x.zip": inner}), "bo.zip": b"PK no zip"})
    one, two, three = read(archive(tmp_path, blob))
    assert one == Found(("an.zip", "deep", "a.ipynb"), NOTEBOOK, 1)
    assert str(two) == ("lan.zip/x.zip: an archive in an archive in an archive. Ask for the notebook itself")
    assert str(three) == "bo.zip: not a readable zip. Ask for the notebook itself"


@pytest.mark.parametrize(
    "inner",
    [
        {f"{n}.ipynb": os.urandom(4000) for n in range(3)},
        {f"{n}.txt": b"" for n in range(6)},
    ],
    ids=["bytes", "members"],
)
def test_a_students_bomb_costs_nobody_else_anything(tmp_path: Path, inner: dict[str, bytes]) -> None:
    limits = replace(SMALL, file=50_000)
    blob = zipped({"an.zip": zipped(inner), "lan.ipynb": NOTEBOOK})
    bomb, other = read(archive(tmp_path, blob), limits)
    assert str(bomb) == "an.zip: an archive that holds too much. Ask for the notebook itself"
    assert other == Found(("lan.ipynb",), NOTEBOOK, 1)


def test_a_table_of_contents_too_long_is_not_read(tmp_path: Path) -> None:
    inner = bytearray(zipped({"a.ipynb": b""}))
    at = inner.rindex(b"PK\x05\x06")
    inner[at + 12 : at + 16] = (1 << 30).to_bytes(4, "little")
    said = only_refusal(read(archive(tmp_path, zipped({"an.zip": bytes(inner)}))))
    assert said == "an.zip: an archive with too many files in it. Ask for the notebook itself"


def test_a_file_too_deep_is_refused(tmp_path: Path) -> None:
    said = only_refusal(read(archive(tmp_path, zipped({"a/b/c/d/e.ipynb": b""})), SMALL))
    assert said == "a/b/c/d/e.ipynb: lies more than 4 folders deep. Ask for the notebook itself"


def test_an_encrypted_or_damaged_file_is_refused(tmp_path: Path) -> None:
    blob = bytearray(zipped({"a.ipynb": NOTEBOOK * 9}))
    blob[60] ^= 0xFF
    said = only_refusal(read(archive(tmp_path, bytes(blob))))
    assert said.startswith("a.ipynb: damaged in the archive (")
    blob = bytearray(zipped({"a.ipynb": NOTEBOOK}))
    at = blob.index(b"PK\x01\x02")
    blob[6] |= 1
    blob[at + 8] |= 1
    said = only_refusal(read(archive(tmp_path, bytes(blob))))
    assert said == "a.ipynb: encrypted. Ask for the file without a password"


@pytest.mark.parametrize(
    ("name", "blob", "said"),
    [
        ("class.zip", b"", "not a readable zip (File is not a zip file). Download it again, or unpack it"),
        ("class.zip", zipped({"a": b"b"})[:-4], "not a readable zip"),
        ("class.tar.gz", b"x", "only .zip archives are read. Unpack it yourself and give the folder"),
        ("class.7z", b"x", "only .zip archives are read"),
    ],
    ids=["empty", "cut short", "tar.gz", "7z"],  # (not the bytes: they hold the time)
)  # fmt: skip
def test_a_bad_archive_is_a_clear_error(tmp_path: Path, name: str, blob: bytes, said: str) -> None:
    with pytest.raises(CollectError) as raised:
        read(archive(tmp_path, blob, name))
    assert str(raised.value).startswith(f"{tmp_path / name}: {said}")


def test_a_source_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match=r"nothing.zip: cannot be read"):
        read(tmp_path / "nothing.zip")


def test_a_folder_gives_regular_files_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(b"secret")
    folder = tmp_path / "class"
    for name in ("an", "bo", "ca", "di", "em"):
        (folder / name).mkdir(parents=True)
    (folder / "an" / "a.ipynb").write_bytes(NOTEBOOK)
    (folder / "bo" / "a.ipynb").symlink_to(secret)
    (folder / "ca" / "all").symlink_to(tmp_path, target_is_directory=True)
    (folder / "di" / "a.ipynb").hardlink_to(secret)
    os.mkfifo(folder / "em" / "a.ipynb")
    found, *refused = read(folder)
    assert found == Found(("an", "a.ipynb"), NOTEBOOK, 2)
    assert list(map(str, refused)) == [
        "bo/a.ipynb: a symbolic link, not a file. Ask for the file itself",
        "ca/all: a symbolic link, not a file. Ask for the file itself",
        "di/a.ipynb: a hard link: the same file has another name elsewhere. Put a copy in its place",
        "em/a.ipynb: not a regular file. Ask for the file itself",
    ]


def test_zips_in_a_folder_are_the_students(tmp_path: Path) -> None:
    archive(tmp_path, zipped({"a/b.ipynb": NOTEBOOK}), "an.zip")
    assert read(tmp_path) == [Found(("an.zip", "a", "b.ipynb"), NOTEBOOK, 1)]


def test_doubled_members_both_come(tmp_path: Path) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("an/a.ipynb", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("an/a.ipynb", b"2")
    assert [found.data for found in read(path)] == [b"1", b"2"]  # type: ignore[union-attr]
