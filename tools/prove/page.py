"""docs/grader-quality.md and its picture, from what the proofs found (build/proofs/)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course.places import ROOT
from grader.errors import CourseError
from hocsau.plots import COLOURS, new_figure
from tools.prove import mutation
from tools.prove.mutation import Found

__all__ = ["Proofs", "load", "page", "write"]

FOLDER = ROOT / "build" / "proofs"
PAGE = ROOT / "docs" / "grader-quality.md"
PICTURES = ROOT / "docs" / "pictures"


@dataclass(frozen=True)
class Proofs:
    """Everything that the page tells: mutants, confusions and runs, by exercise in the order of the course."""

    mutation: list[Found]
    diagnosis: dict[str, dict[str, Any]]
    stability: dict[str, dict[str, Any]]
    gpu: bool = False


def load(folder: Path = FOLDER) -> Proofs:
    """What was found so far; the page says which exercises a proof was not run for.

    raises CourseError when there are no mutants yet
    """
    found = mutation.load(folder / "mutation")
    read = {}
    for proof in ("diagnosis", "stability"):
        paths = (folder / proof).glob("*.json")
        read[proof] = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    if not found:
        raise CourseError("there is nothing to tell yet: run python -m tools prove mutation first")
    ways = {way for one in read["stability"].values() for way in one["runs"]}
    return Proofs(found, read["diagnosis"], read["stability"], any("GPU" in way for way in ways))


def write(proofs: Proofs, to: Path = PAGE, pictures: Path = PICTURES) -> list[Path]:
    """Write the page and its two pictures."""
    pictures.mkdir(parents=True, exist_ok=True)
    paths = [to, pictures / "mutants.png", pictures / "confusion.png"]
    to.write_text(page(proofs), encoding="utf-8")
    _draw_mutants(proofs.mutation, paths[1])
    _draw_confusion(proofs, paths[2])
    return paths


def page(proofs: Proofs) -> str:
    """The page, in Markdown."""
    figures = mutation.summary(proofs.mutation)
    wrong = figures["mutants"] - figures["equivalent"]
    hidden = figures["killed_all"] - figures["killed_public"]
    alive = len(figures["survivors"])
    return "\n".join(
        [
            _OPENING.format(
                wrong=wrong, public=figures["killed_public"] / wrong, all=figures["killed_all"] / wrong,
                alive=alive, hidden=hidden, **{k: figures[k] for k in ("mutants", "equivalent")},
            ),
            *_mutation_table(proofs.mutation),
            "",
            *_survivors(proofs.mutation),
            *_operators(proofs.mutation),
            "",
            *_diagnosis(proofs),
            "",
            *_stability(proofs),
            "",
            _CLOSING,
        ]
    )  # fmt: skip


_OPENING = """\
# How good are the checks?

