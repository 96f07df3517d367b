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

# %% [markdown] key="goals" lang="en"
# ## goals (todo)

# %% [markdown] key="goals" lang="vi"
# ## goals (todo)

# %% key="imports"
import numpy as np

from hocsau import begin, check, progress

begin("neural_networks")

# %% [markdown] key="deep_learning" lang="en"
# ## deep_learning (todo)

# %% [markdown] key="deep_learning" lang="vi"
# ## deep_learning (todo)

# %% [markdown] key="tasks" lang="en"
# ## tasks (todo)

# %% [markdown] key="tasks" lang="vi"
# ## tasks (todo)

# %% [markdown] key="neuron" lang="en"
# ## neuron (todo)

# %% [markdown] key="neuron" lang="vi"
# ## neuron (todo)


# %% exercise="neuron"
def neuron(x, w, b):
    """The pre-activation of one neuron: z = w . x + b.

    x: (d,) float64, one sample, or (n, d), a batch with one sample per row
    w: (d,) float64, one weight per input
    b: float, the bias
    returns a float for one sample, (n,) float64 for a batch
    """
    ### BEGIN SOLUTION
    return x @ w + b
    ### END SOLUTION


# %% check="neuron"
check("neuron")

# %% [markdown] key="neuron_explorer" lang="en"
# ## neuron_explorer (todo)

# %% [markdown] key="neuron_explorer" lang="vi"
# ## neuron_explorer (todo)

# %% [markdown] key="activations" lang="en"
# ## activations (todo)

# %% [markdown] key="activations" lang="vi"
# ## activations (todo)


# %% exercise="relu"
def relu(x):
    """The rectified linear unit, entry by entry: f(x) = max(0, x).

    x: array of any shape, float64; it is not changed
    returns a new array of the same shape
    """
    ### BEGIN SOLUTION
    return np.maximum(x, 0.0)
    ### END SOLUTION


# %% check="relu"
check("relu")

# %% [markdown] key="sigmoid_care" lang="en"
# ## sigmoid_care (todo)

# %% [markdown] key="sigmoid_care" lang="vi"
# ## sigmoid_care (todo)


# %% exercise="sigmoid"
def sigmoid(x):
    """The logistic function, entry by entry: f(x) = 1 / (1 + e^(-x)).

    x: array of any shape, float64, entries up to 1000 in size and more; it is not changed
    returns a new array of the same shape, without a warning of an overflow
    """
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(x))  # at most 1, so it cannot overflow
    return np.where(x >= 0, 1.0, small) / (1.0 + small)
    ### END SOLUTION


# %% check="sigmoid"
check("sigmoid")

# %% [markdown] key="why_deep" lang="en"
# ## why_deep (todo)

# %% [markdown] key="why_deep" lang="vi"
# ## why_deep (todo)

# %% [markdown] key="layer" lang="en"
# ## layer (todo)

# %% [markdown] key="layer" lang="vi"
# ## layer (todo)


# %% exercise="linear_forward"
def linear_forward(X, W, b):
    """A fully connected layer: Y = X W + b.

    X: (n, d_in) float64, one sample per row
    W: (d_in, d_out) float64, one neuron per column
    b: (d_out,) float64
    returns Y, (n, d_out) float64
    """
    ### BEGIN SOLUTION
    return X @ W + b
    ### END SOLUTION


# %% check="linear_forward"
check("linear_forward")

# %% [markdown] key="numerical" lang="en"
# ## numerical (todo)

# %% [markdown] key="numerical" lang="vi"
# ## numerical (todo)


