"""Hints of lesson 7."""

from __future__ import annotations

from hocsau.hints import Steps
from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, Steps] = {
    "scaled_dot_product_attention": (
        Text("Each query is compared with each key; the weights are over the KEYS, and they mix the values. What shape has the table of comparisons?", "Mỗi query được so với mỗi key; trọng số trải trên các KEY và dùng để trộn các value. Bảng so sánh có shape nào?"),
        Text("Scores (..., T_q, T_k): product of query and transposed key, over the root of d. Then the mask, then the softmax along the last axis, then the product with value.", "Điểm (..., T_q, T_k): tích của query với key chuyển vị, chia cho căn của d. Rồi mặt nạ, rồi softmax theo trục cuối, rồi nhân với value."),
        Text("Where the mask is False the score must be hugely negative BEFORE the softmax. A row without any True would then be uniform (or NaN with -inf): set the weights to 0 wherever the mask is False, after the softmax, once more.", "Nơi mặt nạ là False, điểm phải rất âm TRƯỚC softmax. Hàng không có True nào khi đó sẽ đều nhau (hoặc NaN nếu dùng -inf): sau softmax, hãy đặt trọng số bằng 0 lần nữa ở mọi nơi mặt nạ là False."),
    ),
    "causal_mask": (
        Text("Row = who looks, column = who is looked at. May a token look at itself?", "Hàng = ai nhìn, cột = ai được nhìn. Một token có được nhìn chính nó không?"),
        Text("True on the diagonal and below it, of dtype bool, made on the given device.", "True trên đường chéo và phía dưới, dtype bool, tạo trên thiết bị cho trước."),
        Text("Compare a column of positions with a row of positions (`[:, None]` and `[None, :]`): the query's position is not before the key's. `torch.arange` takes the device.", "So một cột vị trí với một hàng vị trí (`[:, None]` và `[None, :]`): vị trí của query không đứng trước vị trí của key. `torch.arange` nhận tham số device."),
    ),
    "multi_head_attention": (
        Text("Several attentions side by side, each on its own slice of the columns. Your first function takes any leading axes: give it one for the heads.", "Nhiều phép chú ý song song, mỗi cái trên một lát cột riêng. Hàm đầu tiên của bạn nhận mọi trục đứng trước: hãy cho nó một trục dành cho các head."),
        Text("For each of the three products: (N, T, d) to (N, T, heads, d/heads), then exchange two axes to (N, heads, T, d/heads). Attend, exchange back, join the heads, multiply by W_o.", "Với mỗi tích trong ba tích: (N, T, d) thành (N, T, heads, d/heads), rồi đổi hai trục thành (N, heads, T, d/heads). Tính chú ý, đổi trục lại, nối các head, nhân với W_o."),
        Text("Cut the LAST axis by `view(N, T, heads, ...)` and only then `transpose(1, 2)`: a direct reshape to (N, heads, T, ...) would mix tokens. After attending, `transpose` back comes before `reshape(N, T, d)`. The mask broadcasts by itself.", "Cắt trục CUỐI bằng `view(N, T, heads, ...)` rồi mới `transpose(1, 2)`: reshape thẳng thành (N, heads, T, ...) sẽ trộn lẫn các token. Tính chú ý xong, phải `transpose` lại rồi mới `reshape(N, T, d)`. Mặt nạ tự broadcast."),
    ),
    "positional_encoding": (
        Text("A row for each position, and pairs of columns that share a wavelength: a sine and a cosine beside one another.", "Mỗi vị trí một hàng, và từng cặp cột cùng bước sóng: một sin và một cos cạnh nhau."),
        Text("Angles (length, ceil(d/2)): position over 10000 to the power (even column index)/d. Sines go to columns 0, 2, 4, ..., cosines to 1, 3, 5, ...", "Góc (length, ceil(d/2)): vị trí chia cho 10000 lũy thừa (chỉ số cột chẵn)/d. Sin vào các cột 0, 2, 4, ..., cos vào 1, 3, 5, ..."),
        Text("`torch.arange(0, d_model, 2) / d_model` are the exponents (2i already, don't double it). An odd d_model has one cosine less: take only the first d_model // 2 angle columns for `encoding[:, 1::2]`.", "`torch.arange(0, d_model, 2) / d_model` là các số mũ (đã là 2i, đừng nhân đôi nữa). d_model lẻ thì thiếu một cos: chỉ lấy d_model // 2 cột góc đầu cho `encoding[:, 1::2]`."),
    ),
    "layer_norm": (
        Text("Each vector along the last axis is normalised by itself: neither the batch nor the other tokens matter.", "Mỗi vector theo trục cuối được chuẩn hóa riêng: không liên quan đến batch hay các token khác."),
        Text("Subtract the mean over the last axis, divide by a root, then scale by gamma and shift by beta. The variance is the mean of the squared deviations.", "Trừ trung bình theo trục cuối, chia cho một căn, rồi nhân gamma và cộng beta. Phương sai là trung bình của bình phương độ lệch."),
        Text("`keepdim=True` on both means. Divide by D, not by D - 1 (so no plain `var` with its default), and eps stands inside the root.", "Dùng `keepdim=True` cho cả hai trung bình. Chia cho D, không phải D - 1 (nên đừng dùng `var` mặc định), và eps đứng trong căn."),
    ),
    "TransformerBlock": (
        Text("Two residual steps: x plus attention of x, then x plus feed-forward of x. Pre-norm: what is normalised, and what is not?", "Hai bước có kết nối dư: x cộng chú ý của x, rồi x cộng feed-forward của x. Pre-norm: cái gì được chuẩn hóa, cái gì không?"),
        Text("__init__: two LayerNorms, four Linears without bias, a Sequential of Linear, GELU, Linear with 4d in the middle. forward: attention on norm1(x) with a causal mask of x's length and device; then feed_forward on norm2.", "__init__: hai LayerNorm, bốn Linear không bias, một Sequential gồm Linear, GELU, Linear với 4d ở giữa. forward: chú ý trên norm1(x) với mặt nạ nhân quả theo độ dài và thiết bị của x; rồi feed_forward trên norm2."),
        Text("`nn.Linear` computes x @ weight.T, your `multi_head_attention` x @ W: hand over `weight.T` of query, key, value, project. The plain x, not the normalised one, is what each result is added to.", "`nn.Linear` tính x @ weight.T, còn `multi_head_attention` của bạn tính x @ W: hãy đưa `weight.T` của query, key, value, project. Mỗi kết quả được cộng vào x gốc, không phải x đã chuẩn hóa."),
    ),
    "TinyGPT": (
        Text("From ids to logits: what each token is, where it stands, some blocks, a last norm, a head.", "Từ ids đến logits: mỗi token là gì, đứng ở đâu, vài khối, một lần chuẩn hóa cuối, một head."),
        Text("__init__: context_length, two Embeddings, a ModuleList of blocks, norm, head without bias; then go over the parameters and set their start. forward: add both embeddings, loop over the blocks, head of norm.", "__init__: context_length, hai Embedding, một ModuleList các khối, norm, head không bias; rồi duyệt các tham số và đặt giá trị khởi tạo. forward: cộng hai embedding, lặp qua các khối, head của norm."),
        Text("Positions are 0 .. T - 1 on ids' device, for the T at hand, not for the whole context. Every matrix (two axes) starts as N(0, 0.02²), every bias at 0, the norms' weights stay 1; that makes the first loss about ln V.", "Vị trí là 0 .. T - 1 trên thiết bị của ids, với T hiện có chứ không phải cả ngữ cảnh. Mọi ma trận (hai trục) khởi tạo theo N(0, 0.02²), mọi bias bằng 0, trọng số của norm giữ bằng 1; nhờ đó mất mát ban đầu khoảng ln V."),
    ),
    "bits_per_character": (
        Text("Every character but the first is predicted once, from what stands before it in its window. How many predictions are that for n ids?", "Mọi ký tự trừ ký tự đầu được dự đoán đúng một lần, từ những gì đứng trước nó trong cửa sổ. Với n ids là bao nhiêu dự đoán?"),
        Text("Inputs are ids without the last, targets ids without the first. Split both by context_length, sum the cross-entropies of all windows, divide by the number of targets; from nats to bits.", "Đầu vào là ids bỏ phần tử cuối, đích là ids bỏ phần tử đầu. Cắt cả hai theo context_length, cộng entropy chéo của mọi cửa sổ, chia cho số đích; rồi đổi từ nat sang bit."),
        Text("`reduction=\"sum\"`, or the short last window weighs too much. A window is 1-d: the model wants (1, T). Eval mode and `torch.no_grad()` inside, and the mode as it was afterwards. 1 bit = ln 2 nats.", "Dùng `reduction=\"sum\"`, nếu không cửa sổ cuối ngắn hơn sẽ nặng quá mức. Cửa sổ là 1 chiều: mô hình cần (1, T). Bên trong dùng chế độ eval và `torch.no_grad()`, xong thì trả lại chế độ cũ. 1 bit = ln 2 nat."),
    ),
    "train_gpt": (
        Text("A batch is a handful of random windows of the text. Each needs one character more than the context: why?", "Một batch là vài cửa sổ ngẫu nhiên của văn bản. Mỗi cửa sổ cần nhiều hơn ngữ cảnh một ký tự: vì sao?"),
        Text("Draw batch_size starts with the generator, take windows of context_length + 1 ids; inputs are all but the last column, targets all but the first. AdamW, train mode, zero_grad, cross-entropy, backward, step.", "Rút batch_size điểm bắt đầu bằng generator, lấy các cửa sổ dài context_length + 1 id; đầu vào là mọi cột trừ cột cuối, đích là mọi cột trừ cột đầu. AdamW, chế độ huấn luyện, zero_grad, entropy chéo, lan truyền ngược, step."),
        Text("Starts (batch_size, 1) plus `torch.arange(C + 1)` index all windows at once. The largest start must still be drawn: how many starts are there in n ids? Flatten logits to (N·T, V) and targets to (N·T,) for the loss.", "Điểm bắt đầu (batch_size, 1) cộng `torch.arange(C + 1)` cho chỉ số của mọi cửa sổ cùng lúc. Điểm bắt đầu lớn nhất cũng phải có thể được rút: trong n id có bao nhiêu điểm bắt đầu? Trải logits thành (N·T, V) và đích thành (N·T,) cho hàm mất mát."),
    ),
    "generate": (
        Text("One token at a time: read, choose, append, read again. What may the model read when the text is longer than its context?", "Mỗi lần một token: đọc, chọn, nối vào, đọc lại. Mô hình được đọc gì khi văn bản dài hơn ngữ cảnh?"),
        Text("In eval mode and without gradients: crop to the last context_length ids, take the logits of the LAST position, divide by the temperature, softmax, draw, append. Temperature 0: the largest logit.", "Ở chế độ eval và không gradient: cắt lấy context_length ids cuối, lấy logits của vị trí CUỐI, chia cho nhiệt độ, softmax, rút, nối vào. Nhiệt độ 0: logit lớn nhất."),
        Text("`torch.multinomial(p, 1, generator=generator)` wants p on the generator's device and gives (N, 1), just right for `torch.cat` along axis 1; `argmax` needs `keepdim=True` for the same shape. Remember the mode before, restore it after.", "`torch.multinomial(p, 1, generator=generator)` cần p trên thiết bị của generator và cho (N, 1), vừa đúng cho `torch.cat` theo trục 1; `argmax` cần `keepdim=True` để có cùng shape. Nhớ chế độ trước đó và trả lại sau."),
    ),
    "transformer_bug_hunt": (
        Text("In x of shape (N, T, d), which axis counts sentences and which counts tokens?", "Trong x có shape (N, T, d), trục nào đếm câu và trục nào đếm token?"),
        Text("Row t of the encoding belongs to token t of EVERY sentence: take as many rows as there are tokens, and let broadcasting give them to each sentence.", "Hàng t của bảng mã hóa thuộc về token t của MỌI câu: lấy số hàng bằng số token, và để broadcasting trao chúng cho từng câu."),
        Text("The program slices by the size of the wrong axis and then needs an extra axis to fit; with the right slice, (T, d) fits (N, T, d) as it is.", "Chương trình cắt theo kích thước của sai trục rồi phải thêm một trục cho vừa; cắt đúng thì (T, d) tự khớp với (N, T, d)."),
    ),
    "transformer_written": (
        Text("Take the three decisions one by one: what happens to the output for each, shown by a formula or a number?", "Xét từng quyết định trong ba quyết định: mỗi cái làm gì với kết quả, chứng tỏ bằng công thức hay con số?"),
        Text("Without positions: exchange two words and look. Score 0: what is exp(0)? Without the root: how large are scores for d = 64, and what does the softmax become (the explorer of the scale)?", "Không có vị trí: đổi chỗ hai từ rồi xem. Điểm 0: exp(0) bằng mấy? Không chia căn: với d = 64 điểm lớn cỡ nào, và softmax thành gì (bảng khám phá chia điểm cho d^p)?"),
        Text("Which of the three lets the decoder see what it should predict? Tests of three lines: change a later token and compare earlier outputs; permute the input and compare; put the same sentence in twice.", "Quyết định nào cho decoder thấy điều nó phải dự đoán? Phép thử ba dòng: đổi một token phía sau rồi so các đầu ra phía trước; hoán vị đầu vào rồi so; đưa cùng một câu hai lần."),
    ),
    "transformer_quiz": (
        Text("Each question is one of the lesson's mistakes seen from outside.", "Mỗi câu là một lỗi của bài, nhìn từ bên ngoài."),
        Text("q1: e to the power 0. q2: does anything in attention know the order? q3: what would make next characters that easy? q4: whose dimension do the scores have, d_model's or the head's?", "q1: e mũ 0. q2: trong cơ chế chú ý có gì biết thứ tự không? q3: điều gì khiến ký tự kế tiếp dễ đến thế? q4: điểm được tính trên số chiều nào, của d_model hay của một head?"),
        Text("Run your `scaled_dot_product_attention` on three random tokens, then exchange two rows of all three inputs; for q4 divide d_model by the heads first.", "Hãy chạy `scaled_dot_product_attention` của bạn trên ba token ngẫu nhiên, rồi đổi chỗ hai hàng của cả ba đầu vào; với q4, trước hết chia d_model cho số head."),
    ),
}  # fmt: skip
