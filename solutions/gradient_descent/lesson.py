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
# # 1 Gradient descent
#
# Every model in this course, from a straight line to a Transformer, learns in the same way: it makes a prediction, measures how wrong it is,
# and moves its parameters a little in the direction that makes the error smaller. This lesson is about that one movement. It is short enough
# to write in a line and rich enough to fill a career.
#
# When you are through you will be able to
#
# - write the loss of a linear model and derive its gradient by hand, and check one against the other;
# - program gradient descent in its three variants, **batch**, **stochastic** and **mini-batch**, and say when each of them is the right one;
# - compute the largest learning rate that does not diverge, *before* you run anything;
# - compute how noisy a mini-batch gradient is, exactly, and say what that noise costs and what it may be good for;
# - find a bug of a kind that sat in a widely used library, and see why nobody noticed it.
#
# **How to work.** Read, then fill in the cells that raise `NotImplementedError`. The `check` cell below each of them tells you, case by case, what is right,
# and when it recognises a mistake it says which. Check as often as you like. The cells with sliders need no answers from you, but many of them
# run *your* function once it is written. Everything here is NumPy in `float64`; no function changes its arguments. There are 35 points.

# %% [markdown] key="goals" lang="vi"
# # 1 Gradient descent
#
# Mọi mô hình trong khóa học này, từ một đường thẳng cho đến Transformer, đều học theo cùng một cách: dự đoán, đo xem mình sai bao nhiêu,
# rồi dịch các tham số đi một chút theo hướng làm sai số nhỏ lại. Bài này nói về chính bước dịch chuyển ấy. Nó ngắn đến mức viết gọn
# trong một dòng, mà cũng đủ sâu để người ta nghiên cứu cả đời.
#
# Học xong bài này, bạn có thể
#
# - viết hàm mất mát của một mô hình tuyến tính, tự tay tính gradient của nó và dùng cái này để kiểm tra cái kia;
# - lập trình gradient descent (hạ gradient) với cả ba biến thể **batch**, **stochastic** (ngẫu nhiên) và **mini-batch** (nhóm nhỏ dữ liệu), đồng thời biết khi nào nên dùng biến thể nào;
# - tính được tốc độ học lớn nhất mà chưa phân kỳ, *trước khi* chạy bất cứ thứ gì;
# - tính chính xác mức nhiễu của gradient trên một mini-batch, hiểu nhiễu đó gây hại gì và có thể giúp được gì;
# - tìm ra một loại lỗi từng nằm trong một thư viện rất nhiều người dùng, và hiểu vì sao không ai để ý.
#
# **Cách học.** Hãy đọc, rồi điền vào các ô đang báo `NotImplementedError`. Ô `check` ngay bên dưới cho biết từng trường hợp đúng hay chưa,
# và nếu nhận ra lỗi quen thuộc thì nó nói rõ đó là lỗi gì. Bạn cứ kiểm tra bao nhiêu lần tùy thích. Các ô có thanh trượt không đòi bạn trả lời, nhưng nhiều ô
# sẽ chạy *chính hàm của bạn* khi hàm đã viết xong. Tất cả đều dùng NumPy với `float64`; không hàm nào được làm thay đổi đối số của nó. Cả bài có 35 điểm.

# %% facts="goals"
from grader.course.lessons import of_name

fact(sum(exercise.points for exercise in of_name("gradient_descent").exercises), "35")

# %% key="imports"
import numpy as np

from hocsau import begin, check, progress, ready

begin("gradient_descent")

# %% [markdown] key="loss" lang="en"
# ## 1.1 The aim: a loss to make small
#
# The aim of gradient descent is to **minimise the loss function** by adjusting the parameters of the model (its weights and its bias), so that the predictions become
# more and more accurate. So first of all we need a model and a loss.
#
# Our model is linear: the prediction for a sample with features $x^{(i)}$ is $x^{(i)} \cdot w$. The bias needs no symbol of its own: give $X$ a column of ones, and the
# weight of that column is the bias. Our loss is the **mean squared error**:
#
# $$J(w) = \frac{1}{n} \sum_{i=1}^n J_i(w), \qquad J_i(w) = \left(x^{(i)} \cdot w - y^{(i)}\right)^2$$
#
# | symbol | meaning | shape |
# |---|---|---|
# | $n$, $d$ | number of samples, number of features | |
# | $x^{(i)}$, $y^{(i)}$ | sample $i$: its features and its target; a sample is the *pair* | $(d,)$, a number |
# | $X$, $y$ | all samples, one a row, and all targets | $(n, d)$, $(n,)$ |
# | $w$ | the parameters; other books write $\theta$ | $(d,)$ |
# | $\eta$ | the learning rate; the lecture notes also call it $\alpha$ | a number |
# | $m$ | the size of a mini-batch | a number |
#
# **By hand.** Three samples with one feature, 1, 2 and 3, and the targets 1, 4 and 4. With a column of ones for the bias,
#
# $$X = \begin{pmatrix} 1 & 1 \\ 2 & 1 \\ 3 & 1 \end{pmatrix}, \qquad y = \begin{pmatrix} 1 \\ 4 \\ 4 \end{pmatrix}.$$
#
# At $w = (0, 0)$ all predictions are 0 and the residuals $Xw - y$ are $-1, -4, -4$, so $J = (1 + 16 + 16)/3 = 11$. The best possible line is $w^* = (1.5, 0)$ with residuals $0.5, -1, 0.5$ and
# $J(w^*) = 0.5$: not zero, because no line goes through all three points. This little table will stay with us through the lesson.
#
# Mind the mean. With a sum instead, a table twice as long would have a loss twice as large, and everything that we tune later, the learning rate first of all, would depend on
# the length of the table.

# %% [markdown] key="loss" lang="vi"
# ## 1.1 Mục tiêu: làm cho hàm mất mát nhỏ lại
#
# Mục tiêu của gradient descent là **tối thiểu hóa hàm mất mát** bằng cách điều chỉnh các tham số (trọng số và bias) của mô hình, để mô hình dự đoán
# ngày càng chính xác hơn. Vậy trước hết ta cần một mô hình và một hàm mất mát.
#
# Mô hình của ta là tuyến tính: với mẫu có đặc trưng $x^{(i)}$, giá trị dự đoán là $x^{(i)} \cdot w$. Bias không cần ký hiệu riêng: chỉ việc thêm vào $X$ một cột toàn số một, khi đó
# trọng số của cột này chính là bias. Hàm mất mát là **sai số bình phương trung bình**:
#
# $$J(w) = \frac{1}{n} \sum_{i=1}^n J_i(w), \qquad J_i(w) = \left(x^{(i)} \cdot w - y^{(i)}\right)^2$$
#
# | ký hiệu | ý nghĩa | shape |
# |---|---|---|
# | $n$, $d$ | số mẫu, số đặc trưng | |
# | $x^{(i)}$, $y^{(i)}$ | mẫu thứ $i$: các đặc trưng và giá trị đích; một mẫu là cả *cặp* này | $(d,)$, một số |
# | $X$, $y$ | toàn bộ mẫu, mỗi mẫu một hàng, và toàn bộ giá trị đích | $(n, d)$, $(n,)$ |
# | $w$ | các tham số; sách khác viết là $\theta$ | $(d,)$ |
# | $\eta$ | tốc độ học; trong lời văn của bài giảng còn gọi là $\alpha$ | một số |
# | $m$ | kích thước một mini-batch | một số |
#
# **Tính tay.** Lấy ba mẫu chỉ có một đặc trưng, lần lượt bằng 1, 2 và 3, với giá trị đích 1, 4 và 4. Thêm cột toàn số một cho bias, ta có
#
# $$X = \begin{pmatrix} 1 & 1 \\ 2 & 1 \\ 3 & 1 \end{pmatrix}, \qquad y = \begin{pmatrix} 1 \\ 4 \\ 4 \end{pmatrix}.$$
#
# Tại $w = (0, 0)$, mọi dự đoán đều bằng 0 và các sai số $Xw - y$ là $-1, -4, -4$, nên $J = (1 + 16 + 16)/3 = 11$. Đường thẳng tốt nhất ứng với $w^* = (1.5, 0)$, có các sai số $0.5, -1, 0.5$ và
# $J(w^*) = 0.5$: khác không, vì chẳng có đường thẳng nào đi qua cả ba điểm. Bảng dữ liệu nhỏ này sẽ đi cùng ta suốt bài.
#
# Hãy để ý chữ "trung bình". Nếu lấy tổng, bảng dài gấp đôi sẽ có mất mát lớn gấp đôi, và mọi thứ ta điều chỉnh về sau, trước hết là tốc độ học, đều phụ thuộc vào
# độ dài của bảng.

# %% facts="loss"
from functools import partial

hand = source_cell("gradient_check")
X_hand, y_hand = hand["X_hand"], hand["y_hand"]
hand_loss, hand_gradient = (partial(f, X=X_hand, y=y_hand) for f in (mse_loss, mse_gradient))
origin = np.zeros(2)
minimum = np.linalg.lstsq(X_hand, y_hand, rcond=None)[0]

for i, (feature, target, residual) in enumerate(
    (("1", "1", "-1"), ("2", "4", "-4"), ("3", "4", "-4"))
):
    fact(X_hand[i, 0], feature)
    fact(X_hand[i, 1], "1")
    fact(y_hand[i], target)
    fact(X_hand[i] @ origin - y_hand[i], residual)
fact((-4) ** 2, "16")
fact(hand_loss(origin), "11")
fact(minimum[0], "1.5")
fact(minimum[1], "0")
for i, printed in enumerate(("0.5", "-1", "0.5")):
    fact(X_hand[i] @ minimum - y_hand[i], printed)
fact(hand_loss(minimum), "0.5")


# %% exercise="mse_loss"
def mse_loss(w, X, y):
    """Mean squared error: J(w) = (1/n) sum_i (x_i . w - y_i)^2.

    w: (d,) float64
    X: (n, d) float64, one sample a row; the bias, if there is one, is a column of ones
    y: (n,) float64
    returns a float
    """
    ### BEGIN SOLUTION
    residual = X @ w - y  # (n,)
    return float(np.mean(residual**2))
    ### END SOLUTION


# %% check="mse_loss"
check("mse_loss")

# %% [markdown] key="gradient" lang="en"
# ## 1.2 The gradient: direction and speed
#
# The gradient $\nabla J(w)$ is the vector of the partial derivatives of $J$. It tells us the **direction** in which the loss changes and how **fast** it changes. Both words are exact: for a small step $\delta$,
#
# $$J(w + \delta) \approx J(w) + \nabla J(w) \cdot \delta ,$$
#
# and among all steps of one length this is largest for $\delta$ along $\nabla J$ and smallest for $\delta$ against it (the Cauchy-Schwarz inequality). So the direction is the way of steepest ascent, the
# length $\lVert \nabla J \rVert$ is the slope in that direction, and the way down is $-\nabla J$. Where the surface gets flat, the gradient gets short: near a minimum the steps shrink by themselves.
#
# **Derivation.** The lecture notes write the gradient of the loss as a mean, $\nabla J(w) = \frac{1}{n} \sum_{i=1}^n \frac{\partial J(w)}{\partial w}$. One small addition makes it exact: the summand needs its index. It is the gradient
# of the loss of *sample* $i$,
#
# $$\nabla J(w) = \frac{1}{n} \sum_{i=1}^n \frac{\partial J_i(w)}{\partial w} .$$
#
# Write $r_i = x^{(i)} \cdot w - y^{(i)}$ for the residual. By the chain rule $\frac{\partial}{\partial w_j} r_i^2 = 2 r_i \frac{\partial r_i}{\partial w_j} = 2 r_i x^{(i)}_j$: the outer derivative gives the 2, the inner one the feature. Together
#
# $$\nabla J_i(w) = 2 \left(x^{(i)} \cdot w - y^{(i)}\right) x^{(i)}, \qquad \nabla J(w) = \frac{2}{n} X^\top (X w - y) .$$
#
# Each sample pulls along its own features, the harder the more wrong its prediction is. The shapes guide you: $X^\top$ is $(d, n)$, the residuals are $(n,)$, the product is $(d,)$ like $w$.
#
# **By hand.** In our little table at $w = (0, 0)$, the three samples give $\nabla J_1 = 2 \cdot (-1) \cdot (1, 1) = (-2, -2)$, $\nabla J_2 = 2 \cdot (-4) \cdot (2, 1) = (-16, -8)$ and $\nabla J_3 = 2 \cdot (-4) \cdot (3, 1) = (-24, -8)$. Their mean is
# $\nabla J = (-14, -6)$. Both components are negative: slope and bias should both grow.
#
# **Never trust a gradient that you have not checked.** A central difference needs nothing but the loss itself; $e_j$ is the unit vector along axis $j$ and $h$ a small number such as $10^{-5}$:
#
# $$\frac{\partial J}{\partial w_j} \approx \frac{J(w + h e_j) - J(w - h e_j)}{2h} .$$
#
# On a quadratic loss it is exact but for rounding. The cell below the exercise compares the two.

