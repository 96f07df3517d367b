"""Proofs of the checks themselves: wrong answers made by the thousand are caught, right ones never are (`python -m tools prove`)."""
