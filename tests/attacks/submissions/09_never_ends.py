# ruff: noqa
"""Row 9: a loop without an end, in every place where one can be hidden; interrupts are ignored."""

# %%
import atexit, os, signal, sys, threading, time, weakref

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def for_ever(*arguments):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


class Clinging:
    __del__ = __repr__ = __len__ = __iter__ = __array__ = __float__ = __eq__ = __bool__ = for_ever


def clings(w):
    kept = Clinging()
    del kept


def in_a_thread_that_is_waited_for(w):
    thread = threading.Thread(target=for_ever)
    thread.start()
    thread.join()


def endless_generator(w):
    def numbers():
        while True:
            yield 2.0

    return sum(0 * number for number in numbers())


def stops_itself(w):
    os.kill(os.getpid(), signal.SIGSTOP)


def a_long_computation_without_python(w):
    return pow(3, 10**9)


WAYS = {
    "in a call": for_ever,
    "in a thread that is waited for": in_a_thread_that_is_waited_for,
    "in __del__": clings,
    "in a generator": endless_generator,
    "in a lock": lambda w: threading.Lock().acquire() and threading.Event().wait(),
    "asleep": lambda w: time.sleep(10**6),
    "reading from a pipe": lambda w: os.read(os.pipe()[0], 1),
    "stopped (SIGSTOP)": stops_itself,
    "inside one operation": a_long_computation_without_python,
}


def double(w):
    return WAYS[known["way"]](w)
