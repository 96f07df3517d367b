# ruff: noqa
"""Row 9: the cell itself does not end; what it defined before is lost with it, nothing else is."""


# %%
def double(w):
    return 2 * w


while True:
    try:
        while True:
            pass
    except BaseException:
        pass
