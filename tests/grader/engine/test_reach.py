"""What imports lead to, in a package made up for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.engine.reach import HOMES, Reached, reach

FILES = {
    "__init__.py": "",
    "judge.py": "import json\nimport numpy.random\nfrom ours.rules import tolerance\nfrom ours import plain\n",
    "plain.py": "",
    "rules/__init__.py": "from ours.rules.table import ROWS\n",
    "rules/table.py": "ROWS = open('limits.csv')\n",
    "rules/limits.csv": "1",
    "rules/unread.csv": "2",
    "rules/tolerance.py": (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import pandas\n    from ours import drawn\n"
        "else:\n    from ours import circle\n"
        "def late():\n    if torch := True:\n        import torch\n        from ours.late import answer\n"
    ),
    "drawn.py": "",
    "late.py": "import ours.judge\n",
    "circle.py": "import ours.circle\n",
    "program/__main__.py": "from tool import work\nimport plain\n",
    "program/tool.py": "import ours.late\n",
    "never.py": "import scipy\n",
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("tree") / "ours"
    for name, text in FILES.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {"ours": home}


def _names(reached: Reached) -> set[str]:
    assert all(reached.files[name] == FILES[name[5:]].encode() for name in reached.files)
    return {name.removeprefix("ours/") for name in reached.files}


def test_a_module_leads_to_what_it_imports_wherever_that_stands(homes: dict[str, Path]) -> None:
    found = reach(["ours.judge"], homes=homes)
    assert _names(found) == {
        "__init__.py",
        "judge.py",
        "plain.py",
        "rules/__init__.py",
        "rules/table.py",
        "rules/limits.csv",
        "rules/tolerance.py",
        "late.py",  # imported within a function
        "circle.py",  # not drawn.py, which only a type checker sees
    }
    assert found.packages == {"numpy", "torch"}


def test_a_program_that_is_run_as_a_folder_knows_its_files_by_their_bare_names(
    homes: dict[str, Path],
) -> None:
    found = reach(["ours.program.__main__"], homes=homes)
    assert {"program/__main__.py", "program/tool.py", "judge.py"} <= _names(found)
    assert found.packages == {"numpy", "torch", "plain"}  # ours.plain is none of its files


def test_text_leads_to_what_it_imports(homes: dict[str, Path]) -> None:
    found = reach([], ["from ours.late import answer\nimport scipy", "import math"], homes=homes)
    assert "judge.py" in _names(found)
    assert found.packages == {"numpy", "torch", "scipy"}
    assert not reach([], ["import math"], homes=homes).files


def test_what_is_read_is_followed(homes: dict[str, Path]) -> None:
    def changed(path: Path) -> bytes:
        return path.read_bytes() + (b"import ours.never" if path.name == "plain.py" else b"")

    found = reach(["ours.judge"], homes=homes, read=changed)
    assert "ours/never.py" in found.files
    assert "scipy" in found.packages


@pytest.mark.parametrize("name", ["ours.gone", "ours.judge.Judge", "theirs", "ours.rules.gone"])
def test_a_module_that_is_not_there_is_told(homes: dict[str, Path], name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=f"there is no module {name} in ours"):
        reach([name], homes=homes)


def test_a_relative_import_is_refused_not_overlooked(homes: dict[str, Path]) -> None:
    with pytest.raises(ValueError, match="line 2: a relative import is not followed"):
        reach([], ["import math\nfrom . import plain"], homes=homes)


def test_our_packages_are_those_that_are_imported() -> None:
    assert {name: (home / "__init__.py").is_file() for name, home in HOMES.items()} == {
        "grader": True,
        "hocsau": True,
        "solutions": False,
    }
