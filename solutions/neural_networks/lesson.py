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
# # 4 Neural networks
#
# So far a model was one weighted sum. This lesson stacks many of them into a **network**, and works
# out by hand how the gradient finds its way back through all the layers. Everything that later
# lessons leave to a library is written here once in NumPy.
#
# **After this lesson you can**
#
# - say what deep learning is, what a neuron, a connection and a layer are, and what the word *deep*
#   adds;
# - choose the output and the loss that fit a task;
# - explain why a network needs activation functions, and write ReLU and sigmoid so that they never
#   overflow;
# - derive the backward pass of a layer, of softmax with cross-entropy and of a network of any
#   depth, and check it with numbers;
# - see a gradient vanish, layer by layer, and say which weights prevent it;
# - train a network on real pictures and judge it on pictures it has not seen.
#
# You need lesson 1 (gradient, mini-batches) and the chain rule.
#
# | symbol | meaning | in code |
# |---|---|---|
# | $x$, $X$ | one sample; a batch, one sample per row, $(n, d)$ | `x`, `X` |
# | $w$, $W$ | weights of a neuron; of a layer, one neuron per column | `w`, `W` |
# | $b$ | bias | `b` |
# | $z$ | pre-activation, what a neuron computes before its activation | `Z` |
# | $f$, $\sigma$ | activation function; the sigmoid | `relu`, `sigmoid` |
# | $p$ | softmax, the probabilities of the classes | |
# | $dY$ | short for $\partial J/\partial Y$, same shape as $Y$ | `dY` |
#
# Everything here is NumPy in float64; PyTorch is not allowed in the answers. No function changes
# its arguments.

# %% [markdown] key="goals" lang="vi"
# # 4 Mạng nơ-ron
#
# Đến nay mô hình của ta chỉ là một tổng có trọng số. Bài này xếp chồng rất nhiều tổng như vậy thành
# một **mạng**, và tính tay xem gradient tìm đường trở ngược qua các lớp như thế nào. Những gì các
# bài sau giao cho thư viện, ở đây ta tự viết một lần bằng NumPy.
#
# **Học xong bài này, bạn có thể**
#
# - nói được học sâu là gì, nơ-ron, kết nối, lớp là gì, và chữ *sâu* thêm vào điều gì;
# - chọn đầu ra và hàm mất mát phù hợp với bài toán;
# - giải thích vì sao mạng cần hàm kích hoạt, và viết ReLU, sigmoid sao cho không bao giờ tràn số;
# - suy ra lượt lan truyền ngược của một lớp, của softmax với entropy chéo, của mạng sâu tùy ý, rồi
#   kiểm tra bằng số;
# - thấy tận mắt gradient tiêu biến qua từng lớp, và biết trọng số thế nào thì tránh được;
# - huấn luyện một mạng trên ảnh thật và đánh giá nó trên những ảnh nó chưa thấy.
#
# Bạn cần bài 1 (gradient, mini-batch) và quy tắc đạo hàm của hàm hợp (quy tắc chuỗi).
#
# | ký hiệu | ý nghĩa | trong mã |
# |---|---|---|
# | $x$, $X$ | một mẫu; một batch, mỗi hàng một mẫu, $(n, d)$ | `x`, `X` |
# | $w$, $W$ | trọng số của một nơ-ron; của một lớp, mỗi cột một nơ-ron | `w`, `W` |
# | $b$ | bias | `b` |
# | $z$ | giá trị trước kích hoạt, tức kết quả của nơ-ron trước khi qua hàm kích hoạt | `Z` |
# | $f$, $\sigma$ | hàm kích hoạt; hàm sigmoid | `relu`, `sigmoid` |
# | $p$ | softmax, tức xác suất của các loại | |
# | $dY$ | viết gọn của $\partial J/\partial Y$, cùng hình dạng với $Y$ | `dY` |
#
# Toàn bài dùng NumPy với kiểu float64; trong lời giải không được dùng PyTorch. Không hàm nào được
# sửa các đối số của nó.

# %% key="imports"
import numpy as np

from hocsau import begin, check, progress

begin("neural_networks")

# %% [markdown] key="deep_learning" lang="en"
# ## 4.1 What deep learning is
#
# **Deep learning** is a branch of machine learning that rests on **artificial neural networks**
# with many layers. Its models are built to *find and learn features from the data by themselves*;
# they are used where features are hard to write down by hand: recognising pictures, processing
# language, forecasting time series.
#
# An artificial neural network consists of
#
# - **neurons** (nodes): the basic units that process information;
# - **connections**: weights between neurons, which strengthen or weaken a signal;
# - **layers**: groups of neurons that work side by side.
#
# The layers have three roles:
#
# - the **input layer** takes in raw data: a picture, a text, a sound. It computes nothing;
# - the **hidden layers** (one or many) lie in between and do the computing. This is where features
#   are extracted without anyone naming them;
# - the **output layer** delivers the prediction: cat or dog.
#
# **Why "deep"?** Instead of one or two layers a deep network has tens or hundreds, and can
# represent more complicated relations in the data. That is what sets it apart from classical
# machine learning, where a person designs the features and a shallow model combines them. Section
# 4.5 shows what depth buys, section 4.11 what it costs.
#
# One word of care. Notes often say that such a network *simulates* the brain. It was **inspired**
# by it: the perceptron of Rosenblatt (1958) borrowed the idea of a cell that adds up its inputs and
# fires. A real neuron sends spikes in time, and nothing in the brain is known to run the backward
# pass of section 4.9. Take the neuron here for what it is: a weighted sum and a bend.

# %% [markdown] key="deep_learning" lang="vi"
# ## 4.1 Học sâu là gì
#
# **Học sâu** (học máy sâu, deep learning) là một nhánh của học máy dựa trên các **mạng nơ-ron nhân
# tạo** có nhiều lớp. Các mô hình này được thiết kế để *tự động trích xuất và học đặc trưng từ dữ
# liệu*; chúng được dùng ở những nơi khó viết ra đặc trưng bằng tay: nhận diện hình ảnh, xử lý ngôn
# ngữ tự nhiên, dự đoán chuỗi thời gian.
#
# Một mạng nơ-ron nhân tạo gồm
#
# - **nơ-ron** (nút): đơn vị cơ bản xử lý thông tin;
# - **kết nối**: các trọng số liên kết các nơ-ron, làm tín hiệu mạnh lên hay yếu đi;
# - **lớp**: một nhóm nơ-ron cùng hoạt động bên nhau.
#
# Các lớp có ba vai trò:
#
# - **lớp đầu vào** tiếp nhận dữ liệu thô: hình ảnh, văn bản, âm thanh. Nó không tính toán gì;
# - **các lớp ẩn** (một hoặc nhiều) nằm ở giữa và thực hiện tính toán. Đây là nơi các đặc trưng được
#   trích xuất mà không cần ai đặt tên cho chúng;
# - **lớp đầu ra** cung cấp kết quả dự đoán: mèo hay chó.
#
# **Tại sao "sâu"?** Thay vì chỉ một hoặc hai lớp, mạng sâu có hàng chục hoặc hàng trăm lớp, và biểu
# diễn được những mối quan hệ phức tạp hơn trong dữ liệu. Đó là điểm khác với học máy truyền thống,
# nơi con người thiết kế đặc trưng rồi một mô hình nông kết hợp chúng lại. Mục 4.5 cho thấy độ sâu
# mang lại gì, mục 4.11 cho thấy cái giá của nó.
#
# Cần nói cẩn thận một điều. Các bài giảng thường viết mạng nơ-ron *mô phỏng* bộ não. Đúng hơn, nó
# được bộ não **gợi ý**: perceptron của Rosenblatt năm 1958 mượn ý tưởng một tế bào cộng các đầu vào
# rồi phát tín hiệu. Nơ-ron thật gửi các xung theo thời gian, và chưa ai biết có gì trong não thực
# hiện lượt lan truyền ngược của mục 4.9. Hãy xem nơ-ron ở đây đúng như nó là: một tổng có trọng số
# và một chỗ uốn cong.

# %% [markdown] key="tasks" lang="en"
# ## 4.2 Task, output, loss
#
# The body of a network hardly depends on the task. Its last layer and its loss do:
#
# | task | what the last layer gives | loss |
# |---|---|---|
# | a price, tomorrow's temperature (regression, time series) | one number, no activation | squared error, lesson 1 |
# | is this review positive? (sentiment) | one logit, then a sigmoid | binary cross-entropy |
# | which of $C$ classes is this picture? | $C$ logits, then a softmax | cross-entropy, section 4.8 |
# | where is the object, and what is it? (detection) | for each candidate box $C$ logits and four coordinates | cross-entropy plus a distance between boxes |
# | translation, language models | for each position one logit per word of the vocabulary | cross-entropy, averaged over positions |
#
# A **logit** is a bare number $z$ before the sigmoid or the softmax; it may be any real number.

# %% [markdown] key="tasks" lang="vi"
# ## 4.2 Bài toán, đầu ra, hàm mất mát
#
# Phần thân của mạng hầu như không phụ thuộc bài toán. Lớp cuối và hàm mất mát thì có:
#
# | bài toán | lớp cuối cho ra | hàm mất mát |
# |---|---|---|
# | giá cả, nhiệt độ ngày mai (hồi quy, chuỗi thời gian) | một số, không có hàm kích hoạt | sai số bình phương, bài 1 |
# | lời bình này khen hay chê? (phân loại cảm xúc) | một logit, rồi sigmoid | entropy chéo nhị phân |
# | ảnh này thuộc loại nào trong $C$ loại? | $C$ logits, rồi softmax | entropy chéo, mục 4.8 |
# | vật ở đâu, là vật gì? (phát hiện vật thể) | với mỗi khung đề xuất: $C$ logits và bốn tọa độ | entropy chéo cộng với khoảng cách giữa các khung |
# | dịch máy, mô hình ngôn ngữ | tại mỗi vị trí, mỗi từ trong từ vựng một logit | entropy chéo, lấy trung bình qua các vị trí |
#
# **Logit** là con số $z$ còn nguyên, trước khi qua sigmoid hay softmax; nó có thể là số thực bất
# kỳ.

# %% [markdown] key="neuron" lang="en"
# ## 4.3 One neuron
#
# A neuron takes $d$ numbers, weighs them, adds them up and adds a bias:
#
# $$z = w \cdot x + b = \sum_{j=1}^{d} w_j x_j + b .$$
#
# Then an activation function decides what leaves the neuron, $a = f(z)$. With $x = (1, 2)$,
# $w = (3, -1)$ and $b = 0.5$ we get $z = 3 - 2 + 0.5 = 1.5$, and with the sigmoid of the next
# section $a = 0.818$.
#
# What do $w$ and $b$ mean? The points with $z = 0$ form a line (a plane, a hyperplane) at right
# angles to $w$. On the side towards which $w$ points, $z$ is positive. Longer weights make the
# passage from one side to the other steeper; the bias moves the line without turning it. Without a
# bias it would always pass through the origin.
#
# A batch is a matrix $X$ with one sample per row. Then all $z$ come from one product, $Xw + b$, of
# shape $(n,)$. Mind that shape: $(n, 1)$ looks alike, but $(n, 1)$ minus $(n,)$ silently becomes
# $(n, n)$.
#
# ### Your turn: a neuron

