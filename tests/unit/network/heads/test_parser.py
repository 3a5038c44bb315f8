"""The parser: who may govern whom, where the root stands, and which governor the relation is learned for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from jmt.cascade.decoding.parsing import ParserDecoder
from jmt.cascade.symbols.examples import GoldTree
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.symbols.values import Tree
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.parser import Parser, ParserConfig, ParserScores
from tests.assets.decoding import decode
from tests.assets.tiny_model import SENTENCES, tiny_model

HIDDEN = 6
CONFIG = ParserConfig.model_validate({"level": 1, "classifier_size": 5, "dropout": 0.0})


@pytest.fixture
def head() -> Parser:
    parser = Parser(CONFIG, LabelSet(["det", "nsubj", "root"]), HeadSizes(HIDDEN, 4, 0))
    with torch.no_grad():
        for parameter in parser.parameters():
            parameter.add_(torch.randn_like(parameter))
    return parser.eval()


@pytest.fixture
def states() -> tuple[torch.Tensor, torch.Tensor]:
    """Hidden states of a sentence of three words and one of five, padded."""
    mask = torch.tensor([[True, True, True, False, False], [True] * 5])
    return torch.randn(2, 5, HIDDEN), mask


def test_arc_scores_are_equation_three_with_the_root_in_column_zero(head: Parser, states):
    hidden, mask = states
    scores = head.score(hidden, mask).arc_scores

    assert scores.shape == (2, 5, 6)
    for row, length in ((0, 3), (1, 5)):
        for t in range(length):
            assert scores[row, t, 0].item() == pytest.approx(
                (hidden[row, t] @ head.scorer.weight @ head.root).item(), abs=1e-4
            )
            for j in range(length):
                expected = (hidden[row, t] @ head.scorer.weight @ hidden[row, j]).item() if j != t else float("-inf")
                assert scores[row, t, j + 1].item() == pytest.approx(expected, abs=1e-4)


def test_no_word_governs_itself_and_none_governs_from_the_padding(head: Parser, states):
    hidden, mask = states
    probabilities = head.score(hidden, mask).arc_scores.softmax(dim=-1)

    assert probabilities[:, range(5), range(1, 6)].eq(0).all()
    assert probabilities[0, :3, 4:].eq(0).all()
    assert torch.allclose(probabilities[mask].sum(dim=-1), torch.ones(8))


def test_relations_are_scored_for_the_governor_given_and_only_for_it(head: Parser, states):
    hidden, mask = states
    scores = head.score(hidden, mask)
    head_ids = torch.tensor([[0, 1, 2, 0, 0], [5, 0, 2, 3, 1]])
    found = head.score_deprels(scores, head_ids)

    linear, last = head.scorer.classifier[0], head.scorer.classifier[3]
    for row, column in ((0, 0), (0, 2), (1, 0), (1, 4)):
        governor = int(head_ids[row, column])
        state = head.root if governor == 0 else hidden[row, governor - 1]
        expected = last(torch.relu(linear(torch.cat([hidden[row, column], state]))))
        assert torch.allclose(found[row, column], expected, atol=1e-5)


def test_the_loss_is_that_of_heads_plus_that_of_relations_on_gold_heads(head: Parser, states):
    hidden, mask = states
    gold = head.encode_gold(
        [
            GoldTree(Tree([2, 0, 2], ["det", "root", "nsubj"])),
            GoldTree(Tree([2, 3, 0, 3, 4], ["det", "nsubj", "root", "never seen", "det"])),
        ],
        5,
    )
    assert gold[0, 3:].eq(IGNORED).all()
    scores = head.score(hidden, mask)

    total = torch.zeros(())
    deprels = {0: ["det", "root", "nsubj"], 1: ["det", "nsubj", "root", None, "det"]}
    for row, heads in ((0, [2, 0, 2]), (1, [2, 3, 0, 3, 4])):
        chosen = torch.zeros(2, 5, dtype=torch.long)
        chosen[row, : len(heads)] = torch.tensor(heads)
        relations = head.score_deprels(scores, chosen)[row].log_softmax(dim=-1)
        arcs = scores.arc_scores[row].log_softmax(dim=-1)
        for place, (governor, deprel) in enumerate(zip(heads, deprels[row], strict=True)):
            total = total - arcs[place, governor]
            if deprel is not None:  # one that training never saw adds nothing; its governor still does
                total = total - relations[place, head.labels.index(deprel)]
    assert torch.allclose(head.loss(scores, gold, mask), total, atol=1e-4)


def test_the_relation_of_the_gold_head_is_learned_even_where_another_head_scores_higher(head: Parser, states):
    hidden, mask = states
    gold = head.encode_gold([GoldTree(Tree([0, 1, 1], ["root", "det", "det"]))] * 2, 5)
    gold[1, 3:] = IGNORED
    scores = head.score(hidden, mask)
    other = replace(scores, arc_scores=scores.arc_scores.detach() * -50.0)
    other.arc_scores[scores.arc_scores.isinf()] = float("-inf")
    head.zero_grad()
    head.loss(other, gold, mask).backward()
    first = head.scorer.classifier[0].weight.grad.clone()
    head.zero_grad()
    head.loss(ParserScores(*(getattr(scores, name).detach() for name in scores.__slots__)), gold, mask).backward()

    assert torch.allclose(first, head.scorer.classifier[0].weight.grad, atol=1e-4)


def scores_with(heads: list[list[int]], favour: float = 5.0) -> tuple[ParserScores, torch.Tensor]:
    """Arc scores whose greedy heads are those given."""
    size = len(heads[0])
    arcs = torch.randn(len(heads), size, size + 1) * 0.1
    for row, governors in enumerate(heads):
        for word, governor in enumerate(governors):
            arcs[row, word, governor] = favour
            arcs[row, word, word + 1] = float("-inf")
    mask = torch.ones(len(heads), size, dtype=torch.bool)
    return ParserScores(arcs, torch.randn(len(heads), size, HIDDEN), torch.randn(len(heads), size + 1, HIDDEN)), mask


def test_the_relation_that_is_decoded_belongs_to_the_repaired_head(head: Parser):
    scores, mask = scores_with([[2, 1, 0]])
    (result,) = decode(head, CONFIG, scores, mask)
    logits = head.score_deprels(scores, torch.tensor([result.tree.head_ids]))[0].tolist()

    for word, governor in enumerate(result.tree.head_ids):
        allowed = ["root"] if governor == 0 else ["det", "nsubj"]
        best = max(allowed, key=lambda name, word=word: logits[word][head.labels.index(name)])
        assert result.tree.deprels[word] == best


@pytest.mark.parametrize("scorer", ["matcher", "biaffine"])
def test_every_sentence_of_a_batch_gets_the_relations_of_its_own_words_and_padding_is_not_scored(
    head: Parser, states, scorer: str, monkeypatch: pytest.MonkeyPatch
):
    hidden, mask = states
    parser = head if scorer == "matcher" else other_parser(3)
    scored: list[int] = []
    score = parser.scorer.deprels
    with torch.no_grad():
        scores = parser.score(hidden, mask)
        monkeypatch.setattr(
            parser.scorer, "deprels", lambda *views: scored.append(views[0][..., 0].numel()) or score(*views)
        )
        decoded = decode(parser, CONFIG.model_copy(update={"arguments": "any"}), scores, mask)
        monkeypatch.undo()
        assert sum(scored) == mask.sum()
        for row, parsed in enumerate(decoded):
            for place, (governor, deprel) in enumerate(zip(parsed.tree.head_ids, parsed.tree.deprels, strict=True)):
                views = scores.dependents[row, place].view(1, 1, -1), scores.governors[row, governor].view(1, 1, -1)
                logits = score(*views).flatten()
                allowed = [2] if governor == 0 else [0, 1]  # `root`, or the others
                assert deprel == parser.labels.labels[max(allowed, key=logits.__getitem__)]


def test_the_confidence_of_a_repaired_head_is_that_of_the_head_taken(head: Parser):
    scores, mask = scores_with([[2, 1, 0], [2, 3, 2], [2, 0, 2]])
    repaired = 0
    for row, result in enumerate(decode(head, CONFIG, scores, mask, confidences=True)):
        for word, governor in enumerate(result.tree.head_ids):
            probabilities = scores.arc_scores[row, word].softmax(dim=-1)
            assert result.confidences[word] == pytest.approx(probabilities[governor].item())
            repaired += int(probabilities.argmax()) != governor
    assert repaired >= 2


def other_parser(seed: int) -> Parser:
    """A parser of the same relations as `head`, with other weights."""
    torch.manual_seed(seed)
    config = ParserConfig.model_validate({"level": 1, "scorer": "biaffine", "arc_size": 5, "deprel_size": 4})
    parser = Parser(config, LabelSet(["det", "nsubj", "root"]), HeadSizes(HIDDEN, 4, 0)).eval()
    for parameter in parser.parameters():
        parameter.data.normal_()
    return parser


def test_a_pupil_learns_its_teacher_s_arcs_and_the_relations_under_the_heads_that_the_teacher_prefers(
    head: Parser, states
):
    hidden, mask = states
    teacher = other_parser(3)
    scores = head.score(hidden, mask)
    with torch.no_grad():
        taught = teacher.score(torch.randn(2, 5, HIDDEN), mask)
    total, disagreements = torch.zeros(()), 0
    for row, length in ((0, 3), (1, 5)):
        for word in range(length):
            theirs, ours = taught.arc_scores[row, word].softmax(-1), scores.arc_scores[row, word].log_softmax(-1)
            total = total - sum(theirs[place] * ours[place] for place in range(length + 1) if place != word + 1)
            governor = int(theirs.argmax())
            disagreements += governor != int(ours.argmax())
            relations = [
                parser.scorer.deprels(
                    found.dependents[row, word].view(1, 1, -1), found.governors[row, governor].view(1, 1, -1)
                )
                for parser, found in ((teacher, taught), (head, scores))
            ]
            total = total - (relations[0].softmax(-1) * relations[1].log_softmax(-1)).sum()
    soft = head.distill(scores, teacher, taught, mask)
    soft.backward()

    assert disagreements >= 2
    assert soft.item() == pytest.approx(total.item(), rel=1e-5)
    assert head.scorer.classifier[-1].weight.grad.any()
    assert head.scorer.weight.grad.any()


def test_a_sentence_of_one_word_is_its_root(head: Parser):
    mask = torch.ones(1, 1, dtype=torch.bool)
    (result,) = decode(head, CONFIG, head.score(torch.randn(1, 1, HIDDEN), mask), mask)

    assert result.tree.head_ids == [0]


def test_the_relation_root_is_kept_for_the_word_under_the_root(head: Parser, states):
    hidden, mask = states
    with torch.no_grad():
        head.scorer.classifier[-1].bias += torch.tensor([0.0, 0.0, 50.0])  # left alone, every relation would be `root`
    trees = [parsed.tree for parsed in decode(head, CONFIG, head.score(hidden, mask), mask)]

    for tree in trees:
        assert [name == "root" for name in tree.deprels] == [head_id == 0 for head_id in tree.head_ids]


def test_a_corpus_without_the_relation_root_keeps_all_its_relations_anywhere():
    decoder = ParserDecoder(CONFIG, LabelSet(["a", "b"]))
    logits = torch.randn(5, 2).numpy()

    found = decoder.best_deprels(logits, np.array([0, 1, 1, 2, 3]), np.array([5]))
    assert found.tolist() == logits.argmax(-1).tolist()


@pytest.mark.parametrize("scorer", ["matcher", "biaffine"])
def test_a_tree_fed_upward_is_the_expected_relation_and_governor_of_every_word(scorer: str):
    torch.manual_seed(1)
    config = ParserConfig.model_validate({"level": 1, "scorer": scorer, "arc_size": 5, "deprel_size": 4})
    head = Parser(config, LabelSet(["det", "nsubj", "root"]), HeadSizes(HIDDEN, 4, 0)).eval()
    for parameter in head.parameters():
        parameter.data.normal_()
    hidden, mask = torch.randn(1, 3, HIDDEN), torch.ones(1, 3, dtype=torch.bool)
    scores = head.score(hidden, mask)
    embedding = head.build_embedding(6)
    found = embedding(*head.signal(scores))
    for word in range(3):
        arcs = scores.arc_scores[0, word].softmax(-1)
        best = int(arcs.argmax())
        views = (scores.dependents[:, word : word + 1], scores.governors[:, best : best + 1])
        relations = head.scorer.deprels(*views).softmax(-1)[0, 0]
        governor = sum(arcs[place] * scores.governors[0, place] for place in range(4))
        expected = relations @ embedding.deprels.table + embedding.governor(governor)
        torch.testing.assert_close(found[0, word], expected, atol=1e-4, rtol=1e-4)


def test_a_stopped_edge_cuts_relations_and_governors_alike():
    for gradient, reached in (("flow", True), ("stop", False)):
        reads = [{"task": "dep", "gradient": gradient}]
        model = tiny_model(changes={"relatedness": {"reads": reads}, "entailment": {"reads": ["relatedness"]}})
        batch = model.build_batch([*SENTENCES[:2], *SENTENCES[:2]], pairs=True)
        model(batch, ["relatedness"])["relatedness"].square().sum().backward()
        assert (model.heads["dep"].scorer.weight.grad is not None) == reached
        assert model.label_embeddings["dep"].governor.weight.grad.any()


def test_a_tree_fed_upward_is_the_same_alone_and_in_company():
    model = tiny_model(changes={"dep": {"scorer": "biaffine", "arc_size": 6, "deprel_size": 5}})
    embedding = model.heads["dep"].build_embedding(6)
    together = embedding(*model.heads["dep"].signal(model(model.build_batch(SENTENCES), ["dep"])["dep"]))
    for row, words in enumerate(SENTENCES):
        alone = embedding(*model.heads["dep"].signal(model(model.build_batch([words]), ["dep"])["dep"]))
        torch.testing.assert_close(together[row, : len(words)], alone[0], atol=1e-5, rtol=1e-4)


def test_what_reads_a_tree_teaches_its_arcs_and_its_governors():
    config = ParserConfig.model_validate({"level": 1, "scorer": "biaffine", "arc_size": 5, "deprel_size": 4})
    head = Parser(config, LabelSet(["det", "root"]), HeadSizes(HIDDEN, 4, 0)).eval()
    _, governors = head.signal(head.score(torch.randn(1, 3, HIDDEN), torch.ones(1, 3, dtype=torch.bool)))
    governors.square().sum().backward()
    taught = {name.split(".")[0] for name, value in head.scorer.named_parameters() if value.grad is not None}
    assert taught == {"arc_dependent", "arc_governor", "arc_weight", "arc_prior", "deprel_governor"}


def test_dropout_is_that_of_the_scorer_where_nobody_says_otherwise():
    def dropout(**keys: object) -> float:
        return ParserConfig.model_validate({"level": 1, **keys}).dropout

    assert (dropout(), dropout(scorer="biaffine"), dropout(scorer="biaffine", dropout=0.1)) == (0.2, 0.33, 0.1)
