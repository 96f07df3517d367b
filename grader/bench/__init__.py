"""Measurements of the grader, each a command: `python -m grader.bench.<name>`."""
