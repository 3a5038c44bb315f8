"""The keys of `[training]`, `[sharing]` and `[task.NAME.variations]`, without torch."""
