"""Hints of lesson 5."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {
    "conv_output_size": (
        Text("How many places can the left edge of the kernel take on the padded axis, going `stride` at a time?"),
        Text("The padded length is size plus padding on BOTH sides. The last place is the padded length minus the kernel; the first one counts too."),
        Text("Whole steps that fit: integer division `//` by the stride. Then the + 1 for the first place. Try size 5, kernel 3, stride 2, padding 0: it must be 2."),
    ),
    "conv2d": (
        Text("One output is the sum of a window times a kernel. If each window were a row of a matrix, all outputs would be one matrix product (the explorer of windows)."),
        Text("Pad the two last axes with `F.pad`; `x.unfold(2, kH, stride).unfold(3, kW, stride)` gives (N, C_in, H', W', kH, kW). Sum the products over C_in, kH and kW, for every output channel."),
        Text("Bring C_in next to kH, kW with `permute` before any `reshape` to (N·H'·W', C_in·kH·kW); the weight becomes (C_out, -1), transposed for the product. Add the bias to the C_out axis while it is last, then permute it to place 1. The kernel is not flipped."),
    ),
    "receptive_field": (
        Text("Start with one value of the last layer's output: it sees itself. Each layer makes it see a few pixels more; how many depends on the strides BEFORE it."),
        Text("Carry two numbers from the first layer to the last: the field so far, and the distance in pixels between neighbouring values."),
        Text("A kernel of k reaches over k - 1 gaps, each as wide as the present distance. Grow the field first, with the old distance; the layer's own stride multiplies the distance afterwards."),
    ),
    "conv2d_backward": (
        Text("Three gradients, three questions. Which outputs did the bias enter? Which window did a weight meet for each output? Which outputs saw a given pixel?"),
        Text("dbias: sum dy over all axes but the channels. dweight: dy as rows, transposed, times the same matrix of windows as in the forward pass. dx: a padded array of zeros to which every output ADDS dy times the kernel at its window; cut the padding off at the end."),
        Text("For dx it is enough to loop over the kernel's places (u, v): the pixels that met weight[:, :, u, v] are the slice `u : u + stride * H_out : stride` (and likewise v) of the padded array; add with `+=` the product of dy and this weight over C_out, for instance by `torch.einsum`."),
    ),
    "max_pool2d": (
        Text("The same windows as a convolution's, but each channel by itself, and a maximum in place of a sum."),
        Text("`unfold` twice gives windows (N, C, H', W', k, k). The maximum runs over the two last axes; nothing is padded, so negative values are safe."),
        Text("`amax` takes several axes at once; or flatten the two last axes into one and take `.max(dim=...)`, of which you want the values and not the places."),
    ),
    "max_pool2d_backward": (
        Text("Only the winner of a window had any influence on it. So the whole dy of a window goes to one pixel; and a pixel can win in several windows."),
        Text("Find the winner's place inside each window with `argmax` over the flattened window (it gives the first of equals), turn it into a row and a column of x, and add dy there."),
        Text("Row = stride · i + winner // kernel, column likewise with %. With H and W flattened, row · W + column is the place, and `scatter_add` adds up where windows overlap; plain indexing with `=` would keep the last one alone."),
    ),
    "LeNet": (
        Text("Follow the size of the picture: 28, 28, 14, 10, 5. Each number is one layer of the list."),
        Text("In __init__ five layers under the agreed names; in forward twice (convolution, ReLU, 2x2 max pooling), then flatten, then fc1 and fc2 with ReLU."),
        Text("16 channels of 5 x 5 are the 400 inputs of fc1; flatten from axis 1 on, so that the batch stays. What fc3 gives are the logits: no ReLU and no softmax behind it."),
    ),
    "train_cnn": (
        Text("The loop that every training has: shuffle, batch, forward, loss, backward, step. Which call is missing between two batches, so that old gradients don't stay?"),
        Text("Adam over the model's parameters, train mode, then for each epoch a permutation drawn with `generator`, split into batches. The loss takes logits: no softmax before it."),
        Text("`torch.randperm(n, generator=generator, device=generator.device)` draws where the generator lives; move the order to the images' device. `order.split(batch_size)` makes the batches. Return the very model you got, in train mode."),
    ),
    "ResidualBlock": (
        Text("Two paths from x to the sum: the branch with two convolutions, and the shortcut. When can the shortcut be x itself?"),
        Text("Branch: conv1, bn1, ReLU, conv2, bn2. Only conv1 has the stride; both have padding 1 and no bias. The shortcut is empty unless the stride or the number of channels changes."),
        Text("An empty `nn.Sequential()` hands its input on, so forward needs no case: add the shortcut of x to the branch, and apply the last ReLU to the SUM. The projection is a 1x1 convolution with the stride, no bias, and a batch norm of its own."),
    ),
    "convolutional_networks_bug_hunt": (
        Text("Write the numbers of a 1 x 2 picture with three colours in the order of the memory: which of them lands in the first channel after the reshape?"),
        Text("`reshape` keeps the order and cuts it elsewhere. To exchange axes you need another call, which names the axes in their new order."),
        Text("The colour axis is 3 and must come behind axis 0; the two picture axes follow in their order. Type and range are as in the program."),
    ),
    "convolutional_networks_written": (
        Text("Look at which error is high: the one on the training pictures. What does overfitting look like instead?"),
        Text("Four parts: the name of the effect and its paper; what batch norm does to signals and gradients (the explorer of depth has numbers); the residual formula forward and its derivative; what shifting does to a convolution and to the layers behind it."),
        Text("Differentiate y = x + f(x): which term of the gradient arrives unchanged? For the last sentence, take equivariant and invariant apart, and use the shifts in the explorer of feature maps that are, or are not, multiples of the stride."),
    ),
    "convolutional_networks_quiz": (
        Text("q1 and q2 are arithmetic, q3 and q4 are one idea each."),
        Text("q1: `conv_output_size` for both axes. q2: a kernel for each pair of channels, a bias for each output channel; does the picture's size matter? q3: what a sum sends back. q4: which error is meant."),
        Text("Count: `sum(p.numel() for p in nn.Conv2d(16, 32, 3).parameters())`. For q3 look at what your `max_pool2d_backward` and `conv2d_backward` do where windows overlap."),
    ),
}  # fmt: skip
