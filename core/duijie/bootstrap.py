"""The one place that ties things together."""

from collections.abc import Iterable
from types import ModuleType
from zoneinfo import ZoneInfo

from flask import Flask

from duijie import schedule
from duijie.builtin import routing
from duijie.builtin.documents import plugin as documents
from duijie.builtin.notifiers import inbox, mail
from duijie.hooks.groups import gather
from duijie.hooks.manager import PluginManager
from duijie.services.work import Office
from duijie.settings import Settings
from duijie.storage.database import Database
from duijie.web.app import create_app

LIMITS = (
    "upload_file_limit",
    "upload_case_limit",
    "session_idle_minutes",
    "session_hours",
    "argon2_time_cost",
    "argon2_memory_kib",
)


def open_office(settings: Settings, plugins: Iterable[tuple[str, ModuleType | object]] | None = None) -> Office:
    """Open the database and load the plugins: the installed ones, or ``plugins`` (name, module) where given."""
    manager = PluginManager()
    manager.register(routing, "duijie-routing")
    manager.register(documents, "duijie-documents")
    manager.register(inbox, "duijie-inbox")
    manager.register(mail.plugin(_mail(settings)), "duijie-mail")
    if plugins is not None:
        for name, plugin in plugins:
            manager.register(plugin, name)
    elif settings.plugins:
        manager.load_entry_points()
    return Office(
        database=Database(settings.url, durable=not settings.demo),
        plugins=manager,
        groups=gather(manager),
        zone=ZoneInfo(settings.time_zone),
        files_dir=settings.files_dir,
        secret=settings.secret(),
        public_url=settings.public_url.rstrip("/"),
        demo=settings.demo,
        limits={name: getattr(settings, name) for name in LIMITS},
    )


def make_app(settings: Settings, office: Office | None = None) -> Flask:
    """The web application on an office."""
    here = office or open_office(settings)
    app = create_app(here, settings)
    app.extensions["duijie_round"] = lambda: schedule.run_now(here)  # the demo's clock runs what comes due
    return app


def make_scheduler(office: Office) -> schedule.Scheduler:
    """The scheduler on an office, not yet started."""
    return schedule.build(office)


def _mail(settings: Settings) -> mail.MailConfig:
    return mail.MailConfig(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password,
        tls=settings.smtp_tls,
        sender=settings.mail_from,
        folder=settings.mail_dir,
    )
