"""Lesson 2: known mistakes in convergence_rate and optimal_momentum."""

from __future__ import annotations

import cmath
from math import sqrt

import numpy as np

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


def _roots(trace: float, determinant: float) -> tuple[complex, complex]:
    """Both roots of z^2 - trace z + determinant = 0."""
    half, shift = trace / 2, cmath.sqrt(trace**2 / 4 - determinant)
    return half + shift, half - shift


def _largest(trace: float, determinant: float) -> float:
    return max(map(abs, _roots(trace, determinant)))


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="You return sqrt(β) in every case. That is the modulus of the roots only while they are complex; two real roots are not equally "
    "large, and the larger one decides. Test first which case you are in.",
    vi="Bạn trả về sqrt(β) trong mọi trường hợp. Đó chỉ là mô-đun của hai nghiệm khi chúng là nghiệm phức; khi có hai nghiệm thực thì chúng "
    "không bằng nhau và nghiệm lớn hơn quyết định. Hãy xét xem mình đang ở trường hợp nào trước.",
)
def sqrt_beta_always(learning_rate: float, beta: float, eigenvalue: float) -> float:
    return sqrt(beta)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="For complex roots you return β. Their product is β and both have the same modulus, so what is the modulus of one of them?",
    vi="Khi nghiệm phức bạn trả về β. Tích của hai nghiệm bằng β và hai nghiệm có cùng mô-đun, vậy mô-đun của một nghiệm là bao nhiêu?",
)
def beta_not_rooted(learning_rate: float, beta: float, eigenvalue: float) -> float:
    trace = 1 + beta - learning_rate * eigenvalue
    return beta if trace**2 < 4 * beta else _largest(trace, beta)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="You return the real part of the complex roots. The error also turns in the complex plane; how fast it shrinks is told by the modulus |z|.",
    vi="Khi nghiệm phức bạn chỉ lấy phần thực. Sai số còn quay trong mặt phẳng phức; tốc độ thu nhỏ của nó do mô-đun |z| quyết định.",
)
def real_part(learning_rate: float, beta: float, eigenvalue: float) -> float:
    roots = _roots(1 + beta - learning_rate * eigenvalue, beta)
    return max(abs(root.real) for root in roots)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="You take the largest root with its sign. When ηλ is large both roots are negative, and the one with the larger absolute value "
    "makes the error swing and decides: compare |z|.",
    vi="Bạn lấy nghiệm lớn nhất theo dấu. Khi ηλ lớn, cả hai nghiệm đều âm, và nghiệm có trị tuyệt đối lớn hơn mới làm sai số "
    "đổi dấu liên tục và quyết định tốc độ: hãy so sánh |z|.",
)
def signed_root(learning_rate: float, beta: float, eigenvalue: float) -> float:
    roots = _roots(1 + beta - learning_rate * eigenvalue, beta)
    return abs(roots[0]) if roots[0].imag else max(root.real for root in roots)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="You return the smaller root. The error is a mixture of both, and after many steps the larger one is all that is left.",
    vi="Bạn trả về nghiệm nhỏ hơn. Sai số là tổ hợp của cả hai nghiệm, và sau nhiều bước chỉ còn lại phần ứng với nghiệm lớn hơn.",
)
def smaller_root(learning_rate: float, beta: float, eigenvalue: float) -> float:
    return min(map(abs, _roots(1 + beta - learning_rate * eigenvalue, beta)))


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="|1 - ηλ| is the rate of gradient descent: β has no influence on your answer. With momentum the state is the pair (w, v), "
    "hence a 2 x 2 matrix.",
    vi="|1 - ηλ| là hệ số hội tụ của gradient descent: β không ảnh hưởng gì đến kết quả của bạn. Có momentum thì trạng thái là cặp (w, v), "
    "do đó phải xét một ma trận 2 x 2.",
)
def gradient_descent_rate(learning_rate: float, beta: float, eigenvalue: float) -> float:
    return abs(1 - learning_rate * eigenvalue)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="The eigenvalue λ is not used: your matrix has η where it should have ηλ. The gradient of λw²/2 is λw.",
    vi="Trị riêng λ không được dùng: ma trận của bạn có η ở chỗ lẽ ra là ηλ. Gradient của λw²/2 là λw.",
)
def eigenvalue_ignored(learning_rate: float, beta: float, eigenvalue: float) -> float:
    return _largest(1 + beta - learning_rate, beta)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="η and β have changed places in your matrix: β multiplies the old velocity, η multiplies the gradient λw.",
    vi="η và β bị đổi chỗ trong ma trận của bạn: β nhân với vận tốc cũ, η nhân với gradient λw.",
)
def eta_and_beta_swapped__convergence_rate(
    learning_rate: float, beta: float, eigenvalue: float
) -> float:
    return _largest(1 + learning_rate - beta * eigenvalue, learning_rate)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="Your matrix has a plus before ηλ: that is a walk uphill. The velocity loses ηλw at each step.",
    vi="Ma trận của bạn có dấu cộng trước ηλ: như vậy là đi lên dốc. Ở mỗi bước vận tốc phải bị trừ đi ηλw.",
)
def sign_mixed__convergence_rate(learning_rate: float, beta: float, eigenvalue: float) -> float:
    return _largest(1 + beta + learning_rate * eigenvalue, beta)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="Your matrix belongs to v := βv - (1 - β)ηλw, an average of gradients. Here the gradient enters in full: ηλ, without the factor 1 - β.",
    vi="Ma trận của bạn ứng với v := βv - (1 - β)ηλw, tức là trung bình của các gradient. Ở đây gradient được đưa vào trọn vẹn: ηλ, không có hệ số 1 - β.",
)
def exponential_average__convergence_rate(
    learning_rate: float, beta: float, eigenvalue: float
) -> float:
    return _largest(1 + beta - (1 - beta) * learning_rate * eigenvalue, beta)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="In your matrix w moves with the old velocity. In our rule v is updated first and w moves with the new v, "
    "so put v's formula into w := w + v before reading off the entries.",
    vi="Trong ma trận của bạn, w di chuyển bằng vận tốc cũ. Theo quy tắc của ta, v được cập nhật trước và w di chuyển bằng v mới, "
    "nên hãy thế công thức của v vào w := w + v rồi mới đọc các phần tử.",
)
def position_before_velocity__convergence_rate(
    learning_rate: float, beta: float, eigenvalue: float
) -> float:
    return _largest(1 + beta, beta + learning_rate * eigenvalue)


