"""Which diagnosis is right for a planted mistake: from the words of the course's list to the ids of the catalogue."""

from __future__ import annotations

from grader.demo.student import Planted

__all__ = ["IDS", "expected_diagnoses"]

_ASCENT, _HALF = "plus for minus (ascent)", "missing factor 2"
_SIGN = "sign mixed (v = beta v + eta g with w + v)"
_AVERAGE = "exponential average ((1-beta) g)"
_FORMS = "PyTorch form for ours and the reverse"
_CHANGED = "arguments changed by `+=`"
_SHORT = "sum over the short last batch"

IDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("mse_loss", "missing 1/n in the loss"): ("sum_for_mean",),
    ("mse_gradient", "sum for mean"): ("sum_for_mean",),
    ("mse_gradient", _HALF): ("missing_two",),
    ("gradient_descent", "gradient at w0 reused every step"): ("gradient_at_start",),
    ("gradient_descent", _ASCENT): ("ascent",),
    ("gradient_descent", "trajectory rows alias one array"): ("rows_alias",),
    ("gradient_descent", "w0 mutated"): ("w0_changed",),
    ("gradient_descent", "off-by-one in steps"): ("one_step_short", "end_missing"),
    ("sgd_epoch", _HALF): ("missing_two",),
    ("sgd_epoch", "w0 mutated"): ("w_changed",),
    ("sgd_epoch", "`order` ignored"): ("order_ignored",),
    ("sgd_epoch", "unpaired shuffle of X and y"): ("unpaired_shuffle",),
    ("sgd_epoch", "whole-data gradient used per sample"): ("whole_data_gradient",),
    ("sgd_epoch", "the gradient at the start of the epoch reused in sgd_epoch"): (
        "stale_gradient",
    ),
    ("minibatches", "last batch dropped"): ("last_dropped",),
    ("minibatches", "`order` ignored"): ("order_ignored",),
    ("minibatches", "every k-th index"): ("strided",),
    ("minibatch_epoch", "last batch dropped"): ("last_dropped",),
    ("minibatch_epoch", "sum for mean"): ("sum_for_mean",),
    ("minibatch_epoch", "unpaired shuffle of X and y"): ("unpaired_shuffle",),
    ("minibatch_epoch", _SHORT): ("short_batch_summed", "short_batch_over_batch_size"),
    ("minibatch_epoch", _ASCENT): ("ascent",),
    ("largest_stable_learning_rate", "1/lambda_max for 2/lambda_max"): ("one_over_lambda",),
    ("largest_stable_learning_rate", "singular value not squared"): ("singular_value_not_squared",),
    ("largest_stable_learning_rate", "Hessian without 2/n"): ("hessian_without_two_over_n",),
    ("gradient_noise", _HALF): ("missing_two",),
    ("gradient_noise", "sum for mean"): ("sum_for_mean",),
    ("momentum_step", _SIGN): ("sign_mixed",),
    ("momentum_step", _AVERAGE): ("exponential_average",),
    ("momentum_step", _FORMS): ("pytorch_form",),
    ("momentum_step", "eta and beta swapped"): ("eta_and_beta_swapped",),
    ("momentum_step", _CHANGED): ("arguments_changed",),
    ("momentum_step", "position updated before the velocity"): ("position_before_velocity",),
    ("momentum_step", "learning rate applied twice"): ("learning_rate_twice",),
    ("momentum_descent", "velocity reset each step"): ("velocity_reset",),
    ("momentum_descent", "learning rate applied twice"): ("learning_rate_twice",),
    ("momentum_descent", "position updated before the velocity"): ("position_before_velocity",),
    ("momentum_descent", _SIGN): ("sign_mixed",),
    ("momentum_descent", _CHANGED): ("w0_changed",),
    ("momentum_descent", "eta and beta swapped"): ("eta_and_beta_swapped",),
    ("nesterov_step", "gradient at w for Nesterov"): ("gradient_at_w",),
    ("nesterov_step", "gradient at w - beta v"): ("gradient_behind",),
    ("nesterov_step", "gradient called twice"): ("gradient_called_twice",),
    ("nesterov_step", _SIGN): ("sign_mixed",),
    ("pytorch_momentum_step", _FORMS): ("our_form",),
    ("pytorch_momentum_step", _AVERAGE): ("dampened",),
    ("pytorch_momentum_step", "position updated before the velocity"): ("position_before_buffer",),
    ("pytorch_momentum_step", "learning rate applied twice"): ("learning_rate_twice",),
    ("pytorch_momentum_step", _CHANGED): ("arguments_changed",),
    ("optimal_momentum", "kappa not square-rooted"): ("kappa_not_rooted",),
    ("optimal_momentum", "beta not squared"): ("beta_not_squared",),
    ("optimal_momentum", "eta and beta swapped"): ("pair_swapped",),
    ("optimal_momentum", "larger eigenvalue only"): (
        "larger_eigenvalue_only",
        "smaller_eigenvalue_dropped",
    ),
    ("optimal_momentum", "gradient descent's optimum 2/(L+mu) for Polyak's"): (
        "gradient_descent_optimum",
    ),
    ("convergence_rate", "sqrt(beta) for real roots too"): ("sqrt_beta_always",),
    ("gradient_descent_bug_hunt", "the bug left where it was"): ("bug_left",),
    ("momentum_bug_hunt", "the bug left where it was"): ("bug_left",),
}


def expected_diagnoses(exercise: str, planted: Planted) -> tuple[str | None, ...]:
    """The ids that are right for what was planted; only None where no known mistake was.

    raises KeyError for a planted mistake that has no id here
    """
    return IDS[exercise, planted.mistake] if planted.kind == "mistake" else (None,)