A check that lets a wrong answer pass teaches that wrong answer. So the checks are put to the proof themselves, by programs: every figure on
this page was written by `python -m tools prove`, which anyone can run again ([how](#run-it-yourself)).

## Wrong answers made by the thousand

Every reference answer is changed mechanically in one place: an operator, a constant, an index, an axis, a comparison, a statement left out,
arguments swapped, another variable of the same type, a transpose left out, `sum` for `mean`, an update in place of a copy, another dtype, a
range off by one. Each such *mutant* is handed in, in the place of the reference answer, and judged as a student's submission is, in the
sandbox. A mutant that passes all cases *survives*: either it is right after all, or the check is blind.

**{mutants} mutants; {equivalent} of them are right answers after all** (each stands in `solutions/<lesson>/equivalent.toml` with the reason; `python -m tools prove equivalent`
compares it with the reference on 1,000 random inputs). Of the {wrong} wrong ones the public cases, those in the student's notebook, catch
{public:.2%}; with the hidden cases, which only the grader has, it is **{all:.2%}** ({hidden} more). Survivors: {alive}.

![For each exercise a bar as long as it has mutants, nearly all of it the part that the public cases catch](pictures/mutants.png)
"""
_CLOSING = """\
## Run it yourself

```
make proofs                          # all of it, and this page: 18 minutes on two cores; or one after the other:
make mutation                        # all mutants: build/mutation.json, and every survivor with its difference
.venv/bin/python -m tools prove diagnosis     # planted mistakes, alone and two at a time
.venv/bin/python -m tools prove equivalent    # the mutants that are right after all, on other inputs
.venv/bin/python -m tools prove stability     # the references, with other inputs, threads and dtypes
.venv/bin/python -m tools prove page          # this page
```

`make test` runs a seeded sample of all four. Right answers in other styles stand in `solutions/<lesson>/right/`, at least five to an exercise.
"""


def _mutation_table(found: Sequence[Found]) -> Iterable[str]:
    yield "| exercise | mutants | right after all | wrong | caught by public cases | by hidden ones alone | survivors |"
    yield "|---|---|---|---|---|---|---|"
    for one in found:
        wrong = len(one.killed) - one.equivalent
        counts = (len(one.killed), one.equivalent, wrong, one.count("public"), one.count("hidden"), len(one.survivors))  # fmt: skip
        yield f"| {one.exercise} | " + " | ".join(map(str, counts)) + " |"


def _survivors(found: Sequence[Found]) -> Iterable[str]:
    left = [(one.exercise, killed) for one in found for killed in one.survivors]
    if left:
        yield "What survived:"
        yield ""
        for exercise, killed in left:
            yield f"- {exercise}, {killed.operator}: `{' '.join(killed.changed)}`"
        yield ""


def _operators(found: Sequence[Found]) -> Iterable[str]:
    every = [one for exercise in found for one in exercise.killed]
    made = Counter(one.operator for one in every)
    alive = Counter(one.operator for one in every if not one.by)
    yield "What was changed, how often, and how many of these were right after all or survived:"
    yield ""
    yield "| change | mutants | passed |"
    yield "|---|---|---|"
    for operator, count in made.most_common():
        yield f"| {operator} | {count} | {alive[operator]} |"


def _diagnosis(proofs: Proofs) -> Iterable[str]:
    every = [proofs.diagnosis[one.exercise] for one in proofs.mutation if one.exercise in proofs.diagnosis]
    planted = sum(len(one["mistakes"]) for one in every)
    right = sum(name == said for one in every for name, said in zip(one["mistakes"], one["named"], strict=True))  # fmt: skip
    said = Counter(pair["said"] for one in every for pair in one["combined"])
    pairs = sum(said.values())
    taken = sum(one["taken"] for one in every)
    false = sum(len(one["falsely"]) for one in every)
    yield "## Mistakes told by their names"
    yield ""
    yield f"{planted} known mistakes are planted, each in its exercise; {right} are told by their own name, {planted - right} by another or by none."
    yield "Every two mistakes of an exercise differ on at least one public case (the column *closest pair* says on how many, at the least)."
    yield ""
    yield f"Two mistakes at once, {pairs} pairs: the answer has the error of the one and the error of the other. {said['no name']} get no name and are told"
    yield f"what differs; {said['one of the two']} get the name of the one that hides the other; {said['a third']} are together exactly what a third known mistake is (on"
    yield f"other inputs too) and get its name; {said['a false name']} get a false name; in {said['right']} the two errors cancel out."
    yield ""
    yield f"Of the mutants above, {taken} were taken for a known mistake; {taken - false} of them do behave as it on other inputs too; {false} not."
    yield ""
    yield "![The matrix of planted against named mistakes: a full diagonal and nothing beside it](pictures/confusion.png)"
    yield ""
    yield from _missing(proofs, proofs.diagnosis)
    yield "| exercise | known mistakes | named rightly | closest pair, public cases | two at once: no name | one hides the other | a third's name | false names |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in every:
        names = one["mistakes"]
        hits = sum(name == said for name, said in zip(names, one["named"], strict=True))
        closest = min((cases for i, row in enumerate(one["apart"]) for j, cases in enumerate(row) if i != j), default="-")  # fmt: skip
        counted = Counter(pair["said"] for pair in one["combined"])
        parts = [counted[word] for word in ("no name", "one of the two", "a third", "a false name")]
        yield f"| {one['exercise']} | {len(names)} | {hits} | {closest} | " + " | ".join(map(str, parts)) + " |"  # fmt: skip


def _missing(proofs: Proofs, done: dict[str, dict[str, Any]]) -> Iterable[str]:
    lacking = [one.exercise for one in proofs.mutation if one.exercise not in done]
    if lacking:
        yield f"Not run for this page: {', '.join(lacking)}."
        yield ""


def _stability(proofs: Proofs) -> Iterable[str]:
    every = [proofs.stability[one.exercise] for one in proofs.mutation if one.exercise in proofs.stability]
    runs = Counter[str]()
    for one in every:
        runs.update(one["runs"])
    failures = sum(len(one["failures"]) for one in every)
    least, most = min(one["each"] for one in every), max(one["each"] for one in every)
    each = str(least) if least == most else f"{least} to {most}"
    least_trained = min(one["each_trained"] for one in every)
    yield "## Right answers never fail by chance"
    yield ""
    fewer = f" ({least_trained} where a model is trained)" if least_trained < least else ""
    yield f"Every reference on every kind of case, with other inputs each time: {each} runs a kind{fewer}, {sum(runs.values())} in all, {failures} failures."
    yield from _missing(proofs, proofs.stability)
    yield ""
    yield "| run with | runs |"
    yield "|---|---|"
    for way, count in sorted(runs.items()):
        yield f"| {way} | {count} |"
    yield ""
    if proofs.gpu:
        yield "The runs on the GPU were compared with what the CPU gave."
    else:
        yield "There was no GPU on the machine that wrote this page; where there is one, every case of lessons 5 to 7 is run there too and compared with the CPU."


def _draw_mutants(found: Sequence[Found], path: Path) -> None:
    figure = new_figure(8.0, 0.17 * len(found) + 1.2)
    axes = figure.subplots()
    rows = range(len(found))
    parts = (
        ("caught by public cases", "blue", "", [one.count("public") for one in found]),
        ("caught by hidden cases alone", "orange", "//", [one.count("hidden") for one in found]),
        ("right after all", "sky", "..", [one.equivalent for one in found]),
        ("survived", "vermillion", "xx", [len(one.survivors) for one in found]),
    )
    left = [0] * len(found)
    for label, colour, hatch, counts in parts:
        axes.barh(rows, counts, left=left, color=COLOURS[colour], hatch=hatch, edgecolor="white", label=label, linewidth=0)  # fmt: skip
        left = [a + b for a, b in zip(left, counts, strict=True)]
    axes.set_yticks(rows, [one.exercise for one in found], fontsize=6)
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.set_xlabel("mutants", fontsize=8)
    axes.tick_params(axis="x", labelsize=7)
    axes.grid(False, axis="y")
    axes.legend(fontsize=7, loc="lower right")
    figure.savefig(path, metadata={"Software": None})


def _draw_confusion(proofs: Proofs, path: Path) -> None:
    """A point at (planted, named); a line between two lessons."""
    every = [proofs.diagnosis[one.exercise] for one in proofs.mutation if one.exercise in proofs.diagnosis]
    place: dict[tuple[str, str | None], int] = {}
    for one in every:
        for name in one["mistakes"]:
            place[one["exercise"], name] = len(place)
    size = len(place)
    hits: list[tuple[int, int]] = []
    misses: list[tuple[int, int]] = []
    nothing: list[tuple[int, int]] = []
    for one in every:
        for name, said in zip(one["mistakes"], one["named"], strict=True):
            x = place[one["exercise"], name]
            point = (x, place.get((one["exercise"], said), size + 12))
            (hits if said == name else nothing if said is None else misses).append(point)
    figure = new_figure(7.0, 6.6)
    axes = figure.subplots()
    for points, colour, marker, label in (
        (hits, "blue", ".", f"named rightly: {len(hits)}"),
        (misses, "vermillion", "x", f"another name: {len(misses)}"),
        (nothing, "orange", "^", f"no name: {len(nothing)}"),
    ):
        axes.plot([p[0] for p in points], [p[1] for p in points], linestyle="none", marker=marker, color=COLOURS[colour], markersize=4, label=label)  # fmt: skip
    lessons = [one["lesson"] for one in every for _ in one["mistakes"]]
    edges = [i for i in range(size) if i == 0 or lessons[i] != lessons[i - 1]]
    for edge in edges:
        axes.axvline(edge - 0.5, color="0.8", linewidth=0.7, linestyle="-")
        axes.axhline(edge - 0.5, color="0.8", linewidth=0.7, linestyle="-")
    middles = [(a + b) / 2 for a, b in zip(edges, [*edges[1:], size], strict=True)]
    numbers = [str(number) for number in range(1, len(edges) + 1)]
    axes.set_xticks(middles, numbers)
    axes.set_yticks(middles, numbers)
    axes.set_xlim(-2, size + 1)
    axes.set_ylim(size + 16, -2)
    axes.set_xlabel("planted mistake, by lesson", fontsize=9)
    axes.set_ylabel("what the check named", fontsize=9)
    axes.grid(False)
    axes.legend(fontsize=8, loc="upper right")
    figure.savefig(path, metadata={"Software": None})
