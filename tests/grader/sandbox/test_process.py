"""A real worker: cells captured, probes answered, and whatever a child does costs that child alone."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import psutil
import pytest

from grader.errors import WorkerError
from grader.sandbox import site
from grader.sandbox.inside.wire import MAX_FRAME, Closed, receive, send
from grader.sandbox.process import Child, ChildDied, ChildTimeout, Worker
from grader.sandbox.received import outputs
from hocsau.judging.probe import Observation
from hocsau.judging.request import Call, Chain, Lookup, Recipe
from hocsau.judging.values import Malformed, dumps

PATIENT = 30.0
SHORT = 0.3


@pytest.fixture
def fork(worker: Worker) -> Iterator[Callable[[], Child]]:
    """Makes children, and ends them after the test."""
    children: list[Child] = []

    def one_more() -> Child:
        children.append(worker.fork())
        return children[-1]

    yield one_more
    for made in children:
        made.kill()


@pytest.fixture
def child(fork: Callable[[], Child]) -> Child:
    return fork()


def cell(child: Child, source: str, seconds: float = PATIENT) -> list[dict[str, Any]]:
    """The outputs of one cell, each proven to be well-formed nbformat."""
    kept = outputs(child.ask({"do": "cell", "source": source}, seconds)["outputs"])
    for output in kept:
        nbformat.validate(nbformat.from_dict(output), ref="output", version=4)
    return kept


def probe(
    child: Child,
    request: Any,
    function: Callable[[int, Any], Any] | None = None,
    name: str = "f",
    seconds: float = PATIENT,
) -> Observation:
    message = {"do": "probe", "name": name, "request": request, "not_allowed": []}
    came = child.ask(message, seconds, function)["observation"]
    assert isinstance(came, Observation)
    return came


def one(child: Child, source: str) -> dict[str, Any]:
    (output,) = cell(child, source)
    return output


# --- what a cell shows


def test_what_is_printed(child: Child) -> None:
    assert one(child, "print('xin chào')\nprint(2)") == {
        "output_type": "stream", "name": "stdout", "text": "xin chào\n2\n"
    }  # fmt: skip
    printed = cell(child, "import sys\nprint('a'); print('b', file=sys.stderr); print('c')")
    assert [(each["name"], each["text"]) for each in printed] == [
        ("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n")
    ]  # fmt: skip


def test_the_value_of_a_cell(child: Child) -> None:
    assert one(child, "6 * 7")["data"] == {"text/plain": "42"}
    assert one(child, "6 * 7")["output_type"] == "execute_result"
    assert cell(child, "6 * 7;") == []
    assert one(child, "_ + 1")["data"] == {"text/plain": "43"}


def test_what_is_displayed(child: Child) -> None:
    shown = cell(child, "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))\n1")
    assert [each["output_type"] for each in shown] == ["display_data", "execute_result"]
    assert shown[0]["data"]["text/html"] == "<b>x</b>"


@pytest.mark.parametrize("first", ["%matplotlib inline\n", ""], ids=["magic", "no magic"])
def test_a_figure(child: Child, first: str) -> None:
    shown = one(child, f"{first}import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);")
    assert shown["output_type"] == "display_data"
    assert shown["data"]["image/png"].startswith("iVBOR")
    assert len(shown["data"]["image/png"]) > 10_000  # not cut


@pytest.mark.parametrize(
    ("source", "name", "value"),
    [
        ("1 / 0", "ZeroDivisionError", "division by zero"),
        ("def f(:", "SyntaxError", "invalid syntax"),
        ("undefined", "NameError", "name 'undefined' is not defined"),
        ("raise SystemExit(3)", "SystemExit", "3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("raise type('Own', (BaseException,), {})('mine')", "Own", "mine"),
        ("class E(Exception):\n    def __str__(self): 1 / 0\nraise E()", "E", ""),
        ("a\0b", "SyntaxError", "source code string cannot contain null bytes"),
        ("input('name? ')", "EOFError", "EOF when reading a line"),
        ("import getpass; getpass.getpass()", "EOFError", ""),
        ("x = bytearray(3 << 30)", "MemoryError", ""),
        ("open('big', 'wb').truncate(1 << 30)", "OSError", "[Errno 27] File too large"),
        ("'\\ud800'.encode()", "UnicodeEncodeError", "'utf-8' codec can't encode character"),
        ("raise ValueError('\\ud800')", "ValueError", "?"),
    ],
)
def test_an_exception_ends_its_cell_alone(child: Child, source: str, name: str, value: str) -> None:
    shown = cell(child, source)
    error = next(each for each in shown if each["output_type"] == "error")
    assert error["ename"] == name
    assert error["evalue"].startswith(value)
    assert one(child, "1 + 1")["data"] == {"text/plain": "2"}


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "exit()",
        "%timeit -n1 -r1 1 + 1",
        "from tqdm.auto import tqdm\nfor _ in tqdm(range(3)): pass",
        "await __import__('asyncio').sleep(0)",
        "import warnings; warnings.warn('careful')",
        "import logging; logging.warning('careful')",
        "import os; os.write(1, b'PASSED'); os.write(2, b'x')",
        "print('\\ud800')",
        "import threading; t = threading.Thread(target=print, args=('x',)); t.start(); t.join()",
    ],
)
def test_harmless_things_work(child: Child, source: str) -> None:
    assert child.ask({"do": "cell", "source": source}, PATIENT)["success"] is True
    assert not any(each["output_type"] == "error" for each in cell(child, source))


def test_output_beyond_the_caps_is_cut_with_a_note(child: Child) -> None:
    shown = one(child, "for i in range(100_000): print('x' * 400)")
    assert 200_000 <= len(shown["text"]) < 200_100
    assert shown["text"].endswith("[output cut here]\n")
    shown_many = cell(child, "from IPython.display import display\nfor i in range(500): display(i)\n1 / 0")
    assert len(shown_many) == 202
    assert shown_many[200]["text"] == "\n[output cut here]\n"
    assert shown_many[201]["ename"] == "ZeroDivisionError"
    assert "cut here" in one(child, "from IPython.display import HTML\nHTML('x' * (20 << 20))")["text"]


def test_clearing_the_output(child: Child) -> None:
    shown = one(
        child,
        "from IPython.display import clear_output\nprint(1)\nclear_output(wait=True)\nprint(2)",
    )
    assert shown["text"] == "2\n"


def test_the_cells_share_a_namespace_and_are_the_main_module(child: Child) -> None:
    cell(child, "import numpy as np\nclass A: pass\na = A()")
    assert one(child, "__name__, A.__module__, np.pi > 3")["data"]["text/plain"] == "('__main__', '__main__', True)"
    assert one(child, "import pickle\ntype(pickle.loads(pickle.dumps(a))) is A")["data"] == {"text/plain": "True"}


# --- what a probe tells


def test_a_function_is_driven(child: Child) -> None:
    cell(child, "def f(w, v):\n    w += 1\n    print('stray')\n    return w, v")
    came = probe(child, Call({"w": np.array([1.0, 2.0]), "v": np.array([3.0])}))
    assert came.outcome == "returned"
    assert [part.tolist() for part in came.value] == [[2.0, 3.0], [3.0]]
    assert (came.changed, came.aliased) == (("w",), ("w", "v"))


def test_stray_output_disturbs_nothing(child: Child) -> None:
    cell(
        child,
        "import os, sys, subprocess\nfrom tqdm import tqdm\n"
        "def f(w):\n"
        "    print('stray', file=sys.stderr); os.write(1, b'stray'); sys.__stdout__.write('stray')\n"
        "    for _ in tqdm(range(2)): display(w)\n"
        "    return w",
    )
    assert probe(child, Call({"w": 2.0})).value == 2.0
    assert one(child, "1")["data"] == {"text/plain": "1"}


def test_the_learners_line_is_quoted(child: Child) -> None:
    cell(child, "def f(w):\n    w = w + 1\n    return w / 0")
    failure = probe(child, Call({"w": 1.0})).failure
    assert failure is not None
    assert (failure.type, failure.line, failure.number) == ("ZeroDivisionError", "return w / 0", 3)


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("x = 1", "missing"),
        ("f = 3", "not_callable"),
        ("def f(w): raise NotImplementedError()", "unfinished"),
        ("def f(w): raise SystemExit", "raised"),
        ("def f(w): raise type('Own', (BaseException,), {})", "raised"),
        ("def f(w): return f(w)", "raised"),
        ("def f(w): return bytearray(3 << 30)", "raised"),
        ("def f(w): return input()", "raised"),
        ("def f(w): return {1, 2}", "returned"),
        ("def f(w): return '\\ud800'", "returned"),
        ("def f(w): return np.zeros(9 << 20)", "raised"),
        ("import numpy as np\ndef f(w): return np.zeros(9 << 20)", "returned"),
        ("class L(list):\n    def __iter__(self): 1 / 0\ndef f(w): return L([1])", "returned"),
    ],
)
def test_whatever_a_probe_meets_is_told(child: Child, source: str, outcome: str) -> None:
    cell(child, source)
    assert probe(child, Call({"w": 1.0})).outcome == outcome
    assert one(child, "1")["data"] == {"text/plain": "1"}


def test_a_lookup_and_a_chain(child: Child) -> None:
    cell(child, "quiz = {'q1': 'b'}\ndef step(w): return 2 * w")
    assert probe(child, Lookup(), name="quiz").value == {"q1": "b"}
    assert probe(child, Chain({"w": 1.0}, ("w",), ({}, {})), name="step").value == [2.0, 4.0, 8.0]


def test_functions_handed_over_are_answered_here(child: Child) -> None:
    cell(child, "def f(g, h, w): return g(w) + 10 * h(w) + g(2 * w)")
    asked: list[tuple[int, list[float]]] = []

    def function(index: int, w: Any) -> Any:
        asked.append((index, w.tolist()))
        return w * [1.0, 100.0][index]

    request = Call(
        {
            "g": Recipe("constant_gradient"),
            "h": Recipe("constant_gradient"),
            "w": np.array([1.0, 2.0]),
        }
    )
    came = probe(child, request, function)
    assert came.value.tolist() == [1003.0, 2006.0]
    assert asked == [(0, [1.0, 2.0]), (1, [1.0, 2.0]), (0, [2.0, 4.0])]
    assert came.calls == 3


def test_a_wrong_argument_of_such_a_function_is_the_learners_error(child: Child) -> None:
    cell(child, "def f(g, w):\n    return g(w)")

    def function(index: int, w: Any) -> Any:
        raise IndexError("no such thing")

    failure = probe(child, Call({"g": Recipe("x"), "w": 1.0}), function).failure
    assert failure is not None
    assert (failure.type, failure.text, failure.line) == (
        "IndexError",
        "no such thing",
        "return g(w)",
    )


def test_a_call_of_a_function_that_was_not_handed_over_ends_the_child(child: Child) -> None:
    cell(child, "def f(g): return g(1.0)")
    with pytest.raises(ChildDied, match="not handed over"):
        probe(child, Call({"g": Recipe("x")}))


def test_dependencies(child: Child) -> None:
    cell(child, "def double(w): return w\ndef f(w): return double(w)")
    reply = child.ask({"do": "dependencies", "name": "f", "names": ["double", "triple", "f"]}, PATIENT)
    assert reply["names"] == ["double"]


# --- what costs the child its life, and nobody else


FATAL = [
    "import os; os._exit(0)",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "import ctypes; ctypes.string_at(0)",
    "import os; os.abort()",
    "import os; os.close(200)",
    "import os; os.write(200, b'GARBAGE' * 100)",
]


@pytest.mark.parametrize("source", FATAL)
def test_a_cell_that_kills_costs_its_own_child(fork: Callable[[], Child], source: str) -> None:
    first, second = fork(), fork()
    with contextlib.suppress(ChildDied):  # some of these show with the next question only
        first.ask({"do": "cell", "source": source}, PATIENT)
    with pytest.raises(ChildDied):
        first.ask({"do": "cell", "source": ""}, PATIENT)
    assert one(second, "1")["data"] == {"text/plain": "1"}
    second.kill()
    assert one(fork(), "2")["data"] == {"text/plain": "2"}


HANGS = [
    "while True: pass",
    "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\nwhile True: pass",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "import threading; threading.Event().wait()",
    "import os; os.read(os.pipe()[0], 1)",
    "import os, struct\nos.write(200, struct.pack('!I', 1000))\nwhile True: os.write(200, b' '); __import__('time').sleep(.05)",
]


@pytest.mark.parametrize("source", HANGS)
def test_a_cell_that_hangs_is_killed_by_our_clock(fork: Callable[[], Child], source: str) -> None:
    made = fork()
    pid = made.pid
    with pytest.raises(ChildTimeout):
        made.ask({"do": "cell", "source": source}, SHORT)
    assert is_gone(pid)
    assert one(fork(), "2")["data"] == {"text/plain": "2"}


def test_a_probe_that_hangs_is_killed_by_our_clock(child: Child) -> None:
    cell(child, "def f(w):\n    while True: pass")
    with pytest.raises(ChildTimeout):
        probe(child, Call({"w": 1.0}), seconds=SHORT)


def test_a_learner_who_asks_for_ever_is_killed_by_our_clock(child: Child) -> None:
    cell(child, "def f(g):\n    while True: g(1.0)")
    with pytest.raises(ChildTimeout):
        probe(child, Call({"g": Recipe("x")}), lambda index, w: 1.0, seconds=SHORT)


def is_gone(pid: int) -> bool:
    """Has the process ended, within a moment?"""
    try:
        psutil.Process(pid).wait(PATIENT)
    except psutil.NoSuchProcess:
        return True
    return not psutil.pid_exists(pid)


@pytest.fixture(scope="module")
def open_worker() -> Iterator[Worker]:
    """A worker with no wall that would stop a new process or a signal."""
    with Worker(layers=("bubblewrap",)) as made:
        yield made


def test_what_a_child_starts_dies_with_it(open_worker: Worker) -> None:
    made = open_worker.fork()
    mark = f"loop-of-{made.pid}"  # in a box its number is another: find it by what it was told
    cell(
        made,
        f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'while True: pass', {mark!r}])",
    )
    (started,) = [p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or ())]
    made.kill()
    assert is_gone(started.pid)


def test_a_learner_who_kills_the_worker_stops_nobody(open_worker: Worker) -> None:
    killer = open_worker.fork()
    with contextlib.suppress(ChildDied):  # it dies with the worker, before or after its reply
        killer.ask({"do": "cell", "source": "import os; os.kill(os.getppid(), 9)"}, PATIENT)
    killer.kill()
    again = open_worker.fork()
    assert one(again, "2")["data"] == {"text/plain": "2"}
    again.kill()


# --- replies of a child that lies


@pytest.fixture
def liar() -> Iterator[tuple[Child, socket.socket]]:
    """A child whose replies are written by the test."""
    mine, theirs = socket.socketpair()
    made = Child(mine, 2**22 + 1)
    yield made, theirs
    made.kill()
    theirs.close()


@pytest.mark.parametrize(
    "frame",
    [
        lambda nonce: dumps({"nonce": "0" * 16, "outputs": []}),
        lambda nonce: dumps({"outputs": []}),
        lambda nonce: dumps([nonce]),
        lambda nonce: dumps("PASSED"),
        lambda nonce: dumps({"nonce": [nonce]}),
        lambda nonce: b"",
        lambda nonce: b"\x80\x04pickle",
        lambda nonce: dumps({"nonce": nonce, "function": 0, "w": 1.0}),
    ],
    ids=[
        "another nonce",
        "no nonce",
        "a list",
        "a string",
        "a list as nonce",
        "empty",
        "pickle",
        "a call",
    ],
)
def test_a_wrong_reply_ends_the_child(liar: tuple[Child, socket.socket], frame: Any) -> None:
    child, theirs = liar

    def reply() -> None:
        blob = frame(receive(theirs)["nonce"])
        theirs.sendall(struct.pack("!I", len(blob)) + blob)

    thread = threading.Thread(target=reply)
    thread.start()
    with pytest.raises(ChildDied):
        child.ask({"do": "cell", "source": ""}, PATIENT)
    thread.join()


def test_a_reply_given_before_the_question_ends_the_child(
    liar: tuple[Child, socket.socket],
) -> None:
    child, theirs = liar
    send(theirs, {"nonce": "0" * 16, "outputs": []})
    with pytest.raises(ChildDied, match="a reply to no question"):
        child.ask({"do": "cell", "source": ""}, PATIENT)


@pytest.mark.parametrize("call", [{"function": 5}, {"function": "x", "w": 1.0}, {"function": None, "w": None}])
def test_a_call_that_makes_no_sense_is_answered_with_an_error(liar: tuple[Child, socket.socket], call: Any) -> None:
    child, theirs = liar
    answers: list[dict[str, Any]] = []

    def reply() -> None:
        nonce = receive(theirs)["nonce"]
        send(theirs, {"nonce": nonce, **call})
        answers.append(receive(theirs))
        send(theirs, {"nonce": nonce, "observation": None})

    thread = threading.Thread(target=reply)
    thread.start()
    reply_ = child.ask({"do": "probe"}, PATIENT, lambda index, w: [abs][index](w))
    thread.join()
    assert reply_ == {"observation": None}
    assert answers[0]["error"] in ("TypeError", "IndexError")


def test_a_frame_that_says_it_is_huge_is_not_read() -> None:
    mine, theirs = socket.socketpair()
    with mine, theirs:
        theirs.sendall(struct.pack("!I", MAX_FRAME + 1))
        theirs.shutdown(socket.SHUT_WR)  # whoever reads on finds the end, and waits for nothing
        with pytest.raises(Malformed, match="the limit is"):
            receive(mine)


def test_a_stream_that_ends_early_is_closed() -> None:
    mine, theirs = socket.socketpair()
    with mine:
        theirs.sendall(b"\0\0\0\x09abc")
        theirs.close()
        with pytest.raises(Closed):
            receive(mine)
        with pytest.raises(Closed):
            send(mine, {"a": np.zeros(1 << 20)})


def test_a_message_that_is_too_large_is_not_sent() -> None:
    mine, theirs = socket.socketpair()
    with mine, theirs, pytest.raises(ValueError, match="the limit is"):
        send(mine, {"a": np.zeros(11 << 20)})


# --- nothing passes from one child to the next, and nothing of ours to any


def test_children_share_nothing(fork: Callable[[], Child]) -> None:
    first, second = fork(), fork()
    cell(
        first,
        "import builtins, os, pathlib, sys, numpy as np\nseen = 1\nbuiltins.seen = np.seen = 2\nos.environ['SEEN'] = '3'\n"
        "pathlib.Path('seen.txt').write_text('4')\nsys.path.insert(0, 'seen')",
    )
    third = fork()
    for other in (second, third):
        shown = one(
            other,
            "import builtins, os, pathlib, sys, numpy as np\n"
            "['seen' in globals(), hasattr(builtins, 'seen'), hasattr(np, 'seen'), 'SEEN' in os.environ, "
            "pathlib.Path('seen.txt').exists(), 'seen' in sys.path]",
        )
        assert shown["data"]["text/plain"] == "[False, False, False, False, False, False]"


def test_children_draw_different_random_numbers(fork: Callable[[], Child]) -> None:
    drawn = [one(fork(), "import numpy as np\nfloat(np.random.rand())")["data"]["text/plain"] for _ in range(3)]
    assert len(set(drawn)) == 3


def test_none_of_our_environment_reaches_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "NBGRADER_EXECUTION",
        "HOCSAU_COURSE",
        "HOCSAU_SECRET",
        "PYTHONPATH",
        "PYTEST_CURRENT_TEST",
    ):
        monkeypatch.setenv(name, "/nonexistent")
    with Worker() as fresh:
        made = fresh.fork()
        shown = one(
            made,
            "import os, sys\nprint(*sorted(os.environ)); print('\\n'.join(sys.path)); print(os.getcwd())",
        )
        made.kill()
    names, *rest = shown["text"].splitlines()
    allowed = {
        "HOME",
        "LANG",
        "MPLBACKEND",
        "MPLCONFIGDIR",
        "PWD",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "PATH",
        "TMPDIR",
    }
    assert not set(names.split()) - allowed
    assert "/nonexistent" not in rest
    assert os.getcwd() not in rest[-1:]


def test_a_child_has_no_descriptor_but_its_own(fork: Callable[[], Child], tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w"):
        made = fork()
        shown = one(
            made,
            "import os\nfor name in sorted(os.listdir('/proc/self/fd'), key=int):\n"
            "    try: print(name, os.readlink(f'/proc/self/fd/{name}'))\n"
            "    except OSError: pass",
        )
    lines = [line.split() for line in shown["text"].splitlines()]
    assert [name for name, target in lines if target != "/dev/null"] == ["200"]
    assert {target for name, target in lines if name in "012"} == {"/dev/null"}


# --- nothing is left behind


def test_nothing_is_left_after_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    me = psutil.Process()
    before = me.num_fds()
    running = Worker()
    children = [running.fork() for _ in range(3)]
    pids = [made.pid for made in children]
    children[0].kill()
    children[0].kill()  # twice is harmless
    with pytest.raises(ChildTimeout):
        children[1].ask({"do": "cell", "source": "while True: pass"}, SHORT)
    running.close()  # the third child was forgotten
    assert all(is_gone(pid) for pid in pids)
    children[2].kill()
    assert me.num_fds() == before
    assert list(tmp_path.iterdir()) == []
    running.close()
    again = running.fork()  # it starts anew when asked
    assert one(again, "1")["data"] == {"text/plain": "1"}
    again.kill()
    running.close()
    assert me.num_fds() == before


def test_a_childs_folder_goes_with_it_before_the_next_child_is_made() -> None:
    closed = "os.mkdir('d'); open('d/x', 'w').write('y'); os.chmod('d', 0)"
    with Worker(layers=("rlimits",)) as visible:  # in a box it would lie in memory of its own
        made = visible.fork()
        where = one(made, "import os\nopen('x', 'w').write('y')\nprint(os.getcwd())")["text"]
        folder = Path(where.strip())
        assert (folder / "x").exists()
        cell(made, closed)
        made.kill()
        visible.fork().kill()
        assert not folder.exists()


def test_a_worker_that_cannot_start_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "__main__.py").write_text("raise SystemExit('broken installation')")
    monkeypatch.setattr(site, "INSIDE", tmp_path)
    before = psutil.Process().num_fds()
    with (
        Worker() as broken,
        pytest.raises(WorkerError, match="ended while starting; its own message"),
    ):
        broken.fork()
    assert "broken installation" in capfd.readouterr().err
    assert psutil.Process().num_fds() == before
