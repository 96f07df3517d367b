"""The course's data sets as NumPy arrays: found, verified by SHA-256, then read.

Small sets lie in the course's `data` folder; data/README.md gives their sources and licences.
Every load reads the file anew, so an array that was changed in place never comes back.

    auto_mpg().features          (392, 7) float64
    fashion_mnist().x_train      (10000, 28, 28) uint8
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from hocsau._data_files import DataError, read
from hocsau._fashion_mnist import FashionMnist, fashion_mnist, fashion_mnist_full

__all__ = [
    "AutoMpg",
    "Bikeshare",
    "Co2",
    "DataError",
    "FashionMnist",
    "PlaceNames",
    "SeattleWeather",
    "ShakespeareModel",
    "Sunspots",
    "auto_mpg",
    "bikeshare",
    "co2",
    "communes",
    "fashion_mnist",
    "fashion_mnist_full",
    "place_names",
    "seattle_weather",
    "shakespeare",
    "shakespeare_model",
    "sunspots",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Strings = NDArray[np.str_]
Times = NDArray[np.datetime64]


class _Table:
    """A table with one array per column, all of one length."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(field.name for field in fields(self))  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(getattr(self, self.columns[0]))


def _columns(name: str) -> dict[str, list[str]]:
    """A CSV file's columns as text, by the name in its heading."""
    heading, *rows = csv.reader(io.StringIO(read(name).decode("utf-8"), newline=""))
    return {column: list(cells) for column, cells in zip(heading, zip(*rows, strict=True), strict=True)}


@dataclass(frozen=True, eq=False)
class AutoMpg:
    """Fuel consumption of 392 cars, ready for linear regression of `target` on `features`.

    features:      (392, 7) float64, columns as in feature_names, raw units
    target:        (392,) float64, miles per (US) gallon
    feature_names: cylinders, displacement (cubic inches), horsepower (hp), weight (lb),
                   acceleration (s from 0 to 60 mph), year (model year - 1900),
                   origin (1 North America, 2 Europe, 3 Asia)
    names:         (392,) str, the cars
    """

    features: Floats
    target: Floats
    feature_names: tuple[str, ...]
    names: Strings

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns: the target, the features, the cars' names."""
        return ("mpg", *self.feature_names, "name")


def auto_mpg() -> AutoMpg:
    """Auto MPG: 392 cars of the model years 1970 to 1982."""
    c = _columns("auto_mpg.csv")
    raw = ("cyl", "displ", "hp", "weight", "accel", "yr", "origin")
    names = ("cylinders", "displacement", "horsepower", "weight", "acceleration", "year", "origin")
    features = np.column_stack([np.array(c[column], dtype=np.float64) for column in raw])  # (392, 7)
    return AutoMpg(features, np.array(c["mpg"], dtype=np.float64), names, np.array(c["name"]))


@dataclass(frozen=True, eq=False)
class Bikeshare(_Table):
    """Bicycles rented in Washington, D.C., in 8645 hours of 2011; 115 of its hours have no row.

    time:         datetime64[h], local
    season:       int64, 1 winter, 2 spring, 3 summer, 4 autumn
    month, day, hour: int64, 1 to 12, 1 to 365 in the year, 0 to 23
    weekday:      int64, 0 Sunday .. 6 Saturday
    holiday, working_day: int64, 0 or 1
    weather:      str, clear | cloudy/misty | light rain/snow | heavy rain/snow
    temperature:  float64, (t + 8) / 47 with t in degrees C
    feels_like:   float64, (t + 16) / 66 with t in degrees C
    humidity:     float64, per cent / 100
    wind_speed:   float64, divided by its largest value, 67
    casual, registered, bikers: int64, rentals in the hour; bikers = casual + registered
    """

    time: Times
    season: Integers
    month: Integers
    day: Integers
    hour: Integers
    holiday: Integers
    weekday: Integers
    working_day: Integers
    weather: Strings
    temperature: Floats
    feels_like: Floats
    humidity: Floats
    wind_speed: Floats
    casual: Integers
    registered: Integers
    bikers: Integers


