# ruff: noqa
"""Row 26: honest work as it is handed in: warnings, logs, much output, plots, progress bars, half of it not done."""

# %%
import logging, os, subprocess, sys, tempfile, threading, time, warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

logging.basicConfig(level=logging.DEBUG)
logging.warning("careful")
warnings.warn("this is deprecated", DeprecationWarning)
print("to stderr", file=sys.stderr)
for _ in range(2_000):
    print("loss", 0.123456)

# %%
plt.figure()
plt.plot(np.linspace(0, 1), np.random.rand(50))
plt.title("vận tốc")
plt.show()

# %%
"a picture in a file of my own"
plt.savefig("mine.png")
Path("notes").mkdir()
Path("notes/a.txt").write_text("ghi chú", encoding="utf-8")
os.chmod("notes/a.txt", 0o600)
os.utime("notes/a.txt")
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("x")
np.savez("weights.npz", w=np.ones(3))
assert np.load("weights.npz")["w"].sum() == 3
assert sorted(path.name for path in Path().iterdir()) == ["mine.png", "notes", "weights.npz"]

# %%
import torch

torch.set_num_threads(2)
network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
optimizer = torch.optim.Adam(network.parameters())
for _ in tqdm(range(3)):
    loss = torch.nn.functional.cross_entropy(network(torch.randn(16, 4)), torch.randint(0, 2, (16,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
torch.save(network.state_dict(), "network.pt")
network.load_state_dict(torch.load("network.pt"))
loader = torch.utils.data.DataLoader(torch.arange(10), batch_size=2, shuffle=True)
assert sum(len(batch) for batch in loader) == 10

# %%
workers = [threading.Thread(target=lambda: np.linalg.svd(np.eye(30))) for _ in range(3)]
for each in workers:
    each.start()
for each in workers:
    each.join()

# %%
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(2) as pool:
    assert list(pool.map(abs, [-1, -2])) == [1, 2]

# %%
from hocsau import begin
from hocsau.datasets import auto_mpg

assert auto_mpg().features.shape == (392, 7)
begin("momentum")

# %%
this_is_where_I_stopped_on_friday

# %%
#| def half_done(


# %%
def double(w):
    """2 w, said aloud."""
    warnings.warn("something harmless")
    logging.info("called with %s", w)
    print("called", file=sys.stderr)
    plt.figure(), plt.plot(w), plt.close("all")
    for _ in tqdm(range(2)):
        time.sleep(0)
    np.log(np.zeros(1))
    return 2 * w


# %%
def quadruple(w):
    raise NotImplementedError()
