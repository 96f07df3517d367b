"""Collect submissions from what a platform hands out: a zip of Moodle's or Canvas's, a zip or a folder of files.

found      what a collection is made of, and its limits
archives   every file in an archive or a folder, as bytes or as a refusal; caps on number, size, depth and ratio
names      whose file it is, by the name that the platform gave it
roster     which student id that person has in this course
choose     one notebook per student out of everything that came
store      the notebooks into submitted/, all or nothing
plugins    the same inside `nbgrader zip_collect` and `nbgrader collect`
"""

from grader.platforms.collect.choose import Choice, Chosen
from grader.platforms.collect.store import Collected, collect

__all__ = ["Choice", "Chosen", "Collected", "collect"]
