"""Every hook, what it is asked, and what it answers.

An implementation is marked with `hookimpl` and names the arguments it wants, in any order; it may leave out
those it does not need. ``context`` is the plugin's own (see `Context`) and may be asked for by every hook of the
decide and observe families. Whatever a plugin raises, and however long it takes, costs its own answer only.
"""

from duijie.domain.forms.custom import CustomType
from duijie.domain.forms.values import Form
from duijie.domain.rules import Rule
from duijie.hooks.capabilities import (
    Action,
    Finding,
    Job,
    Metric,
    Objection,
    Plugin,
    Tables,
    Views,
)
from duijie.hooks.context import Context
from duijie.hooks.facts import ActorFacts, CaseFacts, EventFacts
from duijie.hooks.markers import Family, of
from duijie.hooks.values import (
    AdvisoryGroup,
    Candidate,
    Department,
    Document,
    Notifier,
    SampleCase,
    Suggestion,
)


@of(Family.DECLARE)
def duijie_plugin() -> Plugin:
    """Say who you are: name, the API you were written for, your settings and permissions.

    The one hook that every plugin has. Asked once at start, before all others. Returns one `Plugin`. A plugin
    without it, or one written for another major version of the API, is refused::

        @hookimpl
        def duijie_plugin() -> Plugin:
            return Plugin(api=1, name=T("养老顾问团", en="Eldercare advisers"))

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.DECLARE)
def duijie_groups() -> list[AdvisoryGroup]:
    """Declare the advisory groups this plugin brings.

    Asked once at start, outside any transaction. Returns groups with keys of their own. Of two plugins with one
    group key the second is left out and both are named; so is a group that is wrong in itself, and the rest runs::

        @hookimpl
        def duijie_groups() -> list[AdvisoryGroup]:
            return [roster.GROUP]

    Since 0.1.
    """
    raise NotImplementedError


@of(Family.DECLARE)
def duijie_intake_forms(group: str) -> list[Form]:
    """Declare intake forms for ``group`` (its key); answer ``[]`` for groups that are not yours.

    Asked once at start for every group, outside any transaction. Any plugin may add a form to any group; the
    first form of the group's own plugin is the one the public page shows first. A form that is wrong in itself
    (a key twice, a condition on a field that is not asked …) leaves its group out; a form's key that is taken
    stays with whoever came first::

        @hookimpl
        def duijie_intake_forms(group: str) -> list[Form]:
            return list(intake.FORMS) if group == "eldercare" else []

    Since 0.1.
    """
    raise NotImplementedError


@of(Family.DECLARE)
def duijie_departments(group: str) -> list[Department]:
    """Seed the roster of ``group``; answer ``[]`` for groups that are not yours.

    Asked once at start for every group, outside any transaction. Inserted when the database first sees the group;
    from then on the roster is the administrator's, and what an upgrade declares otherwise is shown to them to
    take over or not. A department's key that is taken in a group stays with whoever came first::

        @hookimpl
        def duijie_departments(group: str) -> list[Department]:
            return list(roster.DEPARTMENTS) if group == "eldercare" else []

    Since 0.1.
    """
    raise NotImplementedError


@of(Family.DECLARE)
def duijie_follow_up_rules(group: str) -> list[Rule]:
    """Declare the follow-up rules of ``group``; answer ``[]`` for groups that are not yours.

    Asked once at start for every group, outside any transaction. Rule keys are unique within a group; rules that
    could drive one another for ever leave their group out::

        @hookimpl
        def duijie_follow_up_rules(group: str) -> list[Rule]:
            return list(followup.RULES) if group == "eldercare" else []

    Since 0.1.
    """
    raise NotImplementedError


@of(Family.DECLARE)
def duijie_metrics(group: str) -> list[Metric]:
    """Declare figures of ``group`` beside the three rates; answer ``[]`` for groups that are not yours.

    Asked once at start for every group, outside any transaction. A metric that counts a field which no form of
    the group asks is left out and named::

        @hookimpl
        def duijie_metrics(group: str) -> list[Metric]:
            alone = Metric("alone", T("独居老人诉求", en="From people living alone"), Sum.CASES, "alone", answer=True)
            return [alone] if group == "eldercare" else []

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.DECLARE)
def duijie_sample_cases(group: str) -> list[SampleCase]:
    """Give cases that show ``group`` at work; only ``duijie demo`` asks, once, when it builds its town.

    Outside any transaction. Answers that the group's form refuses stop the demo with a message that names them::

        @hookimpl
        def duijie_sample_cases(group: str) -> list[SampleCase]:
            return list(roster.SAMPLES) if group == "eldercare" else []

    Since 0.1.
    """
    raise NotImplementedError


