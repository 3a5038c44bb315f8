"""Trained models handed to others: as a folder with a card and a licence, and as an installable wheel."""