# %% [markdown] key="gradient" lang="vi"
# ## 1.2 Gradient: hướng và tốc độ
#
# Gradient $\nabla J(w)$ là vector gồm các đạo hàm riêng của $J$. Nó giúp ta xác định **hướng** và **tốc độ** thay đổi của hàm mất mát. Cả hai chữ này đều có nghĩa chính xác: với một bước nhỏ $\delta$,
#
# $$J(w + \delta) \approx J(w) + \nabla J(w) \cdot \delta ,$$
#
# và trong số các bước có cùng độ dài, vế phải lớn nhất khi $\delta$ cùng hướng với $\nabla J$, nhỏ nhất khi $\delta$ ngược hướng (bất đẳng thức Cauchy-Schwarz). Như vậy gradient chỉ hướng dốc lên mạnh nhất,
# độ dài $\lVert \nabla J \rVert$ là độ dốc theo hướng đó, còn đường đi xuống là $-\nabla J$. Chỗ nào bề mặt thoải dần thì gradient ngắn dần: càng gần cực tiểu, bước đi càng tự ngắn lại.
#
# **Chứng minh công thức.** Bài giảng viết gradient của hàm mất mát dưới dạng trung bình, $\nabla J(w) = \frac{1}{n} \sum_{i=1}^n \frac{\partial J(w)}{\partial w}$. Chỉ cần thêm một chi tiết nhỏ cho thật chặt chẽ: số hạng trong tổng phải mang chỉ số.
# Đó là gradient của mất mát trên *mẫu thứ* $i$,
#
# $$\nabla J(w) = \frac{1}{n} \sum_{i=1}^n \frac{\partial J_i(w)}{\partial w} .$$
#
# Gọi $r_i = x^{(i)} \cdot w - y^{(i)}$ là sai số. Theo quy tắc dây chuyền, $\frac{\partial}{\partial w_j} r_i^2 = 2 r_i \frac{\partial r_i}{\partial w_j} = 2 r_i x^{(i)}_j$: đạo hàm ngoài cho số 2, đạo hàm trong cho đặc trưng. Gộp lại:
#
# $$\nabla J_i(w) = 2 \left(x^{(i)} \cdot w - y^{(i)}\right) x^{(i)}, \qquad \nabla J(w) = \frac{2}{n} X^\top (X w - y) .$$
#
# Mỗi mẫu kéo tham số về phía các đặc trưng của chính nó, dự đoán càng sai thì kéo càng mạnh. Hãy nhìn shape mà viết: $X^\top$ có shape $(d, n)$, các sai số là $(n,)$, tích của chúng là $(d,)$, giống như $w$.
#
# **Tính tay.** Với bảng nhỏ ở trên, tại $w = (0, 0)$, ba mẫu cho $\nabla J_1 = 2 \cdot (-1) \cdot (1, 1) = (-2, -2)$, $\nabla J_2 = 2 \cdot (-4) \cdot (2, 1) = (-16, -8)$ và $\nabla J_3 = 2 \cdot (-4) \cdot (3, 1) = (-24, -8)$. Trung bình của chúng là
# $\nabla J = (-14, -6)$. Cả hai thành phần đều âm: cả hệ số góc lẫn bias đều cần tăng lên.
#
# **Đừng tin một gradient mà bạn chưa kiểm tra.** Sai phân trung tâm không cần gì ngoài chính hàm mất mát; $e_j$ là vector đơn vị theo trục $j$, còn $h$ là một số nhỏ, chẳng hạn $10^{-5}$:
#
# $$\frac{\partial J}{\partial w_j} \approx \frac{J(w + h e_j) - J(w - h e_j)}{2h} .$$
#
# Với hàm mất mát bậc hai, công thức này đúng tuyệt đối nếu không kể sai số làm tròn. Ô lệnh phía dưới bài tập sẽ so hai kết quả với nhau.

# %% facts="gradient"
given("1e-5")


def sample_gradient(w, i):
    return mse_gradient(w, X_hand[[i]], y_hand[[i]])


for i, printed in enumerate((("-2", "-2"), ("-16", "-8"), ("-24", "-8"))):
    for k in range(2):
        fact(sample_gradient(origin, i)[k], printed[k])
fact(hand_gradient(origin)[0], "-14")
fact(hand_gradient(origin)[1], "-6")
np.testing.assert_allclose(hand["differences"], hand_gradient(origin), rtol=1e-8)


# %% exercise="mse_gradient"
def mse_gradient(w, X, y):
    """Gradient of the mean squared error: grad J(w) = (2/n) X^T (X w - y).

    w: (d,) float64
    X: (n, d) float64
    y: (n,) float64
    returns (d,) float64, a new array
    """
    ### BEGIN SOLUTION
    n, _ = X.shape
    residual = X @ w - y  # (n,)
    return 2 / n * (X.T @ residual)  # (d,)
    ### END SOLUTION


# %% check="mse_gradient"
check("mse_gradient")

# %% key="gradient_check" explore=true
X_hand = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]])
y_hand = np.array([1.0, 4.0, 4.0])

if ready(mse_loss, mse_gradient):
    w, h = np.zeros(2), 1e-5
    axes = np.eye(2)
    differences = [
        (mse_loss(w + h * e, X_hand, y_hand) - mse_loss(w - h * e, X_hand, y_hand)) / (2 * h)
        for e in axes
    ]
    print("mse_gradient      ", mse_gradient(w, X_hand, y_hand))
    print("central difference", np.array(differences))

# %% [markdown] key="batch" lang="en"
# ## 1.3 Batch gradient descent
#
# In **batch gradient descent** the gradient is computed from the *whole* data set at every update:
#
# $$w := w - \eta \cdot \nabla J(w), \qquad \nabla J(w) = \frac{1}{n} \sum_{i=1}^n \nabla J_i(w)$$
#
# where $\nabla J(w)$ is the mean gradient over the whole data set and $n$ the number of samples.
#
# **Procedure.**
#
# 1. Go through all the data.
# 2. Compute the loss and the gradient on the whole data set.
# 3. Update the parameters $w$.
# 4. Repeat until convergence.
#
# **By hand.** With $\eta = 0.05$ from $w = (0, 0)$, the first step is $w := (0, 0) - 0.05 \cdot (-14, -6) = (0.7, 0.3)$ and the loss falls from 11 to 2.617. There the gradient is shorter, $(-6.267, -2.6)$, so the second step
# is shorter too: it leads to $(1.013, 0.43)$ with the loss 0.953. After a third we are at $(1.154, 0.484)$ with 0.622. The least possible loss is 0.5.
#
# | | |
# |---|---|
# | **advantages** | The gradient is smooth and exact, since all the data are in it. Every run gives the same path. It suits small data sets. |
# | **drawbacks** | Very slow when the data are large: one single update costs a pass over everything, and a table that does not fit into memory must be read anew for each step. |
#
# In the exercise the gradient comes in as a *function*, so that your loop will work for any loss, today's and those of later lessons. It returns the whole path, because looking at paths is what
# we shall do next. Two things are easily missed: in NumPy `w = w0` does not copy anything, and `w -= ...` writes into the array that both names stand for.

# %% [markdown] key="batch" lang="vi"
# ## 1.3 Batch gradient descent
#
# Trong **batch gradient descent**, gradient được tính toán dựa trên *toàn bộ* tập dữ liệu tại mỗi bước cập nhật:
#
# $$w := w - \eta \cdot \nabla J(w), \qquad \nabla J(w) = \frac{1}{n} \sum_{i=1}^n \nabla J_i(w)$$
#
# trong đó $\nabla J(w)$ là gradient trung bình trên toàn bộ tập dữ liệu, $n$ là số lượng mẫu trong tập dữ liệu.
#
# **Quy trình.**
#
# 1. Duyệt qua toàn bộ dữ liệu.
# 2. Tính hàm mất mát và gradient trên toàn bộ tập dữ liệu.
# 3. Cập nhật tham số $w$.
# 4. Lặp lại quy trình cho đến khi hội tụ.
#
# **Tính tay.** Với $\eta = 0.05$, xuất phát từ $w = (0, 0)$, bước đầu tiên là $w := (0, 0) - 0.05 \cdot (-14, -6) = (0.7, 0.3)$ và mất mát giảm từ 11 xuống 2.617. Ở đó gradient ngắn hơn, $(-6.267, -2.6)$, nên bước thứ hai
# cũng ngắn hơn: nó đưa ta tới $(1.013, 0.43)$ với mất mát 0.953. Sau bước thứ ba, ta ở $(1.154, 0.484)$ với 0.622. Mất mát nhỏ nhất có thể là 0.5.
#
# | | |
# |---|---|
# | **ưu điểm** | Gradient mượt mà và chính xác, do được tính trên toàn bộ dữ liệu. Lần chạy nào cũng cho cùng một quỹ đạo. Thích hợp với dữ liệu nhỏ. |
# | **nhược điểm** | Rất chậm khi dữ liệu lớn: chỉ một lần cập nhật đã phải duyệt hết dữ liệu, và nếu bảng không vừa bộ nhớ thì mỗi bước lại phải đọc lại từ đầu. |
#
# Trong bài tập, gradient được đưa vào dưới dạng một *hàm*, nhờ vậy vòng lặp của bạn dùng được cho mọi hàm mất mát, của bài này và cả những bài sau. Hàm trả về cả quỹ đạo, vì ngay sau đây
# ta sẽ quan sát các quỹ đạo. Có hai điều dễ bị bỏ sót: trong NumPy, `w = w0` không sao chép gì cả, còn `w -= ...` ghi thẳng vào mảng mà cả hai tên cùng chỉ tới.

# %% facts="batch"
given("0.05")
path = gradient_descent(hand_gradient, origin, 0.05, 3)
for w, first, second, loss in (
    (path[1], "0.7", "0.3", "2.617"),
    (path[2], "1.013", "0.43", "0.953"),
    (path[3], "1.154", "0.484", "0.622"),
):
    fact(w[0], first)
    fact(w[1], second)
    fact(hand_loss(w), loss)
for w, first, second in ((path[0], "-14", "-6"), (path[1], "-6.267", "-2.6")):
    fact(hand_gradient(w)[0], first)
    fact(hand_gradient(w)[1], second)
fact(hand_loss(path[0]), "11")
fact(hand_loss(minimum), "0.5")


# %% exercise="gradient_descent"
def gradient_descent(gradient, w0, learning_rate, steps):
    """Gradient descent: w_{t+1} = w_t - eta grad J(w_t), the whole path.

    gradient:      a function; gradient(w) is (d,) for w of shape (d,)
    w0:            (d,) float64, the start; it must not change
    learning_rate: float, eta
    steps:         int >= 0
    returns (steps + 1, d) float64: row 0 is w0, row t is w after t steps
    """
    ### BEGIN SOLUTION
    w = np.array(w0)
    path = [w]
    for _ in range(steps):
        w = w - learning_rate * gradient(w)  # a new array: the rows before stay as they were
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% check="gradient_descent"
check("gradient_descent")

# %% [markdown] key="stopping" lang="en"
# ## 1.4 "Until convergence": when to stop
#
# The procedure says *repeat until convergence*. A program needs a rule that it can test. The usual ones:
#
# - **The gradient is short**: stop when $\lVert \nabla J(w) \rVert \le \varepsilon$. At a minimum the gradient vanishes, so this asks the right thing. For our loss it even comes with a guarantee. With $\mu$ the smallest non-zero eigenvalue of the Hessian
#   (section 1.6) one has $J(w) - J(w^*) \le \lVert \nabla J(w) \rVert^2 / (2 \mu)$: you know how far from the best loss you are without knowing that loss.
# - **The loss no longer falls**: stop when it has fallen by less than a chosen share over the last so many steps. Easy, but careful: with a tiny $\eta$ the loss hardly falls from the very start.
# - **The budget is spent**: a fixed number of steps. What most deep learning does.
# - **The loss on held-out data no longer falls** (early stopping): the one that also looks after overfitting.
#
# In our table $\mu = 0.2404$. With $\eta = 0.16$ the rule $\lVert \nabla J \rVert \le 10^{-2}$ stops after 69 steps, and the guarantee says that the loss is then at most $1.96 \cdot 10^{-4}$ above the best one. That is what it really is there, because what is left of the error lies
# along the flattest direction. With $\eta = 0.05$ the same rule takes 222 steps.
#
# A warning for later: the first rule does **not** work with the gradient of a single sample. At the minimum $w^* = (1.5, 0)$ the three samples of our table have the gradients $(1, 1)$, $(-4, -2)$ and $(3, 1)$. Their mean is zero, but none of them is. A stochastic method
# must look at an average over many samples, such as the mean loss over an epoch.

# %% [markdown] key="stopping" lang="vi"
# ## 1.4 "Cho đến khi hội tụ": khi nào thì dừng
#
# Quy trình viết *lặp lại cho đến khi hội tụ*. Nhưng chương trình cần một điều kiện kiểm tra được. Những cách thường dùng:
#
# - **Gradient đã ngắn**: dừng khi $\lVert \nabla J(w) \rVert \le \varepsilon$. Tại cực tiểu gradient bằng không nên đây là câu hỏi đúng. Với hàm mất mát của ta, nó còn kèm một bảo đảm. Gọi $\mu$ là trị riêng khác không nhỏ nhất của ma trận Hessian
#   (mục 1.6), ta có $J(w) - J(w^*) \le \lVert \nabla J(w) \rVert^2 / (2 \mu)$: bạn biết mình còn cách mất mát tốt nhất bao xa dù không biết chính giá trị đó.
# - **Mất mát không giảm nữa**: dừng khi nó giảm chưa tới một tỉ lệ định trước trong một số bước gần nhất. Dễ làm, nhưng cẩn thận: nếu $\eta$ quá nhỏ thì ngay từ đầu mất mát đã gần như không giảm.
# - **Hết ngân sách**: chạy đúng một số bước định sẵn. Học sâu phần lớn làm như vậy.
# - **Mất mát trên tập giữ lại không giảm nữa** (dừng sớm, early stopping): cách duy nhất trong số này để mắt tới cả chuyện quá khớp.
#
# Trong bảng của ta, $\mu = 0.2404$. Với $\eta = 0.16$, điều kiện $\lVert \nabla J \rVert \le 10^{-2}$ cho dừng sau 69 bước, và bảo đảm trên nói rằng lúc đó mất mát lớn hơn mức tốt nhất nhiều nhất là $1.96 \cdot 10^{-4}$. Thực tế đúng bằng chừng đó, vì phần sai lệch còn lại
# nằm trọn theo hướng phẳng nhất. Với $\eta = 0.05$, cũng điều kiện ấy phải mất 222 bước.
#
# Một lời nhắc cho phần sau: điều kiện đầu tiên **không** dùng được với gradient của một mẫu duy nhất. Ngay tại cực tiểu $w^* = (1.5, 0)$, ba mẫu trong bảng có gradient $(1, 1)$, $(-4, -2)$ và $(3, 1)$. Trung bình của chúng bằng không, nhưng từng cái thì không. Phương pháp ngẫu nhiên
# phải nhìn vào giá trị trung bình trên nhiều mẫu, chẳng hạn mất mát trung bình của cả một epoch (một lượt duyệt dữ liệu).

# %% facts="stopping"
smallest, largest = np.linalg.eigvalsh(2 / 3 * X_hand.T @ X_hand)
fact(smallest, "0.2404")
given("0.16", "0.05", "1e-2")
for rate, steps in ((0.16, "69"), (0.05, "222")):
    path = gradient_descent(hand_gradient, origin, rate, 300)
    lengths = np.array([np.linalg.norm(hand_gradient(w)) for w in path])
    stop = np.argmax(lengths <= 1e-2)
    fact(stop, steps)
    excess = np.array([hand_loss(w) for w in path]) - hand_loss(minimum)
    bounds = lengths**2 / (2 * smallest)
    assert (excess <= bounds * (1 + 1e-9) + 1e-15).all()
    if rate == 0.16:
        fact(bounds[stop], "1.96e-4")
        fact(excess[stop], "1.96e-4")
