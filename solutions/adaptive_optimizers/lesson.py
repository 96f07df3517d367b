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
# # 3 Adaptive optimizers
#
# Momentum remembers directions, but it still gives every parameter one and the same learning rate.
# This lesson gives each parameter its own, computed from the gradients it has met. Notes sometimes
# put these methods under the heading "backpropagation learning rate"; backpropagation computes
# gradients (lesson 4), and what follows is about the *rate*: **adaptive learning rates**.
#
# **After this lesson you can**
#
# - say what sets an adaptive rate apart from a fixed and from a scheduled one;
# - write Adagrad, RMSProp, Adam and AdamW from scratch, and a schedule with warm-up;
# - derive why Adam divides by $1-\beta^t$, and say what each way of getting it wrong looks like;
# - tell where $\epsilon$ stands in our formulas and in a library's, and when it matters;
# - write an optimizer as a class that changes a network's parameters in place;
# - judge from a sweep how sensitive an optimizer is to its learning rate.
#
# You need lessons 1 and 2. The networks come in lesson 4; until then one is lent to you.
#
# | symbol | meaning | in code |
# |---|---|---|
# | $\theta$ | parameters, written $w$ in lessons 1 and 2 | `theta` |
# | $\alpha$ | learning rate, written $\eta$ before | `learning_rate` |
# | $g_t$ | gradient $\nabla J(\theta)$ at step $t$ | `grad` |
# | $G_t$ | sum of the squared gradients up to step $t$ | `G` |
# | $E[g^2]_t$ | exponential moving average of the squared gradients | `s` |
# | $m_t,\ v_t$ | averages of the gradient and of its square (this $v$ is no velocity) | `m`, `v` |
# | $\epsilon$ | small number that keeps a division safe | `eps` |
#
# Squares, roots and quotients of vectors are taken element by element. Everything is NumPy in
# float64, `torch.optim` is not allowed in the exercises, and no function changes its arguments
# unless its text says so.

# %% [markdown] key="goals" lang="vi"
# # 3 Tốc độ học thích ứng
#
# Momentum nhớ được hướng đi, nhưng vẫn dùng chung một tốc độ học cho mọi tham số. Bài này cho mỗi
# tham số một tốc độ học riêng, tính từ chính các gradient mà nó đã gặp. Có tài liệu xếp các phương
# pháp này dưới đề mục "backpropagation learning rate"; lan truyền ngược là cách tính gradient
# (bài 4), còn ở đây ta nói về *tốc độ*: **tốc độ học thích ứng**.
#
# **Học xong bài này, bạn có thể**
#
# - nói được tốc độ học thích ứng khác gì với tốc độ học cố định và tốc độ học giảm theo lịch;
# - tự viết Adagrad, RMSProp, Adam và AdamW, cùng một lịch tốc độ học có warm-up (khởi động);
# - chứng minh vì sao Adam chia cho $1-\beta^t$, và nhận ra mỗi cách làm sai trông như thế nào;
# - chỉ ra $\epsilon$ đứng ở đâu trong công thức của ta và của thư viện, khi nào điều đó quan trọng;
# - viết một bộ tối ưu hóa dưới dạng một class, sửa tham số của mạng ngay tại chỗ;
# - nhìn một phép quét tốc độ học để đánh giá một thuật toán nhạy đến mức nào.
#
# Bạn cần bài 1 và 2. Mạng nơ-ron sẽ học ở bài 4; trong bài này bạn được cho mượn sẵn một mạng.
#
# | ký hiệu | ý nghĩa | trong mã |
# |---|---|---|
# | $\theta$ | tham số, ở bài 1 và 2 viết là $w$ | `theta` |
# | $\alpha$ | tốc độ học, trước đây viết là $\eta$ | `learning_rate` |
# | $g_t$ | gradient $\nabla J(\theta)$ ở bước $t$ | `grad` |
# | $G_t$ | tổng bình phương gradient từ bước đầu tiên đến bước $t$ | `G` |
# | $E[g^2]_t$ | trung bình động theo mũ của bình phương gradient | `s` |
# | $m_t,\ v_t$ | trung bình của gradient và của bình phương gradient ($v$ này không phải vận tốc) | `m`, `v` |
# | $\epsilon$ | số nhỏ để phép chia được an toàn | `eps` |
#
# Bình phương, căn và thương của các vector đều tính theo từng phần tử. Toàn bài dùng NumPy với kiểu
# float64, không được dùng `torch.optim` trong bài tập, và không hàm nào được sửa đối số của nó trừ
# khi đề bài nói rõ.

# %% key="imports"
import numpy as np

from hocsau import begin, check, progress

begin("adaptive_optimizers")

# %% [markdown] key="one_rate" lang="en"
# ## 3.1 One rate for all, or one for each
#
# There are three ways to choose a learning rate:
#
# - **fixed**: one number $\alpha$ for the whole run;
# - **scheduled**: $\alpha_t$ follows a plan made beforehand (a drop every few epochs, a cosine, a
#   warm-up). The plan knows the time and nothing else;
# - **adaptive**: the rate of each parameter follows from the present gradient and from the history
#   of that parameter's gradients.
#
# The first two treat all parameters alike. That hurts when gradients differ in size. Think of a
# table of words: "the" occurs in every sentence, "saddle" in one of a thousand, and the weight of a
# word has a gradient only where the word occurs. A common rate small enough for "the" leaves
# "saddle" untrained. Or think of the ravine of lesson 2: its two directions want rates that differ
# by a factor of a hundred.
#
# All methods of this lesson have one shape: the step of parameter $i$ is its gradient (or an average
# of it), divided by a running measure of how large its gradients are, times a common $\alpha$. So
# there is still a general learning rate; what is multiplied with each gradient, the **effective
# rate**, is different for each *parameter*. (Not for each neuron, as one sometimes reads: a neuron
# has many weights and a bias, and each of them has its own.)
#
# The seed of all of them is one observation: a gradient divided by its own size has no unit. Scale
# the loss by 1000, and gradient descent makes steps 1000 times longer; a method that divides by the
# size makes the same steps as before.

# %% [markdown] key="one_rate" lang="vi"
# ## 3.1 Một tốc độ cho tất cả, hay mỗi tham số một tốc độ
#
# Có ba cách chọn tốc độ học:
#
# - **cố định**: một con số $\alpha$ cho cả quá trình;
# - **theo lịch**: $\alpha_t$ đi theo một kế hoạch lập sẵn (cứ vài epoch lại giảm, theo cosine, có
#   warm-up). Kế hoạch chỉ biết thời gian, ngoài ra không biết gì khác;
# - **thích ứng**: tốc độ của mỗi tham số được tự động điều chỉnh theo gradient hiện tại và lịch sử
#   gradient của chính tham số đó.
#
# Hai cách đầu đối xử với mọi tham số như nhau. Điều đó gây hại khi độ lớn của các gradient chênh
# lệch. Hãy nghĩ đến một bảng từ vựng: từ "là" có trong hầu hết các câu, từ "yên ngựa" cả nghìn câu
# mới gặp một lần, mà trọng số của một từ chỉ có gradient ở nơi từ đó xuất hiện. Một tốc độ chung đủ
# nhỏ cho từ "là" sẽ khiến từ "yên ngựa" gần như không được học. Hoặc hãy nhớ lại rãnh hẹp ở bài 2:
# hai hướng của nó cần hai tốc độ chênh nhau cả trăm lần.
#
# Mọi phương pháp trong bài đều có chung một dạng: bước đi của tham số thứ $i$ là gradient của nó
# (hoặc trung bình của gradient), chia cho một thước đo độ lớn gradient của nó cho tới lúc này, rồi
# nhân với $\alpha$ chung. Như vậy vẫn có một tốc độ học tổng quát; nhưng thừa số thực sự nhân vào
# từng gradient, gọi là **tốc độ học hiệu dụng**, thì mỗi *tham số* một khác. (Không phải mỗi nơ-ron
# một tốc độ như đôi khi ta đọc thấy: một nơ-ron có nhiều trọng số và một bias, mỗi cái có tốc độ
# riêng.)
#
# Tất cả bắt nguồn từ một nhận xét: gradient chia cho độ lớn của chính nó thì không còn đơn vị. Nhân
# hàm mất mát với 1000 thì bước của gradient descent dài gấp 1000 lần; còn phương pháp chia cho độ
# lớn thì vẫn đi những bước như cũ.

# %% facts="one_rate"
given("1000")

# %% [markdown] key="adagrad" lang="en"
# ## 3.2 Adagrad
#
# The Adaptive Gradient Algorithm (Duchi, Hazan and Singer 2011) measures size by the accumulated
# sum of squares:
#
# $$G_t = G_{t-1} + g_t^2, \qquad \theta_{t+1} = \theta_t - \frac{\alpha}{\sqrt{G_t + \epsilon}} \cdot g_t .$$
#
# - $G_t$: the sum of the squared gradients from the first step to $t$, one number per parameter;
# - $\epsilon$: a small value that avoids a division by 0.
#
# **By hand.** $\alpha = 0.1$, $\epsilon = 10^{-8}$, $\theta = (1, 1)$, and the gradients $(3, 0.1)$,
# then $(4, 0)$:
#
# | step | $G$ | $\theta$ |
# |---|---|---|
# | 1 | $(9,\ 0.01)$ | $(0.9,\ 0.9)$ |
# | 2 | $(25,\ 0.01)$ | $(0.82,\ 0.9)$ |
#
# In the first step both parameters move by $\alpha$, although one gradient is thirty times the
# other. In the second, $0.1 \cdot 4/\sqrt{25} = 0.08$.
#
# **Advantage.** The rates adjust themselves: parameters with small or rare gradients keep a large
# rate, those with large or frequent ones get a small rate. (Notes say that Adagrad *raises* the rate
# of parameters that change little. No rate ever grows, since $G$ never shrinks; those rates just
# fall less. And what counts is the size of the gradients, not how often the parameter moves.)
#
# **Drawback.** $G$ only grows, so in the long run every rate tends to 0. With a constant gradient of
# 1 the steps are $\alpha/\sqrt{t}$: 0.1, 0.0707, 0.0577, ..., and 0.01 at step 100. On a convex
# problem with noisy gradients such a decay is just what the theory asks for; on a network it often
# stops the training too early.
#
# ### Your turn: a step of Adagrad
#
# `eps` stands *inside* the root, and the present gradient belongs to $G$ before you divide.

# %% [markdown] key="adagrad" lang="vi"
# ## 3.2 Adagrad
#
# Adaptive Gradient Algorithm (Duchi, Hazan và Singer 2011) đo độ lớn bằng tổng bình phương gradient
# tích lũy:
#
# $$G_t = G_{t-1} + g_t^2, \qquad \theta_{t+1} = \theta_t - \frac{\alpha}{\sqrt{G_t + \epsilon}} \cdot g_t .$$
#
# - $G_t$: tổng bình phương gradient từ bước đầu tiên đến $t$, mỗi tham số một con số;
# - $\epsilon$: giá trị nhỏ để tránh chia cho 0.
#
# **Tính tay.** $\alpha = 0.1$, $\epsilon = 10^{-8}$, $\theta = (1, 1)$, các gradient lần lượt là
# $(3, 0.1)$ rồi $(4, 0)$:
#
# | bước | $G$ | $\theta$ |
# |---|---|---|
# | 1 | $(9,\ 0.01)$ | $(0.9,\ 0.9)$ |
# | 2 | $(25,\ 0.01)$ | $(0.82,\ 0.9)$ |
#
# Ở bước đầu, cả hai tham số đều đi một đoạn $\alpha$, dù gradient này lớn gấp ba mươi lần gradient
# kia. Ở bước sau, $0.1 \cdot 4/\sqrt{25} = 0.08$.
#
# **Ưu điểm.** Tốc độ học tự điều chỉnh: tham số có gradient nhỏ hay hiếm vẫn giữ được tốc độ lớn,
# tham số có gradient lớn hay thường gặp thì nhận tốc độ nhỏ. (Có bài giảng viết rằng Adagrad *tăng*
# tốc độ cho các tham số ít thay đổi. Thật ra không tốc độ nào tăng, vì $G$ không bao giờ giảm; chỉ
# là những tốc độ ấy giảm ít hơn. Và điều quyết định là độ lớn của gradient, chứ không phải tham số
# thay đổi thường xuyên đến đâu.)
#
# **Nhược điểm.** $G$ chỉ tăng, nên về lâu dài mọi tốc độ đều tiến về 0. Với gradient không đổi bằng
# 1, các bước đi là $\alpha/\sqrt{t}$: 0.1, 0.0707, 0.0577, ..., và 0.01 ở bước 100. Với bài toán lồi
# có gradient nhiễu thì lý thuyết cần đúng kiểu giảm như vậy; với mạng nơ-ron thì nó thường làm việc
# huấn luyện dừng quá sớm.
#
# ### Đến lượt bạn: một bước Adagrad
#
# `eps` nằm *trong* căn, và gradient hiện tại phải được cộng vào $G$ trước khi chia.

