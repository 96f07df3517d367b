"""Everything within a program's reach, behind each set of walls: rows 5, 6, 10, 11 and 12, and what each layer is there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.places import ROOT
from grader.sandbox import policy
from grader.sandbox.process import Worker
from tests.attacks.battery import ATTEMPTS, IN_A_BOX_OF_ITS_OWN, LETS_THROUGH, NEVER
from tests.attacks.classroom import cells_of
from tests.attacks.conftest import worker_behind
from tests.attacks.witness import Witness


class Run:
    """What one child behind some walls achieved, by its own account and by the witness's."""

    def __init__(self, worker: Worker, folder: Path) -> None:
        witness, child = Witness(folder), worker.fork()
        try:
            self.said: dict[str, str] = {}
            for source in [f"known = {witness.known!r}", *cells_of("00_battery")]:
                for output in child.ask({"do": "cell", "source": source}, 60.0)["outputs"]:
                    assert output["output_type"] != "error", output
                    for line in output.get("text", "").splitlines():
                        name, _, rest = line.partition(": ")
                        self.said[name] = rest
            self.after, self.before = witness.snapshot(), witness.before
            self.heard, self.token = witness.heard(), witness.token
        finally:
            child.kill()
            witness.close()

    @property
    def allowed(self) -> set[str]:
        """The attempts that came through."""
        return {name for name, said in self.said.items() if not said.startswith("denied")}


@pytest.fixture(scope="module")
def run(worker: Worker, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("battery")
    folder.chmod(0o755)
    return Run(worker, folder)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_walls_hold(run: Run, attempt: str, request: pytest.FixtureRequest) -> None:
    assert attempt in run.said, f"it was not tried: {run.said}"
    seen_from_afar = LETS_THROUGH["bubblewrap"] if "no user" in request.node.callspec.id else set()
    if attempt in seen_from_afar:
        assert run.said[attempt].startswith("ALLOWED")
    else:
        assert run.said[attempt].startswith("denied"), run.said[attempt]


def test_the_witness_saw_nothing(run: Run) -> None:
    assert run.after == run.before
    assert run.heard == set()
    assert not any(run.token in said for said in run.said.values())


# --- what each missing layer lets through


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    found: dict[str, Run] = {}
    for layer in LETS_THROUGH:
        folder = tmp_path_factory.mktemp("battery")
        folder.chmod(0o755)
        with worker_behind(set(policy.KNOWN) - {layer}) as worker:
            found[layer] = Run(worker, folder)
    return found


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Without any layer: what does not even come through here, this system refuses by itself."""
    folder = tmp_path_factory.mktemp("battery")
    folder.chmod(0o755)
    with worker_behind(set(policy.ALWAYS)) as worker:
        return Run(worker, folder)


def lets_through(layer: str, allowed: set[str], bare: set[str]) -> list[str]:
    """What is not as written without `layer`: an attempt too many, or one that comes through bare and not here."""
    written = LETS_THROUGH[layer]
    missing = (written & bare) - allowed - IN_A_BOX_OF_ITS_OWN
    return [f"also {attempt}" for attempt in sorted(allowed - written)] + sorted(missing)


@pytest.mark.parametrize("layer", LETS_THROUGH)
def test_a_missing_layer_lets_through_what_is_written_and_no_more(
    without: dict[str, Run], bare: Run, layer: str
) -> None:
    assert lets_through(layer, without[layer].allowed, bare.allowed) == []
    assert without[layer].allowed


def test_a_kernel_may_refuse_more_and_a_layer_that_lets_more_through_is_found() -> None:
    written = LETS_THROUGH["rlimits"]
    assert lets_through("rlimits", written, written) == []
    refused = written - {"2000 open files"}
    assert lets_through("rlimits", refused, refused) == []
    assert lets_through("rlimits", refused, written) == ["2000 open files"]
    assert lets_through("rlimits", written | {"UDP to this machine"}, written) == ["also UDP to this machine"]


@pytest.mark.parametrize("layer", LETS_THROUGH)
def test_any_three_layers_keep_the_course_and_the_network_safe(without: dict[str, Run], layer: str) -> None:
    assert without[layer].after == without[layer].before
    assert without[layer].heard == set()


def test_every_layer_has_something_that_it_alone_holds() -> None:
    assert set(LETS_THROUGH) == set(policy.KNOWN) - set(policy.ALWAYS)
    for layer, written in LETS_THROUGH.items():
        others = set().union(*(LETS_THROUGH[name] for name in LETS_THROUGH if name != layer))
        assert written - others


def test_without_any_layer_the_attempts_do_come_through(bare: Run) -> None:
    """So the attempts are real, and the witness can see. What each kernel refuses by itself differs; most it does not."""
    assert bare.allowed.isdisjoint(NEVER)
    assert len(bare.allowed) > 0.6 * len(ATTEMPTS), sorted(set(ATTEMPTS) - bare.allowed)
    assert bare.heard == {"tcp", "udp", "unix", "unix datagram", "abstract"}
    assert bare.token in bare.said["read the course secret"]
    changed = {name for name in bare.before if bare.before[name] != bare.after.get(name)}
    assert changed == {
        ".course-secret", "gradebook.db", "notes.txt", "submitted/other/answer.txt", "temporary", "shared memory"
    }  # fmt: skip


def test_the_page_on_security_says_what_each_missing_layer_lets_through() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = dict(line.strip("| ").split(" | ", 1) for line in page.splitlines() if line.startswith("| without `"))
    told = {name.removeprefix("without ").strip("`"): set(text.split("; ")) for name, text in rows.items()}
    assert told == LETS_THROUGH