fact(minimum[0], "1.5")
for i, printed in enumerate((("1", "1"), ("-4", "-2"), ("3", "1"))):
    for k in range(2):
        fact(sample_gradient(minimum, i)[k], printed[k])

# %% key="stopping_demo" explore=true
if ready(mse_loss, mse_gradient, gradient_descent):
    smallest = np.linalg.eigvalsh(2 / 3 * X_hand.T @ X_hand)[0]
    print("  eta   steps   J(w) - J*   bound")
    for learning_rate in (0.05, 0.16):
        path = gradient_descent(
            lambda w: mse_gradient(w, X_hand, y_hand), np.zeros(2), learning_rate, 500
        )
        lengths = [np.linalg.norm(mse_gradient(w, X_hand, y_hand)) for w in path]
        stop = int(np.argmax(np.array(lengths) <= 1e-2))
        excess = mse_loss(path[stop], X_hand, y_hand) - 0.5
        print(
            f"{learning_rate:5.2f}   {stop:5d}   {excess:.2e}    {lengths[stop] ** 2 / (2 * smallest):.2e}"
        )

# %% [markdown] key="rate" lang="en"
# ## 1.5 The learning rate: too large, too small
#
# The notes say: an $\alpha$ that is too large makes things fast, but $w$ easily circles around the minimum and hardly gets exact; with an $\alpha$ that is too small the run takes very long, but the model comes closer to the minimum. That is what one sees in practice. It is
# worth knowing *why*, since there are two quite different reasons.
#
# Here is our table after 100 steps of batch gradient descent from $w = (0, 0)$, where the best possible loss is 0.5:
#
# | $\eta$ | $J$ after 100 steps | |
# |---|---|---|
# | 0.05 | 0.50390 | slow |
# | 0.1 | 0.50034 | faster |
# | 0.16 | 0.50002 | fastest of these, and it zigzags |
# | 0.18 | 5.93 | still converges, but hardly |
# | 0.181 | 50.2 | diverges |
# | 0.19 | 7.95e9 | diverges at full speed |
#
# - **Without noise** (batch gradient descent on a loss such as ours) a smaller $\eta$ is *not* more accurate. Every $\eta$ below a certain limit reaches the same minimum, to as many digits as you like; small rates are only slower. Above the limit it does not circle: it **diverges**.
#   Just below the limit it oscillates, each step jumping across the valley.
# - **With noise** (stochastic and mini-batch, from section 1.7) the notes are right in the long run: with a constant $\eta$, $w$ never settles but keeps trembling around the minimum, and the height of that trembling, the *error floor*, grows in proportion to $\eta$ (see the analysis of a fixed step size in Bottou, Curtis and Nocedal 2018). There, small
#   is accurate. For the 392 cars of section 1.17, with samples drawn independently, the floor can be computed exactly: 0.096, 0.195, 0.398 and 0.835 above the least loss for $\eta$ = 0.001, 0.002, 0.004 and 0.008. Twice the rate, twice the
#   floor. Hence the usual remedy: start large, and lower $\eta$ over time.
#
# **Explorer.** Move the sliders and answer: where does the zigzag begin, and where does it become divergence? How do the two places depend on the curvature $\kappa$? **Challenge**: bring $J$ below $10^{-6}$ within 100 steps.
# With your own `gradient_descent` written, it is your function that runs.

# %% [markdown] key="rate" lang="vi"
# ## 1.5 Tốc độ học: quá lớn, quá nhỏ
#
# Bài giảng viết: $\alpha$ quá lớn thì nhanh nhưng $w$ dễ bị lòng vòng quanh điểm cực tiểu, khó chính xác; $\alpha$ quá nhỏ thì quá trình chạy rất lâu, nhưng mô hình tiến được gần hơn đến giá trị cực tiểu. Trong thực tế người ta đúng là thấy như vậy. Nhưng nên hiểu
# *vì sao*, bởi ở đây có hai nguyên nhân rất khác nhau.
#
# Dưới đây là bảng của ta sau 100 bước batch gradient descent từ $w = (0, 0)$, với mất mát tốt nhất có thể là 0.5:
#
# | $\eta$ | $J$ sau 100 bước | |
# |---|---|---|
# | 0.05 | 0.50390 | chậm |
# | 0.1 | 0.50034 | nhanh hơn |
# | 0.16 | 0.50002 | nhanh nhất trong số này, có dao động |
# | 0.18 | 5.93 | vẫn hội tụ, nhưng rất khó khăn |
# | 0.181 | 50.2 | phân kỳ |
# | 0.19 | 7.95e9 | phân kỳ rất nhanh |
#
# - **Khi không có nhiễu** (batch gradient descent trên hàm mất mát như của ta), $\eta$ nhỏ *không* hề chính xác hơn. Mọi $\eta$ dưới một ngưỡng nhất định đều tới cùng một cực tiểu, muốn bao nhiêu chữ số cũng được; nhỏ chỉ làm chậm hơn. Vượt ngưỡng thì không phải lòng vòng nữa mà là **phân kỳ**.
#   Ngay dưới ngưỡng, nó dao động: mỗi bước lại nhảy sang sườn bên kia của thung lũng.
# - **Khi có nhiễu** (stochastic và mini-batch, từ mục 1.7 trở đi), xét về lâu dài thì bài giảng nói đúng: với $\eta$ cố định, $w$ không bao giờ đứng yên mà cứ rung quanh cực tiểu, và độ cao của sự rung đó, gọi là *sàn sai số*, tỉ lệ thuận với $\eta$ (xem phần phân tích bước đi cố định của Bottou, Curtis và Nocedal 2018). Ở đây, nhỏ đúng là
#   chính xác hơn. Với 392 chiếc xe ở mục 1.17, nếu mỗi lần lấy mẫu độc lập, ta tính được chính xác sàn này: cao hơn mất mát nhỏ nhất 0.096, 0.195, 0.398 và 0.835 khi $\eta$ = 0.001, 0.002, 0.004 và 0.008. Tốc độ học gấp đôi thì sàn cao
#   gấp đôi. Vì thế người ta thường bắt đầu với $\eta$ lớn rồi giảm dần theo thời gian.
#
# **Bảng khám phá.** Hãy kéo các thanh trượt và trả lời: dao động bắt đầu từ đâu, và đến đâu thì thành phân kỳ? Hai chỗ ấy phụ thuộc vào độ cong $\kappa$ như thế nào? **Thử thách**: đưa $J$ xuống dưới $10^{-6}$ trong vòng 100 bước.
# Khi bạn đã viết xong `gradient_descent`, chính hàm của bạn sẽ chạy ở đây.

# %% facts="rate"
from hocsau.explore.gradient_descent.rate import compute_learning_rate

given("100", "0.05", "0.1", "0.16", "0.18", "0.181", "0.19")
fact(hand_loss(minimum), "0.5")
for rate, loss in (
    (0.05, "0.50390"),
    (0.1, "0.50034"),
    (0.16, "0.50002"),
    (0.18, "5.93"),
    (0.181, "50.2"),
    (0.19, "7.95e9"),
):
    fact(hand_loss(gradient_descent(hand_gradient, origin, rate, 100)[-1]), loss)

cars = source_cell("bug_program", "bug_symptom", "real_data")
X_cars, y_cars, best_cars = cars["X_cars"], cars["y_cars"], cars["best"]
fact(len(y_cars), "392")


def stationary_floor(rate):
    """E J(w) - J(w*) of SGD on the cars in the long run, one sample drawn independently for each step.

    With delta = w - w* and M_i = I - 2 eta x_i x_i^T, the covariance S of delta solves
    S = E[M_i S M_i] + eta^2 E[g_i g_i^T], g_i the gradient of sample i at w*; the floor is tr(H S) / 2.
    """
    n, d = X_cars.shape
    steps = np.eye(d) - 2 * rate * X_cars[:, :, None] * X_cars[:, None, :]
    kept = np.einsum("nij,nkl->ikjl", steps, steps).reshape(d * d, d * d) / n
    gradients = 2 * (X_cars @ best_cars - y_cars)[:, None] * X_cars
    noise = rate**2 * gradients.T @ gradients / n
    covariance = np.linalg.solve(np.eye(d * d) - kept, noise.reshape(-1)).reshape(d, d)
    return np.trace(2 / n * X_cars.T @ X_cars @ covariance) / 2


for rate, floor in (("0.001", "0.096"), ("0.002", "0.195"), ("0.004", "0.398"), ("0.008", "0.835")):
    given(rate)
    fact(stationary_floor(float(rate)), floor)
given("1e-6")
assert compute_learning_rate(0.09, 20).loss[-1] < 1e-6

# %% key="rate_explorer" explore=true
from hocsau.explore import gradient_descent as explore

explore.learning_rate(gradient_descent)

# %% [markdown] key="stability" lang="en"
# ## 1.6 Where it begins to diverge: the limit 2 / λ_max
#
# You have seen that there is a sharp limit. It can be computed. The loss is quadratic, so its second derivatives, the **Hessian**, are the same everywhere:
#
# $$H = \nabla^2 J = \frac{2}{n} X^\top X, \qquad \nabla J(w) = H (w - w^*) .$$
#
# (The second formula holds because the gradient is linear in $w$ and vanishes at $w^*$.) Subtract $w^*$ from both sides of the update:
#
# $$w_{t+1} - w^* = w_t - w^* - \eta H (w_t - w^*) = (I - \eta H)(w_t - w^*) .$$
#
# $H$ is symmetric, so it has an orthonormal basis of eigenvectors with eigenvalues $\lambda_1, \dots, \lambda_d \ge 0$. Along eigenvector $k$ the error is a number $c_k$, and the update does nothing else than
#
# $$c_k := (1 - \eta \lambda_k)\, c_k .$$
#
# A walk in $d$ dimensions has become $d$ separate walks in one. Read off everything:
#
# - $0 < \eta \lambda_k < 1$: the error shrinks from one side; $\eta \lambda_k = 1$: it is gone in one step; $1 < \eta \lambda_k < 2$: it changes sign at every step and shrinks, the zigzag; $\eta \lambda_k > 2$: it grows.
# - Along every direction with curvature the error must shrink, and along the most curved one it is the first to grow. So gradient descent converges exactly when
#
# $$\eta < \frac{2}{\lambda_{\max}} .$$
#
# - A rate that suits the steepest direction is slow for the flattest. How slow is told by the **condition number** $\kappa = \lambda_{\max} / \lambda_{\min}$: the number of steps grows in proportion to it.
#
# **By hand.** In our table $H = \frac{2}{3} X^\top X = \frac{2}{3} \begin{pmatrix} 14 & 6 \\ 6 & 3 \end{pmatrix}$ with the eigenvalues 11.093 and 0.2404. The limit is $2 / 11.093 = 0.1803$: look at the last rows of the table in section 1.5 again. The condition number is 46. With $\eta = 0.16$ the factors are
# $1 - 0.16 \cdot 11.093 = -0.775$ (the zigzag) and $1 - 0.16 \cdot 0.2404 = 0.962$: the flat direction is what takes the time.
#
# For a network the Hessian changes from place to place and nobody computes it in full, but the same law decides what happens near a minimum. The largest eigenvalue is what you need here; `np.linalg.eigvalsh` is made for symmetric matrices.

# %% [markdown] key="stability" lang="vi"
# ## 1.6 Từ đâu thì phân kỳ: ngưỡng 2 / λ_max
#
# Bạn đã thấy có một ngưỡng rất rõ. Ta tính được nó. Hàm mất mát là bậc hai, nên các đạo hàm cấp hai của nó, tức **ma trận Hessian**, ở đâu cũng như nhau:
#
# $$H = \nabla^2 J = \frac{2}{n} X^\top X, \qquad \nabla J(w) = H (w - w^*) .$$
#
# (Có công thức thứ hai là vì gradient là hàm bậc nhất của $w$ và bằng không tại $w^*$.) Trừ $w^*$ vào hai vế của bước cập nhật:
#
# $$w_{t+1} - w^* = w_t - w^* - \eta H (w_t - w^*) = (I - \eta H)(w_t - w^*) .$$
#
# $H$ đối xứng nên có một cơ sở trực chuẩn gồm các vector riêng, với trị riêng $\lambda_1, \dots, \lambda_d \ge 0$. Dọc theo vector riêng thứ $k$, sai lệch chỉ là một số $c_k$, và bước cập nhật không làm gì khác ngoài
#
# $$c_k := (1 - \eta \lambda_k)\, c_k .$$
#
# Một chuyến đi trong $d$ chiều đã tách thành $d$ chuyến đi một chiều độc lập. Từ đây đọc ra được mọi điều:
#
# - $0 < \eta \lambda_k < 1$: sai lệch nhỏ dần từ một phía; $\eta \lambda_k = 1$: hết ngay sau một bước; $1 < \eta \lambda_k < 2$: cứ mỗi bước lại đổi dấu và nhỏ dần, đó là dao động; $\eta \lambda_k > 2$: nó lớn lên.
# - Dọc theo mọi hướng có độ cong, sai lệch phải nhỏ dần, và hướng cong nhất là nơi nó lớn lên đầu tiên. Vậy gradient descent hội tụ đúng khi
#
# $$\eta < \frac{2}{\lambda_{\max}} .$$
#
# - Tốc độ học vừa với hướng dốc nhất lại quá chậm với hướng phẳng nhất. Chậm đến đâu là do **số điều kiện** $\kappa = \lambda_{\max} / \lambda_{\min}$ quyết định: số bước cần thiết tăng tỉ lệ với nó.
#
# **Tính tay.** Với bảng của ta, $H = \frac{2}{3} X^\top X = \frac{2}{3} \begin{pmatrix} 14 & 6 \\ 6 & 3 \end{pmatrix}$ có hai trị riêng 11.093 và 0.2404. Ngưỡng là $2 / 11.093 = 0.1803$: hãy xem lại mấy hàng cuối của bảng trong mục 1.5. Số điều kiện là 46. Với $\eta = 0.16$, các thừa số là
# $1 - 0.16 \cdot 11.093 = -0.775$ (dao động) và $1 - 0.16 \cdot 0.2404 = 0.962$: chính hướng phẳng làm ta mất thời gian.
#
# Với mạng nơ-ron, ma trận Hessian thay đổi theo từng vị trí và chẳng ai tính nó đầy đủ, nhưng gần một cực tiểu thì mọi chuyện vẫn diễn ra theo đúng quy luật này. Ở đây bạn cần trị riêng lớn nhất; `np.linalg.eigvalsh` được viết riêng cho ma trận đối xứng.

