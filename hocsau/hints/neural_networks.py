"""Hints of lesson 4."""

from __future__ import annotations

from hocsau.hints import Steps
from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, Steps] = {
    "neuron": (
        Text("A weighted sum and a shift. Which NumPy operator sums products along the last axis of x, for one sample and for a batch alike?", "Một tổng có trọng số và một độ dời. Toán tử nào của NumPy cộng các tích theo trục cuối của x, cho cả một mẫu lẫn một batch?"),
        Text("(d,) with (d,) must give a number, (n, d) with (d,) must give (n,): the matrix product does both.", "(d,) với (d,) phải cho một số, (n, d) với (d,) phải cho (n,): tích ma trận làm được cả hai."),
        Text("One product with `@`, x on the left and w on the right, and one addition: no loop, no transpose, no case for the batch.", "Một tích với `@`, x bên trái và w bên phải, rồi một phép cộng: không vòng lặp, không chuyển vị, không tách riêng trường hợp batch."),
    ),
    "relu": (
        Text("Keep what is positive, make the rest 0, for every entry by itself.", "Giữ phần dương, phần còn lại thành 0, cho từng phần tử."),
        Text("It is the larger of two numbers at each place. NumPy has a function of two arguments for that.", "Tại mỗi chỗ đó là số lớn hơn trong hai số. NumPy có một hàm hai đối số cho việc này."),
        Text("`np.max` reduces an array to one number; you want `np.maximum`, with x and what else?", "`np.max` rút cả mảng về một số; bạn cần `np.maximum`, với x và gì nữa?"),
    ),
    "sigmoid": (
        Text("The formula is short; the trouble is exp of a large positive number, which overflows. For which sign of x is exp(-x) dangerous?", "Công thức thì ngắn; rắc rối nằm ở exp của một số dương lớn, bị tràn. Với dấu nào của x thì exp(-x) nguy hiểm?"),
        Text("Use an exponential that is never above 1: that of minus the ABSOLUTE value. Then write the sigmoid with it, once for x >= 0 and once for x < 0.", "Hãy dùng một hàm mũ không bao giờ vượt 1: mũ của âm giá trị TUYỆT ĐỐI. Rồi viết sigmoid theo nó, một lần cho x >= 0 và một lần cho x < 0."),
        Text("With e = exp(-|x|): for x >= 0 it is 1 / (1 + e), for x < 0 it is e / (1 + e). Both have the same denominator, so `np.where` is needed for the numerator alone.", "Với e = exp(-|x|): khi x >= 0 là 1 / (1 + e), khi x < 0 là e / (1 + e). Hai mẫu số giống nhau, nên chỉ cần `np.where` cho tử số."),
    ),
    "linear_forward": (
        Text("Every row of X is one sample. What shape must Y have, and which axis disappears?", "Mỗi hàng của X là một mẫu. Y phải có shape nào, và trục nào biến mất?"),
        Text("(n, d_in) times (d_in, d_out): this layout of W needs no transpose. The bias goes to every row.", "(n, d_in) nhân (d_in, d_out): cách xếp W này không cần chuyển vị. Bias được cộng vào mọi hàng."),
        Text("A matrix product, then `+ b`: broadcasting adds the (d_out,) vector to each row by itself.", "Một tích ma trận, rồi `+ b`: broadcasting tự cộng vector (d_out,) vào từng hàng."),
    ),
    "numerical_gradient": (
        Text("How does f change when a single entry of w is moved a little up, and a little down?", "f thay đổi thế nào khi chỉ một phần tử của w được đẩy lên một chút, rồi xuống một chút?"),
        Text("Loop over all places of w with `np.ndindex(w.shape)`. At each make an array of w's shape that is 0 save for h at this place.", "Lặp qua mọi vị trí của w bằng `np.ndindex(w.shape)`. Ở mỗi vị trí, tạo một mảng cùng shape với w, toàn 0 trừ h tại vị trí đó."),
        Text("The central difference subtracts f at w minus the step from f at w plus the step, and divides by the distance of the two points. That distance is not h.", "Sai phân trung tâm lấy f tại w cộng bước trừ đi f tại w trừ bước, rồi chia cho khoảng cách giữa hai điểm. Khoảng cách đó không phải h."),
    ),
    "softmax_cross_entropy": (
        Text("Work with logarithms: the loss needs log softmax, and there the largest logit can be taken off without any change.", "Hãy làm việc với logarit: hàm mất mát cần log softmax, và ở đó có thể trừ logit lớn nhất mà không thay đổi gì."),
        Text("Row by row: shift by the row's maximum, subtract the log of the sum of exponentials. Loss: minus the mean of the entries at the labels. Gradient: the probabilities, with something taken off at the labels.", "Theo từng hàng: dời theo giá trị lớn nhất của hàng, trừ log của tổng các mũ. Hàm mất mát: âm trung bình các phần tử tại nhãn. Gradient: các xác suất, trừ đi một lượng tại nhãn."),
        Text("`log_softmax[rows, labels]` with `rows = np.arange(n)` picks one entry per row. Take 1 off the probabilities at these places, and don't forget that a mean over n divides the gradient too. Use `keepdims=True` for max and sum.", "`log_softmax[rows, labels]` với `rows = np.arange(n)` chọn mỗi hàng một phần tử. Trừ 1 khỏi xác suất tại các chỗ đó, và đừng quên trung bình trên n cũng chia cả gradient. Dùng `keepdims=True` cho max và sum."),
    ),
    "linear_backward": (
        Text("Let the shapes lead you: dX looks like X, dW like W, db like b. Only one product of dY with each partner fits.", "Hãy để shape dẫn đường: dX giống X, dW giống W, db giống b. Với mỗi bên chỉ có một cách nhân dY cho vừa."),
        Text("dX: from (n, d_out) to (n, d_in) leads over the transposed W. dW: from (d_in, n) and (n, d_out). db: b went to every row, so every row sends something back.", "dX: từ (n, d_out) sang (n, d_in) phải qua W chuyển vị. dW: từ (d_in, n) và (n, d_out). db: b đã được cộng vào mọi hàng, nên mọi hàng đều gửi trả."),
        Text("Two matrix products with one transpose each, and a sum of dY over the samples (axis 0, a sum, not a mean). Return them in the order dX, dW, db.", "Hai tích ma trận, mỗi cái một phép chuyển vị, và một tổng của dY theo các mẫu (axis 0, tổng chứ không phải trung bình). Trả về theo thứ tự dX, dW, db."),
    ),
    "mlp_loss_and_gradients": (
        Text("Go forward and keep what you will need on the way back; then walk the same steps in reverse. You have written every step already.", "Đi xuôi và giữ lại những gì lượt về cần; rồi đi ngược lại đúng các bước ấy. Từng bước bạn đều đã viết rồi."),
        Text("Forward: linear, ReLU, linear, softmax with cross-entropy. Backward: from dlogits through the second linear layer to dH, through the ReLU, through the first linear layer.", "Xuôi: tuyến tính, ReLU, tuyến tính, softmax với entropy chéo. Ngược: từ dlogits qua lớp tuyến tính thứ hai đến dH, qua ReLU, qua lớp tuyến tính thứ nhất."),
        Text("ReLU passes dH on only where Z1 was above 0 (strictly): multiply by a mask made of Z1, not of dH. `linear_backward(dlogits, H, W2)` wants the layer's INPUT as its second argument.", "ReLU chỉ cho dH đi qua nơi Z1 lớn hơn 0 (hẳn): nhân với mặt nạ lập từ Z1, không phải từ dH. `linear_backward(dlogits, H, W2)` cần ĐẦU VÀO của lớp làm đối số thứ hai."),
    ),
    "network_loss_and_gradients": (
        Text("The MLP with a loop in place of two layers. What does the way back need of each layer, and what stands behind the last one?", "Chính là MLP với vòng lặp thay cho hai lớp. Lượt về cần gì ở mỗi lớp, và sau lớp cuối có gì?"),
        Text("Forward: store each layer's input; the activation stands between layers, so the last Z goes into the loss as it is. Backward: loop in reverse, collect (dW, db), turn the list round at the end.", "Xuôi: lưu đầu vào của mỗi lớp; hàm kích hoạt nằm giữa các lớp, nên Z cuối đi thẳng vào hàm mất mát. Ngược: lặp từ cuối về đầu, gom (dW, db), cuối cùng đảo list lại."),
        Text("A layer's input A IS the activation of the layer before, so its slope can be read off A: for ReLU where A > 0, for sigmoid A(1 - A). Multiply dA by it to get the dZ of the layer before.", "Đầu vào A của một lớp CHÍNH LÀ kết quả kích hoạt của lớp trước, nên đọc được độ dốc từ A: với ReLU là nơi A > 0, với sigmoid là A(1 - A). Nhân dA với nó để có dZ của lớp trước."),
    ),
    "train_mlp": (
        Text("Lesson 1's mini-batch epoch, now for a dictionary of arrays and for several epochs.", "Chính là một epoch mini-batch của bài 1, nay cho một dictionary các mảng và cho nhiều epoch."),
        Text("Copy the parameters first. For each order: consecutive slices of it are the batches; for each batch one call of `mlp_loss_and_gradients`, then every parameter makes its step.", "Trước hết sao chép các tham số. Với mỗi thứ tự: các lát cắt liên tiếp là các batch; mỗi batch gọi `mlp_loss_and_gradients` một lần, rồi mọi tham số đi một bước."),
        Text("All gradients of a batch are taken before any parameter moves. A dictionary comprehension over the names, old minus learning rate times its gradient, makes new arrays and changes none.", "Mọi gradient của một batch được tính trước khi tham số nào dời đi. Một dictionary comprehension theo tên, giá trị cũ trừ tốc độ học nhân gradient của nó, tạo mảng mới và không sửa mảng nào."),
    ),
    "neural_networks_bug_hunt": (
        Text("The probabilities of one sample must not depend on who else is in the batch. Along which axis do they sum to 1 in the program?", "Xác suất của một mẫu không được phụ thuộc vào các mẫu khác trong batch. Trong chương trình, chúng có tổng bằng 1 theo trục nào?"),
        Text("A row is a sample, a column a class: the softmax belongs along each row. Maximum and sum both need the same axis.", "Một hàng là một mẫu, một cột là một loại: softmax phải tính dọc theo từng hàng. Cả giá trị lớn nhất lẫn tổng đều cần cùng một trục."),
        Text("With axis=1 the maximum has shape (n,) and does not broadcast against (n, C): `keepdims=True` keeps it (n, 1). The rest of the program is right.", "Với axis=1, giá trị lớn nhất có shape (n,) và không broadcast được với (n, C): `keepdims=True` giữ nó là (n, 1). Phần còn lại của chương trình đúng rồi."),
    ),
    "neural_networks_written": (
        Text("Four parts: what linear layers compute together, XOR, the sigmoids, your advice. Start with the formula for two layers.", "Bốn phần: các lớp tuyến tính gộp lại tính được gì, XOR, các sigmoid, lời khuyên. Hãy bắt đầu bằng công thức cho hai lớp."),
        Text("Multiply out (X W1 + b1) W2 + b2: what shape of function is left? Then look at the four corners of XOR and at one straight line. Two hidden ReLU units are enough: find weights.", "Nhân ra (X W1 + b1) W2 + b2: còn lại loại hàm nào? Rồi xét bốn góc của XOR và một đường thẳng. Hai nơ-ron ẩn ReLU là đủ: hãy tìm trọng số."),
        Text("Sigmoids: how large is the slope at most, and what is its twentieth power? Compare with the explorer of layers. Advice: which activation, which start of the weights, how many layers for XOR?", "Sigmoid: độ dốc lớn nhất là bao nhiêu, lũy thừa hai mươi của nó là mấy? So với bảng khám phá các lớp. Lời khuyên: hàm kích hoạt nào, khởi tạo trọng số thế nào, mấy lớp cho XOR?"),
    ),
    "neural_networks_quiz": (
        Text("Shapes and slopes: every question can be settled with one of the two.", "Shape và độ dốc: câu nào cũng giải được bằng một trong hai."),
        Text("q1: multiply two linear layers out. q2: which product gives (100, 10)? q3: the cross-entropy of equal probabilities. q4: the largest slope of a sigmoid.", "q1: nhân hai lớp tuyến tính ra. q2: tích nào cho (100, 10)? q3: entropy chéo của các xác suất bằng nhau. q4: độ dốc lớn nhất của sigmoid."),
        Text("Try it: `softmax_cross_entropy` on zeros of shape (5, 10) for q3, and the layers explorer with sigmoid, gain 1, depth 20 for q4.", "Hãy thử: `softmax_cross_entropy` trên mảng 0 shape (5, 10) cho q3, và bảng khám phá các lớp với sigmoid, hệ số 1, độ sâu 20 cho q4."),
    ),
}  # fmt: skip
