# ruff: noqa
"""Row 11: 40 MB of output in each of many cells, pictures and HTML included."""

# %%
from IPython.display import HTML, display

print("printed " * 5_000_000)
display(HTML("<b>" + "shown " * 1_000_000 + "</b>"))

# %%
from IPython.display import HTML, display

print("printed " * 5_000_000)
display(HTML("<b>" + "shown " * 1_000_000 + "</b>"))

# %%
from IPython.display import HTML, display

print("printed " * 5_000_000)
display(HTML("<b>" + "shown " * 1_000_000 + "</b>"))

# %%
from IPython.display import HTML, display

print("printed " * 5_000_000)
display(HTML("<b>" + "shown " * 1_000_000 + "</b>"))

# %%
from IPython.display import HTML, display

print("printed " * 5_000_000)
display(HTML("<b>" + "shown " * 1_000_000 + "</b>"))


# %%
def double(w):
    return 2 * w
