"""Lesson 6: what is said of a mistake that several exercises share, as the `en` and `vi` of a misconception."""

__all__ = ["BIAS_HH_DROPPED", "BIAS_IH_DROPPED", "NOT_TRANSPOSED", "NO_STATE"]

BIAS_IH_DROPPED = {
    "en": "b_ih is missing. PyTorch keeps two biases and adds both: W_ih x + b_ih and W_hh h + b_hh. One would do, but weights that were trained with two need both.",
    "vi": "Thiếu b_ih. PyTorch giữ hai bias và cộng cả hai: W_ih x + b_ih và W_hh h + b_hh. Về lý thuyết một là đủ, nhưng trọng số đã học với hai bias thì cần cả hai.",
}
BIAS_HH_DROPPED = {
    "en": "b_hh is missing. PyTorch keeps two biases and adds both: W_ih x + b_ih and W_hh h + b_hh.",
    "vi": "Thiếu b_hh. PyTorch giữ hai bias và cộng cả hai: W_ih x + b_ih và W_hh h + b_hh.",
}
NOT_TRANSPOSED = {
    "en": "W_hh meets the state the wrong way round: with one sample per row it is h @ W_hh.T. W_hh is square here, so nothing complains.",
    "vi": "W_hh nhân với trạng thái ngược chiều: mỗi hàng một mẫu thì phải là h @ W_hh.T. Ở đây W_hh vuông nên không có gì báo lỗi.",
}
NO_STATE = {
    "en": "The old hidden state plays no part: W_hh h is missing, so the network has no memory at all.",
    "vi": "Trạng thái ẩn cũ không có vai trò gì: thiếu W_hh h, nên mạng không có chút trí nhớ nào.",
}
