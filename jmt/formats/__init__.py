"""Text on disk to objects and back, one format per file.

`conllu` treebanks, `conll2000` chunks, `columns` token and label per line, `emotion_causes` documents of clauses,
`tables` what has columns with names, `pairs` SICK and STS-B, `jsonl` JSON lines, `docbin` spaCy's binary documents,
`text` the one way a text file is opened.
"""
