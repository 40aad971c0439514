"""What this group counts besides the three rates, as data."""

from typing import Final

from duijie.api import Metric, Sum, T

METRICS: Final = (
    Metric("land", T("涉及面积", en="Land concerned"), Sum.TOTAL, "area_mu"),
    Metric("households", T("涉及农户", en="Farming households concerned"), Sum.TOTAL, "households"),
    Metric("disputes", T("有纠纷的", en="Cases with a dispute"), Sum.CASES, "dispute", answer=True),
)
