import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from hub.adapters.store import users as users_module
from hub.adapters.store.users import (
    SESSION_IDLE_MAX_US,
    STRONG_HASHER,
    User,
    UserError,
    Users,
    a_new_password,
)
from hub.adapters.store.users_file import UsersFile, UsersFileError
from wire.labels import Role

PASSWORD = "correct-horse-battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class AClock:
    def __init__(self) -> None:
        self.now_us = 1_800_000_000_000_000

    def __call__(self) -> int:
        return self.now_us


@pytest.fixture
def clock() -> AClock:
    return AClock()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[UsersFile]:
    opened = UsersFile(tmp_path / "users.db")
    yield opened
    opened.close()


@pytest.fixture
def users(file: UsersFile, clock: AClock) -> Users:
    return Users(file, clock, CHEAP)


def test_who_is_added_can_sign_in_with_their_password_only(users: Users) -> None:
    olga = users.add("olga", Role.OPERATOR, PASSWORD, "Olga de Vries")

    assert olga == User(name="olga", display_name="Olga de Vries", role=Role.OPERATOR)
    assert users.check("olga", PASSWORD) == olga
    assert users.check("olga", PASSWORD + "!") is None
    assert users.check("otto", PASSWORD) is None


def test_users_are_listed_by_name(users: Users) -> None:
    users.add("zoe", Role.ADMIN, PASSWORD)
    users.add("ann", Role.WALL, PASSWORD)

    assert [user.name for user in users.all()] == ["ann", "zoe"]


def test_a_name_is_given_once(users: Users) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)

    with pytest.raises(UserError, match="already a user olga"):
        users.add("olga", Role.ADMIN, PASSWORD)


@pytest.mark.parametrize("name", ["", "Olga", "olga vries", "o" * 49, "olga\n"])
def test_a_name_is_plain(users: Users, name: str) -> None:
    with pytest.raises(UserError, match="cannot be a user's name"):
        users.add(name, Role.OPERATOR, PASSWORD)


@pytest.mark.parametrize("length", [0, 11, 257])
def test_a_password_is_neither_short_nor_endless(users: Users, length: int) -> None:
    with pytest.raises(UserError, match=f"{length} characters"):
        users.add("olga", Role.OPERATOR, "x" * length)


def test_a_name_that_is_unknown_is_verified_against_a_hash_all_the_same(
    users: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def verify(_self: PasswordHasher, digest: str, _password: str) -> bool:
        verified.append(digest)
        return True

    monkeypatch.setattr(PasswordHasher, "verify", verify)

    assert users.check("nobody", "any password") is None
    assert verified == [users._nobody_hash]


def test_passwords_are_hashed_with_argon2id_and_never_kept(
    users: Users, file: UsersFile, tmp_path: Path
) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    token = users.open_session("olga")
    ((digest,),) = file.read("SELECT password_hash FROM users")

    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert str(digest).startswith("$argon2id$")
    assert PASSWORD.encode() not in on_disk
    assert token.encode() not in on_disk
    assert STRONG_HASHER.memory_cost >= 19 * 1024


def test_only_the_hubs_user_may_read_the_file(file: UsersFile) -> None:
    assert file.path.stat().st_mode & 0o077 == 0


def test_who_is_removed_is_out_at_once(users: Users) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    token = users.open_session("olga")

    users.remove("olga")

    assert users.holder(token) is None
    assert users.check("olga", PASSWORD) is None


def test_a_new_password_ends_every_session(users: Users) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    token = users.open_session("olga")

    users.set_password("olga", "another-long-password")

    assert users.holder(token) is None
    assert users.check("olga", PASSWORD) is None
    assert users.check("olga", "another-long-password") is not None


def test_a_new_role_counts_at_once(users: Users) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    token = users.open_session("olga")

    users.set_role("olga", Role.AUDITOR)

    holder = users.holder(token)
    assert holder is not None
    assert holder.role is Role.AUDITOR


def test_nobody_cannot_be_changed(users: Users) -> None:
    for change in (
        lambda: users.remove("nobody"),
        lambda: users.set_password("nobody", PASSWORD),
        lambda: users.set_role("nobody", Role.ADMIN),
    ):
        with pytest.raises(UserError, match="no user nobody"):
            change()


def test_a_session_outlives_a_restart_of_the_hub(
    users: Users, file: UsersFile, clock: AClock
) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    token = users.open_session("olga")

    again = UsersFile(file.path)

    assert Users(again, clock, CHEAP).holder(token) is not None
    again.close()


def test_a_session_ends_a_shift_after_its_last_use(users: Users, clock: AClock) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    token = users.open_session("olga")
    clock.now_us += SESSION_IDLE_MAX_US
    users.keep_alive(token)

    clock.now_us += SESSION_IDLE_MAX_US
    assert users.holder(token) is not None
    clock.now_us += 1

    assert users.holder(token) is None


def test_use_is_written_down_once_a_minute(users: Users, file: UsersFile, clock: AClock) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    token = users.open_session("olga")
    start_us = clock.now_us

    clock.now_us += 59_000_000
    users.keep_alive(token)
    assert file.read("SELECT used_us FROM sessions") == [(start_us,)]
    clock.now_us += 1_000_000
    users.keep_alive(token)

    assert file.read("SELECT used_us FROM sessions") == [(clock.now_us,)]


def test_a_closed_session_is_closed(users: Users) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    token = users.open_session("olga")

    users.close_session(token)

    assert users.holder(token) is None


def test_one_person_has_a_bounded_number_of_sessions(users: Users, clock: AClock) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    tokens = []
    for _ in range(users_module._SESSIONS_A_USER_MAX + 1):
        clock.now_us += 1
        tokens.append(users.open_session("olga"))

    assert users.holder(tokens[0]) is None
    assert all(users.holder(token) is not None for token in tokens[1:])


def test_generated_passwords_differ_and_may_be_used(users: Users) -> None:
    first, second = a_new_password(), a_new_password()

    assert first != second
    users.add("olga", Role.OPERATOR, first)
    assert users.check("olga", first) is not None


def test_a_file_that_is_no_users_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "users.db"
    path.write_bytes(b"not a database, but long enough to be looked at" * 40)

    with pytest.raises(UsersFileError, match="cannot be used"):
        UsersFile(path)


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "users.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(UsersFileError, match="version is 99"):
        UsersFile(path)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsersFileError, match="No such file"):
        UsersFile(tmp_path / "gone" / "users.db")


