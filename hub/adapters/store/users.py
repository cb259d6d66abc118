"""Who may sign in: names, roles, password hashes, and the sessions that are open."""

import hashlib
import re
import secrets
import sqlite3
from collections.abc import Callable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from hub.adapters.store.users_file import UsersFile
from hub.errors import HubError
from wire.labels import Role
from wire.quantities import SECOND_US

# A shift: who has asked nothing for that long has gone home.
SESSION_IDLE_MAX_US: Final = 12 * 3600 * SECOND_US
# Writing each use would cost the disk a write a request; a minute in twelve hours is nothing.
_USE_NOTED_EVERY_US: Final = 60 * SECOND_US
# One person at a few stations; more is a program that never signs out.
_SESSIONS_A_USER_MAX: Final = 20
PASSWORD_LENGTH_MIN: Final = 12
# Longer ones are no stronger, and hashing them is work that a stranger can order.
PASSWORD_LENGTH_MAX: Final = 256
_TEAM: Final = re.compile("[a-z0-9][a-z0-9_-]{0,47}")
_NAME_MAX: Final = 48
_NAME_ALPHABET: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
# No 0, o, 1, l, i: it is read from a screen and typed on another.
_PASSWORD_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet, not a password.

# RFC 9106, second choice, on one lane: signing in must not take both cores from the engine.
STRONG_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


class User(Struct, frozen=True, kw_only=True):
    """A person, or a wall, that may sign in."""

    name: str
    display_name: str
    role: Role
    team: str | None = None  # Of a person in the field: for whom they speak.


class UserError(HubError):
    """A user cannot be added, changed or removed as asked."""


