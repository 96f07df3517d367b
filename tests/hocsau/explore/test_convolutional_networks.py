"""Explorers of lesson 5 against direct computation."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (the name that everyone uses)
from torch import nn

from grader.course.reference import answers
from hocsau import datasets, language
from hocsau.explore import convolutional_networks as explore
from hocsau.explore.convolutional_networks.feature_maps import LAYERS, trained_weights
from hocsau.explore.convolutional_networks.kernels import IDENTITY, PRESETS
from hocsau.explore.pictures import PICTURES, on_tensors, picture, tiled

ANSWERS = answers("convolutional_networks")
SOBEL = (1, 0, -1, 2, 0, -2, 1, 0, -1)

# pictures


def test_pictures_are_of_the_classes_that_they_are_called() -> None:
    names = {name: text.en for name, text in PICTURES.items()}
    assert names["trouser"] == datasets.fashion_mnist().classes[1].en
    for name in PICTURES:
        assert picture(name).shape == (28, 28)
        assert picture(name).max() <= 1


def test_tiles_stand_in_rows_with_gaps() -> None:
    sheet = tiled(np.arange(3.0)[:, None, None] * np.ones((3, 2, 2)), 2)
    assert sheet.shape == (5, 5)
    assert sheet[0, 0] == 0
    assert sheet[0, 3] == 1
    assert sheet[3, 0] == 2
    assert np.isnan(sheet[2]).all()
    assert np.isnan(sheet[3:, 3:]).all()


def test_arrays_go_in_as_tensors_and_come_back_as_arrays() -> None:
    seen = []

    def function(x, k, nothing):
        seen.append((type(x), k, nothing))
        return x * k, [x]

    first, (second,) = on_tensors(function)(np.ones(2), 3, None)
    assert seen == [(torch.Tensor, 3, None)]
    assert isinstance(first, np.ndarray)
    assert isinstance(second, np.ndarray)
    assert on_tensors(None) is None


# im2col


@pytest.mark.parametrize("stride", [1, 2])
def test_windows_are_a_view_and_their_product_is_the_convolution(stride) -> None:
    state = explore.compute_windows(stride)
    pixels = torch.arange(16.0, dtype=torch.float64).reshape(4, 4)
    kernel = torch.tensor([[1.0, 0.0], [-1.0, 2.0]], dtype=torch.float64)
    expected = F.conv2d(pixels[None, None], kernel[None, None], stride=stride)
    np.testing.assert_allclose(state.result, expected.flatten())
    view = pixels.unfold(0, 2, stride).unfold(1, 2, stride)
    assert (state.shape, state.strides) == (tuple(view.shape), view.stride())


def test_windows_can_be_moved_to_every_place() -> None:
    live = explore.windows()
    for stride in (1, 2):
        live.controls["stride"].value = stride
        for window in range(9):
            live.controls["window"].value = window
            assert not live.error
    assert "Window 3 starts at row 2, column 2: 10, 11, 14, 15" in live.page


# 5a


@pytest.mark.parametrize("kernel", [IDENTITY, SOBEL, PRESETS["blur"], (1, 2, 3, 4, 5, 6, 7, 8, 9)])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_a_kernel_gives_torchs_convolution_with_or_without_the_learners(kernel, stride, padding) -> None:
    x = torch.tensor(np.array(picture("boot")))[None, None]
    weight = torch.tensor(kernel, dtype=torch.float64).reshape(1, 1, 3, 3)
    expected = F.conv2d(x, weight, stride=stride, padding=padding)[0, 0].numpy()
    own = explore.compute_kernel("boot", kernel, stride, padding, 3, 40)
    run = explore.compute_kernel("boot", kernel, stride, padding, 3, 40, ANSWERS["conv2d"])
    np.testing.assert_allclose(own.result, expected, atol=1e-12)
    np.testing.assert_allclose(run.result, expected, atol=1e-12)
    assert (own.row, own.column) == (3, expected.shape[1] - 1)
    assert (own.window * own.kernel).sum() == pytest.approx(expected[3, -1])
    assert "your conv2d" in run.note.en


def test_upright_and_level_edges_of_the_trouser() -> None:
    assert explore.compute_kernel("trouser", IDENTITY, 1, 0, 0, 0).ratio == pytest.approx(1)
    assert explore.compute_kernel("trouser", PRESETS["level"], 1, 0, 0, 0).ratio < 1 / 3
    for stride in (1, 2, 3):
        for padding in (0, 1, 2):
            found = explore.compute_kernel("trouser", SOBEL, stride, padding, 0, 0)
            assert found.ratio > 3
    assert np.isnan(explore.compute_kernel("trouser", (0,) * 9, 1, 0, 0, 0).ratio)


def test_no_preset_meets_the_challenge() -> None:
    live = explore.kernels()
    for name in PRESETS:
        live.controls["kernel"].value = name
        assert "✗ Not yet." in live.page


# 5b


def lenet():
    """The trained weights in the reference's module, float64."""
    model = ANSWERS["LeNet"]().double()
    model.load_state_dict({name: torch.tensor(w) for name, w in trained_weights().items()})
    return model


