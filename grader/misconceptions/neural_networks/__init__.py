"""Lesson 4: known mistakes, a module or two per exercise."""
