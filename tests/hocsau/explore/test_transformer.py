"""Explorers of lesson 7 against direct computation, and the numbers the lesson states."""

from __future__ import annotations

import copy
import math
from importlib import import_module

import numpy as np
import pytest
import torch

from grader.course.reference import answers
from hocsau import datasets, language
from hocsau.explore import transformer as explore
from hocsau.explore.transformer.attention_map import LENGTH, PREVIOUS, SENTENCES
from hocsau.explore.transformer.positions import encoding
from hocsau.explore.transformer.softmax_scale import LENGTHS
from hocsau.explore.transformer.temperature import LADDER, next_logits

small = import_module("hocsau.explore.transformer.small_gpt")

ANSWERS = answers("transformer")
ATTENTION = ANSWERS["scaled_dot_product_attention"]


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")


@pytest.fixture(scope="module")
def model():
    """The kept weights in the lesson's own TinyGPT."""
    kept = datasets.shakespeare_model()
    settings = {k: v for k, v in kept.settings.items() if k != "alphabet"}
    module = ANSWERS["TinyGPT"](len(kept.settings["alphabet"]), **settings).double()
    module.load_state_dict({name: torch.tensor(value) for name, value in kept.parameters.items()})
    return module


# the kept model


def test_the_numpy_pass_is_the_lessons_model(model):
    gpt, text = explore.small_gpt(), SENTENCES[0]
    ids = torch.tensor([[gpt.alphabet.index(c) for c in text]])
    with torch.no_grad():
        np.testing.assert_allclose(gpt.run(text).logits, model(ids)[0].numpy(), atol=1e-9)
        np.testing.assert_allclose(gpt.run(text[:5]).logits, model(ids[:, :5])[0].numpy(), atol=1e-9)  # fmt: skip


def test_the_kept_model_is_as_good_as_its_metadata_says(model):
    """Whole windows of the last tenth, many at once."""
    kept, text = datasets.shakespeare_model(), datasets.shakespeare()
    alphabet, C = kept.settings["alphabet"], kept.settings["context_length"]
    ids = torch.tensor([alphabet.index(c) for c in text[int(0.9 * len(text)) :]])
    n = (len(ids) - 1) // C
    losses = []
    single = copy.deepcopy(model).float()
    with torch.no_grad():
        for x, y in zip(ids[: n * C].view(n, C).split(128), ids[1 : n * C + 1].view(n, C).split(128), strict=True):  # fmt: skip
            losses.append(-single(x).log_softmax(-1).gather(2, y[..., None]).flatten())
    assert torch.cat(losses).mean().item() / math.log(2) == pytest.approx(kept.bits, abs=0.002)
    assert f"{kept.bits:.2f}" == "2.38"


def test_a_character_outside_the_alphabet_is_refused():
    with pytest.raises(ValueError, match="substring"):
        explore.small_gpt().run("Xin chào")


# the attention map


def test_map_is_the_same_with_the_learners_function():
    own = explore.compute_attention(SENTENCES[1][:LENGTH])
    run = explore.compute_attention(SENTENCES[1][:LENGTH], ATTENTION)
    np.testing.assert_allclose(own.weights, run.weights, atol=1e-9)
    assert own.weights.shape == (3, 4, LENGTH, LENGTH)
    np.testing.assert_allclose(own.weights.sum(axis=-1), 1.0)
    assert np.triu(own.weights, 1).max() == 0
    assert own.note is None
    assert "your scaled_dot_product_attention" in run.note.en


@pytest.mark.parametrize("sentence", SENTENCES)
def test_one_head_looks_at_the_character_before_and_only_one(sentence):
    state = explore.compute_attention(sentence[:LENGTH])
    good = [(i + 1, h + 1) for i in range(3) for h in range(4) if state.on_previous(i, h) >= PREVIOUS]  # fmt: skip
    assert good == [(1, 2)]


def test_one_head_knows_where_the_word_began_and_another_looks_farthest():
    for sentence, least in zip(SENTENCES, (0.35, 0.3, 0.3), strict=True):
        state = explore.compute_attention(sentence[:LENGTH])
        blank = [state.text.rfind(" ", 0, k) for k in range(LENGTH)]
        letters = [k for k, c in enumerate(state.text) if c.isalpha() and blank[k] >= 0]
        found = np.mean([state.weights[0, 0, k, blank[k]] for k in letters])
        assert least < found < 0.4
        assert 0.045 < np.mean([1 / (k + 1) for k in letters]) < 0.065
    state = explore.compute_attention(SENTENCES[0][:LENGTH])
    back = {(i, h): state.mean_back(i, h) for i in range(3) for h in range(4)}
    assert max(back, key=lambda head: back[head]) == (1, 2)
    assert f"{back[1, 2]:.1f}" == "8.1"


def test_map_follows_its_controls(english):
    live = explore.attention_map(ATTENTION)
    assert live.error == ""
    assert "Not yet" in live.page
    live.controls["head"].value = 2
    assert live.error == ""
    assert "✓ Met" in live.page
    assert "“␣” at position 20" in live.page


# 7a


