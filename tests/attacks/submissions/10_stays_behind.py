# ruff: noqa
"""Row 10: processes and threads that are to outlive the grading, all carrying a mark by which they can be found."""

# %%
import ctypes, multiprocessing, os, signal, subprocess, sys, threading, time

libc = ctypes.CDLL(None)


def rename(mark):
    libc.prctl(15, mark[-15:].encode(), 0, 0, 0)  # PR_SET_NAME: what `ps` shows


def linger():
    rename(known["mark"])
    time.sleep(600)
    os._exit(0)


def forked():
    if not os.fork():
        linger()


def detached():
    """Twice forked, in a session of its own: no signal to a group reaches it."""
    if not os.fork():
        os.setsid()
        if not os.fork():
            os.setsid()
            linger()
        os._exit(0)


def program():
    subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)", known["mark"]],
        start_new_session=True,
    )


def shell():
    if os.system(f"(setsid nohup sleep 600.{os.getpid()} {known['mark']} &) >/dev/null 2>&1"):
        raise OSError("no shell")


def spawned():
    os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", "import time; time.sleep(600)", known["mark"]],
        os.environ,
        setsid=True,
    )


def pool():
    multiprocessing.get_context("fork").Process(target=linger, daemon=False).start()


def vforked():
    started = libc.vfork()
    if not started:
        linger()
    if started < 0:
        raise OSError("no vfork")


def cloned():
    """The system call itself, past the C library: clone, then clone3."""
    if libc.syscall(56, 17, 0, 0, 0, 0) == 0:
        linger()
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
    started = libc.syscall(435, arguments, 88)
    if started == 0:
        linger()
    if started < 0:
        raise OSError("no clone")


def bomb():
    for _ in range(50):
        if not os.fork():
            linger()


def threads():
    for _ in range(5000):
        threading.Thread(target=lambda: (rename(known["mark"]), time.sleep(600)), daemon=False).start()


for way in (forked, detached, program, shell, spawned, pool, vforked, cloned, bomb, threads):
    try:
        way()
        print(way.__name__, "came through")
    except BaseException as error:
        print(way.__name__, "was refused:", type(error).__name__, error)


# %%
def double(w):
    try:
        detached()
    except OSError:
        pass
    return 2 * w
