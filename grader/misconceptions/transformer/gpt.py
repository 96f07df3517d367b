"""Lesson 7: known mistakes in TinyGPT."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.transformer.block import Block, future_seen

__all__: list[str] = []

Tensor = torch.Tensor


class _GPT(nn.Module):
    """A right model in parts, for mistakes to override one of them."""

    block: type[Block] = Block
    head_bias = False

    def __init__(self, vocab_size: int, context_length: int, d_model: int, heads: int, layers: int) -> None:  # fmt: skip
        super().__init__()
        self.context_length = context_length
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(context_length, d_model)
        self.blocks: Any = self.stack(d_model, heads, layers)
        self.norm = nn.LayerNorm(d_model)
        self.head = nn.Linear(d_model, vocab_size, bias=self.head_bias)
        self.start()

    def stack(self, d_model: int, heads: int, layers: int) -> Any:
        return nn.ModuleList([self.block(d_model, heads) for _ in range(layers)])

    def start(self) -> None:
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)

    def places(self, ids: Tensor) -> Any:
        return self.position(torch.arange(ids.shape[1]))

    def forward(self, ids: Tensor) -> Any:
        x = self.token(ids) + self.places(ids)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@misconception(
    "TinyGPT",
    see="gpt",
    en="The position is taken from the batch axis: all tokens of a sample get the vector of the sample's place in the batch. It must count along the tokens, torch.arange(T).",
    vi="Vị trí được lấy theo trục batch: mọi token của một mẫu nhận cùng vector ứng với chỗ của mẫu trong batch. Phải đếm theo token: torch.arange(T).",
)
class position_from_the_batch(_GPT):
    def places(self, ids: Tensor) -> Any:
        return self.position(torch.arange(ids.shape[0]))[:, None]


@misconception(
    "TinyGPT",
    see="gpt",
    en="No positions are added: to attention a text is then a bag of tokens (apart from the mask). token(ids) + position(0 .. T-1).",
    vi="Không cộng vị trí: khi đó với cơ chế chú ý, văn bản chỉ là một túi token (trừ tác dụng của mặt nạ). Cần token(ids) + position(0 .. T-1).",
)
class positions_missing(_GPT):
    def forward(self, ids: Tensor) -> Any:
        x = self.token(ids)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@misconception(
    "TinyGPT",
    see="gpt",
    en="All positions of the table are added, whatever the length of ids: a text shorter than the context fails. Take position(arange(T)).",
    vi="Bạn cộng mọi vị trí của bảng bất kể ids dài bao nhiêu: văn bản ngắn hơn ngữ cảnh sẽ báo lỗi. Hãy lấy position(arange(T)).",
)
class whole_table_added(_GPT):
    def places(self, ids: Tensor) -> Any:
        del ids
        return self.position.weight


@misconception(
    "TinyGPT",
    see="gpt",
    en="Positions are counted from the end of the context: the last token always has the last row. Position 0 is the first token, whatever the length.",
    vi="Vị trí được đếm từ cuối ngữ cảnh: token cuối luôn nhận hàng cuối. Vị trí 0 là token đầu tiên, bất kể độ dài.",
)
class positions_from_the_end(_GPT):
    def places(self, ids: Tensor) -> Any:
        return self.position.weight[self.context_length - ids.shape[1] :]


@misconception(
    "TinyGPT",
    see="gpt",
    en="The norm before the head is missing. In pre-norm blocks the residual stream itself is never normalized, so the model does it once at the end.",
    vi="Thiếu lớp chuẩn hóa trước head. Với khối pre-norm, dòng kết nối dư không bao giờ được chuẩn hóa, nên mô hình làm việc đó một lần ở cuối.",
)
class final_norm_missing(_GPT):
    def forward(self, ids: Tensor) -> Any:
        x = self.token(ids) + self.places(ids)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


@misconception(
    "TinyGPT",
    see="gpt",
    en="You return probabilities. Logits are asked for: cross-entropy and generate apply the softmax themselves.",
    vi="Bạn trả về xác suất. Cần logits: entropy chéo và generate tự lấy softmax.",
)
class probabilities_returned(_GPT):
    def forward(self, ids: Tensor) -> Any:
        return super().forward(ids).softmax(dim=-1)


@misconception(
    "TinyGPT",
    see="gpt",
    en="Only the logits of the last position come back. All positions are wanted, (N, T, V): each one is a training example.",
    vi="Bạn chỉ trả về logits của vị trí cuối. Cần mọi vị trí, (N, T, V): mỗi vị trí là một ví dụ huấn luyện.",
)
class last_position_alone(_GPT):
    def forward(self, ids: Tensor) -> Any:
        return super().forward(ids)[:, -1]


@misconception(
    "TinyGPT",
    see="gpt",
    en="The matrices do not start as N(0, 0.02²), embeddings and linear layers alike. PyTorch's own start is another one (embeddings N(0, 1), linear layers uniform): nn.init.normal_(weight, std=0.02) for each, where 0.02 is the standard deviation.",
    vi="Các ma trận không bắt đầu theo N(0, 0.02²), cả embedding lẫn lớp tuyến tính. Cách khởi tạo sẵn có của PyTorch khác hẳn (embedding theo N(0, 1), lớp tuyến tính phân phối đều): hãy gọi nn.init.normal_(weight, std=0.02) cho từng ma trận, 0.02 là độ lệch chuẩn.",
)
class start_too_large(_GPT):
    def start(self) -> None:
        return


@misconception(
    "TinyGPT",
    see="gpt",
    en="The linear layers start as N(0, 0.02²), the embeddings do not. They are matrices too, and PyTorch's own start for them, N(0, 1), is fifty times as large.",
    vi="Các lớp tuyến tính bắt đầu theo N(0, 0.02²), còn embedding thì không. Chúng cũng là ma trận, và cách khởi tạo sẵn có của PyTorch cho chúng, N(0, 1), lớn gấp năm mươi lần.",
)
class embeddings_left_large(_GPT):
    def start(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)


@misconception(
    "TinyGPT",
    see="gpt",
    en="The head shares its weight with the token embedding. That is a good idea in GPT-2, but here the head is a layer of its own.",
    vi="head dùng chung trọng số với embedding token. Ý này hay và GPT-2 có dùng, nhưng ở đây head là một lớp riêng.",
)
class tied_head(_GPT):
    def start(self) -> None:
        super().start()
        self.head.weight = self.token.weight


@misconception(
    "TinyGPT",
    see="gpt",
    en="All layers are one and the same block, repeated: [block] * layers copies the reference. Make a new TransformerBlock for each layer.",
    vi="Mọi lớp chỉ là một khối lặp lại: [block] * layers sao chép tham chiếu. Hãy tạo một TransformerBlock mới cho mỗi lớp.",
)
class one_block_repeated(_GPT):
    def stack(self, d_model: int, heads: int, layers: int) -> Any:
        return nn.ModuleList([self.block(d_model, heads)] * layers)


@misconception(
    "TinyGPT",
    see="gpt",
    en="The blocks are in a plain Python list, so PyTorch does not know their parameters: no optimizer would train them. Use nn.ModuleList.",
    vi="Các khối nằm trong danh sách Python thường nên PyTorch không biết tham số của chúng: không bộ tối ưu nào huấn luyện chúng. Hãy dùng nn.ModuleList.",
)
class blocks_in_a_list(_GPT):
    def stack(self, d_model: int, heads: int, layers: int) -> Any:
        return [self.block(d_model, heads) for _ in range(layers)]


@misconception(
    "TinyGPT",
    see="gpt",
    en="The head has a bias; the contract says bias=False.",
    vi="head có bias; quy ước là bias=False.",
)
class head_with_bias(_GPT):
    head_bias = True


@misconception(
    "TinyGPT",
    see="gpt",
    en="The model does not keep its context_length, and train_gpt, bits_per_character and generate ask it for model.context_length. Write self.context_length = context_length.",
    vi="Mô hình không giữ lại context_length, mà train_gpt, bits_per_character và generate đều hỏi model.context_length. Hãy viết self.context_length = context_length.",
)
class context_length_not_kept(_GPT):
    def __init__(self, vocab_size: int, context_length: int, d_model: int, heads: int, layers: int) -> None:  # fmt: skip
        super().__init__(vocab_size, context_length, d_model, heads, layers)
        del self.context_length


@misconception(
    "TinyGPT",
    see="causal",
    en="The model sees the future: changing a later token changes earlier logits. Its loss in training will be wonderful, and its text nonsense.",
    vi="Mô hình thấy tương lai: đổi một token phía sau làm đổi logits phía trước. Mất mát khi huấn luyện sẽ tuyệt vời, còn văn bản sinh ra thì vô nghĩa.",
)
class future_seen__gpt(_GPT):
    block = future_seen
