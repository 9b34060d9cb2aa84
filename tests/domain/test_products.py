"""Distribution of the weight of an order, computed and drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.domain.contracts import HEAVIEST_G
from planner.domain.products import Product


def test_units_of_one_weight_are_a_poisson_sum() -> None:
    """Boxes of 500 g, two of them on average: one alone in e^-1 of the orders, at most two in 2
    e^-1.
    """
    box = Product(name="box", label="Box", share=1.0, weight_g=500.0, units_mean=2.0)
    assert box.share_up_to(499) == pytest.approx(0.0, abs=1e-12)
    assert box.share_up_to(500) == pytest.approx(math.exp(-1))
    assert box.share_up_to(999) == pytest.approx(math.exp(-1))
    assert box.share_up_to(1000) == pytest.approx(2 * math.exp(-1))


@pytest.mark.parametrize(
    ("weight_g", "cv", "units"),
    [(500.0, 0.4, 1.0), (300.0, 1.0, 2.5), (2.0, 0.5, 1.2), (80.0, 0.2, 40.0)],
)
def test_the_share_is_that_of_drawn_orders(weight_g: float, cv: float, units: float) -> None:
    """Of 200,000 orders as the simulation draws them, as many weigh no more as computed (within
    four deviations).
    """
    rng, n = np.random.default_rng(5), 200_000
    one = weight_g * np.exp(math.sqrt(math.log1p(cv**2)) * rng.standard_normal(n))
    grams = np.maximum(np.rint(one * (1 + rng.poisson(units - 1, n))), 1)
    product = Product(
        name="p", label="P", share=1.0, weight_g=weight_g, weight_cv=cv, units_mean=units
    )
    for edge in np.unique(np.quantile(grams, (0.02, 0.3, 0.5, 0.9, 0.999)).astype(int)):
        computed = product.share_up_to(int(edge))
        deviation = math.sqrt(max(computed * (1 - computed), 1e-6) / n)
        assert (grams <= edge).mean() == pytest.approx(computed, abs=4 * deviation)


@pytest.mark.parametrize(
    "product",
    [
        Product(name="a", label="A", share=1.0, weight_g=500.0),
        Product(name="b", label="B", share=1.0, weight_g=20_000.0, weight_cv=1.0, units_mean=50.0),
    ],
)
def test_everything_is_lighter_than_the_heaviest(product: Product) -> None:
    """The share rises from 0 at nothing to exactly 1 at the heaviest weight there is."""
    shares = [product.share_up_to(g) for g in (0, 100, 10_000, 10**6, 10**9, HEAVIEST_G)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
