"""Lesson 1: what is said of a mistake that several exercises share, as the `en` and `vi` of a misconception."""

__all__ = [
    "ASCENT",
    "IN_PLACE",
    "MISSING_TWO",
    "ONE_UPDATE",
    "ORDER_IGNORED",
    "STALE",
    "UNPAIRED",
    "WHOLE_DATA",
]

ASCENT = {
    "en": "You add η∇J to w. The gradient points to where the loss grows fastest, so this is gradient ascent: the loss gets larger "
    "at every step. Descent goes against the gradient: look at the sign of your update.",
    "vi": "Bạn cộng η∇J vào w. Gradient chỉ về hướng hàm mất mát tăng nhanh nhất, nên đây là đi lên dốc: mất mát càng lúc càng lớn. "
    "Muốn đi xuống phải đi ngược gradient: hãy xem lại dấu của bước cập nhật.",
}
IN_PLACE = {
    "en": "The numbers are right, but `w -= ...` wrote them into the array you were given: the caller's w has changed as well. "
    "Make a new array at each step instead (w = w - ...).",
    "vi": "Các con số đều đúng, nhưng `w -= ...` đã ghi thẳng vào mảng được truyền vào: w ở nơi gọi hàm cũng bị đổi theo. "
    "Mỗi bước hãy tạo một mảng mới (w = w - ...).",
}
MISSING_TWO = {
    "en": "Your steps are half as long as they should be. The derivative of r² is 2r, and our J has no 1/2 in front that would cancel "
    "this 2: it belongs in the gradient.",
    "vi": "Bước đi của bạn chỉ dài bằng một nửa. Đạo hàm của r² là 2r, mà J của ta không có hệ số 1/2 ở đầu để triệt tiêu số 2 này, "
    "nên nó phải có mặt trong gradient.",
}
ONE_UPDATE = {
    "en": "Only the first update was made: a return inside the loop leaves the function after one round. An epoch goes through all "
    "the data; let the loop finish before you return w.",
    "vi": "Mới chỉ có một lần cập nhật: câu lệnh return nằm trong vòng lặp nên hàm kết thúc ngay sau lượt đầu. Một epoch phải đi hết "
    "dữ liệu; hãy để vòng lặp chạy xong rồi mới trả về w.",
}
ORDER_IGNORED = {
    "en": "You go through the data as they lie in the table; `order` says which sample comes first, second, and so on. "
    "Whoever calls your function shuffles by means of it, so take the indices from `order`.",
    "vi": "Bạn duyệt dữ liệu theo đúng thứ tự trong bảng, trong khi `order` mới là nơi cho biết mẫu nào đến trước, mẫu nào đến sau. "
    "Người gọi hàm xáo trộn dữ liệu thông qua nó, vì vậy hãy lấy chỉ số từ `order`.",
}
STALE = {
    "en": "All your gradients are taken at the w of the start of the epoch, so together they make one single long step. "
    "Each update must start from the newest w: compute the gradient anew inside the loop, after w has moved.",
    "vi": "Mọi gradient của bạn đều tính tại w ở đầu epoch, nên gộp lại chỉ là một bước dài duy nhất. "
    "Mỗi lần cập nhật phải xuất phát từ w mới nhất: hãy tính lại gradient trong vòng lặp, sau khi w đã di chuyển.",
}
UNPAIRED = {
    "en": "The rows of X are taken in shuffled order but y is not, so each sample meets the target of another one. "
    "A sample is the pair (x, y): index both with the same indices.",
    "vi": "Bạn lấy các hàng của X theo thứ tự đã xáo trộn nhưng y thì không, nên mẫu này bị ghép với nhãn của mẫu khác. "
    "Một mẫu là một cặp (x, y): hãy dùng cùng một bộ chỉ số cho cả hai.",
}
WHOLE_DATA = {
    "en": "Each of your updates uses the gradient over all n samples. That is batch gradient descent, several steps of it, at n times "
    "the work. Here an update may look only at the samples whose turn it is.",
    "vi": "Mỗi lần cập nhật bạn đều dùng gradient của toàn bộ n mẫu. Như vậy là đang chạy nhiều bước batch gradient descent và tốn công hơn hẳn. "
    "Ở đây mỗi lần cập nhật chỉ được nhìn những mẫu đến lượt mình.",
}
