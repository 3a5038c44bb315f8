"""Probing what a model of pairs has understood: what must not change its answers, and what must."""
