"""What every test has: fixed seeds, one thread, and a tiny checkpoint for those that ask."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: tiny networks wait for threads, not use them
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # `make test &` in a script: what tests start would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "jmt",  # the same examples every time, and no clock, since the machine may be shared
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("jmt")


@pytest.fixture(autouse=True)
def fixed_seeds() -> None:
    """Seed whatever a test may draw from, without importing torch for tests that do without it."""
    random.seed(1)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(1)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(1)


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of `tests.assets.tiny_model`; not to be written to."""
    from jmt.network import checkpoint
    from tests.assets.tiny_model import tiny_model

    folder = tmp_path_factory.mktemp("tiny") / "model"
    checkpoint.save(tiny_model(), folder, card={"corpora": {"xpos": "none"}, "seed": 1})
    return folder


@pytest.fixture
def processor_without_bfloat16(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A processor that fails as one without AVX-512 does, whatever this one is; nothing has been tried on it yet."""
    import torch

    from jmt.network import computing

    def fail(device: torch.device) -> None:
        raise RuntimeError("could not create a primitive descriptor for the LSTM forward propagation primitive")

    monkeypatch.setattr(computing, "try_bfloat16", fail)
    computing._computes_bfloat16.cache_clear()
    yield
    computing._computes_bfloat16.cache_clear()