# %% [markdown] key="neuron" lang="vi"
# ## 4.3 Một nơ-ron
#
# Nơ-ron nhận $d$ số, nhân với trọng số, cộng lại rồi cộng thêm bias:
#
# $$z = w \cdot x + b = \sum_{j=1}^{d} w_j x_j + b .$$
#
# Sau đó hàm kích hoạt quyết định đầu ra của nơ-ron, $a = f(z)$. Với $x = (1, 2)$, $w = (3, -1)$ và
# $b = 0.5$, ta được $z = 3 - 2 + 0.5 = 1.5$, và với hàm sigmoid ở mục sau thì $a = 0.818$.
#
# $w$ và $b$ có ý nghĩa gì? Các điểm có $z = 0$ tạo thành một đường thẳng (mặt phẳng, siêu phẳng)
# vuông góc với $w$. Ở phía mà $w$ chỉ tới, $z$ dương. Trọng số càng lớn thì chỗ chuyển từ phía này
# sang phía kia càng dốc; bias dời đường thẳng mà không xoay nó. Không có bias thì đường thẳng luôn
# đi qua gốc tọa độ.
#
# Một batch là ma trận $X$, mỗi hàng một mẫu. Khi đó mọi $z$ có được từ một phép nhân, $Xw + b$, có
# dạng $(n,)$. Hãy để ý hình dạng này: $(n, 1)$ trông cũng giống, nhưng $(n, 1)$ trừ $(n,)$ sẽ lặng
# lẽ thành $(n, n)$.
#
# ### Đến lượt bạn: một nơ-ron

# %% facts="neuron"
given("0.5")
fact(neuron(np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5), "1.5")
fact(sigmoid(np.array(1.5)), "0.818")


# %% exercise="neuron"
def neuron(x, w, b):
    """The pre-activation of one neuron: z = w . x + b.

    x: (d,) float64, one sample, or (n, d), a batch with one sample per row
    w: (d,) float64, one weight per input
    b: float, the bias
    returns a float for one sample, (n,) float64 for a batch
    """
    ### BEGIN SOLUTION
    return x @ w + b
    ### END SOLUTION


# %% check="neuron"
check("neuron")

# %% [markdown] key="neuron_explorer" lang="en"
# **Question.** *Which truth tables can a line split?* Try AND, OR and XOR with both weights from -8
# to 8.
#
# **Challenge.** AND with all four errors below 0.1. The explorer runs your `neuron`. (A hint: the
# line has to pass between the corner $(1, 1)$ and its neighbours, and the weights must be long
# enough.)
#
# XOR never gets more than three of its four corners right: no line has $(0, 0)$ and $(1, 1)$ on one
# side, $(0, 1)$ and $(1, 0)$ on the other. Minsky and Papert made this famous in 1969, and interest
# in such networks cooled for years; section 4.5 solves it with two more neurons.

# %% [markdown] key="neuron_explorer" lang="vi"
# **Câu hỏi.** *Một đường thẳng chia được những bảng chân trị nào?* Hãy thử AND, OR và XOR với hai
# trọng số từ -8 đến 8.
#
# **Thử thách.** AND với cả bốn sai số dưới 0.1. Bảng khám phá chạy chính `neuron` của bạn. (Gợi ý:
# đường thẳng phải đi qua giữa đỉnh $(1, 1)$ và các đỉnh kề nó, và trọng số phải đủ lớn.)
#
# Với XOR không bao giờ đúng được quá ba trong bốn đỉnh: không đường thẳng nào để $(0, 0)$ và
# $(1, 1)$ ở một phía, $(0, 1)$ và $(1, 0)$ ở phía kia. Minsky và Papert làm nhận xét này nổi tiếng
# năm 1969, và mối quan tâm tới các mạng như vậy nguội đi nhiều năm; mục 4.5 giải quyết bằng cách
# thêm hai nơ-ron.

# %% facts="neuron_explorer"
given("-8", "8", "0.1")

# %% key="neuron_explorer_cell" explore=true
from hocsau.explore import neural_networks as explore

explore.neuron_boundary(neuron)

# %% [markdown] key="activations" lang="en"
# ## 4.4 Activation functions
#
# Two of them carry this lesson. **ReLU**, the rectified linear unit, keeps what is positive:
#
# $$f(x) = \max(0, x), \qquad f'(x) = [\,x > 0\,],$$
#
# where $[\,\cdot\,]$ is 1 if the statement holds and 0 if not.
#
# The **sigmoid** squeezes everything between 0 and 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \sigma'(x) = \sigma(x)\,(1 - \sigma(x)).$$
#
# | | ReLU | sigmoid |
# |---|---|---|
# | range | from 0 upwards, no upper end | between 0 and 1 |
# | slope | 1 or 0 | at most 0.25, at $x = 0$ |
# | far to the right | slope still 1 | slope near 0: it *saturates* |
# | far to the left | slope 0: the neuron is silent | slope near 0 |
# | cost | one comparison | an exponential |
# | use | hidden layers | a probability at the output, gates (lesson 6) |
#
# ReLU has a corner at 0, where the derivative does not exist. We follow PyTorch and set
# $f'(0) = 0$.
#
# A drawback of ReLU: a neuron whose $z$ is negative for *every* sample receives no gradient from
# these samples, and usually stays so; it is called dead. (Only if the layers before it change may
# it come back to life; before the first hidden layer there are none.) A drawback of the sigmoid is
# the subject of section 4.11.
#
# ### Your turn: ReLU

# %% [markdown] key="activations" lang="vi"
# ## 4.4 Hàm kích hoạt
#
# Hai hàm dùng suốt bài này. **ReLU** (rectified linear unit) giữ lại phần dương:
#
# $$f(x) = \max(0, x), \qquad f'(x) = [\,x > 0\,],$$
#
# trong đó $[\,\cdot\,]$ bằng 1 nếu mệnh đề đúng và bằng 0 nếu sai.
#
# **Sigmoid** ép mọi thứ vào giữa 0 và 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \sigma'(x) = \sigma(x)\,(1 - \sigma(x)).$$
#
# | | ReLU | sigmoid |
# |---|---|---|
# | miền giá trị | từ 0 trở lên, không có giới hạn trên | giữa 0 và 1 |
# | độ dốc | 1 hoặc 0 | không quá 0.25, đạt tại $x = 0$ |
# | xa về bên phải | độ dốc vẫn là 1 | độ dốc gần 0: *bão hòa* |
# | xa về bên trái | độ dốc 0: nơ-ron im lặng | độ dốc gần 0 |
# | chi phí | một phép so sánh | một phép lấy mũ |
# | dùng ở | các lớp ẩn | xác suất ở đầu ra, các cổng (bài 6) |
#
# ReLU gãy góc tại 0, ở đó không có đạo hàm. Ta theo PyTorch và đặt $f'(0) = 0$.
#
# Nhược điểm của ReLU: nơ-ron nào có $z$ âm với *mọi* mẫu thì không nhận được gradient nào từ các mẫu
# đó, và thường không học lại được; người ta gọi nó là nơ-ron chết. (Chỉ khi các lớp phía trước thay
# đổi, nó mới có thể sống lại; trước lớp ẩn đầu tiên thì chẳng có lớp nào.) Nhược điểm của sigmoid
# là chủ đề của mục 4.11.
#
# ### Đến lượt bạn: ReLU

# %% facts="activations"
x = np.linspace(-6, 6, 1201)
slope = sigmoid(x) * (1 - sigmoid(x))
fact(slope.max(), "0.25")
assert abs(x[slope.argmax()]) < 1e-12
assert np.allclose(np.gradient(sigmoid(x), x)[1:-1], slope[1:-1], atol=1e-5)


# %% exercise="relu"
def relu(x):
    """The rectified linear unit, entry by entry: f(x) = max(0, x).

    x: array of any shape, float64; it is not changed
    returns a new array of the same shape
    """
    ### BEGIN SOLUTION
    return np.maximum(x, 0.0)
    ### END SOLUTION


# %% check="relu"
check("relu")

# %% [markdown] key="sigmoid_care" lang="en"
# ### The sigmoid, without an overflow
#
# $1/(1 + e^{-x})$ is the right formula and, typed as it stands, a bad program: at $x = -1000$ it
# needs $e^{1000}$, which no float64 can hold. NumPy warns and goes on with infinity. The other
# form, $e^{x}/(1 + e^{x})$, breaks on the other side, and worse, since infinity over infinity is
# NaN.
#
# The cure is used everywhere in numerical work: never take $e$ to a large positive power. Which of
# the two forms is safe for $x \ge 0$, which for $x < 0$?
#
# ### Your turn: sigmoid
#
# Numerical warnings count as mistakes in this one exercise.

# %% [markdown] key="sigmoid_care" lang="vi"
# ### Sigmoid không tràn số
#
# $1/(1 + e^{-x})$ là công thức đúng, nhưng gõ nguyên như vậy thì là một chương trình dở: tại
# $x = -1000$ nó cần $e^{1000}$, số mà float64 không chứa nổi. NumPy cảnh báo rồi đi tiếp với vô
# cực. Dạng kia, $e^{x}/(1 + e^{x})$, hỏng ở phía ngược lại, còn tệ hơn, vì vô cực chia vô cực là
# NaN.
#
# Cách chữa được dùng khắp nơi trong tính toán số: không bao giờ lấy $e$ mũ một số dương lớn. Trong
# hai dạng trên, dạng nào an toàn khi $x \ge 0$, dạng nào khi $x < 0$?
#
# ### Đến lượt bạn: sigmoid
#
# Riêng bài tập này, cảnh báo số học cũng bị tính là lỗi.

# %% facts="sigmoid_care"
given("-1000", "1000")
with np.errstate(over="ignore", invalid="ignore"):
    large = np.exp(np.array(1000.0))
    assert np.isinf(large)
    assert np.isnan(large / (1 + large))


# %% exercise="sigmoid"
def sigmoid(x):
    """The logistic function, entry by entry: f(x) = 1 / (1 + e^(-x)).

    x: array of any shape, float64, entries up to 1000 in size and more; it is not changed
    returns a new array of the same shape, without a warning of an overflow
    """
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(x))  # at most 1, so it cannot overflow
    return np.where(x >= 0, 1.0, small) / (1.0 + small)
    ### END SOLUTION


# %% check="sigmoid"
check("sigmoid")

# %% [markdown] key="why_deep" lang="en"
# ## 4.5 Why layers, why a bend between them
#
# Put two layers on top of one another *without* an activation:
#
# $$(X W_1 + b_1)\,W_2 + b_2 = X\,(W_1 W_2) + (b_1 W_2 + b_2).$$
#
# That is one layer with the matrix $W_1 W_2$. Twenty layers collapse in the same way. **Depth
# without activations buys nothing**: it is the bend that makes the second layer worth having.
#
# With a bend, XOR falls at once. Two hidden ReLU neurons and one output are enough:
#
# $$y = \operatorname{relu}(x_1 + x_2) - 2\,\operatorname{relu}(x_1 + x_2 - 1),$$
#
# which gives 0, 1, 1, 0 at the four corners. The hidden neurons have *computed features*, "at least
# one" and "both", and the last layer only has to weigh them and add. This is what is meant by
# learning features, and it repeats: the next layer builds features of features. A single hidden
# layer that is wide enough can already approximate any continuous function on a closed and bounded
# region, with any activation that is continuous and no polynomial; depth often gets there with far
# fewer neurons, because what one layer has built all later ones share.
#
# **Question.** *Width or rate?* The explorer trains a network on two half moons (300 points, 60
# epochs, batches of 32) and shows the decision surface of the first of three seeds. Start at width
# 2 and $\eta = 0.1$ (held-out 0.891, 0.898, 0.904) and change one thing at a time. With width 1 the
# boundary stays a straight line, whatever the rate. With width 8 alone the accuracies are 0.945,
# 0.935 and 0.916; with $\eta = 1$ alone 0.906, 0.892 and 0.890. With one hidden layer it takes both
# together, more neurons and a larger rate; the third slider, the number of hidden layers, opens
# another way. A new network takes a moment, since all rates are trained at once.
#
# **Challenge.** Reach a held-out accuracy of 0.97 with all three seeds. What does $\eta = 3.16$ do
# to width 8?

