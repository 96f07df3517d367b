"""Lesson 3: known mistakes in warmup_cosine."""

from __future__ import annotations

from math import cos, pi

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


def _schedule(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float, progress: float
) -> float:
    """The schedule with the cosine at `progress`, a number from 0 to 1."""
    if step < warmup_steps:
        return peak * step / warmup_steps
    if step >= total_steps:
        return floor
    return floor + (peak - floor) * (1 + cos(pi * progress)) / 2


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Your cosine falls to 0, not to the floor: between peak and 0 the amplitude is peak, between peak and floor it is peak - floor.",
    vi="Cosine của bạn giảm về 0 chứ không về mức sàn: từ peak xuống 0 biên độ là peak, còn từ peak xuống floor biên độ là peak - floor.",
)
def cosine_to_zero__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return peak * (1 + cos(pi * min(progress, 1.0))) / 2


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Your cosine never reaches the floor: you divide by total_steps, but after the warm-up only total_steps - warmup_steps steps remain for the whole fall.",
    vi="Cosine của bạn không bao giờ xuống tới mức sàn: bạn chia cho total_steps, nhưng sau warm-up chỉ còn total_steps - warmup_steps bước cho cả đoạn giảm.",
)
def cosine_never_reaching_floor__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    progress = (step - warmup_steps) / total_steps
    return floor + (peak - floor) * (1 + cos(pi * min(progress, 1.0))) / 2


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Your cosine counts from step 0 and not from the end of the warm-up, so the rate jumps when the warm-up is over. At step == warmup_steps the progress must be 0.",
    vi="Cosine của bạn đếm từ bước 0 chứ không từ lúc hết warm-up, nên tốc độ học nhảy bậc khi warm-up kết thúc. Tại step == warmup_steps, tiến độ phải bằng 0.",
)
def cosine_not_offset__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    return _schedule(step, total_steps, warmup_steps, peak, floor, step / total_steps)


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Beyond total_steps your cosine rises again. Once the floor is reached the rate stays there.",
    vi="Quá total_steps, cosine của bạn lại tăng lên. Khi đã xuống tới mức sàn, tốc độ học phải giữ nguyên ở đó.",
)
def cosine_rises_again__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + (peak - floor) * (1 + cos(pi * progress)) / 2


@misconception(
    "warmup_cosine",
    see="schedule",
    en="You add the floor to a cosine of amplitude peak, so the rate starts at peak + floor. The amplitude between the two is peak - floor.",
    vi="Bạn cộng floor vào một cosine có biên độ peak, nên tốc độ học bắt đầu từ peak + floor. Biên độ giữa hai mức là peak - floor.",
)
def floor_on_top__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + peak * (1 + cos(pi * min(progress, 1.0))) / 2


@misconception(
    "warmup_cosine",
    see="schedule",
    en="1 + cos runs from 2 down to 0, so your rate starts at twice the height. A factor 1/2 is missing.",
    vi="1 + cos chạy từ 2 xuống 0, nên tốc độ học của bạn bắt đầu cao gấp đôi. Thiếu thừa số 1/2.",
)
def half_missing__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + (peak - floor) * (1 + cos(pi * min(progress, 1.0)))


@misconception(
    "warmup_cosine",
    see="schedule",
    en="You use a quarter of a cosine, cos(π/2 · progress): it starts flat but ends steep. The schedule is half a cosine, (1 + cos(π · progress))/2, flat at both ends.",
    vi="Bạn dùng một phần tư cosine, cos(π/2 · tiến độ): lúc đầu phẳng nhưng lúc cuối dốc. Lịch này là nửa cosine, (1 + cos(π · tiến độ))/2, phẳng ở cả hai đầu.",
)
def quarter_cosine__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + (peak - floor) * cos(pi / 2 * min(progress, 1.0))


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Your rate falls along a straight line. Between the warm-up and the end it follows half a cosine.",
    vi="Tốc độ học của bạn giảm theo đường thẳng. Từ lúc hết warm-up đến cuối, nó phải theo nửa cosine.",
)
def linear_decay__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    if step >= total_steps:
        return floor
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + (peak - floor) * (1 - progress)


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Your cosine runs upwards, from the floor to the peak: 1 - cos is 0 at the start. Use 1 + cos.",
    vi="Cosine của bạn chạy ngược lên, từ mức sàn tới đỉnh: 1 - cos bằng 0 lúc bắt đầu. Hãy dùng 1 + cos.",
)
def cosine_upside_down__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    if step >= total_steps:
        return floor
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + (peak - floor) * (1 - cos(pi * progress)) / 2


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Your warm-up is one step ahead, (step + 1) / warmup_steps: at step 0 the rate must be 0.",
    vi="Warm-up của bạn đi trước một bước, (step + 1) / warmup_steps: tại bước 0, tốc độ học phải bằng 0.",
)
def warmup_one_ahead__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return _schedule(step, total_steps, warmup_steps, peak, floor, progress)


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Your warm-up starts at the floor. Here it starts at 0; the floor belongs to the end.",
    vi="Warm-up của bạn bắt đầu từ mức sàn. Ở đây nó bắt đầu từ 0; mức sàn chỉ dành cho đoạn cuối.",
)
def warmup_from_floor__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return floor + (peak - floor) * step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return _schedule(step, total_steps, warmup_steps, peak, floor, progress)


@misconception(
    "warmup_cosine",
    see="schedule",
    en="There is no warm-up: you start at the peak at once. For the first warmup_steps steps the rate climbs linearly from 0.",
    vi="Không có warm-up: bạn bắt đầu ngay từ đỉnh. Trong warmup_steps bước đầu, tốc độ học phải tăng tuyến tính từ 0.",
)
def no_warmup__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    progress = max(step - warmup_steps, 0) / (total_steps - warmup_steps)
    return floor + (peak - floor) * (1 + cos(pi * min(progress, 1.0))) / 2


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Without a warm-up you divide by warmup_steps = 0. Ask whether step < warmup_steps first (not <=): at step 0 there is then nothing to climb.",
    vi="Khi không có warm-up, bạn chia cho warmup_steps = 0. Hãy xét step < warmup_steps trước (không phải <=): khi đó tại bước 0 không còn gì để tăng.",
)
def division_by_no_warmup__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step <= warmup_steps:
        return peak * step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return _schedule(step, total_steps, warmup_steps, peak, floor, progress)


@misconception(
    "warmup_cosine",
    see="schedule",
    en="Your warm-up climbs over all total_steps: the peak must be reached at step == warmup_steps.",
    vi="Warm-up của bạn kéo dài suốt total_steps: phải đạt đỉnh tại step == warmup_steps.",
)
def warmup_too_slow__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / total_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return _schedule(step, total_steps, warmup_steps, peak, floor, progress)


@misconception(
    "warmup_cosine",
    see="schedule",
    en="You treat the angle in degrees or forgot π: progress from 0 to 1 must become an angle from 0 to π.",
    vi="Bạn quên π (hoặc tính góc theo độ): tiến độ từ 0 đến 1 phải thành góc từ 0 đến π.",
)
def pi_missing__warmup_cosine(
    step: int, total_steps: int, warmup_steps: int, peak: float, floor: float
) -> float:
    if step < warmup_steps:
        return peak * step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return floor + (peak - floor) * (1 + cos(min(progress, 1.0))) / 2
