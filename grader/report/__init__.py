"""What the grader says: one judgement as JSON or as lines."""
