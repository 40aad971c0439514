"""Questions to the database that more than one place asks."""
