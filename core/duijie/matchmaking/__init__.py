"""The timetable of a meeting: a pure problem in, a timetable out. No Flask, no database."""