# %% exercise="numerical_gradient"
def numerical_gradient(f, w, h):
    """Central differences: entry i is (f(w + h e_i) - f(w - h e_i)) / (2 h).

    f: function of an array of w's shape, returns a float
    w: array of any shape, float64; if you perturb it in place, restore it bit by bit
    h: float > 0
    returns an array of w's shape, float64
    """
    ### BEGIN SOLUTION
    gradient = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[index] = h
        gradient[index] = (f(w + step) - f(w - step)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% check="numerical_gradient"
check("numerical_gradient")

# %% [markdown] key="loss" lang="en"
# ## loss (todo)

# %% [markdown] key="loss" lang="vi"
# ## loss (todo)


# %% exercise="softmax_cross_entropy"
def softmax_cross_entropy(logits, labels):
    """Mean cross-entropy of the softmax, and its gradient at the logits.

    loss = (1/n) sum_i (log sum_k e^(z_ik) - z_i,label_i);   dlogits = (softmax(z) - onehot) / n

    logits: (n, C) float64, entries up to 1e4 in size; they are not changed
    labels: (n,) int, 0 .. C-1
    returns (loss, dlogits): a float and (n, C) float64
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_softmax)
    dlogits[rows, labels] -= 1.0
    return float(-log_softmax[rows, labels].mean()), dlogits / len(labels)
    ### END SOLUTION


# %% check="softmax_cross_entropy"
check("softmax_cross_entropy")

# %% [markdown] key="backward" lang="en"
# ## backward (todo)

# %% [markdown] key="backward" lang="vi"
# ## backward (todo)


# %% exercise="linear_backward"
def linear_backward(dY, X, W):
    """The backward pass of Y = X W + b: from dJ/dY to dJ/dX, dJ/dW, dJ/db.

    dY: (n, d_out) float64, the gradient of the loss at Y
    X:  (n, d_in) float64
    W:  (d_in, d_out) float64
    returns (dX, dW, db): (n, d_in), (d_in, d_out), (d_out,)
    """
    ### BEGIN SOLUTION
    return dY @ W.T, X.T @ dY, dY.sum(axis=0)
    ### END SOLUTION


# %% check="linear_backward"
check("linear_backward")

# %% [markdown] key="mlp" lang="en"
# ## mlp (todo)

# %% [markdown] key="mlp" lang="vi"
# ## mlp (todo)


# %% exercise="mlp_loss_and_gradients"
def mlp_loss_and_gradients(params, X, labels):
    """Loss of a two-layer network and its gradients: X -> X W1 + b1 -> ReLU -> H W2 + b2 -> softmax cross-entropy.

    params: {"W1": (d, h), "b1": (h,), "W2": (h, C), "b2": (C,)} float64; not changed
    X:      (n, d) float64
    labels: (n,) int, 0 .. C-1
    returns (loss, grads): a float (the mean over the n samples) and a dict with the keys and shapes of params;
    the derivative of ReLU at exactly 0 is 0
    """
    ### BEGIN SOLUTION
    Z1 = linear_forward(X, params["W1"], params["b1"])
    H = relu(Z1)
    logits = linear_forward(H, params["W2"], params["b2"])
    loss, dlogits = softmax_cross_entropy(logits, labels)
    dH, dW2, db2 = linear_backward(dlogits, H, params["W2"])
    _, dW1, db1 = linear_backward(dH * (Z1 > 0), X, params["W1"])
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
    ### END SOLUTION


# %% check="mlp_loss_and_gradients"
check("mlp_loss_and_gradients")

# %% [markdown] key="depth" lang="en"
# ## depth (todo)

# %% [markdown] key="depth" lang="vi"
# ## depth (todo)


# %% exercise="network_loss_and_gradients"
def network_loss_and_gradients(layers, X, labels, activation):
    """Loss and gradients of a network of any depth, softmax cross-entropy at its end.

    layers:     list of (W, b), W (d_in, d_out), b (d_out,); not changed. The activation stands between layers, not
                after the last
    X:          (n, d) float64
    labels:     (n,) int, 0 .. C-1
    activation: "relu" (derivative 0 at exactly 0) or "sigmoid"
    returns (loss, grads): a float, and the list of (dW, db) in the order of `layers`
    """
    ### BEGIN SOLUTION
    inputs, values = [], X  # what goes into each layer
    for W, b in layers:
        inputs.append(values)
        Z = linear_forward(values, W, b)
        values = relu(Z) if activation == "relu" else sigmoid(Z)
    loss, dZ = softmax_cross_entropy(Z, labels)

    grads = []
    for (W, _), A in zip(reversed(layers), reversed(inputs), strict=True):
        dA, dW, db = linear_backward(dZ, A, W)
        grads.append((dW, db))
        dZ = dA * ((A > 0) if activation == "relu" else A * (1 - A))
    return loss, grads[::-1]
    ### END SOLUTION


# %% check="network_loss_and_gradients"
check("network_loss_and_gradients")

# %% [markdown] key="vanishing" lang="en"
# ## vanishing (todo)

# %% [markdown] key="vanishing" lang="vi"
# ## vanishing (todo)

# %% [markdown] key="training" lang="en"
# ## training (todo)

# %% [markdown] key="training" lang="vi"
# ## training (todo)


# %% exercise="train_mlp"
def train_mlp(params, X, labels, order_per_epoch, learning_rate, batch_size):
    """Mini-batch gradient descent on the two-layer network of mlp_loss_and_gradients.

    params:          {"W1", "b1", "W2", "b2"}; not changed
    X, labels:       (n, d) float64 and (n,) int
    order_per_epoch: (epochs, n) int; row e is the order of the samples in epoch e
    learning_rate:   float
    batch_size:      int; a batch is the next batch_size samples of the order, the last one may be shorter
    returns new params, a dict with the same keys, after one step per batch:  p := p - learning_rate dJ/dp
    """
    ### BEGIN SOLUTION
    params = {name: value.copy() for name, value in params.items()}
    for order in order_per_epoch:
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            _, grads = mlp_loss_and_gradients(params, X[batch], labels[batch])
            params = {name: params[name] - learning_rate * grads[name] for name in params}
    return params
    ### END SOLUTION


# %% check="train_mlp"
check("train_mlp")

# %% [markdown] key="convention" lang="en"
# ## convention (todo)

# %% [markdown] key="convention" lang="vi"
# ## convention (todo)

# %% [markdown] key="bug_hunt" lang="en"
# ## bug_hunt (todo)

# %% [markdown] key="bug_hunt" lang="vi"
# ## bug_hunt (todo)


# %% key="buggy_predict"
def buggy_predict(params, X):
    """The class probabilities of a trained two-layer network: (n, C)."""
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0.0)
    logits = hidden @ params["W2"] + params["b2"]
    exponents = np.exp(logits - logits.max(axis=0))
    return exponents / exponents.sum(axis=0)


# %% key="buggy_symptom"
rng = np.random.default_rng(0)
toy = {"W1": rng.normal(size=(2, 4)), "b1": rng.normal(size=4)}
toy |= {"W2": rng.normal(size=(4, 3)), "b2": rng.normal(size=3)}
points = rng.normal(size=(5, 2))
for n in (1, 2, 5):
    print(f"the first of {n}:", buggy_predict(toy, points[:n])[0].round(3))

# %% [markdown] key="bug_hunt_task" lang="en"
# ## bug_hunt_task (todo)

# %% [markdown] key="bug_hunt_task" lang="vi"
# ## bug_hunt_task (todo)


# %% exercise="neural_networks_bug_hunt"
def neural_networks_bug_hunt(params, X):
    """The class probabilities of a two-layer network, without the bug.

    params: {"W1": (d, h), "b1": (h,), "W2": (h, C), "b2": (C,)} float64
    X:      (n, d) float64
    returns (n, C) float64
    """
    ### BEGIN SOLUTION
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0.0)
    logits = hidden @ params["W2"] + params["b2"]
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponents / exponents.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="neural_networks_bug_hunt"
check("neural_networks_bug_hunt")

# %% [markdown] key="bug_hunt_sources" lang="en"
# ## bug_hunt_sources (todo)

# %% [markdown] key="bug_hunt_sources" lang="vi"
# ## bug_hunt_sources (todo)

# %% [markdown] key="for_real" lang="en"
# ## for_real (todo)

# %% [markdown] key="for_real" lang="vi"
# ## for_real (todo)

# %% [markdown] key="for_real_reading" lang="en"
# ## for_real_reading (todo)

# %% [markdown] key="for_real_reading" lang="vi"
# ## for_real_reading (todo)

# %% [markdown] key="written_question" lang="en"
# ## written_question (todo)

# %% [markdown] key="written_question" lang="vi"
# ## written_question (todo)

# %% [markdown] written="neural_networks_written"
# ### BEGIN SOLUTION
# todo
# ### END SOLUTION

# %% [markdown] key="quiz" lang="en"
# ## quiz (todo)

# %% [markdown] key="quiz" lang="vi"
# ## quiz (todo)

# %% exercise="neural_networks_quiz"
neural_networks_quiz = {
    ### BEGIN SOLUTION
    "q1": "c",
    "q2": "b",
    "q3": "d",
    "q4": "a",
    ### END SOLUTION
}

# %% check="neural_networks_quiz"
check("neural_networks_quiz")

# %% [markdown] key="summary" lang="en"
# ## summary (todo)

# %% [markdown] key="summary" lang="vi"
# ## summary (todo)

# %% key="progress"
progress()
