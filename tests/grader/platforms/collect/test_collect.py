"""From a platform's download to submitted/: whose it is, which attempt, and nothing lost without a line."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from grader.course.lessons import of_name
from grader.errors import CollectError
from grader.platforms.collect import Collected, collect
from grader.platforms.collect.choose import choose
from grader.platforms.collect.names import Named, named
from grader.platforms.collect.roster import Roster, read_roster
from tests.grader.platforms.collect.conftest import NOTEBOOK, tree, zipped

MOMENTUM = of_name("momentum")
NAME = "02_momentum"
FILE = f"{NAME}.ipynb"


def collected(course: Path, files: dict[str, bytes], roster: Roster | None = None, replace: bool = False) -> Collected:
    archive = course.parent / "class.zip"
    archive.write_bytes(zipped(files))
    return collect(MOMENTUM, [archive], course, roster=roster, replace=replace)


def ids(done: Collected) -> list[str]:
    return [one.student for one in done.new]


def roster_of(folder: Path, text: str) -> Roster:
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path)


# --- names


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("Đặng Thị Ngọc_12345_assignsubmission_file/x.ipynb", Named("moodle", "Đặng Thị Ngọc", "12345")),
        ("Lan O_Hara_7_assignsubmission_file_/x.ipynb", Named("moodle", "Lan O_Hara", "7")),
        ("Lan An_7_assignsubmission_file_02_momentum.ipynb", Named("moodle", "Lan An", "7")),
        ("Participant_99_assignsubmission_file_/x.ipynb", Named("moodle", "Participant", "99")),
        ("anlan_12345_67890_02_momentum.ipynb", Named("canvas", "anlan", "12345")),
        ("anlan_LATE_12345_67890_02_momentum-1.ipynb", Named("canvas", "anlan", "12345", late=True)),
        ("submissions/anlan_12345_67890_x.ipynb", Named("canvas", "anlan", "12345")),
        ("ps_anlan_attempt_2026-01-30-15-00-01_x.ipynb", Named("blackboard", "anlan", time=datetime(2026, 1, 30, 15, 0, 1))),
        ("ps_anlan_attempt_2026-13-30-15-00-01_x.ipynb", Named("blackboard", "anlan")),
        ("an.lan/x.ipynb", Named("plain", "an.lan")),
        ("an.lan/02_momentum/02_momentum.ipynb", Named("plain", "an.lan")),
        ("an.lan.ipynb", Named("plain", "an.lan")),
        ("an.zip", Named("plain", "an")),
        ("an_02_momentum.ipynb", Named("plain", "an")),
        ("an-02_momentum (2).ipynb", Named("plain", "an")),
        ("02_momentum_an.ipynb", Named("plain", "an")),
        ("02_momentum.ipynb", None),
        ("02_momentum (1).ipynb", None),
        ("02_momentum/x.ipynb", None),
    ],
)  # fmt: skip
def test_a_platforms_name_says_whose_file_it_is(path: str, said: Named | None) -> None:
    assert named(tuple(path.split("/")), NAME) == said


def test_ids_without_a_roster() -> None:
    assert Named("moodle", "Đặng Thị Ngọc", "1").default_id == "Đặng_Thị_Ngọc"
    assert Named("canvas", "anlan", "123").default_id == "123"
    assert Named("plain", "an.lan").default_id == "an.lan"


# --- one class


def test_moodles_zip(course: Path) -> None:
    done = collected(
        course,
        {
            f"Lê An_11_assignsubmission_file/{FILE}": b"an",
            "Trần Bo_12_assignsubmission_file_/bai tap.ipynb": b"bo",
            "Vũ Ca_13_assignsubmission_file/nop.zip": zipped({f"x/{FILE}": b"ca"}),
            f"Hồ Di_14_assignsubmission_file_{FILE}": b"di",
            "Đỗ Em_15_assignsubmission_onlinetext/onlinetext.html": b"hello",
        },
    )
    assert ids(done) == ["Hồ_Di", "Lê_An", "Trần_Bo", "Vũ_Ca"]
    assert tree(course / "submitted") == {
        f"Hồ_Di/{NAME}/{FILE}": b"di",
        f"Lê_An/{NAME}/{FILE}": b"an",
        f"Trần_Bo/{NAME}/{FILE}": b"bo",
        f"Vũ_Ca/{NAME}/{FILE}": b"ca",
    }
    assert list(map(str, done.refused)) == [
        f"Đỗ_Em: no notebook came, only Đỗ Em_15_assignsubmission_onlinetext/onlinetext.html. Ask for {FILE}"
    ]


def test_canvas_zip_takes_the_last_attempt_and_names_the_late(course: Path) -> None:
    done = collected(
        course,
        {
            f"anle_101_9001_{FILE}": b"first",
            f"anle_101_9002_{NAME}-1.ipynb": b"second",
            f"anle_101_9010_{NAME}-10.ipynb": b"last",
            f"botran_LATE_102_9003_{FILE}": b"bo",
            "cavu_103_9004_lab.ipynb": b"ca",
            "cavu_103_9005_notes.pdf": b"pdf",
        },
    )
    files = tree(course / "submitted")
    assert files == {
        f"101/{NAME}/{FILE}": b"last",
        f"102/{NAME}/{FILE}": b"bo",
        f"103/{NAME}/{FILE}": b"ca",
    }
    assert [one.student for one in done.late] == ["102"]
    assert sorted(map(str, done.notes)) == [
        f"anle_101_9001_{FILE}: not collected: an earlier attempt",
        f"anle_101_9002_{NAME}-1.ipynb: not collected: an earlier attempt",
        "cavu_103_9005_notes.pdf: not collected: only the notebook is graded",
    ]
    assert done.refused == []


def test_times_in_names_reach_nbgrader(course: Path) -> None:
    collected(
        course,
        {
            f"ps_an_attempt_2026-01-30-15-00-01_{FILE}": b"later",
            f"ps_an_attempt_2026-01-30-14-00-01_{FILE}": b"earlier",
        },
    )
    folder = course / "submitted" / "an" / NAME
    assert (folder / FILE).read_bytes() == b"later"
    found = CourseDirectory().get_existing_timestamp(str(folder))
    assert found == datetime(2026, 1, 30, 15, 0, 1)


@pytest.mark.parametrize("around", ["", "class/", "submitted/", f"{NAME}/"])
def test_a_zip_of_folders_one_per_student(course: Path, around: str) -> None:
    done = collected(course, {f"{around}an/{FILE}": b"a", f"{around}bo/{NAME}/{FILE}": b"b"})
    assert ids(done) == ["an", "bo"]


def test_a_folder_of_files(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "handed-in"
    folder.mkdir()
    (folder / f"an_{FILE}").write_bytes(b"a")
    (folder / "bo.zip").write_bytes(zipped({FILE: b"b"}))
    (folder / FILE).write_bytes(b"whose?")
    done = collect(MOMENTUM, [folder], course)
    assert ids(done) == ["an", "bo"]
    assert list(map(str, done.refused)) == [
        f"{FILE}: no pattern says whose file this is. Put it into a folder named after the student"
    ]


def test_no_student_hands_in_under_anothers_name(course: Path) -> None:
    """Names inside a student's own archive or folder say nothing about whose it is."""
    forged = {
        f"Bo_12_assignsubmission_file/{FILE}": b"forged",
        f"bo_102_9_{FILE}": b"forged",
        f"bo/{FILE}": b"forged",
    }
    done = collected(course, {"an.zip": zipped(forged)})
    assert ids(done) == ["an"]
    assert [path.name for path in (course / "submitted").iterdir()] == ["an"]
    done = collected(course, {f"an/lan/{FILE}": b"x", f"an/minh/{FILE}": b"x"}, replace=True)
    assert [one.student for one in done.replaced] == ["an"]


