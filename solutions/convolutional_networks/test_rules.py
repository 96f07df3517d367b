"""Lesson 5's rules: what is not allowed is found, a tensor on the wrong device too, and a part that is right earns its points."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (the name that everyone uses)

from grader.course.answers import right_answers
from grader.course.lessons import of_name
from grader.course.reference import answers
from hocsau.judging.allowed import library_calls
from hocsau.judging.disposable import strays
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.probe import drive
from hocsau.judging.scoring import Scored
from hocsau.judging.verdict import judge

ANSWERS = answers("convolutional_networks")
DEFINITIONS = {definition.name: definition for definition in of_name("convolutional_networks").exercises}
STYLES = [pytest.param(one.exercise, one.program, id=one.name) for one in right_answers("convolutional_networks")]


def requests(name: str, *, device: bool = False) -> list[Any]:
    """The requests of the public cases, or of those that are tried on another device."""
    drawn = [
        kind.draw(np.random.default_rng([7, index]))
        for index, kind in enumerate(DEFINITIONS[name].cases)
        if (kind.device if device else not kind.hidden)
    ]
    return [made.request if isinstance(made, Scored) else made for made in drawn]


def public(name: str) -> Exercise:
    definition = DEFINITIONS[name]
    cases = [
        Case(kind.name, request, drive(request, lambda: ANSWERS[name]))
        for kind, request in zip((kind for kind in definition.cases if not kind.hidden), requests(name), strict=True)
    ]
    return Exercise(name, definition.points, cases=tuple(cases), tolerance=definition.tolerance)


# not allowed


def by_the_library(x: Any, weight: Any, bias: Any, stride: int, padding: int) -> Any:
    return F.conv2d(x, weight, bias, stride, padding)


def by_a_layer(x: Any, weight: Any, bias: Any, stride: int, padding: int) -> Any:
    layer = torch.nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2:], stride, padding)
    layer.weight.data, layer.bias.data = weight, bias
    return layer(x)


def by_im2col_of_the_library(x: Any, weight: Any, bias: Any, stride: int, padding: int) -> Any:
    columns = F.unfold(x, weight.shape[2:], padding=padding, stride=stride)
    return (weight.flatten(1) @ columns) + bias[:, None]


def back_by_autograd(dy: Any, x: Any, weight: Any, stride: int, padding: int) -> Any:
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    y = ANSWERS["conv2d"](x, weight, None, stride, padding)
    return (*torch.autograd.grad(y, (x, weight), dy), dy.sum((0, 2, 3)))


def back_by_backward(dy: Any, x: Any, weight: Any, stride: int, padding: int) -> Any:
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    ANSWERS["conv2d"](x, weight, None, stride, padding).backward(dy)
    return x.grad, weight.grad, dy.sum((0, 2, 3))


def pooled_by_the_library(x: Any, kernel: int, stride: int) -> Any:
    return F.max_pool2d(x, kernel, stride)


def pooled_by_a_layer(x: Any, kernel: int, stride: int) -> Any:
    return torch.nn.MaxPool2d(kernel, stride)(x)


def pooled_back_by_autograd(dy: Any, x: Any, kernel: int, stride: int) -> Any:
    x = x.clone().requires_grad_()
    return torch.autograd.grad(ANSWERS["max_pool2d"](x, kernel, stride), x, dy)[0]


FORBIDDEN = [
    ("conv2d", by_the_library),
    ("conv2d", by_a_layer),
    ("conv2d", by_im2col_of_the_library),
    ("conv2d_backward", back_by_autograd),
    ("conv2d_backward", back_by_backward),
    ("max_pool2d", pooled_by_the_library),
    ("max_pool2d", pooled_by_a_layer),
    ("max_pool2d_backward", pooled_back_by_autograd),
]


@pytest.mark.parametrize(("name", "program"), FORBIDDEN)
def test_what_is_not_allowed_is_found_in_the_code_or_while_it_runs(name: str, program: Any) -> None:
    not_allowed = DEFINITIONS[name].not_allowed
    in_the_code = library_calls(program, not_allowed)
    observed = drive(requests(name)[0], lambda: program, not_allowed=not_allowed)
    assert in_the_code or observed.used


@pytest.mark.parametrize(("name", "program"), STYLES)
def test_what_is_allowed_is_not_blamed(name: str, program: Any) -> None:
    not_allowed = DEFINITIONS[name].not_allowed
    assert library_calls(program, not_allowed) == ()
    for request in requests(name, device=True)[:1]:
        assert not drive(request, lambda: program, not_allowed=not_allowed).used


# another device


def zeros_on_the_cpu(x: Any, weight: Any, bias: Any, stride: int, padding: int) -> Any:
    N, C, H, W = x.shape
    padded = torch.zeros(N, C, H + 2 * padding, W + 2 * padding, dtype=x.dtype)
    padded[:, :, padding : padding + H, padding : padding + W] = x
    return ANSWERS["conv2d"](padded, weight, bias, stride, 0)


def places_on_the_cpu(dy: Any, x: Any, kernel: int, stride: int) -> Any:
    N, C, H, W = x.shape
    places = torch.arange(H * W).reshape(H, W)
    places = places.unfold(0, kernel, stride).unfold(1, kernel, stride).flatten(2)
    winner = x.unfold(2, kernel, stride).unfold(3, kernel, stride).flatten(4).argmax(4)
    chosen = places.expand(N, C, *places.shape).gather(4, winner[..., None])[..., 0]
    dx = torch.zeros(N, C, H * W, dtype=x.dtype)
    return dx.scatter_add(2, chosen.flatten(2), dy.flatten(2)).reshape(x.shape)


@pytest.mark.parametrize(
    ("name", "program"),
    [("conv2d", zeros_on_the_cpu), ("max_pool2d_backward", places_on_the_cpu)],
)
def test_a_tensor_made_on_the_wrong_device_is_found_with_its_line(name: str, program: Any) -> None:
    observed = [drive(case.request, lambda: program) for case in public(name).cases]
    assert judge(public(name), observed).outcome == "passed"  # on the CPU nothing shows
    found = strays(requests(name, device=True), lambda: program)
    assert all(failure is not None and failure.line for failure in found)


@pytest.mark.parametrize(("name", "program"), STYLES + [pytest.param(n, ANSWERS[n], id=f"ours-{n}") for n in DEFINITIONS if DEFINITIONS[n].kind == "function"])  # fmt: skip
def test_a_right_answer_makes_no_tensor_on_the_wrong_device(name: str, program: Any) -> None:
    given = requests(name, device=True)
    assert strays(given, lambda: program) == [None] * len(given)


@pytest.mark.parametrize("name", [n for n in DEFINITIONS if DEFINITIONS[n].kind == "function"])
def test_every_exercise_with_tensors_is_tried_on_another_device(name: str) -> None:
    numbers_alone = name in ("conv_output_size", "receptive_field")
    assert bool(requests(name, device=True)) != numbers_alone


# parts


@pytest.mark.parametrize(("part", "cases"), [("dbias", 1), ("dweight", 2), ("dx", 3)])
def test_one_right_gradient_earns_its_own_cases(part: str, cases: int) -> None:
    def partly(dy: Any, x: Any, weight: Any, stride: int, padding: int) -> Any:
        right = ANSWERS["conv2d_backward"](dy, x, weight, stride, padding)
        names = ("dx", "dweight", "dbias")
        return [g if n == part else torch.zeros_like(g) for n, g in zip(names, right, strict=True)]

    exercise = public("conv2d_backward")
    verdict = judge(exercise, [drive(case.request, lambda: partly) for case in exercise.cases])
    assert sum(case.passed for case in verdict.cases) == cases
    assert verdict.points == pytest.approx(exercise.points * cases / len(exercise.cases), abs=0.01)


def test_a_result_that_autograd_cannot_reach_is_said() -> None:
    def cut_off(x: Any, kernel: int, stride: int) -> Any:
        return ANSWERS["max_pool2d"](x, kernel, stride).detach()

    exercise = public("max_pool2d")
    verdict = judge(exercise, [drive(case.request, lambda: cut_off) for case in exercise.cases])
    assert verdict.points == 0
    assert "detach" in verdict.cases[0].message.en


def test_a_softmax_before_the_loss_shows_in_the_weights_and_stale_gradients_too() -> None:
    exercise = public("train_cnn")
    exact = replace(exercise, cases=exercise.cases[:3])

    def with_softmax(model: Any, images: Any, labels: Any, epochs: int, learning_rate: float, *rest: Any) -> Any:  # fmt: skip
        optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
        model.train()
        for _ in range(epochs):
            optimizer.zero_grad()
            F.cross_entropy(model(images).softmax(1), labels).backward()
            optimizer.step()
        return model

    verdict = judge(exact, [drive(case.request, lambda: with_softmax) for case in exact.cases])
    assert [case.passed for case in verdict.cases] == [False] * 3
