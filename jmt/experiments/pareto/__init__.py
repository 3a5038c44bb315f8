"""Runs compared on all tasks at once: which none dominates."""
