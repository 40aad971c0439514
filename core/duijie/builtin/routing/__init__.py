"""Suggests departments for a case: by what the roster says, corrected by what was confirmed.

Register this package as a plugin. Standard library only.

`features` reads a text with the `lexicon`; `cold` weighs it against the roster, `linear` and `memory` against
what was confirmed, `router` blends them and `codec` saves the state; `journal` adds lessons to it, `saving`
turns them into a state, `routers` keeps what was unpacked; `explain` and `spans` find the words that decided,
`ranking` turns it all into suggestions. `measures` and `evaluate` are the figures.
"""

from duijie.builtin.routing.plugin import duijie_learn, duijie_plugin, duijie_suggest_departments

__all__ = ["duijie_learn", "duijie_plugin", "duijie_suggest_departments"]
