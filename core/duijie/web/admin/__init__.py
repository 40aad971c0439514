"""Areas, accounts, roster, calendar, plugins, history, the demo clock."""
