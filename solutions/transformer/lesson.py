# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] key="goals" lang="en"
# # 7 The Transformer
#
# A recurrent network reads a text word by word and must carry everything it will need in one state
# of fixed size. The **Transformer** (Vaswani et al. 2017) drops the recurrence: every position
# looks directly at every other one, and *learns* where to look. Nearly all large language models
# since then are built of the block that you write here.
#
# **After this lesson you can**
#
# - say what query, key and value are, and compute attention by hand;
# - explain the factor $1/\sqrt{d}$, masks and several heads, and write them without the library's
#   help;
# - say why attention alone knows nothing of order, and give it positions;
# - build a GPT out of blocks, train it to predict the next character, measure it in bits and let
#   it write;
# - tell apart the three families, the encoder-decoder, BERT and GPT;
# - compare it honestly with a bigram table and an LSTM of the same size.
#
# You need lesson 3 (AdamW), lesson 4 (softmax cross-entropy), residual connections from lesson 5
# and, for comparison, the LSTM of lesson 6. The lesson has **two sittings**: sections 7.1 to 7.8
# make the parts, from section 7.9 on they become a language model.
#
# | symbol | meaning | in code |
# |---|---|---|
# | $N$, $T$ | sequences in a batch; tokens in a sequence | `N`, `T` |
# | $d$ | length of the vector of one token; of a query or key | `d_model`, `d` |
# | $Q$, $K$, $V$ | queries, keys, values, one per row | `query`, `key`, `value` |
# | $h$ | number of heads | `heads` |
# | $V$ (of a vocabulary) | number of different tokens | `vocab_size` |
# | $C$ | context length: how many tokens the model sees at most | `context_length` |
#
# Everything is a PyTorch tensor, in float32 or float64, on whatever device the inputs are. A
# **mask** is a tensor of bools, True = may attend. In the from-scratch exercises
# `F.scaled_dot_product_attention`, `nn.MultiheadAttention` and, for the normalization,
# `nn.LayerNorm` are not allowed; `torch.softmax` is.

# %% [markdown] key="goals" lang="vi"
# # 7 Transformer
#
# Mạng hồi tiếp đọc văn bản từng từ một và phải mang theo mọi thứ nó sẽ cần trong một trạng thái có
# kích thước cố định. **Transformer** (Vaswani và cộng sự 2017) bỏ hẳn sự hồi tiếp: mỗi vị trí nhìn
# thẳng tới mọi vị trí khác, và *học* xem nên nhìn vào đâu. Từ đó đến nay, hầu hết các mô hình ngôn
# ngữ lớn đều dựng từ chính khối mà bạn sẽ viết ở đây.
#
# **Học xong bài này, bạn có thể**
#
# - nói được query, key, value là gì, và tính tay được cơ chế chú ý;
# - giải thích hệ số $1/\sqrt{d}$, mặt nạ và nhiều head, rồi viết chúng mà không nhờ thư viện;
# - nói được vì sao chỉ riêng cơ chế chú ý thì không biết gì về thứ tự, và cho nó biết vị trí;
# - dựng một GPT từ các khối, huấn luyện nó dự đoán ký tự kế tiếp, đo nó bằng bit và để nó viết;
# - phân biệt ba họ kiến trúc: encoder-decoder, BERT và GPT;
# - so sánh trung thực với một bảng bigram và một LSTM cùng cỡ.
#
# Bạn cần bài 3 (AdamW), bài 4 (entropy chéo với softmax), kết nối dư ở bài 5 và, để so sánh, LSTM
# ở bài 6. Bài này chia làm **hai buổi**: các mục 7.1 đến 7.8 làm từng bộ phận, từ mục 7.9 chúng
# ghép thành mô hình ngôn ngữ.
#
# | ký hiệu | ý nghĩa | trong mã |
# |---|---|---|
# | $N$, $T$ | số dãy trong một batch; số token trong một dãy | `N`, `T` |
# | $d$ | độ dài vector của một token; của một query hay key | `d_model`, `d` |
# | $Q$, $K$, $V$ | các query, key, value, mỗi hàng một cái | `query`, `key`, `value` |
# | $h$ | số head | `heads` |
# | $V$ (của từ vựng) | số token khác nhau | `vocab_size` |
# | $C$ | độ dài ngữ cảnh: mô hình nhìn được nhiều nhất bao nhiêu token | `context_length` |
#
# Mọi thứ là tensor của PyTorch, kiểu float32 hoặc float64, nằm trên thiết bị của đầu vào. **Mặt
# nạ** (mask) là tensor kiểu bool, True nghĩa là được nhìn. Trong các bài tập viết từ đầu không
# được dùng `F.scaled_dot_product_attention`, `nn.MultiheadAttention` và, ở bài chuẩn hóa,
# `nn.LayerNorm`; `torch.softmax` thì được.

# %% key="imports"
import math

import torch
import torch.nn.functional as F
from torch import nn

from hocsau import begin, check, progress

begin("transformer")

# %% [markdown] key="history" lang="en"
# ## 7.1 From the LSTM to attention
#
# **Definition.** A Transformer is a neural network for sequences whose positions exchange
# information by attention alone, without recurrence and without convolution. All positions are
# computed at the same time.
#
# How did it come about? Sutskever et al. (2014) let two LSTMs translate: an *encoder* reads the
# source sentence and leaves one state, from which a *decoder* writes the translation. However long
# the sentence, it has to fit into that one vector, and in such networks long sentences came out
# badly ([Cho et al. 2014](https://arxiv.org/abs/1409.1259)). Bahdanau, Cho and Bengio (2015) let
# the decoder look back: at each step it forms a weighted mean of *all* encoder states, with weights
# that it computes itself. They called it an alignment; today it is called **attention**. Vaswani et
# al. (2017) asked whether the LSTM was still needed around it. It was not: "Attention is all you
# need".
#
# What is gained shows in a table. One layer reads $T$ tokens of length $d$:
#
# | | recurrent (lesson 6) | attention |
# |---|---|---|
# | steps that must wait for one another | $T$ | one |
# | way from a token to one $k$ places away | $k$ steps, each may lose something | one step |
# | operations | about $T d^2$ | about $T^2 d$ |
# | memory at generation | one state | all tokens so far |
#
# The first two rows are why it won: a GPU works on a whole sequence at once, and the gradient from
# the last word to the first passes one layer instead of a hundred steps. The third row is the
# price: at twice the length attention costs four times as much. (The matrices around it, those of
# the block in section 7.9, cost $12\, T d^2$ multiplications, attention itself $2\, T^2 d$: from
# $T = 6d$ on it is the larger part.) Long contexts are still a field of research.
#
# **Main components**, in the order in which we build them:
#
# - **attention** with queries, keys and values (sections 7.2 to 7.4), masked where a model must not
#   look ahead (section 7.5);
# - **several heads** side by side (section 7.6);
# - **positions**, because attention knows no order (section 7.7);
# - **layer normalization** (section 7.8), **feed-forward layers** and **residual connections**: the
#   block (section 7.9).
#
# **Uses**: translation, question answering, summaries, writing text and programs; and since
# attention does not care what a token is, also pictures cut into patches (ViT 2020), speech,
# proteins, time series.
#
# A word on the name. `bộ biến áp`, which some notes print as a heading here, is the device that
# changes voltages; in Vietnamese, too, this network is called *Transformer*. And *attention* is
# *cơ chế chú ý*; another translation says *cơ chế tập trung*.

# %% [markdown] key="history" lang="vi"
# ## 7.1 Từ LSTM đến cơ chế chú ý
#
# **Định nghĩa.** Transformer là mạng nơ-ron cho dữ liệu dạng dãy, trong đó các vị trí trao đổi
# thông tin chỉ bằng cơ chế chú ý (attention), không hồi tiếp và không tích chập. Mọi vị trí được
# tính cùng một lúc.
#
# Nó ra đời thế nào? Sutskever và cộng sự (2014) dịch máy bằng hai LSTM: một *encoder* (bộ mã hóa)
# đọc câu nguồn và để lại một trạng thái, từ đó *decoder* (bộ giải mã) viết ra bản dịch. Câu dài bao
# nhiêu cũng phải nhét vừa một vector ấy, và với những mạng như vậy, câu dài thì dịch tồi
# ([Cho và cộng sự 2014](https://arxiv.org/abs/1409.1259)). Bahdanau, Cho và Bengio (2015) cho decoder nhìn lại: ở mỗi bước nó lấy trung bình
# có trọng số của *mọi* trạng thái encoder, với trọng số do chính nó tính. Họ gọi đó là sự gióng
# hàng; ngày nay ta gọi là **cơ chế chú ý**. Vaswani và cộng sự (2017) đặt câu hỏi: bao quanh nó có
# còn cần LSTM không? Không cần: "Attention is all you need".
#
# Được gì thì xem bảng sau. Một lớp đọc $T$ token, mỗi token dài $d$:
#
# | | hồi tiếp (bài 6) | chú ý |
# |---|---|---|
# | số bước phải chờ nhau | $T$ | một |
# | đường từ một token tới token cách $k$ vị trí | $k$ bước, bước nào cũng có thể làm mất thông tin | một bước |
# | số phép tính | khoảng $T d^2$ | khoảng $T^2 d$ |
# | bộ nhớ khi sinh văn bản | một trạng thái | mọi token đến lúc đó |
#
# Hai hàng đầu là lý do nó thắng: GPU xử lý cả dãy cùng lúc, và gradient từ token cuối về token đầu
# đi qua một lớp thay vì một trăm bước. Hàng thứ ba là cái giá: dãy dài gấp đôi thì phép chú ý tốn
# gấp bốn. (Các ma trận quanh nó, tức của khối ở mục 7.9, tốn $12\, T d^2$ phép nhân, còn riêng phép
# chú ý tốn $2\, T^2 d$: từ $T = 6d$ trở đi nó mới là phần lớn hơn.) Ngữ cảnh dài đến nay vẫn là một
# hướng nghiên cứu.
#
# **Thành phần chính**, theo thứ tự ta sẽ dựng:
#
# - **cơ chế chú ý** với query, key, value (mục 7.2 đến 7.4), có mặt nạ ở nơi mô hình không được
#   nhìn trước (mục 7.5);
# - **nhiều head** cạnh nhau (mục 7.6);
# - **vị trí**, vì cơ chế chú ý không biết thứ tự (mục 7.7);
# - **chuẩn hóa theo lớp** (mục 7.8), **lớp feed-forward** và **kết nối dư**: thành khối (mục 7.9).
#
# **Ứng dụng**: dịch máy, trả lời câu hỏi, tóm tắt, viết văn bản và chương trình; và vì cơ chế chú
# ý không quan tâm token là gì, nó dùng được cả cho ảnh cắt thành mảnh (ViT 2020), tiếng nói,
# protein, chuỗi thời gian.
#
# Đôi lời về tên gọi. Cụm `bộ biến áp` mà một số bài giảng đặt làm tiêu đề ở đây vốn chỉ thiết bị
# đổi điện áp; trong tiếng Việt, mạng này cũng gọi là *Transformer*. Còn *attention* là *cơ chế chú
# ý*; có bản dịch khác viết *cơ chế tập trung*.


# %% facts="history"
def multiplications(tokens, width):
    """Of a block's matrices, which are 12 d^2 numbers, and of attention: scores and weighted means."""
    return 12 * tokens * width**2, 2 * tokens**2 * width


assert multiplications(6 * 64, 64)[0] == multiplications(6 * 64, 64)[1]
assert multiplications(128, 64)[1] == 4 * multiplications(64, 64)[1]

# %% [markdown] key="attention" lang="en"
# ## 7.2 Query, key, value
#
# Think of a dictionary that answers softly. You come with a **query**; every entry has a **key**
# and a **value**. An ordinary dictionary returns the value whose key *equals* the query. Attention
# returns a weighted mean of *all* values: the better a key fits the query, the more weight its
# value gets.
#
# How well key $j$ fits query $i$ is their dot product, the **score**
# $s_{ij} = q_i \cdot k_j / \sqrt{d}$. A softmax over the keys turns the scores of one query into
# weights that sum to 1, and with them the values are averaged:
#
# $$\operatorname{Attention}(Q, K, V) = \operatorname{softmax}\!\Big(\frac{Q K^{\top}}{\sqrt{d}}\Big)\, V, \qquad w_{ij} = \frac{e^{s_{ij}}}{\sum_{l} e^{s_{il}}}, \qquad o_i = \sum_j w_{ij} v_j .$$
#
# Shapes: $Q$ is $(T_q, d)$, $K$ is $(T_k, d)$, $V$ is $(T_k, d_v)$. So the weights are
# $(T_q, T_k)$, a row for each query, and the output is $(T_q, d_v)$. The number of queries, the
# number of keys and the length of a value are three different things. In front may stand any
# further axes, for samples and heads; `@` treats them as a batch, and `key.transpose(-2, -1)`
# exchanges the last two axes alone.
#
# **By hand.** Let $d = 4$ and the query be $(2, 0, 2, 0)$. Three keys: $(1, 0, 0, 0)$,
# $(0, 1, 0, 1)$ and $(1, 0, 1, 0)$; their values are 10, 20 and 30. The dot products are 2, 0 and
# 4; over $\sqrt{4}$ that is 1, 0 and 2. The softmax gives the weights 0.245, 0.090 and 0.665, and
# the output is $2.45 + 1.80 + 19.96 = 24.2$. No entry was chosen, but the third has the say; and
# everything is differentiable, so what to ask for and what to answer to can be learned.
#
# Where do the three come from? In **self-attention** all three are made from the same tokens $x$
# by learned matrices: $Q = x W_q$, $K = x W_k$, $V = x W_v$. In the decoder of a translator,
# queries come from the translation and keys and values from the source sentence:
# **cross-attention**, with $T_q \ne T_k$.

# %% [markdown] key="attention" lang="vi"
# ## 7.2 Query, key, value
#
# Hãy hình dung một cuốn từ điển trả lời mềm. Bạn đến với một **query** (truy vấn); mỗi mục có một
# **key** (khóa) và một **value** (giá trị). Từ điển thường trả về value có key *bằng đúng* query.
# Cơ chế chú ý trả về trung bình có trọng số của *mọi* value: key càng hợp với query thì value của
# nó càng nặng.
#
# Key $j$ hợp với query $i$ đến đâu thì đo bằng tích vô hướng của chúng, gọi là **điểm** (score)
# $s_{ij} = q_i \cdot k_j / \sqrt{d}$. Softmax theo các key biến các điểm của một query thành những
# trọng số có tổng bằng 1, và các value được lấy trung bình theo trọng số đó:
#
# $$\operatorname{Attention}(Q, K, V) = \operatorname{softmax}\!\Big(\frac{Q K^{\top}}{\sqrt{d}}\Big)\, V, \qquad w_{ij} = \frac{e^{s_{ij}}}{\sum_{l} e^{s_{il}}}, \qquad o_i = \sum_j w_{ij} v_j .$$
#
# Hình dạng: $Q$ là $(T_q, d)$, $K$ là $(T_k, d)$, $V$ là $(T_k, d_v)$. Vậy trọng số là
# $(T_q, T_k)$, mỗi query một hàng, và kết quả là $(T_q, d_v)$. Số query, số key và độ dài của
# value là ba thứ khác nhau. Phía trước có thể có thêm các trục khác cho mẫu và head; `@` coi chúng
# như batch, còn `key.transpose(-2, -1)` chỉ đổi chỗ hai trục cuối.
#
# **Tính tay.** Lấy $d = 4$ và query là $(2, 0, 2, 0)$. Ba key: $(1, 0, 0, 0)$, $(0, 1, 0, 1)$ và
# $(1, 0, 1, 0)$; value của chúng là 10, 20 và 30. Các tích vô hướng là 2, 0 và 4; chia cho
# $\sqrt{4}$ được 1, 0 và 2. Softmax cho các trọng số 0.245, 0.090 và 0.665, và kết quả là
# $2.45 + 1.80 + 19.96 = 24.2$. Không mục nào được chọn hẳn, nhưng mục thứ ba có tiếng nói lớn
# nhất; và mọi thứ đều có đạo hàm, nên hỏi gì và đáp lại điều gì đều học được.
#
# Ba thứ đó từ đâu ra? Trong **tự chú ý** (self-attention), cả ba được tạo từ cùng các token $x$
# bằng những ma trận học được: $Q = x W_q$, $K = x W_k$, $V = x W_v$. Trong decoder của máy dịch,
# query lấy từ bản dịch, còn key và value lấy từ câu nguồn: **chú ý chéo** (cross-attention), với
# $T_q \ne T_k$.


