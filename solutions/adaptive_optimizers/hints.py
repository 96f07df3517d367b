"""Hints of lesson 3."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {
    "adagrad_step": (
        Text("Each parameter keeps its own account of how large its gradients have been. When is the present gradient entered: before the step or after it?"),
        Text("First G grows by the squared gradient, entry by entry. Then theta moves by learning rate times gradient, divided by a root."),
        Text("In this lesson's Adagrad epsilon stands INSIDE the root, next to the new G. And `G = G + ...`, not `G += ...`, which would change the caller's array."),
    ),
    "adagrad_effective_rate": (
        Text("It is the factor in front of the gradient in Adagrad's step, for every step t. Which gradients does step t know?"),
        Text("G_t is the sum of the squared gradients up to and with t: a running sum down the rows of `grads`."),
        Text("`np.cumsum(..., axis=0)` of the squares gives all G_t at once, (T, d). Then learning rate over a root with eps inside, no loop."),
    ),
    "rmsprop_step": (
        Text("Adagrad never forgets. RMSProp replaces its sum by something that forgets slowly: what?"),
        Text("s is an exponential moving average of the squared gradients: a share beta of the old, the rest of the new. The step itself looks like Adagrad's."),
        Text("The weights beta and 1 - beta: which belongs to the old s, which to grad²? Epsilon again inside the root, with the NEW s."),
    ),
    "adam_step": (
        Text("Adam is momentum (m) over RMSProp (v), and both averages start at 0, so both are too small at first. What puts that right?"),
        Text("Five lines: update m, update v, correct m, correct v, step. The corrected values are used in the step alone; what you return are the uncorrected ones."),
        Text("The corrections divide by 1 - beta1**t and by 1 - beta2**t (each its own beta). In the last line epsilon is added to the root, OUTSIDE it: at t = 1 with tiny eps the step has the length of the learning rate."),
    ),
    "Adam": (
        Text("Your `adam_step` does the arithmetic. What must the object remember between two calls of `step`, and for which of its parameters?"),
        Text("In __init__: the settings, t = 0, one m and one v per parameter, zeros of that parameter's shape. In step: t grows ONCE, then a loop over the parameters with their gradients."),
        Text("The caller holds the very arrays, so fill them: assign to `p[...]`, for assigning to `p` only renames. Store the new m and v back at index i; return nothing."),
    ),
    "adamw_step": (
        Text("AdamW pulls the parameter towards 0 beside Adam's step, not through the gradient. So the decay must not enter m and v."),
        Text("Make Adam's step with the plain gradient, then subtract a decay. Which theta does the decay use: the one before the step or behind it?"),
        Text("Call `adam_step`, keep its three results, and take off learning rate · weight decay · the OLD theta. With grad = 0 theta must shrink all the same."),
    ),
    "warmup_cosine": (
        Text("Three stretches: rising, falling, flat. Draw them with their four corner points before you write a line."),
        Text("Before warmup_steps: a straight line from 0 to peak. Afterwards: which share of the remaining way is done, from 0 to 1 and never more? A cosine turns this share into the height."),
        Text("(1 + cos(pi · done)) / 2 is 1 at done = 0 and 0 at done = 1: stretch it between floor and peak. Count `done` from warmup_steps, not from 0; `step < warmup_steps` keeps warmup_steps = 0 from dividing by zero."),
    ),
    "adaptive_optimizers_bug_hunt": (
        Text("Only the first step has the right length. What in Adam differs from step to step on a constant slope?"),
        Text("The bias correction knows the step's number t. Follow t through the program: where does it change, and does anyone see the change?"),
        Text("Let the loop itself count: t runs from 1 to steps. Then m, v, both corrections with this t, the step, and append the new point."),
    ),
    "adaptive_optimizers_written": (
        Text("Four questions are asked; answer each with one mechanism and one number or source from the lesson."),
        Text("Rare words: what does Adam divide by, and how large is that for a word seen once in a hundred steps? Alpha: what multiplies every step, whatever the division does?"),
        Text("Against \"the strongest\": the lesson names a paper where plain SGD generalises better, and one where Adam does not converge. Advice: what would you sweep first, and on which scale?"),
    ),
    "adaptive_optimizers_quiz": (
        Text("Put numbers in: with a constant gradient or at the first step every formula of this lesson becomes a short one."),
        Text("q1: m and v corrected at t = 1. q2: Adagrad's G after 100 ones. q3: what dividing by 1 - beta**1 does to averages that are already full. q4: what Adam's division does to lambda·theta inside the gradient."),
        Text("Your own functions answer all four: `adam_step` at t = 1, `adagrad_step` a hundred times, `adam_step` at t = 1 with full m and v, `adamw_step` with two gradients."),
    ),
}  # fmt: skip
