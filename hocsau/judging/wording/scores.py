"""What the rules measure (hocsau.judging.scoring): the subject of a sentence."""

from __future__ import annotations

from hocsau.language import Text

MLP_ACCURACY = Text("the held-out accuracy of the parameters you return")
ACCURACY = Text("the held-out accuracy of the model you trained")
ROOT_MEAN_SQUARE_ERROR = Text("the root mean square error of your model's forecasts on held-out values")
BITS = Text("the number of bits per token that your trained model needs on held-out text")
SCALING_ERROR = Text(
    "the distance of the buffers mean and std from those of the training inputs, in standard deviations,"
)
SAMPLING = Text(
    "the largest deviation of your samples' frequencies from the model's probabilities, in standard errors,"
)
REPEATS = Text(
    "the share of repeated calls that behave as they should (same seed, same result; another seed, another result)"
)
LEAST_SEEN = Text("the number of times that the training sample you used the least is learned from in an epoch")
NEW_ORDERS = Text("the share of epochs in which the training samples come in a new random order")
ROWS_LEARNED = Text("the number of windows that you learn from, compared with steps × batch_size (1 where they agree),")
INITIAL_NORMAL = Text(
    "the largest deviation of your matrices' initial mean and standard deviation from those asked for, in standard errors,"
)
INITIAL_LOSS = Text("the distance of the loss at the start from ln V")
