"""Lesson 3: what is said of a mistake that several exercises share, as the `en` and `vi` of a misconception."""

__all__ = [
    "ASCENT",
    "BETAS_SWAPPED",
    "COMPLEMENT_SWAPPED",
    "CORRECTED_STORED",
    "EPS_INSIDE",
    "EPS_LEFT_OUT",
    "EPS_ON_PARAMETER",
    "EPS_OUTSIDE",
    "EPS_STORED",
    "GRADIENT_FOR_SQUARE",
    "GRADIENT_LEFT_OUT",
    "IN_PLACE",
    "NO_CORRECTION",
    "ONE_RATE",
    "PAIR_SWAPPED",
    "ROOT_MISSING",
    "T_FIXED",
    "T_FROM_ZERO",
]

ASCENT = {
    "en": "You add the step where it must be subtracted: the parameters climb along the gradient and the loss grows. "
    "Only the length of the step is new here, the direction is still downhill.",
    "vi": "Bạn cộng bước đi trong khi phải trừ: tham số leo theo gradient và hàm mất mát tăng. "
    "Ở đây chỉ có độ dài bước là mới, hướng đi vẫn là xuống dốc.",
}
EPS_OUTSIDE = {
    "en": "You add ε after the root, √(…) + ε. That is PyTorch's convention; here ε stands inside, √(… + ε), as in the notes. With ε = 1e-8 and large "
    "gradients nobody can tell, with small gradients the steps differ. See the convention card.",
    "vi": "Bạn cộng ε sau khi lấy căn, √(…) + ε. Đó là quy ước của PyTorch; ở đây ε nằm trong căn, √(… + ε), như trong bài giảng. Với ε = 1e-8 và gradient lớn "
    "thì không ai thấy khác biệt, nhưng với gradient nhỏ thì bước đi khác hẳn. Hãy xem thẻ quy ước.",
}
EPS_INSIDE = {
    "en": "You put ε under the root, √(v̂ + ε). In Adam it stands outside, √v̂ + ε (the other way round than in our Adagrad and RMSProp): "
    "take the root first, then add ε.",
    "vi": "Bạn đặt ε vào trong căn, √(v̂ + ε). Ở Adam, ε nằm ngoài căn, √v̂ + ε (ngược với Adagrad và RMSProp của ta): "
    "lấy căn trước rồi mới cộng ε.",
}
EPS_ON_PARAMETER = {
    "en": "ε ended up outside the fraction: it is added to the parameter itself, so every step pushes all parameters up by ε, and nothing protects the "
    "division any more. A division binds more tightly than a sum: ε belongs to the denominator, in brackets.",
    "vi": "ε rơi ra ngoài phân số: nó được cộng thẳng vào tham số, nên mỗi bước đẩy mọi tham số lên một đoạn ε, còn phép chia thì không được bảo vệ nữa. "
    "Phép chia được tính trước phép cộng: ε thuộc về mẫu số, phải đặt trong ngoặc.",
}
EPS_LEFT_OUT = {
    "en": "ε is missing in your denominator. Where gradients are tiny the step becomes far too long, and where they have all been 0 it is 0/0, NaN.",
    "vi": "Mẫu số của bạn thiếu ε. Ở nơi gradient rất nhỏ, bước đi sẽ dài quá mức; ở nơi gradient luôn bằng 0 thì thành 0/0, tức NaN.",
}
EPS_STORED = {
    "en": "You store ε together with the squares, so it is added again in every step and the memory grows without any gradient. "
    "ε enters only where you divide; what you return is the memory without it.",
    "vi": "Bạn lưu cả ε vào bộ nhớ cùng các bình phương, nên bước nào nó cũng được cộng thêm và bộ nhớ cứ lớn dần dù không có gradient. "
    "ε chỉ xuất hiện ở phép chia; giá trị trả về là bộ nhớ không kèm ε.",
}
ROOT_MISSING = {
    "en": "You divide by the squares themselves, without the root. Then gradients ten times larger give steps ten times shorter. "
    "With the root the units match: a gradient over the size of gradients.",
    "vi": "Bạn chia cho chính các bình phương mà không lấy căn. Khi đó gradient lớn gấp mười lại cho bước ngắn đi mười lần. "
    "Có căn thì đơn vị mới khớp: gradient chia cho độ lớn của gradient.",
}
GRADIENT_FOR_SQUARE = {
    "en": "You gather the gradient where its square belongs. Gradients of opposite sign then cancel, and the root may meet a negative number (NaN). "
    "Size is what counts: use g², element by element.",
    "vi": "Bạn tích lũy gradient trong khi phải là bình phương của nó. Khi đó các gradient trái dấu triệt tiêu nhau và căn có thể gặp số âm (NaN). "
    "Cái cần đo là độ lớn: hãy dùng g², tính theo từng phần tử.",
}
GRADIENT_LEFT_OUT = {
    "en": "You divide by the memory from before this step and update it afterwards, so the present gradient is missing under the root; in the first step nothing "
    "but ε stands there. Update the memory first, then divide by the new one.",
    "vi": "Bạn chia cho bộ nhớ của bước trước rồi mới cập nhật, nên dưới căn thiếu gradient hiện tại; ở bước đầu tiên dưới đó chỉ có ε. "
    "Hãy cập nhật bộ nhớ trước, rồi chia cho giá trị mới.",
}
ONE_RATE = {
    "en": "You sum the squares over all parameters, so they all share one rate again. The point of the method is a memory per parameter: "
    "g² element by element, in the shape of theta.",
    "vi": "Bạn cộng bình phương qua tất cả tham số, nên mọi tham số lại dùng chung một tốc độ. Điểm cốt lõi của phương pháp là mỗi tham số có bộ nhớ riêng: "
    "g² theo từng phần tử, cùng kích thước với theta.",
}
PAIR_SWAPPED = {
    "en": "The two results came back in the wrong order: return theta first, then the memory.",
    "vi": "Hai kết quả trả về sai thứ tự: theta trước, bộ nhớ sau.",
}
IN_PLACE = {
    "en": "The numbers are right, but operators such as += changed the arrays you were given. Whoever called you still holds those arrays; "
    "build new ones instead (theta - step).",
    "vi": "Các con số đều đúng, nhưng những phép gán như += đã sửa luôn các mảng được truyền vào. Nơi gọi hàm vẫn đang giữ những mảng đó; "
    "hãy tạo mảng mới (theta - bước đi).",
}
COMPLEMENT_SWAPPED = {
    "en": "β and 1 - β have changed places: you keep only 1 - β of the old average and give the new value the weight β, so the memory is very short. "
    "β is what is kept.",
    "vi": "β và 1 - β bị đổi chỗ: bạn chỉ giữ lại 1 - β của trung bình cũ và cho giá trị mới trọng số β, nên trí nhớ rất ngắn. "
    "β là phần được giữ lại.",
}
BETAS_SWAPPED = {
    "en": "β₁ and β₂ have changed places: β₁ belongs to m, the average of gradients, β₂ to v, the average of their squares.",
    "vi": "β₁ và β₂ bị đổi chỗ cho nhau: β₁ đi với m, trung bình của gradient; β₂ đi với v, trung bình của bình phương gradient.",
}
NO_CORRECTION = {
    "en": "You use m and v as they are. Both start at 0, and v lags further behind than m, so the first step is 3.16 α instead of α (β₁ = 0.9, β₂ = 0.999). "
    "Divide m by 1 - β₁ᵗ and v by 1 - β₂ᵗ first.",
    "vi": "Bạn dùng thẳng m và v. Cả hai bắt đầu từ 0, và v tụt lại xa hơn m, nên bước đầu dài 3.16 α thay vì α (β₁ = 0.9, β₂ = 0.999). "
    "Hãy chia m cho 1 - β₁ᵗ và v cho 1 - β₂ᵗ trước.",
}
CORRECTED_STORED = {
    "en": "You hand on the corrected averages: the next step then corrects them once more, and the steps shrink to a fraction. "
    "The correction serves this step alone; what is kept are the uncorrected m and v.",
    "vi": "Bạn chuyển tiếp các trung bình đã hiệu chỉnh: bước sau lại hiệu chỉnh chúng thêm lần nữa, nên bước đi ngắn dần. "
    "Hiệu chỉnh chỉ dùng cho bước này; thứ cần giữ lại là m và v chưa hiệu chỉnh.",
}
T_FIXED = {
    "en": "Your correction is that of the first step, 1 - β, in every step: t does not advance. From the second step on you divide by numbers that are too small. "
    "The power is t: 1 - βᵗ.",
    "vi": "Bước nào bạn cũng hiệu chỉnh như bước đầu, 1 - β: t không tăng. Từ bước thứ hai trở đi bạn chia cho những số quá nhỏ. "
    "Số mũ phải là t: 1 - βᵗ.",
}
T_FROM_ZERO = {
    "en": "Your t is one too small: the first step divides by 1 - β⁰ = 0, and NaN comes out. t counts from 1.",
    "vi": "t của bạn nhỏ hơn một đơn vị: bước đầu chia cho 1 - β⁰ = 0 nên ra NaN. t đếm từ 1.",
}
