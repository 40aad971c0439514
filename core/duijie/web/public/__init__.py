"""What anybody may open: the start page, tracking, signing in at a meeting, the board."""
