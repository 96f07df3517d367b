"""Lesson 7, the Transformer: the exercises, their points, what they must do without."""

from __future__ import annotations

from grader.course.definition import ExerciseDefinition
from hocsau.judging.allowed import ATTENTION, LAYER_NORM
from hocsau.judging.compare import Tolerance
from hocsau.language import Text
from solutions.transformer.exercises.attention import (
    ATTENTION_CASES,
    BUG_HUNT,
    CAUSAL_MASK,
    LAYER_NORM_CASES,
    MULTI_HEAD,
    POSITIONS,
)
from solutions.transformer.exercises.language import BITS, GENERATE, TRAIN
from solutions.transformer.exercises.models import BLOCK, GPT

__all__ = ["EXERCISES", "MARKING_SCHEME"]

MARKING_SCHEME = Text(
    '4 points, one each. (1) Positions: without them attention is equivariant (permuting the tokens only permutes the outputs), so "dog bites man" and "man bites dog" '
    "give every word the same vector; every word is seen, but not where it stands; an encoding must be added (or learned, or relative). "
    "(2) Mask: a score of 0 is not a weight of 0: e^0 = 1, so a masked word still gets a share, even a large one where the other scores are negative; -inf (or the smallest number) before the softmax; "
    "during training the model reads the word it should predict, so the loss is low and the translations are bad. "
    "(3) Scale: the scores of independent entries of variance 1 have variance d; at d = 64 they reach +-20, one weight is near 1 (entropy 0.4 of at most 2.77 nats over 16 keys), "
    "and the gradient of the softmax, p (1 - p), is near 0. The softmax normalizes the sum and not the spread. (4) A test or a symptom for each of two of the mistakes, for instance: permute the words, "
    "change a later word and compare earlier outputs, print the entropy. Accept other correct arguments; half a point where the claim is right and the reason is missing."
)

EXERCISES = (
    ExerciseDefinition("scaled_dot_product_attention", 6, ATTENTION_CASES, not_allowed=ATTENTION),
    ExerciseDefinition("causal_mask", 2, CAUSAL_MASK),
    ExerciseDefinition("multi_head_attention", 6, MULTI_HEAD, not_allowed=ATTENTION),
    ExerciseDefinition("positional_encoding", 3, POSITIONS, tolerance=Tolerance(single=1e-4)),
    ExerciseDefinition("layer_norm", 3, LAYER_NORM_CASES, not_allowed=LAYER_NORM),
    ExerciseDefinition("TransformerBlock", 5, BLOCK, tolerance=Tolerance(1e-8, 1e-10), not_allowed=ATTENTION),
    ExerciseDefinition("TinyGPT", 5, GPT, tolerance=Tolerance(1e-8, 1e-10), not_allowed=ATTENTION),
    ExerciseDefinition("bits_per_character", 3, BITS, tolerance=Tolerance(1e-6, 1e-9)),
    ExerciseDefinition("train_gpt", 5, TRAIN, tolerance=Tolerance(1e-6, 1e-9)),
    ExerciseDefinition("generate", 5, GENERATE),
    ExerciseDefinition("transformer_bug_hunt", 3, BUG_HUNT, contract=False),
    ExerciseDefinition("transformer_written", 4, kind="written", contract=False),
    ExerciseDefinition("transformer_quiz", 4, kind="quiz", contract=False),
)
