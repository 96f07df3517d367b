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
# # 2 Momentum
#
# Gradient descent has no memory: each step looks at the slope under its feet and forgets it at
# once. This lesson gives it a memory, the **velocity**, and asks three questions about it: what
# does it gain, what can it spoil, and how should its two numbers be chosen?
#
# **After this lesson you can**
#
# - say why gradient descent is slow in a narrow ravine, and by how much, from two eigenvalues;
# - write momentum, Nesterov's variant and PyTorch's form from scratch, and convert one into the
#   other;
# - unroll the velocity and read off what $\beta$ keeps and how long a step becomes in the long
#   run;
# - tell from a 2 x 2 matrix whether momentum creeps, oscillates or diverges, and how fast it
#   converges;
# - choose the learning rate and $\beta$ that are best on a quadratic, and know when not to trust
#   them;
# - recognise a training program that loses its momentum without anyone noticing.
#
# You need lesson 1 (gradient, learning rate, Hessian) and the eigenvalues of a 2 x 2 matrix.
#
# | symbol | meaning | in code |
# |---|---|---|
# | $w$ | parameters, also written $\theta$ | `w` |
# | $v$ | velocity, a vector of the same shape as $w$ | `v` |
# | $\nabla J(w)$ | gradient of the loss function at $w$ | `gradient(w)`, `grad` |
# | $\eta$ | learning rate, also written $\alpha$ | `learning_rate` |
# | $\beta$ | momentum term | `beta` |
# | $\lambda$ | an eigenvalue of the Hessian, the curvature in one direction | `eigenvalue` |
# | $\kappa$ | condition number $\lambda_{\max}/\lambda_{\min}$ | |
#
# Everything here is NumPy in float64. No function changes its arguments.

# %% [markdown] key="goals" lang="vi"
# # 2 Momentum (động lượng)
#
# Gradient descent không có trí nhớ: mỗi bước chỉ nhìn độ dốc ngay dưới chân rồi quên luôn. Bài
# này trao cho nó một trí nhớ, gọi là **vận tốc**, và đặt ra ba câu hỏi: được lợi gì, có thể gây
# hại gì, và nên chọn hai con số đi kèm như thế nào?
#
# **Học xong bài này, bạn có thể**
#
# - giải thích vì sao gradient descent chậm chạp trong một rãnh hẹp, và chậm bao nhiêu, chỉ từ hai
#   trị riêng;
# - tự viết momentum, biến thể Nesterov và dạng của PyTorch, rồi quy đổi dạng này sang dạng kia;
# - khai triển vận tốc để thấy $\beta$ giữ lại những gì và về lâu dài một bước đi dài bao nhiêu;
# - dựa vào một ma trận 2 x 2 để biết momentum bò chậm, dao động hay phân kỳ, và hội tụ nhanh đến
#   đâu;
# - chọn tốc độ học và $\beta$ tốt nhất trên một hàm bậc hai, đồng thời biết khi nào không nên tin
#   chúng;
# - nhận ra một chương trình huấn luyện đánh mất động lượng mà không ai hay.
#
# Bạn cần bài 1 (gradient, tốc độ học, Hessian) và cách tính trị riêng của ma trận 2 x 2.
#
# | ký hiệu | ý nghĩa | trong mã |
# |---|---|---|
# | $w$ | tham số, cũng viết là $\theta$ | `w` |
# | $v$ | vận tốc, một vector cùng kích thước với $w$ | `v` |
# | $\nabla J(w)$ | gradient của hàm mất mát tại $w$ | `gradient(w)`, `grad` |
# | $\eta$ | tốc độ học, cũng viết là $\alpha$ | `learning_rate` |
# | $\beta$ | hệ số động lượng | `beta` |
# | $\lambda$ | một trị riêng của Hessian, tức độ cong theo một hướng | `eigenvalue` |
# | $\kappa$ | số điều kiện $\lambda_{\max}/\lambda_{\min}$ | |
#
# Toàn bài dùng NumPy với kiểu float64. Không hàm nào được sửa các đối số của nó.

# %% key="imports"
import numpy as np

from hocsau import begin, check, progress

begin("momentum")

# %% [markdown] key="ravine" lang="en"
# ## 2.1 A ravine, and why gradient descent is slow in it
#
# Take the simplest ravine there is,
#
# $$J(w) = \tfrac{1}{2}\left(w_1^2 + 100\,w_2^2\right), \qquad \nabla J(w) = (w_1,\; 100\,w_2).$$
#
# It is a hundred times more curved across ($w_2$) than along ($w_1$). At the point $(-4, 2)$ the
# gradient is $(-4, 200)$: small along the main direction, which is the way to the minimum, and
# large across it. Gradient descent therefore spends its strength on the walls.
#
# Each coordinate goes its own way:
#
# $$w_1 := (1-\eta)\,w_1, \qquad w_2 := (1-100\,\eta)\,w_2.$$
#
# - With $\eta = 0.01$ the second factor is 0, and $w_2$ is right after one step; but $w_1$
#   shrinks by the factor 0.99 a step, and after 100 steps 37 % of it is still there.
# - With $\eta = 0.019$ the factors are 0.981 and $-0.9$: a little faster along, and across it
#   jumps from wall to wall.
# - Above $\eta = 0.02$ the jumps grow, and it diverges. The steep direction alone sets this
#   limit, $\eta < 2/\lambda_{\max}$.
#
# The best compromise makes both factors equally large. With the **condition number**
# $\kappa = \lambda_{\max}/\lambda_{\min}$ it is
#
# $$\eta = \frac{2}{\lambda_{\max}+\lambda_{\min}}, \qquad \rho = \frac{\kappa-1}{\kappa+1},$$
#
# where $\rho$, the *rate*, is the factor by which the distance to the minimum shrinks per step.
#
# | $\kappa$ | rate | steps until the distance is a tenth |
# |---|---|---|
# | 10 | 0.818 | 11.5 |
# | 100 | 0.980 | 115 |
# | 10000 | 0.9998 | 11513 |
#
# The number of steps grows like $\kappa$. Real losses have condition numbers in the thousands and
# more (the regression at the end of this lesson has one of 862), so this is no exotic case.
#
# What would help? Across the ravine the gradient changes its sign again and again; along it the
# gradient hardly changes. Something that *adds up* gradients would let the first kind cancel and
# the second kind grow.

# %% [markdown] key="ravine" lang="vi"
# ## 2.1 Rãnh hẹp, và vì sao gradient descent chậm chạp ở đó
#
# Hãy xét rãnh hẹp đơn giản nhất:
#
# $$J(w) = \tfrac{1}{2}\left(w_1^2 + 100\,w_2^2\right), \qquad \nabla J(w) = (w_1,\; 100\,w_2).$$
#
# Theo hướng vuông góc ($w_2$), hàm cong gấp một trăm lần so với hướng chính ($w_1$). Tại điểm
# $(-4, 2)$, gradient là $(-4, 200)$: nhỏ ở hướng chính, tức là hướng dốc xuống dẫn tới cực tiểu,
# nhưng lớn ở hướng vuông góc. Vì vậy gradient descent dồn gần hết sức vào hai vách rãnh.
#
# Mỗi tọa độ biến đổi độc lập:
#
# $$w_1 := (1-\eta)\,w_1, \qquad w_2 := (1-100\,\eta)\,w_2.$$
#
# - Với $\eta = 0.01$, thừa số thứ hai bằng 0 nên $w_2$ đúng ngay sau một bước; nhưng $w_1$ mỗi
#   bước chỉ được nhân với 0.99, và sau 100 bước vẫn còn 37 %.
# - Với $\eta = 0.019$, hai thừa số là 0.981 và $-0.9$: dọc theo rãnh nhanh hơn một chút, còn theo
#   hướng vuông góc thì nhảy từ vách này sang vách kia.
# - Quá $\eta = 0.02$, các cú nhảy lớn dần và thuật toán phân kỳ. Chỉ riêng hướng dốc nhất đã đặt
#   ra giới hạn này: $\eta < 2/\lambda_{\max}$.
#
# Cách dung hòa tốt nhất là làm cho hai thừa số có độ lớn bằng nhau. Gọi
# $\kappa = \lambda_{\max}/\lambda_{\min}$ là **số điều kiện**, ta được
#
# $$\eta = \frac{2}{\lambda_{\max}+\lambda_{\min}}, \qquad \rho = \frac{\kappa-1}{\kappa+1},$$
#
# trong đó *hệ số hội tụ* $\rho$ là thừa số mà khoảng cách tới cực tiểu được nhân với sau mỗi
# bước: càng nhỏ càng nhanh.
#
# | $\kappa$ | hệ số hội tụ | số bước để khoảng cách còn một phần mười |
# |---|---|---|
# | 10 | 0.818 | 11.5 |
# | 100 | 0.980 | 115 |
# | 10000 | 0.9998 | 11513 |
#
# Số bước tăng tỉ lệ với $\kappa$. Hàm mất mát trong thực tế thường có số điều kiện hàng nghìn trở
# lên (bài toán hồi quy ở cuối bài này có số điều kiện 862), nên đây không phải chuyện hiếm.
#
# Làm sao cải thiện? Theo hướng vuông góc, gradient đổi dấu liên tục; dọc theo rãnh, gradient hầu
# như không đổi. Nếu ta *cộng dồn* các gradient thì loại thứ nhất sẽ triệt tiêu nhau, còn loại thứ
# hai sẽ lớn dần.


# %% facts="ravine"
def steps_for_a_tenth(rate):
    return math.log(10) / -math.log(rate)


given("0.01", "0.019")
fact(100 * 2, "200")
fact(1 - 0.01, "0.99")
fact(100 * 0.99**100, "37")
fact(1 - 0.019, "0.981")
fact(1 - 100 * 0.019, "-0.9")
fact(2 / 100, "0.02")
for kappa, rate, steps in (
    (10, "0.818", "11.5"),
    (100, "0.980", "115"),
    (10000, "0.9998", "11513"),
):
    fact(kappa, str(kappa))
    fact((kappa - 1) / (kappa + 1), rate)
    fact(steps_for_a_tenth((kappa - 1) / (kappa + 1)), steps)

cars = source_cell("cars")
fact(cars["largest"] / cars["smallest"], "862")

# %% [markdown] key="velocity" lang="en"
# ## 2.2 Velocity
#
# Momentum adds to gradient descent a **velocity** $v$, a vector that carries part of the
# gradients of earlier steps into the present one:
#
# $$v := \beta\,v - \eta\,\nabla J(w), \qquad w := w + v.$$
#
# - $v$, the velocity: it *is* the step, in the units of $w$, so the second formula needs no
#   factor. (Notes often print the first formula only. Without $w := w + v$ the velocity would
#   move nothing.)
# - $\beta$, the momentum term: the share of the velocity that is **kept** from one step to the
#   next, usually between 0.9 and 0.99. With $\beta = 0$ we are back at gradient descent.
# - $\eta$, the learning rate, and $\nabla J(w)$, the gradient at the present point.
#
# The picture is a heavy ball rolling down the loss. The gradient pushes it; $1-\beta$ is the
# friction that slows it down. A *larger* $\beta$ means *less* friction.
#
# **By hand.** A plane that rises by 1 per unit, so that the gradient is always 1; $\eta = 0.1$,
# $\beta = 0.9$, from $w = 0$ at rest:
#
# | step | $v$ | $w$ |
# |---|---|---|
# | 1 | $-0.1$ | $-0.1$ |
# | 2 | $0.9 \cdot (-0.1) - 0.1 = -0.19$ | $-0.29$ |
# | 3 | $0.9 \cdot (-0.19) - 0.1 = -0.271$ | $-0.561$ |
# | 4 | $0.9 \cdot (-0.271) - 0.1 = -0.3439$ | $-0.9049$ |
#
# The velocity grows until friction balances the push. In the long run $v = \beta v - \eta g$, so
#
# $$v = -\frac{\eta\,g}{1-\beta},$$
#
# here $-1$: **the long-run step is $\eta/(1-\beta)$**, ten times $\eta$ at $\beta = 0.9$ and a
# hundred times at 0.99. When you raise $\beta$ you raise the step as well, so lower $\eta$ to
# compare fairly.
#
# If instead the gradient flips its sign at every step, $1, -1, 1, -1, \dots$, the velocity flips
# too and settles at the size $\eta/(1+\beta)$, here 0.053: about half of what gradient descent
# would do. A push that persists thus counts $(1+\beta)/(1-\beta) = 19$ times as much as one that
# alternates. That one ratio is the reason for momentum.
#
# ### Your turn: one step
#
# A case to check by hand first: $w = (1, -2)$, $v = (0.5, 0.25)$, gradient $(2, -4)$,
# $\eta = 0.1$, $\beta = 0.9$ give $v = (0.25, 0.625)$ and $w = (1.25, -1.375)$.
#
# Return new arrays: whoever calls you may still need the old ones.

