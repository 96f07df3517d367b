"""A glossary of our own, so that the tests do not hang on the course's."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def glossary(tmp_path: Path) -> Path:
    path = tmp_path / "glossary.md"
    path.write_text(
        "# Glossary\n\n## Refused terms\n\n| refused | use |\n|---|---|\n| bộ biến áp | Transformer |\n\n## After\n| x | y |\n",
        encoding="utf-8",
    )
    return path
