"""Meetings: called, planned, published, moved, cancelled, run and minuted."""