def test_the_maps_are_those_of_lenet() -> None:
    model = lenet()
    moved = np.zeros((28, 28))
    moved[:, 3:] = picture("bag")[:, :-3]
    x = torch.tensor(moved)[None, None]
    with torch.no_grad():
        conv1 = model.conv1(x).relu()
        pool1 = F.max_pool2d(conv1, 2)
        conv2 = model.conv2(pool1).relu()
        expected = {"conv1": conv1, "pool1": pool1, "conv2": conv2, "pool2": F.max_pool2d(conv2, 2)}
        p = model(x).softmax(dim=1)[0]
    for functions in ((), (ANSWERS["conv2d"], ANSWERS["max_pool2d"])):
        for layer, maps in expected.items():
            state = explore.compute_maps("bag", layer, 3, *functions)
            np.testing.assert_allclose(state.maps, maps[0].numpy(), atol=1e-10)
            assert state.maps.shape == (LAYERS[layer].count, *[LAYERS[layer].size] * 2)
            assert state.after == (int(p.argmax()), pytest.approx(float(p.max())))


@pytest.mark.parametrize("layer", list(LAYERS))
def test_maps_move_along_exactly_for_multiples_of_the_distance_between_cells(layer) -> None:
    for shift in range(9):
        state = explore.compute_maps("trouser", layer, shift)
        assert state.exact == (shift % LAYERS[layer].jump == 0)
        assert (~np.isnan(state.difference)).any()


def test_the_receptive_fields_are_those_of_the_exercise() -> None:
    layers = [(5, 1), (2, 2), (5, 1), (2, 2)]
    for count, about in enumerate(LAYERS.values(), start=1):
        field = ANSWERS["receptive_field"](layers[:count])
        assert about.last - about.first + 1 == field


def test_it_has_learned_something_and_does_not_know_where_it_lies() -> None:
    data = datasets.fashion_mnist()
    with torch.no_grad():
        logits = lenet()(torch.tensor(data.x_test[:, None] / 255))
    assert (logits.argmax(dim=1).numpy() == data.y_test).mean() > 0.7
    still, moved = (explore.compute_maps("trouser", "pool2", shift) for shift in (0, 8))
    assert still.after[0] == 1  # trouser
    assert moved.after[1] < still.after[1]


def test_a_trained_model_can_be_looked_into() -> None:
    torch.manual_seed(1)
    live = explore.feature_maps(model=ANSWERS["LeNet"]())
    assert not live.error


# 5c


