"""Intake forms as data: fields, conditions, validation, versions."""
