"""Hints of lesson 6."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {
    "rnn_step": (
        Text("Two things enter the new state: what comes in, and what was there. Each has a matrix of its own; the bias is added once."),
        Text("x is (N, D) and W_ih is (H, D): which of the two must be transposed to get (N, H)? The same for h and W_hh."),
        Text("Sum the two products `x @ ...` and `h @ ...` with the bias, and only then apply tanh, once, to the whole."),
    ),
    "gradient_through_time": (
        Text("dh_T/dh_t is a product of one Jacobian per step. Start at the end, where it is the identity, and walk back."),
        Text("The Jacobian of step k is diag(1 - h_k²) W_hh: row j of W_hh times 1 - h_kj². Going back, the next factor is multiplied on the RIGHT. After each one, take a spectral norm."),
        Text("A column `(1 - h**2)[:, None]` times W_hh scales the rows. Use h_T first, h_2 last (h_1's own Jacobian is not needed), `torch.linalg.matrix_norm(..., ord=2)`, and turn the list round before stacking: the last entry is 1."),
    ),
    "clip_gradients": (
        Text("One length for all tensors together, as if they were a single long vector."),
        Text("Sum the squares over every tensor, take one root. If that norm is above max_norm, multiply ALL tensors by the same factor; else by 1."),
        Text("The factor is max_norm over norm, but never above 1: `torch.clamp(..., max=1.0)` also tames the division by a norm of 0. `g * factor` makes new tensors; return the list and the norm from before the clipping."),
    ),
    "lstm_cell": (
        Text("Four blocks of H numbers come out of one sum of two products and two biases. Which block is which? The order is i, f, g, o."),
        Text("Cut with `chunk(4, dim=1)`. Sigmoid for i, f and o; tanh for the candidate g. New memory: what is kept of the old one, and what is let in of the new. Output: the memory, squashed, as far as o shows it."),
        Text("f belongs to the old c, i to g: a sum of two products. h uses the NEW c, through a tanh. Return h first, then c."),
    ),
    "lstm": (
        Text("The cell, once per time step. What does each step hand on to the next?"),
        Text("Loop over the first axis of xs; h and c of one step are the arguments of the next; collect every h."),
        Text("`h, c = lstm_cell(x, h, c, ...)` overwrites both names in each pass. Behind the loop stack the collected h along a new first axis, and return it with the pair (h, c)."),
    ),
    "gru_cell": (
        Text("Three blocks: r, z, n. The reset gate works on what comes from h inside the candidate, so the parts from x and from h must be kept apart."),
        Text("Compute the x part with b_ih and the h part with b_hh, and chunk each in three. r and z: sigmoid of the sum of both parts. The candidate: tanh, with r on the h part only."),
        Text("PyTorch's reset multiplies the h part AFTER its bias is added: r · (W_hn h + b_hn). At the end z says how much of the OLD state stays, and 1 - z how much of n comes in."),
    ),
    "make_windows": (
        Text("Take a series 0, 1, 2, ..., 9 with length 3 and horizon 2, and write the first and the last pair by hand."),
        Text("Window k of the inputs begins at k, its targets at k + length. `series.unfold(0, size, 1)` gives all windows of a size; but not every start may be used."),
        Text("Inputs: unfold the series without its last `horizon` values. Targets: unfold the series without its first `length` values. Both have T - length - horizon + 1 rows; `clone()` keeps them apart from the series."),
    ),
    "Forecaster": (
        Text("Inside, the network works on scaled numbers; outside, everyone speaks in the series' own units. Where must you scale, and where undo it?"),
        Text("__init__: lstm, head, and two buffers by `register_buffer` (0 and 1 at first). forward: scale, give each number an axis of features, run the LSTM, take ONE output of each sequence, the head, undo the scaling."),
        Text("(N, length) becomes (N, length, 1) with `[:, :, None]`; `batch_first=True` gives outputs (N, length, hidden_size), and the one that has read all of it is at -1. Undo: times std, plus mean."),
    ),
    "train_forecaster": (
        Text("`train_cnn` with two changes: the scale is set first, and the loss is a squared error of scaled values."),
        Text("Fill the buffers `mean` and `std` from the training INPUTS alone, before any step. Then Adam, train mode, a permutation per epoch, batches, zero_grad, loss, backward, step."),
        Text("`model.mean.copy_(...)` fills a buffer in place. Divide the error by `model.std` before squaring: then the learning rate means the same for every series. Draw the order on `generator.device`, move it to the inputs' device."),
    ),
    "recurrent_networks_bug_hunt": (
        Text("On the day the training ends, which values are known? Which of them does the program use for the scale?"),
        Text("Take mean and std from one stretch alone, and use the same two numbers for both stretches."),
        Text("Take the slice before `split` first; then scale the whole series by the mean and the std of this slice alone, and cut it at `split`."),
    ),
    "recurrent_networks_written": (
        Text("Draw the curve that says \"tomorrow as today\" over the true prices. How does its plot look, and how large is its R²?"),
        Text("Four parts: what plot and R² cannot show; which baseline on which stretch; two leaks (the scale, the shuffle) and how to split instead; a sober expectation with its reason."),
        Text("Ask for the forecast CHANGES against the true changes: what correlation would be left if prices are nearly a random walk? And what can a gate remember when there is nothing to remember?"),
    ),
    "recurrent_networks_quiz": (
        Text("q1: put the three numbers into the two lines of your `lstm_cell`. q3 is counting."),
        Text("q2: the norm of the Jacobian is not that of W alone: which diagonal stands in front? q3: four gates, each with a matrix for x, one for h and two biases. q4: the bug hunt."),
        Text("Count with `sum(p.numel() for p in nn.LSTM(10, 20).parameters())`, and move the radius to 1 in the explorer of gradients through time for q2."),
    ),
}  # fmt: skip
