"""The client of the HTTP service: `Client` has the methods and results of `Annotator`, and computes nothing itself.

Neither torch nor spaCy is imported.
"""

from __future__ import annotations

from jmt.client.client import Client

__all__ = ["Client"]
