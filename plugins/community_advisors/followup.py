"""Follow-up rules as data: 舟山's terms by kind of case (see `roster`), cards, revisits.

Blue the working day before, yellow on the day, then lead department, its head, the coordinator. Closed cases
are called back the next working day; tariffs are looked at again after the next bill, noise after two weeks.
"""

from community_advisors.roster import RATING_WINDOW
from duijie.api import (
    REVISIT,
    ZHOUSHAN,
    Act,
    Anchor,
    CalendarDays,
    Card,
    Hours,
    Rule,
    Step,
    T,
    Who,
    WorkingDays,
)

TAKE_UP = Rule(
    "take_up", T("交办次日联系居民", en="Call the resident the day after assignment"), Anchor.ASSIGNED, (
        Step(WorkingDays(1), Act.REMIND, (Who.LEAD,), T(
            "{number}《{title}》昨天交办给{department}，请今天联系居民并签收；不属本部门职责的，"
            "请今天提出异议。",
            en="{number} “{title}” was assigned to {department} yesterday. Please call the resident and take "
               "it up "
               "today, or object today if it is not yours.")),
        Step(WorkingDays(2), Act.REMIND, (Who.LEAD, Who.COORDINATOR), T(
            "{number}《{title}》交办两个工作日，{department}仍未签收，请协调员电话催办。",
            en="{number} “{title}” was assigned two working days ago and {department} has not taken it up. "
               "Coordinator, please call them.")),
    ))

ANSWER_DUE = Rule(
    "answer_due", T("答复时限预警", en="Before and after the answer is due"), Anchor.LEAD_DUE, (
        Step(WorkingDays(-1), Act.FLAG, (Who.LEAD, Who.CO), T(
            "{number}《{title}》应于 {due} 前答复居民。需要延期的，请今天申请，最多延长二十个工作日。",
            en="The resident is to have an answer to {number} “{title}” by {due}. If you need longer, ask "
               "today; at "
               "most twenty working days are given."), Card.BLUE),
        Step(WorkingDays(0), Act.REMIND, (Who.LEAD,), T(
            "{number}《{title}》今天到期，请{department}今天答复{requester}。",
            en="{number} “{title}” is due today. {department}, please answer {requester} today.")),
        Step(WorkingDays(0, at_hour=14), Act.FLAG, (Who.LEAD,), T(
            "{number}《{title}》今天到期，仍未登记答复。", en="{number} “{title}” is due today and has no "
                                                "answer yet."),
            Card.YELLOW),
        Step(WorkingDays(1), Act.ESCALATE, (Who.LEAD,), T(
            "{number}《{title}》昨天已到期，{department}尚未答复，请立即办理。",
            en="{number} “{title}” was due yesterday and {department} has not answered. Please act now."),
            Card.RED),
        Step(WorkingDays(2), Act.ESCALATE, (Who.HEAD,), T(
            "{number}《{title}》应于 {due} 答复，已逾期，请{department}负责人督办。",
            en="{number} “{title}” was to be answered by {due}. Head of {department}, please see to it."),
            Card.RED),
        Step(WorkingDays(5), Act.ESCALATE, (Who.HEAD, Who.COORDINATOR), T(
            "{number}《{title}》逾期五个工作日（{department}，应于 {due} 答复），请协调员列入督办通报。",
            en="{number} “{title}” is five working days overdue ({department}, due {due}). Coordinator, "
               "please put it "
               "into the supervision report."), Card.RED, every=WorkingDays(5), times=4),
    ))

PROMISE_DUE = Rule(
    "promise_due", T("承诺事项预警", en="Before and after a commitment is due"), Anchor.COMMITMENT_DUE, (
        Step(WorkingDays(-1), Act.FLAG, (Who.PROMISER,), T(
            "{department}对{requester}的承诺（{number}《{title}》）将于 {due} 到期。",
            en="What {department} promised {requester} ({number} “{title}”) is due on {due}."),
            Card.BLUE),
        Step(WorkingDays(0), Act.FLAG, (Who.PROMISER,), T(
            "对{requester}的承诺（{number}《{title}》）今天到期，办好后请登记并上传照片。",
            en="The promise to {requester} ({number} “{title}”) is due today. Once done, record it with a "
               "photograph."),
            Card.YELLOW),
        Step(WorkingDays(1), Act.ESCALATE, (Who.PROMISER,), T(
            "对{requester}的承诺（{number}《{title}》）昨天已到期，请{department}立即兑现并向居民说明。",
            en="The promise to {requester} ({number} “{title}”) was due yesterday. {department}, please keep "
               "it now and "
               "explain the delay."), Card.RED),
        Step(WorkingDays(2), Act.ESCALATE, (Who.HEAD,), T(
            "{department}对 {number}《{title}》的承诺应于 {due} 兑现，已逾期，请负责人督办。",
            en="{department} promised {number} “{title}” by {due} and has not kept it. Head of department, "
               "please see "
               "to it."), Card.RED),
        Step(WorkingDays(5), Act.ESCALATE, (Who.COORDINATOR,), T(
            "{department}对 {number}《{title}》的承诺逾期五个工作日，请协调员列入下一次会议议程。",
            en="{department}'s promise on {number} “{title}” is five working days overdue. Coordinator, "
               "please put it "
               "on the next meeting's agenda."), Card.RED),
    ))

