"""Settings of the service: its limits, each a flag, an environment variable and a line of `GET /v1/model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from jmt.errors import ConfigError


def _limit(default: int, meaning: str) -> Any:
    """Declare one limit: a whole number of at least 1, with the sentence that explains it to users."""
    return field(default=default, metadata={"help": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """How much one request, and all waiting requests together, may ask of the service.

    A limit is set by a flag (`--max-texts 64`) or, where the flag is left out, by an environment variable of the same
    name (`JMT_MAX_TEXTS=64`).  Raises `ConfigError` where a limit is below 1.
    """

    max_body_bytes: int = _limit(2_000_000, "bytes in the body of a request")
    max_texts: int = _limit(128, "texts, pre-tokenised sentences or pairs in a request")
    max_characters: int = _limit(100_000, "characters (code points) in a text")
    max_sentence_tokens: int = _limit(512, "tokens in a sentence")
    max_request_tokens: int = _limit(16_384, "tokens in a request")
    max_waiting_tokens: int = _limit(65_536, "tokens waiting for the model, all requests together")
    max_batch_tokens: int = _limit(4_096, "tokens, padding counted, in a batch")
    drain_seconds: int = _limit(30, "seconds that requests under way get to finish after SIGTERM")

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if value < 1:
                raise ConfigError(f"{flag_of(setting.name)} is {value}; it has to be at least 1")

    def limits(self) -> dict[str, int]:
        """Give what a client has to know before it sends a request, by name."""
        shown = ("max_body_bytes", "max_texts", "max_characters", "max_sentence_tokens", "max_request_tokens")
        return {name: getattr(self, name) for name in shown}


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
    is no whole number or a limit is below 1.
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
