"""The tables of progress.sqlite and how a connection to it is made safe. No queries."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection

from labs.deadline import Deadline

VERSION = 2
"""Of the schema, kept in SQLite's user_version."""

SECONDS_TO_WAIT = 10.0
"""For another process that writes at this moment."""

metadata = MetaData()

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lab", Text, nullable=False, index=True),
    Column("mode", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("variables", JSON, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("virtualisation", Text, nullable=False),
    Column("started", Float, nullable=False),
    Column("ready", Float),
    Column("finished", Float),
    Column("baseline", JSON(none_as_null=True)),
    Column("current_step", Text, nullable=False, default=""),
)


def _attempt() -> Column[int]:
    return Column("attempt", ForeignKey("attempts.id", ondelete="CASCADE"), nullable=False)


verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Integer, primary_key=True),
    _attempt(),
    Column("step", Text, nullable=False),
    Column("criterion", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("points", Integer, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("at", Float, nullable=False),
    Column("seen", ForeignKey("recordings.digest")),
    Index("verdicts_of", "attempt", "step", "criterion", "id"),
)

recordings = Table(
    "recordings",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""What verdicts went by. Several verdicts that went by the same share one."""

scores = Table(
    "scores",
    metadata,
    _attempt(),
    Column("step", Text, nullable=False),
    Column("best_points", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("passed_at", Float),
    PrimaryKeyConstraint("attempt", "step"),
)

hints = Table(
    "hints",
    metadata,
    _attempt(),
    Column("step", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Float, nullable=False),
    PrimaryKeyConstraint("attempt", "step", "number"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    _attempt(),
    Column("step", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Float, nullable=False),
)


def bring_up_to_date(connection: Connection, version: int) -> None:
    """Make the tables of `VERSION` from those of an older version; 0 is an empty file."""
    metadata.create_all(connection)
    if version == 1:
        connection.exec_driver_sql(
            "ALTER TABLE verdicts ADD COLUMN seen TEXT REFERENCES recordings"
        )
    connection.exec_driver_sql(f"PRAGMA user_version={VERSION}")


def engine_of(path: Path) -> Engine:
    """An engine whose every commit is on the disk before it returns (WAL, synchronous=FULL)."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": SECONDS_TO_WAIT})
    event.listen(engine, "connect", _make_safe)
    event.listen(engine, "begin", _begin)
    return engine


def _make_safe(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    _use_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _use_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait by itself for another process that changes the journal's mode too."""

    pragma = "PRAGMA journal_mode=WAL"

    def change() -> bool | None:
        try:
            connection.execute(pragma).close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:  # or an extended code of it
                return None
            raise
        return True

    if Deadline.after(SECONDS_TO_WAIT).poll(change, every=0.02) is None:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads first could otherwise find it taken."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
