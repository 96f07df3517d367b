"""Lesson 6: known mistakes in Forecaster."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor


class _Base(nn.Module):
    """The right forecaster, in parts that a mistake exchanges."""

    mean: Tensor
    std: Tensor

    def __init__(self, hidden_size: int, horizon: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, horizon)
        self.register_buffer("mean", torch.tensor(0.0))
        self.register_buffer("std", torch.tensor(1.0))

    def scaled(self, inputs: Tensor) -> Tensor:
        return (inputs - self.mean) / self.std

    def last(self, scaled: Tensor) -> Any:
        return self.lstm(scaled[:, :, None])[0][:, -1]

    def undone(self, forecast: Tensor) -> Any:
        return forecast * self.std + self.mean

    def forward(self, inputs: Tensor) -> Any:
        return self.undone(self.head(self.last(self.scaled(inputs))))


@misconception(
    "Forecaster",
    see="forecaster",
    en="The scaling is not undone: your forecast is in standard deviations, near 0. Multiply by std and add mean at the end.",
    vi="Việc chuẩn hóa chưa được hoàn lại: dự báo của bạn tính bằng độ lệch chuẩn, gần 0. Cuối cùng hãy nhân std rồi cộng mean.",
)
class scaling_not_undone(_Base):
    def undone(self, forecast: Tensor) -> Any:
        return forecast


@misconception(
    "Forecaster",
    see="forecaster",
    en="The inputs reach the LSTM in their own units: with a few hundred bicycles an hour all its gates are saturated. Scale first.",
    vi="Đầu vào đến LSTM với đơn vị gốc: vài trăm lượt thuê xe mỗi giờ làm mọi cổng bão hòa. Hãy chuẩn hóa trước.",
)
class inputs_not_scaled(_Base):
    def scaled(self, inputs: Tensor) -> Tensor:
        return inputs


@misconception(
    "Forecaster",
    see="forecaster",
    en="mean and std are not used at all: neither are the inputs scaled nor the forecast scaled back.",
    vi="mean và std hoàn toàn không được dùng: đầu vào không được chuẩn hóa, dự báo cũng không được đổi lại.",
)
class not_scaled_at_all(_Base):
    def forward(self, inputs: Tensor) -> Any:
        return self.head(self.last(inputs))


@misconception(
    "Forecaster",
    see="forecaster",
    en="Undone in the wrong order: (forecast + mean) * std. The inverse of (x - mean) / std is forecast * std + mean.",
    vi="Hoàn lại sai thứ tự: (forecast + mean) * std. Phép ngược của (x - mean) / std là forecast * std + mean.",
)
class undone_in_the_wrong_order(_Base):
    def undone(self, forecast: Tensor) -> Any:
        return (forecast + self.mean) * self.std


@misconception(
    "Forecaster",
    see="forecaster",
    en="The mean is not added back: your forecast is in the right units, but swings around 0.",
    vi="Chưa cộng lại mean: dự báo đúng đơn vị nhưng dao động quanh 0.",
)
class mean_not_added(_Base):
    def undone(self, forecast: Tensor) -> Any:
        return forecast * self.std


@misconception(
    "Forecaster",
    see="forecaster",
    en="The mean is added back, but std is not: your forecast swings around the right level, in standard deviations. Multiply by std first.",
    vi="mean đã được cộng lại nhưng std thì chưa: dự báo dao động quanh đúng mức, nhưng tính bằng độ lệch chuẩn. Trước hết hãy nhân với std.",
)
class std_not_undone(_Base):
    def undone(self, forecast: Tensor) -> Any:
        return forecast + self.mean


@misconception(
    "Forecaster",
    see="forecaster",
    en="The head reads the FIRST output, of an LSTM that has seen one value. Take the last one, outputs[:, -1].",
    vi="head đọc đầu ra ĐẦU TIÊN, khi LSTM mới thấy một giá trị. Hãy lấy đầu ra cuối, outputs[:, -1].",
)
class first_output_for_last(_Base):
    def last(self, scaled: Tensor) -> Any:
        return self.lstm(scaled[:, :, None])[0][:, 0]


@misconception(
    "Forecaster",
    see="forecaster",
    en="outputs[-1] is the last WINDOW of the batch, since the batch comes first here. The last step is outputs[:, -1].",
    vi="outputs[-1] là CỬA SỔ cuối của batch, vì ở đây batch đứng trước. Bước cuối là outputs[:, -1].",
)
class last_window_for_last_step(_Base):
    def last(self, scaled: Tensor) -> Any:
        return self.lstm(scaled[:, :, None])[0][-1]


@misconception(
    "Forecaster",
    see="forecaster",
    en="You average the outputs over the window. The contract takes the last one, which has read everything.",
    vi="Bạn lấy trung bình các đầu ra trên cả cửa sổ. Theo đề bài phải lấy đầu ra cuối, nó đã đọc hết mọi thứ.",
)
class mean_of_the_outputs(_Base):
    def last(self, scaled: Tensor) -> Any:
        return self.lstm(scaled[:, :, None])[0].mean(dim=1)


@misconception(
    "Forecaster",
    see="forecaster",
    en="The head reads the cell state c. What an LSTM shows to the outside is the hidden state h, its output.",
    vi="head đọc trạng thái ô nhớ c. Thứ LSTM cho bên ngoài thấy là trạng thái ẩn h, tức đầu ra của nó.",
)
class cell_state_read(_Base):
    def last(self, scaled: Tensor) -> Any:
        return self.lstm(scaled[:, :, None])[1][1][0]


@misconception(
    "Forecaster",
    see="forecaster",
    en="batch_first=True is missing: the LSTM takes your windows for the steps of time, and each window leaks into the next.",
    vi="Thiếu batch_first=True: LSTM coi các cửa sổ là các bước thời gian, và cửa sổ này rò rỉ sang cửa sổ kia.",
)
class batch_first_missing(_Base):
    def __init__(self, hidden_size: int, horizon: int) -> None:
        super().__init__(hidden_size, horizon)
        self.lstm = nn.LSTM(1, hidden_size)


@misconception(
    "Forecaster",
    see="forecaster",
    en="view (or reshape) does not exchange axes: it cuts the same row of numbers differently, so values of different windows get mixed. Use .T or transpose where axes are to be exchanged.",
    vi="view (hay reshape) không đổi chỗ các trục: nó chỉ cắt lại cùng một dãy số, nên giá trị của các cửa sổ bị trộn lẫn. Muốn đổi trục hãy dùng .T hoặc transpose.",
)
class viewed_for_transposed(_Base):
    def last(self, scaled: Tensor) -> Any:
        N, T = scaled.shape
        mixed = scaled.reshape(T, N, 1).transpose(0, 1)
        return self.lstm(mixed)[0][:, -1]


@misconception(
    "Forecaster",
    see="forecaster",
    en="The state is kept from one call to the next: a forecast then depends on which windows came before it. Each window starts from zeros.",
    vi="Trạng thái được giữ từ lần gọi này sang lần gọi sau: khi đó dự báo phụ thuộc vào những cửa sổ đến trước nó. Mỗi cửa sổ phải bắt đầu từ 0.",
)
class state_kept(_Base):
    def __init__(self, hidden_size: int, horizon: int) -> None:
        super().__init__(hidden_size, horizon)
        self.kept: Any = None

    def last(self, scaled: Tensor) -> Any:
        outputs, state = self.lstm(scaled[:, :, None], self.kept)
        self.kept = tuple(part.detach() for part in state)
        return outputs[:, -1]


@misconception(
    "Forecaster",
    see="forecaster",
    en="mean and std are parameters: Adam would change them. They are measured, not learned: register_buffer.",
    vi="mean và std là tham số: Adam sẽ thay đổi chúng. Chúng được đo chứ không học: register_buffer.",
)
class scale_is_trained(_Base):
    def __init__(self, hidden_size: int, horizon: int) -> None:
        super().__init__(hidden_size, horizon)
        del self.mean, self.std
        self.mean = nn.Parameter(torch.tensor(0.0))
        self.std = nn.Parameter(torch.tensor(1.0))


@misconception(
    "Forecaster",
    see="forecaster",
    en="mean and std are no buffers (plain attributes, or not there): they are not saved with the model and do not follow it to a GPU. register_buffer does both.",
    vi="mean và std không phải buffer (chỉ là thuộc tính thường, hoặc không có): chúng không được lưu cùng mô hình và không theo nó lên GPU. register_buffer lo cả hai việc.",
)
class scale_not_registered(_Base):
    def __init__(self, hidden_size: int, horizon: int) -> None:
        super().__init__(hidden_size, horizon)
        del self.mean, self.std
        self.mean, self.std = 0.0, 1.0  # type: ignore[assignment]


@misconception(
    "Forecaster",
    see="forecaster",
    en="Each window is scaled by its own mean and standard deviation. That can be a good idea, but here the scale is that of the training data, in the buffers.",
    vi="Mỗi cửa sổ được chuẩn hóa bằng trung bình và độ lệch chuẩn của chính nó. Có khi đó là ý hay, nhưng ở đây thang đo là của dữ liệu huấn luyện, nằm trong buffer.",
)
class scaled_by_the_window(_Base):
    def forward(self, inputs: Tensor) -> Any:
        mean, std = inputs.mean(dim=1, keepdim=True), inputs.std(dim=1, keepdim=True)
        return self.head(self.last((inputs - mean) / std)) * std + mean


@misconception(
    "Forecaster",
    see="forecaster",
    en="You add the last value of the window to the forecast. Forecasting the change is a good trick, but the contract asks for head(last output) * std + mean.",
    vi="Bạn cộng giá trị cuối của cửa sổ vào dự báo. Dự báo phần thay đổi là một mẹo hay, nhưng đề bài cần head(đầu ra cuối) * std + mean.",
)
class change_forecast(_Base):
    def forward(self, inputs: Tensor) -> Any:
        scaled = self.scaled(inputs)
        return self.undone(self.head(self.last(scaled)) + scaled[:, -1:])


@misconception(
    "Forecaster",
    see="forecaster",
    en="A ReLU stands behind the head: forecasts below the mean are impossible.",
    vi="Sau head còn có ReLU: không thể dự báo giá trị thấp hơn trung bình.",
)
class activation_behind_the_head(_Base):
    def undone(self, forecast: Tensor) -> Any:
        return torch.relu(forecast) * self.std + self.mean
