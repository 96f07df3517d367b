# ruff: noqa
"""Of our own: this cell ends well. What it started ends Python a little later, while an honest cell runs."""

# %%
import ctypes, os, resource, signal, threading, time


def timer():
    threading.Timer(0.05, os._exit, (0,)).start()


def alarm():
    signal.setitimer(signal.ITIMER_REAL, 0.05)


def own_time_is_up():
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1,) * 2)

    def burn():
        while True:
            pass

    threading.Thread(target=burn, daemon=True).start()


def steals_the_questions():
    def steal():
        while True:
            os.read(200, 1 << 20)

    threading.Thread(target=steal, daemon=True).start()


def writes_junk():
    def write():
        time.sleep(0.02)
        while True:
            os.write(200, b"junk")

    threading.Thread(target=write, daemon=True).start()


WAYS = {
    "timer": timer,
    "alarm": alarm,
    "own time is up": own_time_is_up,
    "steals the questions": steals_the_questions,
    "writes junk": writes_junk,
}
WAYS[known["way"]]()


# %%
import time

time.sleep(0.1)


# %%
def double(w):
    return 2 * w
