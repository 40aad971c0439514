"""Follow-up rules, as data: who is reminded of what, and when."""

from duijie.api import Act, Anchor, Card, Hours, Rule, Step, T, Who, WorkingDays

RULES = (
    Rule("answer_due", T("答复期限提醒与督办", en="Before and after the answer is due"), Anchor.LEAD_DUE, (
        Step(WorkingDays(-1), Act.FLAG, (Who.LEAD, Who.CO), T(
            "{number}《{title}》应于 {due} 答复，请先打电话问候{requester}。",
            en="{number} “{title}” is to be answered by {due}. Please call {requester} first."), Card.BLUE),
        Step(WorkingDays(1), Act.ESCALATE, (Who.LEAD, Who.HEAD, Who.COORDINATOR), T(
            "{number}《{title}》已逾期，{department}请立即办理。",
            en="{number} “{title}” is overdue. {department}, please act now."), Card.RED, every=WorkingDays(2), times=3))),
    Rule("home_first", T("居家安全当天联系", en="Safety at home: call the same day"), Anchor.ASSIGNED, (
        Step(Hours(2), Act.REMIND, (Who.LEAD,), T(
            "{number}《{title}》涉及居家安全，请{department}今天联系{requester}。",
            en="{number} “{title}” is about safety at home. {department}, please call {requester} today.")),
        Step(Hours(4), Act.CALL, action="eldercare_advisors.ring")), topics=("home",)),
    Rule("rating", T("答复后请评价", en="Ask for a rating"), Anchor.ANSWERED, (
        Step(WorkingDays(1), Act.ASK_RATING, (Who.REQUESTER,), T(
            "您好：您反映的《{title}》已答复，请您评价。", en="“{title}” has been answered. Please tell us what you think.")),
        Step(WorkingDays(5, at_hour=18), Act.CLOSE, (), T("评价期已满，自动办结。", en="The rating window has ended.")))),
)
