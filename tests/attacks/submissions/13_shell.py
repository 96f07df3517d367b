# ruff: noqa
"""Row 13: IPython's ways out of Python. Each stands in a cell of its own, as a learner would write it."""

# %%
#| !touch {known["temporary"]}/from-a-shell

# %%
#| stolen = !cat {known["secret"]}
print(stolen)

# %%
#| %%bash
#| echo "$HOME" > /tmp/from-bash; cat /etc/passwd

# %%
#| %run {known["program"]}

# %%
#| %load_ext sql

# %%
#| %%script python3
#| print("a program of its own")

# %%
#| %system id

# %%
#| %pip install hocsau-does-not-exist

# %%
#| %load {known["secret"]}

# %%
#| %%writefile {known["course"]}/written
#| written by a magic

# %%
#| %cat {known["secret"]}

# %%
import os

print(os.popen("id").read())

# %%
import pty

pty.spawn("/bin/sh")


# %%
def double(w):
    return 2 * w
