"""Making the answer to a case public, and taking it back."""

from typing import TYPE_CHECKING

from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import public_answers
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.cases import typed
from duijie.web.cases.acting import act
from duijie.web.cases.blueprint import cases

if TYPE_CHECKING:
    from duijie.storage.models import Case

COORDINATORS = (Role.COORDINATOR, Role.AREA_ADMIN)


@cases.post("/<int:case_id>/publish")
@only(*COORDINATORS)
def publish(case_id: int) -> ResponseReturnValue:
    """Show the answer to whoever types something alike."""

    def change(work: Work, case: "Case") -> None:
        public_answers.publish(work, case, typed.text("publish", "question"), typed.text("publish", "answer"))

    done = T("已公开，填报相似问题的人会看到这条答复。", en="Public: whoever files something alike sees this answer.")
    return act(case_id, "publish", done, change)


@cases.post("/<int:case_id>/unpublish")
@only(*COORDINATORS)
def unpublish(case_id: int) -> ResponseReturnValue:
    """Show it no longer."""
    done = T("已撤回，不再公开。", en="Taken back; it is not public any more.")
    return act(case_id, "unpublish", done, public_answers.take_back)
