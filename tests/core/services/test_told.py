"""The history of a case in the reader's language."""

from sqlalchemy import select
from town import Town

from duijie.domain.text import T
from duijie.services.filing import NAMELESS
from duijie.services.told import told
from duijie.storage.models import Event, User


def test_a_line_names_who_did_it_in_both_languages_as_long_as_it_is_the_name_of_then(lite_town: Town) -> None:
    actor = lite_town.actor("coordinator")
    with lite_town.office.write(actor) as work:
        work.record("case.noted", "case", 1, text="看过")
        entry = work.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert entry
        who = work.session.get_one(User, actor.user_id)
        who.name = T(entry.actor, en="Haiyan Wang")
        work.session.flush()
        (line,) = told(work, [entry])
        assert (line.actor.zh, line.actor.en, line.public) == (entry.actor, "Haiyan Wang", False)
        who.name = T("李四", en="Si Li")  # renamed since: it was not this name that did it
        work.session.flush()
        assert told(work, [entry])[0].actor == T.same(entry.actor)


def test_who_gave_no_name_and_what_nobody_did_have_names_too(lite_town: Town) -> None:
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        lines = told(work, [
            Event(at=work.now, actor=NAMELESS, actor_kind="requester", kind="case.noted", data={"text": "…"}, public=True),
            Event(at=work.now, actor="system", actor_kind="system", kind="case.noted", data={"text": "…"}, public=False),
        ])  # fmt: skip
        assert [line.actor.en for line in lines] == ["Anonymous", "duijie"]