# %% [markdown] key="why_deep" lang="vi"
# ## 4.5 Vì sao cần nhiều lớp, vì sao giữa chúng cần chỗ uốn cong
#
# Hãy xếp hai lớp lên nhau mà *không có* hàm kích hoạt:
#
# $$(X W_1 + b_1)\,W_2 + b_2 = X\,(W_1 W_2) + (b_1 W_2 + b_2).$$
#
# Đó chỉ là một lớp với ma trận $W_1 W_2$. Hai mươi lớp cũng sụp lại y như vậy. **Độ sâu mà không có
# hàm kích hoạt thì chẳng được gì**: chính chỗ uốn cong làm cho lớp thứ hai có giá trị.
#
# Có chỗ uốn cong thì XOR giải được ngay. Hai nơ-ron ẩn ReLU và một đầu ra là đủ:
#
# $$y = \operatorname{relu}(x_1 + x_2) - 2\,\operatorname{relu}(x_1 + x_2 - 1),$$
#
# cho 0, 1, 1, 0 tại bốn đỉnh. Các nơ-ron ẩn đã *tính ra đặc trưng*, "ít nhất một" và "cả hai", rồi
# lớp cuối chỉ việc lấy tổ hợp tuyến tính của chúng. Học đặc trưng nghĩa là như vậy, và điều này lặp
# lại: lớp tiếp theo xây đặc trưng của đặc trưng. Chỉ một lớp ẩn đủ rộng đã xấp xỉ được mọi hàm liên
# tục trên một miền đóng và bị chặn, với bất kỳ hàm kích hoạt nào liên tục mà không phải đa thức;
# nhưng có độ sâu thì thường cần ít nơ-ron hơn hẳn, vì những gì một lớp xây được thì mọi lớp sau
# cùng dùng.
#
# **Câu hỏi.** *Độ rộng hay tốc độ học?* Bảng khám phá huấn luyện một mạng trên hai hình trăng
# khuyết (300 điểm, 60 epoch, batch 32) và vẽ mặt quyết định của seed đầu tiên trong ba seed. Bắt
# đầu với độ rộng 2 và $\eta = 0.1$ (trên tập giữ lại: 0.891, 0.898, 0.904) rồi mỗi lần chỉ đổi một
# thứ. Với độ rộng 1, ranh giới vẫn là đường thẳng, dù tốc độ học nào. Chỉ đổi độ rộng thành 8 thì
# độ chính xác là 0.945, 0.935 và 0.916; chỉ đổi $\eta = 1$ thì là 0.906, 0.892 và 0.890. Với một
# lớp ẩn thì phải đổi cả hai, thêm nơ-ron và tăng tốc độ học; thanh trượt thứ ba, số lớp ẩn, mở ra
# một cách khác. Mỗi mạng mới cần chờ một chút, vì các mạng với mọi tốc độ học được huấn luyện cùng
# lúc.
#
# **Thử thách.** Đạt độ chính xác 0.97 trên tập giữ lại với cả ba seed. $\eta = 3.16$ làm gì với độ
# rộng 8?

# %% facts="why_deep"
from functools import cache
from importlib import import_module

moons = import_module("hocsau.explore.neural_networks.decision_surface")

total = np.array([0.0, 1.0, 1.0, 2.0])  # x1 + x2 at (0, 0), (0, 1), (1, 0), (1, 1)
for y, printed in zip(relu(total) - 2 * relu(total - 1), "0 1 1 0".split(), strict=True):
    fact(y, printed)
fact(moons.SAMPLES, "300")
fact(moons.EPOCHS, "60")
fact(moons.BATCH, "32")
fact(moons.TARGET, "0.97")
fact(moons.RATES[-1], "3.16")
given("0.1", "1", "2", "8")


@cache
def moon_accuracies():
    """Of three seeds by width and rate, one hidden layer; the challenge needs more neurons and a larger rate, or more layers."""
    tenth, one = moons.RATES[4], moons.RATES[8]
    surfaces = {
        (width, rate): moons.compute_surface(width, 1, rate)
        for width, rate in (
            *((width, tenth) for width in moons.WIDTHS),
            *((2, rate) for rate in moons.RATES),
            (8, one),
        )
    }
    assert [setting for setting, surface in surfaces.items() if surface.met] == [(8, one)]
    assert moons.compute_surface(16, 3, tenth).met
    return {setting: surface.accuracies for setting, surface in surfaces.items()}


for width, rate, accuracies in (
    (2, moons.RATES[4], "0.891 0.898 0.904"),
    (8, moons.RATES[4], "0.945 0.935 0.916"),
    (2, moons.RATES[8], "0.906 0.892 0.890"),
):
    for seed, printed in enumerate(accuracies.split()):
        trained(
            lambda setting=(width, rate), seed=seed: moon_accuracies()[setting][seed],
            printed,
            tolerance=0.006,
        )

# %% key="surface_explorer_cell" explore=true
from hocsau.explore import neural_networks as explore

explore.decision_surface()

# %% [markdown] key="layer" lang="en"
# ## 4.6 A layer
#
# A fully connected layer is many neurons with the same inputs. Write the weights of each neuron as
# a *column* of $W$, $(d_{in}, d_{out})$, and the whole batch goes through in one product:
#
# $$Y = X W + b, \qquad Y_{ik} = \sum_j X_{ij} W_{jk} + b_k .$$
#
# The bias $b$, $(d_{out},)$, is added to every row: NumPy's broadcasting does it. Shapes are your
# best friend here, so give every axis another length when you test: with a square $W$ a forgotten
# transpose goes unnoticed.
#
# ### Your turn: a layer forward

# %% [markdown] key="layer" lang="vi"
# ## 4.6 Một lớp
#
# Lớp kết nối đầy đủ gồm nhiều nơ-ron có cùng các đầu vào. Viết trọng số của mỗi nơ-ron thành một
# *cột* của $W$, $(d_{in}, d_{out})$, ta cho cả batch đi qua bằng một phép nhân:
#
# $$Y = X W + b, \qquad Y_{ik} = \sum_j X_{ij} W_{jk} + b_k .$$
#
# Bias $b$, $(d_{out},)$, được cộng vào mọi hàng: broadcasting của NumPy lo việc đó. Ở đây hình dạng
# là người bạn tốt nhất, nên khi thử hãy cho mỗi trục một độ dài khác nhau: nếu $W$ vuông thì quên
# chuyển vị cũng không ai hay.
#
# ### Đến lượt bạn: lượt xuôi của một lớp


# %% exercise="linear_forward"
def linear_forward(X, W, b):
    """A fully connected layer: Y = X W + b.

    X: (n, d_in) float64, one sample per row
    W: (d_in, d_out) float64, one neuron per column
    b: (d_out,) float64
    returns Y, (n, d_out) float64
    """
    ### BEGIN SOLUTION
    return X @ W + b
    ### END SOLUTION


# %% check="linear_forward"
check("linear_forward")

# %% [markdown] key="numerical" lang="en"
# ## 4.7 A gradient by trial: central differences
#
# Before deriving gradients we want a judge for them. Move one entry of $w$ a little to both sides
# and see what happens:
#
# $$\frac{\partial f}{\partial w_i} \approx \frac{f(w + h\,e_i) - f(w - h\,e_i)}{2h} .$$
#
# Taylor's formula says how good this is of it. In the difference of both sides the even terms
# cancel:
#
# $$\frac{f(w+h) - f(w-h)}{2h} = f'(w) + \frac{h^2}{6} f'''(w) + \dots, \qquad \frac{f(w+h) - f(w)}{h} = f'(w) + \frac{h}{2} f''(w) + \dots$$
#
# **By hand.** $f(w) = w^3$ at $w = 1$ with $h = 0.1$: the slope is 3, the central difference 3.01,
# the forward one 3.31.
#
# Smaller is better only up to a point, since $f$ itself is rounded. Errors for $f(w) = e^w$ at
# $w = 1$:
#
# | $h$ | central | forward |
# |---|---|---|
# | 0.1 | 4.5e-3 | 0.14 |
# | 0.001 | 4.5e-7 | 1.4e-3 |
# | 1e-5 | 5.9e-11 | 1.4e-5 |
# | 1e-12 | 2.1e-4 | 4.3e-4 |
#
# About 1e-5 is a good choice. This costs two evaluations *per parameter*: for a network with 50890
# parameters that would be 101780 forward passes for one gradient. The backward pass, which we
# derive next, costs about two. So central differences are a test, never a way to train.
#
# ### Your turn: the numerical gradient
#
# `w` may have any shape, and `f` wants an array of that shape. If you move entries of `w` in place,
# put back the *saved* value: adding $h$, subtracting $2h$ and adding $h$ again does not lead back
# to the same number in floating point.

# %% [markdown] key="numerical" lang="vi"
# ## 4.7 Gradient bằng cách thử: sai phân trung tâm
#
# Trước khi suy ra các gradient, ta cần một trọng tài cho chúng. Dịch một phần tử của $w$ một chút
# về cả hai phía rồi xem điều gì xảy ra:
#
# $$\frac{\partial f}{\partial w_i} \approx \frac{f(w + h\,e_i) - f(w - h\,e_i)}{2h} .$$
#
# Công thức Taylor cho biết cách này tốt đến đâu. Trong hiệu của hai phía, các số hạng bậc chẵn
# triệt tiêu:
#
# $$\frac{f(w+h) - f(w-h)}{2h} = f'(w) + \frac{h^2}{6} f'''(w) + \dots, \qquad \frac{f(w+h) - f(w)}{h} = f'(w) + \frac{h}{2} f''(w) + \dots$$
#
# **Tính tay.** $f(w) = w^3$ tại $w = 1$ với $h = 0.1$: độ dốc là 3, sai phân trung tâm cho 3.01,
# sai phân tiến cho 3.31.
#
# Nhỏ hơn thì tốt hơn, nhưng chỉ đến một mức, vì bản thân $f$ bị làm tròn. Sai số với $f(w) = e^w$
# tại $w = 1$:
#
# | $h$ | trung tâm | tiến |
# |---|---|---|
# | 0.1 | 4.5e-3 | 0.14 |
# | 0.001 | 4.5e-7 | 1.4e-3 |
# | 1e-5 | 5.9e-11 | 1.4e-5 |
# | 1e-12 | 2.1e-4 | 4.3e-4 |
#
# Khoảng 1e-5 là lựa chọn tốt. Cách này tốn hai lần tính hàm *cho mỗi tham số*: mạng có 50890 tham
# số thì cần 101780 lượt lan truyền xuôi cho một gradient. Lượt lan truyền ngược mà ta sắp suy ra
# chỉ tốn cỡ hai lượt. Vì vậy sai phân trung tâm dùng để kiểm tra, không bao giờ để huấn luyện.
#
# ### Đến lượt bạn: gradient bằng số
#
# `w` có thể có hình dạng bất kỳ, và `f` cần một mảng đúng hình dạng đó. Nếu bạn dịch phần tử của
# `w` ngay tại chỗ thì hãy ghi trả giá trị *đã lưu*: cộng $h$, trừ $2h$ rồi lại cộng $h$ không đưa
# về đúng số cũ trong số thực dấu phẩy động.

# %% facts="numerical"
given("0.1", "0.001", "1e-5", "1e-12")
cube = numerical_gradient(lambda w: float((w**3).sum()), np.ones(1), 0.1)[0]
fact(cube, "3.01")
fact((1.1**3 - 1) / 0.1, "3.31")
fact(3 * 1**2, "3")


