"""Sets of follow-up rules that districts have published, by name, for groups to take over and adapt.

A plugin writes ``THREE_COLOUR.rules`` where its group follows one; an administrator adds one on the rules' page.
Terms (how many working days an answer takes) stand in a group's `Terms`, not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from duijie.domain.rules import Act, Anchor, CalendarDays, Card, Hours, Rule, Step, Who, WorkingDays
from duijie.domain.text import T


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of rules; ``summary`` says in a sentence what it does and whose practice it follows."""

    key: str
    title: T
    summary: T
    rules: tuple[Rule, ...]

    def rule(self, key: str) -> Rule:
        """The rule named ``key``. Raises KeyError."""
        return {rule.key: rule for rule in self.rules}[key]


def three_colour(
    key: str, title: T, on: Anchor, who: Who, what: T, *, red_after: int = 2, report_after: int = 6
) -> Rule:
    """Blue the working day before a due date, yellow on it, red after it with a copy to the head, then the report.

    ``what`` is named in every message (答复, the answer); ``who`` gets them.
    """
    due = (T("{number}《{title}》的WHAT将于 {due} 到期。确需延期的，请今天申请。",
             en="{number} “{title}”: WHAT is due on {due}. If you need longer, ask today."),
           T("{number}《{title}》的WHAT今天到期，请{department}今天办结并登记。",
             en="{number} “{title}”: WHAT is due today. {department}, please finish and record it today."),
           T("{number}《{title}》的WHAT应于 {due} 完成，已逾期，转{department}负责人督办。",
             en="{number} “{title}”: WHAT was due on {due} and is overdue. It now stands with the head of {department}."),
           T("{number}《{title}》的WHAT逾期超过五个工作日（{department}，应于 {due} 完成），列入通报。",
             en="{number} “{title}”: WHAT is more than five working days overdue ({department}, due {due}) and goes "
                "into the report."))  # fmt: skip
    blue, yellow, red, report = (T(t.zh.replace("WHAT", what.zh), en=t.en.replace("WHAT", what.en)) for t in due)
    return Rule(key, title, on, (
        Step(WorkingDays(-1), Act.FLAG, (who,), blue, Card.BLUE),
        Step(WorkingDays(0), Act.FLAG, (who,), yellow, Card.YELLOW),
        Step(WorkingDays(red_after), Act.ESCALATE, (who, Who.HEAD), red, Card.RED),
        Step(WorkingDays(report_after), Act.ESCALATE, (Who.HEAD, Who.SUPERVISOR, Who.COORDINATOR), report, Card.RED),
    ))  # fmt: skip


ANSWER: Final = T("答复", en="the answer")
PROMISE: Final = T("承诺事项", en="the promise")
WAITING: Final = Rule(
    "waiting", T("等诉求人补充", en="Waiting for the requester"), Anchor.ASKED, (
        Step(WorkingDays(2), Act.REMIND, (Who.REQUESTER,), T(
            "{requester}，您好：{department}办理《{title}》（{number}）还等您补充情况，期间办理期限暂停。",
            en="Dear {requester}, {department} still needs your answer to go on with “{title}” ({number}). Until then its "
               "clock stands still.")),
        Step(WorkingDays(5), Act.REMIND, (Who.COORDINATOR, Who.LEAD), T(
            "{requester}五个工作日未补充 {number}《{title}》的情况，请电话联系，或撤回提问继续办理。",
            en="{requester} has not answered on {number} “{title}” for five working days. Please call, or take the question "
               "back and go on."), every=WorkingDays(5), times=4),
    ))  # fmt: skip
DECIDE: Final = (
    Rule("objection_waits", T("异议当日裁定", en="Decide an objection the same day"), Anchor.OBJECTED, (
        Step(Hours(4), Act.REMIND, (Who.COORDINATOR,), T(
            "{department}对 {number}《{title}》的异议还没有裁定，请今天决定。",
            en="{department} objects to {number} “{title}”. Please decide today.")),
    )),
    Rule("extension_waits", T("延期申请次日审批", en="Decide on more time by the next day"), Anchor.EXTENSION_ASKED, (
        Step(WorkingDays(1), Act.REMIND, (Who.COORDINATOR,), T(
            "{department}对 {number}《{title}》的延期申请还没有审批，请今天决定。",
            en="{department} has asked for more time on {number} “{title}”. Please decide today.")),
    )),
)  # fmt: skip

