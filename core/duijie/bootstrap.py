"""The one place that ties things together."""

from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from duijie.builtin import routing
from duijie.builtin.documents import plugin as documents
from duijie.builtin.notifiers import inbox, mail, outside
from duijie.hooks import catalogue, loading
from duijie.hooks.capabilities import Tables, Views
from duijie.hooks.hosts import Source
from duijie.hooks.manager import PluginManager
from duijie.services.plugins.own_tables import described as described_tables
from duijie.services.replies.mailbox import Mailbox
from duijie.services.rules import noticing
from duijie.services.work import Office
from duijie.settings import Settings
from duijie.storage.database import Database

if TYPE_CHECKING:
    from flask import Flask

    from duijie.schedule import Scheduler

LIMITS = (
    "upload_file_limit",
    "upload_case_limit",
    "session_idle_minutes",
    "session_hours",
    "argon2_time_cost",
    "argon2_memory_kib",
)


def open_office(
    settings: Settings,
    plugins: Iterable[tuple[str, ModuleType | object]] | None = None,
    apart: Iterable[Source] = (),
) -> Office:
    """Open the database and load the plugins: the installed ones, or ``plugins`` (name, module) where given.

    ``plugins`` run in this process; those of ``apart`` besides, each in a process of its own.
    """
    manager = PluginManager()
    if settings.plugins != "none":
        built_in(manager, settings)
    if plugins is not None:
        for name, plugin in plugins:
            manager.register(plugin, name)
        loading.start(manager, list(apart))
    else:
        loading.load(manager, settings, which=settings.plugins, isolated=settings.plugin_processes,
                     within=settings.plugin_start_seconds)
    return Office(
        database=Database(settings.url, durable=not settings.demo),
        plugins=manager,
        catalogue=catalogue.read(manager, describe),
        zone=ZoneInfo(settings.time_zone),
        files_dir=settings.files_dir,
        secret=settings.secret(),
        public_url=settings.public_url.rstrip("/"),
        reply_address=settings.reply_address,
        mailbox=_mailbox(settings),
        before_commit=noticing.before_commit,
        demo=settings.demo,
        limits={name: getattr(settings, name) for name in LIMITS},
    )


def built_in(manager: PluginManager, settings: Settings) -> None:
    """Register what comes with core. They are plugins by the same hooks as anybody's, and can be switched off."""
    manager.register(routing, "duijie-routing")
    manager.register(documents, "duijie-documents")
    manager.register(inbox, "duijie-inbox")
    manager.register(mail.plugin(_mail(settings)), "duijie-mail")
    manager.register(outside, "duijie-outside")


def describe(item: Views | Tables, plugin: str) -> Views | Tables:
    """Pages with their routes, tables with their names. Raises Failed naming what a plugin may not do."""
    if isinstance(item, Tables):
        return described_tables(item, plugin)
    from duijie.web.plugins.blueprints import described  # only for plugins with pages

    return described(item, plugin)


def make_app(settings: Settings, office: Office | None = None) -> "Flask":
    """The web application on an office."""
    # The pages and the scheduler take a second to import, and most commands need neither.
    from duijie import schedule
    from duijie.web.app import create_app

    here = office or open_office(settings)
    app = create_app(here, settings)
    app.extensions["duijie_round"] = lambda: schedule.run_now(here)  # the demo's clock runs what comes due
    return app


def make_scheduler(office: Office) -> "Scheduler":
    """The scheduler on an office, not yet started."""
    from duijie import schedule  # see make_app

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
        doubt=settings.mail_doubt,
        relay_log=settings.mail_relay_log,
    )


def _mailbox(settings: Settings) -> Mailbox:
    return Mailbox(
        host=settings.imap_host,
        port=settings.imap_port,
        user=settings.imap_user,
        password=settings.imap_password,
        folder=settings.imap_folder,
        maildir=settings.reply_dir,
    )
