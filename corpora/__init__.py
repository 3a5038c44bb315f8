"""Data and cards only: the embedded corpus and one card per known corpus, read through `importlib.resources`."""
