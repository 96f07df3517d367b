"""What the grader says: one judgement as JSON or as lines, and as the bytes that are stored."""
