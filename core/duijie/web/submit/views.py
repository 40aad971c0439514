"""Filing a case: choosing the area, the form, the poster that leads to it."""

from duijie.web.submit import choose, form, poster
from duijie.web.submit.blueprint import submit

__all__ = ["choose", "form", "poster", "submit"]