# %% facts="stability"
fact(largest, "11.093")
fact(smallest, "0.2404")
fact(largest_stable_learning_rate(X_hand), "0.1803")
fact(largest / smallest, "46")
for i, printed in enumerate((("14", "6"), ("6", "3"))):
    for k in range(2):
        fact((X_hand.T @ X_hand)[i, k], printed[k])
given("0.16")
fact(1 - 0.16 * largest, "-0.775")
fact(1 - 0.16 * smallest, "0.962")


# %% exercise="largest_stable_learning_rate"
def largest_stable_learning_rate(X):
    """The rate above which gradient descent on the mean squared error diverges: 2 / lambda_max(H).

    H = (2/n) X^T X is the Hessian of J; lambda_max is its largest eigenvalue.
    X: (n, d) float64
    returns a float
    """
    ### BEGIN SOLUTION
    n, _ = X.shape
    hessian = 2 / n * (X.T @ X)  # (d, d), symmetric
    return float(2 / np.linalg.eigvalsh(hessian)[-1])  # eigvalsh sorts upwards
    ### END SOLUTION


# %% check="largest_stable_learning_rate"
check("largest_stable_learning_rate")

# %% [markdown] key="sgd" lang="en"
# ## 1.7 Stochastic gradient descent (SGD)
#
# A pass over all the data for one single step is a lot of work for a step that will be corrected by the next one anyway. Herbert Robbins and Sutton Monro (1951) showed that one may walk on *noisy* slopes as well, as long as the steps get shorter, neither too slowly nor too fast: $\sum_t \eta_t = \infty$ and $\sum_t \eta_t^2 < \infty$. (With a constant $\eta$, as below, the error floor of section 1.5 stays.) In **stochastic gradient descent** the gradient is computed
# and the parameters are updated after every single sample:
#
# $$w := w - \eta \cdot \nabla J(w; x^{(i)})$$
#
# where $x^{(i)}$ is a random sample from the data set and $\nabla J(w; x^{(i)})$ the gradient from that one sample (with its target $y^{(i)}$; it is our $\nabla J_i(w)$).
#
# **Procedure.**
#
# 1. Choose a sample $x^{(i)}$ at random.
# 2. Compute the loss and the gradient on that sample.
# 3. Update the parameters $w$.
# 4. Repeat with another sample until convergence.
#
# Why is this allowed? Averaged over a random choice of $i$, the gradient of one sample is the full gradient, as section 1.2 showed: $\frac{1}{n} \sum_{i=1}^n \nabla J_i(w) = \nabla J(w)$. Each step is wrong, but on average it is right (the estimate is *unbiased*).
#
# **With or without replacement?** "Choose at random" means, word for word, that a sample may come twice in a row and another not at all for a long time: drawing *with* replacement. That is what most theorems are about. In practice one shuffles the data and goes through them once, then shuffles again: drawing *without*
# replacement; one pass is an **epoch**. Our `order` is such a permutation. It comes in as an argument, so that a run can be repeated exactly.
#
# **By hand.** Our table in the order 3, 1, 2 with $\eta = 0.05$ from $w = (0, 0)$: sample 3 has the gradient $(-24, -8)$ and leads to $(1.2, 0.4)$; there sample 1 has the residual 0.6 and the gradient $(1.2, 1.2)$, which leads to $(1.14, 0.34)$; there sample 2 has the residual $-1.38$ and the gradient $(-5.52, -2.76)$,
# which leads to $(1.416, 0.478)$. The loss is now 0.601. The single batch step of section 1.3, which looked at just as many samples, only came to 2.617.
#
# | | |
# |---|---|
# | **advantages** | Each update is very fast, since it needs the gradient of one sample only. Thanks to its randomness it *may* escape from local minima (section 1.9). |
# | **drawbacks** | The gradient fluctuates strongly, so convergence is unstable: with a constant $\eta$ it trembles around the minimum. |
# | **suits** | Very large data, and data that arrive in real time (section 1.8). The notes list this among the drawbacks; it is rather where SGD is at home. |
#
# Do take "very fast" *per update*. An epoch is another matter: with 392 samples in NumPy, an epoch of one sample at a time takes more than ten times as long as one with batches of 32, and that one several times as long as one batch of everything (the race in section 1.17 draws it on your machine). The arithmetic is the same; what costs is the Python loop around it.

# %% [markdown] key="sgd" lang="vi"
# ## 1.7 Stochastic gradient descent (SGD)
#
# Duyệt hết dữ liệu chỉ để đi một bước, mà bước ấy rồi cũng được bước sau sửa lại, thật là tốn công. Herbert Robbins và Sutton Monro (1951) đã chứng minh rằng đi theo độ dốc *có nhiễu* cũng được, miễn là bước đi ngắn dần, không quá chậm mà cũng không quá nhanh: $\sum_t \eta_t = \infty$ và $\sum_t \eta_t^2 < \infty$. (Với $\eta$ cố định như dưới đây thì sàn sai số ở mục 1.5 vẫn còn.) Trong **stochastic gradient descent** (gradient descent ngẫu nhiên), gradient được tính toán
# và tham số được cập nhật sau mỗi mẫu dữ liệu:
#
# $$w := w - \eta \cdot \nabla J(w; x^{(i)})$$
#
# trong đó $x^{(i)}$ là một mẫu ngẫu nhiên từ tập dữ liệu, $\nabla J(w; x^{(i)})$ là gradient tính dựa trên một mẫu đó (cùng với giá trị đích $y^{(i)}$; đây chính là $\nabla J_i(w)$ của ta).
#
# **Quy trình.**
#
# 1. Chọn ngẫu nhiên một mẫu $x^{(i)}$ từ tập dữ liệu.
# 2. Tính hàm mất mát và gradient trên mẫu đó.
# 3. Cập nhật tham số $w$.
# 4. Lặp lại quy trình với một mẫu khác cho đến khi hội tụ.
#
# Vì sao được phép làm vậy? Lấy trung bình theo cách chọn ngẫu nhiên $i$, gradient của một mẫu chính là gradient đầy đủ, như mục 1.2 đã chỉ ra: $\frac{1}{n} \sum_{i=1}^n \nabla J_i(w) = \nabla J(w)$. Từng bước thì sai, nhưng tính trung bình thì đúng (ước lượng *không chệch*).
#
# **Có hoàn lại hay không hoàn lại?** Hiểu đúng từng chữ, "chọn ngẫu nhiên" nghĩa là có mẫu được chọn liền hai lần, có mẫu rất lâu không tới lượt: đó là lấy mẫu *có* hoàn lại, và phần lớn định lý nói về cách này. Trong thực hành, người ta xáo trộn dữ liệu, duyệt qua mỗi mẫu một lần, rồi lại xáo trộn: lấy mẫu *không*
# hoàn lại; mỗi lượt duyệt như thế là một **epoch**. `order` của ta là một hoán vị như vậy. Nó được truyền vào làm đối số để một lần chạy có thể lặp lại y hệt.
#
# **Tính tay.** Bảng của ta theo thứ tự 3, 1, 2 với $\eta = 0.05$, xuất phát từ $w = (0, 0)$: mẫu 3 có gradient $(-24, -8)$, đưa ta tới $(1.2, 0.4)$; tại đó mẫu 1 có sai số 0.6 và gradient $(1.2, 1.2)$, đưa ta tới $(1.14, 0.34)$; tại đó mẫu 2 có sai số $-1.38$ và gradient $(-5.52, -2.76)$,
# đưa ta tới $(1.416, 0.478)$. Mất mát lúc này là 0.601. Còn một bước batch ở mục 1.3, dù cũng xem đúng ngần ấy mẫu, mới chỉ xuống tới 2.617.
#
# | | |
# |---|---|
# | **ưu điểm** | Mỗi lần cập nhật rất nhanh, do chỉ tính gradient trên một mẫu. *Có thể* thoát khỏi cực tiểu địa phương (local minima) nhờ tính ngẫu nhiên (mục 1.9). |
# | **nhược điểm** | Gradient dao động mạnh, dẫn đến hội tụ không ổn định: với $\eta$ cố định, nó cứ rung quanh cực tiểu. |
# | **thích hợp** | Dữ liệu rất lớn, và dữ liệu đến theo thời gian thực (mục 1.8). Bài giảng xếp ý này vào nhược điểm; thật ra đây đúng là đất dụng võ của SGD. |
#
# Chữ "rất nhanh" xin hiểu là nhanh *trên mỗi lần cập nhật*. Tính theo epoch thì khác: với 392 mẫu, viết bằng NumPy, một epoch đi từng mẫu một lâu gấp hơn mười lần so với dùng các batch cỡ 32, và cách sau lại lâu gấp mấy lần so với gộp tất cả vào một batch (cuộc đua ở mục 1.17 sẽ vẽ ra điều đó trên máy của bạn). Số phép tính như nhau; cái tốn thời gian là vòng lặp Python bao bên ngoài.

# %% facts="sgd"
given("0.05", "32")
w = origin
for i, residual, gradient, weights in (
    (2, None, ("-24", "-8"), ("1.2", "0.4")),
    (0, "0.6", ("1.2", "1.2"), ("1.14", "0.34")),
    (1, "-1.38", ("-5.52", "-2.76"), ("1.416", "0.478")),
):
    if residual:
        fact(X_hand[i] @ w - y_hand[i], residual)
    for k in range(2):
        fact(sample_gradient(w, i)[k], gradient[k])
    w = sgd_epoch(w, X_hand, y_hand, 0.05, [i])
    for k in range(2):
        fact(w[k], weights[k])
np.testing.assert_allclose(w, sgd_epoch(origin, X_hand, y_hand, 0.05, np.array([2, 0, 1])))
fact(hand_loss(w), "0.601")
fact(hand_loss(gradient_descent(hand_gradient, origin, 0.05, 1)[-1]), "2.617")
fact(len(y_cars), "392")


# %% exercise="sgd_epoch"
def sgd_epoch(w, X, y, learning_rate, order):
    """One epoch of stochastic gradient descent: for i in order, w := w - eta grad J_i(w).

    J_i(w) = (x_i . w - y_i)^2 is the loss of sample i alone; every update starts from the newest w.
    w: (d,) float64, must not change
    X: (n, d) float64
    y: (n,) float64
    learning_rate: float, eta
    order: (n,) int, a permutation of 0 .. n-1: the order in which the samples are visited
    returns (d,) float64, w after n updates
    """
    ### BEGIN SOLUTION
    for i in order:
        w = w - learning_rate * 2 * (X[i] @ w - y[i]) * X[i]
    return w
    ### END SOLUTION


# %% check="sgd_epoch"
check("sgd_epoch")

# %% [markdown] key="stream" lang="en"
# ## 1.8 Data that keep coming
#
# Batch gradient descent needs a data set that is *finished*. Clicks, sensor readings and prices never are: they arrive one by one, often too many to be kept, and what they say changes over time. SGD does not mind. It looks at a sample, makes its step and may forget the sample for good; the order of arrival is the `order`.
#
# The cell below lets your `sgd_epoch` follow a stream of 2000 samples. For the first 1000 the truth is $w = (2, 1)$, then it jumps to $(-1, 3)$. Compare what SGD says after every 250 samples with the best *single* answer for all 2000, which is what batch gradient descent would find after the fact: about $(0.45, 1.97)$, right for neither half.
#
# **Question.** What would you change in the learning rate if the truth moved all the time? And if it never moved?

# %% [markdown] key="stream" lang="vi"
# ## 1.8 Khi dữ liệu đến không ngừng
#
# Batch gradient descent cần một tập dữ liệu *đã có đủ*. Nhưng lượt nhấp chuột, số đo cảm biến hay giá cả thì không bao giờ đủ: chúng đến từng cái một, thường nhiều đến mức không giữ lại hết được, và quy luật của chúng thay đổi theo thời gian. SGD không ngại điều đó. Nó nhìn một mẫu, đi một bước, rồi có thể quên hẳn mẫu ấy; thứ tự dữ liệu đến chính là `order`.
#
# Ô lệnh dưới đây cho `sgd_epoch` của bạn chạy theo một dòng dữ liệu gồm 2000 mẫu. Trong 1000 mẫu đầu, giá trị thật là $w = (2, 1)$, sau đó nó nhảy sang $(-1, 3)$. Hãy so kết quả của SGD sau mỗi 250 mẫu với đáp án *duy nhất* tốt nhất cho cả 2000 mẫu, tức là thứ mà batch gradient descent tìm được khi mọi chuyện đã rồi: khoảng $(0.45, 1.97)$, chẳng đúng với nửa nào.
#
# **Câu hỏi.** Bạn sẽ chỉnh tốc độ học thế nào nếu giá trị thật thay đổi liên tục? Còn nếu nó không bao giờ thay đổi?

# %% facts="stream"
given("1000", "250")
stream = source_cell("stream_demo")
fact(len(stream["y_stream"]), "2000")
for row, printed in ((999, ("2", "1")), (1000, ("-1", "3"))):
    for k in range(2):
        fact(stream["truth"][row, k], printed[k])
once = np.linalg.lstsq(stream["X_stream"], stream["y_stream"], rcond=None)[0]
fact(once[0], "0.45")
fact(once[1], "1.97")

# %% key="stream_demo" explore=true
if ready(sgd_epoch):
    rng = np.random.default_rng(0)
    X_stream = np.column_stack([rng.normal(size=2000), np.ones(2000)])
    truth = np.where(np.arange(2000)[:, None] < 1000, [2.0, 1.0], [-1.0, 3.0])  # (2000, 2)
    y_stream = np.sum(X_stream * truth, axis=1) + 0.3 * rng.normal(size=2000)
    w = np.zeros(2)
    for start in range(0, 2000, 250):
        arrived = slice(start, start + 250)
        w = sgd_epoch(w, X_stream[arrived], y_stream[arrived], 0.02, np.arange(250))
        print(f"{start + 250:5d}   w = ({w[0]:5.2f}, {w[1]:5.2f})   truth = {truth[start]}")

