# ruff: noqa
"""Of our own: errors that fill a page, a screen, a disk."""


# %%
def chain():
    error = None
    for number in range(3_000):
        new = ValueError("cause " * 100)
        new.__cause__ = error
        error = new
    raise error


chain()

# %%
raise ExceptionGroup(
    "many " * 1000,
    [ExceptionGroup("more", [ValueError(str(i) * 100) for i in range(1000)]) for _ in range(100)],
)

# %%
exec("x = 1; " * 100_000 + "1 / 0")


# %%
class Name(type):
    pass


raise Name("E" * 1_000_000, (Exception,), {"__str__": lambda self: "text " * 3_000_000})()


# %%
def deep(n):
    big = "local " * 100_000
    return deep(n - 1) if n else 1 / 0


deep(900)


# %%
class Endless:
    def __repr__(self):
        return f"{self!r}"

    def _repr_html_(self):
        return "<i>" * 3_000_000

    def __getattr__(self, name):
        return Endless()


Endless()


# %%
class Tree:
    def __repr__(self):
        return "[" + repr([Tree()] * 2) + "]"


try:
    repr(Tree())
except RecursionError:
    print("as it should be")


# %%
def double(w):
    error = None
    for _ in range(500):
        new = ValueError("cause " * 100)
        new.__cause__, error = error, new
    raise type("E" * 1_000_000, (Exception,), {"__str__": lambda self: "text " * 1_000_000})() from error
