"""Answers that are kept for the next who asks: for representatives, coordinators, administrators of areas."""
