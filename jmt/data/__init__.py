"""From a corpus by name or path to the examples of a task: cards, readers, fetching, caches."""