# %% facts="attention"
def row(*values):
    return torch.tensor([values], dtype=torch.float64)


query, keys = (
    row(2.0, 0.0, 2.0, 0.0),
    torch.cat([row(1, 0, 0, 0), row(0, 1, 0, 1), row(1, 0, 1, 0)]),
)
values = row(10.0, 20.0, 30.0).T
output, weights = scaled_dot_product_attention(query, keys.double(), values)
for weight, value, printed, weighted in zip(
    weights[0], values[:, 0], ("0.245", "0.090", "0.665"), ("2.45", "1.80", "19.96"), strict=True
):
    fact(weight, printed)
    fact(weight * value, weighted)
fact(output.item(), "24.2")

# %% [markdown] key="scale" lang="en"
# ## 7.3 Why the root of d
#
# Let the entries of a query and a key be independent, with mean 0 and variance 1. Their dot
# product is a sum of $d$ products, each with mean 0 and variance 1. Variances add:
#
# $$\operatorname{Var}(q \cdot k) = \sum_{i=1}^{d} \operatorname{Var}(q_i k_i) = d, \qquad \operatorname{Var}\!\Big(\frac{q \cdot k}{\sqrt{d}}\Big) = 1 .$$
#
# Without the factor, scores at $d = 64$ have a standard deviation of 8. The softmax of numbers
# that far apart is nearly 1 for one key and 0 for the others. That hurts twice: the head can no
# longer blend, and it can no longer *learn*, since the slope of a weight with respect to its own
# score is $w(1 - w)$, nearly 0 at both ends.
#
# How spread out a row of weights is can be measured by its **entropy** $-\sum_j w_j \ln w_j$: 0 if
# all attention lies on one key, $\ln 16 = 2.77$ if it is shared evenly among 16. The explorer
# behind the next exercise draws it.

# %% [markdown] key="scale" lang="vi"
# ## 7.3 Vì sao là căn của d
#
# Giả sử các phần tử của query và key độc lập, trung bình 0 và phương sai 1. Tích vô hướng của
# chúng là tổng của $d$ tích, mỗi tích có trung bình 0 và phương sai 1. Phương sai cộng lại:
#
# $$\operatorname{Var}(q \cdot k) = \sum_{i=1}^{d} \operatorname{Var}(q_i k_i) = d, \qquad \operatorname{Var}\!\Big(\frac{q \cdot k}{\sqrt{d}}\Big) = 1 .$$
#
# Không có hệ số đó, với $d = 64$ điểm có độ lệch chuẩn bằng 8. Softmax của những số cách xa nhau
# như vậy gần bằng 1 ở một key và bằng 0 ở các key khác. Hại hai đường: head không còn pha trộn
# được, và cũng không còn *học* được, vì độ dốc của một trọng số theo chính điểm của nó là
# $w(1 - w)$, gần bằng 0 ở cả hai đầu.
#
# Một hàng trọng số trải rộng đến đâu thì đo bằng **entropy** của nó, $-\sum_j w_j \ln w_j$: bằng 0
# nếu mọi sự chú ý dồn vào một key, bằng $\ln 16 = 2.77$ nếu chia đều cho 16 key. Bảng khám phá sau
# bài tập kế tiếp vẽ đại lượng này.

# %% facts="scale"
fact(math.sqrt(64), "8")
rng = np.random.default_rng(0)
for d in (4, 64):
    products = (rng.normal(size=(20_000, d)) * rng.normal(size=(20_000, d))).sum(axis=1)
    assert abs(products.var() / d - 1) < 0.05
scores = torch.tensor([1.0, 0.0, 2.0], requires_grad=True)
share = scores.softmax(0)[0]
(slope,) = torch.autograd.grad(share, scores)
assert torch.isclose(slope[0], share * (1 - share))
fact(math.log(16), "2.77")

# %% [markdown] key="mask" lang="en"
# ## 7.4 Masks
#
# Some keys must not be seen: padding behind the end of a short sentence, or words that come later.
# A weight becomes 0 when its score is minus infinity, since $e^{-\infty} = 0$. So a mask acts on
# the **scores, before the softmax**:
#
# $$s_{ij} := -\infty \quad (\text{mask}_{ij} = 0) .$$
#
# The remaining weights then share the whole 1 among themselves. In the example above, hide the
# third key: $\operatorname{softmax}(1, 0)$ gives 0.731 and 0.269, and the output 12.7. Three ways
# to get it wrong, all of them found in real code:
#
# - masking *after* the softmax: the weights 0.245 and 0.090 remain, and sum to a third;
# - writing the score 0 instead of $-\infty$: $e^0 = 1$, and the hidden key keeps a weight of
#   0.212;
# - writing a number that is not low enough: among scores of $-20000$ the "hidden" $-10000$ wins.
#
# **A row without any key.** If a query may attend to nothing (a sentence of padding only), the
# softmax divides 0 by 0: NaN, which spreads through the network and its gradients. We want weights
# 0 and output 0 there. One way: fill with the *lowest finite number*, `torch.finfo(dtype).min`,
# and after the softmax set the weights of hidden keys to 0 once more. With `masked_fill` no
# gradient flows from what was filled in.
#
# A mask of shape $(T_q, T_k)$ serves all samples and heads, one of shape $(N, 1, 1, T_k)$ hides
# padding sample by sample: broadcasting does it, as `masked_fill` broadcasts by itself.
#
# ### Your turn: attention

# %% [markdown] key="mask" lang="vi"
# ## 7.4 Mặt nạ
#
# Có những key không được phép nhìn: phần đệm sau chỗ kết thúc của câu ngắn, hoặc những từ đứng
# sau. Trọng số bằng 0 khi điểm là âm vô cực, vì $e^{-\infty} = 0$. Vì vậy mặt nạ tác động lên
# **điểm, trước softmax**:
#
# $$s_{ij} := -\infty \quad (\text{mask}_{ij} = 0) .$$
#
# Khi đó các trọng số còn lại chia nhau trọn vẹn 1. Trong ví dụ trên, hãy che key thứ ba:
# $\operatorname{softmax}(1, 0)$ cho 0.731 và 0.269, kết quả là 12.7. Có ba cách làm sai, cách nào
# cũng từng gặp trong mã thật:
#
# - che *sau* softmax: còn lại các trọng số 0.245 và 0.090, tổng chỉ được một phần ba;
# - đặt điểm bằng 0 thay vì $-\infty$: $e^0 = 1$, và key bị che vẫn giữ trọng số 0.212;
# - đặt một số chưa đủ nhỏ: giữa các điểm $-20000$ thì số "bị che" $-10000$ lại thắng.
#
# **Hàng không có key nào.** Nếu một query không được nhìn đâu cả (câu chỉ toàn phần đệm), softmax
# chia 0 cho 0: NaN, rồi lan khắp mạng và các gradient. Ở đó ta muốn trọng số 0 và kết quả 0. Một
# cách: điền *số hữu hạn nhỏ nhất*, `torch.finfo(dtype).min`, rồi sau softmax đặt trọng số của các
# key bị che bằng 0 lần nữa. Với `masked_fill`, không gradient nào chảy ra từ chỗ đã điền.
#
# Mặt nạ dạng $(T_q, T_k)$ dùng chung cho mọi mẫu và head, mặt nạ dạng $(N, 1, 1, T_k)$ che phần
# đệm theo từng mẫu: broadcasting lo việc đó, `masked_fill` tự nó biết broadcast.
#
# ### Đến lượt bạn: cơ chế chú ý

# %% facts="mask"
given("-20000", "-10000")
fact(weights[0, 0], "0.245")
fact(weights[0, 1], "0.090")
hidden = torch.tensor([[True, True, False]])
output, weights = scaled_dot_product_attention(query, keys.double(), values, hidden)
fact(weights[0, 0], "0.731")
fact(weights[0, 1], "0.269")
fact(output.item(), "12.7")
fact(row(1.0, 0.0, 0.0).softmax(-1)[0, 2], "0.212")
assert row(-20000.0, -20001.0, -10000.0).softmax(-1)[0, 2] == 1


# %% exercise="scaled_dot_product_attention"
def scaled_dot_product_attention(query, key, value, mask=None):
    """Scaled dot-product attention: softmax(Q K^T / sqrt(d)) V, the softmax over the keys.

    query: (..., T_q, d)
    key:   (..., T_k, d)
    value: (..., T_k, d_v)
    mask:  bool, broadcasts to (..., T_q, T_k), True = may attend; None: all may
    returns (output, weights): (..., T_q, d_v) and (..., T_q, T_k); a query that may attend to nothing
    gets weights 0 and output 0
    not allowed: F.scaled_dot_product_attention, nn.MultiheadAttention
    Vaswani et al. 2017, eq. 1
    """
    ### BEGIN SOLUTION
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])  # (..., T_q, T_k)
    if mask is None:
        weights = torch.softmax(scores, dim=-1)
    else:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        weights = torch.softmax(scores, dim=-1).masked_fill(~mask, 0.0)  # rows without a key: all 0
    return weights @ value, weights
    ### END SOLUTION


# %% check="scaled_dot_product_attention"
check("scaled_dot_product_attention")

# %% [markdown] key="scale_explorer" lang="en"
# **Question.** *Which exponent frees the entropy from* $d$*?* The explorer draws random queries
# and 16 random keys of five lengths and divides the scores by $d^p$. At $p = 0$ the mean entropy
# falls from 1.76 at $d = 4$ to 0.09 at $d = 1024$; at $p = 1$ it climbs to the upper limit: then
# every head only averages. The diamonds are your own function.
#
# **Challenge.** Entropies that differ by less than 0.05 nats over all five lengths.

# %% [markdown] key="scale_explorer" lang="vi"
# **Câu hỏi.** *Số mũ nào làm entropy không còn phụ thuộc* $d$*?* Bảng khám phá lấy ngẫu nhiên các
# query và 16 key với năm độ dài, rồi chia điểm cho $d^p$. Với $p = 0$, entropy trung bình giảm từ
# 1.76 khi $d = 4$ xuống 0.09 khi $d = 1024$; với $p = 1$ nó leo tới giới hạn trên: khi đó head nào
# cũng chỉ còn lấy trung bình. Các hình thoi là hàm của chính bạn.
#
# **Thử thách.** Các entropy lệch nhau dưới 0.05 nat trên cả năm độ dài.

# %% facts="scale_explorer"
from hocsau.explore.transformer.softmax_scale import LENGTHS, SPREAD, compute_sharpness

fact(compute_sharpness(0.0).entropies[0], "1.76")
fact(compute_sharpness(0.0).entropies[-1], "0.09")
fact(LENGTHS[0], "4")
fact(LENGTHS[-1], "1024")
fact(SPREAD, "0.05")
assert compute_sharpness(0.5).spread < SPREAD
assert compute_sharpness(1.0).entropies[-1] > math.log(16) - 0.01

# %% key="scale_cell" explore=true
from hocsau.explore import transformer as explore

explore.softmax_scale(scaled_dot_product_attention)

# %% [markdown] key="causal" lang="en"
# ## 7.5 Not looking ahead
#
# A language model predicts the next token from those before it. During training we show it a whole
# text and let it predict *every* token at once; then position $t$ must not see what comes after,
# or it would copy the answer. The **causal mask** is True where the key is not later than the
# query:
#
# $$\text{mask}_{tj} = [\, j \le t \,] .$$
#
# For $T = 3$ the rows are (True, False, False), (True, True, False), (True, True, True): the
# triangle below the diagonal, *with* the diagonal. Without it the first token could look at
# nothing; with one diagonal more every token sees just the one it should predict. The training
# loss would then fall to almost 0 and the text it writes would be noise: of all mistakes in this
# lesson the one that looks best.
#
# The mask must lie where the scores lie, so the device is an argument.
#
# ### Your turn: the causal mask

# %% [markdown] key="causal" lang="vi"
# ## 7.5 Không được nhìn trước
#
# Mô hình ngôn ngữ dự đoán token kế tiếp từ những token đứng trước. Khi huấn luyện, ta cho nó xem
# cả văn bản và bắt nó dự đoán *mọi* token cùng lúc; khi đó vị trí $t$ không được thấy phần phía
# sau, nếu không nó chỉ việc chép đáp án. **Mặt nạ nhân quả** (causal mask) là True ở chỗ key không
# muộn hơn query:
#
# $$\text{mask}_{tj} = [\, j \le t \,] .$$
#
# Với $T = 3$, các hàng là (True, False, False), (True, True, False), (True, True, True): tam giác
# dưới đường chéo, *kể cả* đường chéo. Thiếu đường chéo thì token đầu không được nhìn gì; thừa một
# đường chéo thì token nào cũng thấy đúng token mà nó phải dự đoán. Khi ấy mất mát huấn luyện giảm
# gần về 0 còn văn bản nó viết thì là nhiễu: trong mọi lỗi của bài này, đây là lỗi trông đẹp nhất.
#
# Mặt nạ phải nằm cùng chỗ với điểm, nên thiết bị là một đối số.
#
# ### Đến lượt bạn: mặt nạ nhân quả


# %% exercise="causal_mask"
def causal_mask(length, device):
    """Who may attend to whom in a text that is read from left to right: position t to positions 0 .. t.

    length: int >= 1;  device: torch.device
    returns (T, T) bool on that device, row = query, column = key, True = may attend
    """
    ### BEGIN SOLUTION
    t = torch.arange(length, device=device)
    return t[:, None] >= t[None, :]
    ### END SOLUTION


# %% check="causal_mask"
check("causal_mask")

# %% [markdown] key="heads" lang="en"
# ## 7.6 Several heads
#
# One softmax gives one pattern of looking. But a word may need the word before it *and* the
# subject of the sentence. So the $d$ columns are cut into $h$ **heads** of $d/h$ columns; each
# attends by itself, with its own weights, and the outputs are set side by side and mixed by a
# matrix $W_o$:
#
# $$\text{head}_k = \operatorname{Attention}(Q_k, K_k, V_k), \qquad \operatorname{MultiHead}(x) = [\,\text{head}_1, \dots, \text{head}_h\,]\, W_o ,$$
#
# where $Q_k$ is made of the columns $k\,d/h$ to $(k+1)\,d/h - 1$ of $x W_q$ (counting heads from 0
# in the code), and $K_k$, $V_k$ likewise. All heads together cost as much as one head of full
# width. Mind the scale: a head sums over $d/h$ columns, so *its* root counts, $\sqrt{d/h}$.
#
# In code the heads become an axis. From $(N, T, d)$ first split the last axis, $(N, T, h, d/h)$,
# then exchange two axes, $(N, h, T, d/h)$; afterwards all the way back. A `reshape` straight to
# $(N, h, T, d/h)$ has the right shape and the wrong content: it cuts memory into pieces in the
# order in which the numbers lie there, so that a "head" gets a bit of one token and a bit of the
# next. Nothing crashes and the loss even falls.
#
# **By hand.** $T = 2$, $d = 4$, $h = 2$ and the rows $(1, 2, 3, 4)$, $(5, 6, 7, 8)$. Head 0 must
# hold $(1, 2)$ and $(5, 6)$. The wrong reshape gives it $(1, 2)$ and $(3, 4)$: both from the first
# token.
#
# A mask that broadcasts to $(N, h, T, T)$ goes straight to your attention: it has the heads as a
# leading axis.
#
# ### Your turn: multi-head attention
#
# $x$ stands on the left, `x @ W_q`. (`nn.Linear` stores the transpose; see the convention
# card.)