# %% [markdown] key="velocity" lang="vi"
# ## 2.2 Vận tốc
#
# Momentum được thêm vào gradient descent bằng cách sử dụng một vector **vận tốc** $v$ để lưu giữ
# động lượng, tức là mang một phần thông tin gradient của các bước trước sang bước hiện tại:
#
# $$v := \beta\,v - \eta\,\nabla J(w), \qquad w := w + v.$$
#
# - $v$, vận tốc (vector lưu động lượng): nó *chính là* bước đi, cùng đơn vị với $w$, nên công
#   thức thứ hai không cần hệ số nào. (Nhiều bản ghi chép chỉ viết công thức đầu. Thiếu
#   $w := w + v$ thì vận tốc không làm tham số nào thay đổi.)
# - $\beta$, hệ số động lượng: phần vận tốc được **giữ lại** từ bước này sang bước sau, thường nằm
#   trong khoảng 0.9 đến 0.99. Với $\beta = 0$, ta trở lại gradient descent.
# - $\eta$, tốc độ học, và $\nabla J(w)$, gradient của hàm mất mát tại vị trí hiện thời.
#
# Hãy hình dung một hòn bi nặng lăn xuống theo hàm mất mát. Gradient đẩy nó đi; $1-\beta$ là ma
# sát, lực cản làm nó chậm lại. $\beta$ *càng lớn* thì ma sát *càng nhỏ*.
#
# **Tính tay.** Xét một mặt phẳng có độ dốc 1, tức gradient luôn bằng 1; $\eta = 0.1$,
# $\beta = 0.9$, xuất phát từ $w = 0$ và đứng yên:
#
# | bước | $v$ | $w$ |
# |---|---|---|
# | 1 | $-0.1$ | $-0.1$ |
# | 2 | $0.9 \cdot (-0.1) - 0.1 = -0.19$ | $-0.29$ |
# | 3 | $0.9 \cdot (-0.19) - 0.1 = -0.271$ | $-0.561$ |
# | 4 | $0.9 \cdot (-0.271) - 0.1 = -0.3439$ | $-0.9049$ |
#
# Vận tốc tăng dần cho đến khi ma sát cân bằng với lực đẩy. Về lâu dài $v = \beta v - \eta g$, suy
# ra
#
# $$v = -\frac{\eta\,g}{1-\beta},$$
#
# ở đây là $-1$: **bước đi về lâu dài là $\eta/(1-\beta)$**, gấp mười lần $\eta$ khi $\beta = 0.9$
# và gấp một trăm lần ở mức 0.99. Tăng $\beta$ cũng là tăng độ dài bước đi, nên muốn so sánh công
# bằng thì phải giảm $\eta$ theo.
#
# Ngược lại, nếu gradient đổi dấu ở mỗi bước, $1, -1, 1, -1, \dots$, thì vận tốc cũng đổi dấu theo
# và độ lớn ổn định ở $\eta/(1+\beta)$, ở đây là 0.053: chỉ khoảng một nửa bước của gradient
# descent. Như vậy một lực đẩy bền bỉ có tác dụng gấp $(1+\beta)/(1-\beta) = 19$ lần một lực đẩy
# đổi chiều liên tục. Chính tỉ số này là lý do người ta dùng momentum.
#
# ### Đến lượt bạn: một bước
#
# Hãy thử tính tay trước: $w = (1, -2)$, $v = (0.5, 0.25)$, gradient $(2, -4)$, $\eta = 0.1$,
# $\beta = 0.9$ cho ra $v = (0.25, 0.625)$ và $w = (1.25, -1.375)$.
#
# Hãy trả về mảng mới: nơi gọi hàm có thể vẫn cần các mảng cũ.

# %% facts="velocity"
given("0.1", "0.9", "0.99")
w = v = np.zeros(1)
for v_printed, w_printed in (
    ("-0.1", "-0.1"),
    ("-0.19", "-0.29"),
    ("-0.271", "-0.561"),
    ("-0.3439", "-0.9049"),
):
    w, v = momentum_step(w, v, np.ones(1), 0.1, 0.9)
    fact(v[0], v_printed)
    fact(w[0], w_printed)
for _ in range(400):
    w, v = momentum_step(w, v, np.ones(1), 0.1, 0.9)
fact(v[0], "-1")
for step in range(401):
    w, v = momentum_step(w, v, np.array([(-1.0) ** step]), 0.1, 0.9)
fact(abs(v[0]), "0.053")
fact((1 + 0.9) / (1 - 0.9), "19")

given("0.5", "0.25")  # the case to check by hand
w, v = momentum_step(np.array([1.0, -2.0]), np.array([0.5, 0.25]), np.array([2.0, -4.0]), 0.1, 0.9)
fact(v[0], "0.25")
fact(v[1], "0.625")
fact(w[0], "1.25")
fact(w[1], "-1.375")


# %% exercise="momentum_step"
def momentum_step(w, v, grad, learning_rate, beta):
    """One step of momentum: v := beta v - eta grad, then w := w + v.

    w, v, grad:          (d,) float64; they are not changed
    learning_rate, beta: floats, eta and beta
    returns the new (w, v), each (d,) float64
    """
    ### BEGIN SOLUTION
    v = beta * v - learning_rate * grad
    return w + v, v
    ### END SOLUTION


# %% check="momentum_step"
check("momentum_step")

# %% [markdown] key="descent" lang="en"
# ## 2.3 Descending with momentum
#
# A whole descent is a loop around one step: take the gradient where $w$ is now, update $v$, move
# $w$. Three things go wrong here more often than one would think:
#
# - the velocity starts at **zero**, once, before the loop; created inside the loop it would
#   forget everything at each step;
# - the gradient is taken **anew** at each step, at the present $w$;
# - each row of the trajectory is an array of its own. `w += v` keeps changing one and the same
#   array, and with it every row stored so far, and `w0` too if `w` is only another name for it.
#
# ### Your turn: a descent
#
# Return the whole trajectory: row 0 is `w0`, row $t$ the point after $t$ steps. With `beta` zero
# your function must give gradient descent exactly. You may call your `momentum_step`.

# %% [markdown] key="descent" lang="vi"
# ## 2.3 Đi xuống với momentum
#
# Cả quá trình đi xuống chỉ là một vòng lặp quanh một bước: lấy gradient tại vị trí hiện thời của
# $w$, cập nhật $v$, di chuyển $w$. Có ba chỗ hay sai hơn ta tưởng:
#
# - vận tốc bắt đầu từ **số không**, một lần duy nhất, trước vòng lặp; nếu tạo ra bên trong vòng
#   lặp thì bước nào nó cũng quên sạch;
# - gradient phải được tính **lại** ở mỗi bước, tại $w$ hiện thời;
# - mỗi hàng của quỹ đạo phải là một mảng riêng. `w += v` sửa mãi cùng một mảng, kéo theo mọi hàng
#   đã lưu, và cả `w0` nữa nếu `w` chỉ là tên khác của nó.
#
# ### Đến lượt bạn: cả quá trình đi xuống
#
# Hãy trả về toàn bộ quỹ đạo: hàng 0 là `w0`, hàng $t$ là vị trí sau $t$ bước. Khi `beta` bằng
# không, hàm của bạn phải cho đúng kết quả của gradient descent. Bạn có thể gọi `momentum_step`
# của mình.


# %% exercise="momentum_descent"
def momentum_descent(gradient, w0, learning_rate, beta, steps):
    """`steps` steps of momentum from w0 with v = 0: v := beta v - eta grad J(w), then w := w + v.

    gradient:            function, (d,) -> (d,), the gradient of J at a point
    w0:                  (d,) float64, the starting point; it is not changed
    learning_rate, beta: floats, eta and beta
    steps:               int, may be 0
    returns (steps + 1, d) float64: row 0 is w0, row t is w after t steps
    """
    ### BEGIN SOLUTION
    w, v = np.array(w0), np.zeros_like(w0)
    trajectory = [w]
    for _ in range(steps):
        w, v = momentum_step(w, v, gradient(w), learning_rate, beta)
        trajectory.append(w)
    return np.array(trajectory)
    ### END SOLUTION


# %% check="momentum_descent"
check("momentum_descent")

# %% [markdown] key="closed_form" lang="en"
# ## 2.4 What the velocity remembers
#
# Write $g_s$ for the gradient at step $s$ and unroll the rule from $v_0 = 0$:
#
# $$v_1 = -\eta\,g_1, \qquad v_2 = -\eta\,(g_2 + \beta\,g_1), \qquad v_3 = -\eta\,(g_3 + \beta\,g_2 + \beta^2 g_1),$$
#
# and in general, as one more step confirms by induction,
#
# $$v_t = -\eta \sum_{s=1}^{t} \beta^{\,t-s}\, g_s .$$
#
# Every past gradient is still there, faded by $\beta$ once for each step that has gone by. Three
# readings:
#
# - **Memory.** A gradient has lost half its weight after $\ln 0.5/\ln\beta$ steps: 6.6 steps at
#   $\beta = 0.9$, 69 at 0.99. Roughly, the velocity remembers the last $1/(1-\beta)$ steps.
# - **A sum, not an average.** The weights add up to $(1-\beta^t)/(1-\beta)$, which tends to
#   $1/(1-\beta)$, not to 1. An exponential moving average would carry a further factor $1-\beta$:
#   it makes the same steps at a constant rate if its learning rate is $1/(1-\beta)$ times ours.
#   Mixing the two up makes training ten times too slow, or too fast, at $\beta = 0.9$.
# - **Ravines.** Along the ravine all $g_s$ have one sign and pile up: faster. Across it, while
#   gradient descent bounces between the walls, neighbouring $g_s$ have opposite signs and largely
#   cancel: calmer.
#
# Now look at it. The explorer runs your `momentum_descent` once it is written.
#
# **Question.** *Does more $\beta$ always damp?* Leave $\kappa$ at 100 and $\eta$ at 0.01 and move
# only $\beta$, from 0 to 0.99. Find the value where the loss after 100 steps is least; then say
# what the path does beyond it. (At $\beta$ = 0 the loss ends at 1.07; at 0.8 near 8e-6; at 0.99
# it ends at 9.8, worse than without momentum.)
#
# **Challenge.** Bring the loss below 1e-8 within 100 steps at $\kappa = 100$. Gradient descent
# alone ends at 0.160 at best there, whatever its learning rate.