def difference_errors(h):
    """Of the slope of e^w at 1, by central and by forward differences."""
    central = numerical_gradient(lambda w: math.exp(w[0]), np.ones(1), h)[0]
    return abs(central - math.e), abs((math.exp(1 + h) - math.e) / h - math.e)


for h, central, forward in (
    (0.1, "4.5e-3", "0.14"),
    (0.001, "4.5e-7", "1.4e-3"),
    (1e-5, "5.9e-11", "1.4e-5"),
    (1e-12, "2.1e-4", "4.3e-4"),
):
    fact(difference_errors(h)[0], central)
    fact(difference_errors(h)[1], forward)
parameters = 784 * 64 + 64 + 64 * 10 + 10
fact(parameters, "50890")
fact(2 * parameters, "101780")


# %% exercise="numerical_gradient"
def numerical_gradient(f, w, h):
    """Central differences: entry i is (f(w + h e_i) - f(w - h e_i)) / (2 h).

    f: function of an array of w's shape, returns a float
    w: array of any shape, float64; if you perturb it in place, restore it bit by bit
    h: float > 0
    returns an array of w's shape, float64
    """
    ### BEGIN SOLUTION
    gradient = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[index] = h
        gradient[index] = (f(w + step) - f(w - step)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% check="numerical_gradient"
check("numerical_gradient")

# %% [markdown] key="loss" lang="en"
# ## 4.8 Softmax and cross-entropy
#
# The last layer of a classifier gives $C$ logits per sample. The **softmax** turns a row of them
# into probabilities,
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}},$$
#
# and the **cross-entropy** is minus the logarithm of the probability given to the right class $y$,
# averaged over the batch:
#
# $$J = -\frac{1}{n} \sum_{i=1}^{n} \log p_{i, y_i} = \frac{1}{n} \sum_{i=1}^{n} \Big( \log \sum_k e^{z_{ik}} - z_{i, y_i} \Big).$$
#
# **By hand.** The logits $(2, 1, 0)$ give the probabilities 0.665, 0.245 and 0.090. If class 0 is
# right, the loss is 0.408; if class 2 is right, 2.408. A network that knows nothing gives each of
# ten classes a tenth, and $J = \ln 10 = 2.303$: look for this number at the start of every
# training.
#
# **The gradient** is the nicest in the course. Differentiate $\log \sum_k e^{z_k} - z_y$: the first
# term gives $p_k$, the second $-1$ at the right class. Hence
#
# $$\frac{\partial J}{\partial z_{ik}} = \frac{1}{n}\,\big(p_{ik} - [\,k = y_i\,]\big).$$
#
# For the example with class 2: 0.665, 0.245 and $-0.910$. Each row sums to 0; what the right class
# gains the others lose, in proportion to how much they claimed.
#
# **Two traps.** Logits of 10000 are rare but legal, and $e^{10000}$ overflows. Subtracting a
# constant from a row leaves its softmax unchanged, so subtract the row's own maximum. And never
# take the logarithm of a probability: it may have been rounded to 0. Take the logarithm of the
# *formula*, $z_k - m - \log \sum_j e^{z_j - m}$, which is exact.
#
# ### Your turn: loss and gradient together

# %% [markdown] key="loss" lang="vi"
# ## 4.8 Softmax và entropy chéo
#
# Lớp cuối của một bộ phân loại cho $C$ logits với mỗi mẫu. **Softmax** biến một hàng logits thành
# xác suất,
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}},$$
#
# còn **entropy chéo** (cross-entropy) là âm logarit của xác suất dành cho nhãn đúng $y$, lấy trung
# bình trên batch:
#
# $$J = -\frac{1}{n} \sum_{i=1}^{n} \log p_{i, y_i} = \frac{1}{n} \sum_{i=1}^{n} \Big( \log \sum_k e^{z_{ik}} - z_{i, y_i} \Big).$$
#
# **Tính tay.** Logits $(2, 1, 0)$ cho các xác suất 0.665, 0.245 và 0.090. Nếu nhãn đúng là 0 thì
# mất mát là 0.408; nếu nhãn đúng là 2 thì là 2.408. Một mạng chưa biết gì cho mỗi loại trong mười
# loại một phần mười, và $J = \ln 10 = 2.303$: hãy tìm con số này ở đầu mỗi lần huấn luyện.
#
# **Gradient** của nó đẹp nhất khóa học. Lấy đạo hàm của $\log \sum_k e^{z_k} - z_y$: số hạng đầu
# cho $p_k$, số hạng sau cho $-1$ ở nhãn đúng. Vậy
#
# $$\frac{\partial J}{\partial z_{ik}} = \frac{1}{n}\,\big(p_{ik} - [\,k = y_i\,]\big).$$
#
# Trong ví dụ với nhãn 2: 0.665, 0.245 và $-0.910$. Mỗi hàng có tổng bằng 0; nhãn đúng được bao
# nhiêu thì các nhãn khác mất bấy nhiêu, tỉ lệ với phần mà chúng đã giành.
#
# **Hai cái bẫy.** Logit bằng 10000 tuy hiếm nhưng hợp lệ, mà $e^{10000}$ thì tràn số. Trừ cả hàng
# cho một hằng số không làm đổi softmax của nó, nên hãy trừ giá trị lớn nhất của chính hàng đó. Và
# đừng bao giờ lấy logarit của một xác suất: nó có thể đã bị làm tròn thành 0. Hãy lấy logarit của
# *công thức*, $z_k - m - \log \sum_j e^{z_j - m}$, dạng này chính xác.
#
# ### Đến lượt bạn: hàm mất mát cùng với gradient

# %% facts="loss"
logits = np.array([[2.0, 1.0, 0.0]])
losses = [softmax_cross_entropy(logits, np.array([label])) for label in range(3)]
fact(losses[0][0], "0.408")
fact(losses[2][0], "2.408")
for p, dlogit, p_printed, dlogit_printed in zip(
    np.exp(logits[0]) / np.exp(logits[0]).sum(),
    losses[2][1][0],
    "0.665 0.245 0.090".split(),
    "0.665 0.245 -0.910".split(),
    strict=True,
):
    fact(p, p_printed)
    fact(dlogit, dlogit_printed)
fact(softmax_cross_entropy(np.zeros((4, 10)), np.arange(4))[0], "2.303")
given("10000")
with np.errstate(over="ignore"):
    assert np.isinf(np.exp(np.array(10000.0)))


