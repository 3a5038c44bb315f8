"""The models that ship: a folder is a checkpoint with its card, licence and notice, found by its name."""
