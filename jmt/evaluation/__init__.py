"""Predictions against gold: metrics with named conventions, alignment of own tokens, paired comparisons."""
