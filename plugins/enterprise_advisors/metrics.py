"""What this group counts besides the three rates, as data."""

from typing import Final

from duijie.api import Metric, Sum, T

METRICS: Final = (
    Metric("people", T("涉及人数", en="People concerned"), Sum.TOTAL, "people"),
    Metric("power", T("用电增容申请", en="Power capacity applied for"), Sum.TOTAL, "capacity_wanted"),
    Metric("wages_owed", T("涉及欠薪", en="Cases of unpaid wages"), Sum.CASES, "wages_owed", answer=True),
)
