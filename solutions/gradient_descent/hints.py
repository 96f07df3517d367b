"""Hints of lesson 1."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {
    "mse_loss": (
        Text("How far is each prediction from its target? Write down those n numbers, the residuals, before you think of the loss."),
        Text("All predictions at once are one matrix-vector product of shape (n,). Then three things in order: subtract, square, average."),
        Text("With `residual` of shape (n,), the loss is the mean (not the sum) of its squares; `np.mean` gives a NumPy number, `float(...)` makes it a plain one."),
    ),
    "mse_gradient": (
        Text("Differentiate (x·w - y)² for one sample with the chain rule; then average over the samples."),
        Text("Each sample gives 2 · residual · x, a vector of shape (d,). Adding them over the samples is a product with the transposed X."),
        Text("Compute `residual` as in `mse_loss`. `X.T @ residual` has shape (d,): what factor, made of 2 and n, is still missing in front?"),
    ),
    "gradient_descent": (
        Text("The result holds every point of the way, the start included. How many rows is that for `steps` steps?"),
        Text("Keep a list that begins with a copy of w0; in a loop compute the new point from the last one, append it; at the end make one array of the list."),
        Text("Call `gradient` at the current w in every pass, and write the step as `w = w - ...`, not `w -= ...`: the second overwrites the row already stored."),
    ),
    "largest_stable_learning_rate": (
        Text("In which direction does gradient descent diverge first: the flattest one or the steepest one?"),
        Text("Build the Hessian of our loss, a (d, d) matrix made of X alone, with its factor 2/n. Then look at its eigenvalues."),
        Text("`np.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix in rising order. The limit is 2 over one of them: the one at the end."),
    ),
    "sgd_epoch": (
        Text("One sample, one update. What is the gradient of the loss of a single sample?"),
        Text("Loop over `order`; in each pass use row i of X and entry i of y alone, and the w that the pass before has left."),
        Text("The gradient of sample i is `2 * (X[i] @ w - y[i])` times a vector. Which vector? There is no 1/n here, since n is 1."),
    ),
    "minibatches": (
        Text("Cut a row of cards into piles of `batch_size`. What happens to the last pile?"),
        Text("The piles begin at 0, batch_size, 2·batch_size, ... and so on while there is something left: `range` with a step gives these places."),
        Text("A slice that reaches beyond the end of an array simply stops at the end: so the short last batch needs no case of its own. Collect `order[start : ...]` in a list."),
    ),
    "minibatch_epoch": (
        Text("You have written the two parts already: how to cut an order into batches, and the gradient of the loss on a set of samples."),
        Text("For each batch of indices: take those rows of X and of y, compute the gradient on them alone, make one step."),
        Text("`X[batch]` with an array of indices takes these rows. `mse_gradient` divides by the number of rows it gets, so the short last batch is averaged rightly by itself."),
    ),
    "gradient_noise": (
        Text("Two factors: how much the samples' own gradients differ from their mean, and how much averaging over m of n takes away."),
        Text("Make all n per-sample gradients as rows of an (n, d) array, subtract their mean row, sum the squares along each row, average over the rows."),
        Text("`2 * (X @ w - y)[:, None] * X` has one gradient per row. The factor in front is (n - m) over m(n - 1): it must be 0 for m = n."),
    ),
    "gradient_descent_bug_hunt": (
        Text("How much does one sample of a small micro-batch weigh in the result, compared with one of a large micro-batch?"),
        Text("A mean of means is the mean only for groups of equal size. Accumulate something else than means, and divide once."),
        Text("Inside the loop add the sum of 2 · residual · x over the part's rows, with no division; keep a running `start` for where the part begins, and behind the loop divide by the number of samples seen."),
    ),
    "gradient_descent_written": (
        Text("Split her sentence: how good a gradient is, how many updates there are, how long an update takes. Each changes with m in its own way."),
        Text("Put m = 32 and m = 64 into the formula of 1.12: what happens to the squared noise, and so to its typical length? Then count the updates of one epoch."),
        Text("Early in training steps count, late the noise floor does. End with a measurement: which curve, against which axis, with what else held equal?"),
    ),
    "gradient_descent_quiz": (
        Text("Each question is one computation or one picture away: none needs a guess. Write the formula beside it first."),
        Text("q1: what does the rate change on a bowl without noise, and what not? q2: your `minibatches`. q3: the two factors of a quadratic. q4: the formula of 1.12 for both m."),
        Text("Let the computer decide where it can: run your `minibatches` and `gradient_noise` on the numbers of q2 and q4, and the first explorer above its limit for q3."),
    ),
}  # fmt: skip