# %% facts="adagrad"
given("0.1", "1e-8")
theta, G = np.ones(2), np.zeros(2)
for step, grad, sums, point in (
    (1, ("3", "0.1"), ("9", "0.01"), ("0.9", "0.9")),
    (2, ("4", "0"), ("25", "0.01"), ("0.82", "0.9")),
):
    given(*grad)
    theta, G = adagrad_step(theta, G, np.array([float(part) for part in grad]), 0.1, 1e-8)
    fact(step, str(step))
    for i in range(2):
        fact(G[i], sums[i])
        fact(theta[i], point[i])
fact(0.1 * 4 / math.sqrt(25), "0.08")

w, s, path = np.zeros(1), np.zeros(1), [0.0]
for _ in range(100):
    w, s = adagrad_step(w, s, np.ones(1), 0.1, 1e-8)
    path.append(w[0])
adagrad_lengths = -np.diff(path)
for step, length in ((1, "0.1"), (2, "0.0707"), (3, "0.0577"), (100, "0.01")):
    fact(adagrad_lengths[step - 1], length)
fact(adagrad_lengths.size, "100")


# %% exercise="adagrad_step"
def adagrad_step(theta, G, grad, learning_rate, eps):
    """One step of Adagrad: G := G + grad^2, then theta := theta - alpha grad / sqrt(G + eps).

    theta, G, grad:     (d,) float64; they are not changed
    learning_rate, eps: floats, alpha and epsilon (inside the root)
    returns the new (theta, G), each (d,) float64
    Duchi et al. 2011, in its diagonal form
    """
    ### BEGIN SOLUTION
    G = G + grad**2
    return theta - learning_rate * grad / np.sqrt(G + eps), G
    ### END SOLUTION


# %% check="adagrad_step"
check("adagrad_step")

# %% [markdown] key="effective_rate" lang="en"
# ## 3.3 The effective rate, and what rarity buys
#
# Now look at the rate itself, without the gradient: at step $t$ Adagrad multiplies $g_t$ by
#
# $$\frac{\alpha}{\sqrt{G_t + \epsilon}}, \qquad G_t = \sum_{s=1}^{t} g_s^2 .$$
#
# Let a frequent feature have the gradient 1 in every step and a rare one the gradient 1 in every
# $p$-th. After $T$ steps the sums are $T$ and about $T/p$, so the rates stand in the ratio
# $\sqrt{p}$: rarity buys the *root* of the rarity. In total the rare parameter still moves less, but
# not $p$ times less.
#
# ### Your turn: the rates of a whole run
#
# Given the gradients of all steps as rows, return the rate of each parameter at each step. Row $t$
# includes gradient $t$ and none that comes later.

# %% [markdown] key="effective_rate" lang="vi"
# ## 3.3 Tốc độ học hiệu dụng, và độ hiếm mua được gì
#
# Bây giờ hãy xét riêng tốc độ, không kèm gradient: ở bước $t$, Adagrad nhân $g_t$ với
#
# $$\frac{\alpha}{\sqrt{G_t + \epsilon}}, \qquad G_t = \sum_{s=1}^{t} g_s^2 .$$
#
# Giả sử một đặc trưng thường gặp có gradient 1 ở mọi bước, còn một đặc trưng hiếm cứ $p$ bước mới có
# gradient 1. Sau $T$ bước, hai tổng là $T$ và khoảng $T/p$, nên tỉ số hai tốc độ là $\sqrt{p}$: độ
# hiếm mua được *căn bậc hai* của chính nó. Tính tổng cộng thì tham số hiếm vẫn di chuyển ít hơn,
# nhưng không phải ít hơn $p$ lần.
#
# ### Đến lượt bạn: tốc độ của cả quá trình
#
# Cho gradient của mọi bước dưới dạng các hàng, hãy trả về tốc độ của từng tham số ở từng bước. Hàng
# $t$ tính cả gradient $t$, không tính gradient nào đến sau.


# %% exercise="adagrad_effective_rate"
def adagrad_effective_rate(grads, learning_rate, eps):
    """What Adagrad multiplies each gradient by: row t is alpha / sqrt(G_t + eps), G_t with gradient t included.

    grads:              (T, d) float64, the gradient of step 1, 2, ... T; it is not changed
    learning_rate, eps: floats, alpha and epsilon (inside the root)
    returns (T, d) float64; no column ever grows
    """
    ### BEGIN SOLUTION
    return learning_rate / np.sqrt(np.cumsum(grads**2, axis=0) + eps)
    ### END SOLUTION


# %% check="adagrad_effective_rate"
check("adagrad_effective_rate")

# %% [markdown] key="rates_question" lang="en"
# The explorer draws your rates for both features, and beside them those of the two methods that
# follow.
#
# **Question.** *What does rarity buy?* Move $p$ and compare the ratio with $\sqrt{p}$. Then let $T$
# grow to 1000: whose rates keep falling? And look at the saw teeth of RMSProp: what happens to the
# rate of a feature that has not been seen for a while, and in the step where it comes back?
#
# **Challenge.** With $T = 200$, make the rare feature's rate in Adagrad at least four times that of
# the frequent one. (At $p = 4$ the ratio is 2.00, at $p = 15$ it is 3.92.)

# %% [markdown] key="rates_question" lang="vi"
# Bảng khám phá vẽ tốc độ do hàm của bạn tính cho cả hai đặc trưng, bên cạnh là tốc độ của hai phương
# pháp sẽ học ngay sau đây.
#
# **Câu hỏi.** *Độ hiếm mua được gì?* Hãy kéo $p$ và so tỉ số với $\sqrt{p}$. Sau đó tăng $T$ lên
# 1000: tốc độ của phương pháp nào cứ giảm mãi? Và hãy nhìn các răng cưa của RMSProp: điều gì xảy ra
# với tốc độ của một đặc trưng đã lâu không gặp, và ở bước mà nó xuất hiện trở lại?
#
# **Thử thách.** Với $T = 200$, làm cho tốc độ của đặc trưng hiếm trong Adagrad gấp ít nhất bốn lần
# đặc trưng thường gặp. (Với $p = 4$ tỉ số là 2.00, với $p = 15$ là 3.92.)

# %% facts="rates_question"
given("1000", "200")


def rarity_buys(period, steps):
    """How many times larger Adagrad's rate of a feature seen every `period`-th step ends than that of one seen always."""
    grads = np.stack([np.ones(steps), np.arange(1, steps + 1) % period == 0], axis=1)
    frequent, rare = adagrad_effective_rate(grads, 0.1, 1e-8)[-1]
    return rare / frequent


for period, ratio in ((4, "2.00"), (15, "3.92")):
    fact(period, str(period))
    fact(rarity_buys(period, 200), ratio)
assert rarity_buys(16, 200) >= 4

# %% key="rates_explorer" explore=true
from hocsau.explore import adaptive_optimizers as explore

explore.rates(adagrad_effective_rate)

# %% [markdown] key="rmsprop" lang="en"
# ## 3.4 RMSProp: a memory that forgets
#
# Root Mean Square Propagation (Tieleman and Hinton 2012, lecture slides) mends Adagrad's drawback.
# In place of the sum it keeps an exponential moving average **of the squared gradient** (not of the
# gradient, as one sometimes reads):
#
# $$E[g^2]_t = \beta \cdot E[g^2]_{t-1} + (1 - \beta) \cdot g_t^2, \qquad \theta_{t+1} = \theta_t - \frac{\alpha}{\sqrt{E[g^2]_t + \epsilon}} \cdot g_t .$$
#
# - $E[g^2]_t$: the moving average of the squares, about the last $1/(1-\beta)$ of them;
# - $\beta$: how much of the old average is kept, usually 0.9. Beside it stands $1-\beta$ this time:
#   an average, not momentum's sum.
#
# **The first steps are long.** The average starts at 0 and has no correction. With a constant
# gradient of 1 and $\beta = 0.9$ the first average is 0.1, so the first step is
# $\alpha/\sqrt{0.1} = 3.16\,\alpha$. The following are 2.29, 1.92 and, at step 10, 1.24 times
# $\alpha$.
#
# **Advantage.** The rates stay alive: old gradients are forgotten, and a rate can grow again when
# gradients become small. It is steadier than Adagrad over a long run.
#
# **Drawback.** $\beta$ has to be chosen to fit: too small, and the rate shakes with every gradient;
# too large, and it lags behind. And since rates no longer fall by themselves, with a constant
# $\alpha$ the steps near a minimum do not die out. In the explorer of section 3.10 you will see
# RMSProp circle.
#
# ### Your turn: a step of RMSProp
#
# Update the average first, then divide; `eps` inside the root; no correction of the first steps.

# %% [markdown] key="rmsprop" lang="vi"
# ## 3.4 RMSProp: bộ nhớ biết quên
#
# Root Mean Square Propagation (Tieleman và Hinton 2012, slide bài giảng) khắc phục nhược điểm của
# Adagrad. Thay cho tổng, nó giữ trung bình động theo mũ **của bình phương gradient** (không phải của
# gradient, như đôi khi ta đọc thấy):
#
# $$E[g^2]_t = \beta \cdot E[g^2]_{t-1} + (1 - \beta) \cdot g_t^2, \qquad \theta_{t+1} = \theta_t - \frac{\alpha}{\sqrt{E[g^2]_t + \epsilon}} \cdot g_t .$$
#
# - $E[g^2]_t$: trung bình động của bình phương gradient, khoảng $1/(1-\beta)$ giá trị gần nhất;
# - $\beta$: phần của trung bình cũ được giữ lại, thường chọn 0.9. Lần này có $1-\beta$ đi kèm: đây
#   là trung bình, không phải tổng như ở momentum.
#
# **Những bước đầu rất dài.** Trung bình bắt đầu từ 0 và không được hiệu chỉnh. Với gradient không
# đổi bằng 1 và $\beta = 0.9$, trung bình đầu tiên là 0.1, nên bước đầu dài
# $\alpha/\sqrt{0.1} = 3.16\,\alpha$. Các bước sau là 2.29, 1.92 và, ở bước 10, 1.24 lần $\alpha$.
#
# **Ưu điểm.** Tốc độ không tắt dần: gradient cũ bị quên đi, và tốc độ có thể tăng trở lại khi
# gradient nhỏ đi. Về lâu dài nó ổn định hơn Adagrad.
#
# **Nhược điểm.** Cần tinh chỉnh $\beta$ cho phù hợp: quá nhỏ thì tốc độ rung theo từng gradient, quá
# lớn thì phản ứng chậm. Và vì tốc độ không còn tự giảm, với $\alpha$ không đổi thì các bước đi gần
# cực tiểu không tắt hẳn. Ở bảng khám phá trong mục 3.10, bạn sẽ thấy RMSProp chạy vòng quanh.
#
# ### Đến lượt bạn: một bước RMSProp
#
# Cập nhật trung bình trước rồi mới chia; `eps` nằm trong căn; không hiệu chỉnh các bước đầu.

# %% facts="rmsprop"
given("0.9")
w, s, path, averages = np.zeros(1), np.zeros(1), [0.0], []
for _ in range(10):
    w, s = rmsprop_step(w, s, np.ones(1), 1.0, 0.9, 1e-8)
    path.append(w[0])
    averages.append(s[0])
fact(averages[0], "0.1")
rmsprop_lengths = -np.diff(path)
for step, length in ((1, "3.16"), (2, "2.29"), (3, "1.92"), (10, "1.24")):
    fact(rmsprop_lengths[step - 1], length)


# %% exercise="rmsprop_step"
def rmsprop_step(theta, s, grad, learning_rate, beta, eps):
    """One step of RMSProp: s := beta s + (1 - beta) grad^2, then theta := theta - alpha grad / sqrt(s + eps).

    theta, s, grad:           (d,) float64; they are not changed
    learning_rate, beta, eps: floats, alpha, beta and epsilon (inside the root)
    returns the new (theta, s), each (d,) float64
    Tieleman and Hinton 2012
    """
    ### BEGIN SOLUTION
    s = beta * s + (1 - beta) * grad**2
    return theta - learning_rate * grad / np.sqrt(s + eps), s
    ### END SOLUTION


# %% check="rmsprop_step"
check("rmsprop_step")

