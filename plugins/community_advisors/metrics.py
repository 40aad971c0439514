"""What this group counts besides the three rates, as data."""

from typing import Final

from duijie.api import Metric, Sum, T

METRICS: Final = (
    Metric("households", T("涉及户数", en="Households concerned"), Sum.TOTAL, "households"),
    Metric("usual_households", T("每件涉及户数", en="Households per case"), Sum.MEDIAN, "households"),
    Metric("noise_at_night", T("夜间噪声", en="Noise at night"), Sum.CASES, "noise_at_night", answer=True),
)
