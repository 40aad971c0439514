"""The address of every page there is, of one area's records."""

from collections.abc import Iterator

from flask import Flask
from scene import Scene


def addresses(app: Flask, scene: Scene) -> Iterator[str]:
    """Every page there is, of this area's records."""
    sign = app.extensions["duijie"].sign
    values = scene.values
    known = values | {
        "group": "enterprise", "channel": "wecom", "text": "case.filed", "plugin": "enterprise_advisors",
        "area": scene.area_key, "code": scene.code, "name": values["file_name"],
        "ticket": sign("door-hit", [values["meeting_id"], values["requester_invitation_id"]]),
    }  # fmt: skip
    of_link = {
        "attachment": values["attachment_token"], "board": sign("board", values["meeting_id"]),
        "door": sign("door", values["meeting_id"]), "link": values["link"],
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and "GET" in (rule.methods or ()):
            kind = rule.rule.partition("/<token>")[0].rpartition("/")[2]
            token = of_link.get(kind, sign("invitation", values["requester_invitation_id"]))
            here = {name: known.get(name, token) for name in rule.arguments}
            yield app.url_map.bind("localhost").build(rule.endpoint, here)