# %% exercise="softmax_cross_entropy"
def softmax_cross_entropy(logits, labels):
    """Mean cross-entropy of the softmax, and its gradient at the logits.

    loss = (1/n) sum_i (log sum_k e^(z_ik) - z_i,label_i);   dlogits = (softmax(z) - onehot) / n

    logits: (n, C) float64, entries up to 1e4 in size; they are not changed
    labels: (n,) int, 0 .. C-1
    returns (loss, dlogits): a float and (n, C) float64
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_softmax)
    dlogits[rows, labels] -= 1.0
    return float(-log_softmax[rows, labels].mean()), dlogits / len(labels)
    ### END SOLUTION


# %% check="softmax_cross_entropy"
check("softmax_cross_entropy")

# %% [markdown] key="backward" lang="en"
# ## 4.9 The backward pass of a layer
#
# Suppose we know $dY = \partial J/\partial Y$, how the loss reacts to each output of a layer
# $Y = XW + b$. How does it react to what went in? Follow the paths. The weight $W_{jk}$ acts on
# every sample $i$, through $Y_{ik}$ alone, with the factor $X_{ij}$:
#
# $$\frac{\partial J}{\partial W_{jk}} = \sum_i X_{ij}\, dY_{ik}, \qquad dW = X^{\top} dY .$$
#
# The bias $b_k$ acts on every sample with the factor 1, so contributions **add up over the
# samples**:
#
# $$db_k = \sum_i dY_{ik} .$$
#
# The input $X_{ij}$ acts on every output $k$ of its own sample with the factor $W_{jk}$:
#
# $$dX_{ij} = \sum_k dY_{ik} W_{jk}, \qquad dX = dY\, W^{\top} .$$
#
# Check by shapes: $(d_{in}, n)(n, d_{out})$ gives $dW$ the shape of $W$, and
# $(n, d_{out})(d_{out}, d_{in})$ gives $dX$ that of $X$. No other product of these matrices fits.
#
# There is no $1/n$ in these formulas. The mean is part of the loss, and reaches us inside $dY$.
#
# ### Your turn: a layer backward

# %% [markdown] key="backward" lang="vi"
# ## 4.9 Lượt lan truyền ngược của một lớp
#
# Giả sử ta biết $dY = \partial J/\partial Y$, tức hàm mất mát phản ứng thế nào với từng đầu ra của
# lớp $Y = XW + b$. Nó phản ứng thế nào với những gì đi vào? Hãy lần theo các đường đi. Trọng số
# $W_{jk}$ tác động lên mọi mẫu $i$, chỉ qua $Y_{ik}$, với hệ số $X_{ij}$:
#
# $$\frac{\partial J}{\partial W_{jk}} = \sum_i X_{ij}\, dY_{ik}, \qquad dW = X^{\top} dY .$$
#
# Bias $b_k$ tác động lên mọi mẫu với hệ số 1, nên các đóng góp **được cộng lại qua các mẫu**:
#
# $$db_k = \sum_i dY_{ik} .$$
#
# Đầu vào $X_{ij}$ tác động lên mọi đầu ra $k$ của chính mẫu đó với hệ số $W_{jk}$:
#
# $$dX_{ij} = \sum_k dY_{ik} W_{jk}, \qquad dX = dY\, W^{\top} .$$
#
# Kiểm tra bằng hình dạng: $(d_{in}, n)(n, d_{out})$ cho $dW$ đúng hình dạng của $W$, và
# $(n, d_{out})(d_{out}, d_{in})$ cho $dX$ đúng hình dạng của $X$. Không tích nào khác của các ma
# trận này khớp được.
#
# Trong các công thức trên không có $1/n$. Phép lấy trung bình thuộc về hàm mất mát và đến với ta ở
# bên trong $dY$.
#
# ### Đến lượt bạn: lượt ngược của một lớp


# %% exercise="linear_backward"
def linear_backward(dY, X, W):
    """The backward pass of Y = X W + b: from dJ/dY to dJ/dX, dJ/dW, dJ/db.

    dY: (n, d_out) float64, the gradient of the loss at Y
    X:  (n, d_in) float64
    W:  (d_in, d_out) float64
    returns (dX, dW, db): (n, d_in), (d_in, d_out), (d_out,)
    """
    ### BEGIN SOLUTION
    return dY @ W.T, X.T @ dY, dY.sum(axis=0)
    ### END SOLUTION


# %% check="linear_backward"
check("linear_backward")

# %% [markdown] key="mlp" lang="en"
# ## 4.10 Two layers: the multi-layer perceptron
#
# Now put the parts together:
#
# $$Z_1 = X W_1 + b_1, \quad H = \operatorname{relu}(Z_1), \quad Z_2 = H W_2 + b_2, \quad J = \operatorname{CE}(Z_2, y),$$
#
# where $\operatorname{CE}$ is the softmax cross-entropy of section 4.8.
#
# **Backpropagation** is the chain rule, read from the end. Each part gets the gradient at its
# output and hands on the gradient at its input:
#
# $$dZ_2 = \tfrac{1}{n}(p - E), \quad dH = dZ_2\, W_2^{\top}, \quad dZ_1 = dH \odot [\,Z_1 > 0\,], \quad dW_1 = X^{\top} dZ_1 .$$
#
# Row $i$ of $E$ has a 1 at the right class of sample $i$ and 0 elsewhere. At a ReLU the gradient
# passes where $Z_1 > 0$ and is stopped elsewhere; $\odot$ is the product entry by entry. The mask
# comes from *this* ReLU's own input. All gradients belong to one and the same set of parameters, so
# compute all of them before you change any.
#
# **By hand.** $x = (1, 0.5)$, $W_1 = \begin{pmatrix} 1 & -1 \\ 2 & 1 \end{pmatrix}$,
# $b_1 = (0, 1)$, $W_2 = \begin{pmatrix} 1 & 0 \\ 0 & 2 \end{pmatrix}$, $b_2 = (0, 0)$, and class 1
# is right (counted from 0). Then $Z_1 = H = (2, 0.5)$ and $Z_2 = (2, 1)$; the loss is 1.313.
# Backwards: $dZ_2 = (0.731, -0.731)$, $dH = (0.731, -1.462)$, and since both units are open,
# $dW_1 = \begin{pmatrix} 0.731 & -1.462 \\ 0.366 & -0.731 \end{pmatrix}$.
#
# ### Your turn: the multi-layer perceptron
#
# You may call your functions from above. The cell after the check compares all four gradients with
# your numerical gradient; differences below 1e-10 are what rounding leaves.

# %% [markdown] key="mlp" lang="vi"
# ## 4.10 Hai lớp: perceptron nhiều lớp
#
# Bây giờ ghép các phần lại:
#
# $$Z_1 = X W_1 + b_1, \quad H = \operatorname{relu}(Z_1), \quad Z_2 = H W_2 + b_2, \quad J = \operatorname{CE}(Z_2, y),$$
#
# trong đó $\operatorname{CE}$ là entropy chéo với softmax ở mục 4.8.
#
# **Lan truyền ngược** (backpropagation) là quy tắc chuỗi đọc từ cuối lên. Mỗi phần nhận gradient
# tại đầu ra của nó và chuyển tiếp gradient tại đầu vào:
#
# $$dZ_2 = \tfrac{1}{n}(p - E), \quad dH = dZ_2\, W_2^{\top}, \quad dZ_1 = dH \odot [\,Z_1 > 0\,], \quad dW_1 = X^{\top} dZ_1 .$$
#
# Hàng $i$ của $E$ có số 1 ở nhãn đúng của mẫu $i$ và 0 ở các chỗ khác. Tại ReLU, gradient đi qua
# nơi $Z_1 > 0$ và bị chặn ở các chỗ khác; $\odot$ là phép nhân từng phần tử. Mặt nạ lấy từ chính
# đầu vào của ReLU *đó*. Mọi gradient thuộc về cùng một bộ tham số, nên hãy tính hết rồi mới sửa
# tham số nào.
#
# **Tính tay.** $x = (1, 0.5)$, $W_1 = \begin{pmatrix} 1 & -1 \\ 2 & 1 \end{pmatrix}$,
# $b_1 = (0, 1)$, $W_2 = \begin{pmatrix} 1 & 0 \\ 0 & 2 \end{pmatrix}$, $b_2 = (0, 0)$, và nhãn đúng
# là 1 (đếm từ 0). Khi đó $Z_1 = H = (2, 0.5)$ và $Z_2 = (2, 1)$; mất mát là 1.313. Đi ngược lại:
# $dZ_2 = (0.731, -0.731)$, $dH = (0.731, -1.462)$, và vì cả hai nơ-ron đều mở,
# $dW_1 = \begin{pmatrix} 0.731 & -1.462 \\ 0.366 & -0.731 \end{pmatrix}$.
#
# ### Đến lượt bạn: perceptron nhiều lớp
#
# Bạn có thể gọi các hàm đã viết ở trên. Ô sau phần kiểm tra so sánh cả bốn gradient với gradient
# bằng số của bạn; chênh lệch dưới 1e-10 là do làm tròn.

# %% facts="mlp"
given("0.5")
params = {
    "W1": np.array([[1.0, -1.0], [2.0, 1.0]]),
    "b1": np.array([0.0, 1.0]),
    "W2": np.array([[1.0, 0.0], [0.0, 2.0]]),
    "b2": np.zeros(2),
}
loss, grads = mlp_loss_and_gradients(params, np.array([[1.0, 0.5]]), np.array([1]))
fact(loss, "1.313")
for name, printed in (
    ("b2", "0.731 -0.731"),  # dZ2, since there is one sample
    ("b1", "0.731 -1.462"),  # dH, since both units are open
    ("W1", "0.731 -1.462 0.366 -0.731"),
):
    for value, literal in zip(grads[name].flatten(), printed.split(), strict=True):
        fact(value, literal)
Z1 = linear_forward(np.array([1.0, 0.5]), params["W1"], params["b1"])
for value, literal in zip((*Z1, *(Z1 @ params["W2"])), "2 0.5 2 1".split(), strict=True):
    fact(value, literal)

checked = source_cell("gradient_check")
rounding = max(
    np.abs(
        checked["grads"][name]
        - numerical_gradient(
            lambda w, name=name: mlp_loss_and_gradients(
                checked["small"] | {name: w}, checked["inputs"], checked["labels"]
            )[0],
            value,
            1e-5,
        )
    ).max()
    for name, value in checked["small"].items()
)
given("1e-10")
assert rounding < 1e-10


# %% exercise="mlp_loss_and_gradients"
def mlp_loss_and_gradients(params, X, labels):
    """Loss of a two-layer network and its gradients: X -> X W1 + b1 -> ReLU -> H W2 + b2 -> softmax cross-entropy.

    params: {"W1": (d, h), "b1": (h,), "W2": (h, C), "b2": (C,)} float64; not changed
    X:      (n, d) float64
    labels: (n,) int, 0 .. C-1
    returns (loss, grads): a float (the mean over the n samples) and a dict with the keys and shapes of params;
    the derivative of ReLU at exactly 0 is 0
    """
    ### BEGIN SOLUTION
    Z1 = linear_forward(X, params["W1"], params["b1"])
    H = relu(Z1)
    logits = linear_forward(H, params["W2"], params["b2"])
    loss, dlogits = softmax_cross_entropy(logits, labels)
    dH, dW2, db2 = linear_backward(dlogits, H, params["W2"])
    _, dW1, db1 = linear_backward(dH * (Z1 > 0), X, params["W1"])
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
    ### END SOLUTION


# %% check="mlp_loss_and_gradients"
check("mlp_loss_and_gradients")

# %% key="gradient_check" explore=true
from hocsau import ready

if ready(mlp_loss_and_gradients, numerical_gradient):
    rng = np.random.default_rng(0)
    small = {"W1": rng.normal(size=(3, 5)), "b1": rng.normal(size=5)}
    small |= {"W2": rng.normal(size=(5, 4)), "b2": rng.normal(size=4)}
    inputs, labels = rng.normal(size=(6, 3)), rng.integers(4, size=6)
    _, grads = mlp_loss_and_gradients(small, inputs, labels)
    for name, value in small.items():
        numbers = numerical_gradient(
            lambda w, name=name: mlp_loss_and_gradients(small | {name: w}, inputs, labels)[0],
            value,
            1e-5,
        )
        print(f"d{name}: max |backward - numerical| = {np.abs(grads[name] - numbers).max():.1e}")

# %% [markdown] key="depth" lang="en"
# ## 4.11 Any depth
#
# Nothing new is needed for more layers. Forwards, remember what goes *into* each layer. Backwards,
# for each layer from the last to the first: take $dW$ and $db$ from its input, pass $dA$ through
# the weights, and multiply by the activation's derivative,
#
# $$dZ_{\ell} = dA_{\ell} \odot f'(Z_{\ell}).$$
#
# For the sigmoid the short form needs the *activated* value: $\sigma'(z) = a(1 - a)$ with
# $a = \sigma(z)$. For ReLU $a > 0$ is the same mask as $z > 0$. There is no activation behind the
# last layer: its outputs are the logits.
#
# ### Your turn: a network of any depth

# %% [markdown] key="depth" lang="vi"
# ## 4.11 Sâu tùy ý
#
# Thêm lớp không cần gì mới. Chiều xuôi, hãy nhớ những gì đi *vào* mỗi lớp. Chiều ngược, với từng
# lớp từ cuối về đầu: lấy $dW$ và $db$ từ đầu vào của lớp, truyền $dA$ qua trọng số, rồi nhân với
# đạo hàm của hàm kích hoạt,
#
# $$dZ_{\ell} = dA_{\ell} \odot f'(Z_{\ell}).$$
#
# Với sigmoid, dạng gọn cần giá trị *sau kích hoạt*: $\sigma'(z) = a(1 - a)$ với $a = \sigma(z)$.
# Với ReLU, $a > 0$ cho cùng mặt nạ với $z > 0$. Sau lớp cuối không có hàm kích hoạt: đầu ra của nó
# là logits.
#
# ### Đến lượt bạn: mạng sâu tùy ý


# %% exercise="network_loss_and_gradients"
def network_loss_and_gradients(layers, X, labels, activation):
    """Loss and gradients of a network of any depth, softmax cross-entropy at its end.

    layers:     list of (W, b), W (d_in, d_out), b (d_out,); not changed. The activation stands between layers, not
                after the last
    X:          (n, d) float64
    labels:     (n,) int, 0 .. C-1
    activation: "relu" (derivative 0 at exactly 0) or "sigmoid"
    returns (loss, grads): a float, and the list of (dW, db) in the order of `layers`
    """
    ### BEGIN SOLUTION
    inputs, values = [], X  # what goes into each layer
    for W, b in layers:
        inputs.append(values)
        Z = linear_forward(values, W, b)
        values = relu(Z) if activation == "relu" else sigmoid(Z)
    loss, dZ = softmax_cross_entropy(Z, labels)

    grads = []
    for (W, _), A in zip(reversed(layers), reversed(inputs), strict=True):
        dA, dW, db = linear_backward(dZ, A, W)
        grads.append((dW, db))
        dZ = dA * ((A > 0) if activation == "relu" else A * (1 - A))
    return loss, grads[::-1]
    ### END SOLUTION


# %% check="network_loss_and_gradients"
check("network_loss_and_gradients")

# %% [markdown] key="vanishing" lang="en"
# ### Vanishing and exploding gradients
#
# On its way from the last layer to the first the gradient is multiplied once per layer by
# $W^{\top}$ and by $f'$. Twenty factors of one size make a very small or a very large number. The
# sigmoid's slope is at most $1/4$, and $0.25^{20}$ is 9.1e-13. ReLU's slope is 1 where it is open,
# on about half of the units; so the weights must make up for the other half.
#
# The explorer shows it before any training: weights drawn with standard deviation
# gain$/\sqrt{d_{in}}$, and the norm of each layer's gradient.
#
# **Question.** *Which layer starves?* Start with sigmoid, gain 1 and move the depth. The first
# layer's gradient norm is 0.049 at depth 2, 6.4e-4 at 5, 4.8e-7 at 10 and 2.7e-13 at 20, while the
# last layer keeps 0.71. That first layer will not learn in your lifetime. (It need not be the end
# of the sigmoid: at a gain of 12.6 the norms are 5.9 and 3.5. But few networks are started like
# that.)
#
# **Challenge.** ReLU, depth 20: both ends between 0.05 and 50. With gain 1 both are 6.2e-4, with
# gain 2 they are 1.1e3 and 1.4e3. The gain that works, near $\sqrt{2}$, is **He's initialization**
# (He et al. 2015): variance $2/d_{in}$, the 2 making up for the closed half. For activations that
# are symmetric about 0, Glorot and Bengio (2010) derived a variance of $2/(d_{in} + d_{out})$.

# %% [markdown] key="vanishing" lang="vi"
# ### Gradient tiêu biến và bùng nổ
#
# Trên đường từ lớp cuối về lớp đầu, qua mỗi lớp gradient bị nhân một lần với $W^{\top}$ và với
# $f'$. Hai mươi thừa số cùng cỡ tạo thành một số rất nhỏ hoặc rất lớn. Độ dốc của sigmoid không quá
# $1/4$, mà $0.25^{20}$ là 9.1e-13. Độ dốc của ReLU bằng 1 ở chỗ nó mở, tức khoảng một nửa số
# nơ-ron; vì vậy trọng số phải bù cho nửa kia.
#
# Bảng khám phá cho thấy điều này khi chưa huấn luyện gì: trọng số được lấy ngẫu nhiên với độ lệch
# chuẩn bằng hệ số nhân$/\sqrt{d_{in}}$, và chuẩn gradient của từng lớp.
#
# **Câu hỏi.** *Lớp nào bị đói?* Bắt đầu với sigmoid, hệ số 1 và kéo độ sâu. Chuẩn gradient ở lớp
# đầu là 0.049 khi sâu 2, 6.4e-4 khi sâu 5, 4.8e-7 khi sâu 10 và 2.7e-13 khi sâu 20, trong khi lớp
# cuối vẫn giữ 0.71. Lớp đầu như thế thì cả đời bạn cũng không học được. (Sigmoid không nhất thiết
# phải chết: với hệ số 12.6, hai chuẩn là 5.9 và 3.5. Nhưng ít mạng nào được khởi tạo như vậy.)
#
# **Thử thách.** ReLU, sâu 20: hai đầu đều nằm giữa 0.05 và 50. Với hệ số 1, cả hai đều là 6.2e-4;
# với hệ số 2, chúng là 1.1e3 và 1.4e3. Hệ số vừa đẹp, gần $\sqrt{2}$, chính là **cách khởi tạo He**
# (He và cộng sự 2015): phương sai $2/d_{in}$, số 2 bù cho nửa bị đóng. Với hàm kích hoạt đối xứng quanh 0, Glorot
# và Bengio (2010) suy ra phương sai $2/(d_{in} + d_{out})$.

# %% facts="vanishing"
from importlib import import_module

norms = import_module("hocsau.explore.neural_networks.layers")

fact(0.25**20, "9.1e-13")
given("0.25", "1", "2", "5", "10", "20")


def first_and_last(activation, depth, gain):
    found = norms.compute_layers(depth, gain, activation, network_loss_and_gradients).gradients
    return found[0], found[-1]


for depth, first in ((2, "0.049"), (5, "6.4e-4"), (10, "4.8e-7"), (20, "2.7e-13")):
    fact(first_and_last("sigmoid", depth, 1.0)[0], first)
fact(first_and_last("sigmoid", 20, 1.0)[1], "0.71")
fact(10**1.1, "12.6")  # a place of the slider
for activation, gain, first, last in (
    ("sigmoid", 10**1.1, "5.9", "3.5"),
    ("relu", 1.0, "6.2e-4", "6.2e-4"),
    ("relu", 2.0, "1.1e3", "1.4e3"),
):
    fact(first_and_last(activation, 20, gain)[0], first)
    fact(first_and_last(activation, 20, gain)[1], last)
fact(norms.LOWEST, "0.05")
fact(norms.HIGHEST, "50")
assert norms.compute_layers(norms.DEEPEST, math.sqrt(2), "relu").met

# %% key="layers_explorer_cell" explore=true
from hocsau.explore import neural_networks as explore

explore.layers(network_loss_and_gradients)

# %% [markdown] key="training" lang="en"
# ## 4.12 Training
#
# Training is mini-batch gradient descent, as in lesson 1, with four arrays for parameters. For each
# epoch walk through its order in consecutive slices; for each slice take the gradients *of that
# batch* and update all four:
#
# $$p := p - \eta\,\frac{\partial J_{batch}}{\partial p} .$$
#
# Things that go wrong here more often than one would think: labels that are not shuffled along with
# the samples; a short last batch that is dropped; updates with `-=`, which overwrite the caller's
# arrays, so that a second run no longer starts where the first one did.
#
# A remark on learning rates. Notes say of adaptive optimizers (lesson 3) that every *neuron* has a
# rate of its own. It is finer than that: every **parameter** has one. A neuron that looks at a
# picture of 784 pixels has 785 of them.
#
# ### Your turn: train
#
# Small cases are compared number by number. In the other cases your function trains on pictures,
# and what counts is how well the parameters that you return answer on pictures they were not
# trained on. It must finish within ten seconds; a batch at a time, without a loop over samples, it
# needs far less than one.

# %% [markdown] key="training" lang="vi"
# ## 4.12 Huấn luyện
#
# Huấn luyện là mini-batch gradient descent như ở bài 1, với tham số là bốn mảng. Mỗi epoch, duyệt
# thứ tự của nó theo từng lát liên tiếp; với mỗi lát, lấy gradient *của batch đó* và cập nhật cả
# bốn:
#
# $$p := p - \eta\,\frac{\partial J_{batch}}{\partial p} .$$
#
# Có những chỗ hay sai hơn ta tưởng: nhãn không được xáo trộn cùng với mẫu; batch cuối ngắn hơn bị
# bỏ; cập nhật bằng `-=` ghi đè lên các mảng của nơi gọi, khiến lần chạy thứ hai không còn bắt đầu
# từ chỗ của lần đầu.
#
# Một lưu ý về tốc độ học. Các bài giảng nói rằng với bộ tối ưu thích ứng (bài 3), mỗi *nơ-ron* có
# một tốc độ riêng. Thực ra còn chi tiết hơn: mỗi **tham số** có một tốc độ riêng. Nơ-ron nhìn vào
# một bức ảnh 784 điểm ảnh có tới 785 tốc độ.
#
# ### Đến lượt bạn: huấn luyện
#
# Các trường hợp nhỏ được so sánh từng con số. Trong các trường hợp còn lại, hàm của bạn huấn luyện
# trên ảnh, và điều được tính là các tham số bạn trả về trả lời đúng bao nhiêu trên những ảnh chưa
# được học. Hàm phải xong trong mười giây; nếu tính theo từng batch, không lặp qua từng mẫu, thì còn
# xa mới tới một giây.

# %% facts="training"
fact(28 * 28, "784")
fact(28 * 28 + 1, "785")


# %% exercise="train_mlp"
def train_mlp(params, X, labels, order_per_epoch, learning_rate, batch_size):
    """Mini-batch gradient descent on the two-layer network of mlp_loss_and_gradients.

    params:          {"W1", "b1", "W2", "b2"}; not changed
    X, labels:       (n, d) float64 and (n,) int
    order_per_epoch: (epochs, n) int; row e is the order of the samples in epoch e
    learning_rate:   float
    batch_size:      int; a batch is the next batch_size samples of the order, the last one may be shorter
    returns new params, a dict with the same keys, after one step per batch:  p := p - learning_rate dJ/dp
    """
    ### BEGIN SOLUTION
    params = {name: value.copy() for name, value in params.items()}
    for order in order_per_epoch:
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            _, grads = mlp_loss_and_gradients(params, X[batch], labels[batch])
            params = {name: params[name] - learning_rate * grads[name] for name in params}
    return params
    ### END SOLUTION


# %% check="train_mlp"
check("train_mlp")

# %% [markdown] key="convention" lang="en"
# ## 4.13 Convention card: PyTorch
#
# | | ours | PyTorch |
# |---|---|---|
# | layer | $Y = XW + b$ | `torch.nn.Linear`: $Y = X W^{\top} + b$ |
# | shape of the weights | $(d_{in}, d_{out})$, a neuron per column | `weight`: $(d_{out}, d_{in})$, a neuron per row |
# | cross-entropy | mean over the batch, from logits | `torch.nn.functional.cross_entropy`: the same, `reduction="mean"` |
# | other reductions | | `"sum"`: loss and gradients $n$ times ours; `"none"`: one loss per sample |
# | softmax | inside the loss | inside the loss too: a softmax before it is a bug |
# | ReLU at 0 | slope 0 | slope 0 |
# | start of the weights | He: variance $2/d_{in}$ | `Linear`: uniform, variance $1/(3\,d_{in})$ |
# | gradients | returned | added into `.grad`, so they must be zeroed |
#
# **Conversion.** Copy `W.T` into `weight` and `b` into `bias`; outputs and loss are then equal, and
# `weight.grad` is our $dW^{\top}$. Papers in column convention write $W x + b$ with $W$ as PyTorch
# stores it: the same transposition.
#
# With `"sum"` a learning rate has to be divided by the batch size to make the same steps.

# %% [markdown] key="convention" lang="vi"
# ## 4.13 Thẻ quy ước: PyTorch
#
# | | của ta | PyTorch |
# |---|---|---|
# | lớp | $Y = XW + b$ | `torch.nn.Linear`: $Y = X W^{\top} + b$ |
# | hình dạng trọng số | $(d_{in}, d_{out})$, mỗi cột một nơ-ron | `weight`: $(d_{out}, d_{in})$, mỗi hàng một nơ-ron |
# | entropy chéo | trung bình trên batch, tính từ logits | `torch.nn.functional.cross_entropy`: cũng vậy, `reduction="mean"` |
# | cách gộp khác | | `"sum"`: mất mát và gradient gấp $n$ lần của ta; `"none"`: mỗi mẫu một mất mát |
# | softmax | nằm trong hàm mất mát | cũng nằm trong hàm mất mát: thêm softmax phía trước là lỗi |
# | ReLU tại 0 | độ dốc 0 | độ dốc 0 |
# | khởi tạo trọng số | He: phương sai $2/d_{in}$ | `Linear`: phân phối đều, phương sai $1/(3\,d_{in})$ |
# | gradient | được trả về | được cộng dồn vào `.grad`, nên phải đặt lại về không |
#
# **Quy đổi.** Chép `W.T` vào `weight` và `b` vào `bias`; khi đó đầu ra và mất mát bằng nhau, còn
# `weight.grad` chính là $dW^{\top}$ của ta. Các bài báo dùng quy ước cột viết $W x + b$ với $W$ xếp
# như PyTorch: cũng là phép chuyển vị đó.
#
# Dùng `"sum"` thì phải chia tốc độ học cho kích thước batch mới đi được những bước như cũ.

# %% [markdown] key="bug_hunt" lang="en"
# ## 4.14 Bug hunt
#
# The function below gives the class probabilities of a trained network. It runs on every input and
# returns numbers between 0 and 1. The mistake in it has been found in textbooks, tutorials and
# research code; the sources come after the exercise.
#
# Read it, then look at the symptom: the probabilities of *the first* sample, when it comes alone,
# with one other and with four others.

# %% [markdown] key="bug_hunt" lang="vi"
# ## 4.14 Săn lỗi
#
# Hàm dưới đây cho xác suất các loại của một mạng đã huấn luyện. Nó chạy với mọi đầu vào và trả về
# các số giữa 0 và 1. Lỗi trong đó từng được tìm thấy trong sách, trong bài hướng dẫn và trong mã
# nghiên cứu; nguồn được ghi sau bài tập.
#
# Hãy đọc hàm rồi xem triệu chứng: xác suất của *mẫu đầu tiên* khi nó đi một mình, đi cùng một mẫu
# khác, và đi cùng bốn mẫu khác.


# %% key="buggy_predict"
def buggy_predict(params, X):
    """The class probabilities of a trained two-layer network: (n, C)."""
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0.0)
    logits = hidden @ params["W2"] + params["b2"]
    exponents = np.exp(logits - logits.max(axis=0))
    return exponents / exponents.sum(axis=0)


# %% key="buggy_symptom"
rng = np.random.default_rng(0)
toy = {"W1": rng.normal(size=(2, 4)), "b1": rng.normal(size=4)}
toy |= {"W2": rng.normal(size=(4, 3)), "b2": rng.normal(size=3)}
points = rng.normal(size=(5, 2))
for n in (1, 2, 5):
    print(f"n = {n}:", buggy_predict(toy, points[:n])[0].round(3))

# %% [markdown] key="bug_hunt_task" lang="en"
# Alone, the first sample belongs to every class with probability 1. With one more, to every class
# with 0.5. Its probabilities depend on who else is in the batch!
#
# ### Your turn: mend it
#
# What should sum to 1: a row or a column?

# %% [markdown] key="bug_hunt_task" lang="vi"
# Khi đi một mình, mẫu đầu thuộc về mọi loại với xác suất 1. Thêm một mẫu nữa, nó thuộc về mọi loại
# với xác suất 0.5. Xác suất của nó phụ thuộc vào việc ai ở cùng batch!
#
# ### Đến lượt bạn: sửa lỗi
#
# Cái gì phải có tổng bằng 1: hàng hay cột?

# %% facts="bug_hunt_task"
symptom = source_cell("buggy_predict", "buggy_symptom")
points = symptom["points"]
assert (symptom["buggy_predict"](symptom["toy"], points[:1]) == 1).all()
for p in symptom["buggy_predict"](symptom["toy"], points[:2])[0]:
    fact(p, "0.5")


# %% exercise="neural_networks_bug_hunt"
def neural_networks_bug_hunt(params, X):
    """The class probabilities of a two-layer network, without the bug.

    params: {"W1": (d, h), "b1": (h,), "W2": (h, C), "b2": (C,)} float64
    X:      (n, d) float64
    returns (n, C) float64
    """
    ### BEGIN SOLUTION
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0.0)
    logits = hidden @ params["W2"] + params["b2"]
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponents / exponents.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="neural_networks_bug_hunt"
check("neural_networks_bug_hunt")

# %% [markdown] key="bug_hunt_sources" lang="en"
# <details><summary>Where this bug was found (read it after the exercise)</summary>
#
# The softmax runs over axis 0, the samples. The program above is ours, but the mistake has been
# reported in public code:
# [d2l-en pull request 2274](https://github.com/d2l-ai/d2l-en/pull/2274) (a softmax over the batch
# in the textbook's dog breed chapter, mended),
# [pytorchfundamentals pull request 21](https://github.com/MicrosoftDocs/pytorchfundamentals/pull/21)
# (a tutorial for beginners), and
# [world-models issue 10](https://github.com/ctallec/world-models/issues/10) (the mixture weights of
# a research model; "You are right!" answers its author).
#
# It survives because nothing crashes. Two cheap habits catch it: print the row sums, and feed one
# sample alone and in a batch.
#
# </details>

# %% [markdown] key="bug_hunt_sources" lang="vi"
# <details><summary>Lỗi này đã gặp ở đâu (hãy đọc sau khi làm bài)</summary>
#
# Softmax chạy theo trục 0, tức qua các mẫu. Chương trình trên do chúng tôi viết, nhưng lỗi này đã
# được báo cáo trong mã công khai:
# [d2l-en pull request 2274](https://github.com/d2l-ai/d2l-en/pull/2274) (softmax qua batch trong
# chương về giống chó của giáo trình, đã sửa),
# [pytorchfundamentals pull request 21](https://github.com/MicrosoftDocs/pytorchfundamentals/pull/21)
# (một bài hướng dẫn cho người mới), và
# [world-models issue 10](https://github.com/ctallec/world-models/issues/10) (trọng số hỗn hợp của
# một mô hình nghiên cứu; tác giả trả lời "You are right!").
#
# Lỗi này sống lâu vì không có gì bị dừng. Hai thói quen ít tốn công bắt được nó: in tổng các hàng,
# và thử một mẫu khi đi một mình rồi khi ở trong batch.
#
# </details>

# %% [markdown] key="for_real" lang="en"
# ## 4.15 For real: clothes
#
# Fashion-MNIST (Xiao et al. 2017) has pictures of clothes, 28 x 28 pixels, in ten classes. We train
# on 10000 of them and judge on 2000 others. To the network a picture is a vector of 784 numbers;
# that neighbouring pixels belong together it does not know (lesson 5 will tell it).
#
# Widths of 4, 16 and 64 hidden neurons, three seeds each, ten epochs at $\eta = 0.1$ with batches
# of 50, by your own `train_mlp`. Guess first: how much accuracy does each step in width buy?

# %% [markdown] key="for_real" lang="vi"
# ## 4.15 Thực tế: quần áo
#
# Fashion-MNIST (Xiao và cộng sự 2017) gồm ảnh quần áo 28 x 28 điểm ảnh, thuộc mười loại. Ta huấn
# luyện trên 10000 ảnh và đánh giá trên 2000 ảnh khác. Với mạng, một bức ảnh là một vector 784 số;
# nó không biết rằng các điểm ảnh cạnh nhau thuộc về nhau (bài 5 sẽ cho nó biết).
#
# Độ rộng 4, 16 và 64 nơ-ron ẩn, mỗi độ rộng ba seed, mười epoch với $\eta = 0.1$ và batch 50, bằng
# chính `train_mlp` của bạn. Hãy đoán trước: mỗi lần tăng độ rộng được thêm bao nhiêu độ chính xác?

# %% facts="for_real"
fashion = source_cell("fashion_data")
fact(len(fashion["y_train"]), "10000")
fact(len(fashion["y_test"]), "2000")
fact(fashion["X_train"].shape[1], "784")
given("28", "4", "16", "64", "0.1", "50")

# %% key="fashion_data"
from hocsau import datasets

clothes = datasets.fashion_mnist()
X_train = clothes.x_train.reshape(len(clothes.x_train), -1) / 255  # (10000, 784)
X_test = clothes.x_test.reshape(len(clothes.x_test), -1) / 255  # (2000, 784)
y_train, y_test = clothes.y_train.astype(int), clothes.y_test.astype(int)
print(X_train.shape, X_test.shape, np.bincount(y_train))

# %% key="fashion_runs" explore=true
from tqdm import tqdm

from hocsau import ready
from hocsau.explore import neural_networks as explore


def he_start(rng, d, hidden, classes):
    """Weights of variance 2 / inputs, biases zero."""
    return {
        "W1": rng.normal(size=(d, hidden)) * np.sqrt(2 / d),
        "b1": np.zeros(hidden),
        "W2": rng.normal(size=(hidden, classes)) * np.sqrt(2 / hidden),
        "b2": np.zeros(classes),
    }


def share_right(params, X, y):
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
    return float(((hidden @ params["W2"] + params["b2"]).argmax(axis=1) == y).mean())


def train_clothes(hidden, seed, epochs=10):
    rng = np.random.default_rng(seed)
    params = he_start(rng, X_train.shape[1], hidden, 10)
    for _ in tqdm(range(epochs), desc=f"h = {hidden}, seed = {seed}"):
        order = rng.permutation(len(y_train))
        params = train_mlp(params, X_train, y_train, order[None, :], 0.1, 50)
    return params


if ready(train_mlp, mlp_loss_and_gradients):
    trained = {h: [train_clothes(h, seed) for seed in range(3)] for h in (4, 16, 64)}
    explore.accuracy({h: [share_right(p, X_test, y_test) for p in ps] for h, ps in trained.items()})
    for h, ps in trained.items():
        print(f"h = {h}: train", [round(share_right(p, X_train, y_train), 3) for p in ps])

# %% [markdown] key="for_real_reading" lang="en"
# What we measured on the held-out pictures:
#
# | hidden neurons | three seeds | mean | mean on the training pictures |
# |---|---|---|---|
# | 4 | 0.639, 0.586, 0.529 | 0.584 | 0.587 |
# | 16 | 0.820, 0.824, 0.806 | 0.816 | 0.851 |
# | 64 | 0.845, 0.822, 0.841 | 0.836 | 0.881 |
#
# Guessing gives 0.1. Three readings:
#
# - From 4 to 16 neurons is a leap, from 16 to 64 a step of two points.
# - The seeds differ by about 0.02 at width 16 and by 0.11 at width 4. With one seed each you could
#   report nearly any gain from 16 to 64, or none. **Run several seeds before you believe a
#   difference.**
# - At width 64 the network does better by 4.5 points on pictures it has seen. That gap is
#   overfitting, and the reason for held-out data.
#
# **Try it.** Which class is recognised worst, and what is it taken for? Train for ten more epochs:
# which of the two columns still grows? Start all weights from zero: what happens, and why can it
# not learn?

# %% [markdown] key="for_real_reading" lang="vi"
# Kết quả chúng tôi đo được trên các ảnh giữ lại:
#
# | số nơ-ron ẩn | ba seed | trung bình | trung bình trên ảnh huấn luyện |
# |---|---|---|---|
# | 4 | 0.639, 0.586, 0.529 | 0.584 | 0.587 |
# | 16 | 0.820, 0.824, 0.806 | 0.816 | 0.851 |
# | 64 | 0.845, 0.822, 0.841 | 0.836 | 0.881 |
#
# Đoán mò cho 0.1. Có ba điều đọc được:
#
# - Từ 4 lên 16 nơ-ron là một bước nhảy, từ 16 lên 64 chỉ thêm hai điểm phần trăm.
# - Các seed chênh nhau khoảng 0.02 ở độ rộng 16 và 0.11 ở độ rộng 4. Nếu mỗi bên chỉ chạy một seed,
#   bạn có thể báo cáo gần như bất kỳ mức cải thiện nào từ 16 lên 64, hoặc không có gì. **Hãy chạy
#   nhiều seed rồi mới tin một sự khác biệt.**
# - Ở độ rộng 64, mạng làm tốt hơn 4.5 điểm phần trăm trên những ảnh nó đã thấy. Khoảng cách đó là
#   quá khớp, và là lý do phải có tập giữ lại.
#
# **Hãy thử.** Loại nào được nhận diện kém nhất, và bị nhầm với loại nào? Huấn luyện thêm mười
# epoch: cột nào trong hai cột cuối còn tăng? Cho mọi trọng số bắt đầu từ không: điều gì xảy ra, và
# vì sao mạng không học được?

# %% facts="for_real_reading"
fact(1 / len(np.unique(fashion["y_train"])), "0.1")
given("4", "16", "64")


@cache
def clothes_scores():
    """By width: held out and seen, three seeds each, by the lesson's own cells."""
    names = source_cell("fashion_data", "fashion_runs")
    right, held_out = names["share_right"], (names["X_test"], names["y_test"])
    seen = names["X_train"], names["y_train"]
    return {
        hidden: np.array([[right(p, *held_out), right(p, *seen)] for p in found]).T
        for hidden, found in names["trained"].items()
    }


