"""The training loop for real: every picture once an epoch, the schedule, the jitter, the mode."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from hocsau import training


class Recorder(nn.Module):
    """A linear model that notes its inputs and modes."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.Linear(12, 3)
        self.batches: list[torch.Tensor] = []
        self.modes: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.batches.append(x.detach().clone())
        self.modes.append(self.training)
        return self.layer(x.flatten(1))


IMAGES = torch.arange(7 * 12, dtype=torch.float32).reshape(7, 1, 3, 4) / 84
LABELS = torch.arange(7) % 3
OPTIONS = {"learning_rate": 0.01, "batch_size": 3, "quiet": True}


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_epoch_sees_every_picture_once_in_a_new_order() -> None:
    model = Recorder().eval()
    losses = training.fit(model, IMAGES, LABELS, epochs=3, generator=generator(), **OPTIONS)
    assert len(losses) == 3
    assert all(model.modes)
    assert [len(batch) for batch in model.batches] == [3, 3, 1] * 3
    epochs = [torch.cat(model.batches[k : k + 3])[:, 0, 0, 0] for k in (0, 3, 6)]
    for epoch in epochs:
        assert epoch.sort().values.tolist() == IMAGES[:, 0, 0, 0].tolist()
    assert any((epochs[0] != other).any() for other in epochs[1:])


def test_the_same_seed_trains_the_same_model() -> None:
    one, other = Recorder(), Recorder()
    for model in (one, other):
        training.fit(model, IMAGES, LABELS, epochs=2, generator=generator(5), **OPTIONS)
    assert torch.equal(one.layer.weight, other.layer.weight)


def test_the_loss_falls() -> None:
    losses = training.fit(Recorder(), IMAGES, LABELS, epochs=40, generator=generator(), **OPTIONS)
    assert losses[-1] < losses[0]


def test_the_rate_rises_in_a_line_and_falls_along_a_cosine() -> None:
    shares = [training._share(t, 4, 24) for t in range(24)]
    assert shares[:4] == [0.25, 0.5, 0.75, 1.0]
    assert all(before > after for before, after in pairwise(shares[3:]))
    assert 0 < shares[-1] < 0.02
    assert shares[13] == pytest.approx(0.5, abs=0.05)


def test_nothing_to_train_on_is_said() -> None:
    with pytest.raises(ValueError, match="0 epochs"):
        training.fit(Recorder(), IMAGES, LABELS, epochs=0, generator=generator(), **OPTIONS)


def test_a_bar_with_the_name_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    options = OPTIONS | {"quiet": False}
    training.fit(Recorder(), IMAGES, LABELS, epochs=1, generator=generator(), name="a name", **options)
    assert "a name: 100%" in capsys.readouterr().err


def test_augmented_pictures_are_what_the_model_gets() -> None:
    model = Recorder()
    training.fit(
        model, IMAGES, LABELS, epochs=1, generator=generator(),
        augment=lambda images, _: torch.zeros_like(images), **OPTIONS,
    )  # fmt: skip
    assert not torch.cat(model.batches).any()


def test_jittered_pictures_are_mirrored_and_moved_by_at_most_a_pixel() -> None:
    picture = torch.zeros(1, 1, 6, 8)
    picture[0, 0, 2, 3] = 1
    places = set()
    for seed in range(200):
        found = training.jittered(picture, generator(seed))
        assert found.shape == picture.shape
        places.add(tuple(found[0, 0].nonzero()[0].tolist()))
    mirrored = {(2 + i, 4 + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    straight = {(2 + i, 3 + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    assert places == mirrored | straight


def test_jitter_leaves_the_given_pictures_alone() -> None:
    before = IMAGES.clone()
    training.jittered(IMAGES, generator())
    assert torch.equal(IMAGES, before)


@pytest.mark.parametrize("mode", [True, False])
def test_evaluation_is_in_eval_mode_without_gradients_and_restores_the_mode(mode: bool) -> None:
    model = Recorder().train(mode)
    logits = training.evaluate(model, IMAGES, batch_size=4)
    assert model.training is mode
    assert model.modes == [False, False]
    assert not logits.requires_grad
    torch.testing.assert_close(logits, model.layer(IMAGES.flatten(1)))


def test_share_right() -> None:
    logits = torch.tensor([[2.0, 1.0], [0.0, 1.0], [5.0, 1.0]])
    assert training.share_right(logits, torch.tensor([0, 1, 1])) == pytest.approx(2 / 3)


def test_side_by_side_each_model_becomes_what_it_would_alone() -> None:
    alone, together = ([Recorder() for _ in range(3)] for _ in range(2))
    losses = [
        training.fit(model, IMAGES, LABELS, epochs=2 + k, generator=generator(k), **OPTIONS)
        for k, model in enumerate(alone)
    ]
    threads = torch.get_num_threads()
    trainings = [
        (
            model,
            {"epochs": 2 + k, "generator": generator(k), "learning_rate": 0.01, "batch_size": 3},
        )
        for k, model in enumerate(together)
    ]
    found = training.fit_side_by_side(trainings, IMAGES, LABELS, quiet=True, workers=2)
    assert [len(of_one) for of_one in found] == [2, 3, 4]
    for one, other in zip(losses, found, strict=True):
        assert one == pytest.approx(other)
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one.layer.weight, other.layer.weight)
    assert torch.get_num_threads() == threads


def test_an_error_in_one_training_ends_the_others() -> None:
    class Broken(Recorder):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            raise ZeroDivisionError("mine")

    options = {"learning_rate": 0.01, "batch_size": 3}
    patient = Recorder()
    trainings = [
        (patient, {"epochs": 100_000, "generator": generator(), **options}),
        (Broken(), {"epochs": 1, "generator": generator(), **options}),
    ]
    with pytest.raises(ZeroDivisionError, match="mine"):
        training.fit_side_by_side(trainings, IMAGES, LABELS, quiet=True, workers=2)
    assert len(patient.batches) < 300_000
