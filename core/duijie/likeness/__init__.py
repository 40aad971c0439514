"""Finds cases that are alike and groups them: an index of pairs of characters. Pure; sums by numpy."""