@misconception(
    "convergence_rate",
    see="iteration_matrix",
    en="You return the spectral norm, the largest singular value: the worst stretch in one step. What decides over many steps is the "
    "spectral radius, the largest |eigenvalue| of the matrix.",
    vi="Bạn trả về chuẩn phổ (giá trị kỳ dị lớn nhất), tức là độ giãn lớn nhất trong một bước. Sau nhiều bước thì bán kính phổ mới quyết định: "
    "trị tuyệt đối lớn nhất của các trị riêng của ma trận.",
)
def spectral_norm(learning_rate: float, beta: float, eigenvalue: float) -> float:
    product = learning_rate * eigenvalue
    return float(np.linalg.norm(np.array([[1 - product, beta], [-product, beta]]), 2))


def _optimum(smallest_eigenvalue: float, largest_eigenvalue: float) -> tuple[float, float]:
    root = sqrt(largest_eigenvalue / smallest_eigenvalue)
    rate = (2 / (sqrt(largest_eigenvalue) + sqrt(smallest_eigenvalue))) ** 2
    return rate, ((root - 1) / (root + 1)) ** 2


@misconception(
    "optimal_momentum",
    see="polyak",
    en="Your β uses κ where Polyak's has the square root of κ. That root is the whole gain of momentum: take it before forming the fraction.",
    vi="β của bạn dùng κ ở chỗ công thức Polyak có căn bậc hai của κ. Chính căn bậc hai đó là cái lợi của momentum: hãy lấy căn trước khi lập phân số.",
)
def kappa_not_rooted(smallest_eigenvalue: float, largest_eigenvalue: float) -> tuple[float, float]:
    kappa = largest_eigenvalue / smallest_eigenvalue
    return _optimum(smallest_eigenvalue, largest_eigenvalue)[0], ((kappa - 1) / (kappa + 1)) ** 2


