"""Train a classifier of genres, with which the sentence ids of UD English-EWT begin, and score it on dev.

    python benchmarks/genres.py --corpora DIR --output DIR

Written into the output: a table of sentences per split, a configuration, and the run.  Printed: how often the most
frequent genre of train is right on dev, how often the classifier is, and its F1 on every genre.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from jmt.cli.main import main as run_jmt
from jmt.data.catalogue import find_corpus, find_source
from jmt.formats.conllu import read_conllu_file

_CONFIG = """\
[corpora.genres]
reader = "jsonl"
train = "train.jsonl"
dev = "dev.jsonl"

[encoder]
hidden_size = 50
word_size = 50
ngram_size = 50

[task.genre]
kind = "classifier"
level = 1
corpus = "genres"
dropout = 0.4

[training]
epochs = {epochs}
batch_size = 25
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", required=True, type=Path)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    arguments = parser.parse_args()
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    train, dev = (write_table(arguments.corpora, split, folder) for split in ("train", "dev"))
    config = folder / "genres.toml"
    config.write_text(_CONFIG.format(epochs=arguments.epochs), encoding="utf-8")
    if code := run_jmt(["train", str(config), "--output", str(folder / "run"), "--device", "cpu"]):
        return code
    scores = json.loads((folder / "run" / "metrics.json").read_text(encoding="utf-8"))["genre"]
    most = train.most_common(1)[0][0]
    print(f"{train.total()} sentences to learn from, {dev.total()} to score on")
    print(f"always `{most}`: accuracy {dev[most] / dev.total():.3f}")
    print(f"classifier: accuracy {scores['accuracy']:.3f}")
    for genre in sorted(dev):
        print(f"  {genre}: F1 {scores[f'f1_{genre}']:.3f} of {dev[genre]} sentences")
    return 0


def write_table(corpora: Path, split: str, folder: Path) -> Counter[str]:
    """Write words and genre of every sentence of a split as JSON lines; return how often each genre is there."""
    (path,) = find_source(find_corpus("ewt"), "sentences", split, [corpora]).paths
    genres: Counter[str] = Counter()
    with (folder / f"{split}.jsonl").open("w", encoding="utf-8") as table:
        for sentence in read_conllu_file(path):
            genre = str(sentence.sent_id).partition("-")[0]
            words = [token.text for token in sentence.tokens]
            table.write(json.dumps({"tokens": words, "label": genre}, ensure_ascii=False) + "\n")
            genres[genre] += 1
    return genres


if __name__ == "__main__":
    raise SystemExit(main())
