"""What duijie keeps of its plugins: where they are on, what they are set to, what failed, what they must be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from duijie.storage.base import Base
from duijie.storage.models.history import Event


class PluginState(Base):
    """How a plugin stands in this installation. A plugin without a row is on, after all that have one.

    ``paused_until``: it kept failing and is asked nothing until then (``pause_reason``). ``lease_until`` and
    ``fence``: which worker is telling it of events.
    """

    __tablename__ = "plugin_state"
    plugin: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)


class PluginArea(Base):
    """Whether a plugin is on in an area and in all that lie in it, where that differs from the area above."""

    __tablename__ = "plugin_area"
    plugin: Mapped[str] = mapped_column(String(60), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    active: Mapped[bool]


class PluginSetting(Base):
    """A plugin's option that somebody has set. A ``secret`` is never shown, exported or logged."""

    __tablename__ = "plugin_setting"
    plugin: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    secret: Mapped[bool] = mapped_column(default=False)


class PluginPermission(Base):
    """Which roles hold a plugin's permission, where the administrator says otherwise than the plugin."""

    __tablename__ = "plugin_permission"
    plugin: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    roles: Mapped[list[str]]


class PluginFault(Base):
    """A failure of a plugin, for the administrator. The same one again counts up, ``last_at``."""

    __tablename__ = "plugin_fault"
    __table_args__ = (Index("ix_plugin_fault_at", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    last_at: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=1)
    plugin: Mapped[str] = mapped_column(String(100))
    hook: Mapped[str] = mapped_column(String(100))
    error: Mapped[str]
    trace: Mapped[str] = mapped_column(default="")


class PluginTime(Base):
    """How long a plugin's hook took in all processes together, in seconds."""

    __tablename__ = "plugin_time"
    plugin: Mapped[str] = mapped_column(String(60), primary_key=True)
    hook: Mapped[str] = mapped_column(String(60), primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    slowest: Mapped[float] = mapped_column(default=0.0)
    failures: Mapped[int] = mapped_column(default=0)


class PluginJob(Base):
    """When a plugin's job runs next; ``key`` is ``<plugin>:<job>``. The row stays when the plugin is gone."""

    __tablename__ = "plugin_job"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime | None]
    last_said: Mapped[dict[str, Any] | None]
    last_error: Mapped[str] = mapped_column(default="")


class Observation(Base):
    """An event that a plugin must still be told of; written with the event, gone when it was told."""

    __tablename__ = "observation"
    __table_args__ = (Index("ix_observation_plugin_id", "plugin", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str] = mapped_column(String(60))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    event: Mapped[Event] = relationship()


class RosterSeed(Base):
    """What a plugin declared of a department's seat when the administrator last decided about it."""

    __tablename__ = "roster_seed"
    group_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    department_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    content: Mapped[dict[str, Any]]
