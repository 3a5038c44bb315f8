"""An annotator that tags words by their length: the interface of `jmt.annotate.Annotator` without a network."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jmt.document import Chunk, Document, Judgement, Sentence, Token

TOKEN_TASKS = ["xpos", "chunk", "dep"]
PAIR_TASKS = ["relatedness", "entailment"]


class FakeAnnotator:
    """Deterministic; fails on the word `poison`, gives NaN on `nan`, and can be held back."""

    token_tasks = TOKEN_TASKS
    pair_tasks = PAIR_TASKS

    def __init__(self) -> None:
        self.may_run = threading.Event()
        self.may_run.set()
        self.batches: list[int] = []
        self.threads: set[str] = set()

    def tokenize(self, text: str) -> list[str]:
        return re.findall(r"\w+|[^\w\s]", text)

    def segment(self, text: str) -> Document:
        sentences = []
        for stretch in re.finditer(r"[^.!?]*[.!?]+|[^.!?]+$", text):
            tokens = [
                Token(position, found.group(), stretch.start() + found.start(), stretch.start() + found.end())
                for position, found in enumerate(re.finditer(r"\w+|[^\w\s]", stretch.group()), start=1)
            ]
            if tokens:
                start, end = tokens[0].start, tokens[-1].end
                sentences.append(Sentence(tokens, text[start:end], start, end))
        return Document(text, sentences)

    def segment_each(self, texts: Iterable[str]) -> Iterator[Document]:
        return map(self.segment, texts)

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        self._note(len(sentences))
        for sentence, tasks in zip(sentences, tasks_of, strict=True):
            for token in sentence.tokens:
                if token.text == "poison":
                    raise ValueError(f"cannot take {sentence.text}")
                if "xpos" in tasks:
                    token.labels["xpos"] = f"L{len(token.text)}"
                if "chunk" in tasks:
                    token.labels["chunk"] = "B-NP" if token.id == 1 else "I-NP"
                if confidences:
                    token.confidences = dict.fromkeys(tasks, 0.75)
                if "dep" in tasks:
                    token.head, token.deprel = token.id - 1, "root" if token.id == 1 else "dep"
            if "chunk" in tasks:
                sentence.spans["chunk"] = [Chunk("NP", 1, len(sentence.tokens))]

    def compare_many(self, pairs: Sequence[tuple[str, str]], tasks: Sequence[str]) -> list[Judgement]:
        self._note(len(pairs))
        judgements = []
        for first, second in pairs:
            if "poison" in first:
                raise ValueError(f"cannot take {first}")
            judgement = Judgement(first, second)
            if "relatedness" in tasks:
                judgement.relatedness = float("nan") if "nan" in first else 1 + abs(len(first) - len(second)) % 5
                judgement.relatedness_distribution = [0.0, 0.0, 0.25, 0.5, 0.25]
            if "entailment" in tasks:
                judgement.entailment = "neutral"
                judgement.probabilities = {"entailment": 0.25, "neutral": 0.5, "contradiction": 0.25}
            judgements.append(judgement)
        return judgements

    def run_for(self, tasks: Sequence[str]) -> list[str]:
        cascade = TOKEN_TASKS + PAIR_TASKS  # each reads all below it
        return cascade[: max(map(cascade.index, tasks), default=-1) + 1]

    def describe(self) -> dict[str, Any]:
        tasks = [
            {"name": name, "kind": "tagger", "level": level, "reads": [], "labels": ["L1", "L2"]}
            for level, name in enumerate(TOKEN_TASKS + PAIR_TASKS, start=1)
        ]
        return {
            "name": "fake",
            "revision": "sha256:0",
            "language": "en",
            "engine": "runtime",
            "segmenter": "fake",
            "tasks": tasks,
        }

    def _note(self, count: int) -> None:
        assert self.may_run.wait(10)
        self.batches.append(count)
        self.threads.add(threading.current_thread().name)
