"""Lesson 1: known mistakes in mse_loss, mse_gradient and largest_stable_learning_rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]


@misconception(
    "mse_loss",
    see="loss",
    en="You summed the squared errors where J takes their mean: the factor 1/n is missing, so the loss grows with the number of samples "
    "and two tables of different length cannot be compared. Divide by n.",
    vi="Bạn lấy tổng các sai số bình phương trong khi J là trung bình của chúng: thiếu hệ số 1/n nên mất mát cứ tăng theo số mẫu "
    "và không thể so sánh hai bảng dài ngắn khác nhau. Hãy chia cho n.",
)
def sum_for_mean__mse_loss(w: Array, X: Array, y: Array) -> float:
    return float(np.sum((X @ w - y) ** 2))


@misconception(
    "mse_loss",
    see="conventions",
    en="You put a 1/2 in front. Some books do so, to have the 2 of the derivative cancel, but the J of this course is the plain mean of the "
    "squared errors, as in PyTorch's MSELoss. Take the 1/2 away.",
    vi="Bạn thêm hệ số 1/2 ở đầu. Một số sách làm vậy để triệt tiêu số 2 khi lấy đạo hàm, nhưng J của khóa học này đúng là trung bình của "
    "sai số bình phương, giống MSELoss của PyTorch. Hãy bỏ 1/2 đi.",
)
def half_in_front(w: Array, X: Array, y: Array) -> float:
    return float(np.mean((X @ w - y) ** 2) / 2)


@misconception(
    "mse_loss",
    see="loss",
    en="You returned the root of the mean squared error (RMSE). It is handy for reading, since it has the unit of y, but J is the mean "
    "squared error itself. Leave out the root.",
    vi="Bạn trả về căn bậc hai của sai số bình phương trung bình (RMSE). Đại lượng đó dễ đọc vì cùng đơn vị với y, nhưng J là chính "
    "sai số bình phương trung bình. Hãy bỏ dấu căn.",
)
def root_taken(w: Array, X: Array, y: Array) -> float:
    return float(np.sqrt(np.mean((X @ w - y) ** 2)))


@misconception(
    "mse_loss",
    see="loss",
    en="You returned the length of the residual vector, √(Σ r²). np.linalg.norm takes a root and no mean: J is neither of the two. "
    "Square the residuals and take their mean.",
    vi="Bạn trả về độ dài của vector sai số, √(Σ r²). np.linalg.norm lấy căn mà không lấy trung bình, còn J thì ngược lại. "
    "Hãy bình phương từng sai số rồi lấy trung bình.",
)
def norm_for_loss(w: Array, X: Array, y: Array) -> float:
    return float(np.linalg.norm(X @ w - y))


@misconception(
    "mse_loss",
    see="loss",
    en="You averaged the absolute errors |r|. That is another loss (MAE), whose gradient does not shrink near the minimum. J squares each error.",
    vi="Bạn lấy trung bình của sai số tuyệt đối |r|. Đó là một hàm mất mát khác (MAE), có gradient không nhỏ dần khi tới gần cực tiểu. "
    "J bình phương từng sai số.",
)
def absolute_errors(w: Array, X: Array, y: Array) -> float:
    return float(np.mean(np.abs(X @ w - y)))


@misconception(
    "mse_loss",
    see="loss",
    en="You averaged the errors first and squared afterwards: errors of opposite sign cancel, and a bad model can get a loss of 0. "
    "Square each error first, then take the mean.",
    vi="Bạn lấy trung bình các sai số trước rồi mới bình phương: sai số trái dấu triệt tiêu nhau nên một mô hình tồi vẫn có thể có mất mát bằng 0. "
    "Hãy bình phương từng sai số trước, rồi mới lấy trung bình.",
)
def mean_before_square(w: Array, X: Array, y: Array) -> float:
    return float(np.mean(X @ w - y) ** 2)


@misconception(
    "mse_loss",
    see="loss",
    en="Somewhere a (n,) array met a (n, 1) array and NumPy spread them into a table (n, n): you averaged every prediction against every "
    "target. X @ w has shape (n,), and so has y; keep both that way.",
    vi="Ở đâu đó một mảng (n,) gặp một mảng (n, 1) và NumPy đã trải chúng thành bảng (n, n): bạn đang so mọi dự đoán với mọi giá trị đích. "
    "X @ w có shape (n,), y cũng vậy; hãy giữ nguyên như thế.",
)
def column_broadcast(w: Array, X: Array, y: Array) -> float:
    return float(np.mean((X @ w - y.reshape(-1, 1)) ** 2))


@misconception(
    "mse_loss",
    see="loss",
    en="You divided by the number of features d. The mean in J is over the samples: divide by n, the number of rows of X.",
    vi="Bạn chia cho số đặc trưng d. Trung bình trong J là trung bình trên các mẫu: hãy chia cho n, số hàng của X.",
)
def divided_by_features__mse_loss(w: Array, X: Array, y: Array) -> float:
    return float(np.sum((X @ w - y) ** 2) / X.shape[1])


@misconception(
    "mse_gradient",
    see="gradient",
    en="You summed over the samples where J takes their mean: the factor 1/n is missing. Such a gradient grows with the number of samples, "
    "and a learning rate that suits 100 samples diverges on 1000.",
    vi="Bạn lấy tổng trên các mẫu trong khi J là trung bình: thiếu hệ số 1/n. Gradient như vậy lớn dần theo số mẫu, và một tốc độ học "
    "hợp với 100 mẫu sẽ làm phân kỳ trên 1000 mẫu.",
)
def sum_for_mean__mse_gradient(w: Array, X: Array, y: Array) -> Array:
    return np.asarray(2 * X.T @ (X @ w - y))


@misconception(
    "mse_gradient",
    see="gradient",
    en="The factor 2 is missing. The derivative of r² is 2r, and our J has no 1/2 in front to cancel it (see the convention card). "
    "Your gradient is half as long as a central difference says.",
    vi="Thiếu hệ số 2. Đạo hàm của r² là 2r, mà J của ta không có 1/2 ở đầu để triệt tiêu nó (xem thẻ quy ước). "
    "Gradient của bạn chỉ dài bằng một nửa so với sai phân trung tâm.",
)
def missing_two__mse_gradient(w: Array, X: Array, y: Array) -> Array:
    return np.asarray(X.T @ (X @ w - y) / len(y))


@misconception(
    "mse_gradient",
    see="gradient",
    en="You returned Xᵀ(Xw - y) alone: both the 2 (from the derivative of the square) and the 1/n (from the mean) are missing.",
    vi="Bạn trả về đúng Xᵀ(Xw - y): thiếu cả số 2 (từ đạo hàm của bình phương) lẫn 1/n (từ phép lấy trung bình).",
)
def bare_product(w: Array, X: Array, y: Array) -> Array:
    return np.asarray(X.T @ (X @ w - y))


@misconception(
    "mse_gradient",
    see="gradient",
    en="Your gradient has the opposite sign: it contains y - Xw. The inner derivative of (Xw - y) by w is +X, so with y - Xw a minus "
    "must stand in front. Descending along your vector would climb.",
    vi="Gradient của bạn bị ngược dấu: nó chứa y - Xw. Đạo hàm trong của (Xw - y) theo w là +X, nên nếu viết y - Xw thì phải có dấu trừ "
    "ở trước. Đi xuống theo vector này thực ra là leo lên.",
)
def sign_flipped(w: Array, X: Array, y: Array) -> Array:
    return np.asarray(2 / len(y) * X.T @ (y - X @ w))


@misconception(
    "mse_gradient",
    see="gradient",
    en="You divided by the number of features d; the 1/n of J counts the samples, the rows of X.",
    vi="Bạn chia cho số đặc trưng d; còn 1/n trong J đếm số mẫu, tức số hàng của X.",
)
def divided_by_features__mse_gradient(w: Array, X: Array, y: Array) -> Array:
    return np.asarray(2 / X.shape[1] * X.T @ (X @ w - y))


@misconception(
    "mse_gradient",
    see="gradient",
    en="The inner derivative is missing: by the chain rule each residual is multiplied by its own x before the mean is taken. "
    "All your components are equal, so no feature can be told from another.",
    vi="Thiếu đạo hàm trong: theo quy tắc dây chuyền, mỗi sai số phải nhân với x của chính mẫu đó rồi mới lấy trung bình. "
    "Mọi thành phần của bạn đều bằng nhau, nên không phân biệt được đặc trưng nào với đặc trưng nào.",
)
def inner_derivative_missing(w: Array, X: Array, y: Array) -> Array:
    return np.full(len(w), 2 * np.mean(X @ w - y))


@misconception(
    "mse_gradient",
    see="gradient",
    en="You multiplied the mean residual by the mean of each feature. The mean of a product is not the product of the means: "
    "multiply each residual by its own row of X first, then average.",
    vi="Bạn nhân sai số trung bình với trung bình của từng đặc trưng. Trung bình của tích không bằng tích của các trung bình: "
    "hãy nhân từng sai số với hàng tương ứng của X trước, rồi mới lấy trung bình.",
)
def product_of_means(w: Array, X: Array, y: Array) -> Array:
    return np.asarray(2 * np.mean(X @ w - y) * X.mean(axis=0))


_EIGEN = "largest_stable_learning_rate"


def _curvature(X: Array) -> float:
    """lambda_max of X^T X: the square of the largest singular value of X."""
    return float(np.linalg.norm(X, 2) ** 2)


@misconception(
    _EIGEN,
    see="stability",
    en="1/λ_max is a safe rate, and the one that lands exactly in the steepest direction, but it is not the limit: the error there is multiplied "
    "by 1 - ηλ, and that stays between -1 and 1 up to twice this rate.",
    vi="1/λ_max là một tốc độ an toàn, và theo hướng dốc nhất nó đưa w tới đích ngay trong một bước, nhưng chưa phải giới hạn: sai lệch ở đó được nhân "
    "với 1 - ηλ, và số này còn nằm giữa -1 và 1 cho tới gấp đôi tốc độ ấy.",
)
def one_over_lambda(X: Array) -> float:
    return len(X) / (2 * _curvature(X))


@misconception(
    _EIGEN,
    see="stability",
    en="You used the largest singular value of X as it is. The eigenvalues of XᵀX are the squares of the singular values of X: square it.",
    vi="Bạn dùng thẳng giá trị kỳ dị lớn nhất của X. Trị riêng của XᵀX là bình phương các giá trị kỳ dị của X: hãy bình phương nó lên.",
)
def singular_value_not_squared(X: Array) -> float:
    return len(X) / float(np.sqrt(_curvature(X)))


@misconception(
    _EIGEN,
    see="stability",
    en="You took the eigenvalues of XᵀX, but the Hessian of J is (2/n) XᵀX. Without 2/n your limit shrinks as the table gets longer.",
    vi="Bạn lấy trị riêng của XᵀX, nhưng Hessian của J là (2/n) XᵀX. Thiếu 2/n thì giới hạn của bạn cứ nhỏ dần khi bảng dài ra.",
)
def hessian_without_two_over_n(X: Array) -> float:
    return 2 / _curvature(X)


@misconception(
    _EIGEN,
    see="stability",
    en="Your Hessian is 2XᵀX: the 1/n of the mean is missing. J is a mean over the samples, and so is its Hessian.",
    vi="Hessian của bạn là 2XᵀX: thiếu 1/n của phép lấy trung bình. J là trung bình trên các mẫu nên Hessian của nó cũng vậy.",
)
def hessian_without_n(X: Array) -> float:
    return 1 / _curvature(X)


@misconception(
    _EIGEN,
    see="stability",
    en="Your Hessian is (1/n) XᵀX: the 2 from the derivative of the square is missing, so your rate is twice the limit and diverges.",
    vi="Hessian của bạn là (1/n) XᵀX: thiếu số 2 từ đạo hàm của bình phương, nên tốc độ của bạn gấp đôi giới hạn và sẽ phân kỳ.",
)
def hessian_without_two(X: Array) -> float:
    return 2 * len(X) / _curvature(X)


@misconception(
    _EIGEN,
    see="stability",
    en="You returned λ_max itself. The steeper the surface, the smaller the rate must be: the limit is 2 divided by λ_max.",
    vi="Bạn trả về chính λ_max. Mặt càng dốc thì tốc độ học phải càng nhỏ: giới hạn là 2 chia cho λ_max.",
)
def eigenvalue_itself(X: Array) -> float:
    return 2 / len(X) * _curvature(X)


@misconception(
    _EIGEN,
    see="stability",
    en="You divided by the smallest eigenvalue, the flattest direction. The steepest direction is the first to diverge: it takes the largest "
    "eigenvalue (eigvalsh sorts upwards, so it is the last one).",
    vi="Bạn chia cho trị riêng nhỏ nhất, tức hướng phẳng nhất. Hướng dốc nhất mới là hướng phân kỳ đầu tiên: phải dùng trị riêng lớn nhất "
    "(eigvalsh xếp tăng dần nên đó là phần tử cuối).",
)
def smallest_eigenvalue(X: Array) -> float:
    return float(2 / np.linalg.eigvalsh(2 / len(X) * X.T @ X)[0])


@misconception(
    _EIGEN,
    see="stability",
    en="You divided by the trace, the sum of all eigenvalues. That is safe but too careful: each direction lives on its own, and only the "
    "largest eigenvalue sets the limit.",
    vi="Bạn chia cho vết của ma trận, tức tổng mọi trị riêng. Cách đó an toàn nhưng quá dè dặt: mỗi hướng diễn tiến riêng, và chỉ "
    "trị riêng lớn nhất quyết định giới hạn.",
)
def trace_for_eigenvalue(X: Array) -> float:
    return len(X) / float(np.sum(X**2))


@misconception(
    _EIGEN,
    see="stability",
    en="2/(λ_max + λ_min) is the fastest constant rate, not the largest stable one. Ask only when |1 - ηλ_max| reaches 1.",
    vi="2/(λ_max + λ_min) là tốc độ cố định cho hội tụ nhanh nhất, chưa phải tốc độ lớn nhất còn ổn định. Chỉ cần hỏi khi nào |1 - ηλ_max| chạm tới 1.",
)
def fastest_for_largest(X: Array) -> float:
    eigenvalues = np.linalg.eigvalsh(2 / len(X) * X.T @ X)
    return float(2 / (eigenvalues[-1] + eigenvalues[0]))