# %% [markdown] key="escape" lang="en"
# ## 1.9 Can noise lead out of a local minimum?
#
# Our loss has one minimum. Those of neural networks have many, and the notes say that SGD *can* escape from a local minimum thanks to its randomness. Take the word *can* seriously. The explorer makes 1000 runs of 500 steps down the loss $w^4/4 - w^2/2 + 0.1 w$ with $\eta = 0.1$. It has two wells; all runs start at 1.5, beside the
# higher one, and each gradient gets noise of a standard deviation that you choose.
#
# Without noise no run ever leaves. At a standard deviation of 1, about a third of the runs end in the lower well; at 1.5, about four fifths. At 3 it is fewer again, about three fifths: noise that is strong enough to lead out of the bad well also leads out of the good one. So noise is no guarantee, only a chance, and lowering $\eta$ at the right
# time is what makes use of it.
#
# In many dimensions the picture changes once more. A point with zero gradient is a minimum only if the surface curves up in *every* direction; with thousands of parameters that is rare among the places where descent gets stuck, and **saddle points** are far more common (Dauphin and others 2014). There the slope
# is small for a long stretch, and noise helps to fall off the saddle.
#
# **Question.** Where would a run with very little noise end, and why does it not help to wait longer? **Challenge**: choose the noise so that at least 70 % of the runs end in the lower well.

# %% [markdown] key="escape" lang="vi"
# ## 1.9 Nhiễu có giúp thoát khỏi cực tiểu địa phương?
#
# Hàm mất mát của ta chỉ có một cực tiểu. Hàm mất mát của mạng nơ-ron thì có nhiều, và bài giảng nói SGD *có thể* thoát khỏi cực tiểu địa phương nhờ tính ngẫu nhiên. Hãy để ý hai chữ *có thể*. Bảng khám phá dưới đây cho chạy 1000 lần, mỗi lần 500 bước, xuống hàm mất mát $w^4/4 - w^2/2 + 0.1 w$ với $\eta = 0.1$. Hàm này có hai hố; mọi lần chạy đều bắt đầu từ 1.5, cạnh
# hố cao, và mỗi gradient được cộng thêm nhiễu với độ lệch chuẩn do bạn chọn.
#
# Không có nhiễu thì không lần nào thoát ra. Với độ lệch chuẩn 1, khoảng một phần ba số lần chạy kết thúc ở hố thấp; với 1.5 là khoảng bốn phần năm. Đến 3 thì lại ít đi, chừng ba phần năm: nhiễu đủ mạnh để ra khỏi hố xấu thì cũng đủ mạnh để văng khỏi hố tốt. Vậy nhiễu không bảo đảm điều gì, nó chỉ cho ta một cơ hội, và giảm $\eta$ đúng lúc
# mới là cách tận dụng cơ hội đó.
#
# Trong không gian nhiều chiều, bức tranh lại khác. Một điểm có gradient bằng không chỉ là cực tiểu nếu bề mặt cong lên theo *mọi* hướng; khi có hàng nghìn tham số, trong số những chỗ làm gradient descent mắc kẹt thì cực tiểu như vậy hiếm gặp, còn **điểm yên ngựa** phổ biến hơn nhiều (Dauphin và cộng sự 2014). Ở đó
# độ dốc rất nhỏ trên cả một quãng dài, và nhiễu giúp ta rơi ra khỏi yên ngựa.
#
# **Câu hỏi.** Nếu nhiễu rất ít thì các lần chạy kết thúc ở đâu, và vì sao chờ lâu hơn cũng chẳng ích gì? **Thử thách**: chọn mức nhiễu để ít nhất 70 % số lần chạy kết thúc ở hố thấp.

# %% facts="escape"
from hocsau.explore.gradient_descent.escape import (
    LEARNING_RATE,
    RUNS,
    START,
    STEPS,
    TARGET,
    TILT,
    compute_escape,
)

fact(RUNS, "1000")
fact(STEPS, "500")
fact(TILT, "0.1")
fact(LEARNING_RATE, "0.1")
fact(START, "1.5")
fact(100 * TARGET, "70")
shares = (
    np.array(  # of runs that end in the lower well, by seed and by standard deviation of the noise
        [[compute_escape(noise, seed).share for noise in (1, 1.5, 3)] for seed in range(6)]
    )
)
np.testing.assert_allclose(shares.mean(axis=0), (1 / 3, 4 / 5, 3 / 5), atol=0.025)
assert compute_escape(0).share == 0
assert (shares.max(axis=1) >= TARGET).all()

# %% key="escape_explorer" explore=true
from hocsau.explore import gradient_descent as explore

explore.escape()

# %% [markdown] key="minibatch" lang="en"
# ## 1.10 Mini-batch gradient descent
#
# Between one sample and all of them lies what everybody uses. In **mini-batch gradient descent** the gradient is computed on a small group of samples instead of the whole data set or a single sample:
#
# $$w := w - \eta \cdot \nabla J(w; X^{(batch)}), \qquad \nabla J(w; X^{(batch)}) = \frac{1}{m} \sum_{i=1}^m \nabla J_i(w)$$
#
# where $X^{(batch)}$ is a small set of $m$ samples, and the sum runs over *its* samples: the gradient is the mean over the mini-batch.
#
# **Procedure.**
#
# 1. Divide the (shuffled) data into small groups, the mini-batches. For each of them:
# 2. Compute the loss and the gradient on the mini-batch.
# 3. Update the parameters $w$.
# 4. Repeat until convergence.
#
# | | |
# |---|---|
# | **advantages** | A balance of speed (faster than batch) and stability (fewer fluctuations than SGD). Fits most problems in practice. Makes good use of a GPU or TPU, because a batch is processed at once. |
# | **drawbacks** | It depends on the size of the mini-batch: too small, and it is nearly SGD (strong fluctuation); too large, and it is nearly batch gradient descent (slow). |
#
# Why the GPU likes it: such a chip has thousands of arithmetic units and needs thousands of equal, independent multiplications to keep them busy. One sample leaves nearly all of them idle, and sending off the work takes longer than the work. A mini-batch is one matrix product. That is why a batch of 64 often takes hardly longer than a batch of 1,
# until the device is full; from there on time grows with $m$ and a larger batch gains nothing in speed. Even without a GPU you saw the effect in section 1.7.
#
# First the cutting. With $n = 10$ and $m = 4$ the batches have 4, 4 and 2 samples: the last one is short, and it stays. (Dropping it is a choice that libraries offer; then some samples of every epoch remain unseen.) If $m$ is larger than $n$, there is one batch.

# %% [markdown] key="minibatch" lang="vi"
# ## 1.10 Mini-batch gradient descent
#
# Nằm giữa một mẫu và tất cả các mẫu là cách mà ai cũng dùng. Trong **mini-batch gradient descent**, gradient được tính toán trên một nhóm nhỏ dữ liệu (mini-batch) thay vì toàn bộ dữ liệu hoặc một mẫu duy nhất:
#
# $$w := w - \eta \cdot \nabla J(w; X^{(batch)}), \qquad \nabla J(w; X^{(batch)}) = \frac{1}{m} \sum_{i=1}^m \nabla J_i(w)$$
#
# trong đó $X^{(batch)}$ là một tập nhỏ gồm $m$ mẫu dữ liệu, và tổng lấy trên các mẫu *của nó*: đây là gradient trung bình trên mini-batch.
#
# **Quy trình.**
#
# 1. Chia dữ liệu (đã xáo trộn) thành các nhóm nhỏ, tức các mini-batch. Với mỗi mini-batch:
# 2. Tính hàm mất mát và gradient trên mini-batch.
# 3. Cập nhật tham số $w$.
# 4. Lặp lại quy trình cho đến khi hội tụ.
#
# | | |
# |---|---|
# | **ưu điểm** | Cân bằng giữa tốc độ (nhanh hơn batch) và ổn định (ít dao động hơn SGD). Phù hợp với hầu hết các bài toán thực tế. Tận dụng tốt tài nguyên GPU hay TPU nhờ xử lý cả batch cùng lúc. |
# | **nhược điểm** | Phụ thuộc vào kích thước mini-batch: quá nhỏ thì gần giống SGD (dao động lớn), quá lớn thì gần giống batch gradient descent (chậm). |
#
# Vì sao GPU thích mini-batch: một con chip như vậy có hàng nghìn bộ tính toán và cần hàng nghìn phép nhân giống nhau, độc lập với nhau, thì chúng mới có đủ việc. Một mẫu khiến gần như tất cả ngồi không, và thời gian giao việc còn lâu hơn làm việc. Một mini-batch thì gọn trong một phép nhân ma trận. Do đó một batch cỡ 64 thường hầu như không lâu hơn một batch cỡ 1,
# cho tới khi thiết bị đã đầy việc; từ đó trở đi thời gian tăng theo $m$ và batch lớn hơn không còn lợi về tốc độ. Ngay cả khi không có GPU, bạn cũng đã thấy hiệu ứng này ở mục 1.7.
#
# Trước hết là việc chia. Với $n = 10$ và $m = 4$, các batch có 4, 4 và 2 mẫu: batch cuối bị thiếu, và ta vẫn giữ nó. (Bỏ nó đi là một lựa chọn có sẵn trong các thư viện; khi ấy epoch nào cũng có vài mẫu không được nhìn tới.) Nếu $m$ lớn hơn $n$ thì chỉ có một batch.

# %% facts="minibatch"
for i, size in enumerate(("4", "4", "2")):
    fact(len(minibatches(np.arange(10), 4)[i]), size)
assert len(minibatches(np.arange(10), 11)) == 1


# %% exercise="minibatches"
def minibatches(order, batch_size):
    """Cut `order` into consecutive slices of `batch_size` indices; the last one may be shorter.

    order: (n,) int, the indices of the samples in the order of this epoch
    batch_size: int >= 1; it may be larger than n
    returns a list of 1-d int arrays; joined together they are `order` again (slices, not copies, are fine)
    """
    ### BEGIN SOLUTION
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    ### END SOLUTION


# %% check="minibatches"
check("minibatches")

# %% [markdown] key="minibatch_update" lang="en"
# ### One epoch of updates
#
# Now the updates. Two ends of the scale serve as tests: with $m = n$ your function must make exactly one batch step, with $m = 1$ it must do what `sgd_epoch` does. In between, take care of the short last batch: its gradient is the mean over the samples that it *has*. You may call the functions that you have written already.

# %% [markdown] key="minibatch_update" lang="vi"
# ### Cập nhật trong một epoch
#
# Giờ đến các bước cập nhật. Hai đầu của thang đo cho ta phép thử: với $m = n$, hàm của bạn phải đi đúng một bước batch; với $m = 1$, nó phải làm y như `sgd_epoch`. Ở khoảng giữa, hãy cẩn thận với batch cuối bị thiếu: gradient của nó là trung bình trên những mẫu mà nó *thật sự có*. Bạn được phép gọi các hàm mình đã viết.


# %% exercise="minibatch_epoch"
def minibatch_epoch(w, X, y, learning_rate, order, batch_size):
    """One epoch of mini-batch gradient descent: for each batch B, w := w - eta grad J_B(w).

    J_B(w) = (1/|B|) sum_{i in B} (x_i . w - y_i)^2, where |B| is the number of samples B really has.
    The batches are the consecutive slices of `order`, the short last one included.
    w: (d,) float64, must not change
    X: (n, d) float64
    y: (n,) float64
    learning_rate: float, eta
    order: (n,) int, a permutation of 0 .. n-1
    batch_size: int >= 1, m
    returns (d,) float64, w after ceil(n / m) updates
    """
    ### BEGIN SOLUTION
    for batch in minibatches(order, batch_size):
        w = w - learning_rate * mse_gradient(w, X[batch], y[batch])
    return w
    ### END SOLUTION


# %% check="minibatch_epoch"
check("minibatch_epoch")

# %% [markdown] key="variants" lang="en"
# ## 1.11 The three side by side
#
# One family, one dial: $m = n$ is batch gradient descent, $m = 1$ is SGD, everything between is mini-batch.
#
# | | batch | mini-batch | stochastic |
# |---|---|---|---|
# | samples in an update | $n$ | $m$ | 1 |
# | updates in an epoch | 1 | $\lceil n/m \rceil$ | $n$ |
# | gradient | exact | somewhat noisy | very noisy |
# | with a constant $\eta$ | reaches the minimum | trembles a little | trembles |
# | use of a GPU | good, while it fits in memory | good | poor |
# | at home with | small data | nearly everything | streams |
#
# **Explorer.** All three run on the same data for 5 epochs and so see equally many samples. Who wins *per sample*? Who wins *per update*? Where does the noisy one stop getting better, and what does a smaller $\eta$ change about that? Draw the samples in another order with the seed. **Challenge**: an excess loss
# below $3 \cdot 10^{-3}$ after 5 epochs, as the median of five orders. Can batch gradient descent do it at all? The limit of section 1.6 knows.

# %% [markdown] key="variants" lang="vi"
# ## 1.11 Đặt cả ba cạnh nhau
#
# Cùng một họ, chỉ khác một núm vặn: $m = n$ là batch gradient descent, $m = 1$ là SGD, mọi thứ ở giữa là mini-batch.
#
# | | batch | mini-batch | stochastic |
# |---|---|---|---|
# | số mẫu cho một lần cập nhật | $n$ | $m$ | 1 |
# | số lần cập nhật trong một epoch | 1 | $\lceil n/m \rceil$ | $n$ |
# | gradient | chính xác | hơi nhiễu | rất nhiễu |
# | với $\eta$ cố định | tới được cực tiểu | rung nhẹ | rung mạnh |
# | tận dụng GPU | tốt, khi còn vừa bộ nhớ | tốt | kém |
# | hợp với | dữ liệu nhỏ | gần như mọi thứ | dòng dữ liệu |
#
# **Bảng khám phá.** Cả ba chạy trên cùng dữ liệu trong 5 epoch, tức là xem số mẫu bằng nhau. Ai thắng nếu tính *theo mẫu*? Ai thắng nếu tính *theo lần cập nhật*? Đến đâu thì biến thể có nhiễu không khá lên được nữa, và $\eta$ nhỏ hơn thay đổi điều gì ở đó? Dùng hạt giống ngẫu nhiên để đổi thứ tự các mẫu. **Thử thách**: phần mất mát vượt mức
# dưới $3 \cdot 10^{-3}$ sau 5 epoch, tính theo trung vị của năm thứ tự khác nhau. Batch gradient descent liệu có làm nổi không? Ngưỡng ở mục 1.6 biết câu trả lời.

# %% facts="variants"
given("3e-3")

# %% key="variants_explorer" explore=true
from hocsau.explore import gradient_descent as explore

explore.variants(minibatch_epoch)