ZHOUSHAN: Final = Preset(
    "zhoushan", T("舟山：限时答复与延期", en="Zhoushan: terms and extensions"),
    T("签收、答复逐级提醒；延期最迟到期前一个工作日申请，最多延二十个工作日，次日审批；等诉求人补充时暂停计时。",
      en="Reminds of taking up and answering step by step; more time is asked for the working day before at the latest, "
         "at most twenty working days; the clock stands while the requester has to answer."),
    (
        Rule("take_up", T("交办次日签收", en="Take it up the day after"), Anchor.ASSIGNED, (
            Step(WorkingDays(1), Act.REMIND, (Who.LEAD,), T(
                "{number}《{title}》昨天交办给{department}，请今天联系{requester}并签收；不属本部门职责的，请今天提出异议。",
                en="{number} “{title}” was assigned to {department} yesterday. Please call {requester} and take it up today, "
                   "or object today if it is not yours.")),
            Step(WorkingDays(2), Act.REMIND, (Who.LEAD, Who.COORDINATOR), T(
                "{number}《{title}》交办两个工作日，{department}仍未签收，请协调员催办。",
                en="{number} “{title}” was assigned two working days ago and {department} has not taken it up. Coordinator, "
                   "please follow up.")),
        )),
        three_colour("answer_due", T("答复时限预警", en="Before and after the answer is due"), Anchor.LEAD_DUE, Who.LEAD, ANSWER),
        WAITING, *DECIDE,
    ),
)  # fmt: skip

QUANZHOU: Final = Preset(
    "quanzhou", T("泉州：协办先行、异议一日", en="Quanzhou: co-handlers first, one day to object"),
    T("协办部门按自己的期限先交意见，再由主办答复；异议一个工作日内提出、当日裁定；办结后抽样回访。",
      en="Co-handling departments give their opinion by their own deadline, then the lead answers; objections within one "
         "working day are decided the same day; closed cases are revisited."),
    (
        Rule("co_due", T("协办期限提醒", en="Co-handling deadline"), Anchor.CO_DUE, (
            Step(WorkingDays(-1), Act.REMIND, (Who.CO,), T(
                "请{department}在 {due} 前把 {number}《{title}》的意见交给主办部门。",
                en="{department}: please give the lead department your opinion on {number} “{title}” by {due}.")),
            Step(WorkingDays(1), Act.FLAG, (Who.CO, Who.LEAD, Who.COORDINATOR), T(
                "{number}《{title}》的协办期限 {due} 已过，{department}还没有交意见，请今天补交；主办部门按现有意见继续办理。",
                en="{department}'s opinion on {number} “{title}” was due on {due} and is missing. Please give it today; the "
                   "lead goes on with what it has."), Card.YELLOW),
        )),
        three_colour("answer_due", T("主办时限预警", en="Before and after the lead's answer is due"), Anchor.LEAD_DUE,
                     Who.LEAD, ANSWER, red_after=1),
        *DECIDE,
    ),
)  # fmt: skip

RULE_13710: Final = Preset(
    "13710", T("13710：一日计划、三日报告、七日办结、一月清零", en="13710: plan, report, done, zero"),
    T("当天研究、次日有计划，三日报进展，七日一般事项办结，一个月疑难事项办结，之后逐周跟踪到销号。",
      en="A plan on day 1, a report on day 3, ordinary matters done on day 7, hard ones within a month, then tracked "
         "every week until none is left."),
    (Rule("13710", T("13710 工作制", en="The 13710 rule"), Anchor.OPEN, (
        Step(WorkingDays(1), Act.REMIND, (Who.LEAD,), T(
            "请{department}今天定出 {number}《{title}》的办理计划和责任人，并联系{requester}。",
            en="{department}: please settle today who does what about {number} “{title}”, and call {requester}.")),
        Step(WorkingDays(3), Act.REMIND, (Who.LEAD,), T(
            "{number}《{title}》已办理三个工作日，请{department}登记进展。",
            en="{number} “{title}” has been open for three working days. {department}, please record the progress.")),
        Step(WorkingDays(7), Act.REMIND, (Who.LEAD, Who.HEAD), T(
            "{number}《{title}》已办理七个工作日，一般事项应当办结；疑难事项请写明下一步。",
            en="{number} “{title}” has been open for seven working days: an ordinary matter should be done. If it is a hard "
               "one, say what comes next.")),
        Step(CalendarDays(30), Act.ESCALATE, (Who.HEAD, Who.SUPERVISOR, Who.COORDINATOR), T(
            "{number}《{title}》已满一个月未答复（{department}），请督办，逐周跟踪到销号。",
            en="{number} “{title}” has been open for a month ({department}). Please see to it; it is tracked every week "
               "until it is done."), Card.RED, every=CalendarDays(7), times=12),
    )),),
)  # fmt: skip

