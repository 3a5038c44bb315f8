"""Products whose rows do not depend on each other."""

from __future__ import annotations

import numpy as np
import pytest

from jmt.files.exact_product import ExactProduct


@pytest.mark.parametrize(("inputs", "outputs"), [(200, 896), (100, 50), (7, 3), (1, 1), (255, 9), (256, 9)])
def test_a_row_has_the_same_bits_alone_and_anywhere_among_others(inputs: int, outputs: int):
    generator = np.random.default_rng(inputs)
    x = generator.standard_normal((150, inputs)).astype(np.float32)
    product = ExactProduct(generator.standard_normal((inputs, outputs)), largest=float(np.abs(x).max()))

    together = product.of(x)
    for size in (1, 2, 5, 12, 48, 149):
        for first in (0, 1, 150 - size):
            assert np.array_equal(product.of(x[first : first + size]), together[first : first + size])


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e4])
def test_it_is_about_as_close_to_the_true_product_as_single_precision_is(scale: float):
    generator = np.random.default_rng(1)
    x = (scale * generator.standard_normal((300, 200))).astype(np.float32)
    weight = generator.standard_normal((200, 400)).astype(np.float32)

    true = x.astype(np.float64) @ weight.astype(np.float64)
    off = np.abs(ExactProduct(weight, largest=float(np.abs(x).max())).of(x) - true).max()
    assert off <= 1.5 * np.abs(x @ weight - true).max()


def test_the_largest_inputs_and_weights_there_can_be_are_added_up_exactly():
    generator = np.random.default_rng(1)  # just below powers of two, all digits in use, none negative
    x = (4 - generator.integers(1, 99, (3, 255)) * 2.0**-22).astype(np.float32)
    weight = (2 - generator.integers(1, 99, (255, 2)) * 2.0**-23).astype(np.float32)

    product = ExactProduct(weight, largest=float(x.max()))
    orders = [np.random.default_rng(seed).permutation(255) for seed in range(5)]
    results = [ExactProduct(weight[order], largest=float(x.max())).of(x[:, order]) for order in orders]
    for result in results:
        assert np.array_equal(result, product.of(x))


def test_no_inputs_no_rows_and_zeros_are_products_too():
    assert ExactProduct(np.zeros((0, 4)), largest=0.0).of(np.zeros((2, 0), np.float32)).tolist() == [[0] * 4] * 2
    assert ExactProduct(np.ones((3, 4)), largest=1.0).of(np.zeros((0, 3), np.float32)).shape == (0, 4)
    assert ExactProduct(np.zeros((3, 4)), largest=0.0).of(np.zeros((1, 3), np.float32)).tolist() == [[0] * 4]
