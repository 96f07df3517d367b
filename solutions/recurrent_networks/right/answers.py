"""Right answers to lesson 6 in other styles than ours."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from grader.course.answers import style


@style("rnn_step")
def step_by_linear(x, h, W_ih, W_hh, b):
    return torch.tanh(F.linear(x, W_ih, b) + F.linear(h, W_hh))


@style("rnn_step")
def step_of_both_at_once(x, h, W_ih, W_hh, b):
    return torch.cat([x, h], dim=1).matmul(torch.cat([W_ih, W_hh], dim=1).T).add(b).tanh()


@style("rnn_step")
def step_sample_by_sample(x, h, W_ih, W_hh, b):
    return torch.stack([torch.tanh(W_ih @ one + W_hh @ old + b) for one, old in zip(x, h)])


@style("gradient_through_time")
def norms_by_singular_values(W_hh, hs):
    T, H = hs.shape
    J = torch.eye(H).to(hs)
    norms = [torch.linalg.svdvals(J)[0]]
    for k in range(T - 1, 0, -1):
        J = J @ torch.diag(1 - hs[k] ** 2) @ W_hh
        norms.insert(0, torch.linalg.svdvals(J).max())
    return torch.stack(norms)


@style("gradient_through_time")
def norms_from_scratch_for_each_step(W_hh, hs):
    found = torch.ones(len(hs), dtype=hs.dtype, device=hs.device)
    for t in range(len(hs) - 1):
        J = None
        for h in hs[t + 1 :]:
            step = torch.diag(1 - h * h) @ W_hh
            J = step if J is None else step @ J
        found[t] = torch.linalg.norm(J, ord=2)
    return found


@style("gradient_through_time")
def norms_by_einsum(W_hh, hs):
    J = torch.eye(W_hh.shape[0], dtype=W_hh.dtype, device=W_hh.device)
    norms = [torch.linalg.matrix_norm(J, 2)]
    for h in reversed(hs[1:]):
        J = torch.einsum("ij,j,jk->ik", J, 1 - h.square(), W_hh)
        norms += [torch.linalg.matrix_norm(J, 2)]
    return torch.stack(norms).flip(0)


@style("clip_gradients")
def clipped_by_one_long_vector(grads, max_norm):
    norm = torch.cat([g.reshape(-1) for g in grads]).norm()
    if norm <= max_norm:
        return [g.clone() for g in grads], norm
    return [g / norm * max_norm for g in grads], norm


@style("clip_gradients")
def clipped_by_norm_of_norms(grads, max_norm):
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in grads]))
    scale = 1.0 if norm.item() <= max_norm else max_norm / norm
    return [g * scale for g in grads], norm


@style("clip_gradients")
def clipped_by_the_larger_divisor(grads, max_norm):
    norm = sum(g.pow(2).sum() for g in grads).sqrt()
    return tuple(g * max_norm / torch.maximum(norm, norm.new_tensor(max_norm)) for g in grads), norm


@style("lstm_cell")
def cell_by_slices(x, h, c, W_ih, W_hh, b_ih, b_hh):
    H = h.shape[1]
    a = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = a[:, :H], a[:, H : 2 * H], a[:, 2 * H : 3 * H], a[:, 3 * H :]
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


@style("lstm_cell")
def cell_gate_by_gate(x, h, c, W_ih, W_hh, b_ih, b_hh):
    parts = zip(W_ih.split(h.shape[1]), W_hh.chunk(4), (b_ih + b_hh).chunk(4), strict=True)
    i, f, g, o = (x @ U.T + h @ W.T + b for U, W, b in parts)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return [torch.sigmoid(o) * torch.tanh(c), c]


@style("lstm_cell")
def cell_by_reshape_and_tanh_alone(x, h, c, W_ih, W_hh, b_ih, b_hh):
    def s(a):
        return (1 + torch.tanh(a / 2)) / 2

    N, H = h.shape
    a = (torch.cat([x, h], 1) @ torch.cat([W_ih, W_hh], 1).t() + b_ih + b_hh).reshape(N, 4, H)
    i, f, g, o = a.unbind(1)
    new = s(f).mul(c).add(s(i).mul(torch.tanh(g)))
    return s(o) * torch.tanh(new), new


@style("lstm")
def sequence_in_one_product(xs, h, c, W_ih, W_hh, b_ih, b_hh):
    inputs = xs @ W_ih.T + b_ih + b_hh  # (T, N, 4H)
    outputs = []
    for a in inputs:
        i, f, g, o = (a + h @ W_hh.T).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h[None])
    return torch.cat(outputs), (h, c)


@style("lstm")
def sequence_by_index(xs, h, c, W_ih, W_hh, b_ih, b_hh):
    outputs = torch.zeros(xs.shape[0], *h.shape, dtype=xs.dtype, device=xs.device)
    for t in range(xs.shape[0]):
        h, c = cell_by_slices(xs[t], h, c, W_ih, W_hh, b_ih, b_hh)
        outputs[t] = h
    return outputs, (h, c)


@style("lstm")
def sequence_by_recursion(xs, h, c, W_ih, W_hh, b_ih, b_hh):
    h, c = cell_gate_by_gate(xs[0], h, c, W_ih, W_hh, b_ih, b_hh)
    if len(xs) == 1:
        return h.unsqueeze(0), [h, c]
    outputs, state = sequence_by_recursion(xs[1:], h, c, W_ih, W_hh, b_ih, b_hh)
    return torch.cat([h.unsqueeze(0), outputs]), state


@style("gru_cell")
def gru_by_slices(x, h, W_ih, W_hh, b_ih, b_hh):
    H = h.shape[1]
    a, u = F.linear(x, W_ih, b_ih), F.linear(h, W_hh, b_hh)
    r = torch.sigmoid(a[:, :H] + u[:, :H])
    z = torch.sigmoid(a[:, H : 2 * H] + u[:, H : 2 * H])
    n = torch.tanh(a[:, 2 * H :] + r * u[:, 2 * H :])
    return n + z * (h - n)


@style("gru_cell")
def gru_gate_by_gate(x, h, W_ih, W_hh, b_ih, b_hh):
    (Ur, Uz, Un), (Wr, Wz, Wn) = W_ih.chunk(3), W_hh.chunk(3)
    (ar, az, an), (br, bz, bn) = b_ih.chunk(3), b_hh.chunk(3)
    r = (x @ Ur.T + h @ Wr.T + ar + br).sigmoid()
    z = (x @ Uz.T + h @ Wz.T + az + bz).sigmoid()
    return (1 - z) * (x @ Un.T + an + r * (h @ Wn.T + bn)).tanh() + z * h


@style("gru_cell")
def gru_by_lerp(x, h, W_ih, W_hh, b_ih, b_hh):
    N, H = h.shape
    a = (x @ W_ih.t() + b_ih).view(N, 3, H)
    u = (h @ W_hh.t() + b_hh).view(N, 3, H)
    r, z = torch.sigmoid(a[:, :2] + u[:, :2]).unbind(1)
    return torch.lerp(torch.tanh(a[:, 2] + r * u[:, 2]), h, z)


@style("make_windows")
def windows_by_loops(series, length, horizon):
    inputs, targets = [], []
    for i in range(len(series) - length - horizon + 1):
        inputs.append(series[i : i + length])
        targets.append(series[i + length : i + length + horizon])
    return torch.stack(inputs), torch.stack(targets)


@style("make_windows")
def windows_by_indices(series, length, horizon):
    n = series.shape[0] - length - horizon + 1
    start = torch.arange(n, device=series.device)[:, None]
    inside = torch.arange(length + horizon, device=series.device)
    both = series[start + inside]
    return both[:, :length], both[:, length:]


@style("make_windows")
def windows_by_unfold_of_both(series, length, horizon):
    both = series.unfold(0, length + horizon, 1).clone()
    return both.split([length, horizon], dim=1)


@style("Forecaster")
class ForecasterByFinalState(nn.Module):
    def __init__(self, hidden_size, horizon):
        super().__init__()
        self.register_buffer("mean", torch.zeros(1))
        self.register_buffer("std", torch.ones(1))
        self.head = nn.Linear(hidden_size, horizon)
        self.lstm = nn.LSTM(input_size=1, hidden_size=hidden_size, batch_first=True)

    def forward(self, inputs):
        _, (h, _) = self.lstm(((inputs - self.mean) / self.std).unsqueeze(2))
        return self.mean + self.std * self.head(h[-1])


@style("Forecaster")
class ForecasterWithZeros(nn.Module):
    def __init__(self, hidden_size, horizon):
        super().__init__()
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(1, hidden_size, num_layers=1, batch_first=True)
        self.head = nn.Linear(hidden_size, horizon)
        for name, value in (("mean", 0.0), ("std", 1.0)):
            self.register_buffer(name, torch.tensor(value))

    def forward(self, inputs):
        N, _ = inputs.shape
        zeros = inputs.new_zeros(1, N, self.hidden_size)
        out, _ = self.lstm((inputs.unsqueeze(-1) - self.mean) / self.std, (zeros, zeros))
        return torch.addcmul(self.mean, self.head(out[:, -1, :]), self.std)


@style("Forecaster")
class ForecasterThatHeadsEveryStep(nn.Module):
    def __init__(self, hidden_size, horizon):
        super().__init__()
        self.lstm, self.head = nn.LSTM(1, hidden_size, batch_first=True), nn.Linear(hidden_size, horizon)  # fmt: skip
        self.register_buffer("mean", torch.tensor(0.0))
        self.register_buffer("std", torch.tensor(1.0))

    def forward(self, inputs):
        every = self.head(self.lstm(((inputs - self.mean) / self.std)[..., None])[0])
        return (every * self.std + self.mean)[:, -1]


@style("train_forecaster")
def trained_in_the_series_units(model, inputs, targets, epochs, learning_rate, batch_size, generator):
    model.mean, model.std = inputs.mean(), inputs.std(correction=0)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(epochs):
        model.train()
        order = torch.randperm(inputs.shape[0], generator=generator)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss = F.mse_loss(model(inputs[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


@style("train_forecaster")
def trained_with_clipping(model, inputs, targets, epochs, learning_rate, batch_size, generator):
    with torch.no_grad():
        model.mean.fill_(inputs.mean())
        model.std.fill_(inputs.std())
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    model.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(inputs), generator=generator).split(batch_size):
            model.zero_grad()
            scaled = [(y - model.mean) / model.std for y in (model(inputs[rows]), targets[rows])]
            nn.functional.mse_loss(*scaled).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    return model


@style("train_forecaster")
def trained_on_the_sum_of_shuffled_copies(model, inputs, targets, epochs, learning_rate, batch_size, generator):
    model.mean.data = inputs.mean()
    model.std.data = inputs.std()
    model = model.train()
    optimizer = torch.optim.Adam([{"params": model.parameters()}], lr=learning_rate)
    for _ in range(epochs):
        order = torch.randperm(len(inputs), generator=generator)
        shuffled = zip(inputs[order].split(batch_size), targets[order].split(batch_size), strict=True)  # fmt: skip
        for x, y in shuffled:
            optimizer.zero_grad(set_to_none=False)
            ((model(x) - y) ** 2).sum().backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        model(inputs[:1])
    return model.train()


@style("recurrent_networks_bug_hunt")
def scaled_stretch_by_stretch(series, split):
    past, future = series[:split], series[split:]
    mean, std = past.mean(), past.std()
    return (past - mean) / std, (future - mean) / std


@style("recurrent_networks_bug_hunt")
def scaled_by_the_formula(series, split):
    mean = series[:split].sum() / split
    std = ((series[:split] - mean).square().sum() / (split - 1)).sqrt()
    return tuple(((series - mean) / std).split([split, len(series) - split]))


@style("recurrent_networks_bug_hunt")
def scaled_by_std_mean(series, split):
    std, mean = torch.std_mean(series[:split])
    scaled = series.sub(mean).div(std)
    return scaled[:split], scaled[split:]


# Two more for each: other dtypes in between, views, other algebra.


@style("rnn_step")
def step_by_einsum(x, h, W_ih, W_hh, b):
    return (torch.einsum("nd,hd->nh", x, W_ih) + torch.einsum("nk,hk->nh", h, W_hh) + b).tanh()


@style("rnn_step")
def step_with_samples_in_columns(x, h, W_ih, W_hh, b):
    return torch.tanh(W_ih @ x.T + W_hh @ h.mT + b[:, None]).T


@style("gradient_through_time")
def norms_by_gram_matrices(W_hh, hs):
    J = torch.eye(len(W_hh), dtype=torch.float64, device=hs.device)
    W, states, norms = W_hh.double(), hs.double(), []
    for h in [*states[1:].flip(0), None]:
        norms.append(torch.linalg.eigvalsh(J.T @ J)[-1].clamp(min=0).sqrt())
        if h is not None:
            J = J @ ((1 - h * h).unsqueeze(1) * W)
    return torch.stack(norms[::-1]).to(hs.dtype)


@style("gradient_through_time")
def norms_of_a_stack(W_hh, hs):
    products = [torch.eye(W_hh.shape[1]).to(hs)]
    for t in range(len(hs) - 1, 0, -1):
        products.append(products[-1] @ ((1 - hs[t].pow(2)).diag() @ W_hh))
    return torch.linalg.norm(torch.stack(products[::-1]), ord=2, dim=(1, 2))


@style("clip_gradients")
def clipping_by_one_vector(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm()
    scale = 1.0 if norm <= max_norm else max_norm / norm
    return [scale * g for g in grads], norm


@style("clip_gradients")
def clipping_by_norms_of_norms(grads, max_norm):
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in grads]))
    scale = torch.minimum(max_norm / norm, torch.ones_like(norm))
    return tuple(torch.mul(g, scale) for g in grads), norm


@style("lstm_cell")
def lstm_cell_of_both_at_once(x, h, c, W_ih, W_hh, b_ih, b_hh):
    a = torch.cat([x, h], 1) @ torch.cat([W_ih, W_hh], 1).T + (b_ih + b_hh)
    H = h.shape[1]
    gates = torch.sigmoid(a)
    c = gates[:, H : 2 * H] * c + gates[:, :H] * a[:, 2 * H : 3 * H].tanh()
    return gates[:, 3 * H :] * c.tanh(), c


@style("lstm_cell")
def lstm_cell_by_tanh_alone(x, h, c, W_ih, W_hh, b_ih, b_hh):
    a = (F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)).view(len(x), 4, -1)

    def sigmoid(z):
        return 0.5 * (1 + torch.tanh(0.5 * z))

    i, f, o = (sigmoid(a[:, k]) for k in (0, 1, 3))
    new = f * c + i * torch.tanh(a[:, 2])
    return [o * torch.tanh(new), new]


@style("lstm")
def lstm_with_its_own_cell(xs, h, c, W_ih, W_hh, b_ih, b_hh):
    fed = xs @ W_ih.T + b_ih + b_hh  # all steps at once
    outputs = []
    for t in range(len(xs)):
        i, f, g, o = torch.tensor_split(fed[t] + h @ W_hh.T, 4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs += [h]
    return torch.cat(outputs).view(len(xs), *h.shape), (h, c)


@style("lstm")
def lstm_by_recursion(xs, h, c, W_ih, W_hh, b_ih, b_hh):
    weights = W_ih, W_hh, b_ih, b_hh
    h, c = lstm_cell_of_both_at_once(xs[0], h, c, *weights)
    if len(xs) == 1:
        return h[None], (h, c)
    later, last = lstm_by_recursion(xs[1:], h, c, *weights)
    return torch.cat([h.unsqueeze(0), later]), last


@style("gru_cell")
def gru_by_views_and_lerp(x, h, W_ih, W_hh, b_ih, b_hh):
    a, u = F.linear(x, W_ih, b_ih).view(len(x), 3, -1), F.linear(h, W_hh, b_hh).view(len(x), 3, -1)
    r, z = (a + u)[:, :2].sigmoid().unbind(1)
    return torch.lerp(torch.tanh(a[:, 2] + r * u[:, 2]), h, z)


@style("gru_cell")
def gru_slice_by_slice(x, h, W_ih, W_hh, b_ih, b_hh):
    H = h.shape[1]
    r, z, n = (slice(k * H, (k + 1) * H) for k in range(3))

    def fed(gate):
        return x @ W_ih[gate].T + b_ih[gate]

    def kept(gate):
        return h @ W_hh[gate].T + b_hh[gate]

    reset = 1 / (1 + torch.exp(-(fed(r) + kept(r))))
    update = 1 / (1 + torch.exp(-(fed(z) + kept(z))))
    candidate = torch.tanh(fed(n) + reset * kept(n))
    return candidate + update * (h - candidate)


@style("make_windows")
def windows_by_places(series, length, horizon):
    n = len(series) - length - horizon + 1
    places = torch.arange(n, device=series.device)[:, None]
    steps = torch.arange(length + horizon, device=series.device)
    both = series[places + steps]
    return both[:, :length], both[:, length:]  # views of a tensor of our own


@style("make_windows")
def windows_by_split(series, length, horizon):
    both = series.unfold(0, length + horizon, 1).clone()
    inputs, targets = both.split([length, horizon], dim=1)
    return [inputs, targets]


@style("Forecaster")
class ForecasterFromTheLastState(nn.Module):
    def __init__(self, hidden_size, horizon):
        super().__init__()
        self.register_buffer("std", torch.ones(()))
        self.register_buffer("mean", torch.zeros(()))
        self.head = nn.Linear(hidden_size, horizon)
        self.lstm = nn.LSTM(input_size=1, hidden_size=hidden_size, batch_first=True)

    def forward(self, inputs):
        z = inputs.sub(self.mean).div(self.std).unsqueeze(2)
        _, (h, _) = self.lstm(z)
        return torch.addcmul(self.mean, self.head(h[-1]), self.std)


@style("Forecaster")
class ForecasterThroughFunctions(nn.Module):
    def __init__(self, hidden_size, horizon):
        super().__init__()
        self.lstm, self.head = nn.LSTM(1, hidden_size, batch_first=True), nn.Linear(hidden_size, horizon)  # fmt: skip
        for name, value in (("mean", 0.0), ("std", 1.0)):
            self.register_buffer(name, torch.tensor(value))

    def scale(self, series):
        return (series - self.mean) / self.std

    def unscale(self, z):
        return self.mean + self.std * z

    def forward(self, inputs):
        states = self.lstm(self.scale(inputs).reshape(*inputs.shape, 1))[0]
        return self.unscale(F.linear(states[:, -1, :], self.head.weight, self.head.bias))


@style("train_forecaster")
def forecaster_by_a_data_loader(model, inputs, targets, epochs, learning_rate, batch_size, generator):
    with torch.no_grad():
        model.mean.fill_(inputs.mean().item())
        model.std.fill_(inputs.std().item())
    data = torch.utils.data.TensorDataset(inputs, targets)
    loader = torch.utils.data.DataLoader(data, batch_size, shuffle=True, generator=generator)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            loss = F.mse_loss(model(x) / model.std, y / model.std)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
    return model


@style("train_forecaster")
def forecaster_with_keys_to_sort_by(model, inputs, targets, epochs, learning_rate, batch_size, generator):
    std, mean = torch.std_mean(inputs)
    model.mean.data.copy_(mean)
    model.std.data.copy_(std)
    optimizer = torch.optim.Adam(list(model.parameters()), learning_rate)
    model.train()
    for _ in range(epochs):
        keys = torch.rand(len(inputs), generator=generator, device=generator.device)
        order = torch.argsort(keys).to(inputs.device)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            optimizer.zero_grad()
            ((model(inputs[rows]) - targets[rows]).square().mean() / std**2).backward()
            optimizer.step()
    return model


@style("recurrent_networks_bug_hunt")
def scaled_and_split(series, split):
    std, mean = torch.std_mean(series[:split])
    return tuple(((series - mean) / std).split([split, len(series) - split]))


@style("recurrent_networks_bug_hunt")
def scaled_by_hand(series, split):
    past, future = series[:split], series[split:]
    mean = past.sum() / split
    std = ((past - mean).square().sum() / (split - 1)) ** 0.5
    return [(past - mean).div(std), (future - mean).div(std)]
