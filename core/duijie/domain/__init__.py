"""The words and rules of the field, with the standard library only."""
