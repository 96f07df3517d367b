"""Lesson 5: known mistakes, a module or two per exercise."""
