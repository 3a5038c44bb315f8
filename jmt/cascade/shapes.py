"""The weights that a cascade has, by name and shape: what a checkpoint is compared with before an engine is built.

The network of `jmt.network` says the same by being built; here it is said without torch, for cascades of which no level
is split, and for encoders that are computed without it.  LSTM gates are stacked as torch stacks them, four for each of
H units.
"""

from __future__ import annotations

from jmt.cascade.cascade import Cascade
from jmt.cascade.encoder_config import BiLSTMConfig, TransformerConfig
from jmt.cascade.head_shapes import Shapes, head_shapes, linear
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.taps import plan_taps
from jmt.cascade.task_config import ParserConfig, SegmenterConfig
from jmt.files.guards.encoder import MPNET_BUCKETS
from jmt.files.guards.weights_header import Entry
from jmt.segmentation.atoms import Spacing
from jmt.segmentation.labels import BORDERS


def expected_weights(cascade: Cascade) -> dict[str, Entry]:
    """Return the weights of a cascade as the header of a file describes them.

    Raises:
        ConfigError: taps that its transformer does not have.
    """
    config = cascade.config
    named = {f"encoder.{name}": shape for name, shape in _encoder(cascade)}
    hidden = _hidden_size(cascade)
    label_size = config.encoder.label_size
    for task, keys in config.tasks.items():
        reads = len(config.pair_reads(task))
        named |= {
            f"heads.{task}.{name}": shape
            for name, shape in head_shapes(keys, len(cascade.labels[task]), hidden, reads * label_size)
        }
    for task in {read.task for keys in config.tasks.values() for read in keys.reads}:
        prefix = f"label_embeddings.{task}."
        labels, of_task = len(cascade.labels[task]), config.tasks[task]
        if isinstance(of_task, ParserConfig):
            governor = of_task.deprel_size if of_task.scorer == "biaffine" else hidden
            named[f"{prefix}deprels.table"] = (labels, label_size)
            named |= {prefix + name: shape for name, shape in linear("governor", governor, label_size)}
        else:
            named[f"{prefix}table"] = (labels, label_size)
    if config.segmenter:
        expansions = len(cascade.labels[config.segmenter.name])
        named |= {f"segmenter.{name}": shape for name, shape in _segmenter(config.segmenter, expansions)}
    return {name: Entry("F32", shape) for name, shape in named.items()}


def _hidden_size(cascade: Cascade) -> int:
    """Return H of every level."""
    if isinstance(cascade.config.encoder, BiLSTMConfig):
        return 2 * cascade.config.encoder.hidden_size
    return _pretrained_of(cascade).size


def _pretrained_of(cascade: Cascade) -> Pretrained:
    if cascade.pretrained is None:
        raise ValueError("a transformer is built from a pretrained encoder's configuration")
    return cascade.pretrained


def _encoder(cascade: Cascade) -> Shapes:
    """Yield what lies below `encoder.`: the words, and the levels of either body."""
    config, lexicon = cascade.config.encoder, cascade.lexicon
    yield "words.words.weight", (len(lexicon.words), config.word_size)
    words = config.word_size
    if lexicon.ngram_sizes:
        yield "words.ngrams.table.weight", (len(lexicon.ngrams), config.ngram_size)
        words += config.ngram_size
    if config.corpus_vectors:
        yield "words.corpora.vectors", (len(config.corpus_vectors), words)
    if isinstance(config, TransformerConfig):
        yield from _tapped(cascade, config, words)
        return
    for level in range(1, cascade.config.levels + 1):
        inputs = 2 * config.hidden_size if level > 1 and config.vertical else 0
        inputs += words if level == 1 or config.shortcut else 0
        inputs += config.label_size if cascade.config.reads_at(level) else 0
        for direction in ("forwards", "backwards"):
            prefix, gates = f"levels.{level - 1}.bilstm.{direction}", 4 * config.hidden_size
            yield f"{prefix}.weight_ih_l0", (gates, inputs)
            yield f"{prefix}.weight_hh_l0", (gates, config.hidden_size)
            yield f"{prefix}.bias_ih_l0", (gates,)
            yield f"{prefix}.bias_hh_l0", (gates,)


