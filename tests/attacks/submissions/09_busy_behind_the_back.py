# ruff: noqa
"""Row 9: threads, exit handlers and finalizers that never end, started on the side; the answer itself is right."""

# %%
import atexit, gc, sys, threading, weakref


def for_ever(*arguments):
    while True:
        pass


class Clinging:
    pass


thread = threading.Thread(target=for_ever, daemon=True)
thread.start()
waiting = threading.Thread(target=threading.Event().wait)  # not a daemon: Python waits for it at its end
waiting.start()
atexit.register(for_ever)
kept = Clinging()
weakref.finalize(kept, for_ever)
threading._register_atexit(for_ever)
sys.exitfunc = for_ever


def double(w):
    return 2 * w
