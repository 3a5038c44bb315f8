"""Many clients at once, each checking every answer against what it sent; some leave, some send poison."""

from __future__ import annotations

import asyncio
import json
import random
import struct
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

HEAD = "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
POISON = "poison"
TASKS = [["xpos"], ["chunk"], ["dep"], ["xpos", "chunk"], ["xpos", "dep"], ["xpos", "chunk", "dep"]]
KEYS = {"xpos": {"xpos"}, "chunk": {"chunk"}, "dep": {"head", "deprel"}}
Check = Callable[[Any], bool]


@dataclass
class Asked:
    """One request, and what to make of its answer."""

    path: str
    body: Any
    check: Check
    poison: bool = False


@dataclass
class Report:
    """What became of all requests."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    """Of the answers that were waited for."""
    wrong: list[str] = field(default_factory=list)


class Dice(random.Random):
    """Makes requests of random sizes; words are unique, so that a mixed-up answer cannot look right."""

    def word(self) -> str:
        return "".join(self.choices("abcdefghijklm", k=self.randrange(4, 12)))  # never `poison`, never `nan`

    def words(self) -> list[str]:
        return [*(self.word() for _ in range(self.choice((1, 2, 4, 6, 9, 14, 30)))), "."]

    def ask(self, poison: float) -> Asked:
        """Make one request, which holds poison with some probability."""
        bad = self.random() < poison
        kind = self.random()
        if kind < 0.2:
            return self._pairs(bad)
        tasks = self.choice(TASKS)
        sentences = [self.words() for _ in range(self.choice((1, 1, 1, 1, 2, 4)))]
        if bad:
            self.choice(sentences).insert(0, POISON)
        if kind < 0.6:
            return Asked("/v1/annotate", {"tokens": sentences, "tasks": tasks}, tokens_check(sentences, tasks), bad)
        texts = [" ".join(words) for words in sentences]
        return Asked("/v1/annotate", {"texts": texts, "tasks": tasks}, texts_check(texts, sentences, tasks), bad)

    def _pairs(self, bad: bool) -> Asked:
        pairs = [(" ".join(self.words()), " ".join(self.words())) for _ in range(self.choice((1, 2, 4)))]
        if bad:
            pairs[0] = (f"{POISON} {pairs[0][0]}", pairs[0][1])
        return Asked("/v1/compare", {"pairs": [{"first": a, "second": b} for a, b in pairs]}, pairs_check(pairs), bad)


def tokens_check(sentences: Sequence[Sequence[str]], tasks: Sequence[str]) -> Check:
    """Every word comes back at its place, with the labels asked for and no others."""
    keys = {"id", "text", "start", "end"}.union(*(KEYS[task] for task in tasks))

    def check(answer: Any) -> bool:
        documents = answer["documents"]
        return len(documents) == len(sentences) and all(
            document["text"] == " ".join(words)
            and [token["text"] for token in document["sentences"][0]["tokens"]] == list(words)
            and all(set(token) == keys for token in document["sentences"][0]["tokens"])
            for document, words in zip(documents, sentences, strict=True)
        )

    return check


def texts_check(texts: Sequence[str], sentences: Sequence[Sequence[str]], tasks: Sequence[str]) -> Check:
    """Every text comes back, and its tokens by their offsets."""
    keys = {"id", "text", "start", "end"}.union(*(KEYS[task] for task in tasks))

    def check(answer: Any) -> bool:
        documents = answer["documents"]
        tokens = [[token for s in document["sentences"] for token in s["tokens"]] for document in documents]
        return [document["text"] for document in documents] == list(texts) and all(
            [token["text"] for token in found] == list(words)
            and all(text[token["start"] : token["end"]] == token["text"] and set(token) == keys for token in found)
            for found, words, text in zip(tokens, sentences, texts, strict=True)
        )

    return check


def pairs_check(pairs: Sequence[tuple[str, str]]) -> Check:
    """Every pair comes back, judged."""

    def check(answer: Any) -> bool:
        judged = answer["judgements"]
        return [(j["first"], j["second"]) for j in judged] == list(pairs) and all(
            abs(sum(judgement["probabilities"].values()) - 1) < 1e-3 and "relatedness" in judgement
            for judgement in judged
        )

    return check


async def run_load(
    address: tuple[str, int],
    *,
    requests: int,
    clients: int,
    seed: int = 1,
    leaving: float = 0.1,
    poison: float = 0.01,
    make: Callable[[Dice], Asked] | None = None,
    extra: Check | None = None,
) -> Report:
    """Send so many requests from so many clients; `extra` checks further what every good answer must be."""
    report = Report()
    left = iter(range(requests))

    async def client(number: int) -> None:
        dice = Dice(seed * 1_000 + number)
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        for _ in left:
            asked = make(dice) if make else dice.ask(poison)
            connection = connection or await asyncio.open_connection(*address)
            if dice.random() < leaving:
                await leave(connection, asked, dice)
                report.outcomes["left"] += 1
                connection = None
            else:
                await ask(connection, asked, report, extra)
        if connection:
            connection[1].close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return report


async def leave(
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], asked: Asked, dice: random.Random
) -> None:
    """Send a request, or a part of it, and break off: at once or a little later, politely or not."""
    raw = written(asked)
    _, writer = connection
    writer.write(raw if dice.random() < 0.7 else raw[: dice.randrange(len(raw))])
    with suppress(ConnectionError):
        await writer.drain()
    await asyncio.sleep(dice.choice((0, 0, 0.001, 0.005, 0.02)))
    if dice.random() < 0.5:
        writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


async def ask(
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], asked: Asked, report: Report, extra: Check | None
) -> None:
    """Send a request, wait for its answer and check it."""
    reader, writer = connection
    began = time.perf_counter()
    writer.write(written(asked))
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    answer = json.loads(await reader.readexactly(length))
    report.seconds.append(time.perf_counter() - began)
    status = int(head[9:12])
    report.outcomes[str(status)] += 1
    if asked.poison:
        right = status == 500 and len(answer["errors"]) == 1
    else:
        right = status == 200 and asked.check(answer) and (extra is None or extra(answer))
    if not right:
        report.wrong.append(f"{status}: {asked.body!r} -> {answer!r}")


def written(asked: Asked) -> bytes:
    """Write a request as it goes over the wire."""
    content = json.dumps(asked.body).encode()
    return HEAD.format(path=asked.path, length=len(content)).encode() + content
