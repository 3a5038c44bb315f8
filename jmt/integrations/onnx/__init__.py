"""A trained cascade as ONNX graphs, for those who compute it elsewhere."""
