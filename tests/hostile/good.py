"""A plugin as it should be: a suggestion, a channel, a job, tables, pages, a panel."""

import os
import threading
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from duijie.api import (
    CaseFacts,
    Context,
    DeliveryOutcome,
    Document,
    EventFacts,
    Field,
    FieldType,
    Finding,
    Job,
    MenuEntry,
    Message,
    Notifier,
    Option,
    Panel,
    PanelContent,
    Permission,
    Place,
    Plugin,
    Receipt,
    Role,
    Suggestion,
    T,
    Tables,
    Views,
    anyone,
    hookimpl,
    permission,
)


class Base(DeclarativeBase):
    pass


class Seen(Base):
    __tablename__ = "x_good_seen"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))


pages = Blueprint("good", __name__)


@pages.get("/hello")
@anyone
def hello() -> str:
    return f"hello from {os.getpid()}"


@pages.get("/staff")
@permission("staff")
def staff() -> str:
    return "for staff"


@pages.post("/staff")
@permission("staff")
def send() -> Any:
    if request.form.get("word") == "missing":
        abort(404)
    return redirect(url_for("good.hello", word=request.form.get("word")))


@hookimpl
def duijie_plugin() -> Plugin:
    word = Option(Field("word", FieldType.TEXT, T("问候语", en="Greeting")), default="hi")
    key = Option(Field("key", FieldType.TEXT, T("密钥", en="Key")), secret=True)
    return Plugin(1, T("好插件", en="Good"), options=(word, key),
                  permissions=(Permission("staff", T("工作人员", en="Staff"), (Role.COORDINATOR,)),))


@hookimpl
def duijie_suggest_departments(case: CaseFacts, context: Context) -> list[Suggestion]:
    reason = T(f"{context.settings['word']} {os.getpid()} {threading.active_count()}", en="because")
    return [Suggestion("power", 0.5, (reason,))]


@hookimpl
def duijie_notifiers() -> list[Notifier]:
    return [Notifier("bell", T("铃", en="Bell"), "phone", ring, timeout=5, keyed=True)]


def ring(message: Message, context: Context) -> Receipt:
    return Receipt(DeliveryOutcome.ACCEPTED, f"{message.subject} {context.settings['word']}")


@hookimpl
def duijie_documents(group: str) -> list[Document]:
    return [] if group else [Document("note", T("便条", en="Note"), "note-{name}.txt", "text/plain", write)]


def write(data: Any, language: str) -> bytes:
    return f"{language}: {data['title']}".encode()


@hookimpl
def duijie_jobs() -> list[Job]:
    return [Job("count", T("数一数", en="Count"), count, every_minutes=5)]


def count(context: Context) -> T:
    with context.store.read() as session:
        return T.same(str(session.query(Seen).count()))


@hookimpl
def duijie_tables() -> list[Tables]:
    return [Tables(Base.metadata, "good_migrations")]


@hookimpl
def duijie_views() -> list[Views]:
    return [Views(pages, (MenuEntry(T("好页面", en="Good page"), "/staff"),),
                  (Panel("box", Place.CASE, T("好盒子", en="Good box"), draw, "staff"),))]


def draw(subject: Any, context: Context) -> PanelContent:
    return PanelContent(((T("诉求", en="Case"), T.same(subject.number)),), links=((T("去看", en="Look"), "/hello"),))


@hookimpl
def duijie_on_event(event: EventFacts, context: Context) -> None:
    with context.store.write() as session:
        session.merge(Seen(id=event.id, kind=event.kind))


@hookimpl
def duijie_health(context: Context) -> list[Finding]:
    return [Finding("ok", T("一切正常", en="All is well"))]