@misconception(
    "optimal_momentum",
    see="polyak",
    en="The square roots are missing throughout: both answers are built from the roots of the eigenvalues, not from the eigenvalues themselves.",
    vi="Thiếu căn bậc hai ở cả hai chỗ: cả η lẫn β đều được lập từ căn của các trị riêng chứ không phải từ chính các trị riêng.",
)
def roots_missing(smallest_eigenvalue: float, largest_eigenvalue: float) -> tuple[float, float]:
    kappa = largest_eigenvalue / smallest_eigenvalue
    return (2 / (largest_eigenvalue + smallest_eigenvalue)) ** 2, ((kappa - 1) / (kappa + 1)) ** 2


@misconception(
    "optimal_momentum",
    see="polyak",
    en="β must be squared at the end: (√κ - 1)/(√κ + 1) is the convergence rate, which is the root of β.",
    vi="Cuối cùng phải bình phương mới ra β: (√κ - 1)/(√κ + 1) là hệ số hội tụ, tức là căn của β.",
)
def beta_not_squared(smallest_eigenvalue: float, largest_eigenvalue: float) -> tuple[float, float]:
    rate, beta = _optimum(smallest_eigenvalue, largest_eigenvalue)
    return rate, sqrt(beta)


@misconception(
    "optimal_momentum",
    see="polyak",
    en="The learning rate must be squared at the end: it divides by an eigenvalue, and you divide by roots of eigenvalues.",
    vi="Cuối cùng phải bình phương tốc độ học: về đơn vị, nó chia cho trị riêng, còn bạn mới chia cho căn của trị riêng.",
)
def rate_not_squared(smallest_eigenvalue: float, largest_eigenvalue: float) -> tuple[float, float]:
    rate, beta = _optimum(smallest_eigenvalue, largest_eigenvalue)
    return sqrt(rate), beta


@misconception(
    "optimal_momentum",
    see="polyak",
    en="2/(λmax + λmin) is the best learning rate of plain gradient descent. With momentum a larger one is stable, and the optimum moves.",
    vi="2/(λmax + λmin) là tốc độ học tốt nhất của gradient descent thông thường. Có momentum thì tốc độ học lớn hơn vẫn ổn định, và điểm tối ưu cũng đổi.",
)
def gradient_descent_optimum(
    smallest_eigenvalue: float, largest_eigenvalue: float
) -> tuple[float, float]:
    rate = 2 / (largest_eigenvalue + smallest_eigenvalue)
    return rate, _optimum(smallest_eigenvalue, largest_eigenvalue)[1]


@misconception(
    "optimal_momentum",
    see="polyak",
    en="Your learning rate is 1/λmax: the smallest eigenvalue has no say in it. Polyak's rate balances both ends of the spectrum.",
    vi="Tốc độ học của bạn là 1/λmax: trị riêng nhỏ nhất không có vai trò gì. Tốc độ học của Polyak cân bằng cả hai đầu của phổ.",
)
def larger_eigenvalue_only(
    smallest_eigenvalue: float, largest_eigenvalue: float
) -> tuple[float, float]:
    return 1 / largest_eigenvalue, _optimum(smallest_eigenvalue, largest_eigenvalue)[1]


@misconception(
    "optimal_momentum",
    see="polyak",
    en="Your learning rate is 4/λmax, the limit for a very large κ: the root of the smallest eigenvalue is missing from the sum.",
    vi="Tốc độ học của bạn là 4/λmax, tức giá trị giới hạn khi κ rất lớn: trong tổng còn thiếu căn của trị riêng nhỏ nhất.",
)
def smaller_eigenvalue_dropped(
    smallest_eigenvalue: float, largest_eigenvalue: float
) -> tuple[float, float]:
    return 4 / largest_eigenvalue, _optimum(smallest_eigenvalue, largest_eigenvalue)[1]


@misconception(
    "optimal_momentum",
    see="polyak",
    en="The two results came back in the wrong order: the learning rate first, then β.",
    vi="Hai kết quả trả về sai thứ tự: tốc độ học trước, β sau.",
)
def pair_swapped__optimal_momentum(
    smallest_eigenvalue: float, largest_eigenvalue: float
) -> tuple[float, float]:
    rate, beta = _optimum(smallest_eigenvalue, largest_eigenvalue)
    return beta, rate
