"""Hints of lesson 7."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {
    "scaled_dot_product_attention": (
        Text("Each query is compared with each key; the weights are over the KEYS, and they mix the values. What shape has the table of comparisons?"),
        Text("Scores (..., T_q, T_k): product of query and transposed key, over the root of d. Then the mask, then the softmax along the last axis, then the product with value."),
        Text("Where the mask is False the score must be hugely negative BEFORE the softmax. A row without any True would then be uniform (or NaN with -inf): set the weights to 0 wherever the mask is False, after the softmax, once more."),
    ),
    "causal_mask": (
        Text("Row = who looks, column = who is looked at. May a token look at itself?"),
        Text("True on the diagonal and below it, of dtype bool, made on the given device."),
        Text("Compare a column of positions with a row of positions (`[:, None]` and `[None, :]`): the query's position is not before the key's. `torch.arange` takes the device."),
    ),
    "multi_head_attention": (
        Text("Several attentions side by side, each on its own slice of the columns. Your first function takes any leading axes: give it one for the heads."),
        Text("For each of the three products: (N, T, d) to (N, T, heads, d/heads), then exchange two axes to (N, heads, T, d/heads). Attend, exchange back, join the heads, multiply by W_o."),
        Text("Cut the LAST axis by `view(N, T, heads, ...)` and only then `transpose(1, 2)`: a direct reshape to (N, heads, T, ...) would mix tokens. After attending, `transpose` back comes before `reshape(N, T, d)`. The mask broadcasts by itself."),
    ),
    "positional_encoding": (
        Text("A row for each position, and pairs of columns that share a wavelength: a sine and a cosine beside one another."),
        Text("Angles (length, ceil(d/2)): position over 10000 to the power (even column index)/d. Sines go to columns 0, 2, 4, ..., cosines to 1, 3, 5, ..."),
        Text("`torch.arange(0, d_model, 2) / d_model` are the exponents (2i already, don't double it). An odd d_model has one cosine less: take only the first d_model // 2 angle columns for `encoding[:, 1::2]`."),
    ),
    "layer_norm": (
        Text("Each vector along the last axis is normalised by itself: neither the batch nor the other tokens matter."),
        Text("Subtract the mean over the last axis, divide by a root, then scale by gamma and shift by beta. The variance is the mean of the squared deviations."),
        Text("`keepdim=True` on both means. Divide by D, not by D - 1 (so no plain `var` with its default), and eps stands inside the root."),
    ),
    "TransformerBlock": (
        Text("Two residual steps: x plus attention of x, then x plus feed-forward of x. Pre-norm: what is normalised, and what is not?"),
        Text("__init__: two LayerNorms, four Linears without bias, a Sequential of Linear, GELU, Linear with 4d in the middle. forward: attention on norm1(x) with a causal mask of x's length and device; then feed_forward on norm2."),
        Text("`nn.Linear` computes x @ weight.T, your `multi_head_attention` x @ W: hand over `weight.T` of query, key, value, project. The plain x, not the normalised one, is what each result is added to."),
    ),
    "TinyGPT": (
        Text("From ids to logits: what each token is, where it stands, some blocks, a last norm, a head."),
        Text("__init__: context_length, two Embeddings, a ModuleList of blocks, norm, head without bias; then go over the parameters and set their start. forward: add both embeddings, loop over the blocks, head of norm."),
        Text("Positions are 0 .. T - 1 on ids' device, for the T at hand, not for the whole context. Every matrix (two axes) starts as N(0, 0.02²), every bias at 0, the norms' weights stay 1; that makes the first loss about ln V."),
    ),
    "bits_per_character": (
        Text("Every character but the first is predicted once, from what stands before it in its window. How many predictions are that for n ids?"),
        Text("Inputs are ids without the last, targets ids without the first. Split both by context_length, sum the cross-entropies of all windows, divide by the number of targets; from nats to bits."),
        Text("`reduction=\"sum\"`, or the short last window weighs too much. A window is 1-d: the model wants (1, T). Eval mode and `torch.no_grad()` inside, and the mode as it was afterwards. 1 bit = ln 2 nats."),
    ),
    "train_gpt": (
        Text("A batch is a handful of random windows of the text. Each needs one character more than the context: why?"),
        Text("Draw batch_size starts with the generator, take windows of context_length + 1 ids; inputs are all but the last column, targets all but the first. AdamW, train mode, zero_grad, cross-entropy, backward, step."),
        Text("Starts (batch_size, 1) plus `torch.arange(C + 1)` index all windows at once. The largest start must still be drawn: how many starts are there in n ids? Flatten logits to (N·T, V) and targets to (N·T,) for the loss."),
    ),
    "generate": (
        Text("One token at a time: read, choose, append, read again. What may the model read when the text is longer than its context?"),
        Text("In eval mode and without gradients: crop to the last context_length ids, take the logits of the LAST position, divide by the temperature, softmax, draw, append. Temperature 0: the largest logit."),
        Text("`torch.multinomial(p, 1, generator=generator)` wants p on the generator's device and gives (N, 1), just right for `torch.cat` along axis 1; `argmax` needs `keepdim=True` for the same shape. Remember the mode before, restore it after."),
    ),
    "transformer_bug_hunt": (
        Text("In x of shape (N, T, d), which axis counts sentences and which counts tokens?"),
        Text("Row t of the encoding belongs to token t of EVERY sentence: take as many rows as there are tokens, and let broadcasting give them to each sentence."),
        Text("The program slices by the size of the wrong axis and then needs an extra axis to fit; with the right slice, (T, d) fits (N, T, d) as it is."),
    ),
    "transformer_written": (
        Text("Take the three decisions one by one: what happens to the output for each, shown by a formula or a number?"),
        Text("Without positions: exchange two words and look. Score 0: what is exp(0)? Without the root: how large are scores for d = 64, and what does the softmax become (the explorer of the scale)?"),
        Text("Which of the three lets the decoder see what it should predict? Tests of three lines: change a later token and compare earlier outputs; permute the input and compare; put the same sentence in twice."),
    ),
    "transformer_quiz": (
        Text("Each question is one of the lesson's mistakes seen from outside."),
        Text("q1: e to the power 0. q2: does anything in attention know the order? q3: what would make next characters that easy? q4: whose dimension do the scores have, d_model's or the head's?"),
        Text("Run your `scaled_dot_product_attention` on three random tokens, then exchange two rows of all three inputs; for q4 divide d_model by the heads first."),
    ),
}  # fmt: skip
