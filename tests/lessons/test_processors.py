"""The same numbers are drawn on every processor: under two of OpenBLAS's kernels, with one thread and with two."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course.lessons import all_lessons, of_name
from grader.course.places import PACKS, ROOT
from grader.course.reference import answers
from grader.course.rounding import DIGITS, rounded
from grader.publish.packs import same_pack
from hocsau.judging.request import Call, Model, Recipe
from hocsau.judging.scoring import Score, Scored
from hocsau.judging.values import Tensor

LIGHT = ("gradient_descent", "momentum", "adaptive_optimizers")
LESSONS = tuple(lesson.name for lesson in all_lessons())


def kernels() -> tuple[str, str]:
    """Two kernels that this processor can run and that round differently."""
    if platform.machine().lower() not in ("x86_64", "amd64") or not Path("/proc/cpuinfo").exists():
        pytest.skip(f"OpenBLAS's kernels for {platform.machine()} are not known to this test")
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    newest = {"avx512f": "SkylakeX", "avx2": "Haswell", "avx": "Sandybridge"}
    best = next((kernel for flag, kernel in newest.items() if f" {flag}" in flags), None)
    if best is None:
        pytest.skip("this processor has no vector unit newer than Prescott's, hence one kernel")
    return best, "Prescott"


def start(kernel: str, threads: int, folder: Path, lessons: tuple[str, ...]) -> Any:
    folder.mkdir()
    chosen = {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}  # fmt: skip
    command = [sys.executable, "-m", "tests.lessons.kernels", str(folder), *lessons]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **chosen}, stdout=subprocess.PIPE, text=True)  # fmt: skip


def drawn_under(folder: Path, lessons: tuple[str, ...]) -> list[dict[str, dict[str, str]]]:
    """What tests.lessons.kernels says under one kernel with one thread and under another with two, side by side."""
    runs = [start(kernel, threads, folder / kernel, lessons) for threads, kernel in enumerate(kernels(), start=1)]
    texts = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    return [json.loads(text) for text in texts]


def different(one: dict[str, str], other: dict[str, str]) -> list[str]:
    assert list(one) == list(other)
    return [case for case in one if one[case] != other[case]]


@pytest.mark.parametrize(
    "lessons", [pytest.param(LIGHT, id="light"), pytest.param(LESSONS, id="all", marks=pytest.mark.slow)]
)  # fmt: skip
def test_two_processors_draw_the_same_numbers_and_build_the_same_packs(
    tmp_path: Path, lessons: tuple[str, ...]
) -> None:
    one, other = drawn_under(tmp_path, lessons)
    assert different(one["drawn"], other["drawn"]) == []
    assert different(one["raw"], other["raw"])  # this test can fail: a raw draw is told apart
    built = [{path.name: path.read_bytes() for path in (tmp_path / kernel).iterdir()} for kernel in kernels()]  # fmt: skip
    for name in lessons:
        committed = (PACKS / f"{name}.pack").read_bytes()
        assert all(same_pack(packs[f"{name}.pack"], committed) for packs in built), name


def test_every_kind_of_request_is_rounded_to_its_leaves() -> None:
    third = 1 / 3
    array = np.array([third, 1234567.8, 1e-17])
    call = Call({
        "plain": third, "scalar": np.float64(third), "list": [array, (third, 3, True)],
        "recipe": Recipe("r", {"A": array}), "tensor": Tensor(array.astype(np.float32)),
        "model": Model("m", weights={"w": array}),
    })  # fmt: skip
    made = rounded(Scored(call, Score("accuracy", {"X": array}, least=third)))
    told, score = made.request.arguments, made.score
    six = [0.333333, 1234570.0, 0.0]
    assert (told["plain"], type(told["plain"]), told["scalar"]) == (0.333333, float, 0.333333)
    assert type(told["scalar"]) is np.float64
    assert told["list"][0].tolist() == told["recipe"].arrays["A"].tolist() == six
    assert told["list"][1] == (0.333333, 3, True)
    assert told["model"].weights["w"].tolist() == score.data["X"].tolist() == six
    assert told["tensor"].array.dtype == np.float32
    assert told["tensor"].array.tolist() == np.array(six, np.float32).tolist()
    assert score.least == 0.333333


def test_a_rounded_number_is_the_double_nearest_to_its_decimal() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(size=2000) * 10.0 ** rng.integers(-10, 12, size=2000)
    assert rounded(values).tolist() == [float(f"{value:.{DIGITS - 1}e}") for value in values]
    assert rounded(rounded(values)).tolist() == rounded(values).tolist()


def test_what_is_not_a_number_with_digits_stays() -> None:
    odd = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0])
    assert repr(rounded(odd).tolist()) == "[inf, -inf, nan, 0.0, 0.0]"
    assert rounded(np.array([3, 10**12])).tolist() == [3, 10**12]
    assert rounded(np.array([True])).dtype == bool
    assert rounded({"mode": "relu", "none": None}) == {"mode": "relu", "none": None}


# structure that must be exact survives the rounding, for every seed


def cases_of(lesson: str, exercise: str, name: str) -> Any:
    (definition,) = (e for e in of_name(lesson).exercises if e.name == exercise)
    (kind,) = (kind for kind in definition.cases if name in kind.name.en)
    return [kind.draw(np.random.default_rng(seed)).arguments for seed in range(50)]


def test_a_perfect_fit_has_no_loss_and_the_minimum_no_gradient() -> None:
    loss, gradient = (answers("gradient_descent")[name] for name in ("mse_loss", "mse_gradient"))
    for case in cases_of("gradient_descent", "mse_loss", "perfect fit"):
        assert loss(**case) == 0.0
    for case in cases_of("gradient_descent", "mse_gradient", "at the minimum"):
        assert gradient(**case).tolist() == [0.0, 0.0]
        assert np.linalg.matrix_rank(case["X"]) == 2
        assert loss(**case) > 1


def test_the_double_root_is_double() -> None:
    seen = set()
    for case in cases_of("momentum", "convergence_rate", "roots turn complex"):
        trace = 1 + case["beta"] - case["learning_rate"] * case["eigenvalue"]
        assert trace**2 - 4 * case["beta"] == 0.0
        seen.add(tuple(case.values()))
    assert len(seen) > 8
