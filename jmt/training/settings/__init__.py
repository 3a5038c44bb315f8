"""The keys of `[training]` and `[sharing]`, without torch."""