for hidden, held_out, means in (
    (4, "0.639 0.586 0.529", "0.584 0.587"),
    (16, "0.820 0.824 0.806", "0.816 0.851"),
    (64, "0.845 0.822 0.841", "0.836 0.881"),
):
    for seed, printed in enumerate(held_out.split()):
        trained(
            lambda hidden=hidden, seed=seed: clothes_scores()[hidden][0, seed],
            printed,
            tolerance=0.01,
        )
    for kind, printed in enumerate(means.split()):
        trained(
            lambda hidden=hidden, kind=kind: clothes_scores()[hidden][kind].mean(),
            printed,
            tolerance=0.006,
        )
for hidden, spread in ((16, "0.02"), (4, "0.11")):
    trained(lambda hidden=hidden: np.ptp(clothes_scores()[hidden][0]), spread, tolerance=0.01)
trained(lambda: 100 * np.subtract(*clothes_scores()[64].mean(axis=1)[::-1]), "4.5", tolerance=0.6)

# %% [markdown] key="written_question" lang="en"
# ## 4.16 In your own words
#
# A friend writes: "*My network has twenty layers without activation functions, because they only
# cost time. It is deep, so it should be able to learn XOR. If it does not work, I shall put a
# sigmoid after every layer.*"
#
# Answer in at most 200 words: what can the twenty layers compute, with the formula for two; why XOR
# is out of their reach, with one network that can do it; what will happen with the sigmoids; and
# what would you advise? This answer is graded by hand.

