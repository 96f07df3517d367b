"""What an instructor runs: build the lessons, judge submissions, grade a class, report.

Imports go one way: grader -> hocsau, solutions. Nothing here is ever given to a student's process.
"""

from pathlib import Path

from hocsau import __version__ as __version__
from hocsau.language import add_catalogues

add_catalogues(Path(__file__).parent / "locale")
