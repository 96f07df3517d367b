"""How an answer is judged; the notebook's `check` and the grader use this one copy.

request   what is asked of the learner's object     recipes   the functions handed to it
values    plain values and how they travel          probe     drive the learner's object, note what happens
compare   is it what was expected?                  diagnose  which known mistake gives exactly this?
exercise  an exercise with its cases as data        verdict   points, outcome, message
show      the verdict as text, HTML and picture     wording   every sentence of it, in both languages
scoring   results that must be good, not equal  outcomes  what became of a request, a case, an answer
"""
