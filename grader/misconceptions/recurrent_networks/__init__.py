"""Lesson 6: known mistakes, a module or two per exercise."""
