"""Silver trees: sentences of raw text on which several models agree, as a treebank to train on."""
