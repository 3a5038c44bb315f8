"""Sentences to tensors: padded batches, words without padding, word pieces in windows."""