# %% [markdown] key="closed_form" lang="vi"
# ## 2.4 Vận tốc nhớ những gì
#
# Gọi $g_s$ là gradient ở bước $s$ và khai triển quy tắc từ $v_0 = 0$:
#
# $$v_1 = -\eta\,g_1, \qquad v_2 = -\eta\,(g_2 + \beta\,g_1), \qquad v_3 = -\eta\,(g_3 + \beta\,g_2 + \beta^2 g_1),$$
#
# và tổng quát, chứng minh bằng quy nạp chỉ cần thêm một bước,
#
# $$v_t = -\eta \sum_{s=1}^{t} \beta^{\,t-s}\, g_s .$$
#
# Mọi gradient đã qua đều còn đó, mỗi bước trôi qua lại bị nhân thêm một lần với $\beta$ nên nhạt
# dần. Có ba điều đọc được từ công thức:
#
# - **Trí nhớ.** Một gradient mất đi nửa trọng số sau $\ln 0.5/\ln\beta$ bước: 6.6 bước khi
#   $\beta = 0.9$, 69 bước ở mức 0.99. Nói gọn, vận tốc nhớ khoảng $1/(1-\beta)$ bước gần nhất.
# - **Là tổng, không phải trung bình.** Các trọng số cộng lại bằng $(1-\beta^t)/(1-\beta)$, tiến
#   tới $1/(1-\beta)$ chứ không phải 1. Trung bình động theo mũ có thêm thừa số $1-\beta$: khi tốc
#   độ học không đổi, nó đi những bước y hệt nếu tốc độ học của nó gấp $1/(1-\beta)$ lần của ta.
#   Lẫn lộn hai cách này, với $\beta = 0.9$, thì việc huấn luyện sẽ chậm đi, hoặc nhanh lên, mười
#   lần.
# - **Rãnh hẹp.** Dọc theo rãnh, mọi $g_s$ cùng dấu và tích lũy lại: tăng tốc. Theo hướng vuông
#   góc, trong lúc gradient descent nảy qua nảy lại giữa hai vách, các $g_s$ liền nhau trái dấu và
#   triệt tiêu phần lớn: giảm dao động.
#
# Bây giờ hãy quan sát. Công cụ dưới đây chạy chính `momentum_descent` của bạn khi bạn đã viết
# xong.
#
# **Câu hỏi.** *$\beta$ lớn hơn có luôn làm giảm dao động không?* Giữ $\kappa$ ở 100, $\eta$ ở
# 0.01 và chỉ kéo $\beta$ từ 0 đến 0.99. Hãy tìm giá trị cho hàm mất mát nhỏ nhất sau 100 bước;
# quá giá trị đó thì quỹ đạo ra sao? (Với $\beta$ = 0, hàm mất mát dừng ở 1.07; với 0.8 còn khoảng
# 8e-6; với 0.99 thì dừng ở 9.8, tệ hơn cả khi không có momentum.)
#
# **Thử thách.** Đưa hàm mất mát xuống dưới 1e-8 trong 100 bước với $\kappa = 100$. Riêng gradient
# descent thì dù chọn tốc độ học nào, tốt nhất cũng chỉ xuống được 0.160.


# %% facts="closed_form"
def ravine_loss(points):
    return 0.5 * points**2 @ np.array([1.0, 100.0])


def ravine_descent(learning_rate, beta):
    """The losses of 100 steps on the ravine from the explorer's start."""
    return ravine_loss(
        momentum_descent(
            lambda w: np.array([1.0, 100.0]) * w, np.array([-4.0, 2.0]), learning_rate, beta, 100
        )
    )


given("0.5", "0.9", "0.99", "0.01", "0.8", "100")
fact(math.log(0.5) / math.log(0.9), "6.6")
fact(math.log(0.5) / math.log(0.99), "69")
fact(ravine_descent(0.01, 0)[-1], "1.07")
fact(ravine_descent(0.01, 0.8)[-1], "8e-6")
fact(ravine_descent(0.01, 0.99)[-1], "9.8")
given("1e-8")
assert ravine_descent(0.033, 0.67)[-1] < 1e-8
fact(min(ravine_descent(rate, 0)[-1] for rate in np.linspace(0.001, 0.02, 300)), "0.160")

# %% key="ravine_explorer" explore=true
from hocsau.explore import momentum as explore

explore.ravine(momentum_descent)

# %% [markdown] key="oscillation" lang="en"
# ## 2.5 Momentum damps oscillation, and makes it
#
# Notes on momentum promise that it *reduces* oscillation near the minimum. It can, and it can do
# the opposite. One dimension is enough to see both; let $J(w) = \lambda w^2/2$, start from
# $w = 1$ at rest, and look at the product $\eta\lambda$.
#
# **It damps.** At $\eta\lambda = 1.9$ gradient descent multiplies $w$ by $-0.9$ at every step: it
# jumps from side to side, and after ten steps 35 % of the distance is left. With $\beta = 0.5$
# opposite pushes meet in $v$ and partly cancel; in the long run the distance shrinks by 0.707 a
# step.
#
# **It makes oscillation.** At $\eta\lambda = 0.1$ gradient descent is monotone:
# $1,\ 0.9,\ 0.81,\ \dots$, never below zero. With $\beta = 0.9$:
#
# $$1,\quad 0.9,\quad 0.72,\quad 0.486,\quad 0.2268,\quad -0.0292,\quad -0.2566,\quad \dots$$
#
# At step 5 the minimum is passed, and at step 9 the ball stands at $-0.60$: on the other side,
# further out than gradient descent still is on the first (0.39). The velocity gathered on the
# slope does not vanish at the bottom; only friction takes it away, and friction is $1-\beta$, a
# tenth per step. So the brake is the *small* number here: $\beta$ itself is what keeps the ball
# rolling.
#
# Which of the two happens depends on $\eta\lambda$ and $\beta$ together. For this $\eta\lambda$
# the swing begins at $\beta = (1-\sqrt{0.1})^2 = 0.468$. Where does that number come from?

# %% [markdown] key="oscillation" lang="vi"
# ## 2.5 Momentum làm giảm dao động, nhưng cũng tạo ra dao động
#
# Các bài giảng thường nói momentum *giảm dao động* ở gần điểm tối ưu. Đúng là nó có thể giảm,
# nhưng nó cũng có thể làm điều ngược lại. Chỉ cần một chiều là thấy cả hai: lấy
# $J(w) = \lambda w^2/2$, xuất phát từ $w = 1$, đứng yên, và xét tích $\eta\lambda$.
#
# **Giảm dao động.** Với $\eta\lambda = 1.9$, mỗi bước gradient descent nhân $w$ với $-0.9$: nó
# nhảy qua nhảy lại, và sau mười bước vẫn còn 35 % khoảng cách. Với $\beta = 0.5$, các lực đẩy
# ngược chiều gặp nhau trong $v$ và triệt tiêu bớt; về lâu dài khoảng cách mỗi bước được nhân với
# 0.707.
#
# **Tạo ra dao động.** Với $\eta\lambda = 0.1$, gradient descent giảm đơn điệu:
# $1,\ 0.9,\ 0.81,\ \dots$, không bao giờ xuống dưới không. Còn với $\beta = 0.9$:
#
# $$1,\quad 0.9,\quad 0.72,\quad 0.486,\quad 0.2268,\quad -0.0292,\quad -0.2566,\quad \dots$$
#
# Đến bước 5, hòn bi đã vượt qua cực tiểu, và ở bước 9 nó đứng tại $-0.60$: sang hẳn phía bên kia,
# xa hơn cả vị trí của gradient descent lúc đó ở phía bên này (0.39). Vận tốc tích lũy trên sườn
# dốc không tự mất đi khi tới đáy; chỉ có ma sát lấy bớt, mà ma sát là $1-\beta$, mỗi bước một
# phần mười. Vậy lực cản ở đây là con số *nhỏ*: còn chính $\beta$ là thứ giữ cho hòn bi lăn tiếp.
#
# Chuyện nào xảy ra là tùy vào cả $\eta\lambda$ lẫn $\beta$. Với $\eta\lambda$ này, dao động bắt
# đầu từ $\beta = (1-\sqrt{0.1})^2 = 0.468$. Con số đó từ đâu ra?

# %% facts="oscillation"
given("1.9", "0.5", "0.1", "0.9")
fact(1 - 1.9, "-0.9")
fact(100 * 0.9**10, "35")
fact(convergence_rate(1.9, 0.5, 1.0), "0.707")
fact((1 - 0.1) ** 2, "0.81")
path = momentum_descent(lambda w: w, np.ones(1), 0.1, 0.9, 60)[:, 0]
for w, printed in zip(path, "1 0.9 0.72 0.486 0.2268 -0.0292 -0.2566".split(), strict=False):
    fact(w, printed)
fact(path.argmin(), "9")
fact(path.min(), "-0.60")
fact(0.9**9, "0.39")
fact((1 - math.sqrt(0.1)) ** 2, "0.468")
assert convergence_rate(0.1, 0.467, 1.0) > math.sqrt(0.467)  # real roots still
assert math.isclose(convergence_rate(0.1, 0.469, 1.0), math.sqrt(0.469))  # complex roots

# %% [markdown] key="iteration_matrix" lang="en"
# ## 2.6 The iteration matrix
#
# Near a minimum the loss is close to a quadratic, and in the eigenvectors of its Hessian each
# direction runs by itself, with the gradient $\lambda w$. There the state is the pair $(w, v)$.
# The velocity becomes $\beta v - \eta\lambda w$, and $w$ moves by the *new* velocity, so
#
# $$\begin{pmatrix} w \\ v \end{pmatrix} := M \begin{pmatrix} w \\ v \end{pmatrix}, \qquad M = \begin{pmatrix} 1-\eta\lambda & \beta \\ -\eta\lambda & \beta \end{pmatrix}.$$
#
# After $t$ steps the state is $M^t$ times the first one, so what matters in the long run is the
# eigenvalue of $M$ of largest modulus: the **spectral radius** of $M$ is the convergence rate.
# Trace and determinant are
#
# $$\operatorname{tr} M = 1+\beta-\eta\lambda, \qquad \det M = \beta\,(1-\eta\lambda) + \beta\,\eta\lambda = \beta,$$
#
# so the eigenvalues are the two roots of
#
# $$z^2 - (1+\beta-\eta\lambda)\,z + \beta = 0 .$$
#
# Two cases:
#
# - **Complex roots**, exactly when $(1-\sqrt\beta)^2 < \eta\lambda < (1+\sqrt\beta)^2$. They are
#   conjugate, so they have one modulus, and their product is $\beta$. The state turns while it
#   shrinks: $w$ oscillates. The rate does not depend on $\eta$ at all.
# - **Real roots** otherwise, unequal except at the two ends of the interval. Their product is still
#   $\beta$, and the one of larger absolute value decides. Below the interval neither is negative
#   and $w$ creeps; above it both are negative (at $\beta = 0$ one of them is 0) and $w$ jumps from
#   side to side.
#
# It converges as long as both roots are inside the unit circle. For $0 \le \beta < 1$ that means
# $0 < \eta\lambda < 2(1+\beta)$: with momentum almost twice the learning rate of gradient descent
# is stable.
#
# | $\eta\lambda$ | $\beta$ | roots | rate | gradient descent, $\lvert 1-\eta\lambda\rvert$ |
# |---|---|---|---|---|
# | 0.1 | 0.9 | complex, 18.4 degrees a step | 0.949 | 0.9 |
# | 0.16 | 0.25 | real, positive | 0.762 | 0.84 |
# | 2.4 | 0.25 | real, negative | 0.859 | 1.4, diverges |
#
# The first row is the example of section 2.5: a full swing takes 19.5 steps, and per step momentum is
# *slower* there than gradient descent. The last one converges where gradient descent explodes.
#
# ### Your turn: the convergence rate
#
# Decide which case you are in, then return the larger modulus as a float; the table gives you
# three values to compare with. (`np.linalg.eigvals` is allowed, too, but the two cases are worth
# understanding, and where the two roots meet it loses half of its digits.)

