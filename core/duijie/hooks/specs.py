"""Every hook, what it is asked, and what it answers. All arguments are positional by name."""

from duijie.domain.forms.values import Form
from duijie.domain.rules import Rule
from duijie.hooks.markers import hookspec
from duijie.hooks.values import (
    AdvisoryGroup,
    Candidate,
    CaseFacts,
    Department,
    Document,
    Notifier,
    SampleCase,
    Suggestion,
)


@hookspec
def duijie_groups() -> list[AdvisoryGroup]:
    """Declare the advisory groups this plugin brings.

    Asked once at start, outside any transaction. Two plugins with one group key: the second is left out and
    both are named. Example: ``return [AdvisoryGroup(key="council", …)]``. Since 0.1.
    """
    raise NotImplementedError


@hookspec
def duijie_intake_forms(group: str) -> list[Form]:
    """Declare intake forms for ``group`` (its key); answer ``[]`` for groups that are not yours.

    Asked once at start. The first form is the one the public page shows. Since 0.1.
    """
    raise NotImplementedError


@hookspec
def duijie_departments(group: str) -> list[Department]:
    """Seed the roster of ``group``; answer ``[]`` for groups that are not yours.

    Inserted when the database first sees the group; afterwards the roster belongs to the administrator. Since 0.1.
    """
    raise NotImplementedError


@hookspec
def duijie_follow_up_rules(group: str) -> list[Rule]:
    """Declare the follow-up rules of ``group``; answer ``[]`` for groups that are not yours.

    Asked once at start. Rule keys are unique within a group. Since 0.1.
    """
    raise NotImplementedError


@hookspec
def duijie_sample_cases(group: str) -> list[SampleCase]:
    """Give cases that show the group at work; only ``duijie demo`` asks. Since 0.1."""
    raise NotImplementedError


@hookspec
def duijie_notifiers() -> list[Notifier]:
    """Provide channels that carry reminders (in-app inbox, mail …). Asked once at start. Since 0.1."""
    raise NotImplementedError


@hookspec
def duijie_suggest_departments(case: CaseFacts, candidates: list[Candidate]) -> list[Suggestion]:
    """Rank departments for a case, best first, with reasons. It suggests; a person assigns.

    Asked while a coordinator looks at a case. Answers of several plugins are merged by department, the best
    score counts. Departments that are not among ``candidates`` are dropped. Since 0.1.
    """
    raise NotImplementedError


@hookspec
def duijie_documents() -> list[Document]:
    """Provide files that duijie can make, by key, such as ``ledger`` or ``minutes``.

    Asked whenever such a file is wanted. Of several with one key, the one of the built-in plugin counts last, so
    a plugin of the installation replaces it. Since 0.1.
    """
    raise NotImplementedError
