"""Settings of the service: its limits, each a flag, an environment variable and a line of `GET /v1/model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from jmt.errors import ConfigError


def _limit(default: int, meaning: str, *, least: int = 1) -> Any:
    """Declare one limit: a whole number of at least `least`, with the sentence that explains it to users."""
    return field(default=default, metadata={"help": meaning, "least": least})


@dataclass(frozen=True, slots=True)
class Settings:
    """How much one request, and all of them together, may ask of the service, and how long things may take.

    A limit is set by a flag (`--max-texts 64`) or, where the flag is left out, by an environment variable of the same
    name (`JMT_MAX_TEXTS=64`).  Raises `ConfigError` where a limit is too low to mean anything.
    """

    max_body_bytes: int = _limit(2_000_000, "bytes in the body of a request")
    max_header_bytes: int = _limit(32_768, "bytes in the request line and the headers", least=512)
    max_headers: int = _limit(100, "headers of a request", least=8)
    max_texts: int = _limit(128, "texts, pre-tokenised sentences or pairs in a request")
    max_characters: int = _limit(100_000, "characters (code points) in a text")
    max_sentence_tokens: int = _limit(2_048, "tokens in a sentence")
    max_request_tokens: int = _limit(16_384, "tokens in a request")
    max_requests: int = _limit(512, "requests under way at once")
    max_connections: int = _limit(2_048, "connections open at once")
    max_waiting_tokens: int = _limit(65_536, "tokens waiting for the model, all requests together")
    max_batch_tokens: int = _limit(4_096, "tokens, padding counted, in a batch (on a GPU try 32768)")
    max_batch_items: int = _limit(128, "sentences or pairs in a batch (on a GPU try 512)")
    header_seconds: int = _limit(10, "seconds in which the headers of a request have to arrive")
    body_seconds: int = _limit(30, "seconds in which the body of a request has to arrive")
    send_seconds: int = _limit(30, "seconds that a client gets to take its answer")
    idle_seconds: int = _limit(30, "seconds that a connection may stay open between two requests")
    queue_seconds: int = _limit(10, "seconds that a request may wait for the model to begin with it")
    request_seconds: int = _limit(30, "seconds that a request may take in all, once it has arrived")
    watchdog_seconds: int = _limit(60, "seconds of one batch after which the service calls itself stuck")
    drain_delay_seconds: int = _limit(
        0, "seconds after SIGTERM in which new requests are still taken while /readyz says no", least=0
    )
    drain_seconds: int = _limit(30, "seconds that requests under way get to finish after SIGTERM")

    def __post_init__(self) -> None:
        for setting in fields(self):
            value, least = getattr(self, setting.name), setting.metadata["least"]
            if value < least:
                raise ConfigError(f"{flag_of(setting.name)} is {value}; it has to be at least {least}")

    def limits(self) -> dict[str, int]:
        """Give every limit by its name, as `/v1/model` shows them."""
        return {setting.name: getattr(self, setting.name) for setting in fields(self)}


def flag_of(name: str) -> str:
    """Name the flag of a setting: `max_texts` is set by `--max-texts`."""
    return "--" + name.replace("_", "-")


def variable_of(name: str) -> str:
    """Name the environment variable of a setting: `max_texts` is set by `JMT_MAX_TEXTS`."""
    return "JMT_" + name.upper()


def help_of() -> list[tuple[str, int, str]]:
    """List every setting as (name, default, meaning), in the order in which help shows them."""
    defaults = Settings()
    return [(setting.name, getattr(defaults, setting.name), setting.metadata["help"]) for setting in fields(Settings)]


def settings_from(flags: Mapping[str, int | None], environment: Mapping[str, str]) -> Settings:
    """Build the settings from flags, then environment variables, then defaults.

    `flags` maps names of settings to numbers, None where the flag was left out.  Raises `ConfigError` where a variable
    is no whole number or a limit is too low.
    """
    chosen: dict[str, int] = {}
    for name, _, _ in help_of():
        flag = flags.get(name)
        if flag is not None:
            chosen[name] = flag
        elif variable_of(name) in environment:
            chosen[name] = _whole_number(variable_of(name), environment[variable_of(name)])
    return Settings(**chosen)


def _whole_number(variable: str, written: str) -> int:
    try:
        return int(written)
    except ValueError:
        raise ConfigError(f"the environment variable {variable} is {written!r}; it has to be a whole number") from None