# %% [markdown] key="noise" lang="en"
# ## 1.12 How noisy is a mini-batch?
#
# "Noisy" can be computed. Fix $w$, write $g_i = \nabla J_i(w)$ for the gradients of the samples, $g = \nabla J(w)$ for their mean, and draw a batch $B$ of $m$ different samples at random. How far is its mean gradient $g_B$ from $g$? We want $E \lVert g_B - g \rVert^2$.
#
# Let $d_i = g_i - g$, so that $\sum_i d_i = 0$, and let $Z_i$ be 1 if sample $i$ is in the batch and 0 otherwise. Then $g_B - g = \frac{1}{m} \sum_i Z_i d_i$. A sample is in the batch with probability $E Z_i = \frac{m}{n}$, and a pair with $E Z_i Z_j = \frac{m (m-1)}{n (n-1)}$. Expand the square:
#
# $$E \lVert g_B - g \rVert^2 = \frac{1}{m^2} \left( \frac{m}{n} \sum_i \lVert d_i \rVert^2 + \frac{m (m-1)}{n (n-1)} \sum_{i \ne j} d_i \cdot d_j \right) .$$
#
# Since the $d_i$ add up to zero, $0 = \lVert \sum_i d_i \rVert^2 = \sum_i \lVert d_i \rVert^2 + \sum_{i \ne j} d_i \cdot d_j$: the second sum is minus the first. What remains is
#
# $$E \lVert g_B - g \rVert^2 = \frac{n - m}{m (n - 1)} \cdot \frac{1}{n} \sum_{i=1}^n \lVert g_i - g \rVert^2 .$$
#
# Read it. With $m = 1$ the factor is 1: the noise is the spread of the samples. With $m = n$ it is 0: no noise. For $m$ much smaller than $n$ it is nearly $1/m$, which is also what drawing *with* replacement gives. So the *length* of the error goes down like $1/\sqrt{m}$ only: for half the noise you pay four times the work. This is why
# nobody makes the batch larger than the hardware likes.
#
# **By hand.** In our table at $w = (0, 0)$ the distances from $g = (-14, -6)$ are $(12, 4)$, $(-2, -2)$ and $(-10, -2)$, with squares 160, 8 and 104 and the mean $272/3 = 90.67$: that is the noise for $m = 1$. For $m = 2$ the factor is $\frac{1}{4}$ and the noise $68/3 = 22.67$. Check it by listing all three batches: their mean gradients
# are $(-9, -5)$, $(-13, -5)$ and $(-20, -8)$, at squared distances 26, 2 and 40 from $g$, and the mean of these is $68/3$.

# %% [markdown] key="noise" lang="vi"
# ## 1.12 Một mini-batch nhiễu đến mức nào?
#
# Mức "nhiễu" tính được hẳn hoi. Cố định $w$, ký hiệu $g_i = \nabla J_i(w)$ là gradient của từng mẫu, $g = \nabla J(w)$ là trung bình của chúng, rồi lấy ngẫu nhiên một batch $B$ gồm $m$ mẫu khác nhau. Gradient trung bình $g_B$ của batch cách $g$ bao xa? Ta muốn biết $E \lVert g_B - g \rVert^2$.
#
# Đặt $d_i = g_i - g$, khi đó $\sum_i d_i = 0$; cho $Z_i$ bằng 1 nếu mẫu $i$ nằm trong batch và bằng 0 nếu không. Ta có $g_B - g = \frac{1}{m} \sum_i Z_i d_i$. Một mẫu nằm trong batch với xác suất $E Z_i = \frac{m}{n}$, một cặp mẫu thì với xác suất $E Z_i Z_j = \frac{m (m-1)}{n (n-1)}$. Khai triển bình phương:
#
# $$E \lVert g_B - g \rVert^2 = \frac{1}{m^2} \left( \frac{m}{n} \sum_i \lVert d_i \rVert^2 + \frac{m (m-1)}{n (n-1)} \sum_{i \ne j} d_i \cdot d_j \right) .$$
#
# Vì các $d_i$ cộng lại bằng không, $0 = \lVert \sum_i d_i \rVert^2 = \sum_i \lVert d_i \rVert^2 + \sum_{i \ne j} d_i \cdot d_j$: tổng thứ hai là số đối của tổng thứ nhất. Còn lại
#
# $$E \lVert g_B - g \rVert^2 = \frac{n - m}{m (n - 1)} \cdot \frac{1}{n} \sum_{i=1}^n \lVert g_i - g \rVert^2 .$$
#
# Hãy đọc công thức này. Với $m = 1$, hệ số bằng 1: nhiễu chính là độ phân tán của các mẫu. Với $m = n$, hệ số bằng 0: hết nhiễu. Khi $m$ nhỏ hơn $n$ rất nhiều, nó gần bằng $1/m$, cũng là kết quả khi lấy mẫu *có* hoàn lại. Như vậy *độ dài* của sai lệch chỉ giảm theo $1/\sqrt{m}$: muốn nhiễu còn một nửa phải trả công gấp bốn. Vì thế
# chẳng ai lấy batch lớn quá mức phần cứng ưa thích.
#
# **Tính tay.** Với bảng của ta tại $w = (0, 0)$, các độ lệch so với $g = (-14, -6)$ là $(12, 4)$, $(-2, -2)$ và $(-10, -2)$, có bình phương độ dài 160, 8 và 104, trung bình là $272/3 = 90.67$: đó là nhiễu khi $m = 1$. Khi $m = 2$, hệ số là $\frac{1}{4}$ và nhiễu là $68/3 = 22.67$. Hãy kiểm tra bằng cách liệt kê cả ba batch: gradient trung bình của chúng
# là $(-9, -5)$, $(-13, -5)$ và $(-20, -8)$, cách $g$ những khoảng có bình phương 26, 2 và 40, và trung bình của ba số này đúng là $68/3$.

# %% facts="noise"
gradients = np.array([sample_gradient(origin, i) for i in range(3)])
deviations = gradients - gradients.mean(axis=0)
for i, printed, square in (
    (0, ("12", "4"), "160"),
    (1, ("-2", "-2"), "8"),
    (2, ("-10", "-2"), "104"),
):
    for k in range(2):
        fact(deviations[i, k], printed[k])
    fact(sum(deviations[i] ** 2), square)
for m, sum_of_squares, noise in ((1, "272", "90.67"), (2, "68", "22.67")):
    fact(3 * gradient_noise(origin, X_hand, y_hand, m), sum_of_squares)
    fact(gradient_noise(origin, X_hand, y_hand, m), noise)
for pair, printed, square in (
    ([0, 1], ("-9", "-5"), "26"),
    ([0, 2], ("-13", "-5"), "2"),
    ([1, 2], ("-20", "-8"), "40"),
):
    for k in range(2):
        fact(gradients[pair].mean(axis=0)[k], printed[k])
    fact(sum(deviations[pair].mean(axis=0) ** 2), square)


# %% exercise="gradient_noise"
def gradient_noise(w, X, y, batch_size):
    """How far a mini-batch gradient is from the full one: E ||grad J_B(w) - grad J(w)||^2.

    B holds m = batch_size of the n samples, drawn without replacement. With g_i = grad J_i(w) and their mean g,
        E ||grad J_B - g||^2 = (n - m) / (m (n - 1)) * (1/n) sum_i ||g_i - g||^2.
    w: (d,) float64
    X: (n, d) float64, n >= 2
    y: (n,) float64
    batch_size: int, 1 <= m <= n
    returns a float: the exact expectation, nothing is drawn
    """
    ### BEGIN SOLUTION
    n, _ = X.shape
    m = batch_size
    gradients = 2 * (X @ w - y)[:, None] * X  # (n, d), row i is grad J_i
    deviations = gradients - gradients.mean(axis=0)
    spread = np.mean(np.sum(deviations**2, axis=1))
    return float((n - m) / (m * (n - 1)) * spread)
    ### END SOLUTION


# %% check="gradient_noise"
check("gradient_noise")

# %% [markdown] key="conventions" lang="en"
# ## 1.13 Convention card: our formulas and PyTorch's
#
# From lesson 5 on we work with PyTorch. Same mathematics, other habits:
#
# | this lesson | PyTorch | conversion |
# |---|---|---|
# | $J = \frac{1}{n} \sum_i r_i^2$ | `MSELoss(reduction="mean")`, the default | equal |
# | no 1/2 in front | no 1/2 either | books with $\frac{1}{2n} \sum_i r_i^2$ have half our gradient: double their $\eta$ to make our steps |
# | mean over the samples | `MSELoss(reduction="sum")` is $n J$ | divide $\eta$ by $n$ |
# | `w := w - eta * gradient` | `torch.optim.SGD(params, lr=eta)` | equal; despite its name it takes *any* gradient, also that of a whole batch |
# | bias as a column of ones | `nn.Linear(d, 1)` has `weight` (1, d) and `bias` (1,) | our last weight is its bias |
# | `y` of shape (n,) | `nn.Linear` answers (n, 1) | make both alike, or broadcasting compares every pair (PyTorch warns) |
# | `minibatches`, the short last batch kept | `DataLoader(..., drop_last=False)`, the default | equal |
# | `order` comes in as an argument | `DataLoader(shuffle=True, generator=...)` | a new permutation for every epoch, without replacement |
#
# One trap stands in the second row. "Learning rate 0.1" means nothing without the loss it belongs to: with the 1/2, with a sum or with a mean it is three different speeds.

# %% [markdown] key="conventions" lang="vi"
# ## 1.13 Thẻ quy ước: công thức của ta và của PyTorch
#
# Từ bài 5 trở đi ta dùng PyTorch. Toán vẫn thế, chỉ khác thói quen:
#
# | bài này | PyTorch | cách đổi |
# |---|---|---|
# | $J = \frac{1}{n} \sum_i r_i^2$ | `MSELoss(reduction="mean")`, mặc định | bằng nhau |
# | không có 1/2 ở đầu | cũng không có 1/2 | sách dùng $\frac{1}{2n} \sum_i r_i^2$ có gradient bằng nửa của ta: tăng gấp đôi $\eta$ của họ thì được bước đi của ta |
# | trung bình trên các mẫu | `MSELoss(reduction="sum")` là $n J$ | chia $\eta$ cho $n$ |
# | `w := w - eta * gradient` | `torch.optim.SGD(params, lr=eta)` | bằng nhau; tên là SGD nhưng nó nhận *mọi* gradient, kể cả của cả tập dữ liệu |
# | bias là một cột toàn số một | `nn.Linear(d, 1)` có `weight` (1, d) và `bias` (1,) | trọng số cuối của ta là bias của nó |
# | `y` có shape (n,) | `nn.Linear` trả về (n, 1) | hãy làm cho giống nhau, nếu không broadcasting sẽ so mọi cặp (PyTorch có cảnh báo) |
# | `minibatches`, giữ batch cuối bị thiếu | `DataLoader(..., drop_last=False)`, mặc định | bằng nhau |
# | `order` được truyền vào làm đối số | `DataLoader(shuffle=True, generator=...)` | mỗi epoch một hoán vị mới, không hoàn lại |
#
# Có một cái bẫy ở hàng thứ hai. Nói "tốc độ học 0.1" mà không nói hàm mất mát nào thì chẳng có nghĩa gì: có 1/2, lấy tổng hay lấy trung bình là ba tốc độ khác nhau.

# %% facts="conventions"
given("0.1")

# %% [markdown] key="bug" lang="en"
# ## 1.14 Bug hunt: a batch too large for the memory
#
# A large batch does not fit into the memory of your GPU. The standard way out is **gradient accumulation**: cut the batch into *micro-batches*, compute the gradient of each, add them up, and only then make the step. It should not matter at all how one cuts: what comes out is the gradient over all the samples.
#
# The program below does this for our loss. Its author tested it with micro-batches of equal size and saw agreement to the last digit. Then it was used on the 392 cars of section 1.17 with micro-batches of at most 128, that is 128, 128, 128 and 8.

# %% [markdown] key="bug" lang="vi"
# ## 1.14 Săn lỗi: batch quá lớn so với bộ nhớ
#
# Một batch lớn không vừa bộ nhớ GPU của bạn. Cách giải quyết quen thuộc là **tích lũy gradient** (gradient accumulation): cắt batch thành các *micro-batch*, tính gradient của từng phần, cộng dồn lại, rồi mới đi một bước. Cắt kiểu nào lẽ ra cũng không quan trọng: kết quả phải là gradient trên toàn bộ các mẫu.
#
# Chương trình dưới đây làm việc đó cho hàm mất mát của ta. Tác giả đã thử với các micro-batch bằng nhau và thấy khớp đến chữ số cuối cùng. Sau đó nó được dùng cho 392 chiếc xe ở mục 1.17, với micro-batch tối đa 128 mẫu, tức là 128, 128, 128 và 8.

# %% facts="bug"
given("128")
fact(len(y_cars), "392")
fact(len(y_cars) - 3 * 128, "8")


# %% key="bug_program"
def buggy_accumulated_gradient(w, X, y, batch_sizes):
    """The gradient of J over all n samples, computed one micro-batch at a time.

    batch_sizes: list of int, the sizes of the micro-batches, consecutive rows of X; their sum is n
    """
    accumulated = np.zeros_like(w)
    start = 0
    for size in batch_sizes:
        X_part, y_part = X[start : start + size], y[start : start + size]
        residual = X_part @ w - y_part  # (size,)
        gradient = 2 / size * (X_part.T @ residual)  # (d,)
        accumulated += gradient / len(batch_sizes)
        start += size
    return accumulated


# %% key="bug_symptom" explore=true
from hocsau.datasets import auto_mpg

cars = auto_mpg()
standard = (cars.features - cars.features.mean(axis=0)) / cars.features.std(axis=0)
X_cars = np.column_stack([standard, np.ones(len(standard))])  # (392, 8)
y_cars = cars.target

w = np.zeros(8)
right = 2 / 392 * X_cars.T @ (X_cars @ w - y_cars)
for sizes in ([98, 98, 98, 98], [128, 128, 128, 8]):
    error = np.linalg.norm(buggy_accumulated_gradient(w, X_cars, y_cars, sizes) - right)
    print(f"{sizes!s:20}  relative error {error / np.linalg.norm(right):.1e}")

for _ in range(5000):
    w = w - 0.05 * buggy_accumulated_gradient(w, X_cars, y_cars, [128, 128, 128, 8])
best = np.linalg.lstsq(X_cars, y_cars, rcond=None)[0]
print(f"J(w) after 5000 steps {np.mean((X_cars @ w - y_cars) ** 2):.3f}")
print(f"J(w*)                 {np.mean((X_cars @ best - y_cars) ** 2):.3f}")

# %% [markdown] key="bug_task" lang="en"
# ### What you see, and what to do
#
# With equal micro-batches the relative error is at the level of rounding. With 128, 128, 128 and 8 it is 52 %, and after 5000 steps the loss rests at 11.568 although 10.847 is possible: the program converges nicely, to the wrong place. No crash, no warning, a loss that falls as it should.
#
# Write the mended version. Before you do, answer in a sentence: how much does one sample of the micro-batch of 8 weigh, compared with one of a micro-batch of 128?