@of(Family.DECLARE)
def duijie_tables() -> list[Tables]:
    """Declare tables of the plugin's own and the folder of their migrations.

    Asked once at start, outside any transaction; ``duijie init`` and ``duijie migrate`` make and upgrade the
    tables. A table whose name does not begin with ``x_<plugin>_``, or that refers to a table of core, is refused.
    The tables and the history of their migrations stay when the plugin is removed::

        @hookimpl
        def duijie_tables() -> list[Tables]:
            return [Tables(models.Base.metadata)]

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.PROVIDE)
def duijie_field_types() -> list[CustomType]:
    """Provide types of form fields: a text with a check and a spelling of its own.

    Asked once at start, before the forms. The key is the plugin's name, a dot and a name of yours. ``check`` and
    ``normal`` are called while somebody sends a form, within one second; one that fails lets the answer pass as it
    is, and is recorded. Without its plugin such a field is a text like another::

        def wrong(card: str) -> T | None:
            return None if card.isdigit() else T("敬老卡号只有数字。", en="A senior card's number has digits only.")

        @hookimpl
        def duijie_field_types() -> list[CustomType]:
            return [CustomType("eldercare_advisors.card", FieldType.TEXT, T("敬老卡号", en="Senior card"), wrong)]

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.PROVIDE)
def duijie_documents(group: str) -> list[Document]:
    """Provide files that duijie can make: letters on the cases of ``group``, or the ledger and the minutes.

    Asked once at start for every group and for ``""``, which is the whole installation; outside any transaction.
    Of several documents with one key a group's own comes before one of the whole installation, and a plugin's
    before the built-in one. ``render`` is called when somebody wants the file, and must answer bytes within 20 s::

        @hookimpl
        def duijie_documents(group: str) -> list[Document]:
            return [letter.DOCUMENT] if group == "eldercare" else []

    Since 0.1; with ``group`` since 0.2.
    """
    raise NotImplementedError


@of(Family.PROVIDE)
def duijie_notifiers() -> list[Notifier]:
    """Provide channels that carry reminders: an in-app inbox, mail, a group robot.

    Asked once at start. ``send`` is called outside any transaction by a worker that holds no other message back;
    what it raises, and an answer that comes too late, counts as ambiguous. A channel's key that is taken stays
    with whoever came first::

        @hookimpl
        def duijie_notifiers() -> list[Notifier]:
            return [Notifier("duty_bell", T("值班铃", en="Duty bell"), "phone", bell.ring, timeout=8, keyed=True)]

    Since 0.1; ``send`` gets the context since 0.2.
    """
    raise NotImplementedError


