"""Several corpora of a task become one: all examples of all of them, less what is scored on."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.unions.leaks import normal_form
from jmt.data.unions.left_out import LeftOut, recorded, told
from jmt.errors import ConfigError, CorpusError
from jmt.network.heads import HEADS
from jmt.runs.config import RunConfig, read_config
from jmt.runs.fitting import without_empty_columns
from jmt.runs.raw_text import raw_text_splits
from jmt.runs.splits import load_splits, with_score_ranges
from jmt.runs.tasks import training_task
from jmt.training.batches.task import group_tasks
from tests.assets.raw_treebank import SEGMENTER
from tests.assets.tiny_corpus import conllu, sentence, text_of
from tests.assets.two_corpora import FIRST, PLANTED, write_two_corpora
from tests.unit.data.corpus_files import WhiteSpace

Splits = dict[str, dict[str, TaskExamples]]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return str(write_two_corpora(tmp_path))


def load(config: str, *edits: str, tasks: list[str] | None = None) -> tuple[RunConfig, Splits, list[LeftOut]]:
    found, dropped = read_config(config, overrides=edits, tasks=tasks), list[LeftOut]()
    return found, load_splits(found, [], WhiteSpace(), dropped.append), dropped


def test_the_union_is_that_of_a_join_by_hand_without_the_planted_leaks(config: str):
    _, splits, dropped = load(config, tasks=["xpos", "dep"])

    there = [*range(20), *range(FIRST, FIRST + 12)]  # and PLANTED, which trees have in dev
    dev = [*range(20, 26), *range(FIRST + 12, FIRST + 16)]
    assert [" ".join(words) for words in splits["xpos"]["train"].inputs] == [text_of(number) for number in there]
    assert [" ".join(words) for words in splits["xpos"]["dev"].inputs] == [text_of(number) for number in dev]
    assert splits["xpos"]["train"].gold == [[word[2] for word in sentence(number)] for number in there]
    assert [gold.tree.head_ids for gold in splits["dep"]["dev"].gold] == [  # type: ignore[union-attr]
        [word[3] for word in sentence(number)] for number in dev
    ]
    assert splits["dep"]["train"].parts == (("trees", 20), ("woods", 12))
    assert splits["dep"]["dev"].parts == (("trees", 6), ("woods", 4))
    assert recorded(dropped) == {
        task: {"woods train": {"their sentences are in evaluation splits": len(PLANTED)}} for task in ("xpos", "dep")
    }
    assert told(dropped) == [
        "xpos, dep: 2 of 34 training sentences dropped: their sentences are in evaluation splits (woods 2 of 14)"
    ]


def test_no_sentence_of_any_evaluation_split_of_the_run_is_left_in_training(config: str):
    _, splits, _ = load(config)
    scored = {
        normal_form(words)
        for task in splits.values()
        for item in task["dev"].inputs
        for words in (item if isinstance(item, tuple) else (item,))
    }

    for task in splits.values():
        for item in task["train"].inputs:
            assert not scored & set(map(normal_form, item if isinstance(item, tuple) else (item,)))


def test_what_a_corpus_shares_with_its_own_dev_is_kept_where_only_others_count(config: str):
    _, any_, _ = load(config, tasks=["relatedness"])
    _, across, _ = load(config, "training.leaks=across", tasks=["relatedness"])

    assert len(any_["relatedness"]["train"]) < len(across["relatedness"]["train"]) == 15 + 10


def test_marks_are_mapped_to_the_grades_of_the_first_corpus_with_both_ends_exact(config: str):
    found, splits, _ = load(config, "training.leaks=across", tasks=["relatedness"])
    grades = splits["relatedness"]["train"].gold

    assert splits["relatedness"]["train"].parts == (("pairs", 15), ("marks", 10))
    assert grades[-1] == 5.0  # 10 of 10
    assert grades[16] == pytest.approx(1 + 4 * 4.8 / 10)
    assert with_score_ranges(found).model.tasks["relatedness"].score_range == (1, 5)  # type: ignore[union-attr]
    assert splits["relatedness"]["dev"].parts == (("pairs", 6),)


def test_marks_of_which_nothing_says_the_range_are_refused(config: str):
    path = Path(config)
    path.write_text(path.read_text("utf-8").replace("score_range = [0, 10]\n", ""), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"nothing says which grades marks has.*give \[corpora.marks\] a score_range"):
        load(config, tasks=["relatedness"])


def test_a_pair_without_a_gold_label_is_skipped_and_counted_and_is_no_class(config: str):
    found, splits, dropped = load(config, "training.leaks=across", tasks=["entailment"])
    labels = (
        HEADS["pair_classifier"]
        .build_labels(found.model.tasks["entailment"], splits["entailment"]["train"].gold)
        .labels
    )

    assert splits["entailment"]["train"].parts == (("pairs", 15), ("marks", 9))
    assert sorted(labels) == ["contradiction", "entailment", "neutral"]
    assert "entailment: 1 of 10 training pairs dropped: their gold label is `-`, none (marks 1 of 10)" in told(dropped)


def test_label_sets_are_united(config: str):
    folder = Path(config).parent
    woods = folder / "woods.conllu"
    woods.write_text(woods.read_text("utf-8").replace("\tVBZ\t", "\tVB\t"), encoding="utf-8")
    found, splits, _ = load(config, tasks=["xpos"])

    labels = HEADS["tagger"].build_labels(found.model.tasks["xpos"], splits["xpos"]["train"].gold).labels
    assert {"VB", "VBZ", "NN"} <= set(labels)


def test_tasks_on_the_same_corpora_share_one_forward_pass_and_those_in_another_order_do_not(config: str):
    found, splits, _ = load(config, 'task.dep.corpus=["woods", "trees"]', tasks=["xpos", "chunk", "dep"])
    tasks = [training_task(found, name, splits[name]["train"]) for name in ("xpos", "chunk", "dep")]

    assert splits["xpos"]["dev"].inputs is splits["chunk"]["dev"].inputs
    assert group_tasks(tasks, apart=False) == {"xpos": ["xpos", "chunk"], "dep": ["dep"]}


def test_one_corpus_named_twice_is_twice_in_training_and_once_in_dev_and_loses_nothing(config: str):
    _, once, _ = load(config, 'task.xpos.corpus="trees"', tasks=["xpos"])
    _, twice, dropped = load(config, 'task.xpos.corpus=["trees", "trees"]', tasks=["xpos"])

    assert twice["xpos"]["train"].inputs == [*once["xpos"]["train"].inputs, *once["xpos"]["train"].inputs]
    assert twice["xpos"]["dev"].inputs == once["xpos"]["dev"].inputs
    assert dropped == []


def test_a_hint_counts_the_words_of_all_corpora(config: str):
    edits = ["task.chunk.role=hint", "task.chunk.column=frequency", "task.chunk.reads=[]"]
    path = Path(config)
    path.write_text(path.read_text("utf-8").replace('scheme = "iobes"\n', ""), encoding="utf-8")
    _, splits, _ = load(config, *edits, tasks=["xpos", "chunk"])
    of_the = next(labels[words.index("the")] for words, labels in zip(*_both(splits["chunk"]["train"]), strict=True))

    assert of_the == "3"  # 32 times: log 32 is 3.5; 20 times, log 20 is 2.99
    assert splits["chunk"]["train"].inputs is splits["xpos"]["train"].inputs


def _both(examples: TaskExamples) -> tuple[list[list[str]], list[list[str]]]:
    return list(examples.inputs), list(examples.gold)  # type: ignore[arg-type]


def test_of_an_optional_task_the_corpora_without_a_value_are_left_out_with_their_shares(config: str):
    folder = Path(config).parent
    for split in ("train", "dev"):
        text = (folder / f"{split}.conllu").read_text("utf-8").replace("\t_\t", "\tCase=Nom\t", 1)
        (folder / f"{split}.conllu").write_text(text, encoding="utf-8")
    edits = ["task.xpos.column=feats", "task.xpos.optional=true"]
    found, splits, dropped = load(config, *edits, "task.xpos.corpus_shares=[3, 1]", tasks=["xpos", "dep"])
    fitted, reasons = without_empty_columns(found, splits)

    assert splits["xpos"]["train"].parts == (("trees", 20),)
    assert (fitted.data["xpos"].corpora, fitted.data["xpos"].corpus_shares, reasons) == (("trees",), None, {})
    assert "xpos: 14 of 14 training sentences dropped: the column has no value in training (woods 14 of 14)" in told(
        dropped
    )


def test_a_column_that_one_of_the_corpora_lacks_is_an_error_that_names_it_and_its_columns(config: str):
    with pytest.raises(
        CorpusError, match=r"task.xpos: the column 'feats' of trees \(train\) is empty; columns with values are "
    ):
        load(config, "task.xpos.column=feats", tasks=["xpos"])


def test_training_data_that_is_an_evaluation_split_is_refused(config: str):
    dev = Path(config).parent / "dev.conllu"

    with pytest.raises(CorpusError, match=r"woods: each of its 6 training examples .* \(trees: 6\)"):
        load(config, f"corpora.woods.train={dev}", tasks=["xpos"])


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("task.xpos.corpus=[]", "task.xpos.corpus is an empty list"),
        ('task.xpos.corpus=["trees", "a+b"]', "'a\\+b' has a `\\+` in its name"),
        ("task.xpos.corpus_shares=[1]", r"give one number above 0 for each of the 2 corpora, trees, woods"),
        ("task.xpos.corpus_shares=[1, 0]", r"corpus_shares = \[1.0, 0.0\]: give one number above 0"),
    ],
)
def test_lists_and_shares_that_mean_nothing_are_refused(config: str, edit: str, message: str):
    with pytest.raises(ConfigError, match=message):
        read_config(config, overrides=[edit])


def test_shares_of_one_corpus_are_refused(config: str):
    with pytest.raises(ConfigError, match="there is one corpus, trees: drop the key"):
        read_config(config, overrides=["task.xpos.corpus=trees", "task.xpos.corpus_shares=[1]"])


def test_a_segmenter_loses_the_sentences_of_evaluation_splits_and_its_paragraphs_end_there(config: str):
    path = Path(config)
    written = SEGMENTER.replace('"trees"', '["trees", "woods"]')
    path.write_text(path.read_text("utf-8").replace("\n[training]\n", written), encoding="utf-8")
    dropped: list[LeftOut] = []
    edits = [f'corpora.woods.train="{_with_a_leak_in_the_middle(path.parent)}"']
    found = read_config(config, overrides=edits, tasks=["segmenter", "xpos"])
    splits = raw_text_splits(found, [], WhiteSpace(), dropped.append)["segmenter"]
    texts = ["".join(items).strip() for items in splits["train"].inputs]  # type: ignore[arg-type]

    assert splits["train"].parts == (("trees", 1), ("woods", 2))
    assert texts[1:] == [" ".join(text_of(number) for number in part) for part in ((30, 31), (32,))]
    assert recorded(dropped) == {"segmenter": {"woods train": {"their sentences are in evaluation splits": 1}}}


def _with_a_leak_in_the_middle(folder: Path) -> Path:
    path = folder / "middle.conllu"
    path.write_text("".join(conllu(range(n, n + 1)) for n in (30, 31, PLANTED[0], 32)), encoding="utf-8")
    return path
