"""Meetings that come again (例会): their dates, how each becomes a meeting, and what happens when one differs."""