# %% [markdown] key="iteration_matrix" lang="vi"
# ## 2.6 Ma trận lặp
#
# Gần cực tiểu, hàm mất mát xấp xỉ một hàm bậc hai, và theo các vector riêng của Hessian thì mỗi
# hướng diễn biến độc lập, với gradient $\lambda w$. Trạng thái lúc này là cặp $(w, v)$. Vận tốc
# trở thành $\beta v - \eta\lambda w$, còn $w$ di chuyển bằng vận tốc *mới*, nên
#
# $$\begin{pmatrix} w \\ v \end{pmatrix} := M \begin{pmatrix} w \\ v \end{pmatrix}, \qquad M = \begin{pmatrix} 1-\eta\lambda & \beta \\ -\eta\lambda & \beta \end{pmatrix}.$$
#
# Sau $t$ bước, trạng thái là $M^t$ nhân với trạng thái đầu, nên về lâu dài điều quyết định là trị
# riêng có mô-đun lớn nhất của $M$: **bán kính phổ** của $M$ chính là hệ số hội tụ. Vết và định
# thức là
#
# $$\operatorname{tr} M = 1+\beta-\eta\lambda, \qquad \det M = \beta\,(1-\eta\lambda) + \beta\,\eta\lambda = \beta,$$
#
# do đó các trị riêng là hai nghiệm của phương trình
#
# $$z^2 - (1+\beta-\eta\lambda)\,z + \beta = 0 .$$
#
# Có hai trường hợp:
#
# - **Nghiệm phức**, khi và chỉ khi $(1-\sqrt\beta)^2 < \eta\lambda < (1+\sqrt\beta)^2$. Hai nghiệm liên
#   hợp nên có cùng mô-đun, và tích của chúng bằng $\beta$. Trạng thái vừa quay vừa thu nhỏ: $w$
#   dao động. Hệ số hội tụ hoàn toàn không phụ thuộc vào $\eta$.
# - **Nghiệm thực** trong các trường hợp còn lại, khác nhau trừ ở hai đầu khoảng. Tích vẫn bằng
#   $\beta$, và nghiệm có trị tuyệt đối lớn hơn quyết định. Dưới khoảng trên, không nghiệm nào âm và
#   $w$ bò chậm; trên khoảng đó, cả hai đều âm (khi $\beta = 0$ thì một nghiệm bằng 0) và $w$ nhảy
#   qua nhảy lại.
#
# Thuật toán hội tụ chừng nào cả hai nghiệm còn nằm trong đường tròn đơn vị. Với
# $0 \le \beta < 1$, điều đó có nghĩa là $0 < \eta\lambda < 2(1+\beta)$: có momentum, tốc độ học
# được phép lớn gần gấp đôi so với gradient descent.
#
# | $\eta\lambda$ | $\beta$ | nghiệm | hệ số hội tụ | gradient descent, $\lvert 1-\eta\lambda\rvert$ |
# |---|---|---|---|---|
# | 0.1 | 0.9 | phức, quay 18.4 độ mỗi bước | 0.949 | 0.9 |
# | 0.16 | 0.25 | thực, dương | 0.762 | 0.84 |
# | 2.4 | 0.25 | thực, âm | 0.859 | 1.4, phân kỳ |
#
# Dòng đầu là ví dụ ở mục 2.5: trọn một dao động mất 19.5 bước, và tính theo từng bước thì ở đó
# momentum còn *chậm hơn* gradient descent. Dòng cuối vẫn hội tụ ở nơi gradient descent bùng nổ.
#
# ### Đến lượt bạn: hệ số hội tụ
#
# Hãy xác định mình đang ở trường hợp nào, rồi trả về mô-đun lớn hơn dưới dạng float; bảng trên
# cho bạn ba giá trị để đối chiếu. (Cũng được phép dùng `np.linalg.eigvals`, nhưng hai trường hợp
# trên đáng để hiểu rõ, và tại chỗ hai nghiệm trùng nhau thì hàm đó mất một nửa số chữ số có
# nghĩa.)

# %% facts="iteration_matrix"
given("0.1", "0.16", "2.4", "0.25")
for product, beta, rate, plain in (
    (0.1, 0.9, "0.949", "0.9"),
    (0.16, 0.25, "0.762", "0.84"),
    (2.4, 0.25, "0.859", "1.4"),
):
    fact(convergence_rate(product, beta, 1.0), rate)
    fact(abs(1 - product), plain)
turn = np.angle(np.linalg.eigvals([[1 - 0.1, 0.9], [-0.1, 0.9]]), deg=True).max()
fact(turn, "18.4")
fact(360 / turn, "19.5")


# %% exercise="convergence_rate"
def convergence_rate(learning_rate, beta, eigenvalue):
    """The factor by which momentum's error on J(w) = eigenvalue w^2 / 2 shrinks per step in the end.

    It is the spectral radius of the 2 x 2 matrix that takes (w, v) to the next (w, v):
    the larger |z| of its two eigenvalues, which may be complex.

    learning_rate, beta: floats, eta > 0 and 0 <= beta < 1
    eigenvalue:          float, lambda >= 0
    returns a float; above 1 when momentum diverges
    """
    ### BEGIN SOLUTION
    trace = 1 + beta - learning_rate * eigenvalue
    discriminant = trace**2 - 4 * beta
    if discriminant < 0:
        return float(np.sqrt(beta))
    return float((abs(trace) + np.sqrt(discriminant)) / 2)
    ### END SOLUTION


# %% check="convergence_rate"
check("convergence_rate")

# %% [markdown] key="rate_map" lang="en"
# The next explorer paints the rate over the whole plane of $\eta$ and $\beta$ for the ravine with
# $\kappa = 100$: at each point the *worse* of its two directions, $\lambda = 1$ and
# $\lambda = 100$. It uses your `convergence_rate` for the point you stand on.
#
# **Question.** *Where do the roots turn complex?* Keep $\eta$ at 0.01. For $\lambda = 100$ the
# roots are complex for every $\beta > 0$ (why?); for $\lambda = 1$ only from
# $\beta = (1-\sqrt{0.01})^2 = 0.81$ on. Watch the rate as you pass that value: 0.927 at 0.8,
# 0.900 at 0.81, then up again, along $\sqrt\beta$.
#
# **Challenge.** Reach a worst rate of 0.83 or less; without momentum the best is 0.980. There is
# a cliff beside the good points: at $\beta = 0.67$ and $\eta = 0.033$ the rate is 0.819, at
# $\eta = 0.034$ it is 1.14. In which direction would you rather err?

# %% [markdown] key="rate_map" lang="vi"
# Công cụ tiếp theo tô màu hệ số hội tụ trên cả mặt phẳng $\eta$ và $\beta$ cho rãnh hẹp có
# $\kappa = 100$: tại mỗi điểm lấy hướng *xấu hơn* trong hai hướng $\lambda = 1$ và
# $\lambda = 100$. Tại điểm bạn đang đứng, công cụ dùng `convergence_rate` của bạn.
#
# **Câu hỏi.** *Nghiệm chuyển sang phức ở đâu?* Giữ $\eta$ ở 0.01. Với $\lambda = 100$, nghiệm là
# phức với mọi $\beta > 0$ (vì sao?); với $\lambda = 1$ thì chỉ từ
# $\beta = (1-\sqrt{0.01})^2 = 0.81$ trở đi. Hãy để ý hệ số hội tụ khi đi qua giá trị này: 0.927
# tại 0.8, 0.900 tại 0.81, rồi lại tăng lên theo $\sqrt\beta$.
#
# **Thử thách.** Đạt hệ số hội tụ xấu nhất không quá 0.83; không có momentum thì tốt nhất cũng chỉ
# là 0.980. Sát bên những điểm tốt là một vách đứng: với $\beta = 0.67$ và $\eta = 0.033$ thì hệ
# số hội tụ là 0.819, nhưng với $\eta = 0.034$ thì đã là 1.14. Nếu phải lệch đi một chút, bạn chọn
# lệch về phía nào?


# %% facts="rate_map"
def worst_rate(learning_rate, beta):
    return max(convergence_rate(learning_rate, beta, eigenvalue) for eigenvalue in (1.0, 100.0))


given("100", "0.01", "0.8", "0.83", "0.67", "0.033", "0.034")
fact((1 - math.sqrt(0.01)) ** 2, "0.81")
fact(worst_rate(0.01, 0.8), "0.927")
fact(worst_rate(0.01, 0.81), "0.900")
fact(min(worst_rate(rate, 0) for rate in np.linspace(0.001, 0.02, 300)), "0.980")
fact(worst_rate(0.033, 0.67), "0.819")
fact(worst_rate(0.034, 0.67), "1.14")

# %% key="rate_map_explorer" explore=true
from hocsau.explore import momentum as explore

explore.rate_map(convergence_rate)

# %% [markdown] key="polyak" lang="en"
# ## 2.7 Polyak's optimum
#
# On the map the best point sits in a corner: a little less $\beta$ and the flat direction creeps,
# a little more $\eta$ and the steep one explodes. Polyak (1964) found it. A quadratic whose
# eigenvalues fill the interval from $\lambda_{\min}$ to $\lambda_{\max}$ converges fastest when
# **both ends stand exactly where the roots turn complex**:
#
# $$\sqrt{\eta\,\lambda_{\min}} = 1-\sqrt\beta, \qquad \sqrt{\eta\,\lambda_{\max}} = 1+\sqrt\beta .$$
#
# Why there? Every eigenvalue in between then has complex roots, and all directions share the one
# rate $\sqrt\beta$. With less $\beta$ one of the ends falls out of the interval and a larger real
# root takes over; with more, $\sqrt\beta$ itself is larger.
#
# Solve these two equations for $\eta$ and $\beta$: add them, and divide one by the other. What
# comes out replaces $\kappa$ by its square root,
#
# $$\rho = \frac{\sqrt\kappa-1}{\sqrt\kappa+1},$$
#
# and that is the whole gain of momentum:
#
# | $\kappa$ | steps for a tenth, gradient descent | with Polyak's pair |
# |---|---|---|
# | 100 | 115 | 11.5 |
# | 400 | 461 | 23.0 |
# | 10000 | 11513 | 115 |
#
# Three warnings, because this formula is often quoted without them:
#
# - It needs both ends of the spectrum. For a real network nobody knows them, so $\beta$ is set to
#   0.9 and $\eta$ is searched for.
# - It speaks of the **long run**. At the corner the two roots coincide, and before the error
#   shrinks it grows: from $(-4, 2)$ in our ravine the loss climbs from 208 to 2753 at step 4, is
#   below 208 for good only from step 18 on, and ends at 2.5e-11 after 100 steps.
# - It holds for quadratics. On other smooth, strongly convex losses the same pair can run in a
#   cycle for ever; no choice of $\eta$ and $\beta$ keeps this speed on all of them
#   ([Goujaud, Taylor and Dieuleveut 2023](https://arxiv.org/abs/2307.11291)).
#
# ### Your turn: the best pair
#
# Return the learning rate and $\beta$ that solve the two equations. Check yourself with
# $\lambda_{\min} = 1$, $\lambda_{\max} = 100$: the learning rate is 0.0331 and $\beta$ is 0.669,
# the corner that you found on the map. If both eigenvalues are equal, no momentum should remain.

