"""The advisory group for communities (社区管理顾问团): its form, roster, rules and samples.

Uses `duijie.api` only. `plugin` is the entry point; everything else is data. It is the worked example of the
guide for plugin authors.
"""
