"""Migrations of core, one file each, shipped in the wheel."""
