"""Where data files are looked for, and what is said when one is missing, damaged, out of reach."""

from __future__ import annotations

import gzip
import hashlib
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hocsau import _data_files, _fashion_mnist, datasets, language
from hocsau.datasets import DataError

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
FILES = {
    "auto_mpg": "auto_mpg.csv",
    "bikeshare": "bikeshare.csv",
    "co2": "co2_weekly.csv",
    "communes": "vn_communes.txt",
    "fashion_mnist": "fashion_mnist_10000_2000.npz",
    "place_names": "place_names.tsv",
    "seattle_weather": "seattle_weather.csv",
    "shakespeare": "shakespeare.txt",
    "sunspots": "sunspots_yearly.csv",
    "shakespeare_model": "attention_shakespeare.safetensors",
}


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", "en")
    monkeypatch.delenv("HOCSAU_DATA", raising=False)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that HOCSAU_DATA names, and no other place to look."""
    monkeypatch.setenv("HOCSAU_DATA", str(tmp_path))
    monkeypatch.setattr(_data_files, "folders", lambda: [tmp_path])
    return tmp_path


# --- finding and verifying


@pytest.mark.parametrize(("loader", "file"), FILES.items())
def test_missing_file_says_where_it_looked(loader: str, file: str, nowhere: Path) -> None:
    with pytest.raises(DataError) as caught:
        getattr(datasets, loader)()
    message = str(caught.value)
    assert message.startswith(f"The data file {file} was not found.\nLooked in:\n  {nowhere}\n")
    assert "Next step: install hocsau again with pip" in message
    assert "HOCSAU_DATA" in message


@pytest.mark.parametrize(("loader", "file"), FILES.items())
def test_truncated_file_is_refused(loader: str, file: str, nowhere: Path) -> None:
    content = (DATA / file).read_bytes()[:-7]
    (nowhere / file).write_bytes(content)
    with pytest.raises(DataError) as caught:
        getattr(datasets, loader)()
    message = str(caught.value)
    assert message.startswith(f"The data file {nowhere / file} is not the one")
    assert f"Expected SHA-256: {_data_files.known_checksums()[file]}\n" in message
    assert f"Found SHA-256:    {hashlib.sha256(content).hexdigest()}\n" in message
    assert "the file was edited, or its download was cut short" in message
    assert f"`git restore data/{file}`" in message


@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (lambda content: b"", "the file is empty"),
        (lambda content: content.replace(b"\n", b"\r\n"), "line ends were changed to Windows'"),
        (lambda content: content.replace(b"1700,5", b"1700,6"), "the file was edited"),
    ],
)
def test_likely_cause_is_named(damage: Callable[[bytes], bytes], cause: str, nowhere: Path) -> None:
    content = (DATA / "sunspots_yearly.csv").read_bytes()
    (nowhere / "sunspots_yearly.csv").write_bytes(damage(content))
    with pytest.raises(DataError, match=cause):
        datasets.sunspots()


def test_message_speaks_vietnamese(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", "vi")
    with pytest.raises(DataError) as caught:
        datasets.co2()
    assert str(caught.value).startswith("Không tìm thấy tệp dữ liệu co2_weekly.csv.")
    assert caught.value.text.say("en").startswith("The data file co2_weekly.csv was not found.")
    (nowhere / "co2_weekly.csv").write_bytes(b"")
    with pytest.raises(DataError, match="Nguyên nhân thường gặp: tệp rỗng"):
        datasets.co2()


def test_unreadable_file_is_said(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "co2_weekly.csv").write_bytes(b"")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match="cannot be read: Permission denied"):
        datasets.co2()


def test_hocsau_data_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _data_files.folders() == [DATA]
    monkeypatch.setenv("HOCSAU_DATA", str(tmp_path))
    assert _data_files.folders() == [tmp_path, DATA]


@pytest.mark.parametrize("inside", [True, False])
def test_data_lies_in_an_installed_hocsau_or_beside_one_in_a_repository(
    inside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "hocsau" / "data" if inside else tmp_path / "data"
    place.mkdir(parents=True)
    monkeypatch.setattr(_data_files, "__file__", str(tmp_path / "hocsau" / "_data_files.py"))
    assert _data_files.shipped() == place.resolve()


def test_a_stranger_of_the_same_name_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sunspots_yearly.csv").write_text("another course's file")
    monkeypatch.setattr(_data_files, "folders", lambda: [tmp_path, DATA])
    assert len(datasets.sunspots()) == 309


# --- the whole of Fashion-MNIST


def idx(array: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


@pytest.fixture
def official(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Four small files in place of the official ones, already downloaded, and no network."""
    rng = np.random.default_rng(0)
    arrays = {
        "train-images-idx3-ubyte": rng.integers(0, 256, (5, 28, 27), dtype=np.uint8),
        "train-labels-idx1-ubyte": rng.integers(0, 10, 5, dtype=np.uint8),
        "t10k-images-idx3-ubyte": rng.integers(0, 256, (3, 28, 27), dtype=np.uint8),
        "t10k-labels-idx1-ubyte": rng.integers(0, 10, 3, dtype=np.uint8),
    }
    sums = []
    for name, array in arrays.items():
        content = idx(array)
        (tmp_path / f"{name}.gz").write_bytes(content)
        sums.append((name, hashlib.sha256(content).hexdigest()))
    monkeypatch.setattr(_fashion_mnist, "_FULL", tuple(sums))
    monkeypatch.setattr(_fashion_mnist, "_MIRRORS", ("http://127.0.0.1:9/",))
    monkeypatch.setenv("HOCSAU_CACHE", str(tmp_path))
    return arrays


def test_full_set_is_read_from_the_kept_files(official: dict[str, Any]) -> None:
    clothes = datasets.fashion_mnist_full()
    np.testing.assert_array_equal(clothes.x_train, official["train-images-idx3-ubyte"])
    np.testing.assert_array_equal(clothes.y_train, official["train-labels-idx1-ubyte"])
    np.testing.assert_array_equal(clothes.x_test, official["t10k-images-idx3-ubyte"])
    np.testing.assert_array_equal(clothes.y_test, official["t10k-labels-idx1-ubyte"])
    assert clothes.train_index.tolist() == [0, 1, 2, 3, 4]
    assert clothes.test_index.tolist() == [
        0,
        1,
        2,
    ]
    assert clothes.x_train.flags.writeable


def test_no_network_is_said(official: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError) as caught:
        datasets.fashion_mnist_full()
    message = str(caught.value)
    assert message.startswith("t10k-labels-idx1-ubyte.gz could not be downloaded from any of\n")
    assert "\n  http://127.0.0.1:9/\n" in message
    assert "Likely cause: no network here, or a firewall." in message
    assert f"copy t10k-labels-idx1-ubyte.gz to {tmp_path} yourself" in message


def test_what_is_not_the_official_file_is_refused(
    official: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train-images-idx3-ubyte.gz").unlink()

    class LogInPage:
        def __init__(self, **_: object) -> None: ...

        def __call__(self, url: str, output_file: str, pooch: object) -> None:
            Path(output_file).write_text("<html>please log in</html>")

    monkeypatch.setattr("pooch.HTTPDownloader", LogInPage)
    with pytest.raises(DataError, match="what came is not the official file"):
        datasets.fashion_mnist_full()
    assert not (tmp_path / "train-images-idx3-ubyte.gz").exists()


def test_every_known_file_has_a_loader() -> None:
    assert set(FILES.values()) == set(_data_files.known_checksums())
    assert set(FILES) < set(datasets.__all__)
