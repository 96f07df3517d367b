# ruff: noqa
"""Of our own: programs and settings left where the next child would find and run them."""

# %%
import glob, os, site, sys, sysconfig

import hocsau
import matplotlib

POISON = f"import builtins\nbuiltins.poisoned = {known['mark']!r}\n"
home = os.path.dirname(os.getcwd())
packages = sysconfig.get_path("purelib")
places = {
    f"{packages}/{known['mark']}.pth": "import builtins; builtins.poisoned = 1\n",
    f"{packages}/usercustomize.py": POISON,
    f"{os.path.dirname(hocsau.__file__)}/{known['mark']}.py": POISON,
    f"{os.path.dirname(hocsau.__file__)}/__pycache__/{known['mark']}.pyc": POISON,
    f"{os.path.dirname(hocsau.__file__)}/packs/{known['mark']}.pack": POISON,
    f"{home}/.ipython/profile_default/startup/00-{known['mark']}.py": POISON,
    f"{home}/.ipython/profile_default/{known['mark']}.py": POISON,
    f"{home}/matplotlibrc": f"figure.titlesize: {known['mark']}\n",
    f"{home}/fontlist-{known['mark']}.json": "{}",
    f"{home}/{known['mark']}.py": POISON,
    f"{home}/../site/{known['mark']}.py": POISON,
    f"/tmp/{known['mark']}": POISON,
    f"/var/tmp/{known['mark']}": POISON,
    f"/dev/shm/{known['mark']}": POISON,
    f"/run/{known['mark']}": POISON,
    f"{matplotlib.get_cachedir()}/{known['mark']}": POISON,
}
for path, text in places.items():
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        print(path, "came through")
    except OSError:
        pass
for path in (
    glob.glob(f"{packages}/numpy/*.py")
    + glob.glob(f"{home}/*.json")
    + glob.glob(f"{os.path.dirname(hocsau.__file__)}/*.py")
):
    try:
        with open(path, "r+b"):
            print(path, "can be written")
    except OSError:
        pass
for number in range(1, 200):  # the folders of the children to come
    try:
        os.mkdir(f"{home}/{os.getpid() + number}")
        print("took the place of the next")
    except OSError:
        pass


def double(w):
    return 2 * w
