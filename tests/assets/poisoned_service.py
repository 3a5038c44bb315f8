"""Run as a script: `jmt serve` with a model that fails on the word `poison`, as a model with a fault would."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import torch

from jmt.annotate import Annotator
from jmt.document import Judgement, Sentence
from tests.assets.load import POISON


class Poisonable(Annotator):
    """Fails on one word, after the whole batch was computed."""

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        super().annotate_each(sentences, tasks_of, confidences=confidences)
        if any(token.text == POISON for sentence in sentences for token in sentence.tokens):
            raise ValueError("this word does not agree with the model")

    def compare_many(self, pairs: Iterable[tuple[str, str]], tasks: Sequence[str] | None = None) -> list[Judgement]:
        judged = super().compare_many(pairs, tasks)
        if any(judgement.first.startswith(POISON) for judgement in judged):
            raise ValueError("this word does not agree with the model")
        return judged


def main(model: str) -> int:
    """Serve a model on a free port, which is printed."""
    from jmt.network import checkpoint
    from jmt.segmentation import RuleSegmenter
    from jmt.serve.app import create_app
    from jmt.serve.settings import Settings
    from jmt.serve.transport.server import bind, serve
    from jmt.serve.watching.logs import log_to_stderr

    torch.set_num_threads(1)
    log_to_stderr("json")
    annotator = Poisonable(checkpoint.load(Path(model)), RuleSegmenter("en"), name="poisonable", revision="sha256:0")
    with bind("127.0.0.1", 0) as listener:
        listener.listen(1024)
        print(listener.getsockname()[1], flush=True)
        return serve(listener, lambda on_fatal: create_app(annotator, Settings(), on_fatal=on_fatal))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