def bikeshare() -> Bikeshare:
    """Hourly bicycle rentals with the calendar and the weather: 8645 rows, in order of time."""
    c = _columns("bikeshare.csv")

    def whole(column: str) -> Integers:
        return np.array(c[column], dtype=np.int64)

    def real(column: str) -> Floats:
        return np.array(c[column], dtype=np.float64)

    day, hour = whole("day"), whole("hr")
    hours_since_new_year = ((day - 1) * 24 + hour).astype("timedelta64[h]")
    time = np.datetime64("2011-01-01T00", "h") + hours_since_new_year
    month = time.astype("datetime64[M]").astype(np.int64) % 12 + 1
    return Bikeshare(
        time, whole("season"), month, day, hour,
        whole("holiday"), whole("weekday"), whole("workingday"),
        np.array(c["weathersit"]), real("temp"), real("atemp"), real("hum"), real("windspeed"),
        whole("casual"), whole("registered"), whole("bikers"),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Co2(_Table):
    """Weekly carbon dioxide in the air at Mauna Loa, 1958-03-29 to 2001-12-29.

    date: (2284,) datetime64[D], Saturdays, 7 days apart
    co2:  (2284,) float64, parts per million by volume; NaN in the 59 weeks without a value
    """

    date: Times
    co2: Floats


def co2() -> Co2:
    """Weekly CO2 at Mauna Loa: 2284 weeks, 59 of them NaN."""
    c = _columns("co2_weekly.csv")
    days = [f"{date[:4]}-{date[4:6]}-{date[6:]}" for date in c["date"]]
    values = np.array([value or "nan" for value in c["co2"]], dtype=np.float64)
    return Co2(np.array(days, dtype="datetime64[D]"), values)


@dataclass(frozen=True, eq=False)
class SeattleWeather(_Table):
    """Daily weather of Seattle, 2012-01-01 to 2015-12-31, no day missing.

    date:            (1461,) datetime64[D]
    precipitation:   (1461,) float64, mm
    temperature_max, temperature_min: (1461,) float64, degrees C
    wind:            (1461,) float64, m/s
    weather:         (1461,) str, drizzle | fog | rain | snow | sun
    """

    date: Times
    precipitation: Floats
    temperature_max: Floats
    temperature_min: Floats
    wind: Floats
    weather: Strings


def seattle_weather() -> SeattleWeather:
    """Daily weather of Seattle: 1461 days."""
    c = _columns("seattle_weather.csv")
    date = np.array([day.replace("/", "-") for day in c["date"]], dtype="datetime64[D]")
    rain, highest, lowest, wind = (
        np.array(c[k], dtype=np.float64) for k in ("precipitation", "temp_max", "temp_min", "wind")
    )
    return SeattleWeather(date, rain, highest, lowest, wind, np.array(c["weather"]))


@dataclass(frozen=True, eq=False)
class Sunspots(_Table):
    """Sunspots by year, 1700 to 2008.

    year:  (309,) int64
    count: (309,) float64, the year's mean sunspot number
    """

    year: Integers
    count: Floats


def sunspots() -> Sunspots:
    """Yearly sunspot numbers: 309 years."""
    c = _columns("sunspots_yearly.csv")
    count = np.array(c["SUNACTIVITY"], dtype=np.float64)
    return Sunspots(np.array(c["YEAR"], dtype=np.float64).astype(np.int64), count)


def shakespeare() -> str:
    """Ten plays of Shakespeare and the sonnets: 1377888 characters, 80 different ones."""
    return read("shakespeare.txt").decode("utf-8")


@dataclass(frozen=True, eq=False)
class ShakespeareModel:
    """A small GPT that has read Shakespeare, made by data/train_attention.py.

    parameters: the weights by name, float64
    settings:   alphabet (token i is the character alphabet[i]), context_length, d_model, heads, layers
    bits:       per character of the tenth of the text that it has not read
    """

    parameters: dict[str, Floats]
    settings: dict[str, Any]
    bits: float


def shakespeare_model() -> ShakespeareModel:
    """The language model whose attention lesson 7 shows: 163648 parameters."""
    content = read("attention_shakespeare.safetensors")
    size = int.from_bytes(content[:8], "little")
    metadata = json.loads(content[8 : 8 + size])["__metadata__"]
    parameters = {name: array.astype(np.float64) for name, array in load(content).items()}
    return ShakespeareModel(parameters, json.loads(metadata["settings"]), float(metadata["bits"]))


@dataclass(frozen=True, eq=False)
class PlaceNames(_Table):
    """Names of places in 15 countries, shuffled within a country.

    name:    (11990,) str, Latin letters with their accents
    country: (11990,) str of two letters (ISO 3166), 790 in VN, 800 in each other
    """

    name: Strings
    country: Strings


def place_names() -> PlaceNames:
    """Place names and their countries: 11990 rows."""
    rows = [line.split("\t") for line in read("place_names.tsv").decode("utf-8").splitlines()]
    return PlaceNames(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]))


def communes() -> tuple[str, ...]:
    """The 2823 different names of Vietnam's communes, wards and special zones, sorted, NFC.

    The file has 2828 lines; 10 start with a stray blank and 5 of those repeat another name.
    """
    lines = read("vn_communes.txt").decode("utf-8").splitlines()
    return tuple(sorted({line.strip() for line in lines}))
