"""Lesson 7: known mistakes, a module or two per exercise."""
