"""Hints of lesson 1."""

from __future__ import annotations

from hocsau.hints import Steps
from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, Steps] = {
    "mse_loss": (
        Text("How far is each prediction from its target? Write down those n numbers, the residuals, before you think of the loss.", "Mỗi dự đoán lệch mục tiêu bao nhiêu? Hãy viết ra n con số đó, tức các phần dư, trước khi nghĩ đến hàm mất mát."),
        Text("All predictions at once are one matrix-vector product of shape (n,). Then three things in order: subtract, square, average.", "Mọi dự đoán cùng lúc là một tích ma trận với vector, có shape (n,). Sau đó là ba việc theo thứ tự: trừ, bình phương, lấy trung bình."),
        Text("With `residual` of shape (n,), the loss is the mean (not the sum) of its squares; `np.mean` gives a NumPy number, `float(...)` makes it a plain one.", "Với `residual` có shape (n,), hàm mất mát là trung bình (không phải tổng) của các bình phương; `np.mean` cho một số của NumPy, `float(...)` đổi nó thành số thường."),
    ),
    "mse_gradient": (
        Text("Differentiate (x·w - y)² for one sample with the chain rule; then average over the samples.", "Dùng quy tắc dây chuyền để lấy đạo hàm của (x·w - y)² cho một mẫu; rồi lấy trung bình trên các mẫu."),
        Text("Each sample gives 2 · residual · x, a vector of shape (d,). Adding them over the samples is a product with the transposed X.", "Mỗi mẫu cho 2 · phần dư · x, một vector shape (d,). Cộng chúng trên mọi mẫu chính là nhân với X chuyển vị."),
        Text("Compute `residual` as in `mse_loss`. `X.T @ residual` has shape (d,): what factor, made of 2 and n, is still missing in front?", "Tính `residual` như trong `mse_loss`. `X.T @ residual` có shape (d,): phía trước còn thiếu hệ số nào, gồm 2 và n?"),
    ),
    "gradient_descent": (
        Text("The result holds every point of the way, the start included. How many rows is that for `steps` steps?", "Kết quả chứa mọi điểm trên đường đi, kể cả điểm xuất phát. Với `steps` bước thì có bao nhiêu hàng?"),
        Text("Keep a list that begins with a copy of w0; in a loop compute the new point from the last one, append it; at the end make one array of the list.", "Giữ một list bắt đầu bằng bản sao của w0; trong vòng lặp, tính điểm mới từ điểm cuối rồi thêm vào; cuối cùng gộp list thành một mảng."),
        Text("Call `gradient` at the current w in every pass, and write the step as `w = w - ...`, not `w -= ...`: the second overwrites the row already stored.", "Ở mỗi vòng, gọi `gradient` tại w hiện tại và viết bước đi dạng `w = w - ...`, đừng viết `w -= ...`: cách sau ghi đè lên hàng đã lưu."),
    ),
    "largest_stable_learning_rate": (
        Text("In which direction does gradient descent diverge first: the flattest one or the steepest one?", "Gradient descent phân kỳ trước tiên theo hướng nào: hướng phẳng nhất hay hướng dốc nhất?"),
        Text("Build the Hessian of our loss, a (d, d) matrix made of X alone, with its factor 2/n. Then look at its eigenvalues.", "Lập ma trận Hessian của hàm mất mát, kích thước (d, d), chỉ từ X và hệ số 2/n. Rồi xét các trị riêng của nó."),
        Text("`np.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix in rising order. The limit is 2 over one of them: the one at the end.", "`np.linalg.eigvalsh` cho các trị riêng của ma trận đối xứng theo thứ tự tăng dần. Giới hạn là 2 chia cho một trong số đó: trị riêng ở cuối."),
    ),
    "sgd_epoch": (
        Text("One sample, one update. What is the gradient of the loss of a single sample?", "Một mẫu, một lần cập nhật. Gradient của hàm mất mát trên một mẫu duy nhất là gì?"),
        Text("Loop over `order`; in each pass use row i of X and entry i of y alone, and the w that the pass before has left.", "Lặp theo `order`; ở mỗi vòng chỉ dùng hàng i của X, phần tử i của y, và w mà vòng trước để lại."),
        Text("The gradient of sample i is `2 * (X[i] @ w - y[i])` times a vector. Which vector? There is no 1/n here, since n is 1.", "Gradient của mẫu i là `2 * (X[i] @ w - y[i])` nhân với một vector. Vector nào? Ở đây không có 1/n, vì n bằng 1."),
    ),
    "minibatches": (
        Text("Cut a row of cards into piles of `batch_size`. What happens to the last pile?", "Hãy chia một hàng quân bài thành từng xấp `batch_size` quân. Xấp cuối cùng thì sao?"),
        Text("The piles begin at 0, batch_size, 2·batch_size, ... and so on while there is something left: `range` with a step gives these places.", "Các xấp bắt đầu tại 0, batch_size, 2·batch_size, ... cho đến khi hết: `range` với bước nhảy cho đúng các vị trí này."),
        Text("A slice that reaches beyond the end of an array simply stops at the end: so the short last batch needs no case of its own. Collect `order[start : ...]` in a list.", "Lát cắt vượt quá cuối mảng thì tự dừng ở cuối: nhờ vậy batch cuối ngắn hơn không cần xử lý riêng. Hãy gom `order[start : ...]` vào một list."),
    ),
    "minibatch_epoch": (
        Text("You have written the two parts already: how to cut an order into batches, and the gradient of the loss on a set of samples.", "Bạn đã viết sẵn hai phần: cách cắt thứ tự thành các batch, và gradient của hàm mất mát trên một tập mẫu."),
        Text("For each batch of indices: take those rows of X and of y, compute the gradient on them alone, make one step.", "Với mỗi batch chỉ số: lấy các hàng tương ứng của X và của y, tính gradient chỉ trên chúng, rồi đi một bước."),
        Text("`X[batch]` with an array of indices takes these rows. `mse_gradient` divides by the number of rows it gets, so the short last batch is averaged rightly by itself.", "`X[batch]` với một mảng chỉ số sẽ lấy đúng các hàng đó. `mse_gradient` chia cho số hàng nó nhận được, nên batch cuối ngắn hơn cũng tự được lấy trung bình đúng."),
    ),
    "gradient_noise": (
        Text("Two factors: how much the samples' own gradients differ from their mean, and how much averaging over m of n takes away.", "Hai thừa số: gradient của từng mẫu lệch khỏi trung bình bao nhiêu, và việc lấy trung bình m trong n mẫu làm giảm đi bao nhiêu."),
        Text("Make all n per-sample gradients as rows of an (n, d) array, subtract their mean row, sum the squares along each row, average over the rows.", "Lập cả n gradient của từng mẫu thành các hàng của một mảng (n, d), trừ đi hàng trung bình, cộng bình phương theo từng hàng, rồi lấy trung bình trên các hàng."),
        Text("`2 * (X @ w - y)[:, None] * X` has one gradient per row. The factor in front is (n - m) over m(n - 1): it must be 0 for m = n.", "`2 * (X @ w - y)[:, None] * X` có mỗi hàng một gradient. Thừa số đứng trước là (n - m) chia cho m(n - 1): với m = n nó phải bằng 0."),
    ),
    "gradient_descent_bug_hunt": (
        Text("How much does one sample of a small micro-batch weigh in the result, compared with one of a large micro-batch?", "Trong kết quả, một mẫu thuộc micro-batch nhỏ nặng bao nhiêu so với một mẫu thuộc micro-batch lớn?"),
        Text("A mean of means is the mean only for groups of equal size. Accumulate something else than means, and divide once.", "Trung bình của các trung bình chỉ bằng trung bình chung khi các nhóm có cùng kích thước. Hãy cộng dồn thứ khác chứ không phải trung bình, rồi chia một lần."),
        Text("Inside the loop add the sum of 2 · residual · x over the part's rows, with no division; keep a running `start` for where the part begins, and behind the loop divide by the number of samples seen.", "Trong vòng lặp, cộng tổng của 2 · phần dư · x trên các hàng của phần đó mà không chia; dùng `start` để nhớ chỗ bắt đầu của mỗi phần, và sau vòng lặp mới chia cho số mẫu đã duyệt."),
    ),
    "gradient_descent_written": (
        Text("Split her sentence: how good a gradient is, how many updates there are, how long an update takes. Each changes with m in its own way.", "Hãy tách câu nói ra: gradient tốt đến đâu, có bao nhiêu lần cập nhật, mỗi lần tốn bao lâu. Mỗi thứ thay đổi theo m một cách riêng."),
        Text("Put m = 32 and m = 64 into the formula of 1.12: what happens to the squared noise, and so to its typical length? Then count the updates of one epoch.", "Thay m = 32 và m = 64 vào công thức ở 1.12: bình phương nhiễu thay đổi ra sao, và do đó độ dài điển hình của nó? Sau đó đếm số lần cập nhật trong một epoch."),
        Text("Early in training steps count, late the noise floor does. End with a measurement: which curve, against which axis, with what else held equal?", "Giai đoạn đầu, số bước quan trọng; giai đoạn cuối, mức sàn do nhiễu quan trọng. Hãy kết thúc bằng một phép đo: vẽ đường nào, theo trục nào, giữ nguyên những gì?"),
    ),
    "gradient_descent_quiz": (
        Text("Each question is one computation or one picture away: none needs a guess. Write the formula beside it first.", "Mỗi câu chỉ cách đáp án một phép tính hoặc một hình vẽ: không câu nào phải đoán. Trước hết hãy viết công thức ra bên cạnh."),
        Text("q1: what does the rate change on a bowl without noise, and what not? q2: your `minibatches`. q3: the two factors of a quadratic. q4: the formula of 1.12 for both m.", "q1: trên lòng chảo không nhiễu, tốc độ học làm thay đổi gì và không thay đổi gì? q2: hàm `minibatches` của bạn. q3: hai hệ số co của hàm bậc hai. q4: công thức ở 1.12 cho cả hai m."),
        Text("Let the computer decide where it can: run your `minibatches` and `gradient_noise` on the numbers of q2 and q4, and the first explorer above its limit for q3.", "Chỗ nào được thì để máy tính quyết định: chạy `minibatches` và `gradient_noise` của bạn với các con số ở q2 và q4, và cho bảng khám phá đầu tiên vượt giới hạn để trả lời q3."),
    ),
}  # fmt: skip