# %% [markdown] key="heads" lang="vi"
# ## 7.6 Nhiều head
#
# Một softmax cho một kiểu nhìn. Nhưng một từ có thể cần cả từ đứng trước nó *lẫn* chủ ngữ của câu.
# Vì vậy $d$ cột được cắt thành $h$ **head** (đầu chú ý), mỗi head $d/h$ cột; mỗi head chú ý độc
# lập, với trọng số riêng, rồi các kết quả được xếp cạnh nhau và trộn bằng một ma trận $W_o$:
#
# $$\text{head}_k = \operatorname{Attention}(Q_k, K_k, V_k), \qquad \operatorname{MultiHead}(x) = [\,\text{head}_1, \dots, \text{head}_h\,]\, W_o ,$$
#
# trong đó $Q_k$ gồm các cột $k\,d/h$ đến $(k+1)\,d/h - 1$ của $x W_q$ (trong mã, đếm head từ 0),
# $K_k$, $V_k$ cũng vậy. Tất cả các head cộng lại tốn bằng một head đủ độ rộng. Để ý hệ số: một
# head cộng qua $d/h$ cột, nên phải chia cho căn của *số cột ấy*, $\sqrt{d/h}$.
#
# Trong mã, các head trở thành một trục. Từ $(N, T, d)$, trước hết tách trục cuối,
# $(N, T, h, d/h)$, rồi đổi chỗ hai trục, $(N, h, T, d/h)$; sau đó đi ngược lại y như vậy.
# `reshape` thẳng thành $(N, h, T, d/h)$ thì đúng hình dạng mà sai nội dung: nó cắt bộ nhớ theo thứ
# tự các số nằm trong đó, nên một "head" được một mẩu của token này và một mẩu của token kế. Chương
# trình không hề báo lỗi, thậm chí mất mát vẫn giảm.
#
# **Tính tay.** $T = 2$, $d = 4$, $h = 2$ và các hàng $(1, 2, 3, 4)$, $(5, 6, 7, 8)$. Head 0 phải
# giữ $(1, 2)$ và $(5, 6)$. Cách reshape sai cho nó $(1, 2)$ và $(3, 4)$: cả hai đều của token thứ
# nhất.
#
# Mặt nạ broadcast được thành $(N, h, T, T)$ thì đưa thẳng vào hàm chú ý của bạn: head đã là một
# trục phía trước.
#
# ### Đến lượt bạn: chú ý nhiều head
#
# $x$ đứng bên trái, `x @ W_q`. (`nn.Linear` lưu ma trận chuyển vị; xem thẻ quy ước.)

# %% facts="heads"
halves = torch.arange(1.0, 9.0).view(1, 2, 4)
assert halves.view(1, 2, 2, 2).transpose(1, 2)[0, 0].tolist() == [[1, 2], [5, 6]]
assert halves.reshape(1, 2, 2, 2)[0, 0].tolist() == [[1, 2], [3, 4]]


