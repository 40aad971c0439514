"""Meetings for coordinators and those invited: calling, inviting, timetable, publishing, minutes."""
