"""The engine without torch: the forward pass of a trained cascade in NumPy, read from its checkpoint."""
