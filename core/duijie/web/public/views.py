"""What anybody may open: the start page, tracking, the slip, and the demo's own pages."""

from duijie.web.public import demo, home, slip, tracking
from duijie.web.public.blueprint import public

__all__ = ["demo", "home", "public", "slip", "tracking"]
