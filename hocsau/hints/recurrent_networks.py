"""Hints of lesson 6."""

from __future__ import annotations

from hocsau.hints import Steps
from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, Steps] = {
    "rnn_step": (
        Text("Two things enter the new state: what comes in, and what was there. Each has a matrix of its own; the bias is added once.", "Hai thứ đi vào trạng thái mới: cái đang tới và cái đã có. Mỗi thứ có ma trận riêng; bias chỉ cộng một lần."),
        Text("x is (N, D) and W_ih is (H, D): which of the two must be transposed to get (N, H)? The same for h and W_hh.", "x là (N, D) còn W_ih là (H, D): cái nào phải chuyển vị để được (N, H)? Tương tự với h và W_hh."),
        Text("Sum the two products `x @ ...` and `h @ ...` with the bias, and only then apply tanh, once, to the whole.", "Cộng hai tích `x @ ...` và `h @ ...` với bias, rồi mới áp tanh, một lần, cho cả tổng."),
    ),
    "gradient_through_time": (
        Text("dh_T/dh_t is a product of one Jacobian per step. Start at the end, where it is the identity, and walk back.", "dh_T/dh_t là tích các ma trận Jacobi, mỗi bước một cái. Hãy bắt đầu ở cuối, nơi nó là ma trận đơn vị, và đi lùi."),
        Text("The Jacobian of step k is diag(1 - h_k²) W_hh: row j of W_hh times 1 - h_kj². Going back, the next factor is multiplied on the RIGHT. After each one, take a spectral norm.", "Ma trận Jacobi của bước k là diag(1 - h_k²) W_hh: hàng j của W_hh nhân với 1 - h_kj². Khi đi lùi, thừa số tiếp theo nhân vào bên PHẢI. Sau mỗi lần, lấy chuẩn phổ."),
        Text("A column `(1 - h**2)[:, None]` times W_hh scales the rows. Use h_T first, h_2 last (h_1's own Jacobian is not needed), `torch.linalg.matrix_norm(..., ord=2)`, and turn the list round before stacking: the last entry is 1.", "Cột `(1 - h**2)[:, None]` nhân W_hh sẽ co giãn các hàng. Dùng h_T trước, h_2 sau cùng (không cần Jacobi của chính h_1), `torch.linalg.matrix_norm(..., ord=2)`, và đảo list trước khi stack: phần tử cuối là 1."),
    ),
    "clip_gradients": (
        Text("One length for all tensors together, as if they were a single long vector.", "Một độ dài chung cho mọi tensor, như thể chúng là một vector dài duy nhất."),
        Text("Sum the squares over every tensor, take one root. If that norm is above max_norm, multiply ALL tensors by the same factor; else by 1.", "Cộng bình phương trên mọi tensor, lấy một căn. Nếu chuẩn đó vượt max_norm, nhân TẤT CẢ các tensor với cùng một hệ số; nếu không thì nhân với 1."),
        Text("The factor is max_norm over norm, but never above 1: `torch.clamp(..., max=1.0)` also tames the division by a norm of 0. `g * factor` makes new tensors; return the list and the norm from before the clipping.", "Hệ số là max_norm chia cho chuẩn, nhưng không vượt 1: `torch.clamp(..., max=1.0)` lo luôn phép chia cho chuẩn bằng 0. `g * factor` tạo tensor mới; trả về list và chuẩn trước khi cắt."),
    ),
    "lstm_cell": (
        Text("Four blocks of H numbers come out of one sum of two products and two biases. Which block is which? The order is i, f, g, o.", "Bốn khối, mỗi khối H số, ra từ một tổng gồm hai tích và hai bias. Khối nào là gì? Thứ tự là i, f, g, o."),
        Text("Cut with `chunk(4, dim=1)`. Sigmoid for i, f and o; tanh for the candidate g. New memory: what is kept of the old one, and what is let in of the new. Output: the memory, squashed, as far as o shows it.", "Cắt bằng `chunk(4, dim=1)`. Sigmoid cho i, f và o; tanh cho giá trị đề xuất g. Ô nhớ mới: phần giữ lại của cái cũ, cộng phần cho vào của cái mới. Đầu ra: ô nhớ được nén lại, hiện ra theo mức của o."),
        Text("f belongs to the old c, i to g: a sum of two products. h uses the NEW c, through a tanh. Return h first, then c.", "f đi với c cũ, i đi với g: tổng của hai tích. h dùng c MỚI, qua một tanh. Trả về h trước, rồi c."),
    ),
    "lstm": (
        Text("The cell, once per time step. What does each step hand on to the next?", "Chính là ô LSTM, mỗi bước thời gian một lần. Mỗi bước trao lại gì cho bước sau?"),
        Text("Loop over the first axis of xs; h and c of one step are the arguments of the next; collect every h.", "Lặp theo trục đầu của xs; h và c của bước này là đối số của bước sau; gom mọi h lại."),
        Text("`h, c = lstm_cell(x, h, c, ...)` overwrites both names in each pass. Behind the loop stack the collected h along a new first axis, and return it with the pair (h, c).", "`h, c = lstm_cell(x, h, c, ...)` ghi đè cả hai tên ở mỗi vòng. Sau vòng lặp, stack các h thành trục đầu mới, rồi trả về cùng với cặp (h, c)."),
    ),
    "gru_cell": (
        Text("Three blocks: r, z, n. The reset gate works on what comes from h inside the candidate, so the parts from x and from h must be kept apart.", "Ba khối: r, z, n. Cổng đặt lại tác động lên phần đến từ h bên trong giá trị đề xuất, nên phải tách riêng phần từ x và phần từ h."),
        Text("Compute the x part with b_ih and the h part with b_hh, and chunk each in three. r and z: sigmoid of the sum of both parts. The candidate: tanh, with r on the h part only.", "Tính phần từ x với b_ih và phần từ h với b_hh, rồi chia mỗi phần làm ba. r và z: sigmoid của tổng hai phần. Giá trị đề xuất: tanh, với r chỉ nhân phần từ h."),
        Text("PyTorch's reset multiplies the h part AFTER its bias is added: r · (W_hn h + b_hn). At the end z says how much of the OLD state stays, and 1 - z how much of n comes in.", "Phép đặt lại của PyTorch nhân phần từ h SAU khi đã cộng bias: r · (W_hn h + b_hn). Cuối cùng z cho biết giữ bao nhiêu trạng thái CŨ, còn 1 - z là phần của n được nhận vào."),
    ),
    "make_windows": (
        Text("Take a series 0, 1, 2, ..., 9 with length 3 and horizon 2, and write the first and the last pair by hand.", "Lấy chuỗi 0, 1, 2, ..., 9 với length 3 và horizon 2, rồi viết tay cặp đầu và cặp cuối."),
        Text("Window k of the inputs begins at k, its targets at k + length. `series.unfold(0, size, 1)` gives all windows of a size; but not every start may be used.", "Cửa sổ thứ k của đầu vào bắt đầu tại k, mục tiêu của nó bắt đầu tại k + length. `series.unfold(0, size, 1)` cho mọi cửa sổ cùng cỡ; nhưng không phải chỗ bắt đầu nào cũng dùng được."),
        Text("Inputs: unfold the series without its last `horizon` values. Targets: unfold the series without its first `length` values. Both have T - length - horizon + 1 rows; `clone()` keeps them apart from the series.", "Đầu vào: unfold chuỗi bỏ `horizon` giá trị cuối. Mục tiêu: unfold chuỗi bỏ `length` giá trị đầu. Cả hai có T - length - horizon + 1 hàng; `clone()` tách chúng khỏi chuỗi."),
    ),
    "Forecaster": (
        Text("Inside, the network works on scaled numbers; outside, everyone speaks in the series' own units. Where must you scale, and where undo it?", "Bên trong, mạng làm việc trên số đã chuẩn hóa; bên ngoài, mọi người dùng đơn vị gốc của chuỗi. Phải chuẩn hóa ở đâu và đổi ngược ở đâu?"),
        Text("__init__: lstm, head, and two buffers by `register_buffer` (0 and 1 at first). forward: scale, give each number an axis of features, run the LSTM, take ONE output of each sequence, the head, undo the scaling.", "__init__: lstm, head, và hai buffer bằng `register_buffer` (ban đầu 0 và 1). forward: chuẩn hóa, cho mỗi số một trục đặc trưng, chạy LSTM, lấy MỘT đầu ra của mỗi chuỗi, qua head, đổi ngược."),
        Text("(N, length) becomes (N, length, 1) with `[:, :, None]`; `batch_first=True` gives outputs (N, length, hidden_size), and the one that has read all of it is at -1. Undo: times std, plus mean.", "(N, length) thành (N, length, 1) bằng `[:, :, None]`; `batch_first=True` cho outputs (N, length, hidden_size), và đầu ra đã đọc hết chuỗi nằm ở -1. Đổi ngược: nhân std, cộng mean."),
    ),
    "train_forecaster": (
        Text("`train_cnn` with two changes: the scale is set first, and the loss is a squared error of scaled values.", "`train_cnn` với hai thay đổi: đặt thang đo trước, và hàm mất mát là bình phương sai số của giá trị đã chuẩn hóa."),
        Text("Fill the buffers `mean` and `std` from the training INPUTS alone, before any step. Then Adam, train mode, a permutation per epoch, batches, zero_grad, loss, backward, step.", "Ghi vào các buffer `mean` và `std` chỉ từ ĐẦU VÀO huấn luyện, trước mọi bước. Rồi Adam, chế độ huấn luyện, mỗi epoch một hoán vị, các batch, zero_grad, hàm mất mát, lượt ngược, bước."),
        Text("`model.mean.copy_(...)` fills a buffer in place. Divide the error by `model.std` before squaring: then the learning rate means the same for every series. Draw the order on `generator.device`, move it to the inputs' device.", "`model.mean.copy_(...)` ghi vào buffer tại chỗ. Chia sai số cho `model.std` trước khi bình phương: khi đó tốc độ học có cùng ý nghĩa với mọi chuỗi. Rút thứ tự trên `generator.device`, rồi chuyển sang thiết bị của đầu vào."),
    ),
    "recurrent_networks_bug_hunt": (
        Text("On the day the training ends, which values are known? Which of them does the program use for the scale?", "Vào ngày kết thúc huấn luyện, ta biết những giá trị nào? Chương trình dùng những giá trị nào để lấy thang đo?"),
        Text("Take mean and std from one stretch alone, and use the same two numbers for both stretches.", "Lấy mean và std chỉ từ một đoạn, và dùng chính hai số đó cho cả hai đoạn."),
        Text("Take the slice before `split` first; then scale the whole series by the mean and the std of this slice alone, and cut it at `split`.", "Trước hết lấy lát cắt trước `split`; rồi chuẩn hóa cả chuỗi theo trung bình và độ lệch chuẩn của riêng lát này, và cắt tại `split`."),
    ),
    "recurrent_networks_written": (
        Text("Draw the curve that says \"tomorrow as today\" over the true prices. How does its plot look, and how large is its R²?", "Hãy vẽ đường \"ngày mai như hôm nay\" đè lên giá thật. Trông nó thế nào, và R² của nó bao nhiêu?"),
        Text("Four parts: what plot and R² cannot show; which baseline on which stretch; two leaks (the scale, the shuffle) and how to split instead; a sober expectation with its reason.", "Bốn phần: điều mà hình vẽ và R² không cho thấy; mốc so sánh nào trên đoạn nào; hai chỗ rò rỉ (thang đo, xáo trộn) và cách chia đúng; một kỳ vọng tỉnh táo kèm lý do."),
        Text("Ask for the forecast CHANGES against the true changes: what correlation would be left if prices are nearly a random walk? And what can a gate remember when there is nothing to remember?", "Hãy đòi so THAY ĐỔI dự báo với thay đổi thật: tương quan còn lại bao nhiêu nếu giá gần như bước ngẫu nhiên? Và cổng nhớ được gì khi chẳng có gì để nhớ?"),
    ),
    "recurrent_networks_quiz": (
        Text("q1: put the three numbers into the two lines of your `lstm_cell`. q3 is counting.", "q1: thay ba con số vào hai dòng cuối của `lstm_cell`. q3 là phép đếm."),
        Text("q2: the norm of the Jacobian is not that of W alone: which diagonal stands in front? q3: four gates, each with a matrix for x, one for h and two biases. q4: the bug hunt.", "q2: chuẩn của Jacobi không chỉ là của W: phía trước có ma trận chéo nào? q3: bốn cổng, mỗi cổng một ma trận cho x, một cho h và hai bias. q4: phần săn lỗi."),
        Text("Count with `sum(p.numel() for p in nn.LSTM(10, 20).parameters())`, and move the radius to 1 in the explorer of gradients through time for q2.", "Đếm bằng `sum(p.numel() for p in nn.LSTM(10, 20).parameters())`, và kéo bán kính về 1 ở bảng khám phá gradient theo thời gian cho q2."),
    ),
}  # fmt: skip
