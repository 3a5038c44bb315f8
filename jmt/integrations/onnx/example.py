"""A program in Python that computes with the graphs and without jmt: for the README, and for others to write anew."""

from __future__ import annotations

_WORDS = """\
import json

import numpy
import onnxruntime


def read(name):
    with open(name, encoding="utf-8") as file:
        return json.load(file)


vocabulary, labels = read("vocabulary.json"), read("labels.json")
words = {word: row for row, word in enumerate(vocabulary["words"], start=1)}
ngrams = {ngram: row for row, ngram in enumerate(vocabulary["ngrams"], start=1)}


def shortened(form, longest):
    half = longest // 2
    return form if len(form) <= longest else form[:half] + form[-half:]


def ngrams_of(form):
    form = shortened(form, vocabulary["longest_form"])
    begin, end = vocabulary["begin"], vocabulary["end"]
    found = {}  # each once, in order
    for size in vocabulary["ngram_lengths"]:
        text = begin + form + end if size > 1 else form
        for start in range(len(text) - size + 1):
            ngram = text[start : start + size]
            if ngram in ngrams and ngram != begin + end:
                found[ngram] = ngrams[ngram]
    return list(found.values()) or [0]


def padded(rows, fill):
    deep = isinstance(rows[0][0], list)
    width = max(len(row) for row in rows)
    if not deep:
        return numpy.array([row + [fill] * (width - len(row)) for row in rows], dtype=numpy.int64)
    depth = max(len(bag) for row in rows for bag in row)
    bags = [[bag + [fill] * (depth - len(bag)) for bag in row] for row in rows]
    return numpy.array([row + [[fill] * depth] * (width - len(row)) for row in bags], dtype=numpy.int64)


def arrays_of(sentences):
    return {
        "lengths": numpy.array([len(sentence) for sentence in sentences], dtype=numpy.int64),
        "word_ids": padded([[words.get(form.lower(), 0) for form in sentence] for sentence in sentences], 0),
        "ngram_ids": padded([[ngrams_of(form) for form in sentence] for sentence in sentences], -1),
    }
"""

_PIECES = """

from tokenizers import Tokenizer

tokenizer, pieces = Tokenizer.from_file("tokenizer.json"), vocabulary["pieces"]


def pieces_of(form):
    form = shortened(form, pieces["longest_word"])
    ids = tokenizer.encode([form], is_pretokenized=True, add_special_tokens=False).ids
    half = pieces["most_of_a_word"] // 2
    return (ids if len(ids) <= pieces["most_of_a_word"] else ids[:half] + ids[-half:]) or [pieces["unknown"]]


def piece_arrays_of(sentences):
    opening, closing = pieces["sentence"]
    longest = max(len(sentence) for sentence in sentences)
    windows, owners, places = [], [], []
    for row, sentence in enumerate(sentences):
        window = list(opening["before"])
        owner, place = [-1] * len(window), []
        for word, form in enumerate(sentence):
            ids = pieces_of(form)
            place.append([len(window) + number for number in range(len(ids))])
            window += ids
            owner += [row * longest + word] * len(ids)
        windows.append(window + closing["before"])
        owners.append(owner + [-1] * len(closing["before"]))
        places.append(place)
    width = max(len(window) for window in windows)
    assert width <= pieces["longest_window"], "a long sentence needs several windows: see above"
    return {
        "piece_ids": padded(windows, -1),
        "type_ids": numpy.zeros((len(windows), width), dtype=numpy.int64),
        "piece_words": padded(owners, -1),
        "word_pieces": padded(
            [[[row * width + one for one in bag] for bag in place] for row, place in enumerate(places)], -1
        ),
    }
"""

_SCORES = '''

def best_sequence(scores, about):
    """Viterbi: the labels of a sentence with the largest sum of scores, where neighbours have scores, too."""
    if "transitions" not in about:
        return scores.argmax(axis=-1)
    transitions, best, back = numpy.array(about["transitions"]), scores[0] + about["start"], []
    for row in scores[1:]:
        sums = best[:, None] + transitions
        back.append(sums.argmax(axis=0))
        best = sums.max(axis=0) + row
    found = [int((best + about["end"]).argmax())]
    for pointers in reversed(back):
        found.append(int(pointers[found[-1]]))
    return found[::-1]


def run(name, given):
    session = onnxruntime.InferenceSession(name)
    outputs = [output.name for output in session.get_outputs()]
    return dict(zip(outputs, session.run(None, {port.name: given[port.name] for port in session.get_inputs()})))


sentences = [["She", "reads", "a", "book", "."], ["Stop", "!"]]
arrays = {ARRAYS}
scores = run("annotate.onnx", arrays)
for row, sentence in enumerate(sentences):
    print(*sentence)
    for task, about in labels.items():
        if about["kind"] == "tagger":
            best = best_sequence(scores[f"{task}.scores"][row, : len(sentence)], about)
            print(f"{task}:", *(about["labels"][label] for label in best))
'''

_RELATIONS = """
for task, about in labels.items():
    if about["kind"] == "parser":  # every word's best head; for a tree, search one in the scores of arcs
        heads = scores[f"{task}.arcs"].argmax(axis=-1)
        views = {name: scores[name] for name in (f"{task}.dependents", f"{task}.governors")}
        relations = run("relations.onnx", {**views, f"{task}.heads": heads})[f"{task}.relations"].argmax(axis=-1)
        for row, sentence in enumerate(sentences):
            for word, form in enumerate(sentence):
                print(form, heads[row, word], about["labels"][relations[row, word]])
"""


def example(*, pieces: bool, parses: bool) -> str:
    """Return a program that annotates two sentences, for a body that reads word pieces or none, and for parsers."""
    arrays = "{**arrays_of(sentences), **piece_arrays_of(sentences)}" if pieces else "arrays_of(sentences)"
    parts = [_WORDS, _PIECES if pieces else "", _SCORES.replace("{ARRAYS}", arrays), _RELATIONS if parses else ""]
    return "".join(parts)
