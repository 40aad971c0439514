"""How the installation is, besides its plugins: database, calendar, mail, scheduler, disk, settings.

Each examination answers findings and never raises: the doctor is called when something is broken already.
"""

import shutil
import smtplib
import sqlite3
import ssl
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import text

from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.hooks.capabilities import Finding
from duijie.services import calendars, heartbeat
from duijie.services.plugins import tables, upgrading
from duijie.services.plugins.inventory import readable
from duijie.services.work import Office
from duijie.settings import Settings
from duijie.storage import schema

V = TypeVar("V")
GREETING: Final = 5.0
LITTLE: Final = 1024**3
NEARLY_NONE: Final = 200 * 1024**2
SOON: Final = 11  # from November on the next year's holidays are published

Examine = Callable[[Office, Settings], Iterator[Finding]]


def ok(zh: str, en: str) -> Finding:
    """All is well."""
    return Finding("ok", T(zh, en=en))


def warn(zh: str, en: str, advice: T | None = None) -> Finding:
    """It works, and somebody should look at it."""
    return Finding("warn", T(zh, en=en), advice)


def error(zh: str, en: str, advice: T | None = None) -> Finding:
    """It does not work."""
    return Finding("error", T(zh, en=en), advice)


def database(office: Office, _settings: Settings) -> Iterator[Finding]:
    """Whether the database answers and is at this release."""
    if not readable(office):
        yield error("还没有数据库。", "There is no database yet.", T("请运行 duijie init。", en="Run duijie init."))
        return
    with office.database.engine.connect() as connection:
        version = connection.execute(text("SELECT sqlite_version()" if office.database.is_sqlite else "SHOW server_version"))
        kind = "SQLite" if office.database.is_sqlite else "PostgreSQL"
        yield ok(f"{kind} {version.scalar_one()} 可以访问", f"{kind} answers")
    here, wanted = schema.current(office.database), schema.newest()
    if here == wanted:
        yield ok(f"数据库版本 {here}，与程序一致", f"its revision {here} is this release's")
    else:
        yield error(f"数据库版本 {here or '∅'}，程序需要 {wanted}",
                    f"its revision is {here or 'none'}; this release needs {wanted}",
                    T("请运行 duijie migrate。", en="Run duijie migrate."))


def sqlite(office: Office, _settings: Settings) -> Iterator[Finding]:
    """Whether this SQLite has the rare fault that can spoil a file when its write-ahead log is reset."""
    if office.database.is_sqlite:
        version = sqlite3.sqlite_version
        if has_reset_fault(sqlite3.sqlite_version_info):
            yield warn(f"SQLite {version} 有一处罕见缺陷：重置预写日志时可能损坏数据库",
                       f"SQLite {version} has a rare fault that can spoil the database when its write-ahead log is reset",
                       T("请升级到 3.51.3（或 3.50.7、3.44.6），改用 PostgreSQL，并坚持备份。",
                         en="Upgrade to 3.51.3 (or 3.50.7, 3.44.6), or use PostgreSQL; and keep backups."))
        else:
            yield ok(f"SQLite {version} 没有已知的数据损坏缺陷", f"SQLite {version} has no known fault that spoils data")


def has_reset_fault(version: tuple[int, ...]) -> bool:
    """Finding 5 of docs/reliability.md: mended in 3.51.3, and in 3.44.6 and 3.50.7 of the older lines."""
    backports: dict[tuple[int, ...], tuple[int, ...]] = {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}
    return version < backports.get(version[:2], (3, 51, 3))


def plugin_tables(office: Office, _settings: Settings) -> Iterator[Finding]:
    """Whether the tables of each plugin are what the plugin brings along."""
    for plugin in office.catalogue.tables:
        here, wanted = tables.current(office.database, plugin), upgrading.newest(office, plugin)
        if here == wanted:
            yield ok(f"{plugin} 的数据表版本 {here}", f"the tables of {plugin} are at {here}")
        else:
            yield error(f"{plugin} 的数据表版本 {here or '∅'}，插件需要 {wanted}",
                        f"the tables of {plugin} are at {here or 'none'}; it needs {wanted}",
                        T("请运行 duijie migrate。", en="Run duijie migrate."))


def calendar(office: Office, _settings: Settings) -> Iterator[Finding]:
    """Whether the holidays of this year and, once they are published, of the next are in."""
    with office.read(SYSTEM) as work:
        years, today = calendars.published_years(work), work.today
    advice = T("升级 duijie，或由管理员在“工作日历”中录入。", en="Upgrade duijie, or enter them on the calendar's page.")
    for year in (today.year, today.year + 1):
        if year in years:
            yield ok(f"{year} 年放假安排已录入", f"the holidays of {year} are in")
        elif year == today.year:
            yield error(f"缺少 {year} 年放假安排，期限会算错",
                        f"the holidays of {year} are missing: deadlines come out wrong", advice)
        elif today.month >= SOON:
            yield warn(f"{year} 年放假安排尚未录入", f"the holidays of {year} are not in yet", advice)
        else:
            yield ok(f"{year} 年放假安排尚未公布", f"the holidays of {year} are not published yet")


