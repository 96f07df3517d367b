"""First contact: how long `import hocsau` takes, and `check` of a NumPy exercise, first and later; in fresh processes.

    python -m tools.bench.first

Wall clock, the median of several processes; an import is compared with that of an empty Python.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.course.places import ROOT

__all__ = ["main", "measure"]

PROCESSES, CHECKS = 7, 15

IMPORT = "import time; t = time.perf_counter(); import hocsau; print(time.perf_counter() - t)"
CHECK = """
import json, os, time
begun = time.perf_counter()
from hocsau import begin, check
import numpy as np
ready = time.perf_counter()
def momentum_step(w, v, grad, learning_rate, beta):
    v = beta * v {sign} learning_rate * grad
    return w + v, v
seconds = []
for _ in range({checks}):
    start = time.perf_counter()
    report = check("momentum_step")
    report._repr_html_()
    seconds.append(time.perf_counter() - start)
print(json.dumps([ready - begun, *seconds]))
"""


def _run(source: str, folder: Path) -> str:
    environment = {
        "HOCSAU_PROGRESS": str(folder / "progress.jsonl"),
        "PATH": "",
        "HOME": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )  # fmt: skip
    return done.stdout


def measure() -> dict[str, float]:
    """Seconds, each a median."""
    with tempfile.TemporaryDirectory(prefix="hocsau-first-") as name:
        folder = Path(name)
        imports = [float(_run(IMPORT, folder)) for _ in range(PROCESSES)]
        found = {"import": statistics.median(imports)}
        for word, sign in (("right", "-"), ("wrong", "+")):
            runs = [json.loads(_run(CHECK.format(sign=sign, checks=CHECKS), folder)) for _ in range(PROCESSES)]
            found[f"{word}_first"] = statistics.median(run[1] for run in runs)
            found[f"{word}_later"] = statistics.median(t for run in runs for t in run[2:])
    return found


def main() -> None:
    """Print the figures."""
    for name, seconds in measure().items():
        print(f"{name:12} {1000 * seconds:7.1f} ms")


if __name__ == "__main__":
    main()