# %% [markdown] key="bug_task" lang="vi"
# ### Điều bạn thấy, và việc cần làm
#
# Khi các micro-batch bằng nhau, sai số tương đối chỉ ở mức làm tròn. Với 128, 128, 128 và 8, nó là 52 %, và sau 5000 bước mất mát đứng lại ở 11.568 trong khi có thể đạt 10.847: chương trình hội tụ rất đẹp, nhưng vào sai chỗ. Không dừng đột ngột, không cảnh báo, mất mát vẫn giảm như bình thường.
#
# Hãy viết bản đã sửa. Trước khi viết, hãy trả lời bằng một câu: một mẫu trong micro-batch cỡ 8 nặng gấp mấy lần một mẫu trong micro-batch cỡ 128?

# %% facts="bug_task"
given("5000", "128", "8")


def relative_error(sizes):
    right = mse_gradient(np.zeros(8), X_cars, y_cars)
    wrong = cars["buggy_accumulated_gradient"](np.zeros(8), X_cars, y_cars, sizes)
    return np.linalg.norm(wrong - right) / np.linalg.norm(right)


assert relative_error([98, 98, 98, 98]) < 1e-14
fact(100 * relative_error([128, 128, 128, 8]), "52")
fact(mse_loss(cars["w"], X_cars, y_cars), "11.568")  # where its 5000 steps end
fact(mse_loss(best_cars, X_cars, y_cars), "10.847")


# %% exercise="gradient_descent_bug_hunt"
def gradient_descent_bug_hunt(w, X, y, batch_sizes):
    """The gradient of J over all n samples, computed one micro-batch at a time: your mended version.

    w: (d,) float64
    X: (n, d) float64
    y: (n,) float64
    batch_sizes: list of int, the sizes of the micro-batches, consecutive rows of X; their sum is n
    returns (d,) float64, equal to the gradient of J over all n samples at once
    """
    ### BEGIN SOLUTION
    accumulated = np.zeros_like(w)
    start = 0
    for size in batch_sizes:
        X_part, y_part = X[start : start + size], y[start : start + size]
        residual = X_part @ w - y_part
        accumulated += 2 * X_part.T @ residual  # a sum: the count is divided out at the end
        start += size
    return accumulated / start
    ### END SOLUTION


# %% check="gradient_descent_bug_hunt"
check("gradient_descent_bug_hunt")

# %% [markdown] key="bug_story" lang="en"
# ### Where this bug lived
#
# Not in an exercise. In the autumn of 2024 users found that training language models with gradient accumulation gave another loss than training with the same batch in one piece. The cause: the loss of each micro-batch was a mean over *its own* tokens, and these means were averaged, although sentences are of different length, so that the micro-batches
# held different numbers of tokens. The repair in Hugging Face Transformers ([pull request](https://github.com/huggingface/transformers/pull/34191), [account](https://huggingface.co/blog/gradient_accumulation)) is the one you have just made: sum, and divide once by the total count. The same mistake sat in several other training programs. It had gone unnoticed because,
# as you saw, everything looks healthy.
#
# The lesson to take along: a mean of means is the mean only if the groups are of equal size, and a test with equal sizes cannot see the difference.

# %% [markdown] key="bug_story" lang="vi"
# ### Lỗi này từng sống ở đâu
#
# Không phải trong bài tập. Mùa thu năm 2024, người dùng phát hiện huấn luyện mô hình ngôn ngữ bằng tích lũy gradient cho mất mát khác với huấn luyện cùng batch đó liền một lần. Nguyên nhân: mất mát của mỗi micro-batch là trung bình trên số token *của riêng nó*, rồi người ta lại lấy trung bình các giá trị trung bình này, trong khi các câu dài ngắn khác nhau nên số token
# của mỗi micro-batch cũng khác nhau. Bản sửa trong Hugging Face Transformers ([pull request](https://github.com/huggingface/transformers/pull/34191), [bài tường thuật](https://huggingface.co/blog/gradient_accumulation)) chính là điều bạn vừa làm: lấy tổng, rồi chia một lần cho tổng số lượng. Cùng lỗi ấy nằm trong nhiều chương trình huấn luyện khác. Nó không bị phát hiện
# vì, như bạn đã thấy, mọi thứ trông vẫn khỏe mạnh.
#
# Bài học mang theo: trung bình của các trung bình chỉ là trung bình chung khi các nhóm bằng nhau, và một phép thử với các nhóm bằng nhau thì không thể thấy sự khác biệt.

# %% facts="bug_story"
given("2024")

# %% [markdown] key="written" lang="en"
# ## 1.15 Written question
#
# A colleague trains a linear model on $n = 50000$ samples by mini-batch gradient descent with $m = 32$ and a constant $\eta$. "With $m = 64$," she says, "the gradient is twice as good, so training will be twice as fast."
#
# Judge the sentence in at most 200 words. Say, with the formula of section 1.12, what happens to the noise; what happens to the number of updates in an epoch, and at which stage of training that matters; what you expect of the seconds per update on a CPU and on a GPU; and which measurement would settle the matter.
# (4 points, marked by a person. English or Vietnamese, as you like.)

# %% [markdown] key="written" lang="vi"
# ## 1.15 Câu hỏi tự luận
#
# Một đồng nghiệp huấn luyện mô hình tuyến tính trên $n = 50000$ mẫu bằng mini-batch gradient descent với $m = 32$ và $\eta$ cố định. Chị ấy nói: "Lấy $m = 64$ thì gradient tốt gấp đôi, vậy huấn luyện sẽ nhanh gấp đôi."
#
# Hãy nhận xét câu nói đó trong tối đa 200 từ. Dùng công thức ở mục 1.12 để nói nhiễu thay đổi ra sao; số lần cập nhật trong một epoch thay đổi thế nào, và điều đó quan trọng ở giai đoạn nào của quá trình huấn luyện; bạn dự đoán gì về thời gian cho mỗi lần cập nhật trên CPU và trên GPU; và phép đo nào sẽ phân định được.
# (4 điểm, do người chấm. Viết bằng tiếng Việt hay tiếng Anh tùy bạn.)

# %% facts="written"
given("50000", "32", "64", "200")

# %% [markdown] written="gradient_descent_written"
# ### BEGIN SOLUTION
# **English.** The noise $E \lVert g_B - g \rVert^2$ has the factor $(n - m) / (m (n - 1))$: it halves almost exactly (the ratio of the factors for 64 and for 32 is 0.4997), so the typical *length* of the error shrinks
# by $\sqrt{2}$ only. In exchange there are half as many updates in an epoch. Far from the minimum the signal is much larger than the noise, an update with 32 samples brings nearly as much as one with 64, and per epoch $m = 64$ is about half as fast
# at the same $\eta$. Near the minimum the noise decides: there $m = 64$ has about half the error floor, which a smaller $\eta$ with $m = 32$ would reach as well. One may raise $\eta$ together with $m$, but not beyond $2 / \lambda_{\max}$. In seconds: on a CPU, where one update of this
# size is mostly overhead, it costs little more; on a GPU that is far from full, hardly anything more; so per second it may win. What settles it: loss (on held-out data) against *seconds*, each with its own best $\eta$, several seeds.
#
# **Tiếng Việt.** Nhiễu $E \lVert g_B - g \rVert^2$ có hệ số $(n - m) / (m (n - 1))$: nó giảm gần đúng một nửa (tỉ số hai hệ số ứng với 64 và 32 là 0.4997), nên *độ dài* điển hình của sai lệch chỉ giảm $\sqrt{2}$ lần. Đổi lại, mỗi epoch chỉ còn một nửa số lần cập nhật.
# Khi còn xa cực tiểu, tín hiệu lớn hơn nhiễu nhiều, một lần cập nhật với 32 mẫu có ích gần bằng với 64 mẫu, nên tính theo epoch, với cùng $\eta$, $m = 64$ chậm khoảng gấp đôi. Gần cực tiểu thì nhiễu quyết định: ở đó sàn sai số của $m = 64$ chỉ bằng khoảng một nửa, nhưng giảm $\eta$ với $m = 32$ cũng
# đạt được như vậy. Có thể tăng $\eta$ cùng với $m$, nhưng không được vượt $2 / \lambda_{\max}$. Tính theo giây: trên CPU, một lần cập nhật cỡ này phần lớn là chi phí phụ nên chỉ tốn thêm chút ít; trên GPU còn rảnh thì gần như không tốn thêm; vậy tính theo giây nó có thể thắng. Phép đo phân định: mất mát (trên tập giữ lại) theo *số giây*,
# mỗi bên dùng $\eta$ tốt nhất của mình, với vài hạt giống ngẫu nhiên.
# ### END SOLUTION


# %% facts="gradient_descent_written"
def noise_factor(n, m):
    return (n - m) / (m * (n - 1))


given("64", "32")
fact(noise_factor(50000, 64) / noise_factor(50000, 32), "0.4997")

# %% [markdown] key="quiz" lang="en"
# ## 1.16 Quiz
#
# Fill in one letter for each question.
#
# **q1.** Batch gradient descent on our loss converges with some $\eta$. You take $\eta / 2$ and run until convergence again. The final loss is
#
# - a) smaller, because small steps are more accurate
# - b) larger, because it gets stuck earlier
# - c) the same; it takes more steps, unless $\eta$ was so close to the limit that it zigzagged
# - d) impossible to say without knowing the batch size
#
# **q2.** $n = 1000$, $m = 64$. One epoch makes
#
# - a) 15 updates; the last one divides its sum by 64
# - b) 16 updates; the last one divides its sum by 40
# - c) 16 updates; the last one divides its sum by 64
# - d) 16 updates; the last one divides its sum by 1000
#
# **q3.** Batch gradient descent: for 30 steps the loss falls, then it grows, faster and faster, multiplied by nearly the same factor at each step. Why?
#
# - a) the gradient has become noisy near the minimum
# - b) it has jumped out of a local minimum
# - c) $\eta$ is too small for the flat directions
# - d) $\eta > 2 / \lambda_{\max}$: along one direction the error grows from the start, and now it outweighs the others, which shrink
#
# **q4.** $n = 100$. The gradient noise $E \lVert g_B - g \rVert^2$ for $m = 50$ (without replacement) is that for $m = 1$ times
#
# - a) 1/99
# - b) 1/50
# - c) 1/2
# - d) 0

# %% [markdown] key="quiz" lang="vi"
# ## 1.16 Câu hỏi trắc nghiệm
#
# Mỗi câu điền một chữ cái.
#
# **q1.** Batch gradient descent trên hàm mất mát của ta hội tụ với một $\eta$ nào đó. Bạn dùng $\eta / 2$ và lại chạy cho đến khi hội tụ. Mất mát cuối cùng
#
# - a) nhỏ hơn, vì bước nhỏ thì chính xác hơn
# - b) lớn hơn, vì nó mắc kẹt sớm hơn
# - c) như cũ; chỉ tốn nhiều bước hơn, trừ khi $\eta$ ban đầu sát ngưỡng đến mức dao động
# - d) không thể nói được nếu không biết kích thước batch
#
# **q2.** $n = 1000$, $m = 64$. Một epoch có
#
# - a) 15 lần cập nhật; lần cuối chia tổng cho 64
# - b) 16 lần cập nhật; lần cuối chia tổng cho 40
# - c) 16 lần cập nhật; lần cuối chia tổng cho 64
# - d) 16 lần cập nhật; lần cuối chia tổng cho 1000
#
# **q3.** Batch gradient descent: trong 30 bước đầu mất mát giảm, sau đó tăng ngày càng nhanh, mỗi bước nhân với gần như cùng một hệ số. Vì sao?
#
# - a) gradient trở nên nhiễu khi gần cực tiểu
# - b) nó đã nhảy ra khỏi một cực tiểu địa phương
# - c) $\eta$ quá nhỏ đối với các hướng phẳng
# - d) $\eta > 2 / \lambda_{\max}$: dọc theo một hướng, sai lệch lớn dần ngay từ đầu, và giờ nó đã lấn át các hướng khác, vốn đang nhỏ dần
#
# **q4.** $n = 100$. Nhiễu gradient $E \lVert g_B - g \rVert^2$ khi $m = 50$ (không hoàn lại) bằng nhiễu khi $m = 1$ nhân với
#
# - a) 1/99
# - b) 1/50
# - c) 1/2
# - d) 0

