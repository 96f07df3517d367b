# ruff: noqa
"""Of our own: a folder that does not want to be removed, and that leads those who try somewhere else."""

# %%
import os


def deep():
    home = os.getcwd()
    for _ in range(3_000):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(home)


def closed():
    """Its owner may enter and write, not look: full of files, behind a door."""
    for number in range(5):
        os.mkdir(f"closed-{number}", 0o300)
        for piece in range(10):
            with open(f"closed-{number}/file-{piece}", "wb") as file:
                file.write(bytes(1 << 20))
    os.mkdir("shut", 0o000)


def leads_away():
    os.mkdir("links", 0o300)
    for number, target in enumerate((known["secret"], known["course"], known["gradebook"], "/etc", "..")):
        os.symlink(target, f"link-{number}")
        os.symlink(target, f"links/link-{number}")


def strange_names():
    for name in ("-rf", "--", "*", "new\nline", "\x1b[31m", "\udcff\udcfe", " ", "…", "x" * 255):
        os.mkdir(name)
        open(name + "/" + name[:200], "w").close()


def strange_kinds():
    import socket

    os.mkfifo("fifo")
    end = socket.socket(socket.AF_UNIX)
    end.bind("socket")


WAYS = {
    "deep": deep,
    "closed": closed,
    "leads away": leads_away,
    "strange names": strange_names,
    "strange kinds": strange_kinds,
}
WAYS[known["way"]]()


def double(w):
    return 2 * w
