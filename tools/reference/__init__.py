"""The reference of the public modules, from their docstrings."""
