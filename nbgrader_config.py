"""nbgrader, set up for this course. Every setting lives in grader/nbgrader_plugins."""

from grader.nbgrader_plugins import configure

configure(get_config())  # noqa: F821  (nbgrader defines get_config)
