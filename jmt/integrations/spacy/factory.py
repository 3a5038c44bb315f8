"""How spaCy makes the component `jmt`: it imports this file by an entry point, whenever a pipeline of any kind is made.

So nothing is imported here that costs time, and no model before the component is asked for.  The configuration is
checked by spaCy against the types in the signature, which it reads as they are at run time.
"""

from spacy.language import Language

from jmt.integrations.spacy.component import JmtPipe
from jmt.models.places import DEFAULT_MODEL


@Language.factory(
    "jmt",
    assigns=[
        *("token.tag", "token.pos", "token.lemma", "token.morph", "token.head", "token.dep", "token.is_sent_start"),
        *("doc.sents", "doc.spans", "doc.ents", "doc._.jmt"),
    ],
    default_config={
        "model": DEFAULT_MODEL,
        "tasks": None,
        "confidences": False,
        "device": "auto",
        "precision": "float32",
        "batch_tokens": None,
        "segmenter": "auto",
        "corpus": "",
        "engine": "auto",
    },
)
def make_component(
    nlp: Language,
    name: str,
    model: str,
    tasks: list[str] | None,
    confidences: bool,
    device: str,
    precision: str,
    batch_tokens: int | None,
    segmenter: str,
    corpus: str,
    engine: str,
) -> JmtPipe:
    """Load the model, with the keys of `jmt.load`, and return the component.

    Raises what `jmt.load` raises; warns where the pipeline is one of another language than the model's.
    """
    from jmt.annotate import load
    from jmt.cascade.prediction import BATCH_TOKENS

    annotator = load(
        model,
        tasks=tasks,
        device=device,
        precision=precision,
        batch_tokens=BATCH_TOKENS if batch_tokens is None else batch_tokens,
        segmenter=segmenter,
        corpus=corpus,
        engine=engine,
    )
    return JmtPipe(annotator, nlp.lang or "xx", name=name, confidences=confidences)
