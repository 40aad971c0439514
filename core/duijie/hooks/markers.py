"""The two pluggy markers of duijie."""

import pluggy

PROJECT = "duijie"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