# %% [markdown] key="polyak" lang="vi"
# ## 2.7 Cặp tham số tối ưu của Polyak
#
# Trên bản đồ, điểm tốt nhất nằm ở một góc: bớt $\beta$ một chút thì hướng thoải bò chậm, thêm
# $\eta$ một chút thì hướng dốc bùng nổ. Polyak (1964) đã tìm ra điểm đó. Một hàm bậc hai có các
# trị riêng trải từ $\lambda_{\min}$ đến $\lambda_{\max}$ hội tụ nhanh nhất khi **cả hai đầu nằm
# đúng chỗ nghiệm chuyển sang phức**:
#
# $$\sqrt{\eta\,\lambda_{\min}} = 1-\sqrt\beta, \qquad \sqrt{\eta\,\lambda_{\max}} = 1+\sqrt\beta .$$
#
# Vì sao lại ở đó? Khi ấy mọi trị riêng nằm giữa đều có nghiệm phức, và mọi hướng có chung một hệ
# số hội tụ $\sqrt\beta$. Giảm $\beta$ thì một trong hai đầu rơi ra ngoài khoảng và một nghiệm
# thực lớn hơn sẽ chi phối; còn tăng lên thì chính $\sqrt\beta$ lớn thêm.
#
# Hãy giải hai phương trình này để tìm $\eta$ và $\beta$: cộng chúng lại, rồi chia phương trình
# này cho phương trình kia. Kết quả là $\kappa$ được thay bằng căn bậc hai của nó,
#
# $$\rho = \frac{\sqrt\kappa-1}{\sqrt\kappa+1},$$
#
# và toàn bộ cái lợi của momentum nằm ở đó:
#
# | $\kappa$ | số bước để còn một phần mười, gradient descent | với cặp của Polyak |
# |---|---|---|
# | 100 | 115 | 11.5 |
# | 400 | 461 | 23.0 |
# | 10000 | 11513 | 115 |
#
# Có ba điều cần lưu ý, vì công thức này hay được trích dẫn mà thiếu chúng:
#
# - Nó cần biết cả hai đầu của phổ. Với một mạng thật thì không ai biết, nên người ta đặt $\beta$
#   là 0.9 rồi dò tìm $\eta$.
# - Nó nói về **lâu dài**. Ở góc đó hai nghiệm trùng nhau, và sai số tăng lên trước khi giảm: xuất
#   phát từ $(-4, 2)$ trong rãnh của ta, hàm mất mát leo từ 208 lên 2753 ở bước 4, từ bước 18 mới
#   xuống hẳn dưới 208, và còn 2.5e-11 sau 100 bước.
# - Nó đúng cho hàm bậc hai. Trên những hàm mất mát trơn và lồi mạnh khác, cùng cặp tham số đó có
#   thể chạy vòng quanh mãi mãi; không có cách chọn $\eta$ và $\beta$ nào giữ được tốc độ này trên
#   mọi hàm như vậy ([Goujaud, Taylor và Dieuleveut 2023](https://arxiv.org/abs/2307.11291)).
#
# ### Đến lượt bạn: cặp tham số tốt nhất
#
# Hãy trả về tốc độ học và $\beta$ thỏa mãn hai phương trình trên. Tự kiểm tra với
# $\lambda_{\min} = 1$, $\lambda_{\max} = 100$: tốc độ học là 0.0331 và $\beta$ là 0.669, đúng cái
# góc bạn đã tìm thấy trên bản đồ. Nếu hai trị riêng bằng nhau thì không còn cần đến động lượng.

# %% facts="polyak"
for kappa, plain, fastest in (
    (100, "115", "11.5"),
    (400, "461", "23.0"),
    (10000, "11513", "115"),
):
    root = math.sqrt(kappa)
    fact(kappa, str(kappa))
    fact(steps_for_a_tenth((kappa - 1) / (kappa + 1)), plain)
    fact(steps_for_a_tenth((root - 1) / (root + 1)), fastest)
given("0.9")
rate, beta = optimal_momentum(1.0, 100.0)
fact(rate, "0.0331")
fact(beta, "0.669")
losses = ravine_descent(rate, beta)
fact(losses[0], "208")
fact(losses.max(), "2753")
fact(losses.argmax(), "4")
fact(np.flatnonzero(losses >= 208)[-1] + 1, "18")
fact(losses[-1], "2.5e-11")


# %% exercise="optimal_momentum"
def optimal_momentum(smallest_eigenvalue, largest_eigenvalue):
    """The learning rate and beta that make momentum's worst rate on a quadratic as small as possible.

    sqrt(eta mu) = 1 - sqrt(beta) and sqrt(eta L) = 1 + sqrt(beta), solved for eta and beta

    smallest_eigenvalue, largest_eigenvalue: floats, 0 < mu <= L, the ends of the Hessian's spectrum
    returns (learning_rate, beta), two floats
    Polyak 1964
    """
    ### BEGIN SOLUTION
    large, small = np.sqrt(largest_eigenvalue), np.sqrt(smallest_eigenvalue)
    learning_rate = (2 / (large + small)) ** 2
    beta = ((large - small) / (large + small)) ** 2
    return float(learning_rate), float(beta)
    ### END SOLUTION


# %% check="optimal_momentum"
check("optimal_momentum")

# %% [markdown] key="nesterov" lang="en"
# ## 2.8 Nesterov: look before you step
#
# Momentum notices that it has overshot only after it has. But most of the coming step is known
# beforehand: whatever the gradient will say, $\beta v$ will be part of it. Nesterov (1983) takes
# the gradient *there*; in the form of Sutskever et al. (2013),
#
# $$v := \beta\,v - \eta\,\nabla J(w + \beta\,v), \qquad w := w + v.$$
#
# The point $w + \beta v$ serves only to take the gradient; the step itself starts from $w$.
#
# **By hand.** $J(w) = w^2/2$, so the gradient at $w$ is $w$. The ball stands at $w = 0.5$ and
# rolls towards the minimum with $v = -1$; $\eta = 0.1$, $\beta = 0.9$.
#
# - Classical momentum sees the slope 0.5 and still pushes forward: $v = -0.9 - 0.05 = -0.95$,
#   $w = -0.45$.
# - Nesterov looks at $0.5 - 0.9 = -0.4$, beyond the minimum, and brakes:
#   $v = -0.9 + 0.04 = -0.86$, $w = -0.36$.
#
# In the example of section 2.5 the overshoot shrinks from $-0.60$ to $-0.35$, and the rate falls from
# 0.949 to 0.9. For smooth convex losses Nesterov proved more: with a suitable schedule for
# $\beta$ the excess loss falls like $1/t^2$, where gradient descent has $1/t$. With noisy
# mini-batch gradients that guarantee is gone, and the two kinds of momentum are often close.
#
# ### Your turn: Nesterov's step
#
# Here `gradient` is a function, not an array, because you decide where it is taken. On a real
# network each call is a whole pass over the data, so call it **once**.

# %% [markdown] key="nesterov" lang="vi"
# ## 2.8 Nesterov: nhìn trước rồi mới bước
#
# Momentum chỉ nhận ra mình đi quá đà khi chuyện đã rồi. Nhưng phần lớn bước sắp tới đã biết
# trước: dù gradient nói gì thì $\beta v$ cũng sẽ nằm trong đó. Nesterov (1983) lấy gradient ngay
# *tại chỗ đó*; viết theo Sutskever và cộng sự (2013),
#
# $$v := \beta\,v - \eta\,\nabla J(w + \beta\,v), \qquad w := w + v.$$
#
# Điểm $w + \beta v$ chỉ dùng để lấy gradient; bản thân bước đi vẫn xuất phát từ $w$.
#
# **Tính tay.** $J(w) = w^2/2$, nên gradient tại $w$ bằng $w$. Hòn bi đang ở $w = 0.5$ và lăn về
# phía cực tiểu với $v = -1$; $\eta = 0.1$, $\beta = 0.9$.
#
# - Momentum cổ điển thấy độ dốc 0.5 và vẫn đẩy tới: $v = -0.9 - 0.05 = -0.95$, $w = -0.45$.
# - Nesterov nhìn vào $0.5 - 0.9 = -0.4$, bên kia cực tiểu, nên hãm lại:
#   $v = -0.9 + 0.04 = -0.86$, $w = -0.36$.
#
# Trong ví dụ ở mục 2.5, cú vọt quá đà giảm từ $-0.60$ còn $-0.35$, và hệ số hội tụ giảm từ 0.949
# xuống 0.9. Với hàm mất mát lồi và trơn, Nesterov còn chứng minh được nhiều hơn: nếu thay đổi
# $\beta$ theo một lịch thích hợp, phần mất mát vượt trên cực tiểu giảm như $1/t^2$, trong khi
# gradient descent chỉ đạt $1/t$. Khi gradient bị nhiễu do mini-batch thì không còn bảo đảm đó
# nữa, và hai loại momentum thường cho kết quả gần như nhau.
#
# ### Đến lượt bạn: một bước Nesterov
#
# Ở đây `gradient` là một hàm chứ không phải một mảng, vì chính bạn quyết định lấy gradient ở đâu.
# Với một mạng thật, mỗi lần gọi là cả một lượt tính trên dữ liệu, nên chỉ gọi **một lần**.

# %% facts="nesterov"
given("0.5", "0.1", "0.9")
start = np.array([0.5]), np.array([-1.0])
fact(0.9 * -1, "-0.9")
fact(0.1 * 0.5, "0.05")
fact(0.5 - 0.9, "-0.4")
fact(0.1 * 0.4, "0.04")
w, v = momentum_step(*start, start[0], 0.1, 0.9)
fact(v[0], "-0.95")
fact(w[0], "-0.45")
w, v = nesterov_step(*start, lambda w: w, 0.1, 0.9)
fact(v[0], "-0.86")
fact(w[0], "-0.36")

fact(momentum_descent(lambda w: w, np.ones(1), 0.1, 0.9, 60).min(), "-0.60")
fact(convergence_rate(0.1, 0.9, 1.0), "0.949")
w, v, ahead = np.ones(1), np.zeros(1), []
for _ in range(60):
    w, v = nesterov_step(w, v, lambda w: w, 0.1, 0.9)
    ahead.append(w[0])
fact(min(ahead), "-0.35")
steps = [nesterov_step(*state, lambda w: w, 0.1, 0.9) for state in np.eye(2)]
fact(np.abs(np.linalg.eigvals(np.array(steps).T)).max(), "0.9")


# %% exercise="nesterov_step"
def nesterov_step(w, v, gradient, learning_rate, beta):
    """One step of Nesterov's momentum: v := beta v - eta grad J(w + beta v), then w := w + v.

    w, v:                (d,) float64; they are not changed
    gradient:            function, (d,) -> (d,), the gradient of J at a point; call it once
    learning_rate, beta: floats, eta and beta
    returns the new (w, v), each (d,) float64
    Nesterov 1983, in the form of Sutskever et al. 2013
    """
    ### BEGIN SOLUTION
    v = beta * v - learning_rate * gradient(w + beta * v)
    return w + v, v
    ### END SOLUTION


# %% check="nesterov_step"
check("nesterov_step")

# %% [markdown] key="pytorch" lang="en"
# ## 2.9 Convention card: PyTorch's momentum
#
# Libraries agree on the name and not on the formula.
#
# | | ours (Polyak's form, also Keras) | `torch.optim.SGD(momentum=beta)` |
# |---|---|---|
# | memory | velocity, $v := \beta v - \eta\,\nabla J$ | buffer, $b := \beta b + \nabla J$ |
# | step | $w := w + v$ | $w := w - \eta\,b$ |
# | the memory holds | steps, each made with the rate of its day | bare gradients |
# | unit | that of $w$ | that of $\nabla J$ |
# | learning rate drops | old steps live on and fade by $\beta$ | the whole step shrinks at once |
# | Nesterov | gradient at $w + \beta v$ | gradient at $w$, step $-\eta\,(\nabla J + \beta b)$ |
# | extra | | `dampening`: multiplies the new gradient by $1-$`dampening`, default 0 |
#
# **Conversion.** At a constant learning rate, and from rest, $v = -\eta\,b$ after every step: put
# it into our rule and PyTorch's comes out. The trajectories are then the same, and no experiment
# can tell the two apart.
#
# **When the rate changes they part.** On a constant slope, long at its final speed, drop the
# learning rate tenfold. As a share of the step before the drop, the next steps are
#
# | steps after the drop | 1 | 2 | 3 |
# |---|---|---|---|
# | ours | 0.91 | 0.829 | 0.756 |
# | PyTorch | 0.10 | 0.10 | 0.10 |
#
# With ours the brake takes a few dozen steps to work. Neither is wrong, but a schedule copied
# from a paper that used the other form is not the same schedule. To carry a state across a
# change, multiply our $v$ by new rate / old rate.
#
# PyTorch's Nesterov stores the point *ahead* in place of $w$, which is why its gradient can be
# taken "at $w$". Its very first step from rest is $1.9\,\eta g$ at $\beta = 0.9$, ours $\eta g$.
#
# ### Your turn: PyTorch's step
#
# Write the default form (no Nesterov, no dampening). One of the public cases drops the learning
# rate.

