"""Every sentence of a verdict, in both languages. `{fields}` are filled in by `Text.format`.

differences  how a value differs, and where     verdicts  a case, the whole exercise, their table
scores       what the rules measure             quiz      a quiz and its questions
pictures     a wrong answer, drawn
"""
