"""The poster that hangs in an area and leads to its form."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from duijie.services import filing
from duijie.web.access import anyone
from duijie.web.slips import full_address, qr
from duijie.web.submit.blueprint import submit
from duijie.web.work import read


@submit.get("/<group>/<area>/poster")
@anyone
def poster(group: str, area: str) -> ResponseReturnValue:
    """One sheet of A4 with a QR code."""
    with read() as work:
        parts, place = filing.place(work, group, area)
        address = full_address(url_for("submit.form", group=group, area=area))
        departments = [name for _, name in filing.departments_of(work, group)]
        return render_template(
            "submit/poster.html", group=parts.group, area=place, address=address, qr=qr(address),
            departments=departments,
        )  # fmt: skip
