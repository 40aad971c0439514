"""Follow-up rules as data: 定西's visits after a meeting (days 3 and 7) and three-colour cards.

Blue the working day before, yellow on the day, red two working days past it with a copy to the head, reported
to the coordinators beyond five.
"""

from duijie.api import DINGXI, ZHOUSHAN, Act, Anchor, Card, Hours, Rule, Step, T, Who, WorkingDays
from enterprise_advisors.roster import RATING_WINDOW

TAKE_UP = Rule(
    "take_up", T("交办后尽快签收", en="Take a case up soon"), Anchor.ASSIGNED, (
        Step(WorkingDays(1), Act.REMIND, (Who.LEAD,), T(
            "{number}《{title}》昨天交办给{department}，请今天签收并联系企业；认为不属本部门职责的，"
            "请今天提出异议。",
            en="{number} “{title}” was assigned to {department} yesterday. Please take it up and call the "
               "enterprise "
               "today, or object today if it is not yours.")),
        Step(WorkingDays(3), Act.REMIND, (Who.LEAD, Who.HEAD, Who.COORDINATOR), T(
            "{number}《{title}》交办三个工作日，{department}仍未签收，请协调员跟进。",
            en="{number} “{title}” was assigned three working days ago and {department} has not taken it up. "
               "Coordinator, please follow up.")),
    ))


def _cards(key: str, title: T, on: Anchor, who: Who, what: T) -> Rule:
    """Blue, yellow, red: the same chain for an answer and for a promise; ``what`` names which of them."""
    def say(zh: str, en: str) -> T:
        return T(zh.replace("WHAT", what.zh), en=en.replace("WHAT", what.en))

    return Rule(key, title, on, (
        Step(WorkingDays(-3), Act.REMIND, (who, Who.CO), say(
            "{number}《{title}》的WHAT将于 {due} 到期，请{department}抓紧办理。",
            "WHAT on {number} “{title}” is due on {due}. {department}, please see to it.")),
        Step(WorkingDays(-1), Act.FLAG, (who,), say(
            "{number}《{title}》的WHAT将于 {due} 到期。确需延期的，请今天申请。",
            "WHAT on {number} “{title}” is due on {due}. If you need longer, ask today."), Card.BLUE),
        Step(WorkingDays(0), Act.FLAG, (who,), say(
            "{number}《{title}》的WHAT今天到期，请{department}今天办结并登记。",
            "WHAT on {number} “{title}” is due today. {department}, please finish and record it today."),
            Card.YELLOW),
        Step(WorkingDays(1), Act.REMIND, (who,), say(
            "{number}《{title}》的WHAT昨天已到期，请{department}立即办理；再过一个工作日将报部门负责人。",
            "WHAT on {number} “{title}” was due yesterday. {department}, please act now; your head is told "
            "in one "
            "working day.")),
        Step(WorkingDays(2), Act.ESCALATE, (who, Who.HEAD), say(
            "{number}《{title}》的WHAT应于 {due} 完成，已逾期，转{department}负责人督办。",
            "WHAT on {number} “{title}” was due on {due} and is overdue. It now stands with the head of "
            "{department}."),
            Card.RED),
        Step(WorkingDays(6), Act.ESCALATE, (Who.HEAD, Who.COORDINATOR), say(
            "{number}《{title}》的WHAT逾期超过五个工作日（{department}，应于 {due} 完成），列入通报。",
            "WHAT on {number} “{title}” is more than five working days overdue ({department}, due {due}) and "
            "goes "
            "into the public report."), Card.RED),
    ))


ANSWER_DUE = _cards("answer_due", T("答复时限三色预警", en="Cards on the answer's due date"),
                    Anchor.LEAD_DUE, Who.LEAD,
                    T("答复", en="The answer"))
PROMISE_DUE = _cards("promise_due", T("承诺时限三色预警", en="Cards on a commitment's due date"),
                     Anchor.COMMITMENT_DUE,
                     Who.PROMISER, T("承诺事项", en="The commitment"))

RATING = Rule(
    "rating", T("答复后请企业评价", en="Ask for a rating after the answer"), Anchor.ANSWERED, (
        Step(WorkingDays(1), Act.ASK_RATING, (Who.REQUESTER,), T(
            "{requester}，您好：{number}《{title}》已由{department}答复，请您评价是否满意。不满意的，"
            "我们接着办。",
            en="Dear {requester}, {department} has answered {number} “{title}”. Please tell us whether you "
               "are "
               "satisfied; if not, we go on.")),
        Step(WorkingDays(RATING_WINDOW - 1), Act.REMIND, (Who.REQUESTER,), T(
            "{requester}，您好：{number}《{title}》的评价明天截止，不评价将按办结处理，之后仍可申请重办。",
            en="Dear {requester}, tomorrow is the last day to rate {number} “{title}”. Without a rating the "
               "case is "
               "closed; you can still ask to reopen it.")),
        Step(WorkingDays(RATING_WINDOW, at_hour=18), Act.CLOSE, (), T(
            "{number}《{title}》评价期已满，自动办结。",
            en="The rating window of {number} “{title}” has ended; the case is closed.")),
    ))

BAD_RATING = Rule(
    "bad_rating", T("不满意的重新办理", en="Reopen on a bad rating"), Anchor.RATED_BADLY, (
        Step(Hours(0), Act.REOPEN, (Who.LEAD, Who.HEAD, Who.COORDINATOR), T(
            "{requester}对 {number}《{title}》的答复不满意，已退回{department}重新办理，期限重新计算。",
            en="{requester} is not satisfied with the answer to {number} “{title}”. It is back with "
               "{department} "
               "and the clock starts anew.")),
    ), stars=2)

CARRY_OVER = Rule(
    "carry_over", T("未对接的转入下次会议", en="Carry over what was not heard"), Anchor.NOT_HEARD, (
        Step(Hours(0), Act.CARRY_OVER, (Who.REQUESTER, Who.LEAD), T(
            "{number}《{title}》在{meeting}上没有来得及对接，已列入下一次对接会，时间另行通知。",
            en="{number} “{title}” could not be heard at {meeting}. It is on the list of the next meeting; "
               "you will "
               "be told when.")),
    ))

RULES = (TAKE_UP, *DINGXI.rules, ANSWER_DUE, PROMISE_DUE, RATING, BAD_RATING, CARRY_OVER, *(
    ZHOUSHAN.rule(key) for key in ("waiting", "objection_waits", "extension_waits")
))
