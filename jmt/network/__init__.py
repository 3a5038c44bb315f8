"""The torch engine: the network, its layers, encoders and heads, and how it is stored."""