def mail(_office: Office, settings: Settings) -> Iterator[Finding]:
    """Whether mail has a way out, and whether the server there greets within five seconds."""
    if settings.mail_dir:
        yield warn(f"邮件写入文件夹 {settings.mail_dir}，不会发出", f"mail is written into {settings.mail_dir} and not sent")
    elif not settings.smtp_host:
        yield warn("没有设置邮件服务器，邮件提醒不会发出", "no mail server is set; reminders by mail are not sent",
                   T("请设置 DUIJIE_SMTP_HOST。", en="Set DUIJIE_SMTP_HOST."))
    else:
        where = f"{settings.smtp_host}:{settings.smtp_port}"
        try:
            within(GREETING, lambda: _greet(settings))
        except (OSError, smtplib.SMTPException, TookTooLong) as problem:
            said = f"{GREETING:.0f} s" if isinstance(problem, (TimeoutError, TookTooLong)) else str(problem)
            yield error(f"邮件服务器 {where} 没有应答：{said}", f"the mail server {where} does not answer: {said}",
                        T("请检查 DUIJIE_SMTP_* 设置和网络。", en="Check the settings DUIJIE_SMTP_* and the network."))
        else:
            yield ok(f"邮件服务器 {where} 有应答", f"the mail server {where} answers")


def scheduler(office: Office, _settings: Settings) -> Iterator[Finding]:
    """Whether somebody runs rules and sends reminders, by a clock that is right."""
    with office.read(SYSTEM) as work:
        last, running = heartbeat.last_beat(work), heartbeat.is_running(work)
        since = f"{work.local(last):%Y-%m-%d %H:%M}" if last else ""
        clocks = heartbeat.wrong_clocks(work)
    if running:
        yield ok("调度在运行", "the scheduler is running")
    else:
        advice = T("请保持 duijie serve 或 duijie worker 在运行。", en="Keep duijie serve or duijie worker running.")
        known = (f"调度自 {since} 起没有运行", f"the scheduler has not run since {since}")
        yield warn(*(known if last else ("调度从未运行", "the scheduler has never run")), advice)
    for one in clocks:
        yield warn(one.text.zh, one.text.en)


def disk(_office: Office, settings: Settings) -> Iterator[Finding]:
    """Whether there is room for the database and for what people upload."""
    folder = next(one for one in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents) if one.exists())
    free = shutil.disk_usage(folder).free
    said = (f"{folder} 剩余空间 {free / 1024**3:.1f} GB", f"{free / 1024**3:.1f} GB are free in {folder}")
    yield error(*said) if free < NEARLY_NONE else warn(*said) if free < LITTLE else ok(*said)


def settings_(office: Office, settings: Settings) -> Iterator[Finding]:
    """Settings that are fine for trying it out and not for an installation that people use."""
    key = settings.data_dir / "secret.key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield error(f"密钥文件 {key} 可被他人读取", f"others can read the key file {key}",
                    T(f"请运行 chmod 600 {key}", en=f"chmod 600 {key}"))
    if settings.plugins != "all":
        yield warn(f"只载入部分插件（DUIJIE_PLUGINS={settings.plugins}）",
                   f"not every plugin is loaded (DUIJIE_PLUGINS={settings.plugins})")
    if not settings.plugin_processes:
        yield warn("第三方插件与主程序同进程运行，卡住时无法中止",
                   "third-party plugins run in duijie's own process: one that hangs cannot be stopped")
    if office.public_url.startswith("https:") and not settings.secure_cookies:
        yield warn("使用 HTTPS 时应设置 DUIJIE_SECURE_COOKIES=1", "with HTTPS set DUIJIE_SECURE_COOKIES=1")
    if "127.0.0.1" in office.public_url or "localhost" in office.public_url:
        yield warn(f"DUIJIE_PUBLIC_URL 是 {office.public_url}，消息里的链接别人打不开",
                   f"DUIJIE_PUBLIC_URL is {office.public_url}: nobody else can open the links in messages")
    if settings.demo:
        yield warn("演示模式已打开，登录页会显示密码", "demo mode is on: the sign-in page shows passwords")


EXAMINATIONS: Final[tuple[tuple[str, T, Examine], ...]] = (
    ("database", T("数据库", en="Database"), database),
    ("sqlite", T.same("SQLite"), sqlite),
    ("plugin_tables", T("插件数据表", en="Plugin tables"), plugin_tables),
    ("calendar", T("工作日历", en="Calendar"), calendar),
    ("mail", T("邮件", en="Mail"), mail),
    ("scheduler", T("调度", en="Scheduler"), scheduler),
    ("disk", T("磁盘", en="Disk"), disk),
    ("settings", T("设置", en="Settings"), settings_),
)


def within(seconds: float, do: Callable[[], V]) -> V:
    """Do something that may hang, in a thread that nobody waits for longer. Raises concurrent.futures.TimeoutError."""
    answer: Future[V] = Future()

    def run() -> None:
        try:
            answer.set_result(do())
        except BaseException as problem:
            answer.set_exception(problem)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return answer.result(seconds)


def key_is_here(settings: Settings) -> bool:
    """Whether opening the office would not have to make a key first."""
    return bool(settings.secret_key) or Path(settings.data_dir / "secret.key").is_file()


def _greet(settings: Settings) -> None:
    if settings.smtp_tls == "tls":
        safe = ssl.create_default_context()
        line: smtplib.SMTP = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=GREETING, context=safe)
    else:
        line = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=GREETING)
    with line:
        line.ehlo_or_helo_if_needed()
        if settings.smtp_tls == "starttls":
            line.starttls(context=ssl.create_default_context())
