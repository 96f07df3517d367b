"""Data sets: shapes, dtypes, known rows; importing them is light."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from hocsau import datasets, language

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
TABLES = {
    "bikeshare": 8645,
    "co2": 2284,
    "place_names": 11990,
    "seattle_weather": 1461,
    "sunspots": 309,
}


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", "en")
    monkeypatch.delenv("HOCSAU_DATA", raising=False)


# --- what is in them


@pytest.mark.parametrize(("name", "rows"), TABLES.items())
def test_table_has_columns_of_one_length(name: str, rows: int) -> None:
    table = getattr(datasets, name)()
    assert len(table) == rows
    assert {column: getattr(table, column).shape for column in table.columns} == dict.fromkeys(table.columns, (rows,))


@pytest.mark.parametrize(
    ("loader", "column", "dtype"),
    [
        ("bikeshare", "time", "datetime64[h]"),
        ("bikeshare", "hour", "int64"),
        ("bikeshare", "temperature", "float64"),
        ("co2", "date", "datetime64[D]"),
        ("co2", "co2", "float64"),
        ("seattle_weather", "date", "datetime64[D]"),
        ("seattle_weather", "temperature_min", "float64"),
        ("sunspots", "year", "int64"),
        ("sunspots", "count", "float64"),
    ],
)
def test_column_dtype(loader: str, column: str, dtype: str) -> None:
    assert getattr(getattr(datasets, loader)(), column).dtype == np.dtype(dtype)


def test_auto_mpg_is_ready_for_regression() -> None:
    cars = datasets.auto_mpg()
    assert cars.features.shape == (392, 7)
    assert cars.features.dtype == np.float64
    assert cars.target.shape == (392,)
    assert cars.target.dtype == np.float64
    assert cars.columns == ("mpg", *cars.feature_names, "name")
    assert len(cars.feature_names) == 7
    assert cars.names[0] == "chevrolet chevelle malibu"
    assert cars.target[0] == 18
    np.testing.assert_array_equal(cars.features[0], [8, 307, 130, 3504, 12, 70, 1])
    weight = cars.features[:, cars.feature_names.index("weight")]
    assert np.corrcoef(weight, cars.target)[0, 1] < -0.8


def test_bikeshare_calendar_agrees_with_its_time() -> None:
    bikes = datasets.bikeshare()
    days = bikes.time.astype("datetime64[D]")
    assert bikes.time[0] == np.datetime64("2011-01-01T00")
    assert bikes.time[-1] == np.datetime64("2011-12-31T23")
    assert (np.diff(bikes.time) > np.timedelta64(0, "h")).all()
    np.testing.assert_array_equal(bikes.time.astype("datetime64[h]").astype(int) % 24, bikes.hour)
    np.testing.assert_array_equal((days.astype(int) + 4) % 7, bikes.weekday)  # 1970-01-01: Thursday
    np.testing.assert_array_equal(bikes.casual + bikes.registered, bikes.bikers)
    text = (DATA / "bikeshare.csv").read_text(encoding="utf-8").splitlines()[1:]
    in_file = [row.split(",")[1].strip('"')[:3] for row in text]
    names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    assert in_file == [names[month - 1] for month in bikes.month]


def test_co2_is_weekly_with_its_gaps_as_nan() -> None:
    air = datasets.co2()
    assert air.date[0] == np.datetime64("1958-03-29")
    assert set(np.diff(air.date).astype(int).tolist()) == {7}
    assert np.isnan(air.co2).sum() == 59
    assert air.co2[0] == 316.1
    assert air.co2[-1] == 371.5


def test_seattle_weather_misses_no_day() -> None:
    days = datasets.seattle_weather()
    assert days.date[0] == np.datetime64("2012-01-01")
    assert days.date[-1] == np.datetime64("2015-12-31")
    assert set(np.diff(days.date).astype(int).tolist()) == {1}
    assert (days.temperature_max > days.temperature_min).mean() > 0.99
    assert set(days.weather.tolist()) == {"drizzle", "fog", "rain", "snow", "sun"}


def test_sunspots() -> None:
    spots = datasets.sunspots()
    np.testing.assert_array_equal(spots.year, np.arange(1700, 2009))
    assert spots.count[0] == 5
    assert spots.count[-1] == 2.9


def test_shakespeare() -> None:
    text = datasets.shakespeare()
    assert len(text) == 1_377_888
    assert len(set(text)) == 80
    assert text.startswith("ROMEO AND JULIET\n")
    assert text.endswith("water cools not love.")


def test_place_names() -> None:
    places = datasets.place_names()
    countries, counts = np.unique(places.country, return_counts=True)
    assert dict(zip(countries.tolist(), counts.tolist(), strict=True)) == {
        country: 790 if country == "VN" else 800 for country in countries.tolist()
    }
    assert len(countries) == 15
    assert (places.name[0], places.country[0]) == ("Nam Sách", "VN")


def test_communes_are_clean() -> None:
    names = datasets.communes()
    assert len(names) == len(set(names)) == 2823
    assert list(names) == sorted(names)
    assert all(name and name == name.strip() for name in names)
    assert all(unicodedata.is_normalized("NFC", name) for name in names)


def test_fashion_mnist_is_balanced() -> None:
    clothes = datasets.fashion_mnist()
    assert clothes.x_train.shape == (10000, 28, 28)
    assert clothes.x_train.dtype == np.uint8
    assert clothes.x_test.shape == (2000, 28, 28)
    assert clothes.x_test.dtype == np.uint8
    assert clothes.y_train.dtype == clothes.y_test.dtype == np.uint8
    assert np.bincount(clothes.y_train).tolist() == [1000] * 10
    assert np.bincount(clothes.y_test).tolist() == [200] * 10
    assert clothes.train_index.shape == (10000,)
    assert (np.diff(clothes.train_index) > 0).all()
    assert clothes.test_index.shape == (2000,)
    assert clothes.test_index.max() < 10000
    assert len(clothes.classes) == 10
    assert clothes.classes[8].say("en") == "bag"
    assert clothes.classes[8].say("vi") == "túi xách"


def test_a_changed_array_does_not_come_back() -> None:
    datasets.sunspots().count[:] = -1
    assert datasets.sunspots().count.min() >= 0


# --- imports


def loaded_by(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return {module.partition(".")[0] for module in done.stdout.split()}


HEAVY = {"grader", "matplotlib", "pooch", "requests", "torch"}


def test_import_is_light() -> None:
    assert not loaded_by("import hocsau.datasets") & HEAVY


def test_the_import_test_can_fail() -> None:
    assert loaded_by("import hocsau.datasets, pooch") & HEAVY


def test_every_public_name_is_there() -> None:
    assert all(hasattr(datasets, name) for name in datasets.__all__)