@pytest.mark.parametrize(("sharpness", "least"), [(1, "0.099"), (8, "0.587"), (22, "0.908"), (24, "0.928")])
def test_looking_back_numbers(sharpness, least):
    state = explore.compute_looking_back(sharpness, 1, ATTENTION)
    assert f"{state.on_target.min():.3f}" == least
    np.testing.assert_allclose(state.weights, explore.compute_looking_back(sharpness, 1).weights)
    assert len(state.on_target) == 31


def test_the_largest_score_at_sharpness_1_is_4():
    table = encoding(32, 64)
    assert (table @ table.T / 8).max() == pytest.approx(4)


# 7b


def test_temperature_bits():
    for temperature, bits in ((1.0, "1.50"), (3.0, "2.64"), (0.67, "0.99")):
        assert f"{explore.compute_draws(LADDER, temperature).bits:.2f}" == bits
    met = [t for t in np.arange(0.1, 3.01, 0.01) if abs(explore.compute_draws(LADDER, t).bits - 1) <= 0.02]  # fmt: skip
    assert 0.66 < min(met) <= max(met) < 0.69


def test_draws_follow_the_learners_generate():
    state = explore.compute_draws(LADDER, 1.0, ANSWERS["generate"])
    assert state.names == ("4", "3", "2", "1", "0", "-1", "-2", "-3")
    np.testing.assert_allclose(state.shares, state.probabilities, atol=0.04)
    assert state.shares.sum() == pytest.approx(1)


def test_prompts_are_continued_by_the_kept_model():
    names, logits = next_logits("To be, or not to b")
    p = np.exp(logits - logits.max())
    assert names[int(logits.argmax())] == "e"
    assert (p / p.sum()).max() > 0.3


# 7c


def test_encodings_are_the_lessons():
    np.testing.assert_allclose(encoding(20, 7), ANSWERS["positional_encoding"](20, 7), atol=1e-5)
    np.testing.assert_allclose(encoding(5, 6, start=-2)[2:], encoding(3, 6))


@pytest.mark.parametrize(
    ("d", "base", "apart", "by"),
    [(8, 1e4, "0.645", 63), (16, 1e4, "1.015", 1), (14, 1e4, "0.998", 1), (10, 10.0, "1.244", 1)],
)
def test_distances_between_positions(d, base, apart, by):
    distance, differ = explore.compute_positions(d, base).nearest
    assert (f"{distance:.3f}", differ) == (apart, by)


def test_dot_products_know_the_distance_alone_and_are_a_sum_of_cosines():
    state = explore.compute_positions(8, 1e4)
    np.testing.assert_allclose(state.products(0), state.products(100), atol=1e-9)
    k = np.arange(128)[:, None]
    expected = np.cos(k * 1e4 ** (-np.arange(0, 8, 2) / 8)).sum(axis=1)
    np.testing.assert_allclose(state.products(0), expected, atol=1e-9)
    assert (np.diff(expected) > 0).any()


def test_the_base_is_the_learners_only_where_it_is_theirs():
    own = explore.compute_positions(8, 1e4, ANSWERS["positional_encoding"])
    other = explore.compute_positions(8, 100.0, ANSWERS["positional_encoding"])
    assert "your positional_encoding" in own.note.en
    assert "built in" in other.note.en


# 7d


def test_entropies_of_the_lesson():
    free = explore.compute_sharpness(0.0, ATTENTION)
    assert [f"{e:.2f}" for e in free.entropies] == ["1.76", "0.89", "0.39", "0.19", "0.09"]
    root = explore.compute_sharpness(0.5, ATTENTION)
    np.testing.assert_allclose(root.own, root.entropies)
    assert f"{root.entropies[LENGTHS.index(64)]:.2f}" == "2.35"
    assert max(explore.compute_sharpness(1.0).entropies) < math.log(16)
    assert explore.compute_sharpness(1.0).entropies[-1] > 2.76


def test_only_the_root_frees_the_entropy():
    met = [p for p in np.arange(0, 1.01, 0.05) if explore.compute_sharpness(round(p, 2)).spread < 0.05]  # fmt: skip
    assert met == [pytest.approx(0.5)]


# all of them


@pytest.mark.parametrize("name", ["softmax_scale", "attention_map", "positions", "looking_back", "temperature"])  # fmt: skip
def test_explorers_draw_without_a_learners_function_and_start_unmet(name, english):
    def unfinished(*arguments):
        raise NotImplementedError

    for argument in ((), (unfinished,)):
        live = getattr(explore, name)(*argument)
        assert live.error == ""
        assert "Not yet" in live.page
    assert "not written yet" in live.page


def test_bits_curves_say_what_they_show(english):
    _, alt = explore.draw_bits({"A": [(10, 1.0, 3.0), (20, 2.5, 2.5)]}, 3.5)
    assert "needs 3.50" in alt.en
    assert "A: 2.50 after 20 steps, 2 seconds" in alt.en
    with pytest.raises(ValueError, match="at least one measurement"):
        explore.draw_bits({"A": []}, 3.5)


def test_a_pass_may_be_refused_weights():
    """An answer of None leaves the attention to the model."""
    gpt = small.small_gpt()
    refused = gpt.run("To be", lambda *_: None)
    np.testing.assert_array_equal(refused.weights, gpt.run("To be").weights)