# %% facts="quiz"
given("1000", "64", "100", "50")
batches = minibatches(np.arange(1000), 64)
fact(len(batches), "16")
fact(len(batches[-1]), "40")
fact(1000 // 64, "15")  # without the short last batch: a wrong answer
fact(noise_factor(100, 1) / noise_factor(100, 50), "99")

# %% exercise="gradient_descent_quiz"
gradient_descent_quiz = {
    ### BEGIN SOLUTION
    "q1": "c",
    "q2": "b",
    "q3": "d",
    "q4": "a",
    ### END SOLUTION
}

# %% check="gradient_descent_quiz"
check("gradient_descent_quiz")

# %% [markdown] key="real" lang="en"
# ## 1.17 For real: how far does a car go on a gallon?
#
# The table `auto_mpg` holds 392 cars of the model years 1970 to 1982: cylinders, displacement, horsepower, weight, acceleration, year, origin, and the fuel consumption in miles per gallon, which we want to predict.
#
# **First, the scale.** Weights are in the thousands of pounds, cylinders between 3 and 8. On the raw columns the Hessian has a condition number of more than seven billion, and the largest stable rate is about $10^{-7}$: hopeless. So we *standardise* each feature (subtract its mean, divide by its standard deviation) and add the column of ones. The condition number
# falls to 137 and the limit for $\eta$ rises to 0.217. That costs two lines and is the most valuable trick of this lesson.
#
# **Then the race.** Your `minibatch_epoch` runs as batch gradient descent ($m = 392$, $\eta = 0.2$), as mini-batch ($m = 32$, $\eta = 0.02$) and as SGD ($m = 1$, $\eta = 0.002$). Two pictures come out: the excess loss against *samples seen*, and against *seconds*. Before you run it, make a guess: who wins on the left, who on the right? And whose curve stops falling?

# %% [markdown] key="real" lang="vi"
# ## 1.17 Làm thật: một gallon xăng đi được bao xa?
#
# Bảng `auto_mpg` có 392 chiếc xe đời 1970 đến 1982: số xi-lanh, dung tích, công suất, trọng lượng, khả năng tăng tốc, đời xe, xuất xứ, và mức tiêu thụ nhiên liệu tính bằng số dặm trên một gallon, là thứ ta muốn dự đoán.
#
# **Trước hết là thang đo.** Trọng lượng lên tới hàng nghìn pound, còn số xi-lanh chỉ từ 3 đến 8. Với các cột nguyên gốc, ma trận Hessian có số điều kiện hơn bảy tỉ, và tốc độ học lớn nhất còn ổn định chỉ khoảng $10^{-7}$: vô vọng. Vì thế ta *chuẩn hóa* từng đặc trưng (trừ trung bình, chia cho độ lệch chuẩn) rồi thêm cột toàn số một. Số điều kiện
# giảm xuống 137 và ngưỡng của $\eta$ tăng lên 0.217. Chỉ tốn hai dòng lệnh mà đây là mẹo đáng giá nhất của bài này.
#
# **Rồi đến cuộc đua.** `minibatch_epoch` của bạn sẽ chạy như batch gradient descent ($m = 392$, $\eta = 0.2$), như mini-batch ($m = 32$, $\eta = 0.02$) và như SGD ($m = 1$, $\eta = 0.002$). Ta có hai hình: phần mất mát vượt mức theo *số mẫu đã xem*, và theo *số giây*. Trước khi chạy hãy đoán thử: bên trái ai thắng, bên phải ai thắng? Và đường của ai sẽ thôi không giảm nữa?

# %% facts="real"
table, raw, conditioning = cars["cars"], cars["X_raw"], cars["conditioning"]
fact(len(table.target), "392")
years, cylinders = (
    table.features[:, table.feature_names.index(name)] for name in ("year", "cylinders")
)
fact(1900 + years.min(), "1970")
fact(1900 + years.max(), "1982")
fact(cylinders.min(), "3")
fact(cylinders.max(), "8")
assert conditioning(raw)[0] > 7e9
fact(largest_stable_learning_rate(raw), "1e-7")
fact(conditioning(X_cars)[0], "137")
fact(largest_stable_learning_rate(X_cars), "0.217")
given("0.2", "32", "0.02", "0.002")


# %% key="real_data" explore=true
def conditioning(X):
    """The condition number of the Hessian of J and the limit 2 / lambda_max."""
    eigenvalues = np.linalg.eigvalsh(2 / len(X) * X.T @ X)
    return eigenvalues[-1] / eigenvalues[0], 2 / eigenvalues[-1]


X_raw = np.column_stack([cars.features, np.ones(len(cars.features))])
for name, table in (("X_raw", X_raw), ("X_cars", X_cars)):
    condition, limit = conditioning(table)
    print(f"{name:6}   kappa = {condition:.3g}   2 / lambda_max = {limit:.3g}")

# %% key="real_race" explore=true
import time

from tqdm import tqdm

from hocsau.explore import gradient_descent as explore


def measure(name, X, y, batch_size, learning_rate, chunk, chunks):
    """Run the learner's minibatch_epoch; note samples, seconds and loss after each chunk of samples."""
    rng = np.random.default_rng(0)
    w = np.zeros(X.shape[1])
    samples, seconds, losses = [0], [0.0], [mse_loss(w, X, y)]
    parts = []
    for _ in tqdm(range(chunks), desc=name):
        if not parts:  # a new epoch, in a new order
            order = rng.permutation(len(y))
            parts = [order[start : start + chunk] for start in range(0, len(y), chunk)]
        part = parts.pop(0)
        X_part, y_part = X[part], y[part]
        began = time.perf_counter()
        w = minibatch_epoch(w, X_part, y_part, learning_rate, np.arange(len(part)), batch_size)
        seconds.append(seconds[-1] + time.perf_counter() - began)
        samples.append(samples[-1] + len(part))
        losses.append(mse_loss(w, X, y))
    shown = np.unique(np.geomspace(1, chunks, 60).astype(int))  # evenly spread on a log axis
    return np.array(samples)[shown], np.array(seconds)[shown], np.array(losses)[shown]


least_loss = np.mean((X_cars @ best - y_cars) ** 2)
if ready(mse_loss, mse_gradient, minibatches, minibatch_epoch):
    explore.race(
        {
            "batch": measure("batch", X_cars, y_cars, 392, 0.2, 392, 400),
            "mini-batch": measure("mini-batch", X_cars, y_cars, 32, 0.02, 392, 200),
            "stochastic": measure("stochastic", X_cars, y_cars, 1, 0.002, 392, 40),
        },
        optimum=least_loss,
    )

# %% [markdown] key="real_long" lang="en"
# ### And when the table is long?
#
# Per sample, the small batches win; per second, on 392 samples, batch gradient descent does, because the whole table is one small matrix product. So who needs mini-batches? Let us make the table 500 times as long (196000 rows, the same cars over and over: large data sets do repeat themselves, if less bluntly). Loss and limit stay what they were. A batch step is now 500 times the work
# and not one bit better, while 32 samples still tell a mini-batch nearly everything. To come within 1 of the least loss, mini-batches needed fewer than 5000 samples in each of ten orders that we tried; batch gradient descent needs 3136000, more than six hundred times as many. The cell below draws the seconds on your machine. This is the argument for mini-batches, and it grows with the data.

# %% [markdown] key="real_long" lang="vi"
# ### Còn khi bảng rất dài?
#
# Tính theo mẫu thì batch nhỏ thắng; tính theo giây, với 392 mẫu, batch gradient descent thắng, vì cả bảng chỉ là một phép nhân ma trận nhỏ. Vậy ai cần mini-batch? Ta hãy làm bảng dài gấp 500 lần (196000 hàng, vẫn những chiếc xe ấy lặp đi lặp lại: dữ liệu lớn đúng là hay lặp lại, chỉ không lộ liễu như vậy). Hàm mất mát và ngưỡng vẫn như cũ. Một bước batch giờ tốn công gấp 500 lần
# mà không tốt hơn chút nào, trong khi 32 mẫu vẫn cho mini-batch biết gần như mọi điều. Để tới cách mất mát nhỏ nhất không quá 1 đơn vị, mini-batch cần chưa đến 5000 mẫu với cả mười thứ tự mà chúng tôi đã thử; batch gradient descent thì cần 3136000 mẫu, gấp hơn sáu trăm lần. Còn số giây trên máy của bạn, ô lệnh bên dưới sẽ vẽ ra. Đó chính là lý lẽ cho mini-batch, và dữ liệu càng lớn thì nó càng vững.

# %% facts="real_long"
given("500", "32", "5000")
fact(len(y_cars), "392")
fact(500 * len(y_cars), "196000")


def samples_until_within_one(order):
    """How many samples of the long table mini-batches need to come within 1 of the least loss."""
    goal = mse_loss(best_cars, X_cars, y_cars) + 1
    w = np.zeros(8)
    for seen, batch in enumerate(minibatches(order % len(y_cars), 32), start=1):
        w = minibatch_epoch(w, X_cars[batch], y_cars[batch], 0.02, np.arange(32), 32)
        if mse_loss(w, X_cars, y_cars) <= goal:
            return 32 * seen
    raise AssertionError("not within one epoch")


orders = [np.random.default_rng(seed).permutation(500 * len(y_cars)) for seed in range(10)]
assert max(map(samples_until_within_one, orders)) < 5000
path = gradient_descent(partial(mse_gradient, X=X_cars, y=y_cars), np.zeros(8), 0.2, 100)
losses = [mse_loss(w, X_cars, y_cars) for w in path]
within = np.array(losses) <= mse_loss(best_cars, X_cars, y_cars) + 1
fact(within.argmax() * 500 * len(y_cars), "3136000")
assert within[within.argmax() :].all()

# %% key="real_long_race" explore=true
if ready(mse_loss, mse_gradient, minibatches, minibatch_epoch):
    X_long, y_long = np.tile(X_cars, (500, 1)), np.tile(y_cars, 500)
    n_long = len(y_long)
    explore.race(
        {
            "batch": measure("batch", X_long, y_long, n_long, 0.2, n_long, 20),
            "mini-batch": measure("mini-batch", X_long, y_long, 32, 0.02, 1568, 40),
            "stochastic": measure("stochastic", X_long, y_long, 1, 0.002, 392, 40),
        },
        optimum=least_loss,
    )

# %% [markdown] key="real_device" lang="en"
# ### On your own device
#
# How large should a mini-batch be for your machine? The cell below computes the gradient of a linear layer with 256 inputs and 256 outputs on the device that `hocsau` found (a GPU when there is one) for growing $m$, and prints microseconds per update and per sample. As long as the last column falls, larger batches are nearly free. Where it levels off, the device is full.

# %% [markdown] key="real_device" lang="vi"
# ### Trên chính máy của bạn
#
# Với máy của bạn, mini-batch nên lớn chừng nào? Ô lệnh dưới đây tính gradient của một lớp tuyến tính có 256 đầu vào và 256 đầu ra trên thiết bị mà `hocsau` tìm thấy (GPU, nếu có) với $m$ tăng dần, rồi in ra số micro giây cho mỗi lần cập nhật và cho mỗi mẫu. Chừng nào cột cuối còn giảm thì batch lớn hơn gần như miễn phí. Chỗ nào nó chững lại là lúc thiết bị đã đầy việc.

# %% facts="real_device"
given("256")

# %% key="real_device_table" explore=true
from hocsau.device import device

try:
    import torch
except ImportError:
    print("This cell needs PyTorch (pip install torch). The rest of the lesson does without.")
else:
    place = device()
    weights = torch.randn(256, 256, device=place)
    print(place, "\n    m   per update   per sample (microseconds)")
    for m in (1, 8, 64, 512, 4096):
        inputs, targets = torch.randn(m, 256, device=place), torch.randn(m, 256, device=place)
        times = []
        for _ in range(9):  # the best of nine: other programs disturb the rest
            began = time.perf_counter()
            for _ in range(5):
                gradient = 2 / m * inputs.T @ (inputs @ weights - targets)
            gradient.sum().item()  # wait for the device
            times.append((time.perf_counter() - began) / 5 * 1e6)
        print(f"{m:5d}   {min(times):10.1f}   {min(times) / m:10.2f}")

# %% [markdown] key="summary" lang="en"
# ## 1.18 Summary
#
# - A loss measures how wrong the model is; the gradient gives the direction in which it grows fastest and how fast. Gradient descent walks against it: $w := w - \eta \cdot \nabla J(w)$.
# - For the mean squared error $\nabla J = \frac{2}{n} X^\top (Xw - y)$; check it with a central difference.
# - Without noise $\eta$ decides between slow, fast, zigzag and divergence, with the limit $2 / \lambda_{\max}$; with noise it also decides how close you get in the end.
# - Batch: exact, one update per pass. Stochastic: one update per sample, noisy, made for streams. Mini-batch: in between, made for GPUs, what everybody uses.
# - The noise of a batch is $\frac{n - m}{m (n - 1)}$ times the spread of the samples' gradients.
# - A mean of means is not the mean. Standardise your features.
#
# **To read on.**
#
# - H. Robbins, S. Monro (1951), *A stochastic approximation method*, Annals of Mathematical Statistics 22. The beginning.
# - L. Bottou, F. E. Curtis, J. Nocedal (2018), *Optimization methods for large-scale machine learning*, SIAM Review 60, [arXiv](https://arxiv.org/abs/1606.04838). The theory behind sections 1.5 to 1.12.
# - S. Ruder (2016), *An overview of gradient descent optimization algorithms*, [arXiv](https://arxiv.org/abs/1609.04747). A short survey, also of lessons 2 and 3.
# - Y. N. Dauphin and others (2014), *Identifying and attacking the saddle point problem in high-dimensional non-convex optimization*, [arXiv](https://arxiv.org/abs/1406.2572).
#
# **Next: lesson 2, Momentum.** The flattest direction is what takes the time, and a larger $\eta$ is forbidden by the steepest. A ball that rolls down a narrow ravine does not have this trouble: it keeps its speed. We shall give $w$ a velocity.

# %% [markdown] key="summary" lang="vi"
# ## 1.18 Tóm tắt
#
# - Hàm mất mát đo xem mô hình sai bao nhiêu; gradient cho biết hướng mà nó tăng nhanh nhất và nhanh đến đâu. Gradient descent đi ngược hướng đó: $w := w - \eta \cdot \nabla J(w)$.
# - Với sai số bình phương trung bình, $\nabla J = \frac{2}{n} X^\top (Xw - y)$; hãy kiểm tra bằng sai phân trung tâm.
# - Khi không có nhiễu, $\eta$ quyết định chậm, nhanh, dao động hay phân kỳ, với ngưỡng $2 / \lambda_{\max}$; khi có nhiễu, nó còn quyết định cuối cùng bạn tới gần được bao nhiêu.
# - Batch: chính xác, mỗi lượt duyệt một lần cập nhật. Stochastic: mỗi mẫu một lần cập nhật, nhiễu, sinh ra cho dòng dữ liệu. Mini-batch: ở giữa, hợp với GPU, ai cũng dùng.
# - Nhiễu của một batch bằng $\frac{n - m}{m (n - 1)}$ lần độ phân tán của gradient các mẫu.
# - Trung bình của các trung bình không phải là trung bình chung. Hãy chuẩn hóa đặc trưng.
#
# **Đọc thêm.**
#
# - H. Robbins, S. Monro (1951), *A stochastic approximation method*, Annals of Mathematical Statistics 22. Nơi mọi chuyện bắt đầu.
# - L. Bottou, F. E. Curtis, J. Nocedal (2018), *Optimization methods for large-scale machine learning*, SIAM Review 60, [arXiv](https://arxiv.org/abs/1606.04838). Lý thuyết đằng sau các mục từ 1.5 đến 1.12.
# - S. Ruder (2016), *An overview of gradient descent optimization algorithms*, [arXiv](https://arxiv.org/abs/1609.04747). Một bài tổng quan ngắn, có cả nội dung của bài 2 và 3.
# - Y. N. Dauphin và cộng sự (2014), *Identifying and attacking the saddle point problem in high-dimensional non-convex optimization*, [arXiv](https://arxiv.org/abs/1406.2572).
#
# **Bài tiếp theo: bài 2, Momentum (động lượng).** Hướng phẳng nhất làm ta mất thời gian, mà hướng dốc nhất lại không cho phép tăng $\eta$. Một viên bi lăn xuống rãnh hẹp không gặp rắc rối ấy: nó giữ được đà. Ta sẽ trao cho $w$ một vận tốc.

# %% key="finish" explore=true
progress()
