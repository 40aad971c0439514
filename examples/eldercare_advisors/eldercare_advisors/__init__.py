"""Eldercare advisers (养老服务顾问团): uses `duijie.api` only; `plugin` is the entry point."""