# %% [markdown] key="written_question" lang="vi"
# ## 4.16 Bằng lời của bạn
#
# Một người bạn viết: "*Mạng của mình có hai mươi lớp không có hàm kích hoạt, vì chúng chỉ tốn thời
# gian. Mạng sâu nên phải học được XOR. Nếu không được, mình sẽ đặt một sigmoid sau mỗi lớp.*"
#
# Hãy trả lời trong không quá 200 từ: hai mươi lớp đó tính được gì, kèm công thức cho hai lớp; vì
# sao chúng không với tới XOR, kèm một mạng làm được; với các sigmoid thì chuyện gì sẽ xảy ra; và
# bạn khuyên thế nào? Câu này do người chấm.

# %% facts="written_question"
given("200")

# %% [markdown] written="neural_networks_written"
# ### BEGIN SOLUTION
# Two linear layers are one: $(X W_1 + b_1) W_2 + b_2 = X (W_1 W_2) + (b_1 W_2 + b_2)$; so are
# twenty. Such a network draws one straight boundary between two classes, and no line has
# $(0,0), (1,1)$ on one side and $(0,1), (1,0)$ on the other: at most three of four are right. Two
# ReLU neurons do it: $\operatorname{relu}(x_1+x_2) - 2\operatorname{relu}(x_1+x_2-1)$ gives 0, 1,
# 1, 0. With sigmoids the network can in principle represent XOR, but the gradient is multiplied by
# a slope of at most 1/4 in every layer: at depth 20 and gain 1 the first layer receives 2.7e-13,
# and hardly learns. Advice: two or three layers, ReLU between them, weights of variance $2/d_{in}$
# (He 2015); greater depth only with remedies such as residual connections or normalization.
#
# Hai lớp tuyến tính chỉ là một: $(X W_1 + b_1) W_2 + b_2 = X (W_1 W_2) + (b_1 W_2 + b_2)$; hai mươi
# lớp cũng vậy. Mạng như thế chỉ vẽ được một ranh giới thẳng giữa hai loại, mà không đường thẳng nào
# để $(0,0), (1,1)$ ở một phía và $(0,1), (1,0)$ ở phía kia: nhiều nhất đúng ba trong bốn điểm. Hai
# nơ-ron ReLU thì làm được: $\operatorname{relu}(x_1+x_2) - 2\operatorname{relu}(x_1+x_2-1)$ cho 0,
# 1, 1, 0. Với sigmoid, về nguyên tắc mạng biểu diễn được XOR, nhưng mỗi lớp nhân gradient với độ
# dốc không quá 1/4: sâu 20 lớp, hệ số 1, lớp đầu chỉ nhận 2.7e-13 và hầu như không học. Lời khuyên:
# hai hoặc ba lớp, ReLU ở giữa, trọng số có phương sai $2/d_{in}$ (He 2015); muốn sâu hơn thì cần
# các cách chữa như kết nối dư hoặc chuẩn hóa.
# ### END SOLUTION