# %% [markdown] key="adam" lang="en"
# ## 3.5 Adam
#
# Adaptive Moment Estimation (Kingma and Ba 2015) combines momentum, as a moving average of the
# gradient, with RMSProp's moving average of its square:
#
# $$m_t = \beta_1 \cdot m_{t-1} + (1 - \beta_1) \cdot g_t, \qquad v_t = \beta_2 \cdot v_{t-1} + (1 - \beta_2) \cdot g_t^2,$$
#
# $$\hat{m}_t = \frac{m_t}{1 - \beta_1^t}, \qquad \hat{v}_t = \frac{v_t}{1 - \beta_2^t}, \qquad \theta_{t+1} = \theta_t - \frac{\alpha}{\sqrt{\hat{v}_t} + \epsilon} \cdot \hat{m}_t .$$
#
# - $m_t$ and $v_t$: the moving averages of the gradient and of the squared gradient, both 0 at the
#   start;
# - $\beta_1$ and $\beta_2$: usually 0.9 and 0.999, so $v$ remembers a hundred times longer than $m$;
# - $\hat{m}_t$ and $\hat{v}_t$: the same averages after **bias correction** (of an estimate that is
#   too small; it has nothing to do with the parameter $b$). $t$ counts from 1;
# - $\epsilon$ stands *outside* the root here, unlike in sections 3.2 and 3.4.
#
# **What a step looks like.** The quotient $\hat{m}/\sqrt{\hat{v}}$ has no unit. If the gradient is
# steady, it is $\pm 1$ and every step has the length $\alpha$, however large the gradient. If the
# gradient flips its sign at each step, it is $0.053$ in the long run. And if the gradient is mostly
# noise, $\hat{m}$ averages it away while $\hat{v}$ does not: for a mean of 0.1 under noise of
# standard deviation 1, the root mean square of the quotient is 0.25. So $\alpha$ is nearly a bound
# on how far a parameter moves per step, and the quotient says how sure the gradient is.
#
# **By hand.** $\alpha = 0.1$, $\beta_1 = 0.9$, $\beta_2 = 0.999$, from $\theta = 1$:
#
# | $t$ | $g$ | $m$ | $v$ | $\hat{m}$ | $\hat{v}$ | $\theta$ |
# |---|---|---|---|---|---|---|
# | 1 | 2 | 0.2 | 0.004 | 2 | 4 | 0.9 |
# | 2 | 1 | 0.28 | 0.004996 | 1.4737 | 2.4992 | 0.8068 |
# | 3 | $-1$ | 0.152 | 0.005991 | 0.5609 | 1.9990 | 0.7671 |
#
# In the third step the gradient points back, and $\theta$ still moves on: $m$ remembers.
#
# **Advantages.** It works well with little tuning on many problems, and it suits large data and
# complex networks; it is the most widely used of all. **Drawbacks.** It depends on its
# hyper-parameters $\beta_1$ and $\beta_2$, and it keeps two more numbers per parameter. In practice
# the sensitive one is usually $\alpha$, as you will see in section 3.13. Whether it is "the
# strongest" is the question of section 3.14.

# %% [markdown] key="adam" lang="vi"
# ## 3.5 Adam
#
# Adaptive Moment Estimation (Kingma và Ba 2015) kết hợp momentum, dưới dạng trung bình động của
# gradient, với trung bình động của bình phương gradient trong RMSProp:
#
# $$m_t = \beta_1 \cdot m_{t-1} + (1 - \beta_1) \cdot g_t, \qquad v_t = \beta_2 \cdot v_{t-1} + (1 - \beta_2) \cdot g_t^2,$$
#
# $$\hat{m}_t = \frac{m_t}{1 - \beta_1^t}, \qquad \hat{v}_t = \frac{v_t}{1 - \beta_2^t}, \qquad \theta_{t+1} = \theta_t - \frac{\alpha}{\sqrt{\hat{v}_t} + \epsilon} \cdot \hat{m}_t .$$
#
# - $m_t$ và $v_t$: trung bình động của gradient và của bình phương gradient, cả hai ban đầu bằng 0;
# - $\beta_1$ và $\beta_2$: thường chọn 0.9 và 0.999, nên $v$ nhớ lâu gấp trăm lần $m$;
# - $\hat{m}_t$ và $\hat{v}_t$: chính các trung bình đó sau khi **hiệu chỉnh độ chệch** (độ chệch của
#   một ước lượng quá nhỏ, không liên quan gì đến tham số bias $b$). $t$ đếm từ 1;
# - ở đây $\epsilon$ đứng *ngoài* căn, khác với mục 3.2 và 3.4.
#
# **Một bước trông thế nào.** Thương $\hat{m}/\sqrt{\hat{v}}$ không có đơn vị. Nếu gradient ổn định
# thì thương là $\pm 1$ và bước nào cũng dài $\alpha$, bất kể gradient lớn đến đâu. Nếu gradient đổi
# dấu ở mỗi bước thì về lâu dài thương chỉ còn $0.053$. Còn nếu gradient chủ yếu là nhiễu thì
# $\hat{m}$ làm nhiễu triệt tiêu bớt, $\hat{v}$ thì không: với giá trị trung bình 0.1 và nhiễu có độ
# lệch chuẩn 1, căn của trung bình bình phương của thương là 0.25. Vậy $\alpha$ gần như là giới hạn
# cho đoạn đường một tham số đi trong một bước, còn thương cho biết gradient chắc chắn đến đâu.
#
# **Tính tay.** $\alpha = 0.1$, $\beta_1 = 0.9$, $\beta_2 = 0.999$, xuất phát từ $\theta = 1$:
#
# | $t$ | $g$ | $m$ | $v$ | $\hat{m}$ | $\hat{v}$ | $\theta$ |
# |---|---|---|---|---|---|---|
# | 1 | 2 | 0.2 | 0.004 | 2 | 4 | 0.9 |
# | 2 | 1 | 0.28 | 0.004996 | 1.4737 | 2.4992 | 0.8068 |
# | 3 | $-1$ | 0.152 | 0.005991 | 0.5609 | 1.9990 | 0.7671 |
#
# Ở bước thứ ba gradient đã quay ngược lại mà $\theta$ vẫn đi tiếp: đó là do $m$ còn nhớ.
#
# **Ưu điểm.** Chạy tốt trên nhiều bài toán mà ít phải tinh chỉnh, thích hợp với dữ liệu lớn và mạng
# phức tạp; đây là thuật toán phổ biến nhất. **Nhược điểm.** Phụ thuộc vào các siêu tham số $\beta_1$
# và $\beta_2$, và mỗi tham số phải giữ thêm hai con số. Trên thực tế, siêu tham số nhạy nhất thường
# là $\alpha$, như bạn sẽ thấy ở mục 3.13. Còn nó có phải "mạnh nhất" hay không là câu hỏi của mục
# 3.14.

# %% facts="adam"
given("0.9", "0.999", "0.1")


def quotients(grads):
    """m_hat / sqrt(v_hat) in every step, of as many parameters as `grads` has columns; like `grads`."""
    theta = m = v = np.zeros(grads.shape[1])
    path = [theta]
    for t, grad in enumerate(grads, start=1):
        theta, m, v = adam_step(theta, m, v, t, grad, 1.0, 0.9, 0.999, 0.0)
        path.append(theta)
    return -np.diff(path, axis=0)


np.testing.assert_allclose(quotients(np.full((100, 1), 250.0)), 1)
fact(abs(quotients((-1.0) ** np.arange(400)[:, None])[-1, 0]), "0.053")
noisy = quotients(np.random.default_rng(0).normal(0.1, 1, size=(1500, 200)))
fact(np.sqrt(np.mean(noisy[500:] ** 2)), "0.25")

theta, m, v = np.ones(1), np.zeros(1), np.zeros(1)
for t, grad, row in (
    (1, 2.0, ("0.2", "0.004", "2", "4", "0.9")),
    (2, 1.0, ("0.28", "0.004996", "1.4737", "2.4992", "0.8068")),
    (3, -1.0, ("0.152", "0.005991", "0.5609", "1.9990", "0.7671")),
):
    theta, m, v = adam_step(theta, m, v, t, np.array([grad]), 0.1, 0.9, 0.999, 1e-8)
    fact(m[0], row[0])
    fact(v[0], row[1])
    fact(m[0] / (1 - 0.9**t), row[2])
    fact(v[0] / (1 - 0.999**t), row[3])
    fact(theta[0], row[4])

# %% [markdown] key="bias" lang="en"
# ## 3.6 Why divide by one minus beta to the t?
#
# Unroll $m$ from $m_0 = 0$, just as the velocity in lesson 2:
#
# $$m_t = (1-\beta_1) \sum_{s=1}^{t} \beta_1^{\,t-s}\, g_s .$$
#
# If all gradients have the same mean $\mu$, then
#
# $$E[m_t] = \mu\,(1-\beta_1) \sum_{s=1}^{t} \beta_1^{\,t-s} = \mu\,(1-\beta_1^t),$$
#
# since the weights are a geometric series. The average is too small by exactly the factor
# $1-\beta_1^t$: the missing share, $\beta_1^t$, sits on the 0 it started from. Dividing by it
# repairs $m$, and the same computation with $g^2$ repairs $v$. At $\beta = 0.9$ the factor is 0.1 in
# the first step and 0.65 in the tenth; at 0.999 it is 0.001 and 0.01, and even after 1000 steps
# only 0.63. That is why it is $v$ that matters most.
#
# Each way to get it wrong has its own symptom. With the usual betas and a constant gradient, the
# length of the steps divided by $\alpha$ should be 1 throughout:
#
# | mistake | step 1 | later |
# |---|---|---|
# | no correction | 3.16 | up to 6.57 at step 12, still 1.26 at step 1000 |
# | only $m$ corrected | 31.6 | far too long for a long time |
# | only $v$ corrected | 0.1 | a slow start |
# | $t$ stays 1 | 1 | up to 2.08 at step 12, then down to 0.316 |
# | $t$ from 0 | NaN | NaN |
#
# The last but one is treacherous: its first step is right. A test that looks at one step finds
# nothing.
#
# ### Your turn: a step of Adam
#
# `t` is the number of this step, counted from 1. Return the averages **uncorrected**: they are what
# the next step continues from.

# %% [markdown] key="bias" lang="vi"
# ## 3.6 Vì sao chia cho một trừ beta mũ t?
#
# Khai triển $m$ từ $m_0 = 0$, giống như đã làm với vận tốc ở bài 2:
#
# $$m_t = (1-\beta_1) \sum_{s=1}^{t} \beta_1^{\,t-s}\, g_s .$$
#
# Nếu mọi gradient có cùng kỳ vọng $\mu$ thì
#
# $$E[m_t] = \mu\,(1-\beta_1) \sum_{s=1}^{t} \beta_1^{\,t-s} = \mu\,(1-\beta_1^t),$$
#
# vì các trọng số tạo thành một cấp số nhân. Trung bình nhỏ hơn đúng $1-\beta_1^t$ lần: phần còn
# thiếu, $\beta_1^t$, nằm ở con số 0 lúc xuất phát. Chia cho thừa số đó là sửa được $m$, và làm y như
# vậy với $g^2$ thì sửa được $v$. Với $\beta = 0.9$, thừa số này là 0.1 ở bước đầu và 0.65 ở bước thứ
# mười; với 0.999 thì là 0.001 và 0.01, thậm chí sau 1000 bước vẫn mới 0.63. Vì thế $v$ mới là chỗ
# quan trọng nhất.
#
# Mỗi cách làm sai có một triệu chứng riêng. Với các beta thường dùng và gradient không đổi, độ dài
# bước chia cho $\alpha$ lẽ ra luôn bằng 1:
#
# | lỗi | bước 1 | về sau |
# |---|---|---|
# | không hiệu chỉnh | 3.16 | lên tới 6.57 ở bước 12, đến bước 1000 vẫn còn 1.26 |
# | chỉ hiệu chỉnh $m$ | 31.6 | quá dài trong một thời gian dài |
# | chỉ hiệu chỉnh $v$ | 0.1 | khởi đầu chậm |
# | $t$ đứng yên ở 1 | 1 | lên tới 2.08 ở bước 12, rồi xuống 0.316 |
# | $t$ đếm từ 0 | NaN | NaN |
#
# Lỗi áp chót rất khó thấy: bước đầu tiên của nó đúng. Một phép kiểm tra chỉ nhìn một bước sẽ không
# phát hiện được gì.
#
# ### Đến lượt bạn: một bước Adam
#
# `t` là số thứ tự của bước này, đếm từ 1. Hãy trả về các trung bình **chưa hiệu chỉnh**: bước sau sẽ
# tiếp tục từ chúng.

# %% facts="bias"
given("0.9", "0.999", "1000")
for beta, t, factor in (
    (0.9, 1, "0.1"),
    (0.9, 10, "0.65"),
    (0.999, 1, "0.001"),
    (0.999, 10, "0.01"),
    (0.999, 1000, "0.63"),
):
    fact(1 - beta**t, factor)


def lengths_on_a_slope(steps, power_of_m, power_of_v):
    """Adam's steps over alpha at the gradient 1; the averages are divided by 1 - beta to the power that is given, or not."""
    m = v = 0.0
    lengths = []
    for t in range(1, steps + 1):
        m, v = 0.9 * m + 0.1, 0.999 * v + 0.001
        by_m = 1 - 0.9 ** power_of_m(t) if power_of_m else 1.0
        by_v = 1 - 0.999 ** power_of_v(t) if power_of_v else 1.0
        lengths.append(m / by_m / math.sqrt(v / by_v))
    return np.array(lengths)


def right(t):
    return t


def stuck(_):
    return 1


np.testing.assert_allclose(lengths_on_a_slope(50, right, right), 1)
uncorrected = lengths_on_a_slope(1000, None, None)
fact(uncorrected[0], "3.16")
fact(uncorrected.max(), "6.57")
fact(uncorrected.argmax() + 1, "12")
fact(uncorrected[1000 - 1], "1.26")
fact(lengths_on_a_slope(1, right, None)[0], "31.6")
assert lengths_on_a_slope(100, right, None)[99] > 3
fact(lengths_on_a_slope(1, None, right)[0], "0.1")
always_first = lengths_on_a_slope(5000, stuck, stuck)
fact(always_first[0], "1")
fact(always_first.max(), "2.08")
fact(always_first.argmax() + 1, "12")
fact((1 / 0.1) / math.sqrt(1 / 0.001), "0.316")  # m and v arrive at 1


