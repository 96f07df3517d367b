"""Every sentence of a verdict, in both languages. `{fields}` are filled in by `Text.format`."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["WORDS"]

WORDS: dict[str, Text] = {
    # what differs
    "at_place": Text("Result{place}: ", "Kết quả{place}: "),
    "differ_sequence": Text(
        "expected {length} values (a tuple or a list), got {actual}.",
        "cần {length} giá trị (một tuple hoặc list), nhận được {actual}.",
    ),
    "differ_nothing": Text(
        "your function returned None: is a return missing?",
        "hàm của bạn trả về None: có phải thiếu return?",
    ),
    "differ_length": Text(
        "expected {expected} values, got {actual}.", "cần {expected} giá trị, nhận được {actual}."
    ),
    "differ_keys": Text(
        "expected the keys {expected}, got {actual}.",
        "cần các khóa {expected}, nhận được {actual}.",
    ),
    "differ_kind": Text(
        "expected {expected}, got {actual}.",
        "cần {expected}, nhận được {actual}.",
    ),
    "differ_other": Text(
        "expected {expected}, got {actual}.", "cần {expected}, nhận được {actual}."
    ),
    "differ_scalar": Text(
        "expected a single number ({expected}), got {actual}. Take the number out of the array, or reduce it fully.",
        "cần một số ({expected}), nhận được {actual}. Hãy lấy số đó ra khỏi mảng, hoặc cộng/trung bình hết các trục.",
    ),
    "differ_shape": Text(
        "expected shape {expected}, got {actual}. Look at the axes: a transpose, or (n,) against (n, 1)?",
        "cần shape {expected}, nhận được {actual}. Hãy xem lại các trục: thiếu chuyển vị, hay (n,) lẫn với (n, 1)?",
    ),
    "differ_dtype": Text(
        "expected dtype {expected}, got {actual}.", "cần dtype {expected}, nhận được {actual}."
    ),
    "differ_integers": Text(
        "expected {expected}, got {actual}.", "cần {expected}, nhận được {actual}."
    ),
    "differ_finite": Text(
        "there is {found} in the result: look for a division by zero, a logarithm of zero or an overflow.",
        "kết quả chứa {found}: hãy tìm phép chia cho 0, logarit của 0 hoặc tràn số.",
    ),
    "differ_value": Text(
        "expected {expected}, got {actual} (largest difference {error}).",
        "cần {expected}, nhận được {actual} (chênh lệch lớn nhất {error}).",
    ),
    "differ_value_at": Text(
        "first differs at index {index}: expected {expected}, got {actual} (largest difference {error}).",
        "khác nhau từ chỉ số {index}: cần {expected}, nhận được {actual} (chênh lệch lớn nhất {error}).",
    ),
    "hidden_differs": Text(
        "the result is not right on inputs that only the grader sees.",
        "kết quả không đúng trên dữ liệu chỉ bộ chấm mới thấy.",
    ),
    # what happened
    "right": Text("right", "đúng"),
    "raised": Text(
        "your code raised {type}: {text} — in line {number}: {line}",
        "mã của bạn gây lỗi {type}: {text} — ở dòng {number}: {line}",
    ),
    "raised_nowhere": Text("your code raised {type}: {text}", "mã của bạn gây lỗi {type}: {text}"),
    "broken": Text(
        "the cell that should define {name} stopped with {type}: {text}",
        "ô định nghĩa {name} bị dừng vì lỗi {type}: {text}",
    ),
    "raised_hidden": Text(
        "your code raised {type} in line {number} on inputs that only the grader sees.",
        "mã của bạn gây lỗi {type} ở dòng {number} trên dữ liệu chỉ bộ chấm mới thấy.",
    ),
    "raised_hidden_nowhere": Text(
        "your code raised {type} on inputs that only the grader sees.",
        "mã của bạn gây lỗi {type} trên dữ liệu chỉ bộ chấm mới thấy.",
    ),
    "own_exception": Text("an exception of its own", "một ngoại lệ tự định nghĩa"),
    "unfinished": Text(
        "not done yet: replace `raise NotImplementedError()` in {name} by your answer.",
        "chưa làm: hãy thay `raise NotImplementedError()` trong {name} bằng lời giải của bạn.",
    ),
    "missing": Text(
        "not done yet: there is no {name}. Run the cell that defines it; the name must be exactly this.",
        "chưa làm: chưa có {name}. Hãy chạy ô định nghĩa nó; tên phải đúng như vậy.",
    ),
    "not_callable": Text(
        "{name} is {actual}, not a function. Define it with `def {name}(...)`.",
        "{name} là {actual}, không phải hàm. Hãy định nghĩa bằng `def {name}(...)`.",
    ),
    "changed": Text(
        "the result is right, but your function changes its argument {names}. Work on a copy: "
        "`w = w - ...` makes a new array, `w -= ...` overwrites the caller's.",
        "kết quả đúng, nhưng hàm của bạn làm thay đổi đối số {names}. Hãy làm trên bản sao: "
        "`w = w - ...` tạo mảng mới, còn `w -= ...` ghi đè lên mảng của người gọi.",
    ),
    "aliased": Text(
        "the result is right, but it shares memory with the argument {names}: a later change of one would change "
        "the other. Return a copy.",
        "kết quả đúng, nhưng dùng chung bộ nhớ với đối số {names}: sửa cái này thì cái kia đổi theo. Hãy trả về bản sao.",
    ),
    "calls": Text(
        "the result is right, but the function you were given was called {actual} times where {expected} is enough.",
        "kết quả đúng, nhưng hàm được đưa vào bị gọi {actual} lần trong khi chỉ cần {expected} lần.",
    ),
    "warned": Text(
        "the result is right, but your code causes a numerical warning: {warning}.",
        "kết quả đúng, nhưng mã của bạn gây cảnh báo số học: {warning}.",
    ),
    "warned_hidden": Text(
        "the result is right, but your code causes a numerical warning on inputs that only the grader sees.",
        "kết quả đúng, nhưng mã của bạn gây cảnh báo số học trên dữ liệu chỉ bộ chấm mới thấy.",
    ),
    "score_low": Text(
        "{what} is {reached}; at least {least} is asked for.",
        "{what} là {reached}; cần ít nhất {least}.",
    ),
    "score_mlp_accuracy": Text(
        "the held-out accuracy of the parameters you return",
        "độ chính xác trên tập giữ lại của các tham số bạn trả về",
    ),
    "timeout": Text(
        "stopped after {seconds:g} s: is there a loop that never ends?",
        "bị dừng sau {seconds:g} giây: có vòng lặp nào không kết thúc không?",
    ),
    "died": Text(
        "Python itself stopped while running this. The other exercises are not affected.",
        "Chính Python bị dừng khi chạy phần này. Các bài khác không bị ảnh hưởng.",
    ),
    "depends": Text(
        "{name} uses your {others}, which is not right yet: mend that first.",
        "{name} dùng {others} của bạn, mà phần đó chưa đúng: hãy sửa phần đó trước.",
    ),
    "forbidden": Text(
        "This exercise is about writing it yourself, so {libraries} is not allowed here; your answer uses {calls}. "
        "Write the computation with NumPy; until then it earns 0 of {maximum:g} points.",
        "Bài này yêu cầu bạn tự viết, nên không được dùng {libraries}; lời giải của bạn dùng {calls}. "
        "Hãy viết phép tính bằng NumPy; cho đến lúc đó bài được 0/{maximum:g} điểm.",
    ),
    # the whole exercise
    "passed": Text(
        "All right: {points:g} of {maximum:g} points.", "Đúng hết: {points:g}/{maximum:g} điểm."
    ),
    "partly": Text(
        "Partly right: {points:g} of {maximum:g} points.",
        "Đúng một phần: {points:g}/{maximum:g} điểm.",
    ),
    "failed": Text(
        "Not right yet: {points:g} of {maximum:g} points.",
        "Chưa đúng: {points:g}/{maximum:g} điểm.",
    ),
    "not_done": Text(
        "Not done yet: {points:g} of {maximum:g} points.", "Chưa làm: {points:g}/{maximum:g} điểm."
    ),
    "read_again": Text("Read again: {section}", "Đọc lại: {section}"),
    "diagnosis": Text("What happened", "Chẩn đoán"),
    "case": Text("case", "trường hợp"),
    "verdict_header": Text("verdict", "nhận xét"),
    "points_header": Text("points", "điểm"),
    "hidden_case": Text("(seen by the grader alone)", "(chỉ bộ chấm thấy)"),
    "hidden_note": Text(
        "When it is graded, further cases with other numbers are added.",
        "Khi chấm điểm sẽ có thêm các trường hợp với những con số khác.",
    ),
    "manual": Text("Graded by hand: {maximum:g} points.", "Chấm tay: {maximum:g} điểm."),
    "manual_empty": Text("Not done yet: no answer is written.", "Chưa làm: chưa có câu trả lời."),
    # the quiz
    "quiz_question": Text("question {number}", "câu {number}"),
    "quiz_right": Text("{answer} is right", "{answer} là đúng"),
    "quiz_wrong": Text("{answer} is not right", "{answer} chưa đúng"),
    "quiz_empty": Text("not answered yet", "chưa trả lời"),
    "quiz_bad_letter": Text(
        "{answer} is not one of the letters {letters}",
        "{answer} không phải một trong các chữ {letters}",
    ),
    "quiz_noted": Text("answered: {answer}", "đã trả lời: {answer}"),
    "quiz_shape": Text(
        'write the quiz as a dictionary, {{"q1": "a", ...}}, with the keys {keys}.',
        'hãy viết phần trắc nghiệm thành một dictionary, {{"q1": "a", ...}}, với các khóa {keys}.',
    ),
    "quiz_later": Text(
        "{done} of {total} questions answered. The answers are graded after you hand in.",
        "Đã trả lời {done}/{total} câu. Đáp án được chấm sau khi bạn nộp bài.",
    ),
    # pictures
    "yours": Text("yours", "của bạn"),
    "expected": Text("expected", "đúng"),
    "step": Text("step", "bước"),
    "component": Text("component", "thành phần"),
    "picture_trajectory": Text(
        "Your trajectory over the expected one in case “{case}”: they part at step {step}; yours ends at {mine}, "
        "the expected one at {right}.",
        "Quỹ đạo của bạn chồng lên quỹ đạo đúng trong trường hợp “{case}”: tách nhau từ bước {step}; của bạn kết thúc "
        "ở {mine}, quỹ đạo đúng ở {right}.",
    ),
    "picture_vector": Text(
        "Your result beside the expected one in case “{case}”: yours {mine}, expected {right}.",
        "Kết quả của bạn bên cạnh kết quả đúng trong trường hợp “{case}”: của bạn {mine}, đúng {right}.",
    ),
    # not a matter of right or wrong
    "unknown_exercise": Text(
        "There is no exercise {name!r}. Did you mean {near}?",
        "Không có bài {name!r}. Ý bạn là {near}?",
    ),
    "no_pack": Text(
        "The checks of this lesson are not installed: {reason}. Install hocsau again (see README).",
        "Chưa cài phần kiểm tra của bài học này: {reason}. Hãy cài lại hocsau (xem README).",
    ),
    "begin": Text(
        "Lesson {number}: {title}. Language: English. Device: {device}.",
        "Bài {number}: {title}. Ngôn ngữ: tiếng Việt. Thiết bị: {device}.",
    ),
    "progress_title": Text("Lesson {number}: {title}", "Bài {number}: {title}"),
    "progress_exercise": Text("exercise", "bài tập"),
    "progress_state": Text("state", "tình trạng"),
    "progress_done": Text("done", "xong"),
    "progress_partly": Text("partly right", "đúng một phần"),
    "progress_wrong": Text("not right yet", "chưa đúng"),
    "progress_open": Text("not done yet", "chưa làm"),
    "progress_manual": Text("graded by hand", "chấm tay"),
    "progress_later": Text("answered, graded later", "đã trả lời, chấm sau"),
    "progress_sum": Text(
        "{points:g} of {maximum:g} points from checks you ran in this session.",
        "{points:g}/{maximum:g} điểm từ các lần kiểm tra trong phiên này.",
    ),
    "progress_next": Text("Next: {name}", "Tiếp theo: {name}"),
    "not_ready": Text(
        "This part runs your own {names}; finish it first, then run this cell again.",
        "Phần này chạy {names} của chính bạn; hãy làm xong rồi chạy lại ô này.",
    ),
}