@of(Family.PROVIDE)
def duijie_jobs() -> list[Job]:
    """Provide work that comes up by itself, every so often or once a day.

    Asked once at start. Each job runs in one process at a time, in no transaction of core's, and only while its
    plugin is switched on somewhere; one that fails is recorded and tried again at its next time::

        def count(context: Context) -> T:
            due = pages.due(context)
            return T(f"待探访 {due} 次", en=f"Visits due: {due}")

        @hookimpl
        def duijie_jobs() -> list[Job]:
            return [Job("due", T("清点到期探访", en="Count the visits that are due"), count, at="07:30")]

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.PROVIDE)
def duijie_actions() -> list[Action]:
    """Provide actions of your own that the steps of follow-up rules may call.

    Asked once at start. A step names one as ``<plugin>.<key>``. It is planned in the transaction in which the step
    fires, so once, and done after it in the background, in no transaction of core's; one that fails is tried again,
    five times in all. While its plugin is off in the case's area, or not installed, it waits::

        def call_in(call: ActionCall, context: Context) -> T:
            return T(f"已通知值班室（{call.case.number}）", en=f"The duty room knows of {call.case.number}")

        @hookimpl
        def duijie_actions() -> list[Action]:
            return [Action("call_in", T("通知值班室", en="Tell the duty room"), call_in)]

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.PROVIDE)
def duijie_views() -> list[Views]:
    """Provide pages of your own, entries in the main menu, and panels on pages of core.

    Asked once at start. The pages stand below ``/x/<plugin>/``. A route without a permission, a function that
    would look at other pages' requests, and an address outside are refused, and the plugin's pages with them::

        board = Blueprint("eldercare_advisors", __name__)

        @board.get("/visits")
        @permission("visits")
        def visits() -> str:
            return render_template("eldercare_advisors/visits.html", visits=[])

        @hookimpl
        def duijie_views() -> list[Views]:
            return [Views(board, menu=(MenuEntry(T("上门探访", en="Home visits"), "/visits"),))]

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.DECIDE)
def duijie_suggest_departments(
    case: CaseFacts, candidates: list[Candidate], memory: bytes | None, context: Context
) -> list[Suggestion]:
    """Rank departments for a case, best first, with reasons. It suggests; a person assigns.

    Asked while a coordinator looks at a case, within one second. Answers of several plugins are merged by
    department, the best score counts. Departments that are not among ``candidates`` are dropped. ``memory`` is
    what your `duijie_learn` last answered for the case's group; None at first, and where you have no such hook::

        @hookimpl
        def duijie_suggest_departments(case: CaseFacts, candidates: list[Candidate]) -> list[Suggestion]:
            why = T("勾选了燃气隐患", en="Gas was ticked as dangerous")
            return [Suggestion("fire", 0.95, (why,))] if "gas" in case.answers.get("hazards", []) else []

    Since 0.1.
    """
    raise NotImplementedError


@of(Family.DECIDE)
def duijie_learn(
    case: CaseFacts, lead: str, co: tuple[str, ...], candidates: list[Candidate], memory: bytes | None, context: Context
) -> bytes:
    """Learn from an assignment that a coordinator confirmed or corrected: answer what to remember from now on.

    Asked inside the transaction of that assignment, within one second, one case at a time. ``lead`` and ``co`` are
    keys of departments, ``candidates`` the roster. Of each plugin and group core keeps one memory, at most 1 MB,
    which comes back to the next lesson and to `duijie_suggest_departments`; no two lessons are ever given at once.
    At night, and by ``duijie routing rebuild``, all lessons are given again in order, beginning with None. A
    memory that you cannot read is to be taken as None. A plugin that fails loses this lesson and nothing else::

        @hookimpl
        def duijie_learn(case: CaseFacts, lead: str, memory: bytes | None) -> bytes:
            told = (memory or b"").decode(errors="replace")  # a line for each lesson: the topic, and who took it
            return "".join([told, case.topic, " ", lead, "; "]).encode()

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.DECIDE)
def duijie_check(action: str, case: CaseFacts, actor: ActorFacts, context: Context) -> list[Objection]:
    """Object to something that is about to be done with a case; any one objection stops it.

    Asked inside the transaction, within one second, before anything is written. ``action`` is one of ``assign``
    (``case.lead`` and ``case.co`` are those about to be named), ``decline``, ``merge``, ``reply``, ``commit``,
    ``close``, ``reopen``. A plugin that fails does not object::

        @hookimpl
        def duijie_check(action: str, case: CaseFacts) -> list[Objection]:
            unseen = action == "decline" and case.answers.get("alone") is True
            return [Objection(T("独居老人须先上门了解。", en="Visit a person who lives alone first."))] if unseen else []

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.OBSERVE)
def duijie_on_event(event: EventFacts, context: Context) -> None:
    """Be told of something that happened, after it was committed.

    Told in the background, in the order in which it happened, each event at least once (``event.id`` tells a
    second time from the first); one that fails is tried again, five times in all. A plugin is told only of areas
    in which it is switched on::

        @hookimpl
        def duijie_on_event(event: EventFacts, context: Context) -> None:
            case = event.case
            if event.kind == "case.closed" and case is not None and case.group == "eldercare":
                with context.store.write() as session:
                    if session.get(models.Visit, event.id) is None:
                        session.add(models.Visit(event_id=event.id, case_id=case.id, number=case.number, title=case.title,
                                                 area=case.area, department=case.lead, due_on=event.at.date(), note=""))

    Since 0.2.
    """
    raise NotImplementedError


@of(Family.OBSERVE)
def duijie_health(context: Context) -> list[Finding]:
    """Say how you are: whether a server answers, whether something must be set up.

    Asked by ``duijie plugins doctor`` and when the administrator opens the plugin's page, within ten seconds::

        @hookimpl
        def duijie_health(context: Context) -> list[Finding]:
            if context.settings["address"]:
                return []
            return [Finding("warn", T("还没有填写地址。", en="No address is set."))]

    Since 0.2.
    """
    raise NotImplementedError
