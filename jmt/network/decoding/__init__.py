"""Scores of a batch to structures, each row as if it were alone; tested against brute force."""
