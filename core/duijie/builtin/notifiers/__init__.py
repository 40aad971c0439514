"""The built-in channels: the in-app inbox and mail."""
