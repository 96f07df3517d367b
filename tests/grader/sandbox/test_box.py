"""What the box alone holds back, without the walls inside it: each test proves the effect absent, not only an error."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from grader.course.places import NOTEBOOKS, ROOT, SOLUTIONS
from grader.sandbox import box
from grader.sandbox.process import Child, Worker


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(layers=("bubblewrap", "rlimits")) as running:
        yield running


@pytest.fixture
def child(worker: Worker) -> Iterator[Child]:
    forked = worker.fork()
    yield forked
    forked.kill()


def run(child: Child, source: str) -> str:
    """What a cell printed, returned or raised, as one text."""
    reply = child.ask({"do": "cell", "source": source}, 20.0)
    return "".join(
        output.get("text") or output.get("evalue") or output["data"]["text/plain"] for output in reply["outputs"]
    )


@pytest.mark.parametrize(
    "path",
    [
        SOLUTIONS / "momentum.py",
        NOTEBOOKS / "en",
        ROOT / "grader" / "lessons" / "momentum.py",
        ROOT / "tests",
        ROOT / ".git",
        Path.home() / ".bashrc",
        Path("/etc/passwd"),
    ],
    ids=lambda path: path.name,
)
def test_nothing_of_the_course_or_the_machine_is_there(child: Child, path: Path) -> None:
    assert run(child, f"import os; print(os.path.exists({str(path)!r}))") == "False\n"


@pytest.mark.parametrize("module", ["grader", "grader.course.reference", "solutions", "solutions.momentum"])
def test_no_module_of_the_grader_can_be_imported(child: Child, module: str) -> None:
    assert "No module named" in run(child, f"import {module}")


def test_a_reference_answer_cannot_be_had(child: Child) -> None:
    stolen = run(child, "from grader.course.reference import answers\nprint(answers('momentum'))")
    assert "function" not in stolen


def test_the_check_packs_in_the_box_hold_no_exercise(child: Child) -> None:
    source = "from hocsau import packs\nprint([(n, len(packs.load(n).exercises)) for n in packs.lessons()])"
    assert "('momentum', 0)" in run(child, source)
    assert "Momentum" in run(child, "from hocsau import begin\nbegin('momentum')")


def test_the_data_are_there(child: Child) -> None:
    assert run(child, "from hocsau.datasets import auto_mpg\nprint(auto_mpg().features.shape)") == "(392, 7)\n"


@pytest.mark.parametrize(
    "path",
    [
        "/tmp/left-behind",
        "/dev/shm/left-behind",
        f"{sys.prefix}/left-behind",
        f"{ROOT}/hocsau/left-behind",
    ],
)
def test_nothing_outside_the_childs_folder_can_be_written(child: Child, path: str) -> None:
    said = run(child, f"open({path!r}, 'w').write('x')")
    assert "Read-only file system" in said
    assert not Path(path).exists()


def test_what_one_child_writes_the_next_does_not_see(worker: Worker) -> None:
    first = worker.fork()
    assert run(first, "open('note.txt', 'w').write('42'); print(open('note.txt').read())") == "42\n"
    first.kill()
    second = worker.fork()
    found = run(
        second,
        "import glob, os; print(glob.glob(os.path.dirname(os.getcwd()) + '/**/note.txt', recursive=True))",
    )
    second.kill()
    assert found == "[]\n"


def test_no_network_not_even_this_machine(child: Child) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        said = run(child, f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)")
        assert "refused" in said
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_abstract_sockets_of_this_machine_are_not_reached(child: Child) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0hocsau-test")
        listener.listen()
        listener.setblocking(False)
        said = run(child, "import socket; socket.socket(socket.AF_UNIX).connect('\\0hocsau-test')")
        assert "refused" in said
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_other_processes_are_not_seen(child: Child) -> None:
    source = "import os; print(max(int(name) for name in os.listdir('/proc') if name.isdigit()))"
    assert int(run(child, source)) < 100


def test_killing_the_child_ends_it_though_its_number_inside_is_another(worker: Worker) -> None:
    forked = worker.fork()
    inside = int(run(forked, "import os; print(os.getpid())"))
    assert inside != forked.pid
    seen = psutil.Process(forked.pid)
    forked.kill()
    assert psutil.wait_procs([seen], timeout=30.0) == ([seen], [])


def test_a_bubblewrap_that_does_not_work_is_not_used(tmp_path: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    broken.chmod(0o755)
    assert box._works(str(broken)) is False
    assert box._works(str(tmp_path / "nothing")) is False
