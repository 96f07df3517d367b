"""Rows 14 and 15, and tricks of our own on the channel: one reply per question, and only what the decoder knows."""

from __future__ import annotations

import time
from typing import Any

import psutil
import pytest

from tests.attacks.classroom import QUICK, of, others_are_right, printed, ways
from tests.attacks.witness import Witness


@pytest.mark.parametrize("way", ways("14_speaks_for_the_grader"))
def test_nobody_speaks_for_the_grader(attacked: Any, way: str) -> None:
    judgement = attacked("14_speaks_for_the_grader", {"way": way}, limits=QUICK)
    assert of(judgement, "double").points == 0
    assert others_are_right(judgement)


@pytest.mark.parametrize("way", ways("15_malformed_frames"))
def test_a_malformed_frame_is_refused(attacked: Any, witness: Witness, way: str) -> None:
    me = psutil.Process()
    memory, processor = me.memory_info().rss, time.process_time()
    judgement = attacked("15_malformed_frames", {**witness.known, "way": way}, limits=QUICK)
    assert of(judgement, "double").points == 0
    assert others_are_right(judgement)
    assert witness.is_untouched()
    assert time.process_time() - processor < 10
    assert me.memory_info().rss - memory < 500 << 20


def test_descriptors_that_were_sent_along_are_not_kept(attacked: Any) -> None:
    before = psutil.Process().num_fds()
    judgement = attacked("27_sends_descriptors", limits=QUICK)
    assert others_are_right(judgement)
    assert psutil.Process().num_fds() == before


@pytest.mark.parametrize("way", ways("28_writes_from_a_thread"))
def test_a_thread_on_the_channel_costs_its_exercise(attacked: Any, way: str) -> None:
    judgement = attacked("28_writes_from_a_thread", {"way": way}, limits=QUICK)
    assert others_are_right(judgement)


def test_last_words_are_not_heard(attacked: Any, witness: Witness) -> None:
    judgement = attacked("29_acts_at_its_end", witness.known, limits=QUICK)
    assert others_are_right(judgement)
    assert witness.is_untouched()


@pytest.mark.parametrize("way", ["for ever", "strange questions"])
def test_the_judge_is_not_kept_busy(attacked: Any, way: str) -> None:
    began = time.monotonic()
    judgement = attacked("52_keeps_the_judge_busy", {"way": way}, limits=QUICK)
    assert others_are_right(judgement, "descend")
    assert of(judgement, "descend").points == 0
    assert of(judgement, "descend").outcome == ("timeout" if way == "for ever" else "failed")
    assert time.monotonic() - began < QUICK.whole
    assert "Traceback" not in printed(judgement)
