"""Writes the reference pages that follow from the code: `python -m docs.generate`."""
