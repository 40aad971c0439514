"""Follow-up rules as data: 泉州's terms, co-handling departments first (3 working days), lead next (7).

An objection is raised within one working day, a longer time asked for the working day before the due date.
"""

from duijie.api import QUANZHOU, REVISIT, ZHOUSHAN, Act, Anchor, Card, Hours, Rule, Step, T, Who, WorkingDays
from rural_advisors.roster import RATING_WINDOW

OBJECTION = Rule(
    "objection", T("一个工作日内签收或提出异议", en="Take it up or object within one working day"),
    Anchor.ASSIGNED, (
        Step(Hours(4), Act.REMIND, (Who.LEAD, Who.CO), T(
            "{number}《{title}》已交办给{department}。不属本部门职责的，请在一个工作日内提出异议并写明理由。",
            en="{number} “{title}” is assigned to {department}. If it is not yours, object within one "
               "working day and "
               "say why.")),
        Step(WorkingDays(2), Act.REMIND, (Who.LEAD, Who.COORDINATOR), T(
            "{number}《{title}》异议期已过，{department}尚未签收，视为接受，请今天开始办理。",
            en="The time to object to {number} “{title}” is over and {department} has not taken it up. It "
               "counts as "
               "accepted; please start today.")),
    ))

ANSWER_DUE = Rule(
    "answer_due", T("主办时限提醒与督办", en="Before and after the lead's answer is due"), Anchor.LEAD_DUE, (
        Step(WorkingDays(-3), Act.REMIND, (Who.LEAD,), T(
            "{number}《{title}》应于 {due} 答复，需要到现场的请尽快与{requester}约时间。",
            en="{number} “{title}” is to be answered by {due}. If you need to see the place, arrange it with "
               "{requester} soon.")),
        Step(WorkingDays(-1), Act.FLAG, (Who.LEAD,), T(
            "{number}《{title}》应于 {due} 答复。农时、天气等原因需要延期的，请今天申请。",
            en="{number} “{title}” is to be answered by {due}. If season or weather call for more time, ask "
               "today."),
            Card.BLUE),
        Step(WorkingDays(0), Act.FLAG, (Who.LEAD,), T(
            "{number}《{title}》今天到期，请{department}今天答复{requester}。",
            en="{number} “{title}” is due today. {department}, please answer {requester} today."),
            Card.YELLOW),
        Step(WorkingDays(1), Act.ESCALATE, (Who.LEAD,), T(
            "{number}《{title}》昨天已到期，{department}尚未答复，请立即办理。",
            en="{number} “{title}” was due yesterday and {department} has not answered. Please act now."),
            Card.RED),
        Step(WorkingDays(3), Act.ESCALATE, (Who.HEAD,), T(
            "{number}《{title}》应于 {due} 答复，已逾期三个工作日，请{department}负责人督办。",
            en="{number} “{title}” is three working days overdue (due {due}). Head of {department}, please "
               "see to it."),
            Card.RED),
        Step(WorkingDays(5), Act.ESCALATE, (Who.COORDINATOR,), T(
            "{number}《{title}》逾期五个工作日（{department}，应于 {due} 答复），请协调员上门督办。",
            en="{number} “{title}” is five working days overdue ({department}, due {due}). Coordinator, "
               "please call on "
               "them."), Card.RED, every=WorkingDays(5), times=3),
    ))

