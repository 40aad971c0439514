"""Signing in and out, one's own inbox and password."""
