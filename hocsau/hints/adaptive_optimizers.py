"""Hints of lesson 3."""

from __future__ import annotations

from hocsau.hints import Steps
from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, Steps] = {
    "adagrad_step": (
        Text("Each parameter keeps its own account of how large its gradients have been. When is the present gradient entered: before the step or after it?", "Mỗi tham số giữ một sổ riêng ghi các gradient của nó lớn đến đâu. Gradient hiện tại được ghi vào lúc nào: trước hay sau bước đi?"),
        Text("First G grows by the squared gradient, entry by entry. Then theta moves by learning rate times gradient, divided by a root.", "Trước hết G tăng thêm bình phương gradient, theo từng phần tử. Sau đó theta dời đi tốc độ học nhân gradient, chia cho một căn."),
        Text("In this lesson's Adagrad epsilon stands INSIDE the root, next to the new G. And `G = G + ...`, not `G += ...`, which would change the caller's array.", "Trong Adagrad của bài này, epsilon đứng TRONG căn, cạnh G mới. Và viết `G = G + ...`, không viết `G += ...`, vì cách sau sửa mảng của người gọi."),
    ),
    "adagrad_effective_rate": (
        Text("It is the factor in front of the gradient in Adagrad's step, for every step t. Which gradients does step t know?", "Đó là hệ số đứng trước gradient trong bước đi của Adagrad, cho mọi bước t. Bước t biết những gradient nào?"),
        Text("G_t is the sum of the squared gradients up to and with t: a running sum down the rows of `grads`.", "G_t là tổng bình phương các gradient đến hết bước t: một tổng tích lũy dọc theo các hàng của `grads`."),
        Text("`np.cumsum(..., axis=0)` of the squares gives all G_t at once, (T, d). Then learning rate over a root with eps inside, no loop.", "`np.cumsum(..., axis=0)` của các bình phương cho mọi G_t cùng lúc, (T, d). Rồi lấy tốc độ học chia cho căn có eps bên trong, không cần vòng lặp."),
    ),
    "rmsprop_step": (
        Text("Adagrad never forgets. RMSProp replaces its sum by something that forgets slowly: what?", "Adagrad không bao giờ quên. RMSProp thay tổng đó bằng một thứ quên dần: thứ gì?"),
        Text("s is an exponential moving average of the squared gradients: a share beta of the old, the rest of the new. The step itself looks like Adagrad's.", "s là trung bình động theo mũ của các bình phương gradient: giữ phần beta của giá trị cũ, phần còn lại lấy từ giá trị mới. Bước đi thì giống Adagrad."),
        Text("The weights beta and 1 - beta: which belongs to the old s, which to grad²? Epsilon again inside the root, with the NEW s.", "Hai trọng số beta và 1 - beta: cái nào đi với s cũ, cái nào đi với grad²? Epsilon lại ở trong căn, cùng với s MỚI."),
    ),
    "adam_step": (
        Text("Adam is momentum (m) over RMSProp (v), and both averages start at 0, so both are too small at first. What puts that right?", "Adam là momentum (m) chia cho RMSProp (v), và cả hai trung bình bắt đầu từ 0 nên lúc đầu đều quá nhỏ. Điều gì sửa lại?"),
        Text("Five lines: update m, update v, correct m, correct v, step. The corrected values are used in the step alone; what you return are the uncorrected ones.", "Năm dòng: cập nhật m, cập nhật v, hiệu chỉnh m, hiệu chỉnh v, đi bước. Giá trị đã hiệu chỉnh chỉ dùng trong bước đi; kết quả trả về là giá trị chưa hiệu chỉnh."),
        Text("The corrections divide by 1 - beta1**t and by 1 - beta2**t (each its own beta). In the last line epsilon is added to the root, OUTSIDE it: at t = 1 with tiny eps the step has the length of the learning rate.", "Phép hiệu chỉnh chia cho 1 - beta1**t và 1 - beta2**t (mỗi cái một beta riêng). Ở dòng cuối, epsilon được cộng vào căn, đứng NGOÀI căn: tại t = 1 với eps rất nhỏ, bước đi dài đúng bằng tốc độ học."),
    ),
    "Adam": (
        Text("Your `adam_step` does the arithmetic. What must the object remember between two calls of `step`, and for which of its parameters?", "`adam_step` của bạn lo phần tính. Đối tượng phải nhớ gì giữa hai lần gọi `step`, và cho tham số nào?"),
        Text("In __init__: the settings, t = 0, one m and one v per parameter, zeros of that parameter's shape. In step: t grows ONCE, then a loop over the parameters with their gradients.", "Trong __init__: các thiết lập, t = 0, mỗi tham số một m và một v, mảng 0 cùng shape. Trong step: t tăng MỘT lần, rồi lặp qua các tham số cùng gradient của chúng."),
        Text("The caller holds the very arrays, so fill them: assign to `p[...]`, for assigning to `p` only renames. Store the new m and v back at index i; return nothing.", "Người gọi giữ chính các mảng đó, nên phải ghi vào trong: gán vào `p[...]`, vì gán vào `p` chỉ đổi tên. Lưu m và v mới lại vào chỉ số i; không trả về gì."),
    ),
    "adamw_step": (
        Text("AdamW pulls the parameter towards 0 beside Adam's step, not through the gradient. So the decay must not enter m and v.", "AdamW kéo tham số về 0 song song với bước Adam, không thông qua gradient. Vì vậy phần suy giảm không được đi vào m và v."),
        Text("Make Adam's step with the plain gradient, then subtract a decay. Which theta does the decay use: the one before the step or behind it?", "Đi một bước Adam với gradient nguyên bản, rồi trừ phần suy giảm. Phần suy giảm dùng theta nào: trước hay sau bước đi?"),
        Text("Call `adam_step`, keep its three results, and take off learning rate · weight decay · the OLD theta. With grad = 0 theta must shrink all the same.", "Gọi `adam_step`, giữ ba kết quả, rồi trừ đi tốc độ học · hệ số suy giảm · theta CŨ. Khi grad = 0, theta vẫn phải co lại."),
    ),
    "warmup_cosine": (
        Text("Three stretches: rising, falling, flat. Draw them with their four corner points before you write a line.", "Ba đoạn: tăng, giảm, bằng. Hãy vẽ chúng cùng bốn điểm mốc trước khi viết dòng nào."),
        Text("Before warmup_steps: a straight line from 0 to peak. Afterwards: which share of the remaining way is done, from 0 to 1 and never more? A cosine turns this share into the height.", "Trước warmup_steps: đường thẳng từ 0 đến peak. Sau đó: đã đi được bao nhiêu phần quãng còn lại, từ 0 đến 1 và không hơn? Hàm cosin đổi phần đó thành độ cao."),
        Text("(1 + cos(pi · done)) / 2 is 1 at done = 0 and 0 at done = 1: stretch it between floor and peak. Count `done` from warmup_steps, not from 0; `step < warmup_steps` keeps warmup_steps = 0 from dividing by zero.", "(1 + cos(pi · done)) / 2 bằng 1 khi done = 0 và bằng 0 khi done = 1: hãy kéo nó ra giữa floor và peak. Tính `done` từ warmup_steps, không phải từ 0; `step < warmup_steps` giúp tránh chia cho 0 khi warmup_steps = 0."),
    ),
    "adaptive_optimizers_bug_hunt": (
        Text("Only the first step has the right length. What in Adam differs from step to step on a constant slope?", "Chỉ bước đầu có độ dài đúng. Trên dốc không đổi, thứ gì trong Adam khác nhau giữa các bước?"),
        Text("The bias correction knows the step's number t. Follow t through the program: where does it change, and does anyone see the change?", "Phép hiệu chỉnh độ chệch cần biết số thứ tự t của bước. Hãy lần theo t trong chương trình: nó thay đổi ở đâu, và có ai thấy sự thay đổi đó không?"),
        Text("Let the loop itself count: t runs from 1 to steps. Then m, v, both corrections with this t, the step, and append the new point.", "Hãy để chính vòng lặp đếm: t chạy từ 1 đến steps. Rồi đến m, v, hai phép hiệu chỉnh với t này, bước đi, và thêm điểm mới."),
    ),
    "adaptive_optimizers_written": (
        Text("Four questions are asked; answer each with one mechanism and one number or source from the lesson.", "Có bốn câu hỏi; trả lời mỗi câu bằng một cơ chế và một con số hoặc nguồn trong bài."),
        Text("Rare words: what does Adam divide by, and how large is that for a word seen once in a hundred steps? Alpha: what multiplies every step, whatever the division does?", "Từ hiếm: Adam chia cho cái gì, và nó lớn bao nhiêu với một từ trăm bước mới gặp một lần? Alpha: cái gì nhân vào mọi bước, bất kể phép chia ra sao?"),
        Text("Against \"the strongest\": the lesson names a paper where plain SGD generalises better, and one where Adam does not converge. Advice: what would you sweep first, and on which scale?", "Phản biện \"mạnh nhất\": bài học nêu một bài báo mà SGD thường tổng quát hóa tốt hơn, và một bài mà Adam không hội tụ. Lời khuyên: bạn dò thử gì trước, trên thang đo nào?"),
    ),
    "adaptive_optimizers_quiz": (
        Text("Put numbers in: with a constant gradient or at the first step every formula of this lesson becomes a short one.", "Hãy thay số vào: với gradient không đổi, hoặc ở bước đầu, mọi công thức của bài đều rút gọn."),
        Text("q1: m and v corrected at t = 1. q2: Adagrad's G after 100 ones. q3: what dividing by 1 - beta**1 does to averages that are already full. q4: what Adam's division does to lambda·theta inside the gradient.", "q1: m và v được hiệu chỉnh tại t = 1. q2: G của Adagrad sau 100 số 1. q3: chia cho 1 - beta**1 làm gì với các trung bình đã đầy. q4: phép chia của Adam làm gì với lambda·theta nằm trong gradient."),
        Text("Your own functions answer all four: `adam_step` at t = 1, `adagrad_step` a hundred times, `adam_step` at t = 1 with full m and v, `adamw_step` with two gradients.", "Chính các hàm của bạn trả lời cả bốn: `adam_step` tại t = 1, `adagrad_step` một trăm lần, `adam_step` tại t = 1 với m và v đã đầy, `adamw_step` với hai gradient."),
    ),
}  # fmt: skip
