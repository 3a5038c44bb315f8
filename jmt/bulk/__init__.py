"""Bulk work: many files, many processes or machines, every record exactly once."""
