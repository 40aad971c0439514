"""Calendars to subscribe to: a person's meetings, and what their department promised."""
