"""What plugin authors and administrators have at hand: the scaffold, the lint, the doctor."""
