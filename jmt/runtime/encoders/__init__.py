"""The body of the cascade in NumPy: hidden states of words, packed without padding, for every level."""