def test_two_notebooks_of_which_none_is_the_last(course: Path) -> None:
    done = collected(course, {"an/a.ipynb": b"1", "an/b.ipynb": b"2", f"bo/{FILE}": b"3"})
    assert ids(done) == ["bo"]
    assert list(map(str, done.refused)) == [
        "an: 2 notebooks, and nothing says which is meant: an/a.ipynb, an/b.ipynb. Leave one of them"
    ]


def test_the_right_name_wins_and_the_same_file_twice_is_no_question(course: Path) -> None:
    done = collected(course, {f"an/{FILE}": b"1", "an/draft.ipynb": b"2", "bo/a.ipynb": b"3", "bo/b.ipynb": b"3"})  # fmt: skip
    assert tree(course / "submitted") == {f"an/{NAME}/{FILE}": b"1", f"bo/{NAME}/{FILE}": b"3"}
    assert sorted(map(str, done.notes)) == [
        f"an/draft.ipynb: not collected: another notebook; {FILE} is graded",
        "bo/b.ipynb: not collected: the same notebook again",
    ]


def test_two_people_of_one_name(course: Path) -> None:
    done = collected(
        course,
        {
            f"Lê An_11_assignsubmission_file/{FILE}": b"1",
            f"Lê An_12_assignsubmission_file/{FILE}": b"2",
        },
    )
    assert done.new == []
    assert list(map(str, done.refused)) == [
        "Lê_An: 2 people have this name (Lê An_11_assignsubmission_file and "
        "Lê An_12_assignsubmission_file). Give a roster that tells them apart"
    ]


