# ruff: noqa
"""Row 11: the disk, as long as there is one; also where nobody counts: files without a name, folders without a bottom."""

# %%
import os, signal, tempfile

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
PIECE = bytes(1 << 20)
written = 0


def fill(name, pieces=40):
    global written
    with open(name, "wb", buffering=0) as file:
        for _ in range(pieces):
            written += file.write(PIECE)


def many_files():
    for number in range(100):
        fill(f"file-{number}")


def files_without_a_name():
    kept = []
    for number in range(100):
        kept.append(open("nameless", "wb", buffering=0))
        os.unlink("nameless")
        for _ in range(40):
            globals()["written"] += kept[-1].write(PIECE)


def below_a_path_too_long_to_say():
    for _ in range(20):
        os.mkdir("d" * 250)
        os.chdir("d" * 250)
    many_files()


def many_small_files():
    for number in range(2_000):
        open(f"small-{number}", "w").close()


def many_folders():
    for number in range(2_000):
        os.mkdir(f"folder-{number}")


WAYS = {
    "many files": many_files,
    "files without a name": files_without_a_name,
    "below a path too long to say": below_a_path_too_long_to_say,
    "many small files": many_small_files,
    "many folders": many_folders,
}
try:
    WAYS[known["way"]]()
except OSError as error:
    print("stopped:", error)


# %%
def double(w):
    return 2 * w
