"""Where learners' code runs: a process of its own, forked warm per submission, that answers in plain values.

inside/   the program that runs there (never imports grader; gets no expected value, no secret, no environment)
process   start it, fork a child, ask it, kill it by our clock
"""
