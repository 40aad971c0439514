"""Everything around plugins: where they are on, what they are told, what they run, what of them fails."""
