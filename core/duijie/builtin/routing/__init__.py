"""Suggests departments for a case by what the roster says they do, and shows the words that speak for it.

Register this package as a plugin. Standard library only; `grams` cuts texts, `ranking` weighs them, `words`
explains.
"""

from duijie.builtin.routing.plugin import duijie_suggest_departments

__all__ = ["duijie_suggest_departments"]
