"""A representative's pages: what is due, and the desk on the day of the meeting."""

from duijie.web.desk import live, start
from duijie.web.desk.blueprint import desk

__all__ = ["desk", "live", "start"]
