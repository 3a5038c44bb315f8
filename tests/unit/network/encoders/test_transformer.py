"""The transformer body: the same layers as the library's own, tapped, with predictions entering its stream."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from jmt.cascade.prediction import Predictor
from jmt.cascade.pretrained import FAMILIES, check_family
from jmt.errors import ConfigError
from jmt.network import checkpoint
from jmt.network.encoders.families import STACKS
from jmt.network.encoders.pretrained import build_stack
from jmt.network.encoders.tap import Injection, LayerMix, Tap
from jmt.network.engine import TorchEngine
from jmt.network.layers.dropout import SIDES, Dropout
from jmt.training.batches.task import TrainingTask
from tests.assets.tiny_examples import tiny_examples
from tests.assets.tiny_model import SENTENCES
from tests.assets.tiny_transformer import TOKENIZERS, tiny_pretrained, tiny_transformer

pytestmark = pytest.mark.numbers

LONG = [word for _ in range(12) for word in SENTENCES[0]]
TOKEN_TASKS = ["xpos", "chunk", "dep"]


def hidden_of(model, sentences, level=1):
    ascent = model.encoder.start(model.build_batch(sentences))
    for number in range(1, level + 1):
        reads = len(model.config.reads_at(number))
        labels = [torch.zeros(*ascent.sentences.mask.shape, 4)] * reads
        hidden = model.encoder.climb(ascent, number, labels)
    return hidden, ascent


def silence_injections(model):
    with torch.no_grad():
        for tap in model.encoder.levels:
            for injection in (tap.below, tap.beside):
                if injection is not None:
                    injection.projection.weight.zero_()


def test_every_supported_family_has_a_tiny_encoder_here():
    assert set(TOKENIZERS) == set(FAMILIES) == set(STACKS)


@pytest.mark.parametrize("words", [SENTENCES[0], LONG], ids=["short", "long"])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_layers_are_those_of_the_library_s_own_forward_pass(family, words):
    from tokenizers import Tokenizer
    from transformers import AutoConfig, AutoModel

    model = tiny_transformer(family, mix=False, longest=600)
    silence_injections(model)
    pretrained = tiny_pretrained(family, longest=600)
    values = {key: value for key, value in pretrained.config.items() if key != "model_type"}
    original = AutoModel.from_config(AutoConfig.for_model(family, **values)).eval()
    parts = STACKS[family](original)
    parts.load_state_dict(model.encoder.pretrained.state_dict())
    if hasattr(parts, "shared"):  # what was taken out is put back
        parts.shared.layer = parts.blocks
    encoding = Tokenizer.from_str(pretrained.tokenizer).encode(words, is_pretokenized=True)
    with torch.no_grad():
        *lower, top = original(input_ids=torch.tensor([encoding.ids]), output_hidden_states=True).hidden_states
        _, ascent = hidden_of(model, [words, SENTENCES[1]], level=3)
        states = [*map(parts.read, lower), top]
    for layer, state in enumerate(states):
        for number in range(len(words)):
            places = [place for place, word in enumerate(encoding.word_ids) if word == number]
            expected = state[0, places].mean(dim=0)
            torch.testing.assert_close(ascent.streams[False].layers[layer][0, number], expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_company_and_padding_change_nothing(family):
    predictor = Predictor(TorchEngine(tiny_transformer(family)))
    sentences = [*SENTENCES, LONG, ["."]]
    together = predictor.annotate(sentences, TOKEN_TASKS, confidences=True)
    for sentence, expected in zip(sentences, together, strict=True):
        [alone] = predictor.annotate([sentence], TOKEN_TASKS, confidences=True)
        assert alone["xpos"].labels == expected["xpos"].labels
        assert alone["dep"].tree == expected["dep"].tree
        assert alone["xpos"].confidences == pytest.approx(expected["xpos"].confidences, abs=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_pair_is_judged_the_same_in_any_company(family):
    predictor = Predictor(TorchEngine(tiny_transformer(family, longest=60, pairs="together")))
    pairs = [(SENTENCES[0], SENTENCES[1]), (SENTENCES[2], SENTENCES[0]), (LONG, SENTENCES[2])]
    together = predictor.compare(pairs, ["relatedness", "entailment"])
    for pair, expected in zip(pairs, together, strict=True):
        [alone] = predictor.compare([pair], ["relatedness", "entailment"])
        assert alone["relatedness"].score == pytest.approx(expected["relatedness"].score, abs=1e-4)
        assert alone["entailment"].label == expected["entailment"].label


def test_read_together_a_sentence_s_states_depend_on_the_other_one_and_read_apart_they_do_not():
    for pairs, depends in (("together", True), ("separate", False)):
        model = tiny_transformer(longest=600, pairs=pairs)
        states = []
        for second in (SENTENCES[1], SENTENCES[2]):
            batch = model.build_batch([SENTENCES[0], second], pairs=True)
            ascent = model.encoder.start(batch)
            for level in model.config.below(4):
                labels = [torch.zeros(*batch.mask.shape, 4)] * len(model.config.reads_at(level))
                model.encoder.climb(ascent, level, labels)
            labels = [torch.zeros(*batch.mask.shape, 4)] * 2
            states.append(model.encoder.climb(ascent, 4, labels)[0, : len(SENTENCES[0])])
        assert torch.allclose(*states, atol=1e-5) != depends


def test_lower_tasks_see_the_sentences_of_a_pair_as_they_see_them_alone():
    model = tiny_transformer(pairs="together")
    seen = []
    model.heads["xpos"].register_forward_hook(lambda *_: None)
    original = model.heads["xpos"].score
    model.heads["xpos"].score = lambda hidden, mask: seen.append(hidden) or original(hidden, mask)
    with torch.no_grad():
        model(model.build_batch([SENTENCES[0], SENTENCES[1]], pairs=True), ["relatedness"])
        model(model.build_batch([SENTENCES[0]]), ["xpos"])
    width = len(SENTENCES[0])
    torch.testing.assert_close(seen[0][0, :width], seen[1][0, :width], atol=1e-5, rtol=1e-4)


def test_without_its_projections_a_level_reads_the_pretrained_layer_undisturbed():
    disturbed, plain = tiny_transformer(mix=False), tiny_transformer(mix=False)
    silence_injections(plain)
    with torch.no_grad():
        assert not torch.allclose(hidden_of(disturbed, SENTENCES)[0], hidden_of(plain, SENTENCES)[0])
        hidden, ascent = hidden_of(plain, SENTENCES)
    assert torch.equal(hidden, ascent.streams[False].layers[1])


def test_a_new_transformer_s_projections_are_zero():
    assert not Injection(4, 8, 0.0).projection.weight.any()


def test_a_new_mix_reads_mostly_the_topmost_of_its_layers():
    mix = LayerMix(4)
    shares = torch.stack(
        [mix([torch.eye(4)[layer] * (layer == chosen) for layer in range(4)]).sum() for chosen in range(4)]
    )
    assert shares.sum().item() == pytest.approx(1.0)
    assert shares.argmax().item() == 3
    assert shares[3] > 0.9


def test_the_embeddings_of_several_labels_enter_as_their_sum():
    sizes = {"size": 8, "words": 5, "labels": 4, "tap_dropout": 0.0, "input_dropout": 0.0}
    tap = Tap(layer=1, mix=False, moves=True, **sizes)
    words, labels = torch.randn(2, 3, 5), torch.randn(3, 2, 3, 4)
    entered, summed = tap.inputs(words, list(labels))
    assert torch.equal(entered, words)
    torch.testing.assert_close(summed, labels[0] + labels[1] + labels[2])


def test_the_lowest_level_of_each_stream_gets_the_words_even_without_shortcuts():
    for pairs, takes in (("separate", [1, 0, 0, 0, 0]), ("together", [1, 0, 0, 1, 0])):
        levels = tiny_transformer(pairs=pairs, shortcut=False).encoder.levels
        assert [int(tap.takes_words) for tap in levels] == takes


def test_what_a_level_reads_is_dropped_at_its_own_rate():
    model = tiny_transformer(mix=False, tap_dropout=0.9).train()
    silence_injections(model)
    with torch.no_grad():
        hidden, _ = hidden_of(model, [LONG, LONG])
    assert (hidden == 0).float().mean().item() == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_layers_keep_the_dropout_of_their_configuration_but_for_attention(family):
    pretrained = tiny_pretrained(family)
    own = {"distilbert": ("dropout",), "modernbert": ("embedding_dropout", "mlp_dropout")}
    rates = dict.fromkeys(own.get(family, ("hidden_dropout_prob",)), 0.25)
    stack = build_stack(replace(pretrained, config={**pretrained.config, "attention_dropout": 0.5, **rates}))
    dropouts = [module for module in stack.modules() if isinstance(module, Dropout)]
    assert {module.threshold / SIDES for module in dropouts} == {0.25}
    assert len(dropouts) > len(stack.blocks)
    assert not [module for module in stack.modules() if isinstance(module, torch.nn.Dropout) and module.p > 0]


def test_neighbouring_windows_overlap_as_configured():
    counts = [tiny_transformer(overlap=overlap).build_batch([LONG]).pieces.mask.sum().item() for overlap in (0, 3, 7)]
    assert counts == sorted(set(counts))


def test_sentences_are_measured_in_pieces_so_that_a_batch_of_so_many_tokens_holds_so_many_pieces():
    model = tiny_transformer(longest=600)
    assert model.encoder.measure(["barked"]) == len(model.encoder.batches.tokenizer.look_up(["barked"])[0]) > 1
    examples = tiny_examples()["xpos"]
    task = TrainingTask("xpos", examples, 2, 1.0, measure=model.encoder.measure, batch_tokens=50)
    batches = [[examples.inputs[index] for index in indices] for indices in task.batches(1, 1)]
    assert sum(map(len, batches)) == len(examples.inputs)
    for batch in batches:
        pieces = model.build_batch(batch).pieces.piece_ids[:, 2:]  # all but the two special ones
        assert len(batch) == 1 or pieces.numel() <= 50


def test_a_sentence_that_is_too_long_comes_out_whole_and_differs_only_at_the_edges_of_its_windows():
    wide, narrow = tiny_transformer(longest=600), tiny_transformer(longest=600, window=200, overlap=64)
    narrow.load_state_dict(wide.state_dict())
    with torch.no_grad():
        whole, cut = hidden_of(wide, [LONG])[0][0], hidden_of(narrow, [LONG])[0][0]
    assert narrow.build_batch([LONG]).pieces.piece_ids.size(0) > 1
    assert whole.shape == cut.shape
    assert torch.isfinite(cut).all()


def test_words_without_pieces_and_endless_words_get_labels():
    predictor = Predictor(TorchEngine(tiny_transformer()))
    sentence = ["\u200b", "a" * 10_000, "cat", "\u0007", "é" * 500]
    [result] = predictor.annotate([sentence], TOKEN_TASKS)
    assert len(result["xpos"].labels) == len(result["dep"].tree.head_ids) == 5


def test_a_thousand_words_in_one_sentence_come_out_whole():
    sentence = (SENTENCES[0] * 130)[:1000]
    [result] = Predictor(TorchEngine(tiny_transformer())).annotate([sentence], ["xpos", "dep"])
    assert len(result["xpos"].labels) == len(result["dep"].tree.head_ids) == 1000


@pytest.mark.parametrize(
    ("family", "pairs"), [("bert", "separate"), *((family, "together") for family in FAMILIES)], ids=str
)
def test_every_parameter_gets_gradient(family, pairs):
    model = tiny_transformer(family, pairs=pairs, word_dropout=0.0).train()
    batch = model.build_batch([*SENTENCES, SENTENCES[1], SENTENCES[2], SENTENCES[0]], pairs=True)
    scores = model(batch, ["xpos", "dep", "relatedness", "entailment"])
    arcs = scores["dep"].arc_scores.masked_fill(scores["dep"].arc_scores.isinf(), 0.0).square().sum()
    relations = model.heads["dep"].score_deprels(scores["dep"], torch.zeros(batch.mask.shape, dtype=torch.long))
    pooled = scores["relatedness"].square().sum() + scores["entailment"].square().sum()
    (arcs + relations.square().sum() + pooled + scores["xpos"].square().sum()).backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []


@pytest.mark.parametrize("family", ["bert", "mpnet", "deberta-v2", "modernbert"])
def test_recomputing_layers_gives_the_same_gradient(family):
    grads = []
    dropout = {"word_dropout": 0.0, "input_dropout": 0.0, "tap_dropout": 0.0}
    for checkpointing in (False, True):
        model = tiny_transformer(family, checkpointing=checkpointing, **dropout)
        model.train()
        for module in model.modules():
            if hasattr(module, "threshold"):
                module.threshold = 0
        model(model.build_batch(SENTENCES), ["xpos"])["xpos"].square().sum().backward()
        grads.append([parameter.grad for parameter in model.encoder.pretrained.parameters()][:20])
    torch.testing.assert_close(*grads)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_checkpoint_is_complete_in_itself(family, tmp_path):
    model = tiny_transformer(family, pairs="together")
    checkpoint.save(model, tmp_path / "saved")
    loaded = checkpoint.load(tmp_path / "saved")
    with torch.no_grad():
        before = model(model.build_batch(SENTENCES), ["xpos"])["xpos"]
        after = loaded(loaded.build_batch(SENTENCES), ["xpos"])["xpos"]
    assert torch.equal(before, after)
    assert (tmp_path / "saved/encoder/tokenizer.json").exists()


def test_families_that_are_not_supported_and_decoders_are_refused():
    with pytest.raises(ConfigError, match="supported are bert, roberta"):
        check_family({"model_type": "gpt2"})
    with pytest.raises(ConfigError, match="decoder"):
        check_family({"model_type": "bert", "is_decoder": True})


def test_the_layers_above_the_highest_tap_are_neither_kept_nor_saved():
    model = tiny_transformer("mpnet", taps=[1, 1, 2, 2, 2])
    names = model.state_dict().keys()
    assert any(name.startswith("encoder.pretrained.blocks.1.") for name in names)
    assert not any(name.startswith("encoder.pretrained.blocks.2.") for name in names)


@pytest.mark.parametrize("taps", [[1, 2], [2, 1, 3, 3, 3], [1, 2, 3, 3, 4]])
def test_taps_that_cannot_be_are_refused(taps):
    with pytest.raises(ConfigError, match=r"encoder\.taps"):
        tiny_transformer(taps=taps)


def test_pair_tasks_climb_no_level_of_tokens_that_they_do_not_read():
    model = tiny_transformer(pairs="together")
    needed = model.config.needed(["entailment"])
    assert needed == ["xpos", "chunk", "relatedness", "entailment"]
    assert model.config.levels_of(needed) == [1, 2, 4, 5]
