"""Measurements of the grader: `python -m tools bench`, `python -m tools bench endurance`, `python -m tools bench kills`.

command     the command group                       measure     all of `python -m tools bench`: the race, memory, two judges
race        one class, four ways, in turns          turns       how the four programs are started, driven and measured
ours, stock, bare   the programs (stock is two: with `--pipeline` execution is taken out)
classroom   who is in the class                     stock_course, asserts   the same class for stock nbgrader
cpu, processes, weigh   what processes take         figures     bench.json, the lines, the picture
endurance, kills, made  thousands in one go; killed and resumed; the class for both
"""
