"""Right answers to lesson 5 in other styles than ours."""

from __future__ import annotations

import math
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from grader.course.answers import style


@style("conv_output_size")
def size_by_floor_of_a_fraction(size, kernel, stride, padding):
    return int((size + 2 * padding - kernel) / stride) + 1


@style("conv_output_size")
def size_by_counting(size, kernel, stride, padding):
    return len(range(0, size + 2 * padding - kernel + 1, stride))


@style("conv_output_size")
def size_by_walking(size, kernel, stride, padding):
    places, start = 0, -padding
    while start + kernel <= size + padding:
        places, start = places + 1, start + stride
    return places


@style("receptive_field")
def field_from_the_back(layers):
    field = 1
    for kernel, stride in reversed(layers):
        field = (field - 1) * stride + kernel
    return field


@style("receptive_field")
def field_by_products(layers):
    strides = [stride for _, stride in layers]
    return 1 + sum((kernel - 1) * int(np.prod(strides[:k], dtype=int)) for k, (kernel, _) in enumerate(layers))


@style("receptive_field")
def field_by_recursion(layers):
    if not layers:
        return 1
    (kernel, stride), *rest = layers
    return kernel + (field_by_recursion(rest) - 1) * stride


def _padded(x, padding):
    return F.pad(x, (padding, padding, padding, padding))


