"""Lesson 7, the Transformer: the exercises, their points, what they must do without."""

from __future__ import annotations

from grader.lessons.definition import ExerciseDefinition, Lesson
from grader.lessons.transformer.attention import (
    ATTENTION_CASES,
    BUG_HUNT,
    CAUSAL_MASK,
    LAYER_NORM_CASES,
    MULTI_HEAD,
    POSITIONS,
)
from grader.lessons.transformer.language import BITS, GENERATE, TRAIN
from grader.lessons.transformer.models import BLOCK, GPT
from hocsau.judging.allowed import ATTENTION, LAYER_NORM
from hocsau.judging.compare import Tolerance
from hocsau.language import Text

__all__ = ["LESSON"]

MARKING_SCHEME = Text(
    '4 points, one each. (1) Positions: without them attention is equivariant (permuting the tokens only permutes the outputs), so "dog bites man" and "man bites dog" '
    "give every word the same vector; every word is seen, but not where it stands; an encoding must be added (or learned, or relative). "
    "(2) Mask: a score of 0 is not a weight of 0: e^0 = 1, so a masked word still gets a share, even a large one where the other scores are negative; -inf (or the smallest number) before the softmax; "
    "during training the model reads the word it should predict, so the loss is low and the translations are bad. "
    "(3) Scale: the scores of independent entries of variance 1 have variance d; at d = 64 they reach +-20, one weight is near 1 (entropy 0.4 of at most 2.77 nats over 16 keys), "
    "and the gradient of the softmax, p (1 - p), is near 0. The softmax normalizes the sum and not the spread. (4) A test or a symptom for each of two of the mistakes, for instance: permute the words, "
    "change a later word and compare earlier outputs, print the entropy. Accept other correct arguments; half a point where the claim is right and the reason is missing.",
    '4 điểm, mỗi ý một điểm. (1) Vị trí: không có vị trí thì cơ chế chú ý đẳng biến (đổi thứ tự token chỉ làm đổi thứ tự kết quả), nên "chó cắn người" và "người cắn chó" '
    "cho mỗi từ cùng một vector; từ nào cũng được nhìn thấy, nhưng không biết nó đứng ở đâu; phải cộng mã hóa vị trí (hoặc học vị trí, hoặc dùng vị trí tương đối). "
    "(2) Mặt nạ: điểm bằng 0 không phải là trọng số bằng 0: e^0 = 1, nên từ bị che vẫn được một phần, thậm chí phần lớn nếu các điểm kia âm; phải đặt -inf (hoặc số nhỏ nhất) trước softmax; "
    "khi huấn luyện, mô hình đọc được chính từ mà nó phải dự đoán, nên mất mát thấp mà bản dịch tồi. "
    "(3) Hệ số: điểm của các vector có thành phần độc lập, phương sai 1 có phương sai d; với d = 64 chúng lên tới +-20, một trọng số gần bằng 1 (entropy 0.4 trong tối đa 2.77 nat trên 16 key), "
    "và gradient của softmax, p (1 - p), gần bằng 0. Softmax chuẩn hóa tổng chứ không chuẩn hóa độ phân tán. (4) Với hai trong các lỗi, nêu một phép thử hoặc triệu chứng, chẳng hạn: đổi thứ tự từ, "
    "đổi một từ phía sau rồi so kết quả phía trước, in entropy. Chấp nhận lập luận đúng khác; đúng kết luận mà thiếu lý do thì được nửa điểm.",
)

LESSON = Lesson(
    name="transformer",
    number=7,
    title=Text("The Transformer", "Transformer"),
    exercises=(
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
    ),
    marking_scheme=MARKING_SCHEME,
)  # fmt: skip
