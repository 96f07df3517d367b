"""Hints of lesson 4."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {
    "neuron": (
        Text("A weighted sum and a shift. Which NumPy operator sums products along the last axis of x, for one sample and for a batch alike?"),
        Text("(d,) with (d,) must give a number, (n, d) with (d,) must give (n,): the matrix product does both."),
        Text("One product with `@`, x on the left and w on the right, and one addition: no loop, no transpose, no case for the batch."),
    ),
    "relu": (
        Text("Keep what is positive, make the rest 0, for every entry by itself."),
        Text("It is the larger of two numbers at each place. NumPy has a function of two arguments for that."),
        Text("`np.max` reduces an array to one number; you want `np.maximum`, with x and what else?"),
    ),
    "sigmoid": (
        Text("The formula is short; the trouble is exp of a large positive number, which overflows. For which sign of x is exp(-x) dangerous?"),
        Text("Use an exponential that is never above 1: that of minus the ABSOLUTE value. Then write the sigmoid with it, once for x >= 0 and once for x < 0."),
        Text("With e = exp(-|x|): for x >= 0 it is 1 / (1 + e), for x < 0 it is e / (1 + e). Both have the same denominator, so `np.where` is needed for the numerator alone."),
    ),
    "linear_forward": (
        Text("Every row of X is one sample. What shape must Y have, and which axis disappears?"),
        Text("(n, d_in) times (d_in, d_out): this layout of W needs no transpose. The bias goes to every row."),
        Text("A matrix product, then `+ b`: broadcasting adds the (d_out,) vector to each row by itself."),
    ),
    "numerical_gradient": (
        Text("How does f change when a single entry of w is moved a little up, and a little down?"),
        Text("Loop over all places of w with `np.ndindex(w.shape)`. At each make an array of w's shape that is 0 save for h at this place."),
        Text("The central difference subtracts f at w minus the step from f at w plus the step, and divides by the distance of the two points. That distance is not h."),
    ),
    "softmax_cross_entropy": (
        Text("Work with logarithms: the loss needs log softmax, and there the largest logit can be taken off without any change."),
        Text("Row by row: shift by the row's maximum, subtract the log of the sum of exponentials. Loss: minus the mean of the entries at the labels. Gradient: the probabilities, with something taken off at the labels."),
        Text("`log_softmax[rows, labels]` with `rows = np.arange(n)` picks one entry per row. Take 1 off the probabilities at these places, and don't forget that a mean over n divides the gradient too. Use `keepdims=True` for max and sum."),
    ),
    "linear_backward": (
        Text("Let the shapes lead you: dX looks like X, dW like W, db like b. Only one product of dY with each partner fits."),
        Text("dX: from (n, d_out) to (n, d_in) leads over the transposed W. dW: from (d_in, n) and (n, d_out). db: b went to every row, so every row sends something back."),
        Text("Two matrix products with one transpose each, and a sum of dY over the samples (axis 0, a sum, not a mean). Return them in the order dX, dW, db."),
    ),
    "mlp_loss_and_gradients": (
        Text("Go forward and keep what you will need on the way back; then walk the same steps in reverse. You have written every step already."),
        Text("Forward: linear, ReLU, linear, softmax with cross-entropy. Backward: from dlogits through the second linear layer to dH, through the ReLU, through the first linear layer."),
        Text("ReLU passes dH on only where Z1 was above 0 (strictly): multiply by a mask made of Z1, not of dH. `linear_backward(dlogits, H, W2)` wants the layer's INPUT as its second argument."),
    ),
    "network_loss_and_gradients": (
        Text("The MLP with a loop in place of two layers. What does the way back need of each layer, and what stands behind the last one?"),
        Text("Forward: store each layer's input; the activation stands between layers, so the last Z goes into the loss as it is. Backward: loop in reverse, collect (dW, db), turn the list round at the end."),
        Text("A layer's input A IS the activation of the layer before, so its slope can be read off A: for ReLU where A > 0, for sigmoid A(1 - A). Multiply dA by it to get the dZ of the layer before."),
    ),
    "train_mlp": (
        Text("Lesson 1's mini-batch epoch, now for a dictionary of arrays and for several epochs."),
        Text("Copy the parameters first. For each order: consecutive slices of it are the batches; for each batch one call of `mlp_loss_and_gradients`, then every parameter makes its step."),
        Text("All gradients of a batch are taken before any parameter moves. A dictionary comprehension over the names, old minus learning rate times its gradient, makes new arrays and changes none."),
    ),
    "neural_networks_bug_hunt": (
        Text("The probabilities of one sample must not depend on who else is in the batch. Along which axis do they sum to 1 in the program?"),
        Text("A row is a sample, a column a class: the softmax belongs along each row. Maximum and sum both need the same axis."),
        Text("With axis=1 the maximum has shape (n,) and does not broadcast against (n, C): `keepdims=True` keeps it (n, 1). The rest of the program is right."),
    ),
    "neural_networks_written": (
        Text("Four parts: what linear layers compute together, XOR, the sigmoids, your advice. Start with the formula for two layers."),
        Text("Multiply out (X W1 + b1) W2 + b2: what shape of function is left? Then look at the four corners of XOR and at one straight line. Two hidden ReLU units are enough: find weights."),
        Text("Sigmoids: how large is the slope at most, and what is its twentieth power? Compare with the explorer of layers. Advice: which activation, which start of the weights, how many layers for XOR?"),
    ),
    "neural_networks_quiz": (
        Text("Shapes and slopes: every question can be settled with one of the two."),
        Text("q1: multiply two linear layers out. q2: which product gives (100, 10)? q3: the cross-entropy of equal probabilities. q4: the largest slope of a sigmoid."),
        Text("Try it: `softmax_cross_entropy` on zeros of shape (5, 10) for q3, and the layers explorer with sigmoid, gain 1, depth 20 for q4."),
    ),
}  # fmt: skip
