"""Text on disk to objects and back, one format per file.

`conllu` treebanks, `conll2000` chunks, `columns` token and label per line, `pairs` SICK, STS-B and plain tables,
`jsonl` JSON lines, `docbin` spaCy's binary documents, `text` the one way a text file is opened.
"""