def test_what_cannot_be_read_or_written_is_said(file: UsersFile) -> None:
    with pytest.raises(UsersFileError), file.writing() as connection:
        connection.execute("INSERT INTO nowhere VALUES (1)")
    with pytest.raises(UsersFileError):
        file.read("SELECT * FROM nowhere")


def test_a_change_that_fails_half_way_never_was(users: Users, file: UsersFile) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)

    def fail_half_way() -> None:
        with file.writing() as connection:
            connection.execute("DELETE FROM users")
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()

    assert users.check("olga", PASSWORD) is not None


def test_a_user_of_the_field_speaks_for_a_team(users: Users) -> None:
    users.add("fay", Role.FIELD, PASSWORD, "Fay", "team-alpha")
    token = users.open_session("fay")

    users.set_team("fay", "team-bravo")
    held = users.holder(token)
    checked = users.check("fay", PASSWORD)

    assert held is not None
    assert held.team == "team-bravo"
    assert checked == held


def test_only_a_user_of_the_field_speaks_for_a_team(users: Users) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)

    with pytest.raises(UserError, match="speaks for no team"):
        users.add("omar", Role.OPERATOR, PASSWORD, team="team-alpha")
    with pytest.raises(UserError, match="no user olga of the role field"):
        users.set_team("olga", "team-alpha")
    with pytest.raises(UserError, match="cannot be a team's id"):
        users.set_team("olga", "Team Alpha")


def test_who_leaves_the_field_speaks_for_no_team_any_more(users: Users) -> None:
    users.add("fay", Role.FIELD, PASSWORD, team="team-alpha")

    users.set_role("fay", Role.OPERATOR)

    (fay,) = users.all()
    assert fay.team is None


def test_a_file_from_before_teams_opens_with_everybody_in_it(
    tmp_path: Path, users: Users, file: UsersFile
) -> None:
    users.add("olga", Role.OPERATOR, PASSWORD)
    file.close()
    old = sqlite3.connect(tmp_path / "users.db")
    old.executescript("ALTER TABLE users DROP COLUMN team; PRAGMA user_version = 1;")
    old.close()

    opened = UsersFile(tmp_path / "users.db")

    assert [user.name for user in Users(opened, AClock(), CHEAP).all()] == ["olga"]
    opened.close()
    UsersFile(tmp_path / "users.db").close()
