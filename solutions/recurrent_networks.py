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

begin("recurrent_networks")


# %% exercise="rnn_step"
def rnn_step(x, h, W_ih, W_hh, b):
    """One step of a recurrent network: h' = tanh(W_ih x + W_hh h + b), for each sample of the batch.

    x:    (N, D), the input of this step, one sample per row
    h:    (N, H), the hidden state before it
    W_ih: (H, D), from the input;  W_hh: (H, H), from the hidden state;  b: (H,)
    returns the new hidden state, (N, H)
    Elman 1990
    """
    ### BEGIN SOLUTION
    return torch.tanh(x @ W_ih.T + h @ W_hh.T + b)
    ### END SOLUTION


# %% check="rnn_step"
check("rnn_step")


# %% exercise="gradient_through_time"
def gradient_through_time(W_hh, hs):
    """How much of the gradient at the end arrives at each step of h_k = tanh(W_ih x_k + W_hh h_(k-1) + b), one sample.

    dh_T/dh_t = D_T W_hh D_(T-1) W_hh ... D_(t+1) W_hh,   D_k = diag(1 - h_k^2)

    W_hh: (H, H)
    hs:   (T, H), the hidden states h_1 .. h_T
    returns (T,): at place t the spectral norm (the largest singular value) of dh_T/dh_t; the last is 1
    Pascanu, Mikolov, Bengio 2013
    """
    ### BEGIN SOLUTION
    T, H = hs.shape
    product = torch.eye(H, dtype=hs.dtype, device=hs.device)  # dh_T/dh_T
    norms = [torch.linalg.matrix_norm(product, ord=2)]
    for h in hs.flip(0)[: T - 1]:  # h_T, ..., h_2
        product = product @ ((1 - h**2)[:, None] * W_hh)  # row j of W_hh times 1 - h_j^2
        norms.append(torch.linalg.matrix_norm(product, ord=2))
    return torch.stack(norms[::-1])
    ### END SOLUTION


# %% check="gradient_through_time"
check("gradient_through_time")


# %% exercise="clip_gradients"
def clip_gradients(grads, max_norm):
    """Shorten the gradients together, if together they are longer than max_norm; their direction stays.

    norm = sqrt(sum of the squares of all entries of all tensors);   g * min(1, max_norm / norm)

    grads:    list of tensors of any shapes; not changed
    max_norm: float > 0
    returns (clipped, norm): a list of new tensors of the same shapes, and the norm before clipping, a 0-d tensor
    Pascanu, Mikolov, Bengio 2013, algorithm 1
    """
    ### BEGIN SOLUTION
    norm = torch.sqrt(sum((g**2).sum() for g in grads))
    factor = torch.clamp(max_norm / norm, max=1.0)  # norm 0: infinity, cut off at 1
    return [g * factor for g in grads], norm
    ### END SOLUTION


# %% check="clip_gradients"
check("clip_gradients")


# %% exercise="lstm_cell"
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    """One step of an LSTM, in PyTorch's layout.

    i, f, g, o = the four blocks of H rows, in this order, of  W_ih x + b_ih + W_hh h + b_hh
    c' = sigmoid(f) * c + sigmoid(i) * tanh(g)
    h' = sigmoid(o) * tanh(c')

    x: (N, D);  h, c: (N, H)
    W_ih: (4H, D);  W_hh: (4H, H);  b_ih, b_hh: (4H,)
    returns (h', c'), both (N, H)
    Hochreiter & Schmidhuber 1997; the forget gate: Gers, Schmidhuber, Cummins 2000
    """
    ### BEGIN SOLUTION
    gates = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh  # (N, 4H)
    i, f, g, o = gates.chunk(4, dim=1)  # each (N, H)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
    ### END SOLUTION


# %% check="lstm_cell"
check("lstm_cell")


# %% exercise="lstm"
def lstm(xs, h, c, W_ih, W_hh, b_ih, b_hh):
    """An LSTM over a whole sequence: the cell, step after step, with the same weights.

    xs: (T, N, D), time first
    h, c: (N, H), the state before the first step;  weights as in lstm_cell
    returns (outputs, (h, c)): outputs (T, N, H), the hidden state after each step, and the state after the last
    """
    ### BEGIN SOLUTION
    outputs = []
    for x in xs:  # (N, D)
        h, c = lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh)
        outputs.append(h)
    return torch.stack(outputs), (h, c)
    ### END SOLUTION


# %% check="lstm"
check("lstm")


# %% exercise="gru_cell"
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    """One step of a GRU, in PyTorch's layout and with PyTorch's reset.

    three blocks of H rows, in the order r, z, n:   a = W_ih x + b_ih,   u = W_hh h + b_hh
    r = sigmoid(a_r + u_r),   z = sigmoid(a_z + u_z),   n = tanh(a_n + r * u_n)
    h' = (1 - z) * n + z * h

    x: (N, D);  h: (N, H);  W_ih: (3H, D);  W_hh: (3H, H);  b_ih, b_hh: (3H,)
    returns h', (N, H)
    Cho et al. 2014
    """
    ### BEGIN SOLUTION
    a_r, a_z, a_n = (x @ W_ih.T + b_ih).chunk(3, dim=1)  # each (N, H)
    u_r, u_z, u_n = (h @ W_hh.T + b_hh).chunk(3, dim=1)
    r, z = torch.sigmoid(a_r + u_r), torch.sigmoid(a_z + u_z)
    n = torch.tanh(a_n + r * u_n)
    return (1 - z) * n + z * h
    ### END SOLUTION