# %% [markdown] key="pytorch" lang="vi"
# ## 2.9 Thẻ quy ước: momentum của PyTorch
#
# Các thư viện giống nhau ở tên gọi, nhưng công thức thì không.
#
# | | của ta (dạng Polyak, Keras cũng vậy) | `torch.optim.SGD(momentum=beta)` |
# |---|---|---|
# | bộ nhớ | vận tốc, $v := \beta v - \eta\,\nabla J$ | buffer, $b := \beta b + \nabla J$ |
# | bước đi | $w := w + v$ | $w := w - \eta\,b$ |
# | bộ nhớ chứa | các bước đi, mỗi bước theo tốc độ học lúc đó | gradient nguyên vẹn |
# | đơn vị | của $w$ | của $\nabla J$ |
# | khi tốc độ học giảm | các bước cũ còn lưu lại, nhạt dần theo $\beta$ | cả bước đi co lại ngay lập tức |
# | Nesterov | gradient tại $w + \beta v$ | gradient tại $w$, bước đi $-\eta\,(\nabla J + \beta b)$ |
# | thêm | | `dampening`: nhân gradient mới với $1-$`dampening`, mặc định 0 |
#
# **Quy đổi.** Khi tốc độ học không đổi và xuất phát từ đứng yên, sau mỗi bước ta đều có
# $v = -\eta\,b$: thế vào quy tắc của ta sẽ ra đúng quy tắc của PyTorch. Khi đó hai quỹ đạo trùng
# nhau, không thí nghiệm nào phân biệt được.
#
# **Khi tốc độ học thay đổi, hai dạng tách nhau.** Trên một sườn dốc đều, khi đã đạt vận tốc cuối,
# hãy giảm tốc độ học mười lần. So với bước ngay trước lúc giảm, các bước tiếp theo bằng
#
# | số bước sau khi giảm | 1 | 2 | 3 |
# |---|---|---|---|
# | của ta | 0.91 | 0.829 | 0.756 |
# | PyTorch | 0.10 | 0.10 | 0.10 |
#
# Với dạng của ta, phải vài chục bước sau phanh mới ăn. Không dạng nào sai, nhưng nếu chép lịch
# giảm tốc độ học từ một bài báo dùng dạng kia thì đó không còn là cùng một lịch. Muốn mang trạng
# thái qua lúc thay đổi, hãy nhân $v$ của ta với tốc độ mới / tốc độ cũ.
#
# Nesterov của PyTorch lưu điểm *phía trước* thay cho $w$, vì thế gradient của nó mới có thể lấy
# "tại $w$". Bước đầu tiên từ đứng yên của nó là $1.9\,\eta g$ khi $\beta = 0.9$, còn của ta là
# $\eta g$.
#
# ### Đến lượt bạn: một bước theo PyTorch
#
# Hãy viết dạng mặc định (không Nesterov, không dampening). Một trong các trường hợp kiểm tra công
# khai có giảm tốc độ học.

# %% facts="pytorch"
given("0.9")
w = v = u = buffer = np.zeros(1)
for _ in range(300):
    w, v = momentum_step(w, v, np.ones(1), 0.1, 0.9)
    u, buffer = pytorch_momentum_step(u, buffer, np.ones(1), 0.1, 0.9)
last = v[0]
for printed in ("0.91", "0.829", "0.756"):
    w, v = momentum_step(w, v, np.ones(1), 0.01, 0.9)
    fact(v[0] / last, printed)
    moved, buffer = pytorch_momentum_step(u, buffer, np.ones(1), 0.01, 0.9)
    fact((moved - u)[0] / last, "0.10")
    u = moved
fact(1 + 0.9, "1.9")  # PyTorch's own first Nesterov step is in test_lesson.py


# %% exercise="pytorch_momentum_step"
def pytorch_momentum_step(w, buffer, grad, learning_rate, beta):
    """One step of momentum as torch.optim.SGD makes it: buffer := beta buffer + grad, then w := w - eta buffer.

    w, buffer, grad:     (d,) float64; they are not changed
    learning_rate, beta: floats, eta and beta (`lr` and `momentum` in PyTorch)
    returns the new (w, buffer), each (d,) float64
    """
    ### BEGIN SOLUTION
    buffer = beta * buffer + grad
    return w - learning_rate * buffer, buffer
    ### END SOLUTION


# %% check="pytorch_momentum_step"
check("pytorch_momentum_step")

# %% [markdown] key="bug_hunt" lang="en"
# ## 2.10 Bug hunt
#
# The program below trains with momentum, epoch after epoch. It runs without a warning, and the
# loss falls. Yet something in it is wrong, and the same thing has been wrong in published
# research code; the sources come after the exercise, so as not to give it away.
#
# Read it, then look at the symptom: the gradient here is that of the whole loss, so 60 steps are
# 60 steps, and it should not matter at all into how many epochs they are cut.

# %% [markdown] key="bug_hunt" lang="vi"
# ## 2.10 Săn lỗi
#
# Chương trình dưới đây huấn luyện bằng momentum, hết epoch này sang epoch khác. Nó chạy không một
# cảnh báo, và hàm mất mát vẫn giảm. Vậy mà trong đó có một chỗ sai, và chính lỗi này từng xuất
# hiện trong mã nghiên cứu đã công bố; nguồn được ghi sau bài tập để khỏi lộ đáp án.
#
# Hãy đọc chương trình rồi xem triệu chứng: gradient ở đây là gradient của toàn bộ hàm mất mát,
# nên 60 bước thì vẫn là 60 bước, chia thành bao nhiêu epoch lẽ ra không ảnh hưởng gì.


