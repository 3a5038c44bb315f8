"""From scores of arcs to trees: greedy heads, and two searches for where these are no tree."""
