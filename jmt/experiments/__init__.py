"""Runs made from configurations."""