PROMISE_DUE = Rule(
    "promise_due", T("承诺事项提醒与督办", en="Before and after a commitment is due"), Anchor.COMMITMENT_DUE,
    (
        Step(WorkingDays(-3), Act.REMIND, (Who.PROMISER,), T(
            "{department}对{requester}的承诺（{number}《{title}》）将于 {due} 到期，请安排好人手。",
            en="What {department} promised {requester} ({number} “{title}”) is due on {due}. Please plan for "
               "it.")),
        Step(WorkingDays(-1), Act.FLAG, (Who.PROMISER,), T(
            "承诺事项 {number}《{title}》将于 {due} 到期。", en="The commitment on {number} “{title}” is due "
                                                     "on {due}."),
            Card.BLUE),
        Step(WorkingDays(0), Act.FLAG, (Who.PROMISER,), T(
            "承诺事项 {number}《{title}》今天到期，办好后请登记。",
            en="The commitment on {number} “{title}” is due today. Please record it once done."),
            Card.YELLOW),
        Step(WorkingDays(1), Act.ESCALATE, (Who.PROMISER,), T(
            "承诺事项 {number}《{title}》昨天已到期，请{department}立即兑现，并向{requester}说明原因。",
            en="The commitment on {number} “{title}” was due yesterday. {department}, please keep it now and "
               "tell "
               "{requester} why it is late."), Card.RED),
        Step(WorkingDays(3), Act.ESCALATE, (Who.HEAD,), T(
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
    "rating", T("答复后请村民评价", en="Ask for a rating after the answer"), Anchor.ANSWERED, (
        Step(WorkingDays(1), Act.ASK_RATING, (Who.REQUESTER,), T(
            "{requester}，您好：您反映的《{title}》（{number}）已由{department}答复，请您评价是否满意。",
            en="Dear {requester}, {department} has answered “{title}” ({number}). Please tell us whether you "
               "are "
               "satisfied.")),
        Step(WorkingDays(4), Act.REMIND, (Who.REQUESTER, Who.COORDINATOR), T(
            "{number}《{title}》还没有评价；不方便上网的，请村里的协调员打电话代为登记。",
            en="{number} “{title}” has no rating yet. If going online is difficult, the coordinator records "
               "it by "
               "phone.")),
        Step(WorkingDays(RATING_WINDOW, at_hour=18), Act.CLOSE, (), T(
            "{number}《{title}》评价期已满，自动办结。",
            en="The rating window of {number} “{title}” has ended; the case is closed.")),
    ))

BAD_RATING = Rule(
    "bad_rating", T("不满意的重新办理", en="Reopen on a bad rating"), Anchor.RATED_BADLY, (
        Step(Hours(0), Act.REOPEN, (Who.LEAD, Who.CO, Who.COORDINATOR), T(
            "{requester}对 {number}《{title}》的答复不满意，已退回{department}重新办理，期限重新计算，"
            "请到村里当面沟通。",
            en="{requester} is not satisfied with the answer to {number} “{title}”. It is back with "
               "{department} and "
               "the clock starts anew. Please go to the village and talk.")),
    ), stars=2)

CARRY_OVER = Rule(
    "carry_over", T("没谈成、没轮到的转入下次", en="Carry over what was not heard or settled"),
    Anchor.NOT_HEARD, (
        Step(Hours(0), Act.CARRY_OVER, (Who.REQUESTER, Who.LEAD, Who.CO), T(
            "{number}《{title}》在{meeting}上没有谈完，已列入下一次会议，时间另行通知。",
            en="{number} “{title}” was not finished at {meeting}. It is on the list of the next meeting; you "
               "will be "
               "told when.")),
    ))

SAMPLE_REVISIT = Rule(
    "revisit", T("办结后回访", en="Call back after closing"), Anchor.CLOSED, (
        Step(WorkingDays(5), Act.REVISIT, (Who.COORDINATOR,), T(
            "请电话回访{requester}：{number}《{title}》办得怎么样？有反复的请重新办理。",
            en="Please call {requester}: how did {number} “{title}” turn out? Reopen it if the problem is "
               "back.")),
    ))

RULES = (
    OBJECTION, QUANZHOU.rule("co_due"), ANSWER_DUE, PROMISE_DUE, RATING, BAD_RATING, CARRY_OVER, SAMPLE_REVISIT,
    REVISIT.rule("revisited_badly"), ZHOUSHAN.rule("waiting"), QUANZHOU.rule("objection_waits"),
    QUANZHOU.rule("extension_waits"),
)  # fmt: skip
