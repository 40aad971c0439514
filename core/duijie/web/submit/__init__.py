"""Filing a case: no account needed."""
