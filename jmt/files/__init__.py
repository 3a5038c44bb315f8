"""Bytes on disk, trusted or not: written whole or not at all, bounded before they are believed."""
