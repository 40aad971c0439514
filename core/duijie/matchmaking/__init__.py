"""The timetable of a meeting: a pure problem in, a timetable out. No Flask, no database.

What to import from where (all values are frozen, slots count from 0):

``values``      `Problem` with its `Desk`, `Staff`, `Party`, `Request`, `Before`, `Way`, `Weights`.
``wishes``      settings in words: ``weights({"waiting": "high"}) -> Weights``; `GOALS` and `Level` for a form.
``results``     `Solution`, `Status`, `Unplaced`, `Progress`.
``solver``      ``solve(problem, *, time_limit=4.0, workers=2, seed=0, prefer=None, progress=None, stop=None,
                steps=None) -> Solution``: ``prefer`` maps request key → slot of an earlier timetable,
                ``progress`` is called with each `Progress`, ``stop()`` ends the search when it answers True
                (``threading.Event().is_set`` will do), ``steps`` is a budget that does not depend on the clock:
                with it the same seed gives the same timetable on every machine.
``replanning``  ``replan(problem, slots, events, *, now=0, kept=(), time_limit=3.0, …) -> Replanned``: least
                disturbance first, then fewest points; whatever began before slot ``now`` or is named in
                ``kept`` (called, running) stays. ``events`` holds the events and the answer.
``collisions``  ``explain(problem, *, requests=None) -> Explanation | None``: the smallest set of wishes and limits
                that cannot all hold, in words, and the smallest changes that would do.
``check``       ``violations(problem, slots) -> list[T]`` and what a timetable costs, sharing no code with the search.
``exchange``    JSON; ``dzn`` the literature's files; both read into `Problem`.
"""
