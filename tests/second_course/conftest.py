"""A course for tests/house/test_second_course.py; nothing here is a test."""

collect_ignore = ["solutions"]