# %% exercise="adam_step"
def adam_step(theta, m, v, t, grad, learning_rate, beta1, beta2, eps):
    """One step of Adam, the t-th.

    m := beta1 m + (1 - beta1) grad;  m_hat = m / (1 - beta1^t)
    v := beta2 v + (1 - beta2) grad^2;  v_hat = v / (1 - beta2^t)
    theta := theta - alpha m_hat / (sqrt(v_hat) + eps)

    theta, m, v, grad:               (d,) float64; they are not changed
    t:                               int, the number of this step, from 1
    learning_rate, beta1, beta2, eps: floats; epsilon stands outside the root
    returns the new (theta, m, v), m and v uncorrected, each (d,) float64
    Kingma and Ba 2015, algorithm 1
    """
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v
    ### END SOLUTION


# %% check="adam_step"
check("adam_step")

# %% [markdown] key="adam_class" lang="en"
# ## 3.7 An optimizer as an object
#
# A network has many parameter arrays of different shapes. Libraries wrap the step into an object
# that is made once, with the list of arrays, and then called after each batch:
#
# ```
# optimizer = Adam([W1, b1, W2, b2], 0.001, 0.9, 0.999, 1e-8)
# optimizer.step([dW1, db1, dW2, db2])
# ```
#
# Four things to get right, each of which has gone wrong in published code:
#
# - **State per parameter.** Each array has its own $m$ and $v$, of its own shape.
# - **One clock.** $t$ counts steps, not arrays: it advances once per call of `step`. Advanced in the
#   loop over the parameters, it gives the second array the correction of another step
#   ([flashlight issue 143](https://github.com/flashlight/flashlight/issues/143),
#   [DiffSharp issue 292](https://github.com/DiffSharp/DiffSharp/issues/292)).
# - **Averages, not corrected averages.** What is stored is $m$, not $\hat{m}$
#   ([Holocron issue 1](https://github.com/frgfm/holocron/issues/1)).
# - **In place.** The network holds the arrays themselves. `p = p - step` makes a new array and lets
#   the name `p` point to it: the network never hears of it. `params[i] = params[i] - step` puts the
#   new array into your list, and the network still holds the old one. `p -= step` and
#   `p[...] = new` change the array itself.
#
# ### Your turn: the class
#
# Write both methods. You may use your `adam_step`. This is the one exercise of the lesson that
# changes its arguments: the arrays in `params`, and nothing else.

# %% [markdown] key="adam_class" lang="vi"
# ## 3.7 Bộ tối ưu hóa dưới dạng đối tượng
#
# Một mạng có nhiều mảng tham số với kích thước khác nhau. Các thư viện gói bước đi vào một đối tượng:
# tạo một lần với danh sách các mảng, rồi gọi sau mỗi batch:
#
# ```
# optimizer = Adam([W1, b1, W2, b2], 0.001, 0.9, 0.999, 1e-8)
# optimizer.step([dW1, db1, dW2, db2])
# ```
#
# Có bốn điều phải làm đúng, mà điều nào cũng từng bị làm sai trong mã nguồn đã công bố:
#
# - **Mỗi tham số một trạng thái.** Mỗi mảng có $m$ và $v$ riêng, đúng kích thước của nó.
# - **Một đồng hồ chung.** $t$ đếm số bước, không đếm số mảng: mỗi lần gọi `step` chỉ tăng một lần.
#   Nếu tăng trong vòng lặp qua các tham số thì mảng thứ hai bị hiệu chỉnh theo một bước khác
#   ([flashlight issue 143](https://github.com/flashlight/flashlight/issues/143),
#   [DiffSharp issue 292](https://github.com/DiffSharp/DiffSharp/issues/292)).
# - **Lưu trung bình, không lưu trung bình đã hiệu chỉnh.** Thứ cần lưu là $m$ chứ không phải
#   $\hat{m}$ ([Holocron issue 1](https://github.com/frgfm/holocron/issues/1)).
# - **Sửa tại chỗ.** Mạng giữ chính các mảng đó. `p = p - step` tạo một mảng mới rồi cho tên `p` trỏ
#   vào nó: mạng không hề biết. `params[i] = params[i] - step` đặt mảng mới vào danh sách của bạn,
#   còn mạng vẫn giữ mảng cũ. `p -= step` và `p[...] = new` mới sửa chính mảng đó.
#
# ### Đến lượt bạn: viết class
#
# Hãy viết cả hai phương thức. Bạn có thể dùng `adam_step` của mình. Đây là bài tập duy nhất trong
# bài được sửa đối số: các mảng trong `params`, ngoài ra không gì khác.

# %% facts="adam_class"
given("0.001", "0.9", "0.999", "1e-8")


# %% exercise="Adam"
class Adam:
    """Adam for a list of parameter arrays, which it changes in place.

    params:                          list of float64 arrays of any shapes
    learning_rate, beta1, beta2, eps: floats, as in adam_step
    """

    def __init__(self, params, learning_rate, beta1, beta2, eps):
        """Remember the arrays and the numbers; t = 0, and m = v = 0 for each array."""
        ### BEGIN SOLUTION
        self.params = params
        self.learning_rate, self.beta1, self.beta2, self.eps = learning_rate, beta1, beta2, eps
        self.t = 0
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
        ### END SOLUTION

    def step(self, grads):
        """One step for all arrays; grads is a list of arrays of the same shapes. Returns None."""
        ### BEGIN SOLUTION
        self.t += 1
        for i, (p, grad) in enumerate(zip(self.params, grads, strict=True)):
            new, self.m[i], self.v[i] = adam_step(
                p, self.m[i], self.v[i], self.t, grad,
                self.learning_rate, self.beta1, self.beta2, self.eps,
            )  # fmt: skip
            p[...] = new
        ### END SOLUTION


# %% check="Adam"
check("Adam")

# %% [markdown] key="adamw" lang="en"
# ## 3.8 AdamW: weight decay that stays outside
#
# To keep weights small one often adds $\tfrac{\lambda}{2}\lVert\theta\rVert^2$ to the loss. Its
# gradient is $\lambda\theta$, and with gradient descent
#
# $$\theta_{t+1} = \theta_t - \alpha\,(g_t + \lambda\,\theta_t) = (1 - \alpha\lambda)\,\theta_t - \alpha\,g_t :$$
#
# every weight shrinks by the same share per step. Hence the name **weight decay**. With Adam the two
# are no longer the same thing. If $\lambda\theta$ is added to the gradient, it passes through $m$
# and $v$ and is divided by $\sqrt{\hat{v}}$ with the rest: weights with large gradients hardly decay,
# those with small gradients decay strongly. Loshchilov and Hutter (2019) take the decay out of the
# fraction:
#
# $$\theta_{t+1} = \theta_t - \frac{\alpha}{\sqrt{\hat{v}_t} + \epsilon} \cdot \hat{m}_t - \alpha\,\lambda\,\theta_t ,$$
#
# with $m$ and $v$ from $g_t$ alone, and $\theta_t$ before the step in both places. This is the form
# that libraries have. The paper itself writes the decay as $\lambda\,\theta_t$, without $\alpha$: its
# $\lambda$ is our $\alpha\lambda$.
#
# **In numbers.** Two weights start at 1; their gradients are pure noise of standard deviation 1 and
# 0.01. With $\alpha = 0.001$ and $\lambda = 0.1$, after 1000 steps (mean of 1000 runs):
#
# | | large gradients | small gradients |
# |---|---|---|
# | $\lambda\theta$ in the gradient, Adam | 0.90 | 0.26 |
# | AdamW | 0.90 | 0.90 |
# | decay alone, $(1-\alpha\lambda)^{1000}$ | 0.90 | 0.90 |
#
# AdamW decays both alike.
#
# ### Your turn: a step of AdamW
#
# When the gradient is 0 the weight still decays. With `weight_decay` equal to zero it is Adam.

# %% [markdown] key="adamw" lang="vi"
# ## 3.8 AdamW: suy giảm trọng số đứng riêng bên ngoài
#
# Để trọng số không quá lớn, người ta thường cộng $\tfrac{\lambda}{2}\lVert\theta\rVert^2$ vào hàm mất
# mát. Gradient của nó là $\lambda\theta$, và với gradient descent
#
# $$\theta_{t+1} = \theta_t - \alpha\,(g_t + \lambda\,\theta_t) = (1 - \alpha\lambda)\,\theta_t - \alpha\,g_t :$$
#
# mỗi bước, mọi trọng số đều co lại theo cùng một tỉ lệ. Vì thế mới có tên **weight decay (suy giảm
# trọng số)**. Với Adam thì hai việc đó không còn là một. Nếu cộng $\lambda\theta$ vào gradient, nó đi
# qua $m$, $v$ rồi cũng bị chia cho $\sqrt{\hat{v}}$: trọng số có gradient lớn hầu như không suy giảm,
# trọng số có gradient nhỏ lại suy giảm mạnh. Loshchilov và Hutter (2019) đưa phần suy giảm ra ngoài
# phân số:
#
# $$\theta_{t+1} = \theta_t - \frac{\alpha}{\sqrt{\hat{v}_t} + \epsilon} \cdot \hat{m}_t - \alpha\,\lambda\,\theta_t ,$$
#
# trong đó $m$ và $v$ chỉ tính từ $g_t$, còn $\theta_t$ ở cả hai chỗ đều là giá trị trước khi bước.
# Đây là dạng có trong các thư viện. Chính bài báo thì viết phần suy giảm là $\lambda\,\theta_t$, không
# có $\alpha$: $\lambda$ của bài báo là $\alpha\lambda$ của ta.
#
# **Bằng số.** Hai trọng số xuất phát từ 1; gradient của chúng chỉ là nhiễu với độ lệch chuẩn 1 và
# 0.01. Với $\alpha = 0.001$ và $\lambda = 0.1$, sau 1000 bước (trung bình của 1000 lần chạy):
#
# | | gradient lớn | gradient nhỏ |
# |---|---|---|
# | $\lambda\theta$ nằm trong gradient, Adam | 0.90 | 0.26 |
# | AdamW | 0.90 | 0.90 |
# | chỉ suy giảm, $(1-\alpha\lambda)^{1000}$ | 0.90 | 0.90 |
#
# AdamW làm cả hai suy giảm như nhau.
#
# ### Đến lượt bạn: một bước AdamW
#
# Khi gradient bằng 0, trọng số vẫn suy giảm. Khi `weight_decay` bằng không thì đó chính là Adam.

# %% facts="adamw"
given("0.01", "0.001", "0.1", "1000")
rng = np.random.default_rng(0)
inside, outside = ((np.ones((1000, 2)), np.zeros((1000, 2)), np.zeros((1000, 2))) for _ in range(2))
for t in range(1, 1001):
    grad = np.array([1.0, 0.01]) * rng.normal(size=(1000, 2))
    inside = adam_step(*inside, t, grad + 0.1 * inside[0], 0.001, 0.9, 0.999, 1e-8)
    outside = adamw_step(*outside, t, grad, 0.001, 0.9, 0.999, 1e-8, 0.1)
fact(inside[0].mean(axis=0)[0], "0.90")
fact(inside[0].mean(axis=0)[1], "0.26")
fact(outside[0].mean(axis=0)[0], "0.90")
fact(outside[0].mean(axis=0)[1], "0.90")
fact((1 - 0.001 * 0.1) ** 1000, "0.90")


