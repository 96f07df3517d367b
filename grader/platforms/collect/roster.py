"""The roster: which student id a person of the platform's has in this course.

A CSV with a column `student_id` and any of `name`, `first_name`, `last_name`, `email`, `login`, `number`; or what the
platforms export themselves: Moodle's grading worksheet or participants list, Canvas's gradebook. Where there is no
`student_id`, the id is the first that is filled in of: login or user name, ID number, SIS id, email.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CollectError
from grader.platforms.students import fault

__all__ = ["Person", "Roster", "read_roster"]

_COLUMNS = {
    "student_id": ("student_id", "student id", "studentid", "id nbgrader"),
    "login": ("login", "sis login id", "username", "user name", "tên đăng nhập"),
    "idnumber": ("id number", "idnumber", "mã số", "mã sinh viên"),
    "sis": ("sis user id",),
    "email": ("email", "email address", "địa chỉ thư điện tử", "thư điện tử"),
    "name": ("name", "full name", "fullname", "student", "họ và tên", "họ tên"),
    "first_name": ("first_name", "first name", "firstname", "tên"),
    "last_name": ("last_name", "last name", "surname", "lastname", "họ", "họ và tên đệm"),
    "number": ("number", "identifier", "id", "participant", "canvas id", "moodle id"),
    "section": ("section",),
}
_IDS = ("student_id", "login", "idnumber", "sis", "email")
_SPEAKS = ("name", "login", "idnumber", "sis", "email", "student_id")
_POINTS = "points possible"  # the second row of Canvas's gradebook


@dataclass(frozen=True)
class Person:
    """One row."""

    student_id: str
    cells: Mapping[str, str]


class Roster:
    """Finds people by the platform's number or by any way to write their name."""

    def __init__(self, people: list[Person]) -> None:
        self.people = people
        self._numbers: dict[str, list[Person]] = {}
        self._names: dict[str, list[Person]] = {}
        for person in people:
            for number in re.findall(r"\d+", person.cells.get("number", ""))[:1]:
                self._numbers.setdefault(number, []).append(person)
            for key in _keys(person.cells):
                found = self._names.setdefault(key, [])
                if person not in found:
                    found.append(person)

    def find(self, who: str, number: str = "") -> list[Person]:
        """Everybody whom a name or a number may mean; the number decides where it is known."""
        return self._numbers.get(number, []) if number in self._numbers else self._names.get(_key(who), [])

    def by_id(self, student_id: str) -> Person | None:
        """The person with this student id."""
        return next((person for person in self.people if person.student_id == student_id), None)


def _key(text: str) -> str:
    """A name without what platforms write differently: case, spaces, commas, accents.

    >>> _key("Đặng, Thị Ngọc") == _key("ĐẶNG THỊ NGỌC") == _key("dangthingoc")
    True
    """
    plain = unicodedata.normalize("NFKD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def _keys(cells: Mapping[str, str]) -> set[str]:
    said = [cells.get(column, "") for column in _SPEAKS]
    first, last = cells.get("first_name", ""), cells.get("last_name", "")
    said += [f"{first} {last}", f"{last} {first}"] if first and last else []
    for name in [cells.get("name", "")]:
        last, comma, first = name.partition(",")  # "Last, First"
        said += [f"{first} {last}"] if comma else []
        words = name.split()
        said += [" ".join([words[-1], *words[:-1]])] if len(words) > 1 and not comma else []
    return {_key(text) for text in said} - {""}


def read_roster(path: Path) -> Roster:
    """The roster in `path`.

    raises CollectError when it is not one, when two rows have one id, or when an id cannot be one
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CollectError(f"{path}: cannot be read ({error}). Save it as CSV in UTF-8") from error
    head = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise CollectError(f"{path}: not a CSV file ({error})") from error
    known = {name: column for column, names in _COLUMNS.items() for name in names}
    columns = [known.get(cell.strip().casefold()) for cell in rows[0]] if rows else []
    if not set(columns) & set(_IDS):
        raise CollectError(
            f"{path}: no column that can be a student's id. The first row must name the columns, and one of them must be "
            "student_id, login, username, id number or email"
        )
    people: list[Person] = []
    lines: dict[str, int] = {}
    for line, row in enumerate(rows[1:], start=2):
        cells = {
            column: unicodedata.normalize("NFC", cell.strip())
            for column, cell in zip(columns, row, strict=False)
            if column is not None
        }
        student_id = next((cells[column] for column in _IDS if cells.get(column)), "")
        if not student_id and (not any(cells.values()) or _POINTS in "".join(row).casefold()):
            continue
        why = fault(student_id)
        if why:
            raise CollectError(f"{path}, line {line}: {student_id!r} cannot be a student's id: {why}")
        if student_id in lines:
            raise CollectError(f"{path}, line {line}: the id {student_id!r} stands in line {lines[student_id]} already")
        lines[student_id] = line
        people.append(Person(student_id, cells))
    return Roster(people)
