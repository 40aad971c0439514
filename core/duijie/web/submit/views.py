"""Filing a case: choosing the area, the form, the poster that leads to it."""

from duijie.web.submit import asked, choose, form, poster
from duijie.web.submit.blueprint import submit

__all__ = ["asked", "choose", "form", "poster", "submit"]