# %% facts="neural_networks_written"
fact(first_and_last("sigmoid", 20, 1.0)[0], "2.7e-13")

# %% [markdown] key="quiz" lang="en"
# ## 4.17 Quiz
#
# Give one letter per question in the cell below.
#
# **q1.** Twenty fully connected layers stand on top of one another with no activation between them.
# What can they compute together?
#
# - a) a polynomial of degree 20
# - b) twenty straight boundaries per class
# - c) what a single layer can compute
# - d) nothing, since the gradient vanishes
#
# **q2.** A layer $Y = XW + b$ has $X$ of shape $(64, 100)$ and $W$ of shape $(100, 10)$. What is
# $dW$?
#
# - a) $dY\, X^{\top}$
# - b) $X^{\top} dY$
# - c) $X\, dY^{\top}$
# - d) $dY\, W^{\top}$
#
# **q3.** A classifier for ten classes with small random weights has not been trained yet. About how
# large is its cross-entropy?
#
# - a) 0
# - b) 0.1
# - c) 1
# - d) 2.3
#
# **q4.** In a network of twenty sigmoid layers, gain 1, the first layer receives a gradient of norm
# 2.7e-13. Why?
#
# - a) each layer on the way back multiplies by a slope of at most $1/4$
# - b) the learning rate is too small
# - c) the loss is at a minimum
# - d) the biases start at zero

# %% [markdown] key="quiz" lang="vi"
# ## 4.17 Trắc nghiệm
#
# Hãy ghi một chữ cái cho mỗi câu vào ô bên dưới.
#
# **q1.** Hai mươi lớp kết nối đầy đủ xếp lên nhau, ở giữa không có hàm kích hoạt. Chúng cùng nhau
# tính được gì?
#
# - a) một đa thức bậc 20
# - b) hai mươi ranh giới thẳng cho mỗi loại
# - c) những gì một lớp duy nhất tính được
# - d) không gì cả, vì gradient tiêu biến
#
# **q2.** Một lớp $Y = XW + b$ có $X$ dạng $(64, 100)$ và $W$ dạng $(100, 10)$. $dW$ là gì?
#
# - a) $dY\, X^{\top}$
# - b) $X^{\top} dY$
# - c) $X\, dY^{\top}$
# - d) $dY\, W^{\top}$
#
# **q3.** Một bộ phân loại mười loại với trọng số ngẫu nhiên nhỏ chưa được huấn luyện. Entropy chéo
# của nó khoảng bao nhiêu?
#
# - a) 0
# - b) 0.1
# - c) 1
# - d) 2.3
#
# **q4.** Trong một mạng hai mươi lớp sigmoid, hệ số 1, lớp đầu nhận gradient có chuẩn 2.7e-13. Vì
# sao?
#
# - a) ở chiều ngược lại, mỗi lớp nhân với một độ dốc không quá $1/4$
# - b) tốc độ học quá nhỏ
# - c) hàm mất mát đang ở cực tiểu
# - d) các bias bắt đầu từ không

# %% facts="quiz"
given("64", "100")
fact(-math.log(1), "0")  # of a network that is always sure and right: a wrong answer
fact(1 / 10, "0.1")  # the probability itself: a wrong answer
fact(math.log(10), "2.3")
fact(first_and_last("sigmoid", 20, 1.0)[0], "2.7e-13")

# %% exercise="neural_networks_quiz"
neural_networks_quiz = {
    ### BEGIN SOLUTION
    "q1": "c",
    "q2": "b",
    "q3": "d",
    "q4": "a",
    ### END SOLUTION
}

# %% check="neural_networks_quiz"
check("neural_networks_quiz")

# %% [markdown] key="summary" lang="en"
# ## 4.18 Summary
#
# - A neuron computes $z = w \cdot x + b$ and bends it by an activation. A layer is $Y = XW + b$,
#   one sample per row. Depth without activations is one linear map.
# - Never take $e$ to a large positive power, nor the logarithm of a probability.
# - Backward: $dW = X^{\top} dY$, $db$ is the sum of $dY$ over the samples, $dX = dY\, W^{\top}$; an
#   activation multiplies by its slope; softmax with cross-entropy starts it with $(p - E)/n$.
# - Central differences judge a gradient; they cost two evaluations per parameter.
# - Sigmoids starve the first layers of a deep network; ReLU with variance $2/d_{in}$ feeds them
#   all.
# - Judge on held-out data, with several seeds.
#
# | advantages of deep networks | drawbacks |
# |---|---|
# | features are learned, not designed | they need much data and computing |
# | one recipe for pictures, language and time series | many hyperparameters: width, depth, rate, start |
# | represent complicated relations | hard to interpret, and they overfit |
# | every part is differentiable, so parts combine freely | gradients vanish or explode with depth |
#
# **What to read**
#
# - F. Rosenblatt, *The perceptron: a probabilistic model for information storage and organization
#   in the brain*, 1958.
# - D. Rumelhart, G. Hinton, R. Williams, *Learning representations by back-propagating errors*,
#   1986.
# - X. Glorot, Y. Bengio,
#   [*Understanding the difficulty of training deep feedforward neural networks*](https://proceedings.mlr.press/v9/glorot10a.html),
#   2010.
# - K. He, X. Zhang, S. Ren, J. Sun,
#   [*Delving deep into rectifiers*](https://arxiv.org/abs/1502.01852), 2015.
#
# **Next: 5 Convolutional networks.** A picture is not a bag of 784 numbers: neighbours belong
# together, and a sleeve is a sleeve wherever it is.

# %% [markdown] key="summary" lang="vi"
# ## 4.18 Tóm tắt
#
# - Nơ-ron tính $z = w \cdot x + b$ rồi uốn cong nó bằng hàm kích hoạt. Một lớp là $Y = XW + b$, mỗi
#   hàng một mẫu. Độ sâu mà không có hàm kích hoạt chỉ là một ánh xạ tuyến tính.
# - Đừng bao giờ lấy $e$ mũ một số dương lớn, cũng đừng lấy logarit của một xác suất.
# - Chiều ngược: $dW = X^{\top} dY$, $db$ là tổng của $dY$ qua các mẫu, $dX = dY\, W^{\top}$; hàm
#   kích hoạt nhân với độ dốc của nó; softmax với entropy chéo bắt đầu bằng $(p - E)/n$.
# - Sai phân trung tâm là trọng tài cho gradient; mỗi tham số tốn hai lần tính hàm.
# - Sigmoid bỏ đói các lớp đầu của mạng sâu; ReLU với phương sai $2/d_{in}$ nuôi được tất cả.
# - Hãy đánh giá trên tập giữ lại, với nhiều seed.
#
# | ưu điểm của mạng sâu | nhược điểm |
# |---|---|
# | đặc trưng được học, không phải thiết kế | cần nhiều dữ liệu và tính toán |
# | một công thức chung cho ảnh, ngôn ngữ và chuỗi thời gian | nhiều siêu tham số: độ rộng, độ sâu, tốc độ học, khởi tạo |
# | biểu diễn được quan hệ phức tạp | khó diễn giải, và dễ quá khớp |
# | phần nào cũng có đạo hàm nên ghép tự do | gradient tiêu biến hoặc bùng nổ theo độ sâu |
#
# **Nên đọc**
#
# - F. Rosenblatt, *The perceptron: a probabilistic model for information storage and organization
#   in the brain*, 1958.
# - D. Rumelhart, G. Hinton, R. Williams, *Learning representations by back-propagating errors*,
#   1986.
# - X. Glorot, Y. Bengio,
#   [*Understanding the difficulty of training deep feedforward neural networks*](https://proceedings.mlr.press/v9/glorot10a.html),
#   2010.
# - K. He, X. Zhang, S. Ren, J. Sun,
#   [*Delving deep into rectifiers*](https://arxiv.org/abs/1502.01852), 2015.
#
# **Bài tiếp theo: 5 Mạng tích chập.** Một bức ảnh không phải là một túi 784 con số: các điểm cạnh
# nhau thuộc về nhau, và tay áo ở đâu thì vẫn là tay áo.

# %% facts="summary"
fact(28 * 28, "784")

# %% key="progress" explore=true
progress()
