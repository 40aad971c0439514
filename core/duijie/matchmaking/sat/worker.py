"""A process that proves: reads jobs as lines of JSON, answers news as lines of JSON, ends when nobody asks any more."""

import json
import select
import signal
import sys
from typing import Any

from duijie.matchmaking.exchange import problem_from_json
from duijie.matchmaking.grid import Grid
from duijie.matchmaking.sat.cores import News, search

PATIENCE = 120.0  # seconds without a job


def main() -> None:
    """Serve until the input ends or nothing came for a while."""
    while select.select([sys.stdin], [], [], PATIENCE)[0]:
        line = sys.stdin.readline()
        if not line:
            return
        job = json.loads(line)
        _no_longer_than(job["seconds"])
        grid = Grid(problem_from_json(job["problem"]))
        for news in search(grid, job["style"], job["solver"], job["seed"], first=job["first"],
                           options=job["options"]):
            print(json.dumps(_plain(job["number"], news)), flush=True)
        _no_longer_than(0)


def _no_longer_than(seconds: int) -> None:
    """End this process after so many seconds (0: never), even if whoever asked is gone and nothing else could.

    The SAT solver holds the interpreter while it works, so the system's own alarm clock has to do it.
    """
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _plain(number: int, news: News) -> dict[str, Any]:
    slots = None if news.slots is None else [news.slots[r] for r in range(len(news.slots))]
    return {"number": number, "bound": news.bound, "slots": slots, "proved": news.proved, "impossible": news.impossible}


if __name__ == "__main__":
    main()
