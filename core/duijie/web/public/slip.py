"""A new tracking slip for a requester who lost theirs, or who has no phone."""

from flask import render_template
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.services import tracking
from duijie.web.access import only
from duijie.web.public.blueprint import public
from duijie.web.slips import slip_of
from duijie.web.work import write


@public.post("/cases/<int:case_id>/slip")
@only(Role.COORDINATOR)
def slip(case_id: int) -> ResponseReturnValue:
    """Renew the code and show it once, to be printed and handed over."""
    with write() as work:
        case, code = tracking.renew_slip(work, case_id)
        return render_template("public/slip.html", slip=slip_of(work, case, code), case=case)