def _tapped(cascade: Cascade, config: TransformerConfig, words: int) -> Shapes:
    """Yield the layers of a transformer up to the highest tap, and the taps."""
    pretrained, model = _pretrained_of(cascade), cascade.config
    levels = range(1, model.levels + 1)
    plans = plan_taps(config, [model.serves_pairs(level) for level in levels], pretrained.layers)
    yield from _embeddings(pretrained)
    for block in range(max(plan.layer for plan in plans)):
        yield from _block(pretrained, f"pretrained.blocks.{block}")
    for level, plan in zip(levels, plans, strict=True):
        prefix = f"levels.{level - 1}"
        if config.mix:
            yield f"{prefix}.mix.weights", (plan.layer + 1,)
        entering = (words if plan.words else 0) + (config.label_size if model.reads_at(level) else 0)
        places = [place for place, there in (("below", plan.moves), ("beside", True)) if there and entering]
        for place in places:
            yield f"{prefix}.{place}.projection.weight", (pretrained.size, entering)


def _embeddings(pretrained: Pretrained) -> Shapes:
    """Yield the tables of pieces, places and types, as the family has them, and what all blocks share."""
    config = pretrained.config
    size = int(config.get("embedding_size", pretrained.size)) if pretrained.family == "electra" else pretrained.size
    yield "pretrained.embeddings.word_embeddings.weight", (int(config["vocab_size"]), size)
    yield "pretrained.embeddings.position_embeddings.weight", (int(config["max_position_embeddings"]), size)
    if pretrained.types is not None:
        yield "pretrained.embeddings.token_type_embeddings.weight", (pretrained.types, size)
    yield from _norm("pretrained.embeddings.LayerNorm", size)
    if size != pretrained.size:
        yield from linear("pretrained.projection", size, pretrained.size)
    if pretrained.family == "mpnet":
        yield "pretrained.shared.relative_attention_bias.weight", (MPNET_BUCKETS, pretrained.heads)


def _block(pretrained: Pretrained, prefix: str) -> Shapes:
    """Yield one block: attention, and the two layers behind it."""
    size, config = pretrained.size, pretrained.config
    norms, layers = ("attention.output.LayerNorm", "output.LayerNorm"), ("intermediate.dense", "output.dense")
    attention = [f"attention.{name}" for name in ("self.query", "self.key", "self.value", "output.dense")]
    if pretrained.family == "distilbert":
        attention = [f"attention.{name}_lin" for name in ("q", "k", "v", "out")]
        norms, layers = ("sa_layer_norm", "output_layer_norm"), ("ffn.lin1", "ffn.lin2")
    if pretrained.family == "mpnet":
        attention = [f"attention.attn.{name}" for name in ("q", "k", "v", "o")]
        norms = ("attention.LayerNorm", "output.LayerNorm")
    inner = int(config["hidden_dim"] if pretrained.family == "distilbert" else config["intermediate_size"])
    for name in attention:
        yield from linear(f"{prefix}.{name}", size, size)
    for name in norms:
        yield from _norm(f"{prefix}.{name}", size)
    yield from linear(f"{prefix}.{layers[0]}", size, inner)
    yield from linear(f"{prefix}.{layers[1]}", inner, size)


def _norm(name: str, size: int) -> Shapes:
    """Yield weight and bias of a layer norm."""
    yield f"{name}.weight", (size,)
    yield f"{name}.bias", (size,)


def _segmenter(config: SegmenterConfig, expansions: int) -> Shapes:
    """Yield what splits raw text: traits and spacings of atoms, and convolutions over three of them."""
    hidden = config.hidden_size
    yield "traits.weight", (config.trait_rows, config.trait_size)
    yield "spacings.weight", (len(Spacing), config.spacing_size)
    yield from linear("enter", config.trait_size + 2 * config.spacing_size, hidden)
    for number in range(len(config.dilations)):
        yield f"layers.{number}.weight", (hidden, hidden, 3)
        yield f"layers.{number}.bias", (hidden,)
    yield from linear("leave", 2 * hidden, len(BORDERS) + expansions)