# %% check="gru_cell"
check("gru_cell")


# %% exercise="make_windows"
def make_windows(series, length, horizon):
    """Cut a series into questions and answers: `length` values, and the `horizon` values that follow them.

    inputs[i] = series[i .. i + length - 1],   targets[i] = series[i + length .. i + length + horizon - 1]

    series: (T,), T >= length + horizon; not changed
    length, horizon: int >= 1
    returns (inputs, targets): (n, length) and (n, horizon), n = T - length - horizon + 1; new tensors, no views
    """
    ### BEGIN SOLUTION
    inputs = series[: len(series) - horizon].unfold(0, length, 1)
    targets = series[length:].unfold(0, horizon, 1)
    return inputs.clone(), targets.clone()
    ### END SOLUTION


# %% check="make_windows"
check("make_windows")


# %% exercise="Forecaster"
class Forecaster(nn.Module):
    """An LSTM that reads a window of a series and forecasts the next `horizon` values, in the series' own units.

    lstm: nn.LSTM(1, hidden_size, batch_first=True);   head: nn.Linear(hidden_size, horizon)
    mean, std: buffers of one number each, 0 and 1 at first: the scale of the series, set by train_forecaster

    scaled = (inputs - mean) / std;   outputs = the lstm's hidden states on scaled, from a state of zeros
    forecast = head(the last output) * std + mean
    """

    def __init__(self, hidden_size, horizon):
        super().__init__()
        ### BEGIN SOLUTION
        self.lstm = nn.LSTM(1, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, horizon)
        self.register_buffer("mean", torch.tensor(0.0))
        self.register_buffer("std", torch.tensor(1.0))
        ### END SOLUTION

    def forward(self, inputs):
        """inputs: (N, length), in the series' own units. returns (N, horizon), in the same units"""
        ### BEGIN SOLUTION
        scaled = (inputs - self.mean) / self.std
        outputs, _ = self.lstm(scaled[:, :, None])  # (N, length, hidden_size)
        return self.head(outputs[:, -1]) * self.std + self.mean
        ### END SOLUTION


# %% check="Forecaster"
check("Forecaster")


# %% exercise="train_forecaster"
def train_forecaster(model, inputs, targets, epochs, learning_rate, batch_size, generator):
    """Set the model's scale, then train it in place on squared error with Adam, in mini-batches.

    model:         nn.Module with buffers mean and std; forecasts (m, horizon) from inputs (m, length)
    inputs:        (n, length), targets: (n, horizon): training windows, in the series' own units
    epochs:        int; in each the windows come in a new random order
    learning_rate: float, Adam's
    batch_size:    int; the last batch of an epoch may be shorter
    generator:     torch.Generator for the orders, perhaps on another device than the inputs
    first model.mean and model.std become the mean and the standard deviation of `inputs`;
    the loss is the mean of ((forecast - target) / std)^2
    returns the same model, in train mode
    """
    ### BEGIN SOLUTION
    model.mean.copy_(inputs.mean())
    model.std.copy_(inputs.std())
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    model.train()
    for _ in range(epochs):
        order = torch.randperm(len(inputs), generator=generator, device=generator.device)
        for batch in order.to(inputs.device).split(batch_size):
            optimizer.zero_grad()
            error = (model(inputs[batch]) - targets[batch]) / model.std
            (error**2).mean().backward()
            optimizer.step()
    return model
    ### END SOLUTION


# %% check="train_forecaster"
check("train_forecaster")


# %% exercise="recurrent_networks_bug_hunt"
def recurrent_networks_bug_hunt(series, split):
    """A series scaled for a forecaster, in two stretches, without the bug.

    series: (T,); the values before place `split` are there to learn from, the others are held out
    split:  int, 2 <= split < T
    returns (train, held_out): (split,) and (T - split,), both scaled by the same mean and the same std (as torch.std gives it)
    """
    ### BEGIN SOLUTION
    past = series[:split]
    scaled = (series - past.mean()) / past.std()
    return scaled[:split], scaled[split:]
    ### END SOLUTION


# %% check="recurrent_networks_bug_hunt"
check("recurrent_networks_bug_hunt")

# %% exercise="recurrent_networks_quiz"
recurrent_networks_quiz = {
    ### BEGIN SOLUTION
    "q1": "b",
    "q2": "d",
    "q3": "a",
    "q4": "c",
    ### END SOLUTION
}

# %% check="recurrent_networks_quiz"
check("recurrent_networks_quiz")

# %% key="progress" explore=true
progress()