def test_ids_that_differ_in_case_alone(course: Path) -> None:
    done = collected(course, {f"an/{FILE}": b"1", f"AN/{FILE}": b"2", f"bo/{FILE}": b"3"})
    assert ids(done) == ["bo"]
    assert [str(refused).split(": ", 1)[1] for refused in done.refused] == [
        "the ids 'AN' and 'an' differ in case alone. Give a roster that tells them apart"
    ] * 2
    done = collected(course, {f"BO/{FILE}": b"4"})
    assert "the course knows 'bo', which differs from 'BO' in case alone" in str(done.refused[0])


@pytest.mark.parametrize("student", ["=1+1", "-x", "+x", "@x", ".x", "a*", "a,b", "x" * 129])
def test_what_cannot_be_an_id_is_refused(course: Path, student: str) -> None:
    done = collected(course, {f"{student}/{FILE}": b"1"})
    assert done.new == []
    assert f"{student!r} cannot be a student's id: " in str(done.refused[0])
    assert not (course / "submitted").exists()


def test_a_learners_time_stamp_is_not_believed(course: Path) -> None:
    collected(course, {f"an/{FILE}": b"1", "an/timestamp.txt": b"2000-01-01 00:00:00 UTC"})
    assert tree(course / "submitted") == {f"an/{NAME}/{FILE}": b"1"}


# --- again, and when something breaks


def test_collecting_again(course: Path) -> None:
    collected(course, {f"an/{FILE}": b"1", f"bo/{FILE}": b"1"})
    done = collected(course, {f"an/{FILE}": b"1", f"bo/{FILE}": b"2"})
    assert [one.student for one in done.unchanged] == ["an"]
    assert list(map(str, done.refused)) == [
        f"bo/{FILE}: bo has handed in before. Collect again with --replace to take this one"
    ]
    done = collected(course, {f"an/{FILE}": b"1", f"bo/{FILE}": b"2"}, replace=True)
    assert [one.student for one in done.replaced] == ["bo"]
    assert tree(course / "submitted") == {f"an/{NAME}/{FILE}": b"1", f"bo/{NAME}/{FILE}": b"2"}


