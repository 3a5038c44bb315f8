"""The command line: one file per command, each parsing, calling the library once and printing.

A command module offers `add_arguments(parser)` and `run(arguments) -> exit code`, and imports torch, spaCy, datasets or
pydantic inside its functions only, so that help and usage errors answer at once.
"""
