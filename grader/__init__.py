"""What an instructor runs: build the lessons, judge submissions, grade a class, report.

Imports go one way: grader -> hocsau, solutions. Nothing here is ever given to a student's process.
"""

__version__ = "0.1.0"