def test_nothing_is_half_written(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected(course, {f"an/{FILE}": b"old"})
    before = tree(course)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "1":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(CollectError) as raised:
        collected(course, {f"an/{FILE}": b"new", f"bo/{FILE}": b"new"}, replace=True)
    assert "No space left on device). Nothing was collected; collect again when" in str(raised.value)
    assert tree(course) == before


def test_a_bad_archive_changes_nothing(course: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.zip", tmp_path / "b.zip"
    good.write_bytes(zipped({f"an/{FILE}": b"1"}))
    bad.write_bytes(b"no zip")
    with pytest.raises(CollectError, match=r"b.zip: not a readable zip"):
        collect(MOMENTUM, [good, bad], course)
    assert tree(course) == {}


# --- the roster

MOODLE_SHEET = """\ufeffIdentifier,Full name,Email address,Status,Grade
Participant 11,Lê An,an@uni.vn,Submitted,
Participant 12,Lê An,an2@uni.vn,Submitted,
Participant 13,Trần Bo,bo@uni.vn,Submitted,
"""
CANVAS_SHEET = """Student,ID,SIS User ID,SIS Login ID,Section,Lesson 2 (55)
    Points Possible,,,,,20
"Lê, An",101,S1,an.le,A,
"Trần, Bo",102,S2,bo.tran,A,
"""


def test_moodles_own_worksheet_is_a_roster(course: Path, tmp_path: Path) -> None:
    roster = roster_of(tmp_path, MOODLE_SHEET)
    done = collected(
        course,
        {
            f"Lê An_11_assignsubmission_file/{FILE}": b"1",
            f"Lê An_12_assignsubmission_file/{FILE}": b"2",
            f"Trần Bo_13_assignsubmission_file/{FILE}": b"3",
            f"Vũ Ca_14_assignsubmission_file/{FILE}": b"4",
        },
        roster,
    )
    assert ids(done) == ["an2@uni.vn", "an@uni.vn", "bo@uni.vn"]
    assert (course / "submitted" / "an@uni.vn" / NAME / FILE).read_bytes() == b"1"
    assert list(map(str, done.refused)) == [
        f"Vũ Ca_14_assignsubmission_file/{FILE}: 'Vũ Ca' is not in the roster. Add a row"
    ]


def test_canvas_own_gradebook_is_a_roster(course: Path, tmp_path: Path) -> None:
    roster = roster_of(tmp_path, CANVAS_SHEET)
    assert [person.student_id for person in roster.people] == ["an.le", "bo.tran"]
    done = collected(course, {f"lean_101_9_{FILE}": b"1", f"tranbo_LATE_102_9_{FILE}": b"2"}, roster)
    assert ids(done) == ["an.le", "bo.tran"]
    assert [one.student for one in done.late] == ["bo.tran"]


@pytest.mark.parametrize("name", ["Lê An", "LÊ AN", "le an", "An Lê", "Lê, An", "lean", "an.le", "S1"])
def test_a_person_is_found_however_the_name_is_written(tmp_path: Path, name: str) -> None:
    (person,) = roster_of(tmp_path, CANVAS_SHEET).find(name)
    assert person.student_id == "an.le"


def test_a_name_that_may_be_two_people_is_refused(course: Path, tmp_path: Path) -> None:
    roster = roster_of(tmp_path, MOODLE_SHEET)
    done = collected(course, {f"Lê An_77_assignsubmission_file/{FILE}": b"1"}, roster)
    assert list(map(str, done.refused)) == [
        f"Lê An_77_assignsubmission_file/{FILE}: 'Lê An' may be any of an@uni.vn, an2@uni.vn. "
        "Put the platform's number into the roster"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column that can be a student's id. The first row must name the columns"),
        ("name\nAn\n", "no column that can be a student's id"),
        ("student_id\n=1+1\n", "line 2: '=1+1' cannot be a student's id: a spreadsheet would take it"),
        ("student_id\n../x\n", "line 2: '../x' cannot be a student's id: it holds a slash"),
        ("student_id,name\nan,A\nan,B\n", "line 3: the id 'an' stands in line 2 already"),
        ("student_id,name\n,An\n", "line 2: '' cannot be a student's id: it is empty"),
    ],
)  # fmt: skip
def test_a_bad_roster_is_a_clear_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CollectError) as raised:
        roster_of(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path / 'roster.csv'}")
    assert said in str(raised.value)


def test_rosters_with_semicolons_and_blank_lines(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "student_id;name\r\nan;Lê An\r\n;\r\n")
    assert [person.student_id for person in roster.people] == ["an"]
    (tmp_path / "roster.csv").write_bytes("student_id\nLê\n".encode("latin-1"))
    with pytest.raises(CollectError, match="Save it as CSV in UTF-8"):
        read_roster(tmp_path / "roster.csv")


def test_an_empty_archive_chooses_nobody() -> None:
    choice = choose([], NAME)
    assert (choice.chosen, choice.refused, choice.notes) == ([], [], [])


def test_the_file_is_taken_as_it_is(course: Path) -> None:
    collected(course, {"an/a.ipynb": NOTEBOOK, "bo/b.ipynb": b"", "ca/c.IPYNB": b"\xff\x00"})
    assert sorted(tree(course / "submitted").values()) == sorted([NOTEBOOK, b"", b"\xff\x00"])


# --- the command


def _grader(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader.cli.app", *arguments],
        env={**os.environ, "HOCSAU_COURSE": str(course), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_the_command_says_what_it_did(course: Path, tmp_path: Path) -> None:
    archive = tmp_path / "canvas.zip"
    archive.write_bytes(zipped({f"anle_LATE_101_9_{FILE}": b"1", "../x.ipynb": b"2"}))
    done = _grader(course, "collect", "momentum", str(archive))
    assert done.returncode == 1
    assert done.stdout == f"{NAME}: 1 collected, 0 replaced, 0 there already, 1 refused\n"
    assert done.stderr.splitlines() == [
        "refused: ../x.ipynb: the name leads out of the archive. Ask for the file under an ordinary name",
        "late: 101 (the platform says so without a time: nbgrader takes off no points)",
    ]
    archive.write_bytes(b"no zip")
    done = _grader(course, "collect", "momentum", str(archive))
    assert done.returncode == 1
    assert f"{archive}: not a readable zip" in done.stderr
    assert list(tree(course)) == [f"submitted/101/{NAME}/{FILE}"]
