# ruff: noqa
"""Of our own: signals to the worker by every road, and limits, priorities and processors set for it."""

# %%
import ctypes, fcntl, os, resource, signal, socket, struct

libc = ctypes.CDLL(None, use_errno=True)
worker = os.getppid()


def system_call(number, *arguments):
    ctypes.set_errno(0)
    if libc.syscall(number, *arguments) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def by_owner_of_a_file():
    """The kernel itself sends the signal when something can be read."""
    one, other = socket.socketpair()
    fcntl.fcntl(one, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(one, fcntl.F_SETOWN, worker)
    fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | os.O_ASYNC)
    other.send(b"x")


def by_death():
    """The signal that a parent's death sends to its children, the other way round."""
    system_call(157, 1, signal.SIGKILL, 0, 0, 0)
    raise PermissionError("harmless")


def no_memory():
    resource.prlimit(worker, resource.RLIMIT_AS, (1, 1))


def no_time():
    resource.prlimit(worker, resource.RLIMIT_CPU, (1, 1))


def no_files():
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (0, 0))


def no_priority():
    os.setpriority(os.PRIO_PROCESS, worker, 19)


def idle():
    os.sched_setscheduler(worker, os.SCHED_IDLE, os.sched_param(0))


def idle_in_the_newer_way():
    system_call(314, worker, struct.pack("IIQiIQQQ", 48, 5, 0, 0, 0, 0, 0, 0), 0)


def one_processor():
    os.sched_setaffinity(worker, {0})


def no_disk():
    system_call(251, 1, worker, 3 << 13)  # ioprio_set, idle


def first_to_be_killed():
    with open(f"/proc/{worker}/oom_score_adj", "w") as file:
        file.write("1000")


WAYS = {
    "kill": lambda: os.kill(worker, signal.SIGKILL),
    "killpg": lambda: os.killpg(os.getpgid(worker), signal.SIGKILL),
    "tgkill": lambda: system_call(234, worker, worker, signal.SIGKILL),
    "tkill": lambda: system_call(200, worker, signal.SIGKILL),
    "stop": lambda: os.kill(worker, signal.SIGSTOP),
    "sigqueue": lambda: system_call(
        129, worker, signal.SIGKILL, ctypes.create_string_buffer(struct.pack("iii", 9, 0, -1), 128)
    ),
    "pidfd": lambda: signal.pidfd_send_signal(os.pidfd_open(worker), signal.SIGKILL),
    "owner of a file": by_owner_of_a_file,
    "parent's death": by_death,
    "no memory": no_memory,
    "no time": no_time,
    "no files": no_files,
    "no priority": no_priority,
    "idle": idle,
    "idle, in the newer way": idle_in_the_newer_way,
    "one processor": one_processor,
    "no disk": no_disk,
    "first to be killed": first_to_be_killed,
}
try:
    WAYS[known["way"]]()
    print("came through")
except OSError as error:
    print("was refused:", error)


def double(w):
    return 2 * w
