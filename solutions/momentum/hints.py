"""Hints of lesson 2."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {
    "momentum_step": (
        Text("Two lines, in this order: the velocity first, the position second. Which of the two does the gradient enter?"),
        Text("New velocity: a share of the old one, and a push downhill whose size the learning rate sets. New position: the old one moved by the new velocity."),
        Text("`v = beta * v` minus what? Nothing is multiplied by (1 - beta) here. Then return the pair `w + v, v`, with no `+=` on the arguments."),
    ),
    "momentum_descent": (
        Text("It is `gradient_descent` of lesson 1 with a memory. What must live on from one step to the next?"),
        Text("Before the loop: w is a copy of w0, v is zeros of the same shape, the list holds the start. In the loop: one `momentum_step`, then append w."),
        Text("`momentum_step` wants the gradient's value at the current w, not the function; and both results come back: `w, v = momentum_step(w, v, ..., ...)`."),
    ),
    "convergence_rate": (
        Text("One step of momentum in one direction is a 2 x 2 matrix. The rate is the larger modulus of its two eigenvalues."),
        Text("The eigenvalues are the roots of z² - trace·z + beta = 0. Look at the discriminant: is it negative (complex roots) or not?"),
        Text("trace = 1 + beta - eta·lambda. Complex roots: their product is beta and both have the same modulus. Real roots: half of (|trace| + the root of the discriminant)."),
    ),
    "optimal_momentum": (
        Text("Polyak's pair is made of the ROOTS of the two eigenvalues. Take them first, and everything gets short."),
        Text("Learning rate: the square of 2 over the sum of the roots. Beta: the square of a fraction, difference over sum."),
        Text("Check by hand with both eigenvalues 4: the learning rate must be 1/4 and beta 0. With 1 and 9: 1/4 and 1/4. Return a pair of plain floats."),
    ),
    "nesterov_step": (
        Text("Nesterov looks before it leaps: it takes the gradient where the velocity alone would carry it."),
        Text("As `momentum_step`, but `gradient` is a function now, and its argument is not w. Call it once."),
        Text("The place to look at is w + beta v (plus, not minus). The line for v is otherwise the old one, and w moves by the new v."),
    ),
    "pytorch_momentum_step": (
        Text("The buffer collects gradients; the learning rate stays outside it. So the sign of the last line differs from ours."),
        Text("First the buffer: a share of the old one plus the gradient, nothing else. Then w moves against it, scaled by the learning rate."),
        Text("`buffer = beta * buffer + ...` has no learning rate in it at all. In the second line it is the NEW buffer that counts. Return w and buffer."),
    ),
    "momentum_bug_hunt": (
        Text("What does the program forget, and when? Compare one epoch of 60 steps with 60 epochs of one step."),
        Text("Look at which loop the velocity is born in. A variable set inside a loop starts again in every pass."),
        Text("Set w and v once, before the loop over epochs. The inner loop makes the steps; behind it, still inside the outer one, w is appended to the history."),
    ),
    "momentum_written": (
        Text("Two directions of the ravine, two answers: across it, where gradient descent swings, and along it, where it creeps."),
        Text("For the false case give numbers: an eta·lambda and a beta with complex roots, and how far it overshoots. Your `convergence_rate` tells you where they are."),
        Text("The cost of 0.99: what is the rate when the roots are complex, and how many steps is that for a factor of ten? And how long is a step in the long run, next to eta?"),
    ),
    "momentum_quiz": (
        Text("Three of the four are one line of arithmetic. Write it down; don't choose by feeling."),
        Text("q1: the velocity that reproduces itself on a constant slope. q2: is the discriminant negative before and after? q3: section 2.9. q4: how steps grow with kappa, with and without the root."),
        Text("Run it: `momentum_step` a hundred times with a constant gradient for q1, `convergence_rate` at 0.5 and at 1.0 for q2, both step functions with the drop for q3."),
    ),
}  # fmt: skip
