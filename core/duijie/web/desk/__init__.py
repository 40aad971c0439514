"""The desk screen of a representative on the day of the meeting."""
