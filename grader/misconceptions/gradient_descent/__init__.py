"""Lesson 1: known mistakes, a module or two per exercise."""
