"""Lesson 2: what is said of a mistake that several exercises share, as the `en` and `vi` of a misconception."""

__all__ = ["ASCENT", "AVERAGED", "FORGETFUL", "IN_PLACE", "OLD_VELOCITY", "RATE_TWICE", "SWAPPED"]

ASCENT = {
    "en": "Your velocity adds η∇J where the rule subtracts it, and w then follows v uphill: the loss grows. "
    "The minus sign belongs in the velocity, v := βv - η∇J; then w := w + v.",
    "vi": "Vận tốc của bạn cộng η∇J trong khi công thức phải trừ, nên w đi theo v lên dốc và hàm mất mát tăng. "
    "Dấu trừ nằm ngay trong vận tốc: v := βv - η∇J, sau đó w := w + v.",
}
AVERAGED = {
    "en": "You multiplied the new gradient by (1 - β), as an exponential moving average does. In this course's rule the gradient "
    "enters in full, v := βv - η∇J, so with β = 0.9 your steps are ten times too short. Look at what multiplies ∇J.",
    "vi": "Bạn đã nhân gradient mới với (1 - β) như trong trung bình động theo mũ. Ở quy ước của bài này gradient được đưa vào trọn vẹn, "
    "v := βv - η∇J; với β = 0.9 các bước của bạn sẽ ngắn đi mười lần. Hãy xem lại hệ số đứng trước ∇J.",
}
RATE_TWICE = {
    "en": "The learning rate acts twice: once inside v and once more when v moves w. v is already a step, in units of w, "
    "so w := w + v needs no further factor.",
    "vi": "Tốc độ học bị nhân hai lần: một lần trong v, một lần nữa khi v làm w di chuyển. v vốn đã là một bước đi, cùng đơn vị với w, "
    "nên w := w + v không cần thêm hệ số nào.",
}
SWAPPED = {
    "en": "η and β have changed places: β says how much of the old velocity is kept, η how strongly the gradient pushes. "
    "Check which one multiplies v and which one multiplies ∇J.",
    "vi": "η và β bị đổi chỗ cho nhau: β cho biết giữ lại bao nhiêu vận tốc cũ, còn η cho biết gradient đẩy mạnh đến đâu. "
    "Hãy kiểm tra xem số nào nhân với v, số nào nhân với ∇J.",
}
FORGETFUL = {
    "en": "Your velocity starts from zero at every step, so nothing is kept and what remains is plain gradient descent. "
    "The v that comes in must be multiplied by β and live on.",
    "vi": "Vận tốc của bạn bị đặt lại về 0 ở mỗi bước, nên không giữ lại được gì và chỉ còn là gradient descent thông thường. "
    "v của bước trước phải được nhân với β rồi đi tiếp vào bước sau.",
}
OLD_VELOCITY = {
    "en": "You moved w with the old velocity and updated v afterwards, so this gradient acts one step late. "
    "The order is: first v := βv - η∇J, then w := w + v with that new v.",
    "vi": "Bạn di chuyển w bằng vận tốc cũ rồi mới cập nhật v, nên gradient này có tác dụng chậm mất một bước. "
    "Thứ tự đúng: trước hết v := βv - η∇J, rồi w := w + v với chính v mới đó.",
}
IN_PLACE = {
    "en": "The numbers are right, but operators such as += and *= changed the arrays you were given. Whoever called you still holds "
    "those arrays and now finds other values in them; build new arrays (w + v) instead.",
    "vi": "Các con số đều đúng, nhưng những phép gán như += và *= đã sửa luôn các mảng được truyền vào. Nơi gọi hàm vẫn đang giữ những mảng đó "
    "và sẽ thấy giá trị bị đổi; hãy tạo mảng mới (w + v).",
}
