"""Hints of lesson 2."""

from __future__ import annotations

from hocsau.hints import Steps
from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, Steps] = {
    "momentum_step": (
        Text("Two lines, in this order: the velocity first, the position second. Which of the two does the gradient enter?", "Hai dòng, theo đúng thứ tự: vận tốc trước, vị trí sau. Gradient đi vào dòng nào?"),
        Text("New velocity: a share of the old one, and a push downhill whose size the learning rate sets. New position: the old one moved by the new velocity.", "Vận tốc mới: giữ lại một phần vận tốc cũ, cộng một lực đẩy xuống dốc có độ lớn do tốc độ học quyết định. Vị trí mới: vị trí cũ dời đi theo vận tốc mới."),
        Text("`v = beta * v` minus what? Nothing is multiplied by (1 - beta) here. Then return the pair `w + v, v`, with no `+=` on the arguments.", "`v = beta * v` trừ đi cái gì? Ở đây không có gì nhân với (1 - beta). Rồi trả về cặp `w + v, v`, không dùng `+=` trên các đối số."),
    ),
    "momentum_descent": (
        Text("It is `gradient_descent` of lesson 1 with a memory. What must live on from one step to the next?", "Đây là `gradient_descent` của bài 1 có thêm trí nhớ. Cái gì phải sống tiếp từ bước này sang bước sau?"),
        Text("Before the loop: w is a copy of w0, v is zeros of the same shape, the list holds the start. In the loop: one `momentum_step`, then append w.", "Trước vòng lặp: w là bản sao của w0, v là mảng 0 cùng shape, list chứa điểm xuất phát. Trong vòng lặp: một lần `momentum_step`, rồi thêm w vào."),
        Text("`momentum_step` wants the gradient's value at the current w, not the function; and both results come back: `w, v = momentum_step(w, v, ..., ...)`.", "`momentum_step` cần giá trị gradient tại w hiện tại, không phải hàm; và phải nhận lại cả hai kết quả: `w, v = momentum_step(w, v, ..., ...)`."),
    ),
    "convergence_rate": (
        Text("One step of momentum in one direction is a 2 x 2 matrix. The rate is the larger modulus of its two eigenvalues.", "Một bước momentum theo một hướng là một ma trận 2 x 2. Hệ số hội tụ là môđun lớn hơn trong hai trị riêng."),
        Text("The eigenvalues are the roots of z² - trace·z + beta = 0. Look at the discriminant: is it negative (complex roots) or not?", "Các trị riêng là nghiệm của z² - trace·z + beta = 0. Hãy xét biệt thức: âm (nghiệm phức) hay không?"),
        Text("trace = 1 + beta - eta·lambda. Complex roots: their product is beta and both have the same modulus. Real roots: half of (|trace| + the root of the discriminant).", "trace = 1 + beta - eta·lambda. Nghiệm phức: tích của chúng là beta và hai môđun bằng nhau. Nghiệm thực: một nửa của (|trace| + căn của biệt thức)."),
    ),
    "optimal_momentum": (
        Text("Polyak's pair is made of the ROOTS of the two eigenvalues. Take them first, and everything gets short.", "Cặp của Polyak được lập từ CĂN của hai trị riêng. Lấy căn trước thì mọi thứ gọn lại."),
        Text("Learning rate: the square of 2 over the sum of the roots. Beta: the square of a fraction, difference over sum.", "Tốc độ học: bình phương của 2 chia cho tổng hai căn. Beta: bình phương của một phân số, hiệu chia tổng."),
        Text("Check by hand with both eigenvalues 4: the learning rate must be 1/4 and beta 0. With 1 and 9: 1/4 and 1/4. Return a pair of plain floats.", "Thử tay với cả hai trị riêng bằng 4: tốc độ học phải là 1/4 và beta bằng 0. Với 1 và 9: 1/4 và 1/4. Trả về một cặp số float thường."),
    ),
    "nesterov_step": (
        Text("Nesterov looks before it leaps: it takes the gradient where the velocity alone would carry it.", "Nesterov nhìn trước khi nhảy: lấy gradient tại nơi mà riêng vận tốc sẽ đưa nó tới."),
        Text("As `momentum_step`, but `gradient` is a function now, and its argument is not w. Call it once.", "Giống `momentum_step`, nhưng giờ `gradient` là một hàm, và đối số của nó không phải w. Chỉ gọi một lần."),
        Text("The place to look at is w + beta v (plus, not minus). The line for v is otherwise the old one, and w moves by the new v.", "Chỗ cần nhìn là w + beta v (cộng, không phải trừ). Ngoài ra dòng cho v vẫn như cũ, và w dời đi theo v mới."),
    ),
    "pytorch_momentum_step": (
        Text("The buffer collects gradients; the learning rate stays outside it. So the sign of the last line differs from ours.", "Buffer gom các gradient; tốc độ học đứng bên ngoài. Vì vậy dấu ở dòng cuối khác với quy ước của ta."),
        Text("First the buffer: a share of the old one plus the gradient, nothing else. Then w moves against it, scaled by the learning rate.", "Trước hết là buffer: một phần của buffer cũ cộng gradient, không gì khác. Sau đó w đi ngược hướng buffer, nhân với tốc độ học."),
        Text("`buffer = beta * buffer + ...` has no learning rate in it at all. In the second line it is the NEW buffer that counts. Return w and buffer.", "`buffer = beta * buffer + ...` hoàn toàn không chứa tốc độ học. Ở dòng thứ hai phải dùng buffer MỚI. Trả về w và buffer."),
    ),
    "momentum_bug_hunt": (
        Text("What does the program forget, and when? Compare one epoch of 60 steps with 60 epochs of one step.", "Chương trình quên điều gì, và khi nào? Hãy so một epoch 60 bước với 60 epoch một bước."),
        Text("Look at which loop the velocity is born in. A variable set inside a loop starts again in every pass.", "Hãy xem vận tốc được khởi tạo trong vòng lặp nào. Biến được gán bên trong một vòng lặp sẽ bắt đầu lại ở mỗi vòng."),
        Text("Set w and v once, before the loop over epochs. The inner loop makes the steps; behind it, still inside the outer one, w is appended to the history.", "Khởi tạo w và v một lần, trước vòng lặp theo epoch. Vòng trong đi các bước; sau nó, vẫn trong vòng ngoài, thêm w vào lịch sử."),
    ),
    "momentum_written": (
        Text("Two directions of the ravine, two answers: across it, where gradient descent swings, and along it, where it creeps.", "Hai hướng của rãnh hẹp, hai câu trả lời: theo phương ngang, nơi gradient descent dao động, và dọc theo rãnh, nơi nó bò."),
        Text("For the false case give numbers: an eta·lambda and a beta with complex roots, and how far it overshoots. Your `convergence_rate` tells you where they are.", "Với trường hợp sai, hãy cho con số: một eta·lambda và một beta có nghiệm phức, và nó vọt qua bao xa. `convergence_rate` của bạn chỉ ra chúng ở đâu."),
        Text("The cost of 0.99: what is the rate when the roots are complex, and how many steps is that for a factor of ten? And how long is a step in the long run, next to eta?", "Cái giá của 0.99: hệ số hội tụ là bao nhiêu khi nghiệm phức, và cần mấy bước để giảm mười lần? Về lâu dài một bước dài bao nhiêu so với eta?"),
    ),
    "momentum_quiz": (
        Text("Three of the four are one line of arithmetic. Write it down; don't choose by feeling.", "Ba trong bốn câu chỉ là một dòng tính. Hãy viết ra; đừng chọn theo cảm giác."),
        Text("q1: the velocity that reproduces itself on a constant slope. q2: is the discriminant negative before and after? q3: section 2.9. q4: how steps grow with kappa, with and without the root.", "q1: vận tốc tự lặp lại trên dốc không đổi. q2: biệt thức có âm cả trước lẫn sau không? q3: mục 2.9. q4: số bước tăng theo kappa thế nào, có căn và không có căn."),
        Text("Run it: `momentum_step` a hundred times with a constant gradient for q1, `convergence_rate` at 0.5 and at 1.0 for q2, both step functions with the drop for q3.", "Hãy chạy thử: `momentum_step` một trăm lần với gradient không đổi cho q1, `convergence_rate` tại 0.5 và 1.0 cho q2, cả hai hàm bước với cú giảm tốc độ học cho q3."),
    ),
}  # fmt: skip