def a_new_password() -> str:
    """Return a random password of 79 bits that a person can type."""
    letters = [secrets.choice(_PASSWORD_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


class Users:
    """The users in one file. Every method may block: call it in a thread, except `holder`."""

    def __init__(
        self,
        file: UsersFile,
        now_us: Callable[[], int],
        hasher: PasswordHasher = STRONG_HASHER,
    ) -> None:
        self._file = file
        self._now_us = now_us
        self._hasher = hasher
        # What is verified for a name that does not exist, so that it takes as long.
        self._nobody_hash = hasher.hash(secrets.token_urlsafe(16))

    def add(
        self,
        name: str,
        role: Role,
        password: str,
        display_name: str = "",
        team: str | None = None,
    ) -> User:
        """Let somebody sign in; of the field, in the name of a team."""
        _require_name(name)
        _require_password(password)
        _require_team(team, role)
        user = User(name=name, display_name=display_name or name, role=role, team=team)
        digest = self._hasher.hash(password)
        row = (name, user.display_name, role, digest, self._now_us(), team or "")
        try:
            with self._file.writing() as connection:
                connection.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError as error:
            what = f"there is already a user {name}"
            fix = f"vedette-hub users password {name}   (or choose another name)"
            raise UserError(what, fix=fix) from error
        return user

    def all(self) -> list[User]:
        """Return every user, by name."""
        rows = self._file.read("SELECT name, display_name, role, team FROM users ORDER BY name")
        return [_user(*row) for row in rows]

    def remove(self, name: str) -> None:
        """Let somebody sign in no more, and end their sessions."""
        self._change(name, "DELETE FROM users WHERE name = ?", name)

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password, and end their sessions."""
        _require_password(password)
        digest = self._hasher.hash(password)
        self._change(name, "UPDATE users SET password_hash = ? WHERE name = ?", digest, name)
        with self._file.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE name = ?", (name,))

    def set_role(self, name: str, role: Role) -> None:
        """Let a user see and do what another role may. Open sessions have it at once."""
        # Who leaves the field speaks for no team any more.
        statement = "UPDATE users SET role = ?, team = iif(? = 'field', team, '') WHERE name = ?"
        self._change(name, statement, str(role), str(role), name)

    def set_team(self, name: str, team: str | None) -> None:
        """Let a user of the field speak for a team. Open sessions have it at once."""
        _require_team(team, Role.FIELD)
        statement = "UPDATE users SET team = ? WHERE name = ? AND role = ?"
        with self._file.writing() as connection:
            changed = connection.execute(statement, (team or "", name, str(Role.FIELD))).rowcount
        if not changed:
            what = f"there is no user {name} of the role {Role.FIELD}"
            raise UserError(what, fix="vedette-hub users list   shows who there is")

    def check(self, name: str, password: str) -> User | None:
        """Return the user whose password this is. Takes as long for a name that is unknown."""
        query = "SELECT name, display_name, role, team, password_hash FROM users WHERE name = ?"
        rows = self._file.read(query, name)
        digest = str(rows[0][4]) if rows else self._nobody_hash
        try:
            self._hasher.verify(digest, password[:PASSWORD_LENGTH_MAX])
        except (VerificationError, InvalidHashError):
            return None
        return _user(*rows[0][:4]) if rows else None

    def open_session(self, name: str) -> str:
        """Return a new session's token. Only its hash is kept."""
        token = secrets.token_urlsafe(32)
        now_us = self._now_us()
        with self._file.writing() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE used_us < ?", (now_us - SESSION_IDLE_MAX_US,)
            )
            connection.execute(
                "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions"
                " WHERE name = ? ORDER BY used_us DESC LIMIT -1 OFFSET ?)",
                (name, _SESSIONS_A_USER_MAX - 1),
            )
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?)", (_hash(token), name, now_us)
            )
        return token

    def holder(self, token: str) -> User | None:
        """Return who holds a session that is open. Reads memory, not the disk: never blocks."""
        rows = self._file.read(
            "SELECT users.name, display_name, role, team FROM sessions JOIN users USING (name)"
            " WHERE token_hash = ? AND used_us >= ?",
            _hash(token),
            self._now_us() - SESSION_IDLE_MAX_US,
        )
        return _user(*rows[0]) if rows else None

    def keep_alive(self, token: str) -> None:
        """Take note that a session is in use."""
        now_us = self._now_us()
        # The common case: noted a moment ago.
        recent = self._file.read(
            "SELECT 1 FROM sessions WHERE token_hash = ? AND used_us > ?",
            _hash(token),
            now_us - _USE_NOTED_EVERY_US,
        )
        if recent:
            return
        with self._file.writing() as connection:
            connection.execute(
                "UPDATE sessions SET used_us = ? WHERE token_hash = ?", (now_us, _hash(token))
            )

    def close_session(self, token: str) -> None:
        """End a session."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE token_hash = ?", (_hash(token),))

    def _change(self, name: str, statement: str, *values: str) -> None:
        with self._file.writing() as connection:
            changed = connection.execute(statement, values).rowcount
        if not changed:
            what = f"there is no user {name}"
            raise UserError(what, fix="vedette-hub users list   shows who there is")


def _user(name: object, display_name: object, role: object, team: object) -> User:
    return User(
        name=str(name),
        display_name=str(display_name),
        role=Role(str(role)),
        team=str(team) or None,
    )


def _hash(token: str) -> bytes:
    # The token has 256 random bits: a fast hash is enough, there is nothing to guess.
    return hashlib.sha256(token.encode()).digest()


def _require_name(name: str) -> None:
    if not name or len(name) > _NAME_MAX or not set(name) <= _NAME_ALPHABET:
        what = f"{name!r} cannot be a user's name"
        fix = f"use 1 to {_NAME_MAX} of a-z, 0-9, dot, dash and underscore"
        raise UserError(what, fix=fix)


def _require_team(team: str | None, role: Role) -> None:
    if team is None:
        return
    if role is not Role.FIELD:
        what = f"a user of the role {role} speaks for no team"
        raise UserError(what, fix="leave --team away, or give the role field")
    if not _TEAM.fullmatch(team):
        what = f"{team!r} cannot be a team's id"
        raise UserError(what, fix="use the id of a [[team]] in the site's plan")


def _require_password(password: str) -> None:
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        what = f"the password has {len(password)} characters"
        fix = f"use {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters"
        raise UserError(what, fix=fix)
