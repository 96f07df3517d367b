"""Lesson 7: known mistakes in the Transformer block."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from grader.misconceptions.catalogue import misconception

__all__ = ["Block"]

Tensor = torch.Tensor


class Block(nn.Module):
    """A right block in parts, for mistakes to override one of them."""

    bias = False
    activation: type[nn.Module] = nn.GELU
    width = 4

    def __init__(self, d_model: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.query = nn.Linear(d_model, d_model, bias=self.bias)
        self.key = nn.Linear(d_model, d_model, bias=self.bias)
        self.value = nn.Linear(d_model, d_model, bias=self.bias)
        self.project = nn.Linear(d_model, d_model, bias=self.bias)
        inner = self.width * d_model
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, inner), self.activation(), nn.Linear(inner, d_model)
        )

    def mask(self, T: int) -> Tensor:
        return torch.ones(T, T, dtype=torch.bool).tril()

    def scale(self, d: int) -> float:
        return float((d // self.heads) ** -0.5)

    def split(self, z: Tensor) -> Tensor:
        N, T, d = z.shape
        return z.view(N, T, self.heads, d // self.heads).transpose(1, 2)

    def attention(self, h: Tensor) -> Any:
        query, key, value = (self.split(part(h)) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(-2, -1) * self.scale(h.shape[2])
        weights = torch.softmax(scores.masked_fill(~self.mask(h.shape[1]), -torch.inf), dim=-1)
        return self.project((weights @ value).transpose(1, 2).flatten(2))

    def forward(self, x: Tensor) -> Any:
        x = x + self.attention(self.norm1(x))
        return x + self.feed_forward(self.norm2(x))


@misconception(
    "TransformerBlock",
    see="block",
    en="That is post-norm, norm(x + f(x)), as in the paper of 2017. Here the norm comes first, x + f(norm(x)): the path of x stays free, and deep models train without a warm-up.",
    vi="Đó là post-norm, norm(x + f(x)), như bài báo 2017. Ở đây chuẩn hóa đứng trước, x + f(norm(x)): đường đi của x được thông suốt, và mô hình sâu học được mà không cần warm-up.",
)
class post_norm(Block):
    def forward(self, x: Tensor) -> Any:
        x = self.norm1(x + self.attention(x))
        return self.norm2(x + self.feed_forward(x))


@misconception(
    "TransformerBlock",
    see="block",
    en="Both residual connections are missing: a block adds to x, it does not replace it.",
    vi="Thiếu cả hai kết nối dư: khối cộng thêm vào x chứ không thay thế x.",
)
class no_residual(Block):
    def forward(self, x: Tensor) -> Any:
        return self.feed_forward(self.norm2(self.attention(self.norm1(x))))


@misconception(
    "TransformerBlock",
    see="block",
    en="The residual connection around the attention is missing: x + attention(norm1(x)).",
    vi="Thiếu kết nối dư quanh phần chú ý: x + attention(norm1(x)).",
)
class no_residual_around_attention(Block):
    def forward(self, x: Tensor) -> Any:
        x = self.attention(self.norm1(x))
        return x + self.feed_forward(self.norm2(x))


@misconception(
    "TransformerBlock",
    see="block",
    en="The residual connection around the feed-forward part is missing: x + feed_forward(norm2(x)).",
    vi="Thiếu kết nối dư quanh phần feed-forward: x + feed_forward(norm2(x)).",
)
class no_residual_around_feed_forward(Block):
    def forward(self, x: Tensor) -> Any:
        x = x + self.attention(self.norm1(x))
        return self.feed_forward(self.norm2(x))


@misconception(
    "TransformerBlock",
    see="block",
    en="What you add to is the normalized x: norm(x) + f(norm(x)). The residual path carries x itself.",
    vi="Bạn cộng vào x đã chuẩn hóa: norm(x) + f(norm(x)). Đường kết nối dư mang chính x.",
)
class residual_from_the_norm(Block):
    def forward(self, x: Tensor) -> Any:
        h = self.norm1(x)
        x = h + self.attention(h)
        h = self.norm2(x)
        return h + self.feed_forward(h)


@misconception(
    "TransformerBlock",
    see="block",
    en="The norms are there but not used: attention and feed-forward get x as it is.",
    vi="Có các lớp chuẩn hóa nhưng không dùng: phần chú ý và feed-forward nhận nguyên x.",
)
class norms_not_used(Block):
    def forward(self, x: Tensor) -> Any:
        x = x + self.attention(x)
        return x + self.feed_forward(x)


@misconception(
    "TransformerBlock",
    see="block",
    en="Attention and feed-forward both read the x from the start of the block. The feed-forward part comes second and reads what the attention has added.",
    vi="Phần chú ý và feed-forward cùng đọc x ở đầu khối. Feed-forward đứng sau và phải đọc cả những gì phần chú ý đã cộng thêm.",
)
class side_by_side(Block):
    def forward(self, x: Tensor) -> Any:
        return x + self.attention(self.norm1(x)) + self.feed_forward(self.norm2(x))


@misconception(
    "TransformerBlock",
    see="block",
    en="The feed-forward part comes before the attention: first attention (norm1), then feed-forward (norm2).",
    vi="Phần feed-forward đứng trước phần chú ý: phải là chú ý trước (norm1), feed-forward sau (norm2).",
)
class feed_forward_first(Block):
    def forward(self, x: Tensor) -> Any:
        x = x + self.feed_forward(self.norm2(x))
        return x + self.attention(self.norm1(x))


@misconception(
    "TransformerBlock",
    see="block",
    en="norm1 is used twice and norm2 never: each part has a norm of its own.",
    vi="norm1 được dùng hai lần còn norm2 không dùng lần nào: mỗi phần có lớp chuẩn hóa riêng.",
)
class one_norm_for_both(Block):
    def forward(self, x: Tensor) -> Any:
        x = x + self.attention(self.norm1(x))
        return x + self.feed_forward(self.norm1(x))


@misconception(
    "TransformerBlock",
    see="causal",
    en="The block is not causal: a token sees what comes after it. Hand causal_mask(T, x.device) to the attention.",
    vi="Khối không nhân quả: token thấy cả phần phía sau nó. Hãy truyền causal_mask(T, x.device) vào phần chú ý.",
)
class future_seen(Block):
    def mask(self, T: int) -> Tensor:
        return torch.ones(T, T, dtype=torch.bool)


@misconception(
    "TransformerBlock",
    see="causal",
    en="The causal mask is one diagonal off: a token sees the next one. tril() with the diagonal, not tril(1).",
    vi="Mặt nạ nhân quả lệch một đường chéo: token thấy token kế tiếp. Dùng tril() kể cả đường chéo, không phải tril(1).",
)
class next_token_seen(Block):
    def mask(self, T: int) -> Tensor:
        return torch.ones(T, T, dtype=torch.bool).tril(1)


@misconception(
    "TransformerBlock",
    see="heads",
    en="The scores are divided by sqrt(d_model); each head has only d_model / heads columns.",
    vi="Điểm số bị chia cho sqrt(d_model); mỗi head chỉ có d_model / heads cột.",
)
class scaled_by_d_model__block(Block):
    def scale(self, d: int) -> float:
        return float(d**-0.5)


@misconception(
    "TransformerBlock",
    see="heads",
    en="The heads are cut by a reshape without a transpose, so each gets pieces of several tokens, and the causal mask hides the wrong things.",
    vi="Các head bị cắt bằng reshape mà không đổi trục, nên mỗi head nhận mảnh vụn của nhiều token, và mặt nạ nhân quả che nhầm chỗ.",
)
class heads_mix_tokens__block(Block):
    def split(self, z: Tensor) -> Tensor:
        N, T, d = z.shape
        return z.reshape(N, self.heads, T, d // self.heads)


@misconception(
    "TransformerBlock",
    see="heads",
    en="You hand layer.weight to multi_head_attention, which computes x @ W; nn.Linear computes x @ weight.T. Pass weight.T, or call the layers.",
    vi="Bạn đưa layer.weight vào multi_head_attention, hàm này tính x @ W; còn nn.Linear tính x @ weight.T. Hãy truyền weight.T, hoặc gọi chính các lớp.",
)
class weights_not_transposed(Block):
    def attention(self, h: Tensor) -> Any:
        query, key, value = (self.split(h @ part.weight) for part in (self.query, self.key, self.value))  # fmt: skip
        scores = query @ key.transpose(-2, -1) * self.scale(h.shape[2])
        weights = torch.softmax(scores.masked_fill(~self.mask(h.shape[1]), -torch.inf), dim=-1)
        return (weights @ value).transpose(1, 2).flatten(2) @ self.project.weight


@misconception(
    "TransformerBlock",
    see="block",
    en="project is never used: the outputs of the heads are added to x unmixed.",
    vi="project không được dùng: kết quả các head được cộng vào x mà không trộn.",
)
class not_projected(Block):
    def attention(self, h: Tensor) -> Any:
        query, key, value = (self.split(part(h)) for part in (self.query, self.key, self.value))
        mask = self.mask(h.shape[1])
        output = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return output.transpose(1, 2).flatten(2)


@misconception(
    "TransformerBlock",
    see="block",
    en="query, key, value and project have biases here; the contract says bias=False.",
    vi="query, key, value và project ở đây có bias; quy ước là bias=False.",
)
class biases_in_the_attention(Block):
    bias = True


@misconception(
    "TransformerBlock",
    see="block",
    en="The activation is ReLU; this block has GELU (the exact one, nn.GELU()).",
    vi="Hàm kích hoạt đang là ReLU; khối này dùng GELU (bản chính xác, nn.GELU()).",
)
class relu_for_gelu(Block):
    activation = nn.ReLU


@misconception(
    "TransformerBlock",
    see="block",
    en="The feed-forward part is as narrow as x. It widens to 4 d_model between its two layers.",
    vi="Phần feed-forward chỉ rộng bằng x. Giữa hai lớp, nó phải nở ra 4 d_model.",
)
class narrow_feed_forward(Block):
    width = 1
