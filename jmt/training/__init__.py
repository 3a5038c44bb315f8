"""From a cascade and its corpora to trained weights: a loop of events, schedules, penalties, optimizers."""
