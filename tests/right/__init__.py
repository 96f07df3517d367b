"""Right answers to every exercise in the styles of different people: none may fail, none may be called a mistake."""
