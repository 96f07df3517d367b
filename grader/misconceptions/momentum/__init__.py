"""Lesson 2: known mistakes, a module or two per exercise."""
