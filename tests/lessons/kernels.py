"""Run as a program: what is drawn under this processor's kernels, as one JSON object on stdout.

{"drawn": digests of all inputs, "raw": the same before they are rounded}
Arguments: a folder, and the names of lessons whose packs are written into it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from grader.course.lessons import all_lessons, of_name
from grader.publish.packs import build_pack
from hocsau.judging.request import Request
from hocsau.judging.scoring import Scored
from hocsau.judging.values import dumps

SEEDS = (1, 2, 3)


def digest(drawn: Request | Scored) -> str:
    parts = [drawn.request, drawn.score] if isinstance(drawn, Scored) else [drawn]
    return hashlib.sha256(dumps(parts)).hexdigest()


def main(folder: str, *names: str) -> None:
    drawn, raw = {}, {}
    for lesson in all_lessons():
        for exercise in lesson.exercises:
            for index, kind in enumerate(exercise.cases):
                for seed in SEEDS:
                    key = f"{exercise.name}/{index}/{seed}"
                    drawn[key] = digest(kind.draw(np.random.default_rng([seed, index])))
                    raw[key] = digest(kind.sample(np.random.default_rng([seed, index])))
    for name in names:
        (Path(folder) / f"{name}.pack").write_bytes(build_pack(of_name(name)))
    print(json.dumps({"drawn": drawn, "raw": raw}))


if __name__ == "__main__":
    main(*sys.argv[1:])