@style("conv2d")
def conv_by_loops_over_places(x, weight, bias, stride, padding):
    padded = _padded(x, padding)
    C_out, _, kH, kW = weight.shape
    rows = []
    for i in range((padded.shape[2] - kH) // stride + 1):
        row = []
        for j in range((padded.shape[3] - kW) // stride + 1):
            window = padded[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            row.append((window[:, None] * weight).sum(dim=(2, 3, 4)))  # (N, C_out)
        rows.append(torch.stack(row, dim=2))
    y = torch.stack(rows, dim=2)
    return y if bias is None else y + bias.reshape(1, C_out, 1, 1)


@style("conv2d")
def conv_by_loops_over_the_kernel(x, weight, bias, stride, padding):
    padded = _padded(x, padding)
    _, _, kH, kW = weight.shape
    H = (padded.shape[2] - kH) // stride + 1
    W = (padded.shape[3] - kW) // stride + 1
    y = 0 if bias is None else bias[:, None, None]
    for u in range(kH):
        for v in range(kW):
            part = padded[:, :, u : u + stride * H : stride, v : v + stride * W : stride]
            y = y + torch.einsum("nchw,oc->nohw", part[:, :, :H, :W], weight[:, :, u, v])
    return y


@style("conv2d")
def conv_by_einsum(x, weight, bias, stride, padding):
    kH, kW = weight.shape[2:]
    windows = _padded(x, padding).unfold(2, kH, stride).unfold(3, kW, stride)
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias[None, :, None, None]


@style("conv2d")
def conv_by_as_strided(x, weight, bias, stride, padding):
    padded = _padded(x, padding).contiguous()
    N, C, H, W = padded.shape
    kH, kW = weight.shape[2:]
    H_out, W_out = (H - kH) // stride + 1, (W - kW) // stride + 1
    sn, sc, sh, sw = padded.stride()
    windows = padded.as_strided((N, C, kH, kW, H_out, W_out), (sn, sc, sh, sw, sh * stride, sw * stride))
    y = torch.tensordot(weight, windows, dims=([1, 2, 3], [1, 2, 3])).transpose(0, 1)
    return y if bias is None else y + bias.view(1, -1, 1, 1)


@style("conv2d")
def conv_in_a_result_made_before(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    padded = torch.zeros(N, C, H + 2 * padding, W + 2 * padding, dtype=x.dtype, device=x.device)
    padded[:, :, padding : padding + H, padding : padding + W] = x
    H_out, W_out = (H + 2 * padding - kH) // stride + 1, (W + 2 * padding - kW) // stride + 1
    y = torch.zeros(N, C_out, H_out, W_out, dtype=x.dtype, device=x.device)
    for i in range(H_out):
        for j in range(W_out):
            window = padded[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            y[:, :, i, j] = window.reshape(N, -1) @ weight.reshape(C_out, -1).T
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@style("conv2d")
def conv_by_fancy_indices(x, weight, bias, stride, padding):
    padded = _padded(x, padding)
    kH, kW = weight.shape[2:]
    top = torch.arange(0, padded.shape[2] - kH + 1, stride, device=x.device)
    left = torch.arange(0, padded.shape[3] - kW + 1, stride, device=x.device)
    rows = top[:, None] + torch.arange(kH, device=x.device)
    columns = left[:, None] + torch.arange(kW, device=x.device)
    windows = padded[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    y = torch.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3])).movedim(-1, 1)
    return y if bias is None else y + bias[:, None, None]


@style("conv2d")
def conv_by_fourier(x, weight, bias, stride, padding):
    """A product of spectra is a sum over shifts; the conjugate makes it a correlation."""
    padded = _padded(x, padding)
    H, W = padded.shape[2:]
    kH, kW = weight.shape[2:]
    spectra = torch.fft.rfft2(padded), torch.fft.rfft2(weight, s=(H, W)).conj()
    y = torch.fft.irfft2(torch.einsum("nchw,ochw->nohw", *spectra), s=(H, W))
    y = y[:, :, : H - kH + 1 : stride, : W - kW + 1 : stride]
    return y if bias is None else y + bias[:, None, None]


@style("conv2d")
def conv_by_one_large_matrix(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    Hp, Wp = H + 2 * padding, W + 2 * padding
    H_out, W_out = (Hp - kH) // stride + 1, (Wp - kW) // stride + 1
    matrix = weight.new_zeros(C_out, H_out, W_out, C, Hp, Wp)
    for i in range(H_out):
        for j in range(W_out):
            matrix[:, i, j, :, i * stride : i * stride + kH, j * stride : j * stride + kW] = weight
    y = _padded(x, padding).reshape(N, -1) @ matrix.reshape(C_out * H_out * W_out, -1).T
    y = y.view(N, C_out, H_out, W_out)
    if bias is not None:
        y += bias.view(-1, 1, 1)
    return y


class OwnGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, stride, padding):
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        return conv_by_einsum(x, weight, None, stride, padding)

    @staticmethod
    def backward(ctx, dy):
        dx, dweight, _ = conv_backward_by_loops_over_places(dy, *ctx.saved_tensors, ctx.stride, ctx.padding)
        return dx, dweight, None, None


@style("conv2d")
def conv_with_a_gradient_of_its_own(x, weight, bias, stride, padding):
    y = OwnGradient.apply(x, weight, stride, padding)
    return y if bias is None else y + bias[:, None, None]


@style("conv2d_backward")
def conv_backward_by_loops_over_places(dy, x, weight, stride, padding):
    padded = _padded(x, padding)
    dpadded, dweight = torch.zeros_like(padded), torch.zeros_like(weight)
    kH, kW = weight.shape[2:]
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            down = slice(i * stride, i * stride + kH)
            right = slice(j * stride, j * stride + kW)
            at = dy[:, :, i, j]  # (N, C_out)
            dweight += torch.einsum("no,ncuv->ocuv", at, padded[:, :, down, right])
            dpadded[:, :, down, right] += torch.einsum("no,ocuv->ncuv", at, weight)
    H, W = x.shape[2:]
    dx = dpadded[:, :, padding : padding + H, padding : padding + W]
    return dx, dweight, dy.sum(dim=(0, 2, 3))


@style("conv2d_backward")
def conv_backward_by_loops_over_the_kernel(dy, x, weight, stride, padding):
    padded = _padded(x, padding)
    dpadded, dweight = torch.zeros_like(padded), torch.zeros_like(weight)
    (H_out, W_out), (H, W) = dy.shape[2:], x.shape[2:]
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            down = slice(u, u + stride * (H_out - 1) + 1, stride)
            right = slice(v, v + stride * (W_out - 1) + 1, stride)
            dweight[:, :, u, v] = torch.einsum("nohw,nchw->oc", dy, padded[:, :, down, right])
            dpadded[:, :, down, right] += torch.einsum("nohw,oc->nchw", dy, weight[:, :, u, v])
    dx = dpadded[:, :, padding : padding + H, padding : padding + W]
    return [dx, dweight, dy.sum((0, 2, 3))]


@style("conv2d_backward")
def conv_backward_by_index_add(dy, x, weight, stride, padding):
    N, C, H, W = x.shape
    kH, kW = weight.shape[2:]
    windows = _padded(x, padding).unfold(2, kH, stride).unfold(3, kW, stride)
    dweight = torch.einsum("noij,ncijuv->ocuv", dy, windows)
    contributions = torch.einsum("noij,ocuv->ncijuv", dy, weight)
    Hp, Wp = H + 2 * padding, W + 2 * padding
    places = torch.arange(Hp * Wp, device=x.device).view(Hp, Wp)
    places = places.unfold(0, kH, stride).unfold(1, kW, stride).reshape(-1)
    flat = torch.zeros(N, C, Hp * Wp, dtype=dy.dtype, device=dy.device)
    flat.index_add_(2, places, contributions.reshape(N, C, -1))
    dx = flat.view(N, C, Hp, Wp)[:, :, padding : Hp - padding, padding : Wp - padding]
    return dx, dweight, dy.flatten(2).sum(dim=2).sum(dim=0)


@style("conv2d_backward")
def conv_backward_by_index_put(dy, x, weight, stride, padding):
    (H, W), (kH, kW), (H_out, W_out) = x.shape[2:], weight.shape[2:], dy.shape[2:]
    padded = _padded(x, padding)
    rows = stride * torch.arange(H_out, device=x.device)[:, None] + torch.arange(kH, device=x.device)
    columns = stride * torch.arange(W_out, device=x.device)[:, None] + torch.arange(kW, device=x.device)
    i = rows[:, None, :, None].expand(H_out, W_out, kH, kW)
    j = columns[None, :, None, :].expand(H_out, W_out, kH, kW)
    dweight = torch.einsum("ncijuv,noij->ocuv", padded[:, :, i, j], dy)
    dpadded = torch.zeros_like(padded).permute(2, 3, 0, 1).contiguous()
    dpadded.index_put_((i, j), torch.einsum("noij,ocuv->ijuvnc", dy, weight), accumulate=True)
    dx = F.pad(dpadded.permute(2, 3, 0, 1), (-padding,) * 4)
    return dx.reshape(*x.shape[:2], H, W), dweight, torch.einsum("nohw->o", dy)


@style("max_pool2d")
def pool_by_amax_over_loops(x, kernel, stride):
    H, W = ((n - kernel) // stride + 1 for n in x.shape[2:])
    rows = [
        [x[:, :, i * stride : i * stride + kernel, j * stride : j * stride + kernel].amax((2, 3)) for j in range(W)]
        for i in range(H)
    ]
    return torch.stack([torch.stack(row, dim=2) for row in rows], dim=2)


@style("max_pool2d")
def pool_by_maxima_of_shifted_pictures(x, kernel, stride):
    H, W = ((n - kernel) // stride + 1 for n in x.shape[2:])
    y = None
    for u in range(kernel):
        for v in range(kernel):
            part = x[:, :, u : u + stride * (H - 1) + 1 : stride]
            part = part[:, :, :, v : v + stride * (W - 1) + 1 : stride]
            y = part if y is None else torch.maximum(y, part)
    return y.clone()


@style("max_pool2d")
def pool_rows_then_columns(x, kernel, stride):
    return x.unfold(2, kernel, stride).amax(-1).unfold(3, kernel, stride).amax(-1)


@style("max_pool2d")
def pool_by_as_strided(x, kernel, stride):
    x = x.contiguous()
    N, C, H, W = x.shape
    sn, sc, sh, sw = x.stride()
    shape = (N, C, (H - kernel) // stride + 1, (W - kernel) // stride + 1, kernel, kernel)
    windows = torch.as_strided(x, shape, (sn, sc, sh * stride, sw * stride, sh, sw))
    return torch.amax(windows, dim=(-2, -1))


@style("max_pool2d")
def pool_by_the_index_of_the_largest(x, kernel, stride):
    windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride).flatten(4)
    return windows.gather(4, windows.argmax(4, keepdim=True)).squeeze(4)


@style("max_pool2d")
def pool_by_sorting(x, kernel, stride):
    windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride).flatten(4)
    return windows.topk(1, dim=4).values[..., 0]


@style("max_pool2d_backward")
def pool_backward_by_loops_over_places(dy, x, kernel, stride):
    dx = torch.zeros_like(x)
    N, C, H_out, W_out = dy.shape
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    window = x[n, c, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
                    u, v = divmod(int(window.argmax()), kernel)
                    dx[n, c, i * stride + u, j * stride + v] += dy[n, c, i, j]
    return dx


@style("max_pool2d_backward")
def pool_backward_by_onehots(dy, x, kernel, stride):
    windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride)
    winner = windows.flatten(4).argmax(4)
    onehot = F.one_hot(winner, kernel * kernel).to(dy.dtype) * dy[..., None]
    dx = torch.zeros_like(x)
    for k in range(kernel * kernel):
        u, v = divmod(k, kernel)
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                dx[:, :, i * stride + u, j * stride + v] += onehot[:, :, i, j, k]
    return dx


@style("max_pool2d_backward")
def pool_backward_by_masks(dy, x, kernel, stride):
    """The kernel's places in order; a window whose maximum was already found is passed over."""
    y = x.unfold(2, kernel, stride).unfold(3, kernel, stride).amax((-2, -1))
    (H_out, W_out), dx = dy.shape[2:], torch.zeros_like(x)
    open_windows = torch.ones_like(dy, dtype=torch.bool)
    for u in range(kernel):
        for v in range(kernel):
            down = slice(u, u + stride * (H_out - 1) + 1, stride)
            right = slice(v, v + stride * (W_out - 1) + 1, stride)
            here = open_windows & (x[:, :, down, right] == y)
            dx[:, :, down, right] += torch.where(here, dy, torch.zeros_like(dy))
            open_windows &= ~here
    return dx


@style("max_pool2d_backward")
def pool_backward_by_the_first_of_a_running_count(dy, x, kernel, stride):
    dx = torch.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            place = (
                ...,
                slice(i * stride, i * stride + kernel),
                slice(j * stride, j * stride + kernel),
            )
            window = x[place].flatten(2)
            largest = window == window.amax(2, keepdim=True)
            first = largest & (largest.cumsum(2) == 1)
            dx[place] += (first * dy[:, :, i, j, None]).unflatten(2, (kernel, kernel))
    return dx


@style("LeNet")
class LeNetOfLazyLayers(nn.Module):
    """Their shapes come with the first picture."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.LazyConv2d(6, 5, padding=2), nn.LazyConv2d(16, 5)
        self.fc1, self.fc2, self.fc3 = nn.LazyLinear(120), nn.LazyLinear(84), nn.LazyLinear(10)

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = F.max_pool2d(F.relu_(conv(x)), 2)
        x = F.relu_(self.fc1(torch.flatten(x, 1)))
        return self.fc3(F.relu_(self.fc2(x)))


@style("LeNet")
class LeNetAsASequence(nn.Sequential):
    """The names are kept, so it may be a Sequential."""

    def __init__(self):
        layers = {
            "conv1": nn.Conv2d(1, 6, 5, padding=2), "relu1": nn.ReLU(), "pool1": nn.AdaptiveMaxPool2d(14),
            "conv2": nn.Conv2d(6, 16, 5), "relu2": nn.ReLU(), "pool2": nn.MaxPool2d(2), "flat": nn.Flatten(),
            "fc1": nn.Linear(400, 120), "relu3": nn.ReLU(True), "fc2": nn.Linear(120, 84), "relu4": nn.ReLU(True),
            "fc3": nn.Linear(84, 10),
        }  # fmt: skip
        super().__init__(OrderedDict(layers))


@style("LeNet")
class LeNetWithPoolingLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, 1, 2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)
        self.pool, self.relu = nn.MaxPool2d(2, 2), nn.ReLU()

    def forward(self, x):
        x = self.pool(self.relu(self.conv1(x)))
        x = self.pool(self.relu(self.conv2(x)))
        x = self.relu(self.fc1(x.view(x.size(0), -1)))
        return self.fc3(self.relu(self.fc2(x)))


@style("LeNet")
class LeNetPoolsBeforeRelu(nn.Module):
    """Both are monotone, so their order does not matter."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=6, kernel_size=(5, 5), padding="same")
        self.conv2 = nn.Conv2d(in_channels=6, out_channels=16, kernel_size=(5, 5))
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = torch.relu(F.max_pool2d(self.conv1(x), 2))
        x = torch.relu(F.max_pool2d(self.conv2(x), 2))
        for layer in (self.fc1, self.fc2):
            x = torch.relu(layer(torch.flatten(x, 1)))
        return self.fc3(x)


@style("LeNet")
class LeNetInAnotherOrder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc3 = nn.Linear(84, 10)
        self.fc2 = nn.Linear(120, 84)
        self.fc1 = nn.Linear(400, 120)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.conv1 = nn.Conv2d(1, 6, 5, padding=(2, 2))

    def features(self, x):
        for conv in (self.conv1, self.conv2):
            x = nn.functional.max_pool2d(conv(x).clamp(min=0), kernel_size=2, stride=2)
        return x.reshape(len(x), 400)

    def forward(self, x):
        return self.fc3(self.fc2(self.fc1(self.features(x)).relu()).relu())


@style("ResidualBlock")
class BlockWithIfs(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        if stride == 1 and in_channels == out_channels:
            self.shortcut = nn.Sequential()
        else:
            conv = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(out_channels))

    def forward(self, x):
        out = torch.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out = out + self.shortcut(x)
        return torch.relu(out)


@style("ResidualBlock")
class BlockWithInPlaceSteps(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        changes = stride != 1 or in_channels != out_channels
        layers = [nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)] if changes else []
        layers += [nn.BatchNorm2d(out_channels)] if changes else []
        self.shortcut = nn.Sequential(*layers)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out_channels), nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return self.relu(out)


@style("ResidualBlock")
class BlockWithPaddingSame(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, (3, 3), stride, (1, 1), bias=False)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding="same", bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Sequential()
        if (in_channels, stride) != (out_channels, 1):
            self.shortcut.append(nn.Conv2d(in_channels, out_channels, 1, stride, 0, bias=False))
            self.shortcut.append(nn.BatchNorm2d(out_channels))

    def forward(self, x):
        branch = self.bn2(self.conv2(self.bn1(self.conv1(x)).clamp(min=0)))
        return (self.shortcut(x) + branch).clamp(min=0)


@style("ResidualBlock")
class BlockOfLazyLayers(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.conv1 = nn.LazyConv2d(out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.LazyBatchNorm2d()
        self.conv2 = nn.LazyConv2d(out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.LazyBatchNorm2d()
        self.shortcut = nn.Sequential()
        if stride != 1 or in_channels != out_channels:
            conv = nn.LazyConv2d(out_channels, 1, stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.LazyBatchNorm2d())

    def forward(self, x):
        branch = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(branch + self.shortcut(x))


@style("train_cnn")
def train_with_adam_by_hand_and_a_look_now_and_then(model, images, labels, epochs, learning_rate, batch_size, generator):  # fmt: skip
    parameters = [*model.parameters()]
    m, v = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    t = 0
    for _ in range(epochs):
        model.train()
        order = torch.randperm(len(labels), generator=generator, device=generator.device)
        for batch in order.to(images.device).split(batch_size):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            t += 1
            for p, g, a, b in zip(parameters, torch.autograd.grad(loss, parameters), m, v, strict=True):
                a.mul_(0.9).add_(g, alpha=0.1)
                b.mul_(0.999).addcmul_(g, g, value=0.001)
                step = (a / (1 - 0.9**t)) / ((b / (1 - 0.999**t)).sqrt() + 1e-8)
                p.data -= learning_rate * step
        model.eval()
        with torch.no_grad():
            model(images)
    return model.train()


@style("train_cnn")
def train_with_a_loss_module(model, images, labels, epochs, learning_rate, batch_size, generator):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    model.train()
    for _ in range(epochs):
        order = torch.randperm(
            images.shape[0], generator=generator, device=generator.device
        ).to(images.device)  # fmt: skip
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = criterion(model(images[batch]), labels[batch])
            model.zero_grad()
            loss.backward()
            optimizer.step()
    return model


@style("train_cnn")
def train_by_a_data_loader(model, images, labels, epochs, learning_rate, batch_size, generator):
    data = torch.utils.data.TensorDataset(images, labels)
    loader = torch.utils.data.DataLoader(data, batch_size, shuffle=True, generator=generator)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(epochs):
        model.train(True)
        for pictures, targets in loader:
            optimizer.zero_grad(set_to_none=False)
            F.cross_entropy(model(pictures), targets).backward()
            optimizer.step()
    return model.train()


@style("train_cnn")
def train_with_log_softmax(model, images, labels, epochs, learning_rate, batch_size, generator):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate, betas=(0.9, 0.999))
    model.train()
    for _ in range(epochs):
        noise = torch.rand(len(labels), generator=generator, device=generator.device)
        order = noise.argsort().to(labels.device)
        while len(order):
            batch, order = order[:batch_size], order[batch_size:]
            log_p = F.log_softmax(model(images[batch]), dim=1)
            loss = -log_p.gather(1, labels[batch][:, None]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


@style("convolutional_networks_bug_hunt")
def pictures_by_moveaxis(pictures):
    return torch.moveaxis(pictures, -1, 1).float() / 255.0


@style("convolutional_networks_bug_hunt")
def pictures_by_two_transposes(pictures):
    scaled = pictures.to(torch.float32) * (1 / 255)
    return scaled.transpose(2, 3).transpose(1, 2).contiguous()


@style("convolutional_networks_bug_hunt")
def pictures_colour_by_colour(pictures):
    return torch.stack([pictures[..., c] for c in range(pictures.shape[-1])], dim=1) / 255


# Two more for each: other dtypes in between, views, other algebra.


@style("conv_output_size")
def size_by_ceiling(size, kernel, stride, padding):
    return math.ceil((size + 2 * padding - kernel + 1) / stride)


@style("conv_output_size")
def size_by_divmod(size, kernel, stride, padding):
    steps, _ = divmod(size - kernel + padding + padding, stride)
    return np.int64(steps + 1)


@style("receptive_field")
def field_by_edges(layers):
    first = last = 0  # the places that one value sees, layer by layer towards the picture
    for kernel, stride in layers[::-1]:
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1


@style("receptive_field")
def field_by_counting_pixels(layers):
    seen = {0}
    for kernel, stride in reversed(layers):
        seen = {stride * place + k for place in seen for k in range(kernel)}
    return max(seen) - min(seen) + 1


@style("conv2d_backward")
def conv_backward_by_strided_slices(dy, x, weight, stride, padding):
    p, (_, _, H, W), (_, _, kH, kW) = padding, x.shape, weight.shape
    H_out, W_out = dy.shape[2:]
    padded = F.pad(x, (p, p, p, p))
    dpadded, dweight = torch.zeros_like(padded), torch.zeros_like(weight)
    for a in range(kH):
        for b in range(kW):
            rows = slice(a, a + stride * (H_out - 1) + 1, stride)
            columns = slice(b, b + stride * (W_out - 1) + 1, stride)
            dweight[:, :, a, b] = torch.einsum("noij,ncij->oc", dy, padded[:, :, rows, columns])
            dpadded[:, :, rows, columns] += torch.einsum("noij,oc->ncij", dy, weight[:, :, a, b])
    return dpadded[:, :, p : p + H, p : p + W].clone(), dweight, dy.sum((0, 2, 3))


@style("conv2d_backward")
def conv_backward_window_by_window(dy, x, weight, stride, padding):
    """Window by window, cut where it reaches over the edge."""
    _, _, H, W = x.shape
    _, _, kH, kW = weight.shape
    _, _, H_out, W_out = dy.shape
    dx, dweight = torch.zeros_like(x), torch.zeros_like(weight)
    for i in range(H_out):
        for j in range(W_out):
            top, left = i * stride - padding, j * stride - padding
            rows, columns = slice(max(top, 0), min(top + kH, H)), slice(max(left, 0), min(left + kW, W))  # fmt: skip
            inner = weight[:, :, rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]  # fmt: skip
            if inner.numel() == 0 or rows.stop <= rows.start or columns.stop <= columns.start:
                continue
            g = dy[:, :, i, j]  # (N, O)
            dx[:, :, rows, columns] += torch.einsum("no,ocab->ncab", g, inner)
            dweight[
                :, :, rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
            ] += (  # fmt: skip
                torch.einsum("no,ncab->ocab", g, x[:, :, rows, columns])
            )
    return [dx, dweight, dy.flatten(2).sum(2).sum(0)]


@style("max_pool2d")
def pool_by_shifted_pictures(x, kernel, stride):
    H_out, W_out = ((n - kernel) // stride + 1 for n in x.shape[2:])
    best = None
    for a in range(kernel):
        for b in range(kernel):
            here = x[:, :, a : a + stride * H_out : stride, b : b + stride * W_out : stride]
            here = here[:, :, :H_out, :W_out]
            best = here if best is None else torch.where(here > best, here, best)
    return best.clone()


@style("max_pool2d_backward")
def pool_backward_by_shifted_pictures(dy, x, kernel, stride):
    H_out, W_out = dy.shape[2:]
    best = torch.full_like(dy, -torch.inf)
    winner = torch.zeros(dy.shape, dtype=torch.long, device=dy.device)

    def window(picture, k):
        a, b = divmod(k, kernel)
        return picture[
            :,
            :,
            a : a + stride * (H_out - 1) + 1 : stride,
            b : b + stride * (W_out - 1) + 1 : stride,
        ]

    for k in range(kernel * kernel):
        here = window(x, k)
        winner[here > best] = k
        best = torch.maximum(best, here)
    dx = torch.zeros_like(x)
    for k in range(kernel * kernel):
        window(dx, k).add_(dy * (winner == k))
    return dx


@style("max_pool2d_backward")
def pool_backward_by_index_put(dy, x, kernel, stride):
    windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride)
    flat = windows.reshape(*windows.shape[:4], -1)
    first = (flat == flat.amax(-1, keepdim=True)).to(torch.uint8).argmax(-1)
    n, c, i, j = torch.meshgrid(*(torch.arange(s, device=x.device) for s in dy.shape), indexing="ij")
    rows, columns = i * stride + first // kernel, j * stride + first % kernel
    return torch.zeros_like(x).index_put((n, c, rows, columns), dy, accumulate=True)


@style("LeNet")
class LeNetWithAFlattenLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, 1, 2), nn.Conv2d(6, 16, (5, 5))
        for number, (a, b) in enumerate([(16 * 5 * 5, 120), (120, 84), (84, 10)], 1):
            setattr(self, f"fc{number}", nn.Linear(a, b))

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = conv(x).relu()
            x = nn.functional.max_pool2d(x, kernel_size=2, stride=2)
        x = torch.flatten(x, 1)
        for layer in (self.fc1, self.fc2):
            x = layer(x).clamp(min=0)
        return self.fc3(x)


@style("LeNet")
class LeNetPoolsBeforeReLU(nn.Module):
    """The larger of two values is positive exactly when one of them is: pooling and ReLU may change places."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding="same")
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2)).view(len(x), -1)
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


@style("ResidualBlock")
class BlockWithABranch(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, (3, 3), (stride, stride), (1, 1), bias=False)  # fmt: skip
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        parts = []
        if (stride, in_channels) != (1, out_channels):
            parts += [nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)]
            parts += [nn.BatchNorm2d(out_channels)]
        self.shortcut = nn.Sequential(*parts)

    def branch(self, x):
        for conv, norm, last in ((self.conv1, self.bn1, False), (self.conv2, self.bn2, True)):
            x = norm(conv(x))
            x = x if last else x.clamp(min=0)
        return x

    def forward(self, x):
        return torch.add(self.shortcut(x), self.branch(x)).relu()


@style("ResidualBlock")
class BlockThatAddsInPlace(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.shortcut = nn.Sequential()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride=1, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out_channels), nn.BatchNorm2d(out_channels)
        if stride > 1 or in_channels != out_channels:
            self.shortcut.append(nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False))
            self.shortcut.append(nn.BatchNorm2d(out_channels))

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        out += self.shortcut(x)
        return F.relu(out)


@style("train_cnn")
def training_by_a_data_loader(model, images, labels, epochs, learning_rate, batch_size, generator):
    data = torch.utils.data.TensorDataset(images, labels)
    loader = torch.utils.data.DataLoader(data, batch_size, shuffle=True, generator=generator)
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            model.zero_grad()
            nn.CrossEntropyLoss()(model(x), y).backward()
            optimizer.step()
    return model


@style("train_cnn")
def training_with_gradients_asked_for(model, images, labels, epochs, learning_rate, batch_size, generator):
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(parameters, lr=learning_rate)
    model.train(True)
    for _ in range(epochs):
        shuffled = torch.rand(len(images), generator=generator, device=generator.device).argsort()
        shuffled = shuffled.to(labels.device)
        for start in range(0, len(shuffled), batch_size):
            rows = shuffled[start : start + batch_size]
            log_p = F.log_softmax(model(images.index_select(0, rows)), dim=1)
            loss = F.nll_loss(log_p, labels.index_select(0, rows))
            found = torch.autograd.grad(loss, parameters)
            for parameter, gradient in zip(parameters, found, strict=True):
                parameter.grad = gradient
            optimizer.step()
    return model


@style("convolutional_networks_bug_hunt")
def pictures_by_einsum(pictures):
    return torch.einsum("nhwc->nchw", pictures.float()) * (1 / 255)


@style("convolutional_networks_bug_hunt")
def pictures_by_unbind(pictures):
    scaled = pictures.double().div(255.0)
    return torch.stack(scaled.unbind(dim=3), dim=1).float()
