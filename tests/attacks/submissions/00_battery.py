# ruff: noqa
"""Rows 5, 6, 10, 11, 12: everything within a program's reach, tried one by one; what happened is printed.

`known` holds what somebody who prepared well may have found out: paths, ports, numbers of processes.
"""

# %%
import ctypes, errno, fcntl, mmap, os, resource, signal, socket, struct, subprocess, sys, threading

libc = ctypes.CDLL(None, use_errno=True)


def system_call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(number, *arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def attempt(name):
    """Run the function below at once; say whether it came through."""

    def run(function):
        try:
            got = function()
        except BaseException as error:
            print(f"{name}: denied: {type(error).__name__}: {error}")
        else:
            print(f"{name}: ALLOWED: {got!r:.300}")
        return function

    return run


worker = os.getppid()


# %% What it was born with
@attempt("find the secret in the environment")
def _():
    found = {name: value for name, value in os.environ.items() if "SECRET" in name.upper()}
    if not found:
        raise LookupError("none")
    return found


@attempt("find descriptors of somebody else")
def _():
    names = []
    for number in range(4096):
        try:
            names.append((number, os.readlink(f"/proc/self/fd/{number}")))
        except OSError:
            pass
    others = [entry for entry in names if entry[0] != 200 and entry[1] != "/dev/null"]
    if not others:
        raise LookupError("none")
    return others


# %% What lies on the disk
@attempt("read the course secret")
def _():
    return open(known["secret"]).read()


@attempt("list the course folder")
def _():
    return os.listdir(known["course"])


@attempt("read the gradebook")
def _():
    return open(known["gradebook"], "rb").read()


@attempt("read another submission")
def _():
    return open(known["submission"]).read()


@attempt("read the reference answers")
def _():
    return open(known["solutions"]).read()


@attempt("read the grader")
def _():
    return open(known["grader"]).read()


@attempt("read the accounts of the machine")
def _():
    return open("/etc/passwd").read()


@attempt("read through /proc/<worker>/root")
def _():
    return open(f"/proc/{worker}/root{known['secret']}").read()


@attempt("read through a symbolic link")
def _():
    os.symlink(known["secret"], "link")
    return open("link").read()


@attempt("read through a hard link")
def _():
    os.link(known["secret"], "hard-link")
    return open("hard-link").read()


@attempt("see that a file of the course exists")
def _():
    return os.stat(known["secret"]).st_size


# %% Change what lies on the disk
@attempt("write into the course folder")
def _():
    with open(known["course"] + "/written", "w") as file:
        return file.write("written by a learner")


@attempt("overwrite the gradebook")
def _():
    with open(known["gradebook"], "r+b") as file:
        return file.write(b"5")


@attempt("truncate the gradebook")
def _():
    os.truncate(known["gradebook"], 3)


@attempt("delete another submission")
def _():
    os.unlink(known["submission"])


@attempt("rename a file of the course")
def _():
    os.rename(known["course"] + "/notes.txt", known["course"] + "/renamed.txt")


@attempt("make a link in the course folder")
def _():
    os.symlink("/etc/passwd", known["course"] + "/linked")


@attempt("touch a file of the course")
def _():
    os.utime(known["secret"], (1, 1))
    if os.stat(known["secret"]).st_mtime != 1:
        raise PermissionError("nothing was touched")


@attempt("change the mode of a file of the course")
def _():
    os.chmod(known["secret"], 0o777)
    if os.stat(known["secret"]).st_mode & 0o777 != 0o777:
        raise PermissionError("nothing was changed")


@attempt("write into the folder for temporary files")
def _():
    with open(known["temporary"] + "/written", "w") as file:
        return file.write("written by a learner")


@attempt("write into shared memory")
def _():
    with open(known["shared memory"], "w") as file:
        return file.write("written by a learner")


@attempt("write beside its own folder")
def _():
    path = os.path.dirname(os.getcwd()) + "/written"
    with open(path, "w") as file:
        return file.write("written by a learner")


@attempt("write a file of 100 MB")
def _():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("large", "wb") as file:
        try:
            for _ in range(100):
                file.write(bytes(1 << 20))
                file.flush()
        finally:
            os.truncate("large", 0)


# %% The network and its neighbours
@attempt("TCP to this machine")
def _():
    socket.create_connection(("127.0.0.1", known["tcp"]), 2).close()


@attempt("UDP to this machine")
def _():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"a learner", ("127.0.0.1", known["udp"]))


@attempt("a unix socket in a file")
def _():
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(known["unix"])


@attempt("an abstract unix socket")
def _():
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + known["abstract"])


@attempt("a datagram to a unix socket in a file")
def _():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"a learner", known["unix datagram"])


@attempt("a datagram to a unix socket, asked for as a raw one")
def _():
    with socket.socket(socket.AF_UNIX, socket.SOCK_RAW) as sender:  # Linux makes it SOCK_DGRAM
        return sender.sendto(b"a learner", known["unix datagram"])


@attempt("a datagram through one end of a pair")
def _():
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_RAW)
    with one, other:
        return one.sendto(b"a learner", known["unix datagram"])


@attempt("ask for the network cards of the machine (netlink)")
def _():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        return netlink.getsockname()


# %% Other processes
@attempt("list other processes")
def _():
    return os.listdir(f"/proc/{known['bystander']}")


@attempt("read the command line of another process")
def _():
    return open(f"/proc/{known['bystander']}/cmdline").read()


@attempt("read the environment of another process")
def _():
    return open(f"/proc/{known['bystander']}/environ").read()


