"""Reading a request's body: JSON and nothing else, of a bounded size, strictly as RFC 8259 says.

orjson refuses what the standard library lets through: NaN, lone surrogates, UTF-16, a byte order mark.
"""

from __future__ import annotations

from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from jmt.serve.answering.problems import Problem, invalid
from jmt.serve.asking.json_faults import problem_of

_CLOSE = {"Connection": "close"}
PATIENCE = 8
"""Times the limit: so much of a body is read, though not kept, since most clients read no answer before they have sent
all; what is larger still is cut off."""

Model = TypeVar("Model", bound=BaseModel)


async def read_body(request: Request, most: int) -> bytes:
    """Read a request's body, which may have so many bytes.

    Raises `Problem` 413 where it is too large, 415 where it is not plain JSON, 400 where there is none.
    """
    _refuse_other_media(request)
    detail = f"the body has more than {most} bytes, the limit"
    too_large = _declared_length(request) > most
    if too_large and request.headers.get("expect", "").lower() == "100-continue":
        raise Problem("body_too_large", detail, headers=_CLOSE)  # the client asked first and has sent nothing yet
    chunks: list[bytes] = []
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > PATIENCE * most:
            raise Problem("body_too_large", detail, headers=_CLOSE)
        too_large = too_large or total > most
        if too_large:
            chunks.clear()
        else:
            chunks.append(chunk)
    if too_large:
        raise Problem("body_too_large", detail)
    if total == 0:
        raise Problem("malformed_json", "the body is empty; it has to be a JSON object")
    return b"".join(chunks)


def check_body(content: bytes, model: type[Model]) -> Model:
    """Parse and check a body.

    Raises `Problem` 400 where it is not strict JSON, 422 where it is not what `model` describes.
    """
    try:
        return model.model_validate(orjson.loads(content))
    except orjson.JSONDecodeError as error:
        raise problem_of(content, error) from None
    except ValidationError as error:
        raise invalid(error) from None


def _refuse_other_media(request: Request) -> None:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem("unsupported_media_type", "compressed bodies are not taken: send the JSON as it is")
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if media_type.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise Problem("unsupported_media_type", "send the header Content-Type: application/json (in UTF-8)")


def _declared_length(request: Request) -> int:
    declared = request.headers.get("content-length", "0")
    return int(declared[:18]) if declared.isdecimal() and declared.isascii() else 0  # no lawful length has more digits
