"""The statistics that all comparisons share: intervals over seeds, corrected p-values, and verdicts."""
