"""Symbols and values: labels, words, n-grams, and what is predicted, as plain Python."""
