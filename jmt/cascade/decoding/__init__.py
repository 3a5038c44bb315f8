"""Scores to structures, on arrays alone: searches, each tested against brute force."""
