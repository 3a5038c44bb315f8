"""Whether the service can be trusted with requests just now, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from jmt.serve.batching.batcher import Batcher


@dataclass(slots=True)
class Health:
    """What `/readyz` looks at."""

    batcher: Batcher
    watchdog_seconds: float
    warm: bool = False
    """The warm-up has passed."""
    draining: bool = False
    """SIGTERM has come."""
    suspect: bool = False
    """The model failed on something, and has not been seen to work since."""

    @property
    def dead(self) -> bool:
        """Tell whether the inference thread has ended although nobody closed the service."""
        return self.batcher.died and not self.draining

    @property
    def stuck(self) -> bool:
        """Tell whether one batch runs for longer than any should."""
        return self.warm and self.batcher.running_seconds > self.watchdog_seconds

    def trouble(self) -> str | None:
        """Say why requests should go elsewhere, None where they need not."""
        if self.draining:
            return "the service is shutting down"
        if self.dead:
            return "the inference thread has ended; the process is about to be restarted"
        if not self.warm:
            return "the model is not warm yet"
        if self.stuck:
            return "the model has not answered for too long"
        return None
