"""Lesson 4: what is said of a mistake that several exercises share, as the `en` and `vi` of a misconception."""

__all__ = [
    "ASCENT",
    "AT_ZERO",
    "BIAS_NOT_SUMMED",
    "GRADIENT_NOT_AVERAGED",
    "NO_MINUS_ONE",
    "SUMMED",
    "UPDATED_WEIGHTS",
    "WRONG_AXIS",
    "WRONG_MASK",
]

SUMMED = {
    "en": "Loss and gradient are both n times too large: you summed over the samples where the mean is asked for. Divide by n once, in the loss and so in its gradient.",
    "vi": "Cả hàm mất mát lẫn gradient đều lớn gấp n lần: bạn cộng qua các mẫu trong khi cần lấy trung bình. Hãy chia cho n một lần, ở hàm mất mát và do đó ở cả gradient.",
}
GRADIENT_NOT_AVERAGED = {
    "en": "The loss is the mean over the samples, but your gradient belongs to the sum: the factor 1/n is missing in it. "
    "Compare with numerical_gradient and you will see a ratio of exactly n.",
    "vi": "Hàm mất mát là trung bình qua các mẫu, nhưng gradient của bạn lại là của tổng: thiếu hệ số 1/n. "
    "So với numerical_gradient, bạn sẽ thấy tỉ số đúng bằng n.",
}
NO_MINUS_ONE = {
    "en": "At the logits you pass back the softmax itself; the -1 at the right class is missing. The gradient is (softmax - onehot)/n: "
    "it must push the right logit up and the others down, and each row of it sums to 0.",
    "vi": "Tại logits, bạn truyền ngược chính softmax; thiếu số -1 ở nhãn đúng. Gradient là (softmax - onehot)/n: "
    "nó phải đẩy logit đúng lên và các logit khác xuống, và mỗi hàng của nó có tổng bằng 0.",
}
WRONG_AXIS = {
    "en": "Your softmax runs over the samples (axis 0): each class's column sums to 1. The classes of one sample compete with one another, "
    "so each row must sum to 1.",
    "vi": "Softmax của bạn chạy qua các mẫu (trục 0): mỗi cột có tổng bằng 1. Phải là các loại của cùng một mẫu cạnh tranh với nhau, nên mỗi hàng mới có tổng bằng 1.",
}
ASCENT = {
    "en": "Your gradient has the wrong sign, onehot - softmax: descending along it makes the loss grow. It is softmax - onehot, over n.",
    "vi": "Gradient của bạn sai dấu, onehot - softmax: đi xuống theo nó thì hàm mất mát lại tăng. Đúng ra là softmax - onehot, chia cho n.",
}
BIAS_NOT_SUMMED = {
    "en": "The gradient of a bias has one row per sample in your answer. b is shared by all samples, so it receives the sum of their gradients: "
    "sum over the samples, and it has b's shape.",
    "vi": "Gradient theo bias trong kết quả của bạn có một hàng cho mỗi mẫu. Mọi mẫu dùng chung b, nên b nhận tổng gradient của chúng: "
    "hãy cộng qua các mẫu, khi đó nó có đúng hình dạng của b.",
}
AT_ZERO = {
    "en": "Your ReLU passes the gradient where z is exactly 0. By convention ReLU'(0) = 0: the gradient passes only where z > 0.",
    "vi": "ReLU của bạn cho gradient đi qua ở chỗ z đúng bằng 0. Theo quy ước ReLU'(0) = 0: gradient chỉ đi qua nơi z > 0.",
}
WRONG_MASK = {
    "en": "The ReLU mask comes from the wrong layer: you look at what goes INTO the layer. What decides is the layer's own pre-activation, "
    "the z that this very ReLU was applied to. With unequal widths the shapes do not even fit.",
    "vi": "Mặt nạ ReLU lấy nhầm lớp: bạn nhìn vào thứ đi VÀO lớp. Thứ quyết định là z của chính lớp đó, tức giá trị mà ReLU này được áp dụng lên. "
    "Khi các độ rộng khác nhau thì hình dạng còn không khớp.",
}
UPDATED_WEIGHTS = {
    "en": "You changed the later layer's weights before the gradient had passed back through them, so the earlier layers get the gradient of a network that was never run. "
    "Compute all gradients at the same parameters first.",
    "vi": "Bạn đã đổi trọng số của lớp sau trước khi gradient kịp truyền ngược qua chúng, nên các lớp trước nhận gradient của một mạng chưa từng được chạy. "
    "Hãy tính mọi gradient tại cùng một bộ tham số trước đã.",
}
