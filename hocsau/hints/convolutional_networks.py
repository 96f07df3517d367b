"""Hints of lesson 5."""

from __future__ import annotations

from hocsau.hints import Steps
from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, Steps] = {
    "conv_output_size": (
        Text("How many places can the left edge of the kernel take on the padded axis, going `stride` at a time?", "Mép trái của nhân có thể đứng ở bao nhiêu chỗ trên trục đã đệm, mỗi lần nhảy `stride`?"),
        Text("The padded length is size plus padding on BOTH sides. The last place is the padded length minus the kernel; the first one counts too.", "Độ dài sau khi đệm là size cộng padding ở CẢ HAI phía. Vị trí cuối là độ dài đó trừ kernel; vị trí đầu cũng được tính."),
        Text("Whole steps that fit: integer division `//` by the stride. Then the + 1 for the first place. Try size 5, kernel 3, stride 2, padding 0: it must be 2.", "Số bước trọn vẹn: chia nguyên `//` cho stride. Rồi + 1 cho vị trí đầu. Thử size 5, kernel 3, stride 2, padding 0: phải ra 2."),
    ),
    "conv2d": (
        Text("One output is the sum of a window times a kernel. If each window were a row of a matrix, all outputs would be one matrix product (the explorer of windows).", "Một giá trị ra là tổng của cửa sổ nhân nhân. Nếu mỗi cửa sổ là một hàng của ma trận thì mọi giá trị ra là một tích ma trận (bảng khám phá các cửa sổ)."),
        Text("Pad the two last axes with `F.pad`; `x.unfold(2, kH, stride).unfold(3, kW, stride)` gives (N, C_in, H', W', kH, kW). Sum the products over C_in, kH and kW, for every output channel.", "Đệm hai trục cuối bằng `F.pad`; `x.unfold(2, kH, stride).unfold(3, kW, stride)` cho (N, C_in, H', W', kH, kW). Cộng các tích trên C_in, kH và kW, cho từng kênh ra."),
        Text("Bring C_in next to kH, kW with `permute` before any `reshape` to (N·H'·W', C_in·kH·kW); the weight becomes (C_out, -1), transposed for the product. Add the bias to the C_out axis while it is last, then permute it to place 1. The kernel is not flipped.", "Đưa C_in đến cạnh kH, kW bằng `permute` trước khi `reshape` thành (N·H'·W', C_in·kH·kW); trọng số thành (C_out, -1), chuyển vị để nhân. Cộng bias khi trục C_out đang ở cuối, rồi permute nó về vị trí 1. Nhân không bị lật."),
    ),
    "receptive_field": (
        Text("Start with one value of the last layer's output: it sees itself. Each layer makes it see a few pixels more; how many depends on the strides BEFORE it.", "Bắt đầu với một giá trị: nó thấy chính nó. Mỗi lớp cho nó thấy thêm vài điểm ảnh; thêm bao nhiêu phụ thuộc các bước trượt TRƯỚC lớp đó."),
        Text("Carry two numbers from the first layer to the last: the field so far, and the distance in pixels between neighbouring values.", "Mang theo hai số từ lớp đầu đến lớp cuối: trường tiếp nhận đến lúc đó, và khoảng cách tính bằng điểm ảnh giữa hai giá trị cạnh nhau."),
        Text("A kernel of k reaches over k - 1 gaps, each as wide as the present distance. Grow the field first, with the old distance; the layer's own stride multiplies the distance afterwards.", "Nhân cỡ k vươn qua k - 1 khoảng, mỗi khoảng rộng bằng khoảng cách hiện tại. Tăng trường trước, với khoảng cách cũ; sau đó bước trượt của lớp mới nhân vào khoảng cách."),
    ),
    "conv2d_backward": (
        Text("Three gradients, three questions. Which outputs did the bias enter? Which window did a weight meet for each output? Which outputs saw a given pixel?", "Ba gradient, ba câu hỏi. Bias đi vào những giá trị ra nào? Ở mỗi giá trị ra, một trọng số gặp cửa sổ nào? Những giá trị ra nào thấy một điểm ảnh cho trước?"),
        Text("dbias: sum dy over all axes but the channels. dweight: dy as rows, transposed, times the same matrix of windows as in the forward pass. dx: a padded array of zeros to which every output ADDS dy times the kernel at its window; cut the padding off at the end.", "dbias: cộng dy trên mọi trục trừ trục kênh. dweight: dy xếp thành hàng, chuyển vị, nhân với đúng ma trận cửa sổ của lượt xuôi. dx: một mảng 0 đã đệm, mỗi giá trị ra CỘNG dy nhân nhân vào cửa sổ của nó; cuối cùng cắt bỏ phần đệm."),
        Text("For dx it is enough to loop over the kernel's places (u, v): the pixels that met weight[:, :, u, v] are the slice `u : u + stride * H_out : stride` (and likewise v) of the padded array; add with `+=` the product of dy and this weight over C_out, for instance by `torch.einsum`.", "Với dx chỉ cần lặp qua các vị trí (u, v) của nhân: các điểm ảnh gặp weight[:, :, u, v] là lát `u : u + stride * H_out : stride` (tương tự với v) của mảng đã đệm; dùng `+=` cộng vào tích của dy với trọng số này trên C_out, chẳng hạn bằng `torch.einsum`."),
    ),
    "max_pool2d": (
        Text("The same windows as a convolution's, but each channel by itself, and a maximum in place of a sum.", "Các cửa sổ như của tích chập, nhưng từng kênh riêng, và lấy cực đại thay cho tổng."),
        Text("`unfold` twice gives windows (N, C, H', W', k, k). The maximum runs over the two last axes; nothing is padded, so negative values are safe.", "Hai lần `unfold` cho các cửa sổ (N, C, H', W', k, k). Cực đại lấy trên hai trục cuối; không đệm gì nên giá trị âm vẫn đúng."),
        Text("`amax` takes several axes at once; or flatten the two last axes into one and take `.max(dim=...)`, of which you want the values and not the places.", "`amax` nhận nhiều trục cùng lúc; hoặc gộp hai trục cuối thành một rồi gọi `.max(dim=...)`, chỉ lấy giá trị, không lấy vị trí."),
    ),
    "max_pool2d_backward": (
        Text("Only the winner of a window had any influence on it. So the whole dy of a window goes to one pixel; and a pixel can win in several windows.", "Chỉ giá trị thắng của cửa sổ mới ảnh hưởng đến nó. Vậy toàn bộ dy của một cửa sổ về một điểm ảnh; và một điểm ảnh có thể thắng ở nhiều cửa sổ."),
        Text("Find the winner's place inside each window with `argmax` over the flattened window (it gives the first of equals), turn it into a row and a column of x, and add dy there.", "Tìm vị trí thắng trong mỗi cửa sổ bằng `argmax` trên cửa sổ đã trải phẳng (nó cho vị trí đầu tiên khi bằng nhau), đổi ra hàng và cột của x, rồi cộng dy vào đó."),
        Text("Row = stride · i + winner // kernel, column likewise with %. With H and W flattened, row · W + column is the place, and `scatter_add` adds up where windows overlap; plain indexing with `=` would keep the last one alone.", "Hàng = stride · i + winner // kernel, cột tương tự với %. Khi trải phẳng H và W, vị trí là hàng · W + cột, và `scatter_add` cộng dồn ở chỗ các cửa sổ chồng nhau; gán bằng `=` chỉ giữ giá trị cuối."),
    ),
    "LeNet": (
        Text("Follow the size of the picture: 28, 28, 14, 10, 5. Each number is one layer of the list.", "Hãy theo dõi kích thước ảnh: 28, 28, 14, 10, 5. Mỗi con số ứng với một lớp trong danh sách."),
        Text("In __init__ five layers under the agreed names; in forward twice (convolution, ReLU, 2x2 max pooling), then flatten, then fc1 and fc2 with ReLU.", "Trong __init__ có năm lớp với tên đã quy ước; trong forward hai lần (tích chập, ReLU, gộp cực đại 2x2), rồi trải phẳng, rồi fc1 và fc2 với ReLU."),
        Text("16 channels of 5 x 5 are the 400 inputs of fc1; flatten from axis 1 on, so that the batch stays. What fc3 gives are the logits: no ReLU and no softmax behind it.", "16 kênh 5 x 5 chính là 400 đầu vào của fc1; trải phẳng từ trục 1 để giữ trục batch. Kết quả của fc3 là logits: sau nó không có ReLU hay softmax."),
    ),
    "train_cnn": (
        Text("The loop that every training has: shuffle, batch, forward, loss, backward, step. Which call is missing between two batches, so that old gradients don't stay?", "Vòng lặp của mọi cuộc huấn luyện: xáo trộn, chia batch, lượt xuôi, hàm mất mát, lượt ngược, bước. Giữa hai batch còn thiếu lời gọi nào để gradient cũ không đọng lại?"),
        Text("Adam over the model's parameters, train mode, then for each epoch a permutation drawn with `generator`, split into batches. The loss takes logits: no softmax before it.", "Adam trên các tham số của mô hình, chế độ huấn luyện, rồi mỗi epoch một hoán vị rút bằng `generator`, chia thành các batch. Hàm mất mát nhận logits: không softmax trước nó."),
        Text("`torch.randperm(n, generator=generator, device=generator.device)` draws where the generator lives; move the order to the images' device. `order.split(batch_size)` makes the batches. Return the very model you got, in train mode.", "`torch.randperm(n, generator=generator, device=generator.device)` rút số ở nơi generator nằm; hãy chuyển thứ tự sang thiết bị của ảnh. `order.split(batch_size)` tạo các batch. Trả về đúng mô hình đã nhận, ở chế độ huấn luyện."),
    ),
    "ResidualBlock": (
        Text("Two paths from x to the sum: the branch with two convolutions, and the shortcut. When can the shortcut be x itself?", "Hai đường từ x đến phép cộng: nhánh có hai tích chập, và đường tắt. Khi nào đường tắt có thể chính là x?"),
        Text("Branch: conv1, bn1, ReLU, conv2, bn2. Only conv1 has the stride; both have padding 1 and no bias. The shortcut is empty unless the stride or the number of channels changes.", "Nhánh: conv1, bn1, ReLU, conv2, bn2. Chỉ conv1 có bước trượt; cả hai có padding 1 và không bias. Đường tắt rỗng trừ khi bước trượt hay số kênh thay đổi."),
        Text("An empty `nn.Sequential()` hands its input on, so forward needs no case: add the shortcut of x to the branch, and apply the last ReLU to the SUM. The projection is a 1x1 convolution with the stride, no bias, and a batch norm of its own.", "`nn.Sequential()` rỗng trả lại đầu vào, nên forward không cần chia trường hợp: cộng đường tắt của x vào nhánh, rồi áp ReLU cuối lên TỔNG. Phép chiếu là tích chập 1x1 có bước trượt, không bias, kèm chuẩn hóa theo batch riêng."),
    ),
    "convolutional_networks_bug_hunt": (
        Text("Write the numbers of a 1 x 2 picture with three colours in the order of the memory: which of them lands in the first channel after the reshape?", "Hãy viết các số của một ảnh 1 x 2 ba màu theo thứ tự bộ nhớ: sau reshape, số nào rơi vào kênh đầu?"),
        Text("`reshape` keeps the order and cuts it elsewhere. To exchange axes you need another call, which names the axes in their new order.", "`reshape` giữ nguyên thứ tự và chỉ cắt ở chỗ khác. Để đổi chỗ các trục cần một lời gọi khác, nêu các trục theo thứ tự mới."),
        Text("The colour axis is 3 and must come behind axis 0; the two picture axes follow in their order. Type and range are as in the program.", "Trục màu là 3 và phải đứng ngay sau trục 0; hai trục của ảnh theo sau, giữ thứ tự. Kiểu số và khoảng giá trị như trong chương trình."),
    ),
    "convolutional_networks_written": (
        Text("Look at which error is high: the one on the training pictures. What does overfitting look like instead?", "Hãy xem sai số nào cao: sai số trên chính ảnh huấn luyện. Còn quá khớp thì trông thế nào?"),
        Text("Four parts: the name of the effect and its paper; what batch norm does to signals and gradients (the explorer of depth has numbers); the residual formula forward and its derivative; what shifting does to a convolution and to the layers behind it.", "Bốn phần: tên hiện tượng và bài báo; chuẩn hóa theo batch làm gì với tín hiệu và gradient (bảng khám phá độ sâu có con số); công thức kết nối dư lượt xuôi và đạo hàm của nó; dời ảnh thì tích chập và các lớp phía sau ra sao."),
        Text("Differentiate y = x + f(x): which term of the gradient arrives unchanged? For the last sentence, take equivariant and invariant apart, and use the shifts in the explorer of feature maps that are, or are not, multiples of the stride.", "Lấy đạo hàm y = x + f(x): số hạng nào của gradient tới nơi nguyên vẹn? Với câu cuối, hãy phân biệt đẳng biến và bất biến, và dùng bảng khám phá bản đồ đặc trưng với các độ dời là, hoặc không là, bội của bước trượt."),
    ),
    "convolutional_networks_quiz": (
        Text("q1 and q2 are arithmetic, q3 and q4 are one idea each.", "q1 và q2 là tính toán, q3 và q4 mỗi câu một ý."),
        Text("q1: `conv_output_size` for both axes. q2: a kernel for each pair of channels, a bias for each output channel; does the picture's size matter? q3: what a sum sends back. q4: which error is meant.", "q1: `conv_output_size` cho cả hai trục. q2: mỗi cặp kênh một nhân, mỗi kênh ra một bias; kích thước ảnh có quan trọng không? q3: phép cộng gửi trả gì. q4: nói đến sai số nào."),
        Text("Count: `sum(p.numel() for p in nn.Conv2d(16, 32, 3).parameters())`. For q3 look at what your `max_pool2d_backward` and `conv2d_backward` do where windows overlap.", "Hãy đếm: `sum(p.numel() for p in nn.Conv2d(16, 32, 3).parameters())`. Với q3, xem `max_pool2d_backward` và `conv2d_backward` của bạn làm gì ở chỗ các cửa sổ chồng nhau."),
    ),
}  # fmt: skip
