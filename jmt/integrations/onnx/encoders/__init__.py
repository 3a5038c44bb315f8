"""The body of the cascade as nodes of a graph: hidden states of words, padded, for every level."""
