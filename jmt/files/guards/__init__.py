"""What a model folder may hold, seen before it is believed: kinds of file, sizes, counts, depths, parts."""