# %% exercise="multi_head_attention"
def multi_head_attention(x, W_q, W_k, W_v, W_o, heads, mask=None):
    """Self-attention with several heads: each attends with its own slice of the columns.

    Q = x W_q, K = x W_k, V = x W_v;   head k has the columns  k d/heads .. (k+1) d/heads - 1  of each
    result = (outputs of the heads side by side, in order) W_o

    x:     (N, T, d)
    W_q, W_k, W_v, W_o: (d, d), no bias
    heads: int that divides d
    mask:  bool, broadcasts to (N, heads, T, T), True = may attend; None: all may
    returns (N, T, d)
    not allowed: F.scaled_dot_product_attention, nn.MultiheadAttention
    Vaswani et al. 2017, section 3.2.2
    """
    ### BEGIN SOLUTION
    N, T, d = x.shape

    def split(z):
        return z.view(N, T, heads, d // heads).transpose(1, 2)  # (N, heads, T, d / heads)

    output, _ = scaled_dot_product_attention(split(x @ W_q), split(x @ W_k), split(x @ W_v), mask)
    return output.transpose(1, 2).reshape(N, T, d) @ W_o
    ### END SOLUTION


# %% check="multi_head_attention"
check("multi_head_attention")

# %% [markdown] key="attention_map" lang="en"
# ### What heads look at
#
# The explorer shows a small GPT of three layers and four heads, trained on Shakespeare character
# by character (2.38 bits per character on text it has not seen; its weights come with the course,
# `data/train_attention.py` made them). While it reads a sentence, your attention function computes
# every weight. Each row is a character that looks, each column one that is looked at; ␣ is a
# blank.
#
# **Question.** *Which head does what?* In layer 1, head 1 letters give a third of their attention
# to the blank in front of their own word, where an even share would be 0.06: it knows where the
# word began. The head that looks farthest back, 8.1 characters on average, is the third of layer
# 2. Others are hard to name. Beware of stories: a weight says where a head looks, not what it does
# with what it sees (Jain & Wallace 2019).
#
# **Challenge.** Find the head that gives at least 0.8 of its attention to the character before.
# Nobody asked for it; training made it.

# %% [markdown] key="attention_map" lang="vi"
# ### Các head nhìn vào đâu
#
# Bảng khám phá cho xem một GPT nhỏ gồm ba lớp, mỗi lớp bốn head, học từ Shakespeare từng ký tự một
# (2.38 bit mỗi ký tự trên văn bản nó chưa thấy; trọng số của nó đi kèm khóa học, do
# `data/train_attention.py` tạo ra). Khi nó đọc một câu, chính hàm chú ý của bạn tính mọi trọng số.
# Mỗi hàng là một ký tự đang nhìn, mỗi cột là một ký tự được nhìn; ␣ là dấu cách.
#
# **Câu hỏi.** *Head nào làm việc gì?* Ở lớp 1, head 1, chữ cái dành một phần ba sự chú ý cho dấu
# cách đứng trước từ của chính nó, trong khi chia đều thì chỉ được 0.06: nó biết từ ấy bắt đầu từ
# đâu. Head nhìn xa nhất, trung bình lùi 8.1 ký tự, là head thứ ba của lớp 2. Những head khác thì
# khó đặt tên. Đừng vội tin những lời giải thích nghe hay: trọng số cho biết một head nhìn vào đâu,
# chứ không cho biết nó làm gì với những thứ nó thấy (Jain & Wallace 2019).
#
# **Thử thách.** Tìm head dành ít nhất 0.8 sự chú ý cho ký tự ngay trước. Không ai yêu cầu nó làm
# vậy; huấn luyện đã tạo ra nó.

# %% facts="attention_map"
from hocsau import datasets
from hocsau.explore.transformer.attention_map import PREVIOUS, SENTENCES, compute_attention

fact(datasets.shakespeare_model().bits, "2.38")
maps = [compute_attention(sentence[:40], scaled_dot_product_attention) for sentence in SENTENCES]
on_blank, even = [], []
for shown in maps:
    blanks = {t: shown.text.rfind(" ", 0, t) for t, c in enumerate(shown.text) if c.isalpha()}
    on_blank += [shown.weights[0, 0, t, blank] for t, blank in blanks.items() if blank >= 0]
    even += [1 / (t + 1) for t, blank in blanks.items() if blank >= 0]
assert abs(np.mean(on_blank) - 1 / 3) < 0.03
fact(np.mean(even), "0.06")
back = {(layer, head): maps[0].mean_back(layer, head) for layer in range(3) for head in range(4)}
assert max(back, key=lambda pair: back[pair]) == (1, 2)
fact(back[1, 2], "8.1")
fact(PREVIOUS, "0.8")
for shown in maps:
    on_previous = [shown.on_previous(*pair) >= PREVIOUS for pair in back]
    assert sum(on_previous) == 1

# %% key="attention_map_cell" explore=true
from hocsau.explore import transformer as explore

explore.attention_map(scaled_dot_product_attention)

# %% [markdown] key="positions" lang="en"
# ## 7.7 Positions
#
# Exchange two tokens of a sentence: without a mask each output is the same weighted mean as
# before, only in another row. With a permutation matrix $P$,
#
# $$\operatorname{MultiHead}(P x) = P\, \operatorname{MultiHead}(x) .$$
#
# To attention a sentence is a *set*: "dog bites man" and "man bites dog" give every word the same
# vector. (A public case of the exercise above tests just that.) So positions have to be put in.
# Vaswani et al. add to each token a vector of sines and cosines of its position $t$:
#
# $$PE_{t, 2i} = \sin\!\big(t\, \omega_i\big), \quad PE_{t, 2i+1} = \cos\!\big(t\, \omega_i\big), \qquad \omega_i = 10000^{-2i/d} .$$
#
# Each pair of columns is the hand of a clock. The first turns by one radian a token, the slowest
# may take up to 62832 tokens for a turn; together they tell the time. Two facts make them useful.
# The encoding of $t + k$ is that of $t$, each pair **rotated** by the angle $k\, \omega_i$,
# whatever $t$ is:
#
# $$\begin{pmatrix} \sin((t+k)\omega) \\ \cos((t+k)\omega) \end{pmatrix} = \begin{pmatrix} \cos(k\omega) & \sin(k\omega) \\ -\sin(k\omega) & \cos(k\omega) \end{pmatrix} \begin{pmatrix} \sin(t\omega) \\ \cos(t\omega) \end{pmatrix},$$
#
# so that "look $k$ places back" is one fixed matrix, and a head can learn it. And the dot product
# of two encodings knows the distance alone, $PE_t \cdot PE_{t+k} = \sum_i \cos(k\, \omega_i)$,
# since $\cos a \cos b + \sin a \sin b = \cos(a - b)$. It is largest at $k = 0$, but it does not
# fall steadily: look at the picture.
#
# **By hand.** $d = 4$, $t = 1$: $\omega_0 = 1$ and $\omega_1 = 0.01$, so the row is
# $(0.841, 0.540, 0.010, 1.000)$.
#
# Other ways: GPT and BERT *learn* one vector per position (your TinyGPT will, too), which ends at
# the context length; relative encodings and rotary ones (RoPE, Su et al. 2021), which rotate
# queries and keys instead of adding anything, are what today's large models use.
#
# ### Your turn: the encoding
#
# If `d_model` is odd, the last column is a sine without its cosine.

# %% [markdown] key="positions" lang="vi"
# ## 7.7 Vị trí
#
# Đổi chỗ hai token của một câu: không có mặt nạ thì mỗi kết quả vẫn là trung bình có trọng số như
# cũ, chỉ nằm ở hàng khác. Với ma trận hoán vị $P$,
#
# $$\operatorname{MultiHead}(P x) = P\, \operatorname{MultiHead}(x) .$$
#
# Với cơ chế chú ý, một câu chỉ là một *tập hợp*: "chó cắn người" và "người cắn chó" cho mỗi từ
# cùng một vector. (Một trường hợp công khai ở bài tập trên kiểm tra đúng điều này.) Vì vậy phải
# đưa vị trí vào. Vaswani và cộng sự cộng vào mỗi token một vector gồm sin và cos của vị trí $t$:
#
# $$PE_{t, 2i} = \sin\!\big(t\, \omega_i\big), \quad PE_{t, 2i+1} = \cos\!\big(t\, \omega_i\big), \qquad \omega_i = 10000^{-2i/d} .$$
#
# Mỗi cặp cột là một kim đồng hồ. Kim đầu mỗi token quay một radian, kim chậm nhất có thể mất tới
# 62832 token mới hết một vòng; gộp lại, chúng cho biết giờ. Hai tính chất làm chúng có ích. Mã
# hóa của $t + k$ chính là mã hóa của $t$ với mỗi cặp được **quay** một góc $k\, \omega_i$, bất kể
# $t$:
#
# $$\begin{pmatrix} \sin((t+k)\omega) \\ \cos((t+k)\omega) \end{pmatrix} = \begin{pmatrix} \cos(k\omega) & \sin(k\omega) \\ -\sin(k\omega) & \cos(k\omega) \end{pmatrix} \begin{pmatrix} \sin(t\omega) \\ \cos(t\omega) \end{pmatrix},$$
#
# nên "nhìn lùi $k$ vị trí" là một ma trận cố định, và một head có thể học được nó. Ngoài ra, tích
# vô hướng của hai mã hóa chỉ biết khoảng cách, $PE_t \cdot PE_{t+k} = \sum_i \cos(k\, \omega_i)$,
# vì $\cos a \cos b + \sin a \sin b = \cos(a - b)$. Nó lớn nhất tại $k = 0$ nhưng không giảm đều:
# hãy xem hình.
#
# **Tính tay.** $d = 4$, $t = 1$: $\omega_0 = 1$ và $\omega_1 = 0.01$, nên hàng này là
# $(0.841, 0.540, 0.010, 1.000)$.
#
# Các cách khác: GPT và BERT *học* cho mỗi vị trí một vector (TinyGPT của bạn cũng vậy), cách này
# chỉ dùng được tới hết độ dài ngữ cảnh; mã hóa tương đối và mã hóa quay (RoPE, Su và cộng sự 2021;
# quay query và key chứ không cộng thêm gì) là thứ các mô hình lớn ngày nay dùng.
#
# ### Đến lượt bạn: mã hóa vị trí
#
# Nếu `d_model` lẻ thì cột cuối là một sin không có cos đi kèm.

# %% facts="positions"
given("10000")
fact(2 * math.pi * 10000, "62832")
fact(10000 ** (-2 / 4), "0.01")
for entry, printed in zip(
    positional_encoding(2, 4)[1], ("0.841", "0.540", "0.010", "1.000"), strict=True
):
    fact(entry, printed)


# %% exercise="positional_encoding"
def positional_encoding(length, d_model):
    """Sines and cosines of the position, one pair of columns for each frequency.

    PE[t, 2i] = sin(t / 10000^(2i / d_model)),   PE[t, 2i+1] = cos(t / 10000^(2i / d_model))

    length:  int, positions 0 .. length - 1
    d_model: int; if it is odd the last column is a sine
    returns (length, d_model) in torch's default dtype, on the CPU
    Vaswani et al. 2017, section 3.5
    """
    ### BEGIN SOLUTION
    t = torch.arange(length)[:, None]  # (length, 1)
    angles = t / 10000 ** (torch.arange(0, d_model, 2) / d_model)  # (length, ceil(d_model / 2))
    encoding = torch.empty(length, d_model)
    encoding[:, 0::2] = torch.sin(angles)
    encoding[:, 1::2] = torch.cos(angles[:, : d_model // 2])
    return encoding
    ### END SOLUTION


# %% check="positional_encoding"
check("positional_encoding")

# %% [markdown] key="positions_explorer" lang="en"
# **Question.** *Does the dot product know only the distance?* Line and dots start at positions 0
# and 100. Then: does it fall with distance?
#
# **Challenge.** Any two of 512 positions at least 1 apart, with at most 16 columns. At $d = 8$ and
# base 10000 the two nearest are only 0.645 apart: they differ by 63, ten turns of the first hand.
# With the usual base it takes $d = 16$ (1.015). A much smaller base does it with $d = 10$: at base
# 10 all hands are fast. What does that cost, when you look at the curve on the right?

# %% [markdown] key="positions_explorer" lang="vi"
# **Câu hỏi.** *Có phải tích vô hướng chỉ biết khoảng cách?* Đường và các chấm xuất phát từ vị trí
# 0 và 100. Tiếp theo: nó có giảm theo khoảng cách không?
#
# **Thử thách.** Hai vị trí bất kỳ trong 512 vị trí cách nhau ít nhất 1, với không quá 16 cột. Với
# $d = 8$ và cơ số 10000, hai vị trí gần nhau nhất chỉ cách 0.645: chúng lệch nhau 63, tức mười
# vòng của kim đầu. Với cơ số thường dùng, phải cần $d = 16$ (1.015). Cơ số nhỏ hơn nhiều thì
# $d = 10$ đã đủ: với cơ số 10, kim nào cũng nhanh. Cái giá là gì, nếu bạn nhìn đường cong bên
# phải?

# %% facts="positions_explorer"
from hocsau.explore.transformer.positions import LATER, POSITIONS, compute_positions

given("10000")
fact(LATER, "100")
fact(POSITIONS, "512")
distance, apart = compute_positions(8, 10000, positional_encoding).nearest
fact(distance, "0.645")
fact(apart, "63")
fact(63 / (2 * math.pi), "10")
fact(compute_positions(16, 10000, positional_encoding).nearest[0], "1.015")
assert all(compute_positions(d, 10000).nearest[0] < 1 for d in range(2, 16, 2))
assert compute_positions(10, 10).nearest[0] >= 1

# %% key="positions_cell" explore=true
from hocsau.explore import transformer as explore

explore.positions(positional_encoding)

# %% [markdown] key="looking_back" lang="en"
# ### A previous-token head, built by hand
#
# Section 7.6 found a head that looks one character back. Here is one without training. Let the key
# of each token be the encoding of its position, and the query of token $t$ that of position
# $t - 1$, times a factor called sharpness. The dot product is largest where the distance from
# $t - 1$ is 0.
#
# **Question.** *What makes a previous-token head?* At sharpness 1 the tokens at the end give only
# about a tenth to the one before them: a softmax needs differences of several units, and here,
# with $d = 64$, the largest score is 4.
#
# **Challenge.** At least 0.9 on the token before, for all 31 tokens that have one. Sharpness 8
# reaches 0.587.

# %% [markdown] key="looking_back" lang="vi"
# ### Một head nhìn token trước, dựng bằng tay
#
# Mục 7.6 đã tìm ra một head nhìn lùi một ký tự. Đây là một head như vậy mà không cần huấn luyện.
# Cho key của mỗi token là mã hóa vị trí của nó, còn query của token $t$ là mã hóa của vị trí
# $t - 1$, nhân với một hệ số gọi là độ sắc. Tích vô hướng lớn nhất ở nơi khoảng cách tới $t - 1$
# bằng 0.
#
# **Câu hỏi.** *Điều gì tạo nên một head nhìn token trước?* Với độ sắc 1, các token ở cuối dãy chỉ
# dành khoảng một phần mười cho token đứng trước: softmax cần những chênh lệch cỡ vài đơn vị, mà ở
# đây $d = 64$ chỉ cho điểm cao nhất là 4.
#
# **Thử thách.** Ít nhất 0.9 cho token đứng trước, với cả 31 token có token đứng trước. Độ sắc 8
# mới đạt 0.587.

# %% facts="looking_back"
from hocsau.explore.transformer.previous_token import WANTED, compute_looking_back

fact(WANTED, "0.9")
assert abs(compute_looking_back(1.0, 1, scaled_dot_product_attention).on_target[-1] - 0.1) < 0.01
sharp = compute_looking_back(8.0, 1, scaled_dot_product_attention).on_target
fact(len(sharp), "31")
fact(sharp.min(), "0.587")
encodings = positional_encoding(32, 64)
fact((encodings @ encodings.T / math.sqrt(64)).max(), "4")

# %% key="looking_back_cell" explore=true
from hocsau.explore import transformer as explore

explore.looking_back(scaled_dot_product_attention)

# %% [markdown] key="layer_norm" lang="en"
# ## 7.8 Layer normalization
#
# Batch normalization (lesson 5) takes mean and variance over the samples of a batch. For text that
# is awkward: sentences have different lengths, and at generation there is a single one. **Layer
# normalization** (Ba et al. 2016) takes them over the entries of *one* vector, the last axis, for
# each token by itself:
#
# $$y = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \gamma + \beta, \qquad \mu = \frac{1}{d} \sum_{k} x_k, \quad \sigma^2 = \frac{1}{d} \sum_{k} (x_k - \mu)^2 .$$
#
# So training and evaluation are the same, and no sample knows of another. Two details that tests
# with $\epsilon = 10^{-5}$ and $d = 512$ will not show: the variance is divided by $d$, not by
# $d - 1$ (`torch.var` divides by $d - 1$ unless told `correction=0`; the root is then 15 % larger
# at $d = 4$, 0.1 % at 512), and $\epsilon$ stands *inside* the root, beside the variance.
#
# **By hand.** $x = (1, 2, 3, 6)$ has mean 3 and variance 3.5; normalized it is
# $(-1.069, -0.535, 0, 1.604)$.
#
# ### Your turn: layer normalization

# %% [markdown] key="layer_norm" lang="vi"
# ## 7.8 Chuẩn hóa theo lớp
#
# Chuẩn hóa theo batch (bài 5) lấy trung bình và phương sai qua các mẫu của một batch. Với văn bản
# thì bất tiện: các câu dài ngắn khác nhau, và lúc sinh văn bản chỉ có một câu. **Chuẩn hóa theo
# lớp** (layer normalization, Ba và cộng sự 2016) lấy chúng qua các phần tử của *một* vector, tức
# trục cuối, riêng cho từng token:
#
# $$y = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \gamma + \beta, \qquad \mu = \frac{1}{d} \sum_{k} x_k, \quad \sigma^2 = \frac{1}{d} \sum_{k} (x_k - \mu)^2 .$$
#
# Vì vậy lúc huấn luyện và lúc đánh giá như nhau, và không mẫu nào biết đến mẫu khác. Có hai chi
# tiết mà phép thử với $\epsilon = 10^{-5}$ và $d = 512$ không làm lộ ra: phương sai chia cho $d$
# chứ không phải $d - 1$ (`torch.var` chia cho $d - 1$ nếu không dặn `correction=0`; khi đó căn
# lớn hơn 15 % với $d = 4$, 0.1 % với 512), và $\epsilon$ đứng *trong* căn, cạnh phương sai.
#
# **Tính tay.** $x = (1, 2, 3, 6)$ có trung bình 3 và phương sai 3.5; chuẩn hóa xong là
# $(-1.069, -0.535, 0, 1.604)$.
#
# ### Đến lượt bạn: chuẩn hóa theo lớp

# %% facts="layer_norm"
given("1e-5", "512")
for d, printed in ((4, "15"), (512, "0.1")):
    fact(100 * (math.sqrt(d / (d - 1)) - 1), printed)
example = row(1.0, 2.0, 3.0, 6.0)
fact(example.mean(), "3")
fact(example.var(correction=0), "3.5")
normalized = layer_norm(example, torch.ones(4), torch.zeros(4), 0.0)[0]
for entry, printed in zip(normalized, ("-1.069", "-0.535", "0", "1.604"), strict=True):
    fact(entry, printed)


# %% exercise="layer_norm"
def layer_norm(x, gamma, beta, eps):
    """Layer normalization: each vector along the last axis gets mean 0 and variance 1, then gamma and beta.

    (x - mean) / sqrt(var + eps) * gamma + beta,   var = mean of (x - mean)^2, divided by d

    x:     (..., d)
    gamma, beta: (d,);  eps: float
    returns (..., d)
    not allowed: F.layer_norm, nn.LayerNorm
    Ba, Kiros, Hinton 2016
    """
    ### BEGIN SOLUTION
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = (centred**2).mean(dim=-1, keepdim=True)  # (..., 1)
    return centred / torch.sqrt(variance + eps) * gamma + beta
    ### END SOLUTION


# %% check="layer_norm"
check("layer_norm")

# %% [markdown] key="block" lang="en"
# ## 7.9 The block
#
# *The second sitting begins here.* A Transformer block has two parts. **Attention** lets tokens
# talk to one another; then a **feed-forward** network, two linear layers with a bend between them,
# works on each token alone:
#
# $$\operatorname{FF}(x) = \operatorname{GELU}(x W_1 + b_1)\, W_2 + b_2 ,$$
#
# four times as wide inside as outside. Each part is wrapped in a residual connection (lesson 5)
# and has a norm of its own. Where to put the norm? The paper of 2017 put it behind the sum
# (*post-norm*), $x := \operatorname{norm}(x + f(x))$. We put it in front of the part (*pre-norm*),
# as GPT-2 and most models since:
#
# $$x := x + \operatorname{attention}(\operatorname{norm}_1(x)), \qquad x := x + \operatorname{FF}(\operatorname{norm}_2(x)) .$$
#
# Then a path runs from the last layer to the first on which nothing is multiplied, and a deep
# model trains without the warm-up that post-norm needs (Xiong et al. 2020). It makes one more norm
# necessary, at the very end, since nobody has normalized the stream itself.
#
# GELU (Hendrycks & Gimpel 2016) is $x\, \Phi(x)$, where $\Phi$ is the cumulative distribution
# function of the standard normal: a ReLU with a round corner.
#
# **How many parameters?** Attention has four matrices of $d^2$, feed-forward two of $4 d^2$:
# together $12 d^2$ and a few vectors. At $d = 64$ that is 49152 in matrices and 576 in vectors.
# Two thirds of a block are feed-forward layers; attention only gets the fame.
#
# ### Your turn: a block
#
# The names of the parts are fixed, since the check sets their weights by name. You may call your
# functions from above.

# %% [markdown] key="block" lang="vi"
# ## 7.9 Khối Transformer
#
# *Buổi thứ hai bắt đầu từ đây.* Một khối Transformer có hai phần. **Cơ chế chú ý** để các token
# nói chuyện với nhau; sau đó một mạng **feed-forward** (lan truyền thẳng), gồm hai lớp tuyến tính
# với chỗ uốn cong ở giữa, xử lý riêng từng token:
#
# $$\operatorname{FF}(x) = \operatorname{GELU}(x W_1 + b_1)\, W_2 + b_2 ,$$
#
# bên trong rộng gấp bốn bên ngoài. Mỗi phần được bọc trong một kết nối dư (bài 5) và có lớp chuẩn
# hóa riêng. Đặt chuẩn hóa ở đâu? Bài báo năm 2017 đặt sau phép cộng (*post-norm*),
# $x := \operatorname{norm}(x + f(x))$. Ta đặt trước mỗi phần (*pre-norm*), như GPT-2 và hầu hết
# các mô hình từ đó:
#
# $$x := x + \operatorname{attention}(\operatorname{norm}_1(x)), \qquad x := x + \operatorname{FF}(\operatorname{norm}_2(x)) .$$
#
# Khi đó có một con đường từ lớp cuối về lớp đầu mà trên đó không có gì bị nhân, và mô hình sâu học
# được mà không cần warm-up như post-norm (Xiong và cộng sự 2020). Đổi lại cần thêm một lớp chuẩn
# hóa ở tận cuối, vì bản thân dòng chính chưa được ai chuẩn hóa.
#
# GELU (Hendrycks & Gimpel 2016) là $x\, \Phi(x)$, với $\Phi$ là hàm phân phối tích lũy của phân
# phối chuẩn tắc: một ReLU có góc bo tròn.
#
# **Bao nhiêu tham số?** Phần chú ý có bốn ma trận $d^2$, feed-forward có hai ma trận $4 d^2$: cộng
# lại là $12 d^2$ và vài vector. Với $d = 64$, đó là 49152 trong các ma trận và 576 trong các
# vector. Hai phần ba của một khối là các lớp feed-forward; cơ chế chú ý chỉ được phần danh tiếng.
#
# ### Đến lượt bạn: một khối
#
# Tên các bộ phận là cố định, vì phần kiểm tra đặt trọng số theo tên. Bạn có thể gọi các hàm đã
# viết ở trên.

# %% facts="block"
given("2017")
with torch.random.fork_rng(devices=[]):  # nobody's seed is touched
    block = TransformerBlock(64, 4)
in_matrices = sum(p.numel() for p in block.parameters() if p.dim() == 2)
fact(in_matrices, "49152")
assert in_matrices == 12 * 64**2
fact(sum(p.numel() for p in block.parameters() if p.dim() == 1), "576")
x = torch.linspace(-3, 3, 31, dtype=torch.float64)
assert torch.allclose(nn.GELU()(x), x * torch.distributions.Normal(0.0, 1.0).cdf(x))


# %% exercise="TransformerBlock"
class TransformerBlock(nn.Module):
    """A causal Transformer block, pre-norm:  x = x + attention(norm1(x));  x = x + feed_forward(norm2(x)).

    norm1, norm2: nn.LayerNorm(d_model)
    query, key, value, project: nn.Linear(d_model, d_model), no bias; project is what W_o was
    feed_forward: nn.Sequential(Linear(d_model, 4 d_model), GELU, Linear(4 d_model, d_model)), with biases
    no dropout; not allowed: F.scaled_dot_product_attention, nn.MultiheadAttention
    """

    def __init__(self, d_model, heads):
        super().__init__()
        ### BEGIN SOLUTION
        self.heads = heads
        self.norm1 = nn.LayerNorm(d_model)
        self.query = nn.Linear(d_model, d_model, bias=False)
        self.key = nn.Linear(d_model, d_model, bias=False)
        self.value = nn.Linear(d_model, d_model, bias=False)
        self.project = nn.Linear(d_model, d_model, bias=False)
        self.norm2 = nn.LayerNorm(d_model)
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, 4 * d_model), nn.GELU(), nn.Linear(4 * d_model, d_model)
        )
        ### END SOLUTION

    def forward(self, x):
        """x: (N, T, d_model). returns (N, T, d_model); position t sees positions 0 .. t alone"""
        ### BEGIN SOLUTION
        layers = (self.query, self.key, self.value, self.project)
        weights = [layer.weight.T for layer in layers]  # nn.Linear computes x @ weight.T
        mask = causal_mask(x.shape[1], x.device)
        x = x + multi_head_attention(self.norm1(x), *weights, self.heads, mask)
        return x + self.feed_forward(self.norm2(x))
        ### END SOLUTION


# %% check="TransformerBlock"
check("TransformerBlock")

# %% [markdown] key="architectures" lang="en"
# ## 7.10 Well-known architectures
#
# Out of this block three families are built. They differ in who may look at whom:
#
# | | encoder-decoder (Vaswani et al. 2017) | BERT (Devlin et al. 2018) | GPT (Radford et al. 2018) |
# |---|---|---|---|
# | blocks | encoder and decoder | encoder only | decoder only |
# | mask | encoder none, decoder causal | none: both sides are seen | causal |
# | cross-attention | decoder looks at encoder | none | none |
# | learns to | translate: the next word, given the source | fill in words that were hidden (15 %) | predict the next token |
# | good at | translation, summaries | understanding: classes, search, entities | writing |
# | size | 6 + 6 layers, $d = 512$, 8 heads | base: 12 layers, $d = 768$, 12 heads, 110 million parameters | GPT-3 (2020): 96 layers, $d = 12288$, 175 billion |
#
# **Encoder-decoder.** The encoder's tokens see all of the source. The decoder's see what has been
# written so far, and through cross-attention the source. T5 and many translators are of this kind.
#
# **BERT** reads in both directions, so it cannot write from left to right; it turns a text into
# vectors for a small classifier behind it. PhoBERT is one for Vietnamese.
#
# **GPT** is the simplest: one stack, one task, text without labels. What surprised everyone is how
# far that goes when it grows: the loss falls as a power of size, data and computing (Kaplan et al.
# 2020), and a large model can be told what to do in words (Brown et al. 2020). The rest of this
# lesson builds one.

# %% [markdown] key="architectures" lang="vi"
# ## 7.10 Kiến trúc nổi bật
#
# Từ khối này người ta dựng ba họ. Chúng khác nhau ở chỗ ai được nhìn ai:
#
# | | encoder-decoder (Vaswani và cộng sự 2017) | BERT (Devlin và cộng sự 2018) | GPT (Radford và cộng sự 2018) |
# |---|---|---|---|
# | các khối | encoder và decoder | chỉ encoder | chỉ decoder |
# | mặt nạ | encoder không có, decoder nhân quả | không có: thấy cả hai phía | nhân quả |
# | chú ý chéo | decoder nhìn encoder | không | không |
# | học để | dịch: từ kế tiếp, khi biết câu nguồn | điền những từ bị che (15 %) | dự đoán token kế tiếp |
# | giỏi về | dịch, tóm tắt | hiểu: phân loại, tìm kiếm, nhận diện tên riêng | viết |
# | cỡ | 6 + 6 lớp, $d = 512$, 8 head | bản base: 12 lớp, $d = 768$, 12 head, 110 triệu tham số | GPT-3 (2020): 96 lớp, $d = 12288$, 175 tỉ |
#
# **Encoder-decoder.** Token của encoder thấy toàn bộ câu nguồn. Token của decoder thấy những gì đã
# viết, và qua chú ý chéo thấy câu nguồn. T5 và nhiều hệ dịch máy thuộc loại này.
#
# **BERT** đọc cả hai chiều nên không viết từ trái sang phải được; nó biến văn bản thành vector cho
# một bộ phân loại nhỏ đứng sau. PhoBERT là một mô hình như vậy cho tiếng Việt.
#
# **GPT** đơn giản nhất: một chồng khối, một nhiệm vụ, văn bản không cần nhãn. Điều làm mọi người
# bất ngờ là cách này đi được xa đến thế khi lớn lên: mất mát giảm theo lũy thừa của kích thước, dữ
# liệu và lượng tính toán (Kaplan và cộng sự 2020), và một mô hình lớn có thể được chỉ dẫn bằng lời
# (Brown và cộng sự 2020). Phần còn lại của bài này dựng một GPT.

# %% facts="architectures"
given("512", "768", "110", "2020", "12288", "175")

# %% [markdown] key="gpt" lang="en"
# ## 7.11 A tiny GPT
#
# Text comes as numbers, one per token; here a token is a character. An **embedding** is a table
# with a learned row for each token. A second table has a row for each position. Their sum goes
# through the blocks, a last norm, and a linear layer to one logit per token of the vocabulary:
#
# $$x_t = E_{\text{token}}[\text{id}_t] + E_{\text{position}}[t], \qquad \text{logits} = \operatorname{head}(\operatorname{norm}(\operatorname{blocks}(x))) .$$
#
# The logits at position $t$ speak about the token at $t + 1$. Since no position sees the future,
# one pass gives $T$ predictions, each honest.
#
# **Position counts along the tokens**, 0 to $T - 1$, also when $T$ is below the context length. An
# `arange` over the wrong axis is the subject of the bug hunt.
#
# **The start.** All matrices, embeddings included, are drawn from $N(0, 0.02^2)$, as in the first
# GPT; biases are 0, norms start with $\gamma = 1$ and $\beta = 0$. Then all logits are near 0, and
# the first loss must be near $\ln 80 = 4.38$ for 80 characters. Look at this number first whenever
# you start a training: much more means that the model is sure of things it cannot know, less that
# something leaks.
#
# ### Your turn: TinyGPT

# %% [markdown] key="gpt" lang="vi"
# ## 7.11 Một GPT tí hon
#
# Văn bản được đưa vào dưới dạng số, mỗi token một số; ở đây mỗi token là một ký tự. **Embedding**
# (vector nhúng) là một bảng, mỗi token có một hàng học được. Bảng thứ hai có một hàng cho mỗi vị
# trí. Tổng của chúng đi qua các khối, một lớp chuẩn hóa cuối, rồi một lớp tuyến tính cho mỗi token
# của từ vựng một logit:
#
# $$x_t = E_{\text{token}}[\text{id}_t] + E_{\text{position}}[t], \qquad \text{logits} = \operatorname{head}(\operatorname{norm}(\operatorname{blocks}(x))) .$$
#
# Logits ở vị trí $t$ nói về token ở $t + 1$. Vì không vị trí nào thấy tương lai, một lượt cho $T$
# dự đoán, dự đoán nào cũng trung thực.
#
# **Vị trí đếm theo token**, từ 0 đến $T - 1$, kể cả khi $T$ nhỏ hơn độ dài ngữ cảnh. Một `arange`
# chạy nhầm trục chính là đề tài của phần săn lỗi.
#
# **Khởi tạo.** Mọi ma trận, kể cả embedding, được lấy từ $N(0, 0.02^2)$, như GPT đầu tiên; các bias
# bằng 0, các lớp chuẩn hóa bắt đầu với $\gamma = 1$ và $\beta = 0$. Khi đó mọi logit đều gần 0, và
# mất mát đầu tiên phải gần $\ln 80 = 4.38$ nếu có 80 ký tự. Mỗi khi bắt đầu huấn luyện, hãy nhìn
# con số này trước: lớn hơn nhiều nghĩa là mô hình chắc chắn về những điều nó không thể biết, nhỏ
# hơn nghĩa là có gì đó bị rò rỉ.
#
# ### Đến lượt bạn: TinyGPT

# %% facts="gpt"
given("0.02")
fact(math.log(80), "4.38")


# %% exercise="TinyGPT"
class TinyGPT(nn.Module):
    """A small GPT: from the tokens so far, the logits of the next one, at every position at once.

    token:    nn.Embedding(vocab_size, d_model);   position: nn.Embedding(context_length, d_model), learned
    blocks:   nn.ModuleList of `layers` TransformerBlock(d_model, heads)
    norm:     nn.LayerNorm(d_model);   head: nn.Linear(d_model, vocab_size), no bias
    context_length: int
    all matrices start as N(0, 0.02^2), embeddings included; biases start at 0

    logits = head(norm(blocks(token(ids) + position(0 .. T-1))))
    """

    def __init__(self, vocab_size, context_length, d_model, heads, layers):
        super().__init__()
        ### BEGIN SOLUTION
        self.context_length = context_length
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(context_length, d_model)
        self.blocks = nn.ModuleList([TransformerBlock(d_model, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(d_model)
        self.head = nn.Linear(d_model, vocab_size, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        ### END SOLUTION

    def forward(self, ids):
        """ids: (N, T) int64, T <= context_length. returns logits (N, T, vocab_size)"""
        ### BEGIN SOLUTION
        _, T = ids.shape
        places = torch.arange(T, device=ids.device)
        x = self.token(ids) + self.position(places)  # (N, T, d) + (T, d)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))
        ### END SOLUTION


# %% check="TinyGPT"
check("TinyGPT")

# %% [markdown] key="bits" lang="en"
# ## 7.12 Bits per character
#
# How good is a language model? Give it a text that it has not seen and ask, for each character,
# what probability it had given to the right one. The mean of $-\log_2 p$ is the number of **bits
# per character**: as long as a file would be, per character, that a perfect compressor makes with
# the help of this model (Shannon 1948).
#
# $$\text{bits} = \frac{1}{n - 1} \sum_{t=1}^{n-1} -\log_2 p(\text{id}_t \mid \text{id}_{<t}) ,$$
#
# where $<t$ stands for the characters before it in its window. Somebody who knows nothing needs
# $\log_2 80 = 6.32$ bits for one of 80 characters. Knowing how frequent each is: 4.66 on our
# Shakespeare. A table of pairs, a **bigram** model: 3.57. Shannon (1951) had people guess English
# letters and found that they need about 1.
#
# PyTorch's cross-entropy is in nats; divide by $\ln 2$. Cut the text into consecutive windows of
# the context length, *after* shifting (inputs without the last id, targets without the first), so
# that the first character of a window is scored, too, as the target of the one before it. The last
# window may be short. Sum over all characters and divide once; the mean of window means would
# count the characters of the short one too much. Evaluate in eval mode, without gradients, and
# give the model its mode back.
#
# ### Your turn: bits per character

# %% [markdown] key="bits" lang="vi"
# ## 7.12 Số bit mỗi ký tự
#
# Một mô hình ngôn ngữ tốt đến đâu? Đưa cho nó một văn bản nó chưa thấy, rồi với mỗi ký tự hãy hỏi
# nó đã cho ký tự đúng xác suất bao nhiêu. Trung bình của $-\log_2 p$ là **số bit mỗi ký tự**: đó
# là độ dài, tính trên mỗi ký tự, của tệp mà một bộ nén hoàn hảo tạo ra nhờ mô hình này (Shannon
# 1948).
#
# $$\text{bits} = \frac{1}{n - 1} \sum_{t=1}^{n-1} -\log_2 p(\text{id}_t \mid \text{id}_{<t}) ,$$
#
# trong đó $<t$ chỉ các ký tự đứng trước nó trong cùng cửa sổ. Ai không biết gì thì cần
# $\log_2 80 = 6.32$ bit cho một trong 80 ký tự. Biết mỗi ký tự hay gặp đến đâu: 4.66 trên
# Shakespeare của ta. Một bảng các cặp, tức mô hình **bigram**: 3.57. Shannon (1951) cho người ta
# đoán chữ cái tiếng Anh và thấy họ cần khoảng 1 bit.
#
# Entropy chéo của PyTorch tính bằng nat; hãy chia cho $\ln 2$. Cắt văn bản thành các cửa sổ liên
# tiếp dài bằng ngữ cảnh *sau khi* dời (đầu vào bỏ id cuối, đích bỏ id đầu), để ký tự đầu của một
# cửa sổ cũng được tính, với tư cách là đích của ký tự trước nó. Cửa sổ cuối có thể ngắn. Hãy cộng
# qua mọi ký tự rồi chia một lần; lấy trung bình của các trung bình cửa sổ thì mỗi ký tự ở cửa sổ
# ngắn sẽ nặng quá mức. Đánh giá ở chế độ eval, không gradient, và trả lại cho mô hình chế độ cũ.
#
# ### Đến lượt bạn: số bit mỗi ký tự

# %% facts="bits"
text = datasets.shakespeare()
codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
alphabet, numbered = np.unique(codes, return_inverse=True)
vocabulary, learned = len(alphabet), numbered[: int(0.9 * len(text))]
unseen = numbered[int(0.9 * len(text)) :]
pairs = np.bincount(learned[:-1] * vocabulary + learned[1:], minlength=vocabulary**2) + 1.0
pairs = pairs.reshape(vocabulary, vocabulary)
pairs /= pairs.sum(axis=1, keepdims=True)
alone = np.bincount(learned, minlength=vocabulary) + 1.0
fact(math.log2(vocabulary), "6.32")
fact(-np.log2(alone / alone.sum())[unseen].mean(), "4.66")
fact(-np.log2(pairs[unseen[:-1], unseen[1:]]).mean(), "3.57")


# %% exercise="bits_per_character"
def bits_per_character(model, ids):
    """How many bits the model needs for each character of a text: the mean of -log2 p(right character).

    The text is cut into consecutive windows of context_length characters (the last may be shorter); within a window
    each character is predicted from those of the window before it, and so is the character behind the window.

    model: nn.Module, logits (1, T, V) or (N, T, V) from ids (N, T), T <= model.context_length
    ids:   (n,) int64, n >= 2; ids[0] is not scored, so n - 1 characters are
    returns a float; the model runs in eval mode and gets its mode back
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    nats = 0.0
    with torch.no_grad():
        inputs, targets = ids[:-1], ids[1:]
        C = model.context_length
        for x, y in zip(inputs.split(C), targets.split(C), strict=True):  # (C,), the last shorter
            nats += F.cross_entropy(model(x[None])[0], y, reduction="sum").item()
    model.train(was_training)
    return nats / len(targets) / math.log(2)
    ### END SOLUTION


# %% check="bits_per_character"
check("bits_per_character")

# %% [markdown] key="training" lang="en"
# ## 7.13 Training
#
# There is no label to be bought: the text is its own. Draw a random start $s$; the inputs are the
# $C$ tokens from $s$ on, the targets **the same shifted by one**:
#
# $$\text{inputs} = \text{ids}[s : s + C], \qquad \text{targets} = \text{ids}[s + 1 : s + C + 1] .$$
#
# Without the shift the model learns to repeat what it has just read; its loss falls to 0 within
# seconds. A loss that is too good to be true is.
#
# A text of $n$ tokens has $n - C$ such windows; the starts are 0 to $n - C - 1$. Each position is
# an example, so 32 windows of 64 characters are 2048 examples a step: the mean cross-entropy over
# all of them. The optimizer is AdamW (lesson 3) with PyTorch's other settings as they are.
#
# The generator may live on the CPU while text and model are on a GPU: draw on `generator.device`,
# then move.
#
# ### Your turn: train a language model
#
# Small cases have a text of a single window, so that your steps can be compared number by number.
# In the others what counts are the bits on text that your model has not seen: below those of a
# bigram table.

# %% [markdown] key="training" lang="vi"
# ## 7.13 Huấn luyện
#
# Không phải mua nhãn nào: văn bản tự làm nhãn cho nó. Lấy ngẫu nhiên một điểm bắt đầu $s$; đầu vào
# là $C$ token kể từ $s$, đích là **chính chúng, dời đi một**:
#
# $$\text{inputs} = \text{ids}[s : s + C], \qquad \text{targets} = \text{ids}[s + 1 : s + C + 1] .$$
#
# Không dời thì mô hình học lặp lại thứ vừa đọc; mất mát của nó giảm về 0 trong vài giây. Mất mát
# đẹp khó tin thì đừng tin.
#
# Văn bản $n$ token có $n - C$ cửa sổ như vậy; các điểm bắt đầu là 0 đến $n - C - 1$. Vị trí nào
# cũng là một ví dụ, nên 32 cửa sổ dài 64 ký tự cho 2048 ví dụ mỗi bước: lấy entropy chéo trung
# bình trên tất cả. Bộ tối ưu là AdamW (bài 3), các thiết lập khác để như mặc định của PyTorch.
#
# Generator có thể nằm trên CPU trong khi văn bản và mô hình ở trên GPU: hãy lấy số trên
# `generator.device` rồi chuyển đi.
#
# ### Đến lượt bạn: huấn luyện một mô hình ngôn ngữ
#
# Các trường hợp nhỏ có văn bản dài đúng một cửa sổ, nên các bước của bạn được so từng con số.
# Trong những trường hợp còn lại, điều được tính là số bit trên văn bản mà mô hình của bạn chưa
# thấy: phải thấp hơn của một bảng bigram.

# %% facts="training"
fact(32 * 64, "2048")


# %% exercise="train_gpt"
def train_gpt(model, ids, steps, batch_size, learning_rate, generator):
    """Train a language model in place to predict the next token, on windows drawn at random, with AdamW.

    each step: batch_size starts s, each of 0 .. n - C - 1 equally likely (C = model.context_length);
    inputs ids[s .. s+C-1], targets ids[s+1 .. s+C]; the loss is the mean cross-entropy over all positions

    model:         nn.Module with context_length; logits (N, T, V) from ids (N, T)
    ids:           (n,) int64, n > context_length
    steps, batch_size: int;   learning_rate: float, torch.optim.AdamW's
    generator:     torch.Generator for the starts, perhaps on another device than ids
    returns the same model, in train mode
    """
    ### BEGIN SOLUTION
    C = model.context_length
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
    within = torch.arange(C + 1, device=ids.device)
    model.train()
    for _ in range(steps):
        starts = torch.randint(
            len(ids) - C, (batch_size, 1), generator=generator, device=generator.device
        )
        windows = ids[starts.to(ids.device) + within]  # (batch_size, C + 1)
        optimizer.zero_grad()
        logits = model(windows[:, :-1])  # (batch_size, C, V)
        loss = F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
        loss.backward()
        optimizer.step()
    return model
    ### END SOLUTION


# %% check="train_gpt"
check("train_gpt")

# %% [markdown] key="generate" lang="en"
# ## 7.14 Writing: temperature
#
# To write, read off the logits of the **last** position, draw a token, append it, and read again.
# With the **temperature** $\tau$ the distribution is
#
# $$p_k = \frac{e^{z_k / \tau}}{\sum_j e^{z_j / \tau}} .$$
#
# At $\tau = 1$ it is what the model has learned. Below 1 differences grow and the text becomes
# safe and repetitive; towards 0 only the largest logit is left, so 0 is taken to mean *greedy*,
# the argmax. Above 1 it becomes adventurous, then noise. The temperature **divides the logits**;
# dividing probabilities would do nothing, as drawing normalizes them again.
#
# Three things to mind: the model reads at most `context_length` tokens, so crop the text from the
# left, `ids[:, -C:]`; write in eval mode and restore what was; draw with the generator that you
# are given, so that a text can be made again.
#
# ### Your turn: generate

# %% [markdown] key="generate" lang="vi"
# ## 7.14 Viết: nhiệt độ
#
# Muốn viết, hãy đọc logits của vị trí **cuối**, lấy ngẫu nhiên một token, nối vào, rồi đọc lại.
# Với **nhiệt độ** (temperature) $\tau$, phân phối là
#
# $$p_k = \frac{e^{z_k / \tau}}{\sum_j e^{z_j / \tau}} .$$
#
# Với $\tau = 1$, đó là những gì mô hình đã học. Dưới 1 thì các khác biệt lớn lên, văn bản trở nên
# an toàn và lặp lại; tiến về 0 thì chỉ còn logit lớn nhất, nên 0 được quy ước là *tham lam*
# (greedy), tức argmax. Trên 1 thì nó phiêu lưu, rồi thành nhiễu. Nhiệt độ **chia logits**; chia
# xác suất thì vô ích, vì khi lấy mẫu chúng lại được chuẩn hóa.
#
# Ba điều cần để ý: mô hình đọc nhiều nhất `context_length` token, nên hãy cắt bớt văn bản từ bên
# trái, `ids[:, -C:]`; viết ở chế độ eval rồi trả lại chế độ cũ; lấy mẫu bằng generator được đưa
# vào, để có thể tạo lại đúng văn bản ấy.
#
# ### Đến lượt bạn: sinh văn bản


# %% exercise="generate"
def generate(model, ids, new_tokens, temperature, generator):
    """Continue each row of ids, one token at a time: the next is drawn from softmax(logits / temperature).

    The logits are those of the last position, the model's input the last context_length tokens at most.

    model:       nn.Module with context_length; logits (N, T, V) from ids (N, T), T <= context_length
    ids:         (N, T) int64, the prompts, T >= 1; not changed
    new_tokens:  int >= 1
    temperature: float >= 0; 0 takes the largest logit
    generator:   torch.Generator, perhaps on another device than ids
    returns (N, T + new_tokens) int64, prompts included; the model runs in eval mode and gets its mode back
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for _ in range(new_tokens):
            logits = model(ids[:, -model.context_length :])[:, -1]  # (N, V)
            if temperature == 0:
                chosen = logits.argmax(dim=-1, keepdim=True)  # (N, 1)
            else:
                p = torch.softmax(logits / temperature, dim=-1).to(generator.device)
                chosen = torch.multinomial(p, 1, generator=generator).to(ids.device)
            ids = torch.cat([ids, chosen], dim=1)
    model.train(was_training)
    return ids
    ### END SOLUTION


# %% check="generate"
check("generate")

# %% [markdown] key="temperature_explorer" lang="en"
# **Question.** *How many bits does a draw cost?* Eight tokens have the logits 4, 3, ..., -3. At
# temperature 1 the entropy is 1.50 bits, at 3 it is 2.64, near the 3 bits of a fair choice among
# eight. The marks are 2000 draws of your `generate`. Then look at what the small GPT of section
# 7.6 says after a prompt: where is it sure, where not?
#
# **Challenge.** With the eight tokens: 1.00 bits, as much as a fair coin, give or take 0.02.

# %% [markdown] key="temperature_explorer" lang="vi"
# **Câu hỏi.** *Mỗi lần lấy tốn bao nhiêu bit?* Tám token có logits 4, 3, ..., -3. Với nhiệt độ 1,
# entropy là 1.50 bit, với 3 là 2.64, gần bằng 3 bit của việc chọn đều trong tám. Các dấu là 2000
# lần lấy bằng `generate` của bạn. Sau đó hãy xem GPT nhỏ ở mục 7.6 nói gì sau một prompt: chỗ nào
# nó chắc, chỗ nào không?
#
# **Thử thách.** Với tám token: 1.00 bit, bằng một đồng xu cân đối, sai lệch không quá 0.02.

# %% facts="temperature_explorer"
from hocsau.explore.transformer.temperature import BITS, DRAWS, LADDER, NEAR, compute_draws

fact(compute_draws(LADDER, 1.0).bits, "1.50")
fact(compute_draws(LADDER, 3.0).bits, "2.64")
fact(DRAWS, "2000")
fact(BITS, "1.00")
fact(NEAR, "0.02")

# %% key="temperature_cell" explore=true
from hocsau.explore import transformer as explore

explore.temperature(generate)

# %% [markdown] key="convention" lang="en"
# ## 7.15 Convention card: PyTorch
#
# | | ours | PyTorch |
# |---|---|---|
# | mask of bools | True = may attend | `F.scaled_dot_product_attention`: the same; `nn.MultiheadAttention` and `nn.TransformerEncoderLayer`: True = may **not** |
# | mask of numbers | none | added to the scores: 0 and $-\infty$ |
# | a query without any key | weights 0, output 0 | `F.scaled_dot_product_attention`: the same; `nn.MultiheadAttention`: NaN, but as ours with `need_weights=False` |
# | weights | `x @ W`, $(d, d)$ | `x @ weight.T`; `in_proj_weight` $(3d, d)$ holds query, key and value above one another |
# | biases of the attention | none | present unless `bias=False` |
# | axes | $(N, T, d)$ | `nn.MultiheadAttention`: $(T, N, d)$ unless `batch_first=True` |
# | norm | in front (pre-norm) | `nn.TransformerEncoderLayer`: behind, unless `norm_first=True` |
# | layer normalization | `gamma`, `beta`, `eps` given | `weight`, `bias`, `eps=1e-5` |
# | GELU | exact | `nn.GELU()` exact; GPT-2 used `approximate="tanh"` |
# | width inside | 4 d_model | `dim_feedforward=2048`, whatever $d$ is |
#
# **Conversion.** `in_proj_weight = torch.cat([W_q.T, W_k.T, W_v.T])`, `out_proj.weight = W_o.T`,
# `attn_mask=~mask`, `batch_first=True`: outputs and gradients are then equal. The tests of this
# course do it to ten digits.

# %% [markdown] key="convention" lang="vi"
# ## 7.15 Thẻ quy ước: PyTorch
#
# | | của ta | PyTorch |
# |---|---|---|
# | mặt nạ kiểu bool | True = được nhìn | `F.scaled_dot_product_attention`: cũng vậy; `nn.MultiheadAttention` và `nn.TransformerEncoderLayer`: True = **không** được nhìn |
# | mặt nạ kiểu số | không có | cộng vào điểm: 0 và $-\infty$ |
# | query không có key nào | trọng số 0, kết quả 0 | `F.scaled_dot_product_attention`: cũng vậy; `nn.MultiheadAttention`: NaN, nhưng với `need_weights=False` thì như của ta |
# | trọng số | `x @ W`, $(d, d)$ | `x @ weight.T`; `in_proj_weight` $(3d, d)$ chứa query, key, value xếp chồng lên nhau |
# | bias của phần chú ý | không có | có, trừ khi `bias=False` |
# | các trục | $(N, T, d)$ | `nn.MultiheadAttention`: $(T, N, d)$, trừ khi `batch_first=True` |
# | chuẩn hóa | đứng trước (pre-norm) | `nn.TransformerEncoderLayer`: đứng sau, trừ khi `norm_first=True` |
# | chuẩn hóa theo lớp | cho trước `gamma`, `beta`, `eps` | `weight`, `bias`, `eps=1e-5` |
# | GELU | chính xác | `nn.GELU()` chính xác; GPT-2 dùng `approximate="tanh"` |
# | độ rộng bên trong | 4 d_model | `dim_feedforward=2048`, bất kể $d$ |
#
# **Quy đổi.** `in_proj_weight = torch.cat([W_q.T, W_k.T, W_v.T])`, `out_proj.weight = W_o.T`,
# `attn_mask=~mask`, `batch_first=True`: khi đó đầu ra và gradient bằng nhau. Bộ kiểm thử của khóa
# học so chúng tới mười chữ số.

# %% facts="convention"
with torch.random.fork_rng(devices=[]):
    layer = nn.TransformerEncoderLayer(6, 2, batch_first=True, dtype=torch.float64)
fact(layer.norm1.eps, "1e-5")
fact(layer.linear1.out_features, "2048")
assert not layer.norm_first
theirs, nobody = layer.self_attn, torch.ones(5, 5, dtype=torch.bool)
asking = torch.ones(2, 5, 6, dtype=torch.float64)
assert theirs(asking, asking, asking, attn_mask=nobody)[0].isnan().all()
silent = theirs(asking, asking, asking, attn_mask=nobody, need_weights=False)[0]
assert (silent == theirs.out_proj.bias).all()
assert (F.scaled_dot_product_attention(asking, asking, asking, attn_mask=~nobody) == 0).all()

# %% [markdown] key="bug_hunt" lang="en"
# ## 7.16 Bug hunt
#
# The function below adds positions to a batch of embedded sentences. It runs without complaint,
# and a model that uses it trains: the loss falls, the text looks a little duller than it should.
# The mistake in it has stood in published tutorials, courses and research code; the sources come
# after the exercise.
#
# Read it, then look at the symptom: one and the same sentence, three times in one batch.

# %% [markdown] key="bug_hunt" lang="vi"
# ## 7.16 Săn lỗi
#
# Hàm dưới đây cộng vị trí vào một batch các câu đã nhúng. Nó chạy không báo lỗi gì, và mô hình
# dùng nó vẫn học được: mất mát giảm, văn bản trông chỉ nhạt hơn một chút. Lỗi trong đó từng
# nằm trong các bài hướng dẫn, khóa học và mã nghiên cứu đã công bố; nguồn được ghi sau bài tập.
#
# Hãy đọc hàm rồi xem triệu chứng: cùng một câu, xuất hiện ba lần trong một batch.


# %% key="buggy_add_positions"
def buggy_add_positions(x, encoding):
    """Add to each token the encoding of its position: x (N, T, d), encoding (L, d)."""
    positions = torch.arange(x.shape[0], device=x.device)
    return x + encoding[positions].unsqueeze(1)


# %% key="buggy_symptom"
sentence = torch.ones(4, 2)  # four equal tokens, so that only the positions differ
table = torch.arange(6.0)[:, None].expand(6, 2)  # row t is (t, t)
print(buggy_add_positions(torch.stack([sentence] * 3), table)[:, :, 0])

# %% [markdown] key="bug_hunt_task" lang="en"
# A row is a sentence. All four of its tokens got the same number, the place of the sentence in the
# *batch*; and the same sentence comes out in three different ways. The model never learns where a
# word stands, and what it says about a sentence depends on who else is in the batch. A causal
# model still trains, since the mask tells it a little about order: that is why nobody noticed.
#
# ### Your turn: mend it
#
# Which axis of $x$ counts the tokens?

# %% [markdown] key="bug_hunt_task" lang="vi"
# Mỗi hàng là một câu. Cả bốn token của nó nhận cùng một số, là chỗ của câu trong *batch*; và cùng
# một câu lại cho ra ba kết quả khác nhau. Mô hình không bao giờ biết một từ đứng ở đâu, và điều nó
# nói về một câu phụ thuộc vào việc ai ở cùng batch. Mô hình nhân quả vẫn học được, vì mặt nạ cho
# nó biết chút ít về thứ tự: vì thế mà không ai để ý.
#
# ### Đến lượt bạn: sửa lỗi
#
# Trục nào của $x$ đếm các token?


# %% exercise="transformer_bug_hunt"
def transformer_bug_hunt(x, encoding):
    """Add to each token the encoding of its position, without the bug.

    x:        (N, T, d), N sequences of T vectors
    encoding: (L, d), L >= T, row t for position t
    returns (N, T, d)
    """
    ### BEGIN SOLUTION
    return x + encoding[: x.shape[1]]
    ### END SOLUTION


# %% check="transformer_bug_hunt"
check("transformer_bug_hunt")

# %% [markdown] key="bug_hunt_sources" lang="en"
# <details><summary>Where this bug was found (read it after the exercise)</summary>
#
# The positions are counted along the batch axis. The program above is ours, but the mistake has
# been reported in public code:
# [anlp-fall2025-code issue 1](https://github.com/cmu-l3/anlp-fall2025-code/issues/1) (the code of
# a university course: "all tokens in the same sequence get the SAME positional encoding"; mended),
# [hello-agents issue 61](https://github.com/datawhalechina/hello-agents/issues/61) (a textbook),
# [C.Origami issue 42](https://github.com/tanjimin/C.Origami/issues/42) and
# [MOFormer issue 9](https://github.com/zcao0420/MOFormer/issues/9) (research models for genomes
# and materials).
#
# Most of them took `pe[:x.size(0)]` from PyTorch's tutorial, where it is right: there $x$ is
# $(T, N, d)$. Then someone wrote `batch_first=True`. Two habits catch it: test with $N \ne T$, and
# put the same sentence into a batch twice.
#
# </details>

# %% [markdown] key="bug_hunt_sources" lang="vi"
# <details><summary>Lỗi này đã gặp ở đâu (hãy đọc sau khi làm bài)</summary>
#
# Vị trí được đếm theo trục batch. Chương trình trên do chúng tôi viết, nhưng lỗi này đã được báo
# cáo trong mã công khai:
# [anlp-fall2025-code issue 1](https://github.com/cmu-l3/anlp-fall2025-code/issues/1) (mã của một
# môn học đại học: "all tokens in the same sequence get the SAME positional encoding"; đã sửa),
# [hello-agents issue 61](https://github.com/datawhalechina/hello-agents/issues/61) (một giáo
# trình), [C.Origami issue 42](https://github.com/tanjimin/C.Origami/issues/42) và
# [MOFormer issue 9](https://github.com/zcao0420/MOFormer/issues/9) (các mô hình nghiên cứu về bộ
# gen và vật liệu).
#
# Phần lớn lấy `pe[:x.size(0)]` từ bài hướng dẫn của PyTorch, ở đó nó đúng: $x$ có dạng
# $(T, N, d)$. Rồi có người viết `batch_first=True`. Hai thói quen bắt được lỗi này: thử với
# $N \ne T$, và đặt cùng một câu vào batch hai lần.
#
# </details>

# %% [markdown] key="for_real" lang="en"
# ## 7.17 For real: Shakespeare, one character at a time
#
# Ten plays and the sonnets: 1377888 characters, 80 different ones. The first nine tenths are for
# learning; 20000 characters of the last tenth are held out. Your `TinyGPT` gets 64 characters of
# context, $d = 64$, 4 heads, 2 layers: 113920 parameters. Four times 125 steps of your `train_gpt`
# with 32 windows each, and after each stretch it writes.
#
# Against it stand the bigram table and an **LSTM** with 128 hidden units, lesson 6's network with
# an embedding in front: 114688 parameters, trained by the same function, first for as many steps,
# then for as many *seconds*. Write down your guess: which of the two is ahead after 500 steps? And
# at equal time, on the machine you have?
#
# That is a short training, so that the lesson runs in one go; `steps=250` in `learn` doubles it. On
# a GPU, if there is one, everything moves there by itself.

# %% [markdown] key="for_real" lang="vi"
# ## 7.17 Thực tế: Shakespeare, từng ký tự một
#
# Mười vở kịch và các bài sonnet: 1377888 ký tự, 80 loại khác nhau. Chín phần mười đầu để học;
# 20000 ký tự của phần mười cuối được giữ lại. `TinyGPT` của bạn có ngữ cảnh 64 ký tự, $d = 64$, 4
# head, 2 lớp: 113920 tham số. Bốn chặng, mỗi chặng 125 bước `train_gpt` của bạn với 32 cửa sổ, và
# sau mỗi chặng nó viết.
#
# Đối thủ là bảng bigram và một **LSTM** với 128 nơ-ron ẩn, tức mạng ở bài 6 có thêm embedding phía
# trước: 114688 tham số, huấn luyện bằng cùng hàm đó, trước hết với cùng số bước, sau đó với cùng
# số *giây*. Hãy ghi ra dự đoán: sau 500 bước thì bên nào dẫn trước? Còn khi cùng thời gian, trên
# máy của bạn?
#
# Như vậy là huấn luyện ngắn, để cả bài chạy xong trong một lượt; đặt `steps=250` trong `learn` thì
# dài gấp đôi. Nếu có GPU, mọi thứ tự chuyển sang đó.

# %% facts="for_real"
given("125", "250", "20000")


def parameters(model):
    return sum(p.numel() for p in model.parameters())


def new_model(kind, *settings):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return kind(*settings)


def new_gpt(vocabulary, context):
    return new_model(TinyGPT, vocabulary, context, 64, 4, 2)


def new_lstm(vocabulary, context):
    return new_model(char_lstm, vocabulary, context, 64, 128)


char_lstm = source_cell("char_lstm")["CharLSTM"]
fact(len(text), "1377888")
fact(vocabulary, "80")
fact(4 * 125, "500")
fact(parameters(new_gpt(80, 64)), "113920")
fact(new_lstm(80, 64).lstm.hidden_size, "128")
fact(parameters(new_lstm(80, 64)), "114688")

# %% key="shakespeare" explore=true
import time

from tqdm import tqdm

from hocsau import datasets, ready
from hocsau.device import device

text, here = datasets.shakespeare(), device()
alphabet = sorted(set(text))
ids = torch.tensor([alphabet.index(character) for character in text], device=here)
cut = int(0.9 * len(ids))
train_ids, held_out = ids[:cut], ids[cut : cut + 20001]


def bigram_bits(train, test, V):
    """Per token, of a table of pairs counted in `train`, with one added to each count."""
    counts = torch.bincount(train[:-1] * V + train[1:], minlength=V * V).view(V, V) + 1.0
    p = counts / counts.sum(dim=1, keepdim=True)
    return -p[test[:-1], test[1:]].log2().mean().item()


bigram = bigram_bits(train_ids, held_out, len(alphabet))
print(f"{len(ids)} characters on {here}; a bigram table needs {bigram:.2f} bits per character")


# %% key="learn" explore=true
def written(model, letters, prompt, new_tokens, temperature=0.8, seed=0):
    """A text by the model, from a prompt."""
    start = torch.tensor([[letters.index(character) for character in prompt]], device=here)
    generator = torch.Generator().manual_seed(seed)
    row = generate(model, start, new_tokens, temperature, generator)[0]
    return "".join(letters[i] for i in row.tolist())


def learn(model, train, test, learning_rate, letters, prompt, stretches=4, steps=125, seconds=0.0):
    """Stretches of training (more, until `seconds` have passed); after each the bits, and a text."""
    generator, curve, spent = torch.Generator().manual_seed(0), [], 0.0
    bar = tqdm(desc=type(model).__name__, unit=" steps")
    while len(curve) < stretches or spent < seconds:
        began = time.perf_counter()
        train_gpt(model, train, steps, 32, learning_rate, generator)
        spent += time.perf_counter() - began
        bar.update(steps)
        curve.append(((len(curve) + 1) * steps, spent, bits_per_character(model, test)))
        sample = written(model, letters, prompt, 120).replace("\n", " / ")
        tqdm.write(f"{curve[-1][0]:5d} steps, {spent:5.1f} s, {curve[-1][2]:.2f} bits: {sample}")
    bar.close()
    return curve


if here.type == "cpu":
    torch.set_num_threads(1)  # so small a model loses by sharing the work out
curves = {}
if ready(TinyGPT, train_gpt, bits_per_character, generate):
    torch.manual_seed(0)
    gpt = TinyGPT(len(alphabet), 64, 64, 4, 2).to(here)
    curves["TinyGPT"] = learn(gpt, train_ids, held_out, 3e-3, alphabet, "ROMEO")


# %% key="char_lstm"
class CharLSTM(nn.Module):
    """Embedding, one LSTM layer, logits: a language model with the attributes that train_gpt needs."""

    def __init__(self, vocab_size, context_length, d_model, hidden_size):
        super().__init__()
        self.context_length = context_length
        self.token = nn.Embedding(vocab_size, d_model)
        self.lstm = nn.LSTM(d_model, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size, bias=False)

    def forward(self, ids):
        outputs, _ = self.lstm(self.token(ids))
        return self.head(outputs)


# %% key="char_lstm_learn" explore=true
if curves:
    torch.manual_seed(0)
    lstm_model = CharLSTM(len(alphabet), 64, 64, 128).to(here)
    equal_time = curves["TinyGPT"][-1][1]
    curves["LSTM"] = learn(
        lstm_model, train_ids, held_out, 5e-3, alphabet, "ROMEO", seconds=equal_time
    )

# %% key="curves" explore=true
from hocsau.explore import transformer as explore

if curves:
    explore.bits_curves(curves, bigram)

# %% [markdown] key="for_real_reading" lang="en"
# What we measured on one core of a CPU, in bits per held-out character:
#
# | steps | TinyGPT | LSTM |
# |---|---|---|
# | 125 | 3.6 | 3.0 |
# | 250 | 3.3 | 2.7 |
# | 375 | 3.1 | 2.6 |
# | 500 | 2.9 | 2.5 |
# | 1125 | | 2.4 |
#
# The bigram table needs 3.54 on these 20000 characters. The last row is about where the LSTM stands
# at equal time: on our CPU it makes more than two steps while the GPT makes one. Trained on, in
# stretches of `steps=500`, the GPT came to 2.6 after 1000 steps and 2.4 after 2000, the LSTM to 2.4
# and 2.3. Three readings:
#
# - In 500 steps the GPT falls 0.6 bits below the bigram, in 1000 steps 0.9. Read its samples from
#   above: letters, then words that almost exist, names in front of speeches, lines.
# - **The LSTM is ahead, at equal steps and all the more at equal time**, though the longer both
#   train, the smaller its lead. That is no accident and no bug. At this size, with 64 characters of context, on a processor that does one thing after
#   another, recurrence is a good bet: it has locality built in, while attention must learn even
#   what "the character before" means. What the Transformer promises is something else: all
#   positions of a sequence at once on hardware that can use it, any distance in one step, and a
#   loss that keeps falling as model and data grow. None of these is tested here.
# - So "Transformers are better than LSTMs" is a statement about a *scale*. Whoever reports such a
#   comparison must say: at equal parameters? equal steps? equal time, on what? with which learning
#   rates tried?
#
# **Try it.** Give both a context of 16 or of 128. Double $d$ and the hidden size. On a GPU,
# compare the seconds. Leave the positions out: how many bits do they save?

# %% [markdown] key="for_real_reading" lang="vi"
# Kết quả chúng tôi đo được trên một lõi CPU, tính bằng bit trên mỗi ký tự giữ lại:
#
# | số bước | TinyGPT | LSTM |
# |---|---|---|
# | 125 | 3.6 | 3.0 |
# | 250 | 3.3 | 2.7 |
# | 375 | 3.1 | 2.6 |
# | 500 | 2.9 | 2.5 |
# | 1125 | | 2.4 |
#
# Bảng bigram cần 3.54 trên 20000 ký tự này. Hàng cuối là chỗ LSTM đạt được khi hai bên chạy cùng thời
# gian: trên CPU của chúng tôi, GPT đi một bước thì LSTM đi được hơn hai bước. Huấn luyện tiếp, mỗi
# chặng `steps=500`, GPT đạt 2.6 sau 1000 bước và 2.4 sau 2000 bước, còn LSTM đạt 2.4 và 2.3. Có ba
# điều đọc được:
#
# - Sau 500 bước, GPT xuống thấp hơn bigram 0.6 bit, sau 1000 bước thì 0.9 bit. Hãy đọc các đoạn nó
#   viết từ trên xuống: ban đầu là chữ cái, rồi những từ gần như có thật, rồi tên nhân vật trước lời
#   thoại và chỗ xuống dòng.
# - **LSTM dẫn trước, với cùng số bước, và càng rõ với cùng thời gian**, tuy càng huấn luyện lâu thì
#   khoảng cách càng hẹp. Đó không phải tình cờ, cũng không phải lỗi. Ở cỡ này, với ngữ cảnh 64 ký tự, trên một bộ xử lý làm từng việc một, sự
#   hồi tiếp là lựa chọn tốt: tính cục bộ có sẵn trong nó, còn cơ chế chú ý phải học cả việc "ký
#   tự ngay trước" nghĩa là gì. Điều Transformer hứa hẹn lại là chuyện khác: mọi vị trí của dãy
#   cùng lúc trên phần cứng biết tận dụng, khoảng cách nào cũng chỉ một bước, và mất mát cứ giảm
#   khi mô hình và dữ liệu lớn lên. Ở đây không điều nào trong số đó được thử.
# - Vì vậy "Transformer tốt hơn LSTM" là một phát biểu về *quy mô*. Ai báo cáo một so sánh như thế
#   phải nói rõ: cùng số tham số? cùng số bước? cùng thời gian, trên máy nào? đã thử những tốc độ
#   học nào?
#
# **Hãy thử.** Cho cả hai ngữ cảnh 16 hoặc 128. Tăng gấp đôi $d$ và số nơ-ron ẩn. Trên GPU, hãy so
# số giây. Bỏ phần vị trí đi: chúng giúp bớt bao nhiêu bit?

# %% facts="for_real_reading"
from functools import cache

given("125", "1000", "2000", "16", "128", "20000")
held_out = unseen[:20001]
fact(-np.log2(pairs[held_out[:-1], held_out[1:]]).mean(), "3.54")
for stretches in (2, 3, 4, 9):
    fact(125 * stretches, str(125 * stretches))


def bits_after_stretches(model, train, test, learning_rate, steps):
    """Held-out bits after each stretch of training, as the lesson's cell `learn` measures them."""
    generator, train, test = (
        torch.Generator().manual_seed(0),
        torch.tensor(train),
        torch.tensor(test),
    )
    found = []
    for stretch in steps:
        train_gpt(model, train, stretch, 32, learning_rate, generator)
        found.append(bits_per_character(model, test))
    return found


@cache
def gpt_bits(*steps):
    return bits_after_stretches(new_gpt(80, 64), learned, held_out, 3e-3, steps)


@cache
def lstm_bits(*steps):
    return bits_after_stretches(new_lstm(80, 64), learned, held_out, 5e-3, steps)


for k, gpt, lstm in ((0, "3.6", "3.0"), (1, "3.3", "2.7"), (2, "3.1", "2.6"), (3, "2.9", "2.5")):
    trained(lambda k=k: gpt_bits(*[125] * 4)[k], gpt, tolerance=0.1)
    trained(lambda k=k: lstm_bits(*[125] * 9)[k], lstm, tolerance=0.07)
trained(lambda: lstm_bits(*[125] * 9)[8], "2.4", tolerance=0.07)
for k, gpt, lstm in ((1, "2.6", "2.4"), (3, "2.4", "2.3")):
    trained(lambda k=k: gpt_bits(*[500] * 4)[k], gpt, tolerance=0.07)
    trained(lambda k=k: lstm_bits(*[500] * 4)[k], lstm, tolerance=0.07)
trained(lambda: 3.54 - gpt_bits(*[125] * 4)[3], "0.6", tolerance=0.07)
trained(lambda: 3.54 - gpt_bits(*[500] * 4)[1], "0.9", tolerance=0.07)

# %% [markdown] key="communes" lang="en"
# ### Names for communes
#
# Vietnam has 2823 different names of communes, wards and special zones, 26820 characters with
# their line ends, 128 different ones. 2500 names are for learning, the others held
# out. Again a GPT (118016 parameters with this alphabet and 32 characters of context) against an
# LSTM (123904) and a bigram table. A small text: watch the held-out bits, and stop when they stop
# falling.

# %% [markdown] key="communes" lang="vi"
# ### Đặt tên xã
#
# Việt Nam có 2823 tên xã, phường, đặc khu khác nhau, gồm 26820 ký tự kể cả dấu xuống dòng, 128 ký
# tự khác nhau. 2500 tên để học, còn lại giữ riêng. Lại một GPT (118016 tham số với bảng chữ
# này và ngữ cảnh 32 ký tự) so với một LSTM (123904) và một bảng bigram. Văn bản này nhỏ: hãy theo
# dõi số bit trên tập giữ lại, và dừng khi nó thôi giảm.

# %% facts="communes"
communes = list(datasets.communes())
fact(len(communes), "2823")
fact(len("\n".join(communes) + "\n"), "26820")
letters = sorted(set("\n".join(communes)))
fact(len(letters), "128")
given("2500")
fact(parameters(new_gpt(128, 32)), "118016")
fact(parameters(new_lstm(128, 32)), "123904")

# %% key="communes_cell" explore=true
names = list(datasets.communes())
order = torch.randperm(len(names), generator=torch.Generator().manual_seed(0))
names = [names[i] for i in order.tolist()]
letters = sorted(set("\n".join(names)))
known, unseen = (
    torch.tensor([letters.index(c) for c in "\n" + "\n".join(part) + "\n"], device=here)
    for part in (names[:2500], names[2500:])
)
names_bigram = bigram_bits(known, unseen, len(letters))
print(f"a bigram table needs {names_bigram:.2f} bits per character")

name_curves = {}
if curves:
    torch.manual_seed(0)
    namer = TinyGPT(len(letters), 32, 64, 4, 2).to(here)
    name_curves["TinyGPT"] = learn(
        namer, known, unseen, 3e-3, letters, "\n", stretches=3, steps=100
    )
    made = written(namer, letters, "\n", 1000).split("\n")[1:-1]
    new = [name for name in made if name not in names]
    print(f"{len(made)} names, {len(new)} of them new:", ", ".join(new[:12]))

    torch.manual_seed(0)
    rival, equal_time = CharLSTM(len(letters), 32, 64, 128).to(here), name_curves["TinyGPT"][-1][1]
    name_curves["LSTM"] = learn(
        rival, known, unseen, 5e-3, letters, "\n", stretches=3, steps=100, seconds=equal_time
    )
    explore.bits_curves(name_curves, names_bigram)

# %% [markdown] key="communes_reading" lang="en"
# We measured 3.26 bits for the bigram and 2.7, 2.5, 2.4 for the GPT after 100, 200 and 300 steps. Of
# the hundred or so names that it then made 94 % are on no list. Some sound right: Nam Thịnh, Bình
# Hồng. Some do not: "NghMức Tam" has a capital within a word, and "Nghăng Xuân" breaks a rule (*ngh*
# stands before i, e, ê alone) that 2500 examples teach only in part.
#
# The LSTM had 2.5, 2.3, 2.3 after as many steps. It is ahead again, but from step 300 on it gets
# *worse*, by 0.05 bits up to step 600, while its names look ever more real: it begins to learn the
# list by heart. That is overfitting, and only the held-out names tell. "At equal time" has this trap,
# too: the faster model may have gone too far.

# %% [markdown] key="communes_reading" lang="vi"
# Chúng tôi đo được 3.26 bit với bigram, còn GPT là 2.7, 2.5, 2.4 sau 100, 200 và 300 bước. Trong
# khoảng một trăm tên nó đặt sau đó, 94 % không có trong danh sách nào. Có tên nghe rất thật: Nam
# Thịnh, Bình Hồng. Có tên thì không: "NghMức Tam" viết hoa giữa chừng một từ, còn "Nghăng Xuân" phạm
# một quy tắc (*ngh* chỉ đứng trước i, e, ê) mà 2500 ví dụ chỉ dạy được một phần.
#
# LSTM đạt 2.5, 2.3, 2.3 sau cùng số bước. Nó lại dẫn trước, nhưng từ bước 300 trở đi nó *kém* dần,
# tới bước 600 thì kém 0.05 bit, trong khi các tên trông ngày càng thật: nó bắt đầu học thuộc danh
# sách. Đó là quá khớp, và chỉ những tên giữ lại mới cho biết. So "cùng thời gian" cũng có cái bẫy
# này: mô hình nhanh hơn có thể đã đi quá xa.

# %% facts="communes_reading"
given("2500")
for stretches in (1, 2, 3, 6):
    fact(100 * stretches, str(100 * stretches))
shuffled = torch.randperm(len(communes), generator=torch.Generator().manual_seed(0)).tolist()
known_names, unseen_names = (
    [letters.index(letter) for letter in "\n" + "".join(f"{communes[k]}\n" for k in part)]
    for part in (shuffled[:2500], shuffled[2500:])
)
names_in_pairs = np.ones((128, 128))
np.add.at(names_in_pairs, (known_names[:-1], known_names[1:]), 1)
names_in_pairs /= names_in_pairs.sum(axis=1, keepdims=True)
fact(-np.log2(names_in_pairs[unseen_names[:-1], unseen_names[1:]]).mean(), "3.26")


@cache
def trained_namer():
    """A GPT after 100, 200 and 300 steps: itself, and its bits."""
    namer = new_gpt(128, 32)
    return namer, bits_after_stretches(namer, known_names, unseen_names, 3e-3, [100] * 3)


@cache
def rival_bits():
    return bits_after_stretches(new_lstm(128, 32), known_names, unseen_names, 5e-3, [100] * 6)


def made_up():
    """Per cent of the names written after the training that are on no list."""
    begin_line = torch.tensor([[letters.index("\n")]])
    made = generate(trained_namer()[0], begin_line, 1000, 0.8, torch.Generator().manual_seed(0))
    names = "".join(letters[k] for k in made[0].tolist()).split("\n")[1:-1]
    return 100 * np.mean([name not in communes for name in names])


for k, gpt, lstm in ((0, "2.7", "2.5"), (1, "2.5", "2.3"), (2, "2.4", "2.3")):
    trained(lambda k=k: trained_namer()[1][k], gpt, tolerance=0.06)
    trained(lambda k=k: rival_bits()[k], lstm, tolerance=0.06)
trained(made_up, "94", tolerance=4)
trained(lambda: 100 * (1 + np.argmin(rival_bits())), "300")
trained(lambda: rival_bits()[5] - rival_bits()[2], "0.05", tolerance=0.03)

# %% [markdown] key="at_scale" lang="en"
# ### What changes at scale
#
# The models of the day are this model, with more of everything. What is different in their code:
#
# - **Attention without the table.** Your function stores the $T \times T$ weights: at $T = 4096$
#   with 8 heads in float32 that is 537 million bytes for one layer and one sample.
#   `F.scaled_dot_product_attention` calls a fused kernel where the device has one:
#   *FlashAttention* (Dao et al. 2022) goes through keys and values in blocks that fit into fast
#   memory and never writes the table down. The result is the same up to rounding. The
#   next cell measures both forms; on one core of our CPU the library's was several times as fast on
#   the longest text.
# - **Mixed precision.** Matrix products in bfloat16, sums and weights in float32:
#   `torch.autocast`. A number takes half the memory, and GPUs have units that multiply such numbers
#   faster. Where there is a GPU the last cell trains once more in this way: compare its seconds and
#   its bits with those above (we had no GPU to measure on).
# - **Tokens** are pieces of words (byte-pair encoding), some tens of thousands to a few hundred
#   thousand of them.
# - **Training**: warm-up and cosine (lesson 3), clipped gradients (lesson 6), dropout where data
#   are few, thousands of GPUs where they are not.
# - **Generation** keeps keys and values of earlier tokens (the KV cache) instead of computing them
#   anew for each token, as your `generate` does.

# %% [markdown] key="at_scale" lang="vi"
# ### Điều gì thay đổi khi lớn lên
#
# Các mô hình ngày nay chính là mô hình này, với mọi thứ nhiều hơn. Mã của chúng khác ở chỗ:
#
# - **Chú ý mà không lưu bảng.** Hàm của bạn lưu bảng trọng số $T \times T$: với $T = 4096$, 8
#   head, float32, đó là 537 triệu byte cho một lớp và một mẫu. `F.scaled_dot_product_attention`
#   gọi một kernel hợp nhất (fused kernel) nếu thiết bị có: *FlashAttention* (Dao và cộng sự 2022)
#   duyệt key và value theo từng khối vừa bộ nhớ nhanh và không bao giờ ghi cả bảng ra. Kết quả như
#   nhau, trừ sai số làm tròn. Ô kế tiếp đo thời gian của cả hai cách; trên một lõi CPU của chúng
#   tôi, với dãy dài nhất, hàm thư viện nhanh gấp mấy lần.
# - **Độ chính xác hỗn hợp.** Nhân ma trận bằng bfloat16, cộng dồn và trọng số bằng float32:
#   `torch.autocast`. Mỗi số chỉ chiếm một nửa bộ nhớ, và GPU có các đơn vị nhân những số như vậy
#   nhanh hơn. Nếu có GPU, ô cuối huấn luyện thêm một lần theo cách này: hãy so số giây và số bit với
#   ở trên (chúng tôi không có GPU để đo).
# - **Token** là các mảnh từ (byte-pair encoding), có từ vài chục nghìn đến vài trăm nghìn loại.
# - **Huấn luyện**: warm-up và cosine (bài 3), cắt ngưỡng gradient (bài 6), dropout nếu ít dữ liệu,
#   hàng nghìn GPU nếu nhiều.
# - **Khi sinh văn bản**, key và value của các token trước được giữ lại (KV cache) chứ không tính
#   lại cho mỗi token như `generate` của bạn.

# %% facts="at_scale"
given("4096")
fact(8 * 4096**2 * 4 / 1e6, "537")


# %% key="fused" explore=true
def own_form(query, key, value):
    mask = causal_mask(query.shape[-2], query.device)
    return scaled_dot_product_attention(query, key, value, mask)[0]


def fused(query, key, value):
    return F.scaled_dot_product_attention(query, key, value, is_causal=True)


if ready(scaled_dot_product_attention, causal_mask):
    for T in (256, 512, 1024):
        tensors = [torch.randn(1, 8, T, 64, device=here) for _ in range(3)]
        largest = (own_form(*tensors) - fused(*tensors)).abs().max().item()
        print(f"T = {T}: largest difference {largest:.0e}", end="")
        for function in (own_form, fused):
            began = time.perf_counter()
            function(*tensors).sum().item()  # .item() waits for the device
            print(f", {function.__name__} {1000 * (time.perf_counter() - began):.1f} ms", end="")
        print()

if curves and here.type == "cuda":  # mixed precision: the same function, narrower numbers
    with torch.autocast("cuda", dtype=torch.bfloat16):
        mixed = TinyGPT(len(alphabet), 64, 64, 4, 2).to(here)
        learn(mixed, train_ids, held_out, 3e-3, alphabet, "ROMEO", stretches=2)

# %% [markdown] key="written_question" lang="en"
# ## 7.18 In your own words
#
# A friend builds a translator and writes: "*I left the positional encoding out, since attention
# sees all words anyway. In the decoder I hide later words by setting their scores to 0. And I
# dropped the* $\sqrt{d}$*, because the softmax normalizes everything. The training loss is great,
# but the translations are strange.*"
#
# Answer in at most 250 words: what does each of the three decisions do, with a formula or a number
# for each; which of them makes the training loss look good; and two tests, of three lines each,
# that would have found two of the mistakes. This answer is graded by hand.

# %% [markdown] key="written_question" lang="vi"
# ## 7.18 Bằng lời của bạn
#
# Một người bạn dựng máy dịch và viết: "*Mình bỏ mã hóa vị trí, vì cơ chế chú ý đằng nào cũng thấy
# mọi từ. Trong decoder, mình che các từ phía sau bằng cách đặt điểm của chúng bằng 0. Mình cũng
# bỏ* $\sqrt{d}$*, vì softmax đã chuẩn hóa mọi thứ. Mất mát huấn luyện rất đẹp, nhưng bản dịch thì
# kỳ lạ.*"
#
# Hãy trả lời trong không quá 250 từ: mỗi quyết định trong ba quyết định đó gây ra điều gì, kèm một
# công thức hoặc con số cho mỗi cái; quyết định nào làm mất mát huấn luyện trông đẹp; và hai phép
# thử, mỗi phép ba dòng, lẽ ra đã tìm được hai trong các lỗi. Câu này do người chấm.

# %% facts="written_question"
given("250")

# %% [markdown] written="transformer_written"
# ### BEGIN SOLUTION
# Positions: with a permutation matrix, attention(P x) = P attention(x). Every word gets the same
# vector wherever it stands; "dog bites man" and "man bites dog" are one. Add an encoding (sines,
# or a learned vector for each position). Mask: the score 0 is no hiding, since $e^0 = 1$: with the
# scores 1 and 0 of two allowed words a hidden third one gets 0.212. In training the decoder reads
# the very word that it should predict: this makes the loss look good, and in use that word does
# not exist yet. Put $-\infty$ (or the lowest number) before the softmax. Scale: the variance of a
# score is $d$; at $d = 64$ the scores have standard deviation 8, the entropy over 16 keys falls
# from 2.35 to 0.39 of at most 2.77 nats, and the slope w(1 - w) is near 0. The softmax fixes the
# sum, not the spread. Tests: change the last word and compare the earlier outputs (they must be
# equal); exchange two words and see that the outputs are more than exchanged; print the mean
# entropy for d = 4 and d = 64.
#
# Vị trí: với ma trận hoán vị, attention(P x) = P attention(x). Từ đứng ở đâu cũng nhận cùng một
# vector; "chó cắn người" và "người cắn chó" là một. Hãy cộng mã hóa vị trí (sin và cos, hoặc
# vector học được cho mỗi vị trí). Mặt nạ: điểm 0 không che được gì, vì $e^0 = 1$: với điểm 1 và 0
# của hai từ được phép, từ thứ ba bị che vẫn được 0.212. Khi huấn luyện, decoder đọc chính từ mà nó
# phải dự đoán: vì vậy mất mát trông đẹp, còn khi dùng thật thì từ đó chưa có. Phải đặt $-\infty$
# (hoặc số nhỏ nhất) trước softmax. Hệ số: phương sai của điểm là $d$; với $d = 64$, điểm có độ
# lệch chuẩn 8, entropy trên 16 key giảm từ 2.35 xuống 0.39 trong tối đa 2.77 nat, và độ dốc w(1 -
# w) gần bằng 0. Softmax cố định tổng chứ không cố định độ phân tán. Phép thử: đổi từ cuối rồi so
# các kết quả phía trước (phải bằng nhau); đổi chỗ hai từ và xem kết quả có khác hơn là chỉ đổi
# chỗ; in entropy trung bình với d = 4 và d = 64.
# ### END SOLUTION

# %% facts="transformer_written"
fact(row(1.0, 0.0, 0.0).softmax(-1)[0, 2], "0.212")
fact(compute_sharpness(0.5).entropies[LENGTHS.index(64)], "2.35")
fact(compute_sharpness(0.0).entropies[LENGTHS.index(64)], "0.39")
fact(math.log(16), "2.77")
fact(math.sqrt(64), "8")

# %% [markdown] key="quiz" lang="en"
# ## 7.19 Quiz
#
# Give one letter per question in the cell below.
#
# **q1.** A score is set to 0 where the mask says no, before the softmax. What happens to that key?
#
# - a) its weight is 0
# - b) its weight is negative
# - c) it keeps a positive weight
# - d) the row becomes NaN
#
# **q2.** Self-attention without mask and without positions: two tokens of the input are exchanged.
# The output
#
# - a) has the same two rows exchanged
# - b) does not change at all
# - c) changes in all rows
# - d) changes in the two rows only, to new values
#
# **q3.** A language model for 80 characters reaches a training loss of 0.01 nats after a minute.
# What is the likeliest reason?
#
# - a) the learning rate is well chosen
# - b) Shakespeare is easy
# - c) the model is large enough
# - d) it can see the token that it should predict
#
# **q4.** $d_{model} = 512$ and 8 heads: by what are the scores divided?
#
# - a) $\sqrt{512}$
# - b) 8
# - c) 512
# - d) $\sqrt{8}$

# %% [markdown] key="quiz" lang="vi"
# ## 7.19 Trắc nghiệm
#
# Hãy ghi một chữ cái cho mỗi câu vào ô bên dưới.
#
# **q1.** Ở chỗ mặt nạ không cho phép, điểm được đặt bằng 0 trước softmax. Key đó sẽ thế nào?
#
# - a) trọng số của nó bằng 0
# - b) trọng số của nó âm
# - c) nó vẫn giữ một trọng số dương
# - d) cả hàng thành NaN
#
# **q2.** Tự chú ý không mặt nạ và không vị trí: hai token đầu vào đổi chỗ cho nhau. Kết quả
#
# - a) có đúng hai hàng đó đổi chỗ
# - b) không thay đổi gì
# - c) thay đổi ở mọi hàng
# - d) chỉ thay đổi ở hai hàng đó, thành giá trị mới
#
# **q3.** Một mô hình ngôn ngữ cho 80 ký tự đạt mất mát huấn luyện 0.01 nat sau một phút. Lý do dễ
# xảy ra nhất là gì?
#
# - a) tốc độ học được chọn khéo
# - b) Shakespeare dễ
# - c) mô hình đủ lớn
# - d) nó nhìn thấy token mà nó phải dự đoán
#
# **q4.** $d_{model} = 512$ và 8 head: điểm được chia cho bao nhiêu?
#
# - a) $\sqrt{512}$
# - b) 8
# - c) 512
# - d) $\sqrt{8}$

# %% facts="quiz"
given("0.01", "512")
fact(math.sqrt(512 / 8), "8")

# %% exercise="transformer_quiz"
transformer_quiz = {
    ### BEGIN SOLUTION
    "q1": "c",
    "q2": "a",
    "q3": "d",
    "q4": "b",
    ### END SOLUTION
}


# %% check="transformer_quiz"
check("transformer_quiz")

# %% [markdown] key="summary" lang="en"
# ## 7.20 Summary
#
# - Attention is a weighted mean of values; the weights are the softmax, over the keys, of
#   $Q K^{\top} / \sqrt{d}$. Divided by the root, scores keep variance 1 whatever $d$ is.
# - Masks act before the softmax, with $-\infty$; a query without any key gets 0. A causal mask
#   makes every position an honest prediction.
# - Heads are slices of columns: split the last axis, then exchange two axes.
# - Attention knows no order. Sines and cosines turn a shift into a rotation; learned vectors do as
#   well.
# - A block is $x + \operatorname{attention}(\operatorname{norm}(x))$, then
#   $x + \operatorname{FF}(\operatorname{norm}(x))$; a GPT is embeddings, blocks, a norm and
#   logits, trained on the text shifted by one.
# - Measure in bits per character, on text held out, beside a bigram and an LSTM.
#
# | advantages of the Transformer | drawbacks |
# |---|---|
# | all positions at once: fast on a GPU | the cost of attention grows with $T^2$ |
# | any distance in one step | order has to be put in |
# | one block for text, pictures, sound | needs much data; an LSTM is ahead when all is small and the training short |
# | improves steadily with size | large models cost energy and money, and can state falsehoods fluently |
#
# **What to read**
#
# - A. Vaswani et al., [*Attention is all you need*](https://arxiv.org/abs/1706.03762), 2017.
# - D. Bahdanau, K. Cho, Y. Bengio,
#   [*Neural machine translation by jointly learning to align and translate*](https://arxiv.org/abs/1409.0473),
#   2015.
# - J. Devlin et al., [*BERT*](https://arxiv.org/abs/1810.04805), 2018; T. Brown et al.,
#   [*Language models are few-shot learners*](https://arxiv.org/abs/2005.14165), 2020.
# - R. Xiong et al.,
#   [*On layer normalization in the Transformer architecture*](https://arxiv.org/abs/2002.04745),
#   2020.
# - T. Dao et al., [*FlashAttention*](https://arxiv.org/abs/2205.14135), 2022.
# - A. Rush, [*The annotated Transformer*](https://nlp.seas.harvard.edu/annotated-transformer/); A.
#   Karpathy, [*nanoGPT*](https://github.com/karpathy/nanoGPT): good code to read next.
#
# **This was the last lesson.** From one slope in lesson 1 you have come to a model that writes.
# Each part was small enough to check by hand; keep that habit when the parts get large.

# %% [markdown] key="summary" lang="vi"
# ## 7.20 Tóm tắt
#
# - Cơ chế chú ý là trung bình có trọng số của các value; trọng số là softmax, theo các key, của
#   $Q K^{\top} / \sqrt{d}$. Chia cho căn thì điểm giữ phương sai 1, bất kể $d$.
# - Mặt nạ tác động trước softmax, với $-\infty$; query không có key nào nhận 0. Mặt nạ nhân quả
#   biến mỗi vị trí thành một dự đoán trung thực.
# - Head là các lát cột: tách trục cuối, rồi đổi chỗ hai trục.
# - Cơ chế chú ý không biết thứ tự. Sin và cos biến phép dời thành phép quay; vector học được cũng
#   dùng được.
# - Một khối là $x + \operatorname{attention}(\operatorname{norm}(x))$, rồi
#   $x + \operatorname{FF}(\operatorname{norm}(x))$; GPT gồm embedding, các khối, một lớp chuẩn hóa
#   và logits, học từ chính văn bản dời đi một.
# - Hãy đo bằng số bit mỗi ký tự, trên văn bản giữ lại, bên cạnh một bigram và một LSTM.
#
# | ưu điểm của Transformer | nhược điểm |
# |---|---|
# | mọi vị trí cùng lúc: nhanh trên GPU | chi phí của phép chú ý tăng theo $T^2$ |
# | khoảng cách nào cũng một bước | phải đưa thứ tự vào |
# | một khối cho văn bản, ảnh, âm thanh | cần nhiều dữ liệu; khi mọi thứ nhỏ và huấn luyện ngắn thì LSTM dẫn trước |
# | càng lớn càng tốt lên đều đặn | mô hình lớn tốn năng lượng, tiền bạc, và có thể nói sai rất trôi chảy |
#
# **Nên đọc**
#
# - A. Vaswani và cộng sự, [*Attention is all you need*](https://arxiv.org/abs/1706.03762), 2017.
# - D. Bahdanau, K. Cho, Y. Bengio,
#   [*Neural machine translation by jointly learning to align and translate*](https://arxiv.org/abs/1409.0473),
#   2015.
# - J. Devlin và cộng sự, [*BERT*](https://arxiv.org/abs/1810.04805), 2018; T. Brown và cộng sự,
#   [*Language models are few-shot learners*](https://arxiv.org/abs/2005.14165), 2020.
# - R. Xiong và cộng sự,
#   [*On layer normalization in the Transformer architecture*](https://arxiv.org/abs/2002.04745),
#   2020.
# - T. Dao và cộng sự, [*FlashAttention*](https://arxiv.org/abs/2205.14135), 2022.
# - A. Rush, [*The annotated Transformer*](https://nlp.seas.harvard.edu/annotated-transformer/); A.
#   Karpathy, [*nanoGPT*](https://github.com/karpathy/nanoGPT): mã hay để đọc tiếp.
#
# **Đây là bài cuối.** Từ một độ dốc ở bài 1, bạn đã đi tới một mô hình biết viết. Phần nào cũng đủ
# nhỏ để kiểm tra bằng tay; hãy giữ thói quen ấy khi các phần lớn lên.

# %% key="progress" explore=true
progress()
