"""Every row of the list of attacks has its tests, here or beside the code that answers them."""

from __future__ import annotations

import ast

import pytest

from grader.course.places import ROOT

HERE = "tests/attacks"
ROWS = {
    1: [f"{HERE}/test_code.py::test_checks_that_were_stripped_or_patched_decide_nothing"],
    2: [f"{HERE}/test_code.py::test_checks_that_were_stripped_or_patched_decide_nothing"],
    3: [f"{HERE}/test_code.py::test_objects_that_say_they_are_equal_are_not"],
    4: [
        f"{HERE}/test_code.py::test_nothing_to_be_found_holds_an_expected_value",
        f"{HERE}/test_code.py::test_one_who_looks_for_an_answer_that_is_there_finds_it",
    ],
    5: [
        f"{HERE}/test_battery.py::test_the_walls_hold",
        f"{HERE}/test_worker.py::test_a_child_beside_it_is_not_seen",
    ],
    6: [
        f"{HERE}/test_battery.py::test_the_witness_saw_nothing",
        f"{HERE}/test_worker.py::test_the_next_child_finds_nothing_of_the_last",
    ],
    7: [f"{HERE}/test_code.py::test_a_result_of_another_kind_is_not_right"],
    8: [f"{HERE}/test_ends.py::test_an_end_of_python_costs_its_exercise"],
    9: [
        f"{HERE}/test_ends.py::test_a_call_without_an_end_is_ended",
        f"{HERE}/test_ends.py::test_a_cell_without_an_end_is_ended",
        f"{HERE}/test_ends.py::test_what_never_ends_behind_the_back_costs_nothing_and_goes",
    ],
    10: [
        f"{HERE}/test_ends.py::test_no_process_is_started_and_none_stays",
        f"{HERE}/test_ends.py::test_a_thread_bomb_is_bounded_and_ends_with_its_child",
    ],
    11: [
        f"{HERE}/test_ends.py::test_what_takes_too_much_is_stopped",
        f"{HERE}/test_ends.py::test_output_without_an_end_is_cut",
        f"{HERE}/test_ends.py::test_the_disk_is_not_filled",
    ],
    12: [
        f"{HERE}/test_battery.py::test_the_walls_hold",
        f"{HERE}/test_battery.py::test_the_witness_saw_nothing",
    ],
    13: [
        f"{HERE}/test_said.py::test_ways_out_of_python_are_refused_with_a_message",
        f"{HERE}/test_said.py::test_honest_work_keeps_its_marks",
    ],
    14: [f"{HERE}/test_channel.py::test_nobody_speaks_for_the_grader"],
    15: [f"{HERE}/test_channel.py::test_a_malformed_frame_is_refused"],
    16: [
        f"{HERE}/test_notebooks.py::test_what_was_tampered_with_earns_what_its_answers_deserve",
        f"{HERE}/test_notebooks.py::test_a_class_of_them_is_graded_rightly_to_the_last",
        f"{HERE}/test_notebooks.py::test_the_learner_reads_what_was_put_back",
    ],
    17: [
        f"{HERE}/test_notebooks.py::test_what_is_no_notebook_is_refused_in_one_clear_line",
        f"{HERE}/test_notebooks.py::test_the_instructor_reads_one_clear_line_for_each_that_is_no_notebook",
    ],
    18: [
        f"{HERE}/test_notebooks.py::test_a_link_earns_nothing_and_nothing_is_copied",
        f"{HERE}/test_notebooks.py::test_what_is_no_file_is_refused_at_once",
        "tests/grader/engine/test_engine.py::test_only_regular_files_are_copied",
        "tests/grader/platforms/collect/test_archives.py::test_a_name_that_leads_out_is_refused",
        "tests/grader/platforms/collect/test_archives.py::test_what_is_no_regular_file_is_refused",
        "tests/grader/platforms/collect/test_archives.py::test_a_file_that_grows_without_end_is_refused",
        "tests/grader/platforms/collect/test_archives.py::test_a_students_own_archive_is_opened_once",
    ],
    19: [
        f"{HERE}/test_said.py::test_nothing_of_a_learner_runs_in_a_page",
        "tests/grader/nbgrader/test_outputs.py::test_html_that_could_run_is_taken_out",
        "tests/grader/nbgrader/test_outputs.py::test_pages_hold_nothing_of_a_learner_that_runs",
    ],
    20: [
        f"{HERE}/test_notebooks.py::test_a_name_that_a_spreadsheet_would_run_is_no_student",
        "tests/grader/platforms/collect/test_collect.py::test_what_cannot_be_an_id_is_refused",
        "tests/grader/engine/test_engine.py::test_names_that_cannot_be_ids_are_refused_and_stop_nobody",
        "tests/grader/platforms/test_export.py::test_a_formula_is_text",
    ],
    21: [f"{HERE}/test_code.py::test_nothing_looks_like_grading"],
    22: [
        f"{HERE}/test_code.py::test_recorded_answers_earn_nothing",
        f"{HERE}/test_code.py::test_the_packs_of_a_real_lesson_are_not_there_and_its_cases_are_others",
    ],
    23: [
        f"{HERE}/test_code.py::test_state_is_kept_from_nobody_else",
        f"{HERE}/test_code.py::test_a_changed_argument_is_said_as_such",
    ],
    24: [f"{HERE}/test_code.py::test_a_call_that_is_not_allowed_earns_nothing"],
    25: [
        "tests/grader/engine/test_survives.py::test_killed_at_random_moments",
        "tests/grader/engine/test_survives.py::test_a_gradebook_that_is_held_is_waited_for",
        "tests/grader/engine/test_survives.py::test_a_full_disk_is_an_error_that_loses_nothing",
    ],
    26: [f"{HERE}/test_said.py::test_honest_work_keeps_its_marks"],
}
OUR_OWN = [
    f"{HERE}/test_channel.py::test_descriptors_that_were_sent_along_are_not_kept",
    f"{HERE}/test_channel.py::test_a_thread_on_the_channel_costs_its_exercise",
    f"{HERE}/test_channel.py::test_last_words_are_not_heard",
    f"{HERE}/test_channel.py::test_the_judge_is_not_kept_busy",
    f"{HERE}/test_ends.py::test_a_cell_that_ends_python_later_costs_no_other_exercise",
    f"{HERE}/test_worker.py::test_nothing_is_written_into_the_memory_of_the_worker",
    f"{HERE}/test_worker.py::test_the_worker_is_not_harmed",
    f"{HERE}/test_worker.py::test_the_next_child_finds_nothing_of_the_last",
    f"{HERE}/test_worker.py::test_two_submissions_share_no_mailbox",
    f"{HERE}/test_worker.py::test_a_folder_that_does_not_want_to_go_goes",
    f"{HERE}/test_said.py::test_a_hidden_input_is_told_to_nobody",
    f"{HERE}/test_said.py::test_long_errors_are_cut",
    f"{HERE}/test_said.py::test_the_instructors_lines_hold_no_codes_and_no_lines_of_the_learners",
]


def test_no_row_is_missing_and_ten_are_our_own() -> None:
    assert sorted(ROWS) == list(range(1, 27))
    assert all(ROWS.values())
    assert len(set(OUR_OWN)) >= 10


@pytest.mark.parametrize("name", sorted({*OUR_OWN, *(name for names in ROWS.values() for name in names)}))
def test_a_test_that_is_named_exists(name: str) -> None:
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert function in defined


def test_every_submission_is_used_by_a_test() -> None:
    folder = ROOT / HERE
    tests = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert [path.stem for path in (folder / "submissions").glob("*.py") if path.stem not in tests] == []