DINGXI: Final = Preset(
    "dingxi", T("定西：会后三日上门、七日报进展", en="Dingxi: visit on day 3, progress on day 7"),
    T("会上作出承诺或需要踏勘的，三个工作日内上门，七个工作日报进展。",
      en="After a meeting the department visits within three working days and reports the progress on day 7."),
    (
        Rule("site_visit", T("现场踏勘三日内到位", en="Visit the site within three days"), Anchor.EVENT, (
            Step(WorkingDays(2), Act.REMIND, (Who.LEAD, Who.CO), T(
                "{number}《{title}》会上定了现场踏勘，请{department}明天前到场并登记。",
                en="The meeting agreed on a visit for {number} “{title}”. {department}, please be there by tomorrow and "
                   "record it.")),
        ), event="case.site_visit"),
        Rule("visit", T("三日上门、七日报进展", en="Visit on day 3, progress on day 7"), Anchor.OPEN, (
            Step(WorkingDays(3), Act.REMIND, (Who.LEAD, Who.CO), T(
                "请{department}今天以前上门走访{requester}，当面了解 {number}《{title}》的情况。",
                en="{department}: please visit {requester} by today and see for yourselves what {number} “{title}” is about.")),
            Step(WorkingDays(7), Act.REMIND, (Who.LEAD,), T(
                "{number}《{title}》已办理 {days} 个工作日，请{department}登记进展，诉求人会看到。",
                en="{number} “{title}” has been open for {days} working days. {department}, please record the progress; the "
                   "requester will see it."), every=WorkingDays(7), times=6),
        )),
    ),
)  # fmt: skip

THREE_COLOUR: Final = Preset(
    "three-colour", T("三色预警", en="Three-colour cards"),
    T("到期前一个工作日蓝牌，到期日黄牌，逾期两个工作日红牌并抄送负责人，超过五个工作日通报；答复和承诺一样。",
      en="Blue the working day before, yellow on the due date, red two working days after it with a copy to the head, "
         "reported beyond five; for answers and promises alike."),
    (
        three_colour("answer_due", T("答复时限三色预警", en="Cards on the answer's due date"), Anchor.LEAD_DUE, Who.LEAD, ANSWER),
        three_colour("promise_due", T("承诺时限三色预警", en="Cards on a promise's due date"), Anchor.COMMITMENT_DUE,
                     Who.PROMISER, PROMISE),
    ),
)  # fmt: skip

REVISIT: Final = Preset(
    "revisit", T("办结回访", en="Revisit after closing"),
    T("办结次日列入回访名单；满意的销号，不满意的退回主办部门、重新计时并亮红牌。",
      en="Closed cases are called back the next working day; whoever is not satisfied has the case back with the lead "
         "department, with a new clock and a red card."),
    (
        Rule("revisit", T("办结次日回访", en="Call back the day after closing"), Anchor.CLOSED, (
            Step(WorkingDays(1), Act.REVISIT, (Who.COORDINATOR,), T(
                "请回访{requester}：{number}《{title}》是否真的解决了？满意的销号，不满意的退回重办。",
                en="Please call {requester}: is {number} “{title}” really solved? If not, it goes back.")),
        )),
        Rule("revisited_badly", T("回访不满意的退回重办", en="Back to the lead department after a bad revisit"),
             Anchor.REVISITED_BADLY, (
            Step(Hours(0), Act.REOPEN, (Who.LEAD, Who.HEAD), T(
                "回访时{requester}对 {number}《{title}》不满意，已退回{department}重新办理，期限重新计算。",
                en="At the revisit {requester} was not satisfied with {number} “{title}”. It is back with {department} and "
                   "the clock starts anew.")),
            Step(Hours(0), Act.FLAG, (), None, Card.RED),
        )),
    ),
)  # fmt: skip

PRESETS: Final[Sequence[Preset]] = (ZHOUSHAN, QUANZHOU, RULE_13710, DINGXI, THREE_COLOUR, REVISIT)
