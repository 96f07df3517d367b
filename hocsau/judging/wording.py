"""Every sentence of a verdict, in both languages. `{fields}` are filled in by `Text.format`."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["WORDS"]

WORDS: dict[str, Text] = {
    # what differs
    "at_place": Text("Result{place}: ", "Kết quả{place}: "),
    "at_call": Text("In call {number}: ", "Ở lần gọi thứ {number}: "),
    "at_gradients": Text("Gradient with respect to {name}: ", "Gradient theo {name}: "),
    "at_buffers": Text("Buffer {name} after the call: ", "Buffer {name} sau lần gọi: "),
    "at_attributes": Text("Attribute {name}: ", "Thuộc tính {name}: "),
    "at_weights": Text("{name} afterwards: ", "{name} sau khi chạy: "),
    "differ_not_tensor": Text(
        "expected a torch tensor ({expected}), got {actual}.",
        "cần một tensor của torch ({expected}), nhận được {actual}.",
    ),
    "differ_not_torch": Text(
        "expected a torch tensor ({expected}), got a NumPy array. Stay in torch all the way: NumPy knows no gradient "
        "and no GPU.",
        "cần một tensor của torch ({expected}), nhận được một mảng NumPy. Hãy dùng torch từ đầu đến cuối: NumPy không "
        "biết gradient và cũng không chạy trên GPU.",
    ),
    "differ_tensor_scalar": Text(
        "expected a plain number ({expected}), got a {actual}. Take the number out with `.item()`.",
        "cần một con số thường ({expected}), nhận được {actual}. Hãy lấy số đó ra bằng `.item()`.",
    ),
    "differ_tensor_array": Text(
        "expected a NumPy {expected}, got a torch {actual}.",
        "cần {expected} của NumPy, nhận được {actual} của torch.",
    ),
    "differ_detached": Text(
        "the numbers are right, but the result is cut off from the computation graph, so no gradient can flow back "
        "through it. Look for `.detach()`, `.item()`, `.data`, `torch.no_grad()`, `torch.tensor(...)` or NumPy.",
        "các con số đúng, nhưng kết quả bị cắt khỏi đồ thị tính toán nên gradient không truyền ngược qua được. Hãy tìm "
        "`.detach()`, `.item()`, `.data`, `torch.no_grad()`, `torch.tensor(...)` hoặc NumPy.",
    ),
    "differ_no_gradient": Text(
        "none arrives. Somewhere between it and the result the computation graph is cut, or it is not used.",
        "không có gradient nào truyền tới. Ở đâu đó giữa nó và kết quả, đồ thị tính toán bị cắt, hoặc nó không được dùng.",
    ),
    "differ_sketch": Text("its numbers are not right.", "các con số không đúng."),
    "differ_same": Text(
        "return the very {name} that you were given, changed in place; got {actual}.",
        "hãy trả về chính {name} đã được đưa vào (sửa tại chỗ); nhận được {actual}.",
    ),
    "differ_module": Text(
        "your class must be an nn.Module: `class ...(nn.Module)`, with `super().__init__()` first; got {actual}.",
        "lớp của bạn phải là một nn.Module: `class ...(nn.Module)`, gọi `super().__init__()` trước tiên; nhận được {actual}.",
    ),
    "differ_names_parameters": Text(
        "the parameters do not have the names that were agreed on. Missing: {missing}. Not expected: {extra}.",
        "tên các tham số không đúng như đã quy ước. Còn thiếu: {missing}. Bị thừa: {extra}.",
    ),
    "differ_names_buffers": Text(
        "these buffers are missing: {missing}. Make them with `self.register_buffer(...)`.",
        "còn thiếu các buffer: {missing}. Hãy tạo chúng bằng `self.register_buffer(...)`.",
    ),
    "differ_parameter_shape": Text(
        "{name} should have shape {expected}, yours has {actual}.",
        "{name} phải có shape {expected}, của bạn có {actual}.",
    ),
    "differ_never_called": Text(
        "your function never called the model it was given.",
        "hàm của bạn không hề gọi mô hình được đưa vào.",
    ),
    "differ_mode_during": Text(
        "call the model in {expected} mode: `model.train()` for learning, `model.eval()` for everything else.",
        "hãy gọi mô hình ở chế độ {expected}: `model.train()` khi huấn luyện, `model.eval()` trong mọi trường hợp khác.",
    ),
    "differ_mode_after": Text(
        "the model must be left in {expected} mode; yours is left in {actual} mode.",
        "khi kết thúc, mô hình phải ở chế độ {expected}; mô hình của bạn đang ở chế độ {actual}.",
    ),
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
    "differ_single": Text(
        "the numbers are right to about seven digits only, as float32 has them; float64 is asked for. "
        "Was something stored as float32 on the way (torch.zeros(...) without a dtype)?",
        "các số chỉ đúng đến khoảng bảy chữ số, như float32; ở đây cần float64. "
        "Có gì đó bị lưu thành float32 giữa đường (torch.zeros(...) không ghi dtype) không?",
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
    "score_high": Text(
        "{what} is {reached}; at most {most} is asked for.",
        "{what} là {reached}; không được vượt quá {most}.",
    ),
    "score_accuracy": Text(
        "the held-out accuracy of the model you trained",
        "độ chính xác trên tập giữ lại của mô hình bạn huấn luyện",
    ),
    "score_root_mean_square_error": Text(
        "the root mean square error of your model's forecasts on held-out values",
        "căn của sai số bình phương trung bình (RMSE) của mô hình trên tập giữ lại",
    ),
    "score_bits": Text(
        "the number of bits per token that your trained model needs on held-out text",
        "số bit trên mỗi token mà mô hình bạn huấn luyện cần trên văn bản giữ lại",
    ),
    "score_scaling_error": Text(
        "the distance of the buffers mean and std from those of the training inputs, in standard deviations,",
        "độ lệch của các buffer mean và std so với dữ liệu huấn luyện (tính theo độ lệch chuẩn)",
    ),
    "score_sampling": Text(
        "the largest deviation of your samples' frequencies from the model's probabilities, in standard errors,",
        "độ lệch lớn nhất giữa tần suất mẫu của bạn và xác suất của mô hình (tính theo sai số chuẩn)",
    ),
    "score_repeats": Text(
        "the share of repeated calls that behave as they should (same seed, same result; another seed, another result)",
        "tỉ lệ các lần gọi lặp lại cho kết quả như mong đợi (cùng seed thì giống nhau, khác seed thì khác nhau)",
    ),
    "score_least_seen": Text(
        "the number of times that the training sample you used the least is learned from in an epoch",
        "số lần mà mẫu huấn luyện ít được dùng nhất được học trong một epoch",
    ),
    "score_new_orders": Text(
        "the share of epochs in which the training samples come in a new random order",
        "tỉ lệ các epoch mà mẫu huấn luyện đến theo một thứ tự ngẫu nhiên mới",
    ),
    "score_rows_learned": Text(
        "the number of windows that you learn from, compared with steps × batch_size (1 where they agree),",
        "số cửa sổ bạn đã học so với steps × batch_size (bằng 1 khi khớp)",
    ),
    "score_initial_normal": Text(
        "the largest deviation of your matrices' initial mean and standard deviation from those asked for, in standard errors,",
        "độ lệch lớn nhất của trung bình và độ lệch chuẩn ban đầu của các ma trận so với yêu cầu (tính theo sai số chuẩn)",
    ),
    "score_initial_loss": Text(
        "the distance of the loss at the start from ln V",
        "khoảng cách giữa hàm mất mát lúc đầu và ln V",
    ),
    "strayed": Text(
        "the result is right on the CPU, but with the inputs on another device ({device}) it fails: line {number} makes a "
        "tensor on the CPU: {line} — give it `device=x.device`, or keep it with `register_buffer` in a module.",
        "kết quả đúng trên CPU, nhưng khi dữ liệu nằm trên thiết bị khác ({device}) thì hỏng: dòng {number} tạo tensor "
        "trên CPU: {line} — hãy thêm `device=x.device`, hoặc giữ nó bằng `register_buffer` nếu ở trong module.",
    ),
    "strayed_nowhere": Text(
        "the result is right on the CPU, but with the inputs on another device ({device}) it mixes tensors of both, or "
        "ends on the CPU: make every tensor with `device=x.device`.",
        "kết quả đúng trên CPU, nhưng khi dữ liệu nằm trên thiết bị khác ({device}) thì lẫn lộn tensor của hai thiết bị, "
        "hoặc kết quả lại nằm trên CPU: hãy tạo mọi tensor với `device=x.device`.",
    ),
    "timeout": Text(
        "stopped after {seconds:g} s: is there a loop that never ends?",
        "bị dừng sau {seconds:g} giây: có vòng lặp nào không kết thúc không?",
    ),
    "died": Text(
        "Python itself stopped while running this. The other exercises are not affected.",
        "Chính Python bị dừng khi chạy phần này. Các bài khác không bị ảnh hưởng.",
    ),
    "unreadable": Text(
        "torch made a tensor that it cannot give out to be checked. You did nothing wrong. Restart the kernel and check again; "
        "if it stays, install a newer torch (`pip install --upgrade torch`) and show this to your instructor: {text}",
        "torch đã tạo ra một tensor mà không đọc ra được để kiểm tra. Bạn không làm gì sai. Hãy khởi động lại kernel rồi kiểm "
        "tra lại; nếu vẫn vậy, hãy cài torch mới hơn (`pip install --upgrade torch`) và cho giảng viên xem dòng này: {text}",
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
    "forbidden_unnamed": Text(
        "This exercise is about writing it yourself; your answer makes a library call that is not allowed here. Build it "
        "from basic operations; until then it earns 0 of {maximum:g} points.",
        "Bài này yêu cầu bạn tự viết; lời giải của bạn gọi một hàm thư viện không được phép ở đây. Hãy dựng nó từ các phép "
        "toán cơ bản; cho đến lúc đó bài được 0/{maximum:g} điểm.",
    ),
    "forbidden_torch": Text(
        "This exercise is about writing it yourself; your answer uses {calls}, which is not allowed here. Build it from "
        "basic tensor operations; until then it earns 0 of {maximum:g} points.",
        "Bài này yêu cầu bạn tự viết; lời giải của bạn dùng {calls}, điều không được phép ở đây. Hãy dựng nó từ các phép "
        "toán tensor cơ bản; cho đến lúc đó bài được 0/{maximum:g} điểm.",
    ),
    # the whole exercise
    "passed": Text(
        "All right: {points:g} of {maximum:g} points.", "Đúng hết: {points:g}/{maximum:g} điểm."
    ),
    "partly": Text(
        "Partly right: {points:g} of {maximum:g} points.",
        "Đúng một phần: {points:g}/{maximum:g} điểm.",
    ),
    "unjudged": Text(
        "Not judged: the machine failed, not your answer. It costs no points.",
        "Chưa chấm được: lỗi của máy, không phải của lời giải. Bạn không bị trừ điểm.",
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
        "{points:g} of {maximum:g} points in this lesson, from the checks you ran.",
        "{points:g}/{maximum:g} điểm trong bài này, tính theo các lần bạn kiểm tra.",
    ),
    "progress_next": Text("Next: {name}", "Tiếp theo: {name}"),
    "progress_next_lesson": Text(
        "Next: {name}, in lesson {number}, {title}", "Tiếp theo: {name}, ở bài {number}, {title}"
    ),
    "progress_all": Text(
        "Every exercise that a check can see is done. Congratulations!",
        "Mọi bài tập mà phần kiểm tra thấy được đều đã xong. Chúc mừng bạn!",
    ),
    "progress_course": Text("The whole course", "Cả khóa học"),
    "progress_lesson": Text("lesson", "bài học"),
    "progress_finished": Text("exercises done", "bài tập đã xong"),
    "progress_hints": Text("hints read: {number}", "gợi ý đã xem: {number}"),
    "progress_revealed": Text("answer seen", "đã xem lời giải"),
    "progress_unstored": Text(
        "Your progress cannot be stored in {path} ({reason}), so it lasts until this notebook is closed. "
        "Set the environment variable HOCSAU_PROGRESS to a file that can be written.",
        "Không lưu được tiến độ của bạn vào {path} ({reason}), nên tiến độ chỉ còn đến khi đóng notebook này. "
        "Hãy đặt biến môi trường HOCSAU_PROGRESS là một tệp ghi được.",
    ),
    "not_ready": Text(
        "This part runs your own {names}; finish it first, then run this cell again.",
        "Phần này chạy {names} của chính bạn; hãy làm xong rồi chạy lại ô này.",
    ),
    "not_right": Text(
        "This part runs your own {names}, not right yet; mend it, run its check again, then this cell.",
        "Phần này chạy {names} của chính bạn, mà nó chưa đúng; hãy sửa, chạy lại ô kiểm tra của nó, rồi chạy lại ô này.",
    ),
}
