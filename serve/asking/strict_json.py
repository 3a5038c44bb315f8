"""Reading a request's body: JSON and nothing else, of a bounded size, strictly as RFC 8259 says."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, ValidationError

from jmt.serve.answering.problems import Problem, invalid
from jmt.serve.asking.json_faults import problem_of


class StrictRequest(Request):
    """A request whose body is counted while it arrives and parsed by orjson.

    orjson refuses what the standard library lets through: NaN, lone surrogates, UTF-16, a byte order mark.
    """

    async def body(self) -> bytes:
        """Read the body; raises `Problem` 413 where it is too large, 415 where it is not plain JSON."""
        if not hasattr(self, "_body"):
            self._body = await self._read_bounded()
        return self._body

    async def _read_bounded(self) -> bytes:
        _refuse_other_media(self)
        limit: int = self.app.state.settings.max_body_bytes
        detail = f"the body has more than {limit} bytes, the limit"
        too_large = _declared_length(self) > limit
        if too_large and self.headers.get("expect", "").lower() == "100-continue":
            raise Problem("body_too_large", detail, headers=CLOSE)  # the client asked first and has sent nothing yet
        chunks: list[bytes] = []
        total = 0
        async for chunk in self.stream():
            total += len(chunk)
            if total > PATIENCE * limit:
                raise Problem("body_too_large", detail, headers=CLOSE)
            too_large = too_large or total > limit
            if too_large:
                chunks.clear()
            else:
                chunks.append(chunk)
        if too_large:
            raise Problem("body_too_large", detail)
        if total == 0:
            raise Problem("malformed_json", "the body is empty; it has to be a JSON object")
        return b"".join(chunks)

    async def json(self) -> Any:
        """Parse the body; raises `Problem` 400 where it is not strict JSON."""
        if not hasattr(self, "_json"):
            content = await self.body()
            try:
                self._json = orjson.loads(content)
            except orjson.JSONDecodeError as error:
                raise problem_of(content, error) from None
        return self._json


CLOSE = {"Connection": "close"}
PATIENCE = 8
"""Times the limit: so much of a body is read, though not kept, since most clients read no answer before they have sent
all; what is larger still is cut off."""


Model = TypeVar("Model", bound=BaseModel)


async def read_body(request: StrictRequest, model: type[Model]) -> Model:
    """Read, parse and check a request's body.

    Raises `Problem` 400 where it is not strict JSON, 413 where it is too large, 415 where it is something else, 422
    where it is not what `model` describes.
    """
    try:
        return model.model_validate(await request.json())
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
