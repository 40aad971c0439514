"""The demo: an invented street that has been at work for six weeks. May import everything, like bootstrap.

Nothing is written into tables behind the services' back: the demo's past is lived through the same functions
as anybody's present, day by day, with the clock put back.
"""
