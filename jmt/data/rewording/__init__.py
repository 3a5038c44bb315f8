"""Sentences written in other ways that say the same: contractions, letter case, a slip of the pen, a full stop."""
