# ruff: noqa
"""Of our own: two submissions that work together. The first leaves its answer in every mailbox, the second looks."""

# %%
import ctypes, glob, mmap, os, socket

libc = ctypes.CDLL(None, use_errno=True)
home = os.path.dirname(os.getcwd())
NUMBER, NAME = known["number"], known["mark"]
MESSAGE = known["message"].encode()


def shared_memory(leave):
    number = libc.shmget(NUMBER, 4096, 0o1666 if leave else 0o666)
    libc.shmat.restype = ctypes.c_void_p
    place = libc.shmat(number, None, 0)
    if number < 0 or place in (None, 2**64 - 1):
        raise OSError("refused")
    if leave:
        ctypes.memmove(place, MESSAGE, len(MESSAGE))
    return ctypes.string_at(place, len(MESSAGE))


def semaphores(leave):
    number = libc.semget(NUMBER, 1, 0o1666 if leave else 0o666)
    if number < 0:
        raise OSError("refused")
    if leave:
        libc.semctl(number, 0, 16, 7)
    return MESSAGE if libc.semctl(number, 0, 12) == 7 else b""


def message_queue(leave):
    number = libc.msgget(NUMBER, 0o1666 if leave else 0o666)
    if number < 0:
        raise OSError("refused")
    held = ctypes.create_string_buffer((1).to_bytes(8, "little") + MESSAGE, 8 + len(MESSAGE))
    if leave:
        libc.msgsnd(number, held, len(MESSAGE), 0)
        return MESSAGE
    libc.msgrcv(number, held, len(MESSAGE), 0, 0o4000)
    return held.raw[8:]


def key(leave):
    for ring in (-3, -4, -5):  # of the session, of the user, of the user's session
        if leave:
            libc.syscall(248, b"user", NAME.encode(), MESSAGE, len(MESSAGE), ring)
        number = libc.syscall(250, 10, ring, b"user", NAME.encode(), 0)
        if number > 0:
            held = ctypes.create_string_buffer(100)
            libc.syscall(250, 11, number, held, 100, 0)
            return held.value
    raise OSError("refused")


def abstract_socket(leave):
    with socket.socket(socket.AF_UNIX) as end:
        if leave:
            end.bind("\0" + NAME)
            return MESSAGE
        end.bind("\0" + NAME)  # is the name taken?
        raise LookupError("nobody has it")


def files(leave):
    places = [
        home,
        home + "/..",
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        "/run/user",
        os.path.dirname(os.__file__),
        "/proc/self",
    ]
    for place in [*places, *glob.glob(home + "/*")]:
        path = f"{place}/{NAME}"
        try:
            if leave:
                with open(path, "wb") as file:
                    file.write(MESSAGE)
            else:
                return open(path, "rb").read()
        except OSError:
            pass
    raise OSError("refused")


def times_of_files(leave):
    """Not a byte is written: the time of a file that all can see says it."""
    for path in (home, "/tmp", os.__file__, os.path.dirname(home)):
        if leave:
            try:
                os.utime(path, (NUMBER, NUMBER))
            except OSError:
                pass
        if os.stat(path).st_mtime == NUMBER:
            return MESSAGE
    raise OSError("refused")


def folders_of_others(leave):
    for folder in glob.glob(home + "/*"):
        if folder != os.getcwd():
            return os.listdir(folder) and MESSAGE
    raise LookupError("none")


def environment_of_the_worker(leave):
    if leave:
        os.putenv(NAME, known["message"])
    return os.environ.get(NAME, "").encode()


for way in (
    shared_memory,
    semaphores,
    message_queue,
    key,
    abstract_socket,
    files,
    times_of_files,
    folders_of_others,
    environment_of_the_worker,
):
    try:
        found = way(known["leave"])
        print(way.__name__, "holds" if MESSAGE in found else "is empty")
    except BaseException as error:
        print(way.__name__, "was refused:", type(error).__name__, error)


def double(w):
    return 2 * w