# %% key="buggy_training"
def buggy_training(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    """Train with momentum; returns (epochs + 1, d): w at the start and after each epoch."""

    def make_optimizer(w):
        v = np.zeros_like(w)

        def step(w, grad):
            nonlocal v
            v = beta * v - learning_rate * grad
            return w + v

        return step

    w = np.array(w0)
    history = [w]
    for _ in range(epochs):
        step = make_optimizer(w)
        for _ in range(steps_per_epoch):
            w = step(w, gradient(w))
        history.append(w)
    return np.array(history)


# %% key="buggy_symptom"
curvatures = np.array([1.0, 100.0])

for epochs, steps_per_epoch in ((1, 60), (3, 20), (6, 10), (12, 5), (20, 3), (60, 1)):
    last = buggy_training(
        lambda w: curvatures * w, np.array([-4.0, 2.0]), 0.01, 0.8, epochs, steps_per_epoch
    )[-1]
    print(f"{epochs:2d} x {steps_per_epoch:2d}: J = {0.5 * curvatures @ last**2:.4f}")

# %% [markdown] key="bug_hunt_task" lang="en"
# The same 60 steps end at 0.0036 in one epoch and at 2.3950 in 60, and the last is exactly what
# gradient descent gives without momentum. So the shorter the epochs, the less momentum there is.
#
# ### Your turn: mend it
#
# Write the training without the bug. It must give the same points for every way of cutting the
# steps into epochs.

# %% [markdown] key="bug_hunt_task" lang="vi"
# Cũng 60 bước đó, hàm mất mát dừng ở 0.0036 nếu gộp trong một epoch và ở 2.3950 nếu chia thành
# 60, mà con số sau đúng bằng kết quả của gradient descent không có momentum. Vậy epoch càng ngắn
# thì động lượng càng ít.
#
# ### Đến lượt bạn: sửa lỗi
#
# Hãy viết lại chương trình huấn luyện không còn lỗi. Dù chia các bước thành epoch kiểu nào, nó
# cũng phải đi qua cùng những điểm.

# %% facts="bug_hunt_task"
buggy_training = source_cell("buggy_training")["buggy_training"]
for epochs, printed in ((1, "0.0036"), (60, "2.3950")):
    weights = buggy_training(
        lambda w: np.array([1.0, 100.0]) * w, np.array([-4.0, 2.0]), 0.01, 0.8, epochs, 60 // epochs
    )
    fact(ravine_loss(weights[-1]), printed)
fact(ravine_descent(0.01, 0)[60], "2.3950")


# %% exercise="momentum_bug_hunt"
def momentum_bug_hunt(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    """Train with momentum for `epochs` epochs of `steps_per_epoch` steps each, without the bug.

    gradient:                function, (d,) -> (d,), the gradient of J at a point
    w0:                      (d,) float64, the starting point; it is not changed
    learning_rate, beta:     floats, eta and beta
    epochs, steps_per_epoch: ints, at least 1
    returns (epochs + 1, d) float64: row 0 is w0, row k is w after k epochs
    """
    ### BEGIN SOLUTION
    w, v = np.array(w0), np.zeros_like(w0)
    history = [w]
    for _ in range(epochs):
        for _ in range(steps_per_epoch):
            v = beta * v - learning_rate * gradient(w)
            w = w + v
        history.append(w)
    return np.array(history)
    ### END SOLUTION


# %% check="momentum_bug_hunt"
check("momentum_bug_hunt")

# %% [markdown] key="bug_hunt_sources" lang="en"
# <details><summary>Where this bug was found (read it after the exercise)</summary>
#
# An optimizer made anew in each epoch starts with an empty velocity each time. The program above
# is ours, but the mistake has been reported in public research code:
# [deepsensor issue 47](https://github.com/alan-turing-institute/deepsensor/issues/47) (an Adam
# optimizer built again in every `train_epoch`; its author mended it and, on one seed, measured a
# better training loss),
# [cymetric pull request 4](https://github.com/pythoncymetric/cymetric/pull/4) (`model.compile` in
# every epoch, which resets Keras's optimizer), and
# [Lipreading-PyTorch issue 7](https://github.com/euancrabtree/Lipreading-PyTorch/issues/7) (an
# `SGD` built inside the method that runs one epoch). In the last thread somebody concludes that
# plain SGD has no state to lose. True without momentum; you now know what is lost with it.
#
# The same happens more quietly when training resumes from a checkpoint that holds the weights and
# not the optimizer's state.
#
# </details>

# %% [markdown] key="bug_hunt_sources" lang="vi"
# <details><summary>Lỗi này đã gặp ở đâu (hãy đọc sau khi làm bài)</summary>
#
# Bộ tối ưu được tạo mới trong mỗi epoch thì lần nào cũng bắt đầu với vận tốc rỗng. Chương trình
# trên do chúng tôi viết, nhưng lỗi này đã được báo cáo trong mã nghiên cứu công khai:
# [deepsensor issue 47](https://github.com/alan-turing-institute/deepsensor/issues/47) (bộ tối ưu
# Adam được dựng lại trong mỗi lần gọi `train_epoch`; tác giả đã sửa và, với một seed, đo được mất
# mát huấn luyện tốt hơn),
# [cymetric pull request 4](https://github.com/pythoncymetric/cymetric/pull/4) (gọi
# `model.compile` ở mỗi epoch, làm bộ tối ưu của Keras bị đặt lại), và
# [Lipreading-PyTorch issue 7](https://github.com/euancrabtree/Lipreading-PyTorch/issues/7) (`SGD`
# được tạo ngay trong phương thức chạy một epoch). Trong trao đổi cuối cùng, có người kết luận
# rằng SGD thuần túy không có trạng thái nào để mất. Điều đó đúng khi không có momentum; còn khi
# có, bây giờ bạn đã biết cái gì bị mất.
#
# Chuyện tương tự xảy ra lặng lẽ hơn khi huấn luyện tiếp từ một checkpoint chỉ lưu trọng số mà
# không lưu trạng thái của bộ tối ưu.
#
# </details>

# %% [markdown] key="for_real" lang="en"
# ## 2.11 For real: a badly scaled regression
#
# Lesson 1 predicted the fuel consumption of 392 cars by linear regression. Standardising the
# features first (mean 0, standard deviation 1) is the cheapest cure for a ravine: the condition
# number is then 137. Now take a milder and very common preparation: every feature is squeezed
# into the interval from 0 to 1 and *not* centred, and the bias is a column of ones. Nothing looks
# wrong with such a table, and yet its Hessian has the condition number 862.

# %% [markdown] key="for_real" lang="vi"
# ## 2.11 Thực tế: một bài toán hồi quy có thang đo không tốt
#
# Bài 1 đã dự đoán mức tiêu thụ nhiên liệu của 392 chiếc xe bằng hồi quy tuyến tính. Chuẩn hóa các
# đặc trưng trước (trung bình 0, độ lệch chuẩn 1) là cách chữa rãnh hẹp rẻ nhất: khi đó số điều
# kiện chỉ là 137. Lần này ta dùng một cách chuẩn bị dữ liệu nhẹ hơn và rất phổ biến: mỗi đặc
# trưng được co về đoạn từ 0 đến 1 mà *không* trừ trung bình, còn bias là một cột toàn số một.
# Nhìn bảng dữ liệu như vậy không thấy gì bất thường, thế mà Hessian của nó có số điều kiện 862.

# %% facts="for_real"
fact(len(cars["y"]), "392")
fact(cars["largest"] / cars["smallest"], "862")
features = cars["cars"].features
standardised = (features - features.mean(axis=0)) / features.std(axis=0)
fact(np.linalg.cond(np.column_stack([standardised, np.ones(len(features))])) ** 2, "137")

# %% key="cars"
from hocsau import datasets

cars = datasets.auto_mpg()
lowest, highest = cars.features.min(axis=0), cars.features.max(axis=0)
X = np.column_stack([(cars.features - lowest) / (highest - lowest), np.ones(len(cars.target))])
y = cars.target  # X: (392, 8), y: (392,)

eigenvalues = np.linalg.eigvalsh(2 / len(y) * X.T @ X)
smallest, largest = eigenvalues[0], eigenvalues[-1]
print(f"lambda: {smallest:.5f} ... {largest:.3f}   kappa: {largest / smallest:.0f}")

# %% [markdown] key="for_real_race" lang="en"
# Four runs from zero parameters, each with your own functions, over the whole table (so an epoch
# is one step): gradient descent and momentum and Nesterov with $\eta = 1/\lambda_{\max}$ and
# $\beta = 0.9$, and momentum with Polyak's pair from your `optimal_momentum`. The target is a
# loss within 1 % of the least one. Before you run it, write down your guess: how many epochs for
# each?

# %% [markdown] key="for_real_race" lang="vi"
# Bốn lần chạy, đều xuất phát từ tham số bằng không, đều dùng chính các hàm của bạn, trên toàn bộ
# bảng (nên một epoch là một bước): gradient descent, momentum và Nesterov với
# $\eta = 1/\lambda_{\max}$ và $\beta = 0.9$, rồi momentum với cặp tham số Polyak lấy từ
# `optimal_momentum` của bạn. Mục tiêu là hàm mất mát chỉ còn hơn giá trị nhỏ nhất 1 %. Trước khi
# chạy, hãy ghi ra dự đoán của bạn: mỗi cách cần bao nhiêu epoch?

# %% facts="for_real_race"
given("0.9")

# %% key="cars_race" explore=true
from tqdm import tqdm

from hocsau import ready
from hocsau.explore import momentum as explore


def cars_loss(w):
    return float(np.mean((X @ w - y) ** 2))


def cars_gradient(w):
    return 2 / len(y) * X.T @ (X @ w - y)


def classical(w, v, learning_rate, beta):
    return momentum_step(w, v, cars_gradient(w), learning_rate, beta)


def looking_ahead(w, v, learning_rate, beta):
    return nesterov_step(w, v, cars_gradient, learning_rate, beta)


def train_cars(step, learning_rate, beta, epochs=1000):
    """The loss before training and after each epoch, (epochs + 1,)."""
    w, v = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    losses = [cars_loss(w)]
    for _ in tqdm(range(epochs), desc=f"eta = {learning_rate:.3f}, beta = {beta:.3f}"):
        w, v = step(w, v, learning_rate, beta)
        losses.append(cars_loss(w))
    return np.array(losses)


if ready(momentum_step, nesterov_step, optimal_momentum):
    least = cars_loss(np.linalg.lstsq(X, y, rcond=None)[0])
    curves = {
        "gradient descent": train_cars(classical, 1 / largest, 0.0),
        "momentum": train_cars(classical, 1 / largest, 0.9),
        "nesterov": train_cars(looking_ahead, 1 / largest, 0.9),
        "Polyak": train_cars(classical, *optimal_momentum(smallest, largest)),
    }
    explore.epochs_to_loss(curves, target=1.01 * least)

# %% [markdown] key="for_real_reading" lang="en"
# What we measured: the least loss is 10.847, so the target is 10.956.
#
# | run | $\eta$ | $\beta$ | epochs until it first reaches the target |
# |---|---|---|---|
# | gradient descent | 0.229 | 0 | 786 |
# | momentum | 0.229 | 0.9 | 86 |
# | Nesterov | 0.229 | 0.9 | 80 |
# | momentum, Polyak's pair | 0.858 | 0.873 | 145 |
#
# Momentum needs a ninth of the epochs, for one more vector in memory and two more lines of code.
# (It overshoots: it leaves the target again, and is back for good from epoch 94 on. The other three
# stay.)
# And the surprise is worth a thought: the pair that is *optimal* comes third. Its promise is
# about the long run, and its start is violent: the loss first climbs from 610 to 59492. Within
# 0.1 % of the least loss it has caught up with plain momentum (164 epochs each), and beyond that
# it wins.
#
# **Try it.** Set $\beta$ to 0.99 in the second run and say what changed, and why. Then let
# gradient descent use its best rate, $2/(\lambda_{\max}+\lambda_{\min})$: it needs 1821 epochs,
# *more* than before. Which direction of the ravine is to blame? And what happens to all the runs
# if you standardise the features?

# %% [markdown] key="for_real_reading" lang="vi"
# Kết quả chúng tôi đo được: hàm mất mát nhỏ nhất là 10.847, nên mục tiêu là 10.956.
#
# | lần chạy | $\eta$ | $\beta$ | số epoch cho tới lần đầu đạt mục tiêu |
# |---|---|---|---|
# | gradient descent | 0.229 | 0 | 786 |
# | momentum | 0.229 | 0.9 | 86 |
# | Nesterov | 0.229 | 0.9 | 80 |
# | momentum, cặp của Polyak | 0.858 | 0.873 | 145 |
#
# Momentum chỉ cần một phần chín số epoch, đổi lại thêm một vector trong bộ nhớ và hai dòng mã. (Nó
# vọt quá đà: ra khỏi mục tiêu một lần nữa, từ epoch 94 mới trở lại hẳn. Ba lần chạy kia thì ở lại
# luôn.)
# Điều bất ngờ rất đáng suy nghĩ: cặp tham số *tối ưu* lại chỉ đứng thứ ba. Lời hứa của nó là về
# lâu dài, còn lúc đầu thì rất dữ dội: hàm mất mát leo từ 610 lên tới 59492 rồi mới giảm. Đến khi
# chỉ còn hơn giá trị nhỏ nhất 0.1 %, nó đã bắt kịp momentum thông thường (mỗi bên 164 epoch), và
# từ đó trở đi thì nó thắng.
#
# **Hãy thử.** Đặt $\beta$ bằng 0.99 ở lần chạy thứ hai, cho biết điều gì thay đổi và vì sao. Sau
# đó cho gradient descent dùng tốc độ học tốt nhất của nó, $2/(\lambda_{\max}+\lambda_{\min})$: nó
# cần 1821 epoch, *nhiều hơn* trước. Hướng nào của rãnh gây ra chuyện này? Và nếu chuẩn hóa các
# đặc trưng thì cả bốn lần chạy thay đổi thế nào?

# %% facts="for_real_reading"
X, y, smallest, largest = (cars[name] for name in ("X", "y", "smallest", "largest"))
least = np.mean((X @ np.linalg.lstsq(X, y, rcond=None)[0] - y) ** 2)
fact(least, "10.847")
fact(1.01 * least, "10.956")
given("0", "0.9", "0.1", "0.99")


def mean_gradient(w):
    return 2 / len(y) * X.T @ (X @ w - y)


def cars_losses(step, rate, beta, epochs):
    w = v = np.zeros(8)
    points = [w]
    for _ in range(epochs):
        w, v = step(w, v, rate, beta)
        points.append(w)
    return ((np.array(points) @ X.T - y) ** 2).mean(axis=1)


def classical(w, v, rate, beta):
    return momentum_step(w, v, mean_gradient(w), rate, beta)


def looking_ahead(w, v, rate, beta):
    return nesterov_step(w, v, mean_gradient, rate, beta)


def first_within(losses, share):
    """The first epoch whose loss is at most `share` above the least, and the first from which all are."""
    inside = losses <= (1 + share) * least
    return inside.argmax(), len(inside) - inside[::-1].argmin()


fact(1 / largest, "0.229")
plain = cars_losses(classical, 1 / largest, 0, 1000)
fact(first_within(plain, 0.01)[0], "786")
momentum = cars_losses(classical, 1 / largest, 0.9, 1000)
fact(first_within(momentum, 0.01)[0], "86")
fact(first_within(momentum, 0.01)[1], "94")
fact(first_within(momentum, 0.001)[0], "164")
nesterov = cars_losses(looking_ahead, 1 / largest, 0.9, 1000)
fact(first_within(nesterov, 0.01)[0], "80")
rate, beta = optimal_momentum(smallest, largest)
fact(rate, "0.858")
fact(beta, "0.873")
polyak = cars_losses(classical, rate, beta, 1000)
fact(first_within(polyak, 0.01)[0], "145")
fact(first_within(polyak, 0.001)[0], "164")
fact(polyak[0], "610")
fact(polyak.max(), "59492")
for losses in (plain, nesterov, polyak):
    first, stays = first_within(losses, 0.01)
    assert first == stays
assert first_within(polyak, 0.0001)[0] < first_within(momentum, 0.0001)[0]
best = cars_losses(classical, 2 / (largest + smallest), 0, 2000)
fact(first_within(best, 0.01)[0], "1821")

# %% [markdown] key="written_question" lang="en"
# ## 2.12 In your own words
#
# A friend writes: "*Momentum damps oscillation. So the more the better: I set $\beta = 0.99$
# everywhere and keep my learning rate.*"
#
# Answer in at most 200 words: in what situation is the first sentence true, in what situation is
# it false (with numbers for one example), what does 0.99 cost, and what would you advise instead?
# This answer is graded by hand.

# %% [markdown] key="written_question" lang="vi"
# ## 2.12 Bằng lời của bạn
#
# Một người bạn viết: "*Momentum làm giảm dao động. Vậy càng nhiều càng tốt: mình đặt
# $\beta = 0.99$ ở mọi nơi và giữ nguyên tốc độ học.*"
#
# Hãy trả lời trong không quá 200 từ: câu đầu đúng trong tình huống nào, sai trong tình huống nào
# (kèm số liệu cho một ví dụ), chọn 0.99 phải trả giá gì, và bạn khuyên nên làm thế nào? Câu này
# do người chấm.

# %% facts="written_question"
given("0.99", "200")

# %% [markdown] written="momentum_written"
# ### BEGIN SOLUTION
# Across a narrow ravine it is true: where $\eta\lambda$ is close to 2, gradient descent jumps from side to side ($w$ times
# $-0.9$ per step at $\eta\lambda = 1.9$), opposite gradients cancel in $v$, and with $\beta = 0.5$ the factor falls to 0.71.
# It is false where $\eta\lambda$ is small: once $(1-\sqrt\beta)^2 < \eta\lambda$ the roots are complex and momentum
# overshoots. With $\eta\lambda = 0.1$, $\beta = 0.9$, from 1 at rest, it reaches $-0.60$; gradient descent never passes 0.
# Friction is $1-\beta$, so more $\beta$ means less brake: at 0.99 the rate is $\sqrt{0.99} = 0.995$ in every direction with
# complex roots, 459 steps for a factor of ten instead of 44 at 0.9, and the long-run step $\eta/(1-\beta)$ is a hundred
# times $\eta$. Advice: start at 0.9, tune $\beta$ and $\eta$ together, lower $\eta$ when $\beta$ goes up; on a quadratic
# with known $\kappa$ use Polyak's pair, in which $\sqrt\beta = (\sqrt\kappa-1)/(\sqrt\kappa+1)$.
#
# Theo phương ngang của một rãnh hẹp thì đúng: nơi $\eta\lambda$ gần 2, gradient descent nhảy qua nhảy lại (mỗi bước $w$ nhân
# với $-0.9$ khi $\eta\lambda = 1.9$), các gradient ngược chiều triệt tiêu nhau trong $v$, và với $\beta = 0.5$ thừa số chỉ còn
# 0.71. Nơi $\eta\lambda$ nhỏ thì sai: khi $(1-\sqrt\beta)^2 < \eta\lambda$, nghiệm là phức và momentum vọt quá đà. Với
# $\eta\lambda = 0.1$, $\beta = 0.9$, từ 1 đứng yên, nó đi tới $-0.60$; gradient descent không bao giờ vượt qua 0. Ma sát là
# $1-\beta$, nên $\beta$ càng lớn càng ít lực cản: với 0.99, hệ số hội tụ là $\sqrt{0.99} = 0.995$ ở mọi hướng có nghiệm phức,
# cần 459 bước để giảm mười lần thay vì 44 với 0.9, và bước đi về lâu dài $\eta/(1-\beta)$ gấp một trăm lần $\eta$. Lời khuyên:
# bắt đầu từ 0.9, dò $\beta$ cùng với $\eta$, tăng $\beta$ thì giảm $\eta$; với hàm bậc hai đã biết $\kappa$ thì dùng cặp của
# Polyak, trong đó $\sqrt\beta = (\sqrt\kappa-1)/(\sqrt\kappa+1)$.
# ### END SOLUTION

# %% facts="momentum_written"
given("1.9", "0.5", "0.1", "0.9", "0.99")
fact(1 - 1.9, "-0.9")
fact(convergence_rate(1.9, 0.5, 1.0), "0.71")
fact(momentum_descent(lambda w: w, np.ones(1), 0.1, 0.9, 60).min(), "-0.60")
fact(math.sqrt(0.99), "0.995")
fact(math.ceil(steps_for_a_tenth(math.sqrt(0.99))), "459")
fact(math.ceil(steps_for_a_tenth(math.sqrt(0.9))), "44")

# %% [markdown] key="quiz" lang="en"
# ## 2.13 Quiz
#
# Give one letter per question in the cell below.
#
# **q1.** A ball rolls down a constant slope with gradient $g$; $\eta = 0.01$ and $\beta = 0.95$.
# How far does $w$ move per step in the long run?
#
# - a) $0.01\,g$
# - b) $0.2\,g$
# - c) $0.0095\,g$
# - d) $0.19\,g$
#
# **q2.** In some direction $\eta\lambda = 0.5$, and $\beta = 0.81$. You double the learning rate.
# What happens to the convergence rate in this direction?
#
# - a) it is squared
# - b) it doubles
# - c) it becomes 0.81
# - d) it stays 0.9
#
# **q3.** Long at constant speed on a constant slope, you lower the learning rate tenfold;
# $\beta = 0.9$. Whose next step is 0.91 of the step before?
#
# - a) ours, with $\eta$ inside the velocity
# - b) PyTorch's, with $\eta$ outside the buffer
# - c) both
# - d) neither
#
# **q4.** A quadratic has the condition number 400. About how many times fewer steps does momentum
# with Polyak's pair need in the long run than gradient descent at its best rate?
#
# - a) 2
# - b) 400
# - c) 20
# - d) 4

# %% [markdown] key="quiz" lang="vi"
# ## 2.13 Trắc nghiệm
#
# Hãy ghi một chữ cái cho mỗi câu vào ô bên dưới.
#
# **q1.** Hòn bi lăn trên một sườn dốc đều có gradient $g$; $\eta = 0.01$ và $\beta = 0.95$. Về
# lâu dài, mỗi bước $w$ di chuyển bao xa?
#
# - a) $0.01\,g$
# - b) $0.2\,g$
# - c) $0.0095\,g$
# - d) $0.19\,g$
#
# **q2.** Theo một hướng nào đó $\eta\lambda = 0.5$, và $\beta = 0.81$. Bạn tăng tốc độ học lên
# gấp đôi. Hệ số hội tụ theo hướng này thay đổi thế nào?
#
# - a) bị bình phương
# - b) tăng gấp đôi
# - c) trở thành 0.81
# - d) vẫn là 0.9
#
# **q3.** Đang đi với vận tốc ổn định trên một sườn dốc đều, bạn giảm tốc độ học mười lần;
# $\beta = 0.9$. Bước kế tiếp của dạng nào bằng 0.91 lần bước trước đó?
#
# - a) dạng của ta, với $\eta$ nằm trong vận tốc
# - b) dạng của PyTorch, với $\eta$ nằm ngoài buffer
# - c) cả hai
# - d) không dạng nào
#
# **q4.** Một hàm bậc hai có số điều kiện 400. Về lâu dài, momentum với cặp tham số Polyak cần ít
# bước hơn khoảng bao nhiêu lần so với gradient descent ở tốc độ học tốt nhất?
#
# - a) 2
# - b) 400
# - c) 20
# - d) 4

# %% facts="quiz"
given("0.01", "0.95", "0.0095", "0.5", "0.81", "400")
fact(0.01 / (1 - 0.95), "0.2")
fact(0.95 * 0.2, "0.19")  # one step less than the long run: a wrong answer
for product in (0.5, 1.0):
    fact(convergence_rate(product, 0.81, 1.0), "0.9")
fact(0.9 * 1 + 0.1 * 0.1, "0.91")  # what is kept of the step, and a tenth of the push
fact(steps_for_a_tenth(399 / 401) / steps_for_a_tenth(19 / 21), "20")

# %% exercise="momentum_quiz"
momentum_quiz = {
    ### BEGIN SOLUTION
    "q1": "b",
    "q2": "d",
    "q3": "a",
    "q4": "c",
    ### END SOLUTION
}

# %% check="momentum_quiz"
check("momentum_quiz")

# %% [markdown] key="summary" lang="en"
# ## 2.14 Summary
#
# - $v := \beta v - \eta\,\nabla J(w)$, then $w := w + v$. $\beta$ is what is kept, $1-\beta$ the
#   friction, $\eta/(1-\beta)$ the long-run step.
# - The velocity is the sum of all past gradients, each faded by $\beta$ per step: what persists
#   grows, what alternates cancels.
# - The roots of a 2 x 2 matrix tell the rest: complex inside
#   $(1-\sqrt\beta)^2 < \eta\lambda < (1+\sqrt\beta)^2$, stable while $\eta\lambda < 2(1+\beta)$.
# - Polyak's pair replaces $\kappa$ by $\sqrt\kappa$ in the number of steps; on quadratics, in the
#   long run.
# - Nesterov takes the gradient at $w + \beta v$. PyTorch keeps gradients, not steps, in its
#   memory.
#
# | advantages | drawbacks |
# |---|---|
# | faster along narrow ravines, $\sqrt\kappa$ for $\kappa$ at best | one more number to tune, and it interacts with $\eta$ |
# | damps the zigzag of gradient descent | creates oscillation and overshoot of its own |
# | a larger learning rate stays stable | one more vector as large as the parameters |
# | rolls through small bumps and flat stretches | old gradients may point the wrong way after a turn |
#
# **What to read**
#
# - B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
# - Y. Nesterov, *A method for solving the convex programming problem with convergence rate*
#   $O(1/k^2)$, 1983.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and
#   momentum in deep learning*, 2013.
# - G. Goh, [*Why Momentum Really Works*](https://distill.pub/2017/momentum/), 2017: the same two
#   roots, with beautiful pictures.
#
# **Next: 3 Adaptive optimizers.** Momentum gives all parameters one and the same learning rate.
# Adagrad, RMSProp and Adam give each parameter its own, from the size of its gradients.

# %% [markdown] key="summary" lang="vi"
# ## 2.14 Tóm tắt
#
# - $v := \beta v - \eta\,\nabla J(w)$, rồi $w := w + v$. $\beta$ là phần được giữ lại, $1-\beta$
#   là ma sát, $\eta/(1-\beta)$ là bước đi về lâu dài.
# - Vận tốc là tổng mọi gradient đã qua, mỗi bước nhạt đi theo $\beta$: cái gì bền bỉ thì lớn dần,
#   cái gì đổi chiều thì triệt tiêu.
# - Phần còn lại do hai nghiệm của một ma trận 2 x 2 cho biết: phức khi
#   $(1-\sqrt\beta)^2 < \eta\lambda < (1+\sqrt\beta)^2$, ổn định khi $\eta\lambda < 2(1+\beta)$.
# - Cặp tham số Polyak thay $\kappa$ bằng $\sqrt\kappa$ trong số bước; đúng với hàm bậc hai, về
#   lâu dài.
# - Nesterov lấy gradient tại $w + \beta v$. Bộ nhớ của PyTorch chứa gradient chứ không chứa bước
#   đi.
#
# | ưu điểm | nhược điểm |
# |---|---|
# | đi nhanh hơn dọc theo rãnh hẹp, tốt nhất là $\sqrt\kappa$ thay cho $\kappa$ | thêm một con số phải tinh chỉnh, lại phụ thuộc lẫn nhau với $\eta$ |
# | giảm dao động zigzag của gradient descent | tự tạo ra dao động và vọt quá đà |
# | tốc độ học lớn hơn vẫn ổn định | thêm một vector lớn bằng các tham số |
# | lăn qua được những gợn nhỏ và chỗ bằng phẳng | gradient cũ có thể chỉ sai hướng sau khúc ngoặt |
#
# **Nên đọc**
#
# - B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
# - Y. Nesterov, *A method for solving the convex programming problem with convergence rate*
#   $O(1/k^2)$, 1983.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and
#   momentum in deep learning*, 2013.
# - G. Goh, [*Why Momentum Really Works*](https://distill.pub/2017/momentum/), 2017: cũng hai
#   nghiệm ấy, với những hình minh họa tuyệt đẹp.
#
# **Bài tiếp theo: 3 Tốc độ học thích ứng.** Momentum dùng chung một tốc độ học cho mọi tham số.
# Adagrad, RMSProp và Adam cho mỗi tham số một tốc độ học riêng, dựa trên độ lớn các gradient của
# nó.

# %% key="progress" explore=true
progress()
