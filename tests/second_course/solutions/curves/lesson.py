# %% [markdown] key="goals" lang="en"
# # 1 Curves
#
# A parabola $f(x) = a x^2 + b x$ has a slope at every $x$.

# %% [markdown] key="goals" lang="vi"
# # 1 Đường cong
#
# Parabol $f(x) = a x^2 + b x$ có độ dốc tại mọi $x$.

# %% key="imports"

from hocsau import begin, check

begin("curves")

# %% [markdown] key="slope" lang="en"
# ## 1.1 The slope
#
# Of $a = 1.5$, $b = 0$ it is 6 at $x = 2$.

# %% [markdown] key="slope" lang="vi"
# ## 1.1 Độ dốc
#
# Với $a = 1.5$, $b = 0$, tại $x = 2$ độ dốc bằng 6.

# %% facts="slope"
given("1.5")
fact(parabola_slope(1.5, 0.0, 2.0), "6")


# %% exercise="parabola_slope"
def parabola_slope(a, b, x):
    """The slope 2 a x + b of the parabola a x^2 + b x at x, which may be an array."""
    ### BEGIN SOLUTION
    return 2 * a * x + b
    ### END SOLUTION


# %% check="parabola_slope"
check("parabola_slope")

# %% [markdown] key="quiz" lang="en"
# ## 1.2 Question
#
# **q1** Where is the slope of $x^2$ zero? (a) at 0 (b) at 1

# %% [markdown] key="quiz" lang="vi"
# ## 1.2 Câu hỏi
#
# **q1** Độ dốc của $x^2$ bằng không tại đâu? (a) tại 0 (b) tại 1

# %% exercise="curves_quiz"
curves_quiz = {
    ### BEGIN SOLUTION
    "q1": "a",
    ### END SOLUTION
}

# %% check="curves_quiz"
check("curves_quiz")
