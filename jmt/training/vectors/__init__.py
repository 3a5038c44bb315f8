"""Vectors of words and of character n-grams: learned from raw text, read from files, distilled from an encoder."""
