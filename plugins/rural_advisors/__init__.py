"""The advisory group for villages (农村工作顾问团): its form, roster, rules and samples.

Uses `duijie.api` only. `plugin` is the entry point; everything else is data.
"""
