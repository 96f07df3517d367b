"""nbgrader, set up so that our judge grades. Settings of your own go below, such as c.JudgeExecute.cell_seconds = 60."""

from grader.course.places import course_root
from grader.nbgrader import configure

c = get_config()  # noqa: F821  (nbgrader defines get_config)
configure(c, course_root(beside=__file__))