@pytest.mark.parametrize("depth", [8, 20])
@pytest.mark.parametrize("he", [True, False])
def test_the_learners_block_gives_what_ours_gives(depth, he) -> None:
    own = explore.compute_depth(depth, True, True, he)
    run = explore.compute_depth(depth, True, True, he, ANSWERS["ResidualBlock"])
    assert own.gradients.shape == (depth,)
    assert own.spreads.shape == (depth // 2,)
    np.testing.assert_allclose(run.gradients, own.gradients, rtol=1e-6)
    np.testing.assert_allclose(run.spreads, own.spreads, rtol=1e-6)
    assert "your ResidualBlock" in run.note.en


# all of them

GOOD_KERNEL = {
    f"k{u}{v}": float(SOBEL[3 * u + v]) for u in range(3) for v in range(3)
}  # fmt: skip
CASES = [
    (explore.kernels, GOOD_KERNEL),
    (explore.feature_maps, {"shift": 4}),
    (explore.depth, {"residual": True}),
]


@pytest.mark.parametrize("spoken", ["en", "vi"])
@pytest.mark.parametrize(("build", "good"), CASES)
def test_default_fails_and_the_stated_setting_passes(monkeypatch, spoken, build, good) -> None:
    monkeypatch.setattr(language, "_chosen", spoken)
    live = build()
    assert ("✗ Not yet." if spoken == "en" else "✗ Chưa đạt.") in live.page
    for name, value in good.items():
        live.controls[name].value = value
    assert ("✓ Met." if spoken == "en" else "✓ Đã đạt.") in live.page
    assert not live.error


@pytest.mark.parametrize(("build", "_good"), CASES)
def test_every_setting_of_every_control_can_be_drawn(build, _good) -> None:
    live = build()
    texts = set()
    for widget in live.controls.values():
        options = getattr(widget, "options", None)
        ends = [value for _, value in options] if options else [widget.min, widget.max]
        for value in ends:
            widget.value = value
            assert not live.error
            texts.add(re.search(r'alt="([^"]*)"', live.page).group(1))
    assert len(texts) > len(live.controls) / 2


@pytest.mark.parametrize(
    ("build", "functions", "note"),
    [
        (explore.kernels, (lambda *_: torch.zeros(1),), "Your conv2d returned"),
        (explore.kernels, (lambda x: x,), "Your conv2d raised TypeError"),
        (explore.feature_maps, (None, lambda x, k, s: x), "Your max_pool2d returned"),
        (explore.depth, (nn.Identity,), "Your ResidualBlock raised"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_wrong_answer_is_named_and_replaced(build, functions, note) -> None:
    live = build(*functions)
    if build is explore.depth:
        live.controls["residual"].value = True
    assert note in live.page
    assert not live.error


def test_the_nine_sliders_stand_in_a_square() -> None:
    live = explore.kernels()
    square = live.widget.children[2]
    assert len(square.children) == 9
    assert len(live.widget.children) == len(live.controls) - 9 + 1 + 2


@pytest.mark.parametrize(("build", "good"), CASES)
def test_a_move_is_quick_once_it_is_computed(build, good) -> None:
    live = build()
    for name, value in good.items():
        live.controls[name].value = value
    times = []
    for _ in range(5):
        began = time.process_time()
        live.render()
        times.append(time.process_time() - began)
    assert min(times) < 0.1  # about 0.03 s


# for real

CLASSES = datasets.fashion_mnist().classes
LABELS = np.array([0, 1, 2, 2, 6, 6])
LOGITS = np.zeros((6, 10))
for _row, _guess, _size in ((0, 0, 3), (1, 1, 1), (2, 4, 9), (3, 2, 2), (4, 0, 5), (5, 0, 1)):
    LOGITS[_row, _guess] = _size


def test_confusions_are_counted_by_row_and_column() -> None:
    counts = explore.count_confusions(torch.tensor(LABELS), torch.tensor(LOGITS))
    assert counts.sum() == 6
    assert counts[6, 0] == 2
    assert counts[2, 4] == counts[2, 2] == 1


def test_the_confusion_matrix_says_its_commonest_mistakes() -> None:
    figure, alt = explore.draw_confusion(LABELS, LOGITS, CLASSES)
    assert "3 of 6 pictures judged rightly" in alt.en
    assert "shirt taken for T-shirt/top, 2 times; " in alt.en
    assert "áo sơ mi nhận thành áo thun, 2 lần" in alt.vi
    assert len(figure.axes[0].get_xticklabels()) == 10


def test_mistakes_come_with_the_most_confident_first() -> None:
    found = explore.most_confident_mistakes(LABELS, LOGITS, 2)
    assert [row for row, *_ in found] == [2, 4]
    assert found[0][1:3] == (2, 4)
    assert found[0][3] == pytest.approx(np.exp(9) / (np.exp(9) + 9))
    figure, alt = explore.draw_mistakes(np.zeros((6, 1, 28, 28)), LABELS, LOGITS, CLASSES)
    assert alt.en.count("taken for") == 3
    assert sum(bool(axes.get_title()) for axes in figure.axes) == 3


def test_no_mistake_is_said() -> None:
    with pytest.raises(ValueError, match="no mistake"):
        explore.draw_mistakes(np.zeros((1, 28, 28)), [0], np.eye(10)[:1], CLASSES)


def test_comparison_says_mean_and_spread_of_every_model() -> None:
    scores = {"MLP": [0.85, 0.86], "LeNet": [0.88, 0.87], "residual": [0.893]}
    figure, alt = explore.draw_comparison(scores)
    assert "MLP: mean 0.855, spread 0.010; LeNet: mean 0.875" in alt.en
    assert "residual: 0.893, one seed; " in alt.en
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == [*scores]
    with pytest.raises(ValueError, match="at least one run"):
        explore.draw_comparison({"MLP": []})


def test_pictures_for_real_are_shown(monkeypatch) -> None:
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    explore.comparison({"MLP": [0.85]})
    explore.confusion(LABELS, LOGITS, CLASSES)
    explore.mistakes(np.zeros((6, 28, 28)), LABELS, LOGITS, CLASSES)
    assert ["<img alt=" in picture._repr_html_() for picture in shown] == [True] * 3
