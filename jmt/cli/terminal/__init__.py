"""The terminal: messages, tables, bars, and where data goes."""
