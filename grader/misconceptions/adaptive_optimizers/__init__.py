"""Lesson 3: known mistakes, a module or two per exercise."""
