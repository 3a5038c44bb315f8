"""The closed form of many pulls: rows pulled late end where rows pulled in every step do, whatever is read when."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from jmt.training.anchoring.anchor import Anchor

ROWS = 6
READS = st.lists(st.sets(st.integers(0, ROWS - 1), max_size=ROWS), min_size=1, max_size=12)
RATES = st.floats(0.01, 1.0)
DELTAS = st.floats(1e-4, 0.5)


def table(seed: int) -> torch.Tensor:
    return torch.randn(ROWS, 3, generator=torch.Generator().manual_seed(seed))


def indices(rows: set[int]) -> dict[str, torch.Tensor]:
    return {"table": torch.tensor(sorted(rows), dtype=torch.long)}


@given(READS, RATES, DELTAS, st.integers(0, 2**16), st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_late_pulls_equal_pulls_in_every_step(
    reads: list[set[int]], rate: float, delta: float, seed: int, looked_at: int
):
    lazy, eager = (torch.nn.Parameter(table(seed)) for _ in range(2))
    snapshot = table(seed + 1)
    late = Anchor({"table": snapshot}, {"table": delta}, ["table"])
    for number, rows in enumerate(reads):
        late.catch_up({"table": lazy}, indices(rows))
        gradient = table(seed + 2 + number)
        late.pull({"table": lazy}, {"table": rate}, indices(rows))
        with torch.no_grad():
            eager.copy_(eager - min(1.0, 2 * rate * delta) * (eager - snapshot))
            for row in rows:
                for parameter in (lazy, eager):
                    parameter[row] -= rate * gradient[row]
        if number == looked_at:  # as at the end of a pass, or where a checkpoint is taken
            late.settle({"table": lazy})
            assert torch.allclose(lazy, eager, atol=1e-5)
    late.settle({"table": lazy})

    assert torch.allclose(lazy, eager, atol=1e-5)


@given(READS, RATES, DELTAS, DELTAS, st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_two_anchors_joined_pull_as_the_gradient_of_both_penalties(
    reads: list[set[int]], rate: float, delta: float, other: float, seed: int
):
    """A run that goes on from a trained cascade is held to its snapshot and to where it came from."""
    rate = min(rate, 0.4 / (delta + other))
    lazy, eager = (torch.nn.Parameter(table(seed)) for _ in range(2))
    first = Anchor({"table": table(seed + 1)}, {"table": delta}, ["table"])
    second = Anchor({"table": table(seed + 2)}, {"table": other}, ["table"])
    joined = Anchor.join(first, second)
    for rows in reads:
        joined.catch_up({"table": lazy}, indices(rows))
        joined.pull({"table": lazy}, {"table": rate}, indices(rows))
        eager.grad = None
        (first.penalty({"table": eager}) + second.penalty({"table": eager})).backward()
        with torch.no_grad():
            eager -= rate * eager.grad
    joined.settle({"table": lazy})

    assert torch.allclose(lazy, eager, atol=1e-5)


def test_an_anchor_joined_with_nothing_is_itself():
    anchor, nothing = Anchor({"w": torch.ones(2)}, {"w": 0.1}), Anchor({}, {})

    assert Anchor.join(anchor, nothing) is anchor
    assert Anchor.join(nothing, anchor) is anchor


def test_what_only_one_anchor_holds_keeps_its_strength():
    joined = Anchor.join(
        Anchor({"a": torch.zeros(2), "both": torch.zeros(1)}, {"a": 0.1, "both": 0.1}),
        Anchor({"b": torch.ones(2), "both": torch.ones(1)}, {"b": 0.2, "both": 0.3}),
    )

    assert joined.deltas == {"a": 0.1, "b": 0.2, "both": 0.4}
    assert joined.values["both"].item() == 0.75
    assert joined.values["b"].tolist() == [1.0, 1.0]