# %% exercise="adamw_step"
def adamw_step(theta, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    """One step of AdamW: Adam's step, and beside it the decay alpha lambda theta.

    m, v, m_hat, v_hat as in adam_step, from the gradient alone
    theta := theta - alpha m_hat / (sqrt(v_hat) + eps) - alpha lambda theta, with the old theta in both places

    theta, m, v, grad:               (d,) float64; they are not changed
    t:                               int, the number of this step, from 1
    learning_rate, beta1, beta2, eps: floats, as in adam_step
    weight_decay:                    float, lambda
    returns the new (theta, m, v), each (d,) float64
    Loshchilov and Hutter 2019
    """
    ### BEGIN SOLUTION
    new, m, v = adam_step(theta, m, v, t, grad, learning_rate, beta1, beta2, eps)
    return new - learning_rate * weight_decay * theta, m, v
    ### END SOLUTION


# %% check="adamw_step"
check("adamw_step")

# %% [markdown] key="schedule" lang="en"
# ## 3.9 Adaptive and scheduled: warm-up and cosine
#
# An adaptive rate does not make a schedule superfluous: $\alpha$ itself may follow a plan. The most
# common one climbs from 0 to the peak during the **warm-up**, while $\hat{v}$ rests on few gradients
# and is not to be trusted yet, and then falls along half a cosine to a floor, so that the steps die
# out at the end:
#
# $$\alpha(k) = \alpha_{\max}\,\frac{k}{k_w} \quad (k < k_w), \qquad \alpha(k) = \alpha_{\min} + \frac{\alpha_{\max} - \alpha_{\min}}{2}\left(1 + \cos\left(\pi\,\frac{k - k_w}{K - k_w}\right)\right) \quad (k_w \le k \le K),$$
#
# and $\alpha_{\min}$ beyond $K$. The cosine starts where the warm-up ends, flat at both ends.
#
# With $K = 100$, $k_w = 10$, the peak 1 and the floor 0.1:
#
# | $k$ | 0 | 5 | 10 | 32 | 55 | 77 | 100 | 150 |
# |---|---|---|---|---|---|---|---|---|
# | rate | 0 | 0.5 | 1 | 0.8737 | 0.55 | 0.2374 | 0.1 | 0.1 |
#
# ### Your turn: the schedule
#
# `warmup_steps` may be zero: then step 0 is the peak, and nothing may be divided by zero.

# %% [markdown] key="schedule" lang="vi"
# ## 3.9 Vừa thích ứng vừa theo lịch: warm-up và cosine
#
# Có tốc độ thích ứng rồi vẫn có thể dùng lịch: chính $\alpha$ cũng đi theo một kế hoạch. Kế hoạch
# thường gặp nhất tăng từ 0 lên đỉnh trong giai đoạn **warm-up (khởi động)**, lúc $\hat{v}$ mới dựa
# trên ít gradient và chưa đáng tin, rồi giảm theo nửa cosine xuống mức sàn để các bước đi tắt dần ở
# cuối:
#
# $$\alpha(k) = \alpha_{\max}\,\frac{k}{k_w} \quad (k < k_w), \qquad \alpha(k) = \alpha_{\min} + \frac{\alpha_{\max} - \alpha_{\min}}{2}\left(1 + \cos\left(\pi\,\frac{k - k_w}{K - k_w}\right)\right) \quad (k_w \le k \le K),$$
#
# và giữ nguyên $\alpha_{\min}$ khi quá $K$. Cosine bắt đầu ở chỗ warm-up kết thúc, phẳng ở cả hai
# đầu.
#
# Với $K = 100$, $k_w = 10$, đỉnh là 1 và mức sàn là 0.1:
#
# | $k$ | 0 | 5 | 10 | 32 | 55 | 77 | 100 | 150 |
# |---|---|---|---|---|---|---|---|---|
# | tốc độ | 0 | 0.5 | 1 | 0.8737 | 0.55 | 0.2374 | 0.1 | 0.1 |
#
# ### Đến lượt bạn: lịch tốc độ học
#
# `warmup_steps` có thể bằng không: khi đó bước 0 là đỉnh, và không được chia cho số không.

# %% facts="schedule"
given("100", "0.1")
for k, rate in (
    ("0", "0"),
    ("5", "0.5"),
    ("10", "1"),
    ("32", "0.8737"),
    ("55", "0.55"),
    ("77", "0.2374"),
    ("100", "0.1"),
    ("150", "0.1"),
):
    given(k)
    fact(warmup_cosine(int(k), 100, 10, 1.0, 0.1), rate)


# %% exercise="warmup_cosine"
def warmup_cosine(step, total_steps, warmup_steps, peak, floor):
    """A learning rate that climbs linearly from 0 to peak, then falls along half a cosine to floor.

    step:                      int, from 0; at warmup_steps the rate is peak, from total_steps on it is floor
    total_steps, warmup_steps: ints, warmup_steps < total_steps; warmup_steps may be 0
    peak, floor:               floats
    returns a float
    """
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return float(peak * step / warmup_steps)
    done = min((step - warmup_steps) / (total_steps - warmup_steps), 1.0)
    return float(floor + (peak - floor) * (1 + np.cos(np.pi * done)) / 2)
    ### END SOLUTION


# %% check="warmup_cosine"
check("warmup_cosine")

# %% [markdown] key="surfaces" lang="en"
# ## 3.10 Seven optimizers on three surfaces
#
# Gradient descent, momentum, Nesterov, Adagrad, RMSProp, Adam (your `adam_step`, once it is written)
# and AdamW, all from the same start, 300 steps. Every hyper-parameter is a slider, and the line under
# the picture does the arithmetic of one step of the optimizer you choose: move "step shown" to 1 and
# check it by hand.
#
# - **Ravine**: curvatures 1 and 20, along the axes. Turned by 45 degrees, a rate per parameter would
#   help much less (why?).
# - **Saddle**: flat in $\theta_2$, where the start is only 0.001 away from the ridge. At
#   $\alpha = 0.01$ gradient descent needs 639 steps to leave it ($\theta_2 > 0.5$), momentum 105,
#   Adam 44, RMSProp 30: dividing by a small gradient makes it count.
# - **Beale's function**: a curved valley between steep walls, with the minimum at $(3, 0.5)$.
#
# **Question.** *Who turns the bend of Beale?* Start with small $\alpha$ and raise it slowly. In which
# order do the optimizers fail, and how does each fail: by divergence, by circling, by falling asleep?
#
# **Challenge.** On Beale's function, bring $J$ with Adam below 1e-8 within 300 steps. Adam does it at
# most values of $\alpha$ from 0.26 on. With $\beta = 0.9$ and the other defaults, gradient descent,
# momentum, Nesterov, Adagrad and RMSProp do it at no mark of the slider (between the marks, momentum
# and Nesterov are lucky at a few values from 0.003 to 0.01). And AdamW? Its decay pulls towards 0,
# so it comes to rest beside the minimum.

# %% [markdown] key="surfaces" lang="vi"
# ## 3.10 Bảy thuật toán trên ba mặt hàm
#
# Gradient descent, momentum, Nesterov, Adagrad, RMSProp, Adam (chính `adam_step` của bạn, khi bạn đã
# viết xong) và AdamW, cùng một điểm xuất phát, 300 bước. Mỗi siêu tham số là một thanh trượt, còn
# dòng chữ dưới hình làm phép tính của một bước cho thuật toán bạn chọn: hãy kéo "bước được xem" về 1
# rồi tự kiểm tra bằng tay.
#
# - **Rãnh hẹp**: độ cong 1 và 20, dọc theo các trục. Nếu xoay rãnh đi 45 độ, việc cho mỗi tham số một
#   tốc độ sẽ giúp được ít hơn nhiều (vì sao?).
# - **Điểm yên ngựa**: phẳng theo $\theta_2$, nơi điểm xuất phát chỉ cách sống yên 0.001. Với
#   $\alpha = 0.01$, gradient descent cần 639 bước mới rời khỏi đó ($\theta_2 > 0.5$), momentum 105,
#   Adam 44, RMSProp 30: chia cho một gradient nhỏ làm cho nó có trọng lượng.
# - **Hàm Beale**: một thung lũng cong giữa các vách dốc, cực tiểu tại $(3, 0.5)$.
#
# **Câu hỏi.** *Ai rẽ được khúc cua của Beale?* Hãy bắt đầu với $\alpha$ nhỏ rồi tăng dần. Các thuật
# toán lần lượt thất bại theo thứ tự nào, và mỗi cái thất bại kiểu gì: phân kỳ, chạy vòng quanh, hay
# ngủ quên?
#
# **Thử thách.** Trên hàm Beale, đưa $J$ khi dùng Adam xuống dưới 1e-8 trong 300 bước. Adam làm được ở
# hầu hết giá trị $\alpha$ từ 0.26 trở lên. Với $\beta = 0.9$ và các giá trị mặc định khác, gradient
# descent, momentum, Nesterov, Adagrad và RMSProp không làm được ở nấc nào của thanh trượt (giữa các
# nấc, momentum và Nesterov gặp may ở vài giá trị từ 0.003 đến 0.01). Còn AdamW? Phần suy giảm kéo nó
# về phía 0 nên nó dừng lại bên cạnh cực tiểu.

# %% facts="surfaces"
from functools import cache

from hocsau.explore.adaptive_optimizers import optimizers as seven

given("300", "45", "0.01", "0.5", "0.9", "1e-8")
fact(seven.SURFACES["saddle"].start[1], "0.001")
fact(seven.SURFACES["beale"].minimum[0], "3")
fact(seven.SURFACES["beale"].minimum[1], "0.5")
fact(seven.gradient("ravine", np.ones(2))[1], "20")
for name, steps in (
    ("gradient_descent", "639"),
    ("momentum", "105"),
    ("adam", "44"),
    ("rmsprop", "30"),
):
    path = seven.run(name, "saddle", seven.Settings(learning_rate=0.01), 700).path
    fact((path[:, 1] > 0.5).argmax(), steps)


def turns_the_bend(name, rate):
    path = seven.run(name, "beale", seven.Settings(learning_rate=float(rate)), 300).path
    return seven.values("beale", path)[-1] < 1e-8


@cache
def rates_of_beale(name):
    """The marks of the slider for alpha, and at which of them `name` comes below 1e-8."""
    marks = 10 ** (-4 + 0.02 * np.arange(216))
    return marks, np.array([turns_the_bend(name, rate) for rate in marks])


def least_rate_of_adam():
    """The least mark at which Adam alone of the seven comes below 1e-8, as it does at most that follow."""
    marks, good = rates_of_beale("adam")
    assert good[good.argmax() :].mean() > 0.8
    assert not any(rates_of_beale(name)[1].any() for name in seven.OPTIMIZERS if name != "adam")
    return marks[good.argmax()]


@cache
def lucky_rates():
    """The range in which momentum and Nesterov come below 1e-8 at a few rates."""
    between = np.geomspace(0.003, 0.01, 600)
    for name in ("momentum", "nesterov"):
        good = [turns_the_bend(name, rate) for rate in between]
        assert 0 < np.mean(good) < 0.1
    return between


trained(least_rate_of_adam, "0.26")
trained(lambda: lucky_rates()[0], "0.003")
trained(lambda: lucky_rates()[-1], "0.01")

# %% key="surfaces_explorer" explore=true
from hocsau.explore import adaptive_optimizers as explore

explore.surfaces(adam_step)

# %% [markdown] key="epsilon" lang="en"
# ## 3.11 Convention card: where epsilon stands
#
# | | ours | `torch.optim` | conversion |
# |---|---|---|---|
# | Adagrad | $\sqrt{G + \epsilon}$ | $\sqrt{G} + \epsilon$ | none exact; at $\epsilon = 0$ they agree |
# | Adagrad's start | $G_0 = 0$ | `initial_accumulator_value`, default 0 | our $\epsilon$ is PyTorch's start value with its `eps=0` |
# | RMSProp | $\sqrt{E[g^2] + \epsilon}$, $\beta$ usually 0.9 | $\sqrt{E[g^2]} + \epsilon$, `alpha` (our $\beta$) default 0.99 | none exact; at $\epsilon = 0$ they agree |
# | Adam | $\sqrt{\hat{v}} + \epsilon$ | the same | none needed |
# | AdamW | decay $\alpha\lambda\theta$ with the old $\theta$ | the same; `weight_decay` default 0.01 | none needed; the paper's $\lambda$ is $\alpha\lambda$ here |
# | L2 in Adam | not used here | `Adam(weight_decay=...)` adds $\lambda\theta$ to the gradient | not AdamW |
# | names | $\alpha$ is the learning rate | `lr`; `alpha` in RMSProp is the averaging constant | take care |
#
# Adagrad with $\epsilon$ inside the root is how Ruder's survey (2016) and Keras 3 write it. The start
# value gives an exact bridge for Adagrad, because $\epsilon$ inside the root is nothing but a sum
# that does not start at 0: `torch.optim.Adagrad(params, lr=a, initial_accumulator_value=e, eps=0)`
# makes our steps with $\epsilon$ = `e`.
#
# **When does it matter?** A first step of Adagrad divided by $\alpha$, with $\epsilon = 10^{-8}$:
#
# | gradient | inside | outside |
# |---|---|---|
# | 0.01 | 0.99995 | 0.999999 |
# | 0.001 | 0.9950 | 0.99999 |
# | 0.0001 | 0.7071 | 0.9999 |
# | 0.00001 | 0.0995 | 0.9990 |
#
# Inside the root $\epsilon$ is compared with a *square*, so the threshold is at
# $\lvert g\rvert = \sqrt{\epsilon} = 10^{-4}$; outside it is at $10^{-8}$. An $\epsilon$ carried from
# one convention into the other has to be squared or rooted first. Gradients of $10^{-4}$ are common
# in real networks.
#
# The paper on Adam also offers a faster form that divides by $\sqrt{v_t} + \hat\epsilon$ and moves
# the corrections into $\alpha$. Its $\hat\epsilon$ is $\epsilon\sqrt{1-\beta_2^t}$, which changes with
# $t$: early in training a fixed $\hat\epsilon$ acts as a much larger $\epsilon$.

# %% [markdown] key="epsilon" lang="vi"
# ## 3.11 Thẻ quy ước: epsilon đứng ở đâu
#
# | | của ta | `torch.optim` | quy đổi |
# |---|---|---|---|
# | Adagrad | $\sqrt{G + \epsilon}$ | $\sqrt{G} + \epsilon$ | không có cách chính xác; bằng nhau khi $\epsilon = 0$ |
# | khởi đầu của Adagrad | $G_0 = 0$ | `initial_accumulator_value`, mặc định 0 | $\epsilon$ của ta là giá trị khởi đầu của PyTorch với `eps=0` |
# | RMSProp | $\sqrt{E[g^2] + \epsilon}$, $\beta$ thường là 0.9 | $\sqrt{E[g^2]} + \epsilon$, `alpha` (tức $\beta$ của ta) mặc định 0.99 | không có cách chính xác; bằng nhau khi $\epsilon = 0$ |
# | Adam | $\sqrt{\hat{v}} + \epsilon$ | giống hệt | không cần |
# | AdamW | suy giảm $\alpha\lambda\theta$ với $\theta$ cũ | giống hệt; `weight_decay` mặc định 0.01 | không cần; $\lambda$ trong bài báo là $\alpha\lambda$ ở đây |
# | L2 trong Adam | không dùng ở đây | `Adam(weight_decay=...)` cộng $\lambda\theta$ vào gradient | không phải AdamW |
# | tên gọi | $\alpha$ là tốc độ học | `lr`; `alpha` trong RMSProp là hệ số trung bình động | cẩn thận |
#
# Adagrad với $\epsilon$ trong căn là cách viết trong bài tổng quan của Ruder (2016) và trong Keras 3.
# Giá trị khởi đầu cho ta một cách quy đổi chính xác với Adagrad, vì $\epsilon$ trong căn chẳng qua là
# một tổng không bắt đầu từ 0: `torch.optim.Adagrad(params, lr=a, initial_accumulator_value=e, eps=0)`
# đi đúng các bước của ta với $\epsilon$ = `e`.
#
# **Khi nào thì quan trọng?** Bước đầu của Adagrad chia cho $\alpha$, với $\epsilon = 10^{-8}$:
#
# | gradient | trong căn | ngoài căn |
# |---|---|---|
# | 0.01 | 0.99995 | 0.999999 |
# | 0.001 | 0.9950 | 0.99999 |
# | 0.0001 | 0.7071 | 0.9999 |
# | 0.00001 | 0.0995 | 0.9990 |
#
# Ở trong căn, $\epsilon$ được so với một *bình phương*, nên ngưỡng nằm ở
# $\lvert g\rvert = \sqrt{\epsilon} = 10^{-4}$; ở ngoài căn, ngưỡng là $10^{-8}$. Muốn mang $\epsilon$
# từ quy ước này sang quy ước kia thì phải bình phương hoặc lấy căn trước. Trong các mạng thực tế,
# gradient cỡ $10^{-4}$ là chuyện thường.
#
# Bài báo về Adam còn nêu một dạng nhanh hơn: chia cho $\sqrt{v_t} + \hat\epsilon$ và đưa các hiệu
# chỉnh vào $\alpha$. Khi đó $\hat\epsilon$ bằng $\epsilon\sqrt{1-\beta_2^t}$, thay đổi theo $t$: ở
# đầu quá trình huấn luyện, một $\hat\epsilon$ cố định có tác dụng như một $\epsilon$ lớn hơn nhiều.


# %% facts="epsilon"
def torch_default(optimizer, name):
    """The default of an argument of torch.optim.<optimizer>."""
    import inspect

    import torch

    return inspect.signature(getattr(torch.optim, optimizer)).parameters[name].default


given("0.9", "2016")
trained(lambda: torch_default("Adagrad", "initial_accumulator_value"), "0")
trained(lambda: torch_default("RMSprop", "alpha"), "0.99")
trained(lambda: torch_default("AdamW", "weight_decay"), "0.01")
given("1e-8")
for grad, inside, outside in (
    ("0.01", "0.99995", "0.999999"),
    ("0.001", "0.9950", "0.99999"),
    ("0.0001", "0.7071", "0.9999"),
    ("0.00001", "0.0995", "0.9990"),
):
    given(grad)
    g = np.array([float(grad)])
    fact(-adagrad_step(np.zeros(1), np.zeros(1), g, 1.0, 1e-8)[0][0], inside)
    fact(g[0] / (math.sqrt(g[0] ** 2) + 1e-8), outside)
fact(math.sqrt(1e-8), "1e-4")

# %% [markdown] key="bug_hunt" lang="en"
# ## 3.12 Bug hunt
#
# The program below descends with Adam. On most losses it works: the loss falls, nothing warns. Yet
# something in it is wrong, and the same kind of mistake has stood in published code; the sources
# come after the exercise.
#
# Read it, then look at the symptom. On a constant slope every step of Adam should have the length
# $\alpha$.

# %% [markdown] key="bug_hunt" lang="vi"
# ## 3.12 Săn lỗi
#
# Chương trình dưới đây đi xuống bằng Adam. Với hầu hết hàm mất mát, nó chạy được: hàm mất mát giảm,
# không có cảnh báo nào. Thế nhưng có một chỗ sai, và chính kiểu lỗi này từng nằm trong mã nguồn đã
# công bố; nguồn dẫn được ghi sau bài tập.
#
# Hãy đọc chương trình rồi xem triệu chứng. Trên một sườn dốc đều, bước nào của Adam cũng phải dài
# $\alpha$.


# %% key="buggy_adam"
def buggy_adam(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    """Descend with Adam; returns (steps + 1, d): theta at the start and after each step."""

    def correct(average, beta, t):
        return average / (1 - beta**t)

    def step(theta, m, v, t):
        t = t + 1
        grad = gradient(theta)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        fraction = correct(m, beta1, t) / (np.sqrt(correct(v, beta2, t)) + eps)
        return theta - learning_rate * fraction, m, v

    theta, m, v, t = np.array(theta0), np.zeros_like(theta0), np.zeros_like(theta0), 0
    history = [theta]
    for _ in range(steps):
        theta, m, v = step(theta, m, v, t)
        history.append(theta)
    return np.array(history)


# %% key="buggy_symptom"
path = buggy_adam(lambda theta: np.ones(1), np.zeros(1), 0.1, 0.9, 0.999, 1e-8, 5000)[:, 0]
for step in (1, 2, 3, 5, 10, 20, 100, 1000, 5000):
    print(f"step {step:4d}: {(path[step - 1] - path[step]) / 0.1:.3f} times alpha")

# %% [markdown] key="bug_hunt_task" lang="en"
# The first step is right, the next ones grow to 2.06 times $\alpha$ at step 10, and in the end they
# are 0.317 times $\alpha$ where they should be 1. Compare with the table in section 3.6.
#
# ### Your turn: mend it
#
# Write the descent without the bug. Row 0 is the start, row $t$ the point after $t$ steps.

# %% [markdown] key="bug_hunt_task" lang="vi"
# Bước đầu đúng, các bước sau lớn dần tới 2.06 lần $\alpha$ ở bước 10, và cuối cùng chỉ còn 0.317 lần
# $\alpha$ trong khi lẽ ra phải bằng 1. Hãy so với bảng ở mục 3.6.
#
# ### Đến lượt bạn: sửa lỗi
#
# Hãy viết lại quá trình đi xuống không còn lỗi. Hàng 0 là điểm xuất phát, hàng $t$ là vị trí sau $t$
# bước.

# %% facts="bug_hunt_task"
path = source_cell("buggy_adam", "buggy_symptom")["path"]
buggy_lengths = -np.diff(path) / 0.1
fact(buggy_lengths[0], "1")
fact(buggy_lengths[10 - 1], "2.06")
fact(buggy_lengths[-1], "0.317")
np.testing.assert_allclose(buggy_lengths, always_first, rtol=1e-5)


# %% exercise="adaptive_optimizers_bug_hunt"
def adaptive_optimizers_bug_hunt(gradient, theta0, learning_rate, beta1, beta2, eps, steps):
    """Descend with Adam from theta0, without the bug.

    gradient:                        function, (d,) -> (d,), the gradient of J at a point
    theta0:                          (d,) float64, the starting point; it is not changed
    learning_rate, beta1, beta2, eps: floats, as in adam_step
    steps:                           int, at least 1
    returns (steps + 1, d) float64: row 0 is theta0, row t is theta after t steps
    """
    ### BEGIN SOLUTION
    theta, m, v = np.array(theta0), np.zeros_like(theta0), np.zeros_like(theta0)
    history = [theta]
    for t in range(1, steps + 1):
        grad = gradient(theta)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        root = np.sqrt(v / (1 - beta2**t))
        theta = theta - learning_rate * m / (1 - beta1**t) / (root + eps)
        history.append(theta)
    return np.array(history)
    ### END SOLUTION


# %% check="adaptive_optimizers_bug_hunt"
check("adaptive_optimizers_bug_hunt")

# %% [markdown] key="bug_hunt_sources" lang="en"
# <details><summary>Where this bug was found (read it after the exercise)</summary>
#
# The counter `t` is advanced inside `step`, on a copy that is lost on return, so every step is
# corrected as if it were the first. The program above is ours; the kind is known:
#
# - [pytorch-a3c issue 12](https://github.com/ikostrikov/pytorch-a3c/issues/12): an Adam shared by
#   several processes shares its averages but not its counter; the author mended it.
# - [ML-From-Scratch issue 35](https://github.com/eriklindernoren/ML-From-Scratch/issues/35): the
#   correction lacks the power $t$, which comes to the same as $t = 1$ for ever.
#
# A cousin of it is an optimizer that adds $\epsilon$ to the parameter: `a * m / np.sqrt(v) + eps`
# reads almost like the formula, but the division binds more tightly than the sum.
#
# </details>

# %% [markdown] key="bug_hunt_sources" lang="vi"
# <details><summary>Lỗi này từng gặp ở đâu (hãy đọc sau khi làm bài)</summary>
#
# Biến đếm `t` được tăng bên trong `step`, trên một bản sao bị mất khi hàm trả về, nên bước nào cũng bị
# hiệu chỉnh như bước đầu tiên. Chương trình trên là của chúng tôi; còn kiểu lỗi thì đã có thật:
#
# - [pytorch-a3c issue 12](https://github.com/ikostrikov/pytorch-a3c/issues/12): một Adam dùng chung
#   cho nhiều tiến trình chia sẻ các trung bình nhưng không chia sẻ biến đếm; tác giả đã sửa.
# - [ML-From-Scratch issue 35](https://github.com/eriklindernoren/ML-From-Scratch/issues/35): phần
#   hiệu chỉnh thiếu lũy thừa $t$, cũng như mãi mãi $t = 1$.
#
# Một lỗi họ hàng là bộ tối ưu hóa cộng $\epsilon$ vào tham số: `a * m / np.sqrt(v) + eps` đọc gần
# giống công thức, nhưng phép chia được tính trước phép cộng.
#
# </details>

# %% [markdown] key="for_real" lang="en"
# ## 3.13 For real: seven optimizers, ten learning rates, three seeds
#
# Fashion-MNIST: small grey pictures of clothes in ten classes. We take 4000 of them, shrunk to 14 x
# 14, and a network with one hidden layer of 32 units, 6634 parameters in one long vector. Its
# gradient is lent to you here; in lesson 4 you will write it.

# %% [markdown] key="for_real" lang="vi"
# ## 3.13 Dữ liệu thật: bảy thuật toán, mười tốc độ học, ba hạt giống
#
# Fashion-MNIST: những ảnh xám nhỏ chụp quần áo, thuộc mười loại. Ta lấy 4000 ảnh, thu nhỏ còn 14 x
# 14, và một mạng có một lớp ẩn gồm 32 nơ-ron, 6634 tham số nằm trong một vector dài. Gradient của
# mạng được cho sẵn; ở bài 4 bạn sẽ tự viết.

# %% facts="for_real"
given("4000", "14", "32")
network = source_cell("network")
assert network["D"] == 14 * 14
fact(network["ENDS"][-1], "6634")

# %% key="fashion" explore=true
from hocsau import datasets

fashion = datasets.fashion_mnist()


def prepared(images):
    """Pictures (n, 28, 28) as rows of 14 x 14 block means, centred, (n, 196) float64."""
    blocks = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    return blocks.reshape(-1, 196) / 255 - 0.29


X_train, y_train = prepared(fashion.x_train[:4000]), fashion.y_train[:4000].astype(int)
X_test, y_test = prepared(fashion.x_test), fashion.y_test.astype(int)
print(X_train.shape, X_test.shape, np.bincount(y_train))

# %% key="network" explore=true
D, H, K = 196, 32, 10  # inputs, hidden units, classes
ENDS = np.cumsum([D * H, H, H * K, K])  # where W1, b1, W2, b2 end in one long vector theta


def parts(theta):
    """theta (6634,) as W1 (D, H), b1 (H,), W2 (H, K), b2 (K,): views, no copies."""
    W1, b1, W2, b2 = np.split(theta, ENDS[:-1])
    return W1.reshape(D, H), b1, W2.reshape(H, K), b2


def network_gradient(theta, X, labels):
    """The gradient of the mean cross-entropy of a small ReLU network; lesson 4 derives it."""
    W1, b1, W2, b2 = parts(theta)
    hidden = np.maximum(X @ W1 + b1, 0)
    logits = hidden @ W2 + b2
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    p /= len(labels)
    back = (p @ W2.T) * (hidden > 0)
    return np.concatenate(
        [(X.T @ back).ravel(), back.sum(axis=0), (hidden.T @ p).ravel(), p.sum(axis=0)]
    )


def accuracy(theta):
    """The share of held-out pictures whose class has the largest logit."""
    W1, b1, W2, b2 = parts(theta)
    logits = np.maximum(X_test @ W1 + b1, 0) @ W2 + b2
    return np.mean(logits.argmax(axis=1) == y_test)


def first_weights(rng):
    """Small random weights, zero biases."""
    W1, W2 = rng.normal(size=(D, H)) * (2 / D) ** 0.5, rng.normal(size=(H, K)) * (2 / H) ** 0.5
    return np.concatenate([W1.ravel(), np.zeros(H), W2.ravel(), np.zeros(K)])


# %% [markdown] key="for_real_sweep" lang="en"
# Each of the seven is trained for five epochs with batches of 50, at each of ten learning rates and
# from three random starts: 210 runs, with your own functions where they are adaptive. Before you run
# it, write down your guess: who reaches the highest accuracy, and who forgives the worst choice of
# the learning rate?

# %% [markdown] key="for_real_sweep" lang="vi"
# Mỗi thuật toán được huấn luyện năm epoch với batch cỡ 50, ở từng tốc độ trong mười tốc độ học và từ
# ba điểm xuất phát ngẫu nhiên: tổng cộng 210 lần chạy, các thuật toán thích ứng dùng chính hàm của
# bạn. Trước khi chạy, hãy ghi ra dự đoán: ai đạt độ chính xác cao nhất, và ai dễ tha thứ nhất khi
# chọn sai tốc độ học?

# %% facts="for_real_sweep"
fact(7 * 10 * 3, "210")


# %% key="seven" explore=true
def gradient_descent(theta, a, b, t, gradient, rate):
    return theta - rate * gradient(theta), a, b


def momentum(theta, a, b, t, gradient, rate):
    a = 0.9 * a - rate * gradient(theta)
    return theta + a, a, b


def nesterov(theta, a, b, t, gradient, rate):
    a = 0.9 * a - rate * gradient(theta + 0.9 * a)
    return theta + a, a, b


def adagrad(theta, a, b, t, gradient, rate):
    return *adagrad_step(theta, a, gradient(theta), rate, 1e-8), b


def rmsprop(theta, a, b, t, gradient, rate):
    return *rmsprop_step(theta, a, gradient(theta), rate, 0.9, 1e-8), b


def adam(theta, a, b, t, gradient, rate):
    return adam_step(theta, a, b, t, gradient(theta), rate, 0.9, 0.999, 1e-8)


def adamw(theta, a, b, t, gradient, rate):
    return adamw_step(theta, a, b, t, gradient(theta), rate, 0.9, 0.999, 1e-8, 0.01)


def train(step, rate, seed, epochs=5, batch=50):
    """The held-out accuracy after five epochs; `a` and `b` are the optimizer's memory."""
    rng = np.random.default_rng(seed)
    theta, t = first_weights(rng), 0
    a, b = np.zeros_like(theta), np.zeros_like(theta)
    for _ in range(epochs):
        order = rng.permutation(len(y_train))
        for start in range(0, len(order), batch):
            rows, t = order[start : start + batch], t + 1
            X, labels = X_train[rows], y_train[rows]
            theta, a, b = step(
                theta, a, b, t, lambda at, X=X, y=labels: network_gradient(at, X, y), rate
            )
    return accuracy(theta)


# %% key="sweep" explore=true
from itertools import product

from tqdm import tqdm

from hocsau import ready
from hocsau.explore import adaptive_optimizers as explore

optimizers = {
    "gradient_descent": gradient_descent,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
learning_rates = 10 ** np.arange(-4, 0.51, 0.5)
seeds = range(3)

if ready(adagrad_step, rmsprop_step, adam_step, adamw_step):
    accuracies = {name: np.zeros((len(learning_rates), len(seeds))) for name in optimizers}
    runs = list(product(optimizers, range(len(learning_rates)), seeds))
    with np.errstate(all="ignore"):  # the largest rates diverge, as they should
        for name, i, seed in tqdm(runs):
            accuracies[name][i, seed] = train(optimizers[name], learning_rates[i], seed)
    explore.sensitivity(learning_rates, accuracies)

# %% [markdown] key="for_real_reading" lang="en"
# What we measured (mean of the three seeds on 2000 held-out pictures):
#
# | | best accuracy | at the rate | at the rate 0.001 |
# |---|---|---|---|
# | gradient descent | 0.79 | 0.316 | 0.27 |
# | momentum | 0.81 | 0.1 | 0.66 |
# | Nesterov | 0.82 | 0.1 | 0.66 |
# | Adagrad | 0.81 | 0.1 | 0.57 |
# | RMSProp | 0.80 | 0.00316 | 0.78 |
# | Adam | 0.81 | 0.01 | 0.77 |
# | AdamW | 0.81 | 0.01 | 0.77 |
#
# Three readings:
#
# - **Tuned, they are close.** Between the best and Adam lie no more than about one point (a hundredth
#   of the pictures), and Nesterov's momentum is ahead. No optimizer wins by much once its rate is
#   right.
# - **The right rate differs by a factor of thirty or more** between the optimizers. "I tried Adam and
#   gradient descent with the rate 0.001" compares nothing: one is near its best, the other has
#   hardly moved.
# - **Everybody has a cliff.** At the rate 0.316, where gradient descent is at its best, Adam falls to
#   less than half of its own best. Its steps are about $\alpha$ long whatever the gradient, so a rate
#   ten times too large is a step ten times too long, everywhere.
#
# What Adam buys is a good rate that is easy to guess: from 0.001 to 0.03 it stays within four
# points of its best here, and the same numbers serve for networks of very different scale.
#
# **Try it.** Divide the loss by 1000 (multiply the gradient by 0.001). Which curves move, and which
# stay where they are? Then let $\alpha$ follow your `warmup_cosine`.

# %% [markdown] key="for_real_reading" lang="vi"
# Kết quả chúng tôi đo được (trung bình của ba hạt giống trên 2000 ảnh giữ lại):
#
# | | độ chính xác cao nhất | ở tốc độ | ở tốc độ 0.001 |
# |---|---|---|---|
# | gradient descent | 0.79 | 0.316 | 0.27 |
# | momentum | 0.81 | 0.1 | 0.66 |
# | Nesterov | 0.82 | 0.1 | 0.66 |
# | Adagrad | 0.81 | 0.1 | 0.57 |
# | RMSProp | 0.80 | 0.00316 | 0.78 |
# | Adam | 0.81 | 0.01 | 0.77 |
# | AdamW | 0.81 | 0.01 | 0.77 |
#
# Có ba điều rút ra:
#
# - **Tinh chỉnh xong thì chúng gần bằng nhau.** Adam kém kết quả tốt nhất nhiều lắm cũng chỉ chừng
#   một điểm phần trăm, và momentum Nesterov dẫn đầu. Khi đã chọn đúng tốc độ, không thuật toán nào
#   thắng đậm.
# - **Tốc độ đúng của các thuật toán chênh nhau từ ba mươi lần trở lên.** Nói "tôi đã thử Adam và
#   gradient descent với tốc độ 0.001" thì chẳng so sánh được gì: một bên gần mức tốt nhất, bên kia
#   hầu như chưa nhúc nhích.
# - **Ai cũng có vực.** Ở tốc độ 0.316, nơi gradient descent đạt mức tốt nhất, Adam rơi xuống chưa tới
#   một nửa mức tốt nhất của chính nó. Bước của Adam dài khoảng $\alpha$ bất kể gradient, nên tốc độ
#   lớn gấp mười lần nghĩa là bước nào cũng dài quá mười lần.
#
# Cái lợi của Adam là một tốc độ tốt dễ đoán: ở đây từ 0.001 đến 0.03 nó luôn kém mức tốt nhất không
# quá bốn điểm phần trăm, và chính những con số ấy dùng được cho các mạng có thang đo rất khác nhau.
#
# **Hãy thử.** Chia hàm mất mát cho 1000 (nhân gradient với 0.001). Đường nào dịch chuyển, đường nào
# đứng yên? Sau đó hãy cho $\alpha$ đi theo `warmup_cosine` của bạn.

# %% facts="for_real_reading"
given("0.001", "0.03", "1000")


@cache
def sweep():
    """The 210 runs of the lesson's own cells."""
    return source_cell("fashion", "network", "seven", "sweep")


def accuracies(name):
    """The mean of the seeds at each rate; (10,)."""
    return sweep()["accuracies"][name].mean(axis=1)


def best_rate(name):
    return sweep()["learning_rates"][accuracies(name).argmax()]


def accuracy_at(name, rate):
    (at,) = accuracies(name)[np.isclose(sweep()["learning_rates"], rate)]
    return at


def adams_best():
    """Adam's best accuracy, when the three readings are true."""
    best = {name: accuracies(name).max() for name in seven.OPTIMIZERS}
    assert 0 < best["nesterov"] - best["adam"] < 0.015
    assert max(best, key=best.get) == "nesterov"
    assert max(map(best_rate, best)) > 31 * min(map(best_rate, best))
    assert accuracy_at("adam", 10**-0.5) < best["adam"] / 2
    assert all(accuracy_at("adam", 10**-k) > best["adam"] - 0.04 for k in (3, 2.5, 2, 1.5))
    return best["adam"]


trained(lambda: len(sweep()["y_test"]), "2000")
trained(adams_best, "0.81", tolerance=0.01)
for name, best, rate, at_a_thousandth in (
    ("gradient_descent", "0.79", "0.316", "0.27"),
    ("momentum", "0.81", "0.1", "0.66"),
    ("nesterov", "0.82", "0.1", "0.66"),
    ("adagrad", "0.81", "0.1", "0.57"),
    ("rmsprop", "0.80", "0.00316", "0.78"),
    ("adam", "0.81", "0.01", "0.77"),
    ("adamw", "0.81", "0.01", "0.77"),
):
    trained(lambda name=name: accuracies(name).max(), best, tolerance=0.01)
    trained(lambda name=name: best_rate(name), rate)
    trained(lambda name=name: accuracy_at(name, 0.001), at_a_thousandth, tolerance=0.03)

# %% [markdown] key="limits" lang="en"
# ## 3.14 Is Adam the strongest?
#
# It is often called so. It is a strong default, and no theorem:
#
# - **It need not converge.** Reddi, Kale and Kumar (2018) give a simple convex problem on which Adam
#   ends at the *worst* point of an interval: rare, large gradients point the right way, but
#   $\hat{v}$ has forgotten them when the frequent small ones come. Their remedy, AMSGrad, never lets
#   $\hat{v}$ shrink. They also found the gap in the original proof.
# - **It may generalise worse.** Wilson et al. (2017) built problems, and showed networks, on which
#   adaptive methods fit the training set as well as gradient descent with momentum and do worse on
#   the test set. Part of that gap was later traced to the weight decay, which AdamW treats properly
#   (Loshchilov and Hutter 2019).
# - **A rate per parameter depends on the axes.** It helps where the ravine lies along them.
#
# So: start with AdamW and a few values of $\alpha$; try Nesterov's momentum as well when the last
# percent counts; and never believe a comparison in which one side was not tuned.

# %% [markdown] key="limits" lang="vi"
# ## 3.14 Adam có phải mạnh nhất không?
#
# Người ta hay nói vậy. Nó là một lựa chọn mặc định rất tốt, nhưng không phải một định lý:
#
# - **Nó không chắc hội tụ.** Reddi, Kale và Kumar (2018) đưa ra một bài toán lồi đơn giản mà Adam kết
#   thúc ở điểm *tệ nhất* của một đoạn: những gradient lớn và hiếm chỉ đúng hướng, nhưng đến khi các
#   gradient nhỏ, thường gặp xuất hiện thì $\hat{v}$ đã quên chúng. Cách sửa của họ, AMSGrad, không
#   bao giờ cho $\hat{v}$ giảm. Họ cũng chỉ ra lỗ hổng trong chứng minh ban đầu.
# - **Nó có thể tổng quát hóa kém hơn.** Wilson và cộng sự (2017) dựng những bài toán, và nêu những
#   mạng, mà ở đó các phương pháp thích ứng khớp tập huấn luyện tốt ngang gradient descent có
#   momentum nhưng lại kém hơn trên tập kiểm tra. Về sau người ta thấy một phần chênh lệch đó là do
#   suy giảm trọng số, điều mà AdamW xử lý đúng cách (Loshchilov và Hutter 2019).
# - **Mỗi tham số một tốc độ thì phụ thuộc vào hệ trục.** Nó có ích khi rãnh hẹp nằm dọc theo trục.
#
# Vậy nên: hãy bắt đầu với AdamW và vài giá trị $\alpha$; thử cả momentum Nesterov khi phần trăm cuối
# cùng là quan trọng; và đừng bao giờ tin một so sánh mà một bên chưa được tinh chỉnh.

# %% [markdown] key="written_question" lang="en"
# ## 3.15 In your own words
#
# A friend trains a text classifier with many rare words and writes: "*Adam is the strongest
# optimizer and it adapts the learning rate by itself. So I take the default 0.001 and need not tune
# anything.*"
#
# Answer in at most 200 words: what does Adam do for the rare words, why does $\alpha$ still matter,
# what speaks against "the strongest", and what would you advise? This answer is graded by hand.

# %% [markdown] key="written_question" lang="vi"
# ## 3.15 Bằng lời của bạn
#
# Một người bạn huấn luyện bộ phân loại văn bản có nhiều từ hiếm và viết: "*Adam là thuật toán mạnh
# nhất và nó tự điều chỉnh tốc độ học. Vậy mình cứ lấy giá trị mặc định 0.001, không cần tinh chỉnh gì
# cả.*"
#
# Hãy trả lời trong không quá 200 từ: Adam làm gì cho các từ hiếm, vì sao $\alpha$ vẫn quan trọng,
# điều gì phản bác cách nói "mạnh nhất", và bạn khuyên nên làm thế nào? Câu này do người chấm.

# %% facts="written_question"
given("0.001", "200")

# %% [markdown] written="adaptive_optimizers_written"
# ### BEGIN SOLUTION
# Adam divides each parameter's step by the root of the mean square of its own gradients. The weight of a rare word has
# small or rare gradients, so its divisor is small and it learns with a larger effective rate: with one gradient in 16
# steps Adagrad's rate is already 4.08 times that of a word in every step. But $\alpha$ still sets the length of the steps:
# with a steady gradient a step is $\alpha$, whatever the loss. Too large, and it circles or falls off the cliff (in
# section 3.13 from 0.81 at 0.01 to less than half of that at 0.316); too small, and it crawls. "The strongest" is no
# theorem: Reddi et al. (2018) give a convex problem on which Adam fails, Wilson et al. (2017) tasks on which it generalises
# worse, and in our sweep Nesterov's momentum was ahead. Advice: a sweep of $\alpha$ in factors of three, tuned momentum as
# the baseline, AdamW for the decay, a warm-up and a cosine.
#
# Adam chia bước của mỗi tham số cho căn của trung bình bình phương gradient của chính nó. Trọng số của một từ hiếm có
# gradient nhỏ hoặc hiếm, nên số chia nhỏ và tốc độ hiệu dụng lớn hơn: cứ 16 bước mới có một gradient thì tốc độ của Adagrad
# đã gấp 4.08 lần so với từ xuất hiện ở mọi bước. Nhưng $\alpha$ vẫn quyết định độ dài bước: gradient ổn định thì bước dài
# $\alpha$, bất kể hàm mất mát. Quá lớn thì chạy vòng quanh hoặc rơi xuống vực (ở mục 3.13, từ 0.81 tại 0.01 xuống chưa tới một
# nửa tại 0.316); quá nhỏ thì bò chậm. "Mạnh nhất" không phải định lý: Reddi và cộng sự (2018) nêu bài toán lồi mà Adam thất bại,
# Wilson và cộng sự (2017) nêu những bài toán mà nó tổng quát hóa kém hơn, và trong phép quét của ta momentum Nesterov dẫn
# đầu. Lời khuyên: quét $\alpha$ theo bội số ba, lấy momentum đã tinh chỉnh làm mốc so sánh, dùng AdamW cho phần suy giảm,
# thêm warm-up và cosine.
# ### END SOLUTION

# %% facts="adaptive_optimizers_written"
given("16")
fact(rarity_buys(16, 200), "4.08")
trained(adams_best, "0.81", tolerance=0.01)
given("0.01", "0.316")

# %% [markdown] key="quiz" lang="en"
# ## 3.16 Quiz
#
# Give one letter per question in the cell below.
#
# **q1.** Adam's very first step, $\alpha = 0.001$, gradient 250, $\epsilon$ negligible. How far does
# the parameter move?
#
# - a) 0.25
# - b) 0.00316
# - c) 0.001
# - d) 0.0001
#
# **q2.** A parameter has had the gradient 1 in every step. How long is Adagrad's step number 100,
# compared with its first?
#
# - a) a tenth
# - b) a hundredth
# - c) the same
# - d) ten times as long
#
# **q3.** You stop training, save the parameters and $m$ and $v$ of Adam, and go on later with $t$
# starting from 1 again, after 5000 steps. What happens to the first step?
#
# - a) nothing, $t$ only counts
# - b) it is about $\alpha$, as in a new run
# - c) it becomes NaN
# - d) it is about 0.32 of what it should be, since both averages are corrected again
#
# **q4.** Two weights are equal, but one has gradients ten times as large as the other, all of them
# noise around 0. Which of them decays faster?
#
# - a) with AdamW the one with small gradients; with $\lambda\theta$ in Adam's gradient both alike
# - b) with AdamW both alike; with $\lambda\theta$ in Adam's gradient the one with small gradients
# - c) both alike with either
# - d) the one with large gradients with either

# %% [markdown] key="quiz" lang="vi"
# ## 3.16 Trắc nghiệm
#
# Hãy ghi một chữ cái cho mỗi câu vào ô bên dưới.
#
# **q1.** Bước đầu tiên của Adam, $\alpha = 0.001$, gradient 250, $\epsilon$ không đáng kể. Tham số di
# chuyển bao xa?
#
# - a) 0.25
# - b) 0.00316
# - c) 0.001
# - d) 0.0001
#
# **q2.** Một tham số có gradient bằng 1 ở mọi bước. Bước thứ 100 của Adagrad dài thế nào so với bước
# đầu tiên?
#
# - a) một phần mười
# - b) một phần trăm
# - c) bằng nhau
# - d) dài gấp mười
#
# **q3.** Bạn dừng huấn luyện sau 5000 bước, lưu tham số cùng $m$ và $v$ của Adam, rồi sau đó chạy tiếp
# với $t$ lại bắt đầu từ 1. Điều gì xảy ra với bước đầu tiên?
#
# - a) không sao cả, $t$ chỉ để đếm
# - b) nó dài khoảng $\alpha$, như một lần chạy mới
# - c) nó thành NaN
# - d) nó chỉ bằng khoảng 0.32 lần so với đúng, vì cả hai trung bình bị hiệu chỉnh thêm lần nữa
#
# **q4.** Hai trọng số bằng nhau, nhưng một trọng số có gradient lớn gấp mười lần trọng số kia, tất cả
# đều là nhiễu quanh 0. Trọng số nào suy giảm nhanh hơn?
#
# - a) với AdamW là trọng số có gradient nhỏ; với $\lambda\theta$ trong gradient của Adam thì như nhau
# - b) với AdamW thì như nhau; với $\lambda\theta$ trong gradient của Adam là trọng số có gradient nhỏ
# - c) cách nào cũng như nhau
# - d) cách nào cũng là trọng số có gradient lớn

# %% facts="quiz"
given("250", "5000", "0.001", "100")
zeros, slope = np.zeros(1), np.array([250.0])
fact(0.001 * 250, "0.25")  # gradient descent: a wrong answer
moved, m, v = adam_step(zeros, zeros, zeros, 1, slope, 0.001, 0.9, 0.999, 1e-8)
fact(-moved[0], "0.001")
fact(0.001 * m[0] / math.sqrt(v[0]), "0.00316")  # without the correction: wrong
fact(0.001 * m[0] / math.sqrt(v[0] / 0.001), "0.0001")  # with that of v alone: wrong
assert math.isclose(adagrad_lengths[99] / adagrad_lengths[0], 0.1, rel_tol=1e-6)
fact(always_first[5000 - 1], "0.32")  # in the long run m and v are as large in a run that goes on

# %% exercise="adaptive_optimizers_quiz"
adaptive_optimizers_quiz = {
    ### BEGIN SOLUTION
    "q1": "c",
    "q2": "a",
    "q3": "d",
    "q4": "b",
    ### END SOLUTION
}

# %% check="adaptive_optimizers_quiz"
check("adaptive_optimizers_quiz")

# %% [markdown] key="summary" lang="en"
# ## 3.17 Summary
#
# - A fixed or scheduled rate is one for all; an adaptive rate is one for each parameter, from the
#   size of its gradients.
# - Adagrad divides by the root of the sum of all squares, RMSProp by the root of their moving
#   average, Adam does the latter to a moving average of the gradient and corrects both averages.
# - $m$ and $v$ start at 0 and are too small by $1-\beta^t$; $t$ counts from 1, once per step; the
#   uncorrected averages are kept.
# - AdamW decays all weights by the same share, outside the fraction.
# - Tuned, the seven end close together; the learning rate matters more than the name.
#
# | | advantages | drawbacks |
# |---|---|---|
# | Adagrad | rates adjust themselves; good for sparse features | rates tend to 0, training may stop early |
# | RMSProp | rates stay alive | $\beta$ to choose; long first steps; circles at a constant rate |
# | Adam, AdamW | strong default, little tuning, scale of the loss cancels | two more numbers per parameter; $\alpha$, $\beta_1$, $\beta_2$; no guarantee |
#
# **What to read**
#
# - J. Duchi, E. Hazan, Y. Singer, *Adaptive Subgradient Methods for Online Learning and Stochastic
#   Optimization*, 2011.
# - T. Tieleman, G. Hinton, *Lecture 6.5: RMSProp*, 2012.
# - D. Kingma, J. Ba, [*Adam: A Method for Stochastic Optimization*](https://arxiv.org/abs/1412.6980),
#   2015: algorithm 1 and section 3, the bias correction.
# - I. Loshchilov, F. Hutter,
#   [*Decoupled Weight Decay Regularization*](https://arxiv.org/abs/1711.05101), 2019.
# - A. Wilson et al.,
#   [*The Marginal Value of Adaptive Gradient Methods in Machine Learning*](https://arxiv.org/abs/1705.08292),
#   2017.
# - S. Reddi, S. Kale, S. Kumar,
#   [*On the Convergence of Adam and Beyond*](https://arxiv.org/abs/1904.09237), 2018.
#
# **Next: 4 Neural networks.** The gradient that was lent to you here: you will derive it, write it,
# and check it.

# %% [markdown] key="summary" lang="vi"
# ## 3.17 Tóm tắt
#
# - Tốc độ học cố định hay theo lịch là chung cho tất cả; tốc độ học thích ứng thì mỗi tham số một
#   khác, dựa trên độ lớn các gradient của nó.
# - Adagrad chia cho căn của tổng mọi bình phương, RMSProp chia cho căn của trung bình động của chúng,
#   Adam cũng làm vậy với trung bình động của gradient và hiệu chỉnh cả hai trung bình.
# - $m$ và $v$ bắt đầu từ 0 nên nhỏ đi $1-\beta^t$ lần; $t$ đếm từ 1, mỗi bước một lần; thứ được giữ
#   lại là các trung bình chưa hiệu chỉnh.
# - AdamW làm mọi trọng số suy giảm theo cùng một tỉ lệ, ở ngoài phân số.
# - Khi đã tinh chỉnh, bảy thuật toán kết thúc gần nhau; tốc độ học quan trọng hơn tên gọi.
#
# | | ưu điểm | nhược điểm |
# |---|---|---|
# | Adagrad | tốc độ học tự điều chỉnh; hợp với đặc trưng thưa | tốc độ tiến về 0, việc huấn luyện có thể dừng sớm |
# | RMSProp | tốc độ không tắt dần | phải chọn $\beta$; các bước đầu dài; chạy vòng quanh khi tốc độ không đổi |
# | Adam, AdamW | mặc định tốt, ít phải tinh chỉnh, không phụ thuộc thang đo của hàm mất mát | mỗi tham số thêm hai con số; phụ thuộc $\alpha$, $\beta_1$, $\beta_2$; không có bảo đảm |
#
# **Nên đọc**
#
# - J. Duchi, E. Hazan, Y. Singer, *Adaptive Subgradient Methods for Online Learning and Stochastic
#   Optimization*, 2011.
# - T. Tieleman, G. Hinton, *Lecture 6.5: RMSProp*, 2012.
# - D. Kingma, J. Ba, [*Adam: A Method for Stochastic Optimization*](https://arxiv.org/abs/1412.6980),
#   2015: thuật toán 1 và mục 3, phần hiệu chỉnh độ chệch.
# - I. Loshchilov, F. Hutter,
#   [*Decoupled Weight Decay Regularization*](https://arxiv.org/abs/1711.05101), 2019.
# - A. Wilson và cộng sự,
#   [*The Marginal Value of Adaptive Gradient Methods in Machine Learning*](https://arxiv.org/abs/1705.08292),
#   2017.
# - S. Reddi, S. Kale, S. Kumar,
#   [*On the Convergence of Adam and Beyond*](https://arxiv.org/abs/1904.09237), 2018.
#
# **Bài tiếp theo: 4 Mạng nơ-ron.** Gradient mà bạn được cho mượn ở đây: bạn sẽ tự suy ra, tự viết và
# tự kiểm tra nó.

# %% facts="summary"
given("6.5")

# %% key="progress" explore=true
progress()
