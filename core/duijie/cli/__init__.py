"""The command line: each command parses, calls one service, prints."""

from duijie.cli.main import main

__all__ = ["main"]
