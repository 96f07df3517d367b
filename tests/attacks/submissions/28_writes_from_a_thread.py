# ruff: noqa
"""Of our own: a thread that writes and reads on the channel while the driver does."""

# %%
import os, threading, time


def writes():
    while True:
        os.write(200, b"\x00\x00\x00\x04junk")


def reads():
    while True:
        os.read(200, 1)


def closes():
    time.sleep(0.01)
    os.close(200)


def replaces():
    null = os.open("/dev/null", os.O_RDWR)
    while True:
        os.dup2(null, 200)


WAYS = {"writes": writes, "reads": reads, "closes": closes, "replaces": replaces}


def double(w):
    threading.Thread(target=WAYS[known["way"]], daemon=True).start()
    return 2 * w
