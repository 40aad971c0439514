"""Finds cases that are alike and groups them: an index of character bigrams. Pure; standard library only."""
