"""The built-in channels: the in-app inbox, mail, robots of messengers, webhooks."""
