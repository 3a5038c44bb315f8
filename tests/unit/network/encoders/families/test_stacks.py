"""What a family's blocks take besides the stream is what the library gives them, whatever its configuration has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from jmt.network.batches.pieces import PieceTensors
from jmt.network.encoders.families import STACKS
from jmt.network.encoders.families.base import Stack
from jmt.network.encoders.pretrained import build_stack
from tests.assets.tiny_transformer import tiny_pretrained

pytestmark = pytest.mark.numbers

LENGTHS = (40, 3, 200)
"""Pieces of the windows."""

VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("mpnet", {}),
    ("deberta-v2", {}),
    ("deberta-v2", {"conv_kernel_size": 0, "norm_rel_ebd": "none", "position_buckets": -1}),
    ("deberta-v2", {"share_att_key": False, "position_biased_input": True, "type_vocab_size": 2}),
    ("deberta-v2", {"pos_att_type": ["c2p"], "max_relative_positions": 6, "position_buckets": 0}),
    ("deberta-v2", {"relative_attention": False, "pos_att_type": [], "position_biased_input": True}),
    ("deberta-v2", {"embedding_size": 8}),
    ("modernbert", {}),
    ("modernbert", {"norm_bias": True, "attention_bias": True, "mlp_bias": True}),
    ("modernbert", {"layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}),
]


def stack_of(family: str, changes: dict[str, Any]) -> Stack:
    """Build random layers with weights that matter."""
    pretrained = tiny_pretrained(family, longest=256)
    torch.manual_seed(1)
    stack = build_stack(replace(pretrained, config={**pretrained.config, **changes})).eval()
    with torch.no_grad():
        for parameter in stack.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return stack


def windows(lengths: tuple[int, ...] = LENGTHS) -> PieceTensors:
    """Windows of random pieces, filled up with padding."""
    generator = torch.Generator().manual_seed(1)
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    ids = torch.randint(4, 20, mask.shape, generator=generator).where(mask, torch.tensor(1))
    types = torch.randint(2, mask.shape, generator=generator)
    nothing = torch.zeros(0, dtype=torch.long)
    return PieceTensors(ids, types, mask, piece_words=nothing, bags=nothing, bag_starts=nothing)


def climb(stack: Stack, layout: PieceTensors) -> list[Tensor]:
    """Return the stream (W, P, H) of every layer."""
    streams = [stack.embed(layout)]
    around = stack.surround(streams[0], layout.mask)
    for block in range(len(stack.blocks)):
        streams.append(stack.run(block, streams[-1], around[block]))
    return streams


@pytest.mark.parametrize(("family", "changes"), VARIANTS, ids=str)
def test_the_layers_are_the_library_s_own_also_beside_padding(family: str, changes: dict[str, Any]):
    from transformers import AutoConfig, AutoModel

    pretrained, stack, layout = tiny_pretrained(family, longest=256), stack_of(family, changes), windows()
    values = {key: value for key, value in {**pretrained.config, **changes}.items() if key != "model_type"}
    original = AutoModel.from_config(AutoConfig.for_model(family, **values)).eval()
    parts = STACKS[family](original)
    parts.load_state_dict(stack.state_dict())
    if hasattr(parts, "shared"):  # what was taken out is put back
        parts.shared.layer = parts.blocks
    types = {"token_type_ids": layout.type_ids} if family == "deberta-v2" else {}
    with torch.no_grad():
        given = {"input_ids": layout.piece_ids, "attention_mask": layout.mask.long(), **types}
        *lower, top = original(**given, output_hidden_states=True).hidden_states
        *streams, last = climb(stack, layout)
        expected, found = [*lower, top], [*streams, stack.read(last)]

    for theirs, ours in zip(expected, found, strict=True):
        torch.testing.assert_close(ours[layout.mask], theirs[layout.mask], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(("family", "changes"), VARIANTS, ids=str)
def test_a_window_has_the_same_states_alone_and_beside_longer_ones(family: str, changes: dict[str, Any]):
    stack, layout = stack_of(family, changes), windows()
    with torch.no_grad():
        together = climb(stack, layout)[-1]
        for row, length in enumerate(LENGTHS):
            part = replace(
                layout,
                piece_ids=layout.piece_ids[row : row + 1, :length],
                type_ids=layout.type_ids[row : row + 1, :length],
                mask=layout.mask[row : row + 1, :length],
            )
            torch.testing.assert_close(climb(stack, part)[-1][0], together[row, :length], atol=1e-5, rtol=1e-4)


def test_padding_that_is_near_to_no_piece_sees_some_all_the_same():
    """Of scores that are all forbidden some kernels of attention make no number, which would spread from there."""
    stack, layout = stack_of("modernbert", {}), windows((2, 200))
    with torch.no_grad():
        for around in stack.surround(stack.embed(layout), layout.mask):
            assert around["attention_mask"].any(dim=-1).all()
        assert all(stream.isfinite().all() for stream in climb(stack, layout))


def test_layers_of_a_stream_that_is_not_normalised_are_read_normalised():
    stack, layout = stack_of("modernbert", {}), windows()
    with torch.no_grad():
        stack.norm.weight.fill_(1.0)
        spreads = [stack.read(stream)[layout.mask].std(dim=1, correction=0) for stream in climb(stack, layout)]
    for spread in spreads:
        torch.testing.assert_close(spread, torch.ones_like(spread), atol=1e-2, rtol=0.0)


def test_a_convolution_beside_the_first_block_sees_what_enters_below_it():
    stack, layout = stack_of("deberta-v2", {}), windows((5,))
    with torch.no_grad():
        for parameter in stack.blocks[0].parameters():  # so that nothing passes but the convolution
            parameter.zero_()
        stream = stack.embed(layout)
        moved = stream.clone()
        moved[0, 2] += 1.0
        around = stack.surround(stream, layout.mask)
        change = (stack.run(0, moved, around[0]) - stack.run(0, stream, around[0])).abs().sum(dim=2)[0]

    assert (change > 1e-4).tolist() == [False, True, True, True, False]
