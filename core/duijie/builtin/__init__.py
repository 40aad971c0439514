"""Capabilities that ship with duijie and are plugins by the same hooks as a stranger's."""
