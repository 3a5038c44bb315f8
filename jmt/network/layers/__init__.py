"""Modules that know tensors, not tasks."""
