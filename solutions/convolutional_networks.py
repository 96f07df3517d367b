# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% key="imports"
import torch
import torch.nn.functional as F
from torch import nn

from hocsau import begin, check, progress

begin("convolutional_networks")


# %% exercise="conv_output_size"
def conv_output_size(size, kernel, stride, padding):
    """How many places a window finds along one axis: floor((size + 2 padding - kernel) / stride) + 1.

    size:    int, length of the axis
    kernel:  int, length of the window along it; at most size + 2 padding
    stride:  int >= 1, how far the window moves
    padding: int >= 0, zeros put on before and after
    returns an int
    """
    ### BEGIN SOLUTION
    return (size + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


# %% check="conv_output_size"
check("conv_output_size")


# %% exercise="conv2d"
def conv2d(x, weight, bias, stride, padding):
    """A convolutional layer, computed as cross-correlation; x' is x with `padding` zeros on each of its four sides.

    y[n, o, i, j] = bias[o] + sum over c, u, v of weight[o, c, u, v] x'[n, c, stride i + u, stride j + v]

    x:       (N, C_in, H, W)
    weight:  (C_out, C_in, kH, kW)
    bias:    (C_out,) or None
    stride, padding: int, the same along both axes
    returns (N, C_out, H', W'), on the device and in the dtype of x; gradients can flow through it
    not allowed: conv functions and layers of torch, F.unfold, F.fold
    """
    ### BEGIN SOLUTION
    N, C_in, _, _ = x.shape
    C_out, _, kH, kW = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)  # (N, C_in, H', W', kH, kW), a view
    _, _, H_out, W_out, _, _ = windows.shape
    columns = windows.permute(0, 2, 3, 1, 4, 5).reshape(N * H_out * W_out, C_in * kH * kW)
    y = columns @ weight.reshape(C_out, -1).T  # (N H' W', C_out)
    if bias is not None:
        y = y + bias
    return y.reshape(N, H_out, W_out, C_out).permute(0, 3, 1, 2)
    ### END SOLUTION


# %% check="conv2d"
check("conv2d")


