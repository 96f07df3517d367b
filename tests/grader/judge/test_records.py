"""A judgement as it is stored."""

from __future__ import annotations

import pytest

from grader.judge.judge import Judgement
from grader.judge.records import pack, unpack
from grader.judge.submission import CellSource
from hocsau.judging.values import dumps
from hocsau.judging.verdict import CaseVerdict, Verdict
from hocsau.language import Text

CASES = (
    CaseVerdict(Text.of("one", vi="một"), False, True, 0.1, Text.of("right", vi="đúng"), "right"),
    CaseVerdict(Text.of("two", vi="hai"), True, False, 0.0, Text.of("wrong 🙂", vi="sai"), "value"),
)
VERDICTS = [
    Verdict(
        "step",
        0.1,
        3.0,
        "partly",
        Text.of("0.1 of 3", vi="0.1 trên 3"),
        CASES,
        "sign",
        Text.of("a", vi="b"),
        Text.of("c", vi="d"),
    ),
    Verdict("written", 0.0, 2.0, "manual", Text.of("by hand", vi="chấm tay")),
]
OUTPUTS = {
    2: [{"output_type": "stream", "name": "stdout", "text": "[{" * 1_500_000}],
    5: [{"output_type": "error", "ename": "E", "evalue": "é\0", "traceback": ["line"]}],
}
"""More brackets than a value that travels may have."""
JUDGEMENT = Judgement("momentum", VERDICTS, OUTPUTS, {"step": "aGk="}, 0.125)


def cells(*places: int) -> list[CellSource]:
    return [CellSource(place, "", True) for place in places]


def test_it_comes_back_as_it_was() -> None:
    assert unpack(pack(JUDGEMENT, cells(1, 2, 5)), cells(1, 2, 5)) == JUDGEMENT


def test_outputs_follow_the_code_to_where_it_stands_now() -> None:
    outputs = unpack(pack(JUDGEMENT, cells(1, 2, 5)), cells(3, 4, 9)).outputs
    assert outputs == {4: OUTPUTS[2], 9: OUTPUTS[5]}


@pytest.mark.parametrize("blob", [b"", b"{}", pack(JUDGEMENT, cells(2, 5))[:-1], dumps(["momentum"])])
def test_what_is_none_is_told(blob: bytes) -> None:
    with pytest.raises(ValueError, match="not a"):
        unpack(blob, cells(2, 5))


def test_fewer_cells_than_it_was_made_of_are_told() -> None:
    with pytest.raises(ValueError, match="not a stored judgement"):
        unpack(pack(JUDGEMENT, cells(1, 2, 5)), cells(1))