RATING = Rule(
    "rating", T("答复后请居民评价", en="Ask for a rating after the answer"), Anchor.ANSWERED, (
        Step(WorkingDays(1), Act.ASK_RATING, (Who.REQUESTER,), T(
            "{requester}，您好：您反映的《{title}》（{number}）已由{department}答复，请您说说满意不满意。",
            en="Dear {requester}, {department} has answered “{title}” ({number}). Please tell us whether you "
               "are "
               "satisfied.")),
        Step(WorkingDays(3), Act.REMIND, (Who.COORDINATOR,), T(
            "{requester}还没有评价 {number}《{title}》；没有手机的居民，请电话或上门回访并代为登记。",
            en="{requester} has not rated {number} “{title}”. If they have no phone, please call or visit "
               "and record "
               "what they say.")),
        Step(WorkingDays(RATING_WINDOW, at_hour=18), Act.CLOSE, (), T(
            "{number}《{title}》评价期已满，自动办结。",
            en="The rating window of {number} “{title}” has ended; the case is closed.")),
    ))

BAD_RATING = Rule(
    "bad_rating", T("不满意的退回重办", en="Back to the lead department on a bad rating"),
    Anchor.RATED_BADLY, (
        Step(Hours(0), Act.REOPEN, (Who.LEAD, Who.HEAD, Who.COORDINATOR), T(
            "{requester}对 {number}《{title}》不满意，已退回{department}重办，期限重新计算，"
            "请先电话听取意见。",
            en="{requester} is not satisfied with {number} “{title}”. It is back with {department} and the "
               "clock starts "
               "anew. Please call first and listen.")),
    ), stars=2)

CARRY_OVER = Rule(
    "carry_over", T("没轮到的转入下次会议", en="Carry over what was not heard"), Anchor.NOT_HEARD, (
        Step(Hours(0), Act.CARRY_OVER, (Who.REQUESTER, Who.COORDINATOR), T(
            "{number}《{title}》在{meeting}上没有来得及说，已列入下一次会议，时间另行通知。",
            en="{number} “{title}” could not be heard at {meeting}. It is on the list of the next meeting; "
               "you will be "
               "told when.")),
    ))

BILL_CHECK = Rule(
    "bill_check", T("下一期账单后复查", en="Look again after the next bill"), Anchor.CLOSED, (
        Step(CalendarDays(30), Act.REMIND, (Who.LEAD, Who.COORDINATOR), T(
            "{number}《{title}》办结满三十天，新账单应已出账，请核对价格是否已按答复调整。",
            en="{number} “{title}” was closed thirty days ago and a new bill is out. Please check that the "
               "price is "
               "what was promised.")),
    ), topics=("tariff",))

NOISE_CHECK = Rule(
    "noise_check", T("噪声问题两周后复测", en="Measure noise again after two weeks"), Anchor.CLOSED, (
        Step(CalendarDays(14), Act.REMIND, (Who.LEAD, Who.CO), T(
            "{number}《{title}》办结已满两周，请{department}在同一时段复测；反弹的请重新登记。",
            en="{number} “{title}” was closed two weeks ago. {department}, please measure again at the same "
               "hour; if "
               "it is back, record it as a new case.")),
    ), topics=("noise",))

RULES = (TAKE_UP, ANSWER_DUE, PROMISE_DUE, RATING, BAD_RATING, CARRY_OVER, *REVISIT.rules, BILL_CHECK, NOISE_CHECK, *(
    ZHOUSHAN.rule(key) for key in ("waiting", "objection_waits", "extension_waits")
))