# %% exercise="receptive_field"
def receptive_field(layers):
    """How many pixels, along one axis, one value behind all `layers` depends on.

    r = 1 + sum over layers of (kernel - 1) times the product of the strides of the layers before it

    layers: list of (kernel, stride), both int, from the picture onwards; convolutions and poolings alike
    returns an int; 1 for no layers
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1  # jump: pixels between neighbouring values
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field
    ### END SOLUTION


# %% check="receptive_field"
check("receptive_field")


# %% exercise="conv2d_backward"
def conv2d_backward(dy, x, weight, stride, padding):
    """The backward pass of conv2d, by hand: from dJ/dy to dJ/dx, dJ/dweight, dJ/dbias.

    dy:     (N, C_out, H', W'), the gradient of the loss at the output
    x:      (N, C_in, H, W)
    weight: (C_out, C_in, kH, kW)
    stride, padding: int, as in the forward pass
    returns (dx, dweight, dbias): the shapes of x and weight, and (C_out,)
    not allowed: autograd (backward, torch.autograd.grad), and what conv2d must do without
    """
    ### BEGIN SOLUTION
    N, C_out, H_out, W_out = dy.shape
    _, C_in, H, W = x.shape
    _, _, kH, kW = weight.shape

    dbias = dy.sum(dim=(0, 2, 3))

    padded = F.pad(x, (padding, padding, padding, padding))
    windows = padded.unfold(2, kH, stride).unfold(3, kW, stride)
    columns = windows.permute(0, 2, 3, 1, 4, 5).reshape(N * H_out * W_out, C_in * kH * kW)
    rows = dy.permute(0, 2, 3, 1).reshape(N * H_out * W_out, C_out)
    dweight = (rows.T @ columns).reshape(C_out, C_in, kH, kW)

    # Every pixel looks back at the outputs that saw it: dy, spread out by the stride, under the flipped kernel.
    spread = dy.new_zeros(N, C_out, H + 2 * padding + kH - 1, W + 2 * padding + kW - 1)
    bottom, right = kH - 1 + stride * (H_out - 1) + 1, kW - 1 + stride * (W_out - 1) + 1
    spread[:, :, kH - 1 : bottom : stride, kW - 1 : right : stride] = dy
    seen = spread.unfold(2, kH, 1).unfold(3, kW, 1)[
        :, :, padding : padding + H, padding : padding + W
    ]
    seen = seen.permute(0, 2, 3, 1, 4, 5).reshape(N * H * W, C_out * kH * kW)
    flipped = weight.flip(2, 3).transpose(0, 1).reshape(C_in, C_out * kH * kW)
    dx = (seen @ flipped.T).reshape(N, H, W, C_in).permute(0, 3, 1, 2)
    return dx, dweight, dbias
    ### END SOLUTION


# %% check="conv2d_backward"
check("conv2d_backward")


# %% exercise="max_pool2d"
def max_pool2d(x, kernel, stride):
    """The largest value in each kernel x kernel window of each channel; no padding.

    y[n, c, i, j] = max over u, v < kernel of x[n, c, stride i + u, stride j + v]

    x: (N, C, H, W)
    kernel, stride: int
    returns (N, C, H', W'); gradients can flow through it
    not allowed: the library's pooling functions and layers, F.unfold
    """
    ### BEGIN SOLUTION
    windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride)  # (N, C, H', W', k, k)
    return windows.flatten(start_dim=4).max(dim=4).values
    ### END SOLUTION


# %% check="max_pool2d"
check("max_pool2d")


# %% exercise="max_pool2d_backward"
def max_pool2d_backward(dy, x, kernel, stride):
    """The backward pass of max_pool2d: each window gives its gradient to its first maximum, row by row.

    dy: (N, C, H', W'), the gradient of the loss at the output
    x:  (N, C, H, W)
    kernel, stride: int, as in the forward pass
    returns dx, (N, C, H, W); a value that is the maximum of several windows gets the sum
    not allowed: autograd, and the library's pooling
    """
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    _, _, H_out, W_out = dy.shape
    windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride)
    winner = windows.flatten(start_dim=4).argmax(dim=4)  # (N, C, H', W'), the first of equals
    i = torch.arange(H_out, device=x.device)[:, None]  # (H', 1)
    j = torch.arange(W_out, device=x.device)  # (W',)
    row, column = stride * i + winner // kernel, stride * j + winner % kernel
    place = (row * W + column).flatten(start_dim=2)  # (N, C, H' W'), in the flattened picture
    dx = dy.new_zeros(N, C, H * W)
    return dx.scatter_add(2, place, dy.flatten(start_dim=2)).reshape(N, C, H, W)
    ### END SOLUTION


# %% check="max_pool2d_backward"
check("max_pool2d_backward")


# %% exercise="LeNet"
class LeNet(nn.Module):
    """LeNet-5 in today's dress: logits of ten classes from a picture of 28 x 28 pixels.

    x                                            (N, 1, 28, 28)
    conv1: 1 -> 6, 5x5, padding 2; ReLU          (N, 6, 28, 28)
    max pooling 2x2, stride 2                    (N, 6, 14, 14)
    conv2: 6 -> 16, 5x5; ReLU                    (N, 16, 10, 10)
    max pooling 2x2, stride 2                    (N, 16, 5, 5)
    flatten                                      (N, 400)
    fc1: 400 -> 120; ReLU                        (N, 120)
    fc2: 120 -> 84; ReLU                         (N, 84)
    fc3: 84 -> 10                                (N, 10), logits

    All five layers have biases; the attributes are called conv1, conv2, fc1, fc2, fc3.
    After LeCun et al. 1998, figure 2
    """

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)
        ### END SOLUTION

    def forward(self, x):
        """x: (N, 1, 28, 28). returns (N, 10), logits: no softmax"""
        ### BEGIN SOLUTION
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (N, 6, 14, 14)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, 16, 5, 5)
        x = x.flatten(start_dim=1)  # (N, 400)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)
        ### END SOLUTION


# %% check="LeNet"
check("LeNet")


# %% exercise="train_cnn"
def train_cnn(model, images, labels, epochs, learning_rate, batch_size, generator):
    """Train `model` in place on softmax cross-entropy with Adam, in mini-batches.

    model:         nn.Module, logits (m, classes) from pictures (m, ...)
    images:        (n, ...), pictures as the model wants them
    labels:        (n,) int64
    epochs:        int; in each the samples come in a new random order
    learning_rate: float, Adam's
    batch_size:    int; the last batch of an epoch may be shorter
    generator:     torch.Generator for the orders, perhaps on another device than the images
    returns the same model, in train mode
    """
    ### BEGIN SOLUTION
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    model.train()
    for _ in range(epochs):
        order = torch.randperm(len(images), generator=generator, device=generator.device)
        for batch in order.to(images.device).split(batch_size):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
    return model
    ### END SOLUTION


# %% check="train_cnn"
check("train_cnn")


# %% exercise="ResidualBlock"
class ResidualBlock(nn.Module):
    """Two convolutions and a shortcut around them: relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x)).

    conv1:    in_channels -> out_channels, 3x3, padding 1, with the stride, without bias;  bn1: batch norm
    conv2:    out_channels -> out_channels, 3x3, padding 1, stride 1, without bias;        bn2: batch norm
    shortcut: an empty nn.Sequential() where shape and stride stay as they are; otherwise nn.Sequential of a
              1x1 convolution with the stride and without bias, and a batch norm

    He et al. 2016, figure 2 and option B of section 3.3
    """

    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        ### END SOLUTION

    def forward(self, x):
        """x: (N, in_channels, H, W). returns (N, out_channels, H', W'), H' = floor((H - 1) / stride) + 1"""
        ### BEGIN SOLUTION
        branch = F.relu(self.bn1(self.conv1(x)))
        branch = self.bn2(self.conv2(branch))
        return F.relu(branch + self.shortcut(x))
        ### END SOLUTION


# %% check="ResidualBlock"
check("ResidualBlock")


# %% exercise="convolutional_networks_bug_hunt"
def convolutional_networks_bug_hunt(pictures):
    """Pictures as a network wants them, without the bug.

    pictures: (N, H, W, C) uint8, colours last
    returns (N, C, H, W) float32, between 0 and 1
    """
    ### BEGIN SOLUTION
    return pictures.permute(0, 3, 1, 2).to(torch.float32) / 255
    ### END SOLUTION


# %% check="convolutional_networks_bug_hunt"
check("convolutional_networks_bug_hunt")

# %% exercise="convolutional_networks_quiz"
convolutional_networks_quiz = {
    ### BEGIN SOLUTION
    "q1": "b",
    "q2": "c",
    "q3": "a",
    "q4": "d",
    ### END SOLUTION
}

# %% check="convolutional_networks_quiz"
check("convolutional_networks_quiz")
