"""Scores to structures: pure functions on tensors and arrays, each tested against brute force."""
