"""The advisory group for enterprises (企业发展顾问团): its form, roster, rules and samples.

Uses `duijie.api` only. `plugin` is the entry point; everything else is data.
"""