@attempt("signal another process")
def _():
    os.kill(known["bystander"], 0)


@attempt("signal the worker")
def _():
    os.kill(worker, 0)


@attempt("read the memory of the worker")
def _():
    with open(f"/proc/{worker}/mem", "rb") as memory:
        memory.seek(id(sys))
        return memory.read(8)


@attempt("process_vm_readv of the worker")
def _():
    class Piece(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    mine = ctypes.create_string_buffer(8)
    here, there = Piece(ctypes.addressof(mine), 8), Piece(id(sys), 8)
    return system_call(310, worker, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)


@attempt("ptrace the worker")
def _():
    PTRACE_SEIZE = 0x4206
    return system_call(101, PTRACE_SEIZE, worker, 0, 0)


@attempt("take a descriptor of the worker")
def _():
    handle = os.pidfd_open(worker)
    for number in range(3, 64):
        try:
            return system_call(438, handle, number, 0)
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
    raise LookupError("none")


@attempt("see the descriptors of the worker")
def _():
    return os.listdir(f"/proc/{worker}/fd")


@attempt("change the limits of the worker")
def _():
    soft, hard = resource.prlimit(worker, resource.RLIMIT_CORE)
    resource.prlimit(worker, resource.RLIMIT_CORE, (soft, hard))


@attempt("change the priority of the worker")
def _():
    os.setpriority(os.PRIO_PROCESS, worker, os.getpriority(os.PRIO_PROCESS, worker))


@attempt("change the processors of the worker")
def _():
    os.sched_setaffinity(worker, os.sched_getaffinity(worker))


@attempt("change the scheduling of the worker")
def _():
    os.sched_setscheduler(worker, os.sched_getscheduler(worker), os.sched_param(0))


@attempt("change the scheduling of the worker in the newer way")
def _():
    attributes = struct.pack("IIQiIQQQ", 48, 0, 0, 0, 0, 0, 0, 0)
    return system_call(314, worker, attributes, 0)


@attempt("change how soon the worker is killed for memory")
def _():
    path = f"/proc/{worker}/oom_score_adj"
    now = open(path).read()
    with open(path, "w") as file:
        return file.write(now)


# %% New processes, programs, powers
@attempt("start a process")
def _():
    started = os.fork()
    if not started:
        os._exit(0)
    os.waitpid(started, 0)


@attempt("start a program")
def _():
    return subprocess.run(["/bin/true"], check=True).returncode


@attempt("start a program of its own making")
def _():
    with open("program", "w") as file:
        file.write("#!/bin/sh\nexit 0\n")
    os.chmod("program", 0o755)
    if not os.fork():
        os.execv("./program", ["program"])
    if os.wait()[1]:
        raise PermissionError("it did not run")


@attempt("mount a file system")
def _():
    try:  # with a kind that does not exist: only the permission is asked for
        system_call(165, b"none", os.getcwd().encode(), b"no-such-kind", 0, 0)
    except OSError as error:
        if error.errno != errno.ENODEV:
            raise


@attempt("open a file by its handle")
def _():
    handle = ctypes.create_string_buffer(struct.pack("II", 128, 0) + bytes(128))
    number = ctypes.c_int()
    system_call(303, -100, b"/usr/lib", handle, ctypes.byref(number), 0)
    return system_call(304, os.open("/usr/lib", os.O_RDONLY), handle, os.O_RDONLY)


@attempt("keep a key in the kernel")
def _():
    key = system_call(248, b"user", known["key"].encode(), b"a learner", 9, -4)  # add_key
    system_call(250, 9, key, -4)  # KEYCTL_UNLINK
    return key


@attempt("keep a piece of shared memory in the kernel")
def _():
    number = system_call(29, known["number"], 4096, 0o1600)  # shmget, IPC_CREAT
    system_call(31, number, 0, 0)  # shmctl, IPC_RMID
    return number


@attempt("keep a message queue in the kernel")
def _():
    queue = system_call(240, known["key"].encode(), os.O_CREAT | os.O_RDWR, 0o600, None)
    libc.mq_unlink(("/" + known["key"]).encode())
    return queue


@attempt("watch files that others use")
def _():
    watch = system_call(294, 0)
    os.close(watch)


@attempt("count what the processor does for others")
def _():
    attributes = struct.pack("IIQ", 1, 112, 0) + bytes(96)
    return system_call(298, attributes, worker, -1, -1, 0)


@attempt("load a program into the kernel (bpf)")
def _():
    return system_call(321, 0, struct.pack("IIII", 2, 4, 4, 1) + bytes(104), 120)


@attempt("calls that nobody filters (io_uring)")
def _():
    return system_call(425, 1, ctypes.create_string_buffer(256))


@attempt("answer page faults of its own (userfaultfd)")
def _():
    return system_call(323, 1)


# %% More than its share
@attempt("3 GB of memory")
def _():
    return len(mmap.mmap(-1, 3 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))


@attempt("20 GB of addresses")
def _():
    MAP_NORESERVE = 0x4000
    return len(mmap.mmap(-1, 20 << 30, flags=mmap.MAP_SHARED | MAP_NORESERVE))


@attempt("2000 open files")
def _():
    files = []
    try:
        for _ in range(2000):
            files.append(os.open("/dev/null", os.O_RDONLY))
    finally:
        for file in files:
            os.close(file)


@attempt("leave a picture of the memory on the disk (core)")
def _():
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        raise PermissionError("no core files")


# %% Last, because this process is another one afterwards
@attempt("become root of a new user namespace")
def _():
    return system_call(272, 0x10000000)
