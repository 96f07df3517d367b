# ruff: noqa
"""Row 13, the other half: what honest notebooks use all the time works, and costs nothing."""

# %%
#| %matplotlib inline
#| %config InlineBackend.figure_format = "retina"
#| %precision 3

# %%
#| %timeit -n 1 -r 1 sum(range(10))

# %%
#| %%time
#| total = sum(range(10))

# %%
#| %%capture said
#| print("captured")

# %%
#| %who
#| %pwd
assert said.stdout == "captured\n"

# %%
import asyncio

await asyncio.sleep(0)

# %%
from tqdm.auto import tqdm

for _ in tqdm(range(3), desc="tiến độ"):
    pass

# %%
try:
    name = input("Your name? ")
except EOFError:
    name = "nobody answers here"

# %%
#| ?sum


# %%
def double(w):
    return 2 * w
