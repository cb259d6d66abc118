"""The command line of the hub: parses, calls, prints. Exit status 0 done, 1 failed, 2 misused."""

import argparse
import asyncio
import getpass
import logging
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from hub import app
from hub.adapters import kernels, replayer
from hub.adapters.broker.mosquitto import Listener
from hub.adapters.site_file import load_site
from hub.adapters.store.history import History
from hub.adapters.store.users import a_new_password
from hub.broker_files import write_broker_files
from hub.config import SECRETS, LogLevel, Settings, flag, load_settings, site_of
from hub.errors import HubError
from hub.playback import compare, instant, play
from hub.trial import try_plan
from wire.labels import Role

Command = Callable[[argparse.Namespace], int]

_EXAMPLES: Final = """\
examples:
  vedette-hub serve --site simulators/scenarios/market-square/site.toml
  vedette-hub record evening.mcap --site site.toml
  vedette-hub replay evening.mcap --speed 10
  vedette-hub users add olga --role operator --display-name "Olga de Vries"
  vedette-hub audit verify

Settings come from the command line, from VEDETTE_ variables, and from hub.toml in this folder;
docs/settings.md names them all.
"""
_STATUS_S_MAX: Final = 5.0
_LOG_FORMAT: Final = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = _parser().parse_args(words)
    command: Command = arguments.command
    try:
        return command(arguments)
    except HubError as error:
        print(f"vedette-hub: {error.what}\n  try: {error.fix}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        return 0


# --- Commands -------------------------------------------------------------------------------------


def serve(arguments: argparse.Namespace) -> int:
    """Run the hub until Ctrl-C."""
    settings = _settings(arguments)
    _start_logging(settings.log_level)
    announce = _announce_json if arguments.announce == "json" else _announce_text
    kernels.make_ready(_note)
    asyncio.run(app.serve(settings, announce))
    return 0


def replay(arguments: argparse.Namespace) -> int:
    """Play a recording through the engine and print the alerts it raises."""
    recording = replayer.read(arguments.file)
    kernels.make_ready(_note)
    if arguments.compare:
        recording.require_whole()
        difference = compare(recording)
        print(difference or "the replay gives the same effects, byte for byte")
        return 1 if difference else 0
    for line in play(recording, speed=arguments.speed, until_s=arguments.until):
        print(line, flush=True)
    if arguments.until is None:
        recording.require_whole()
    return 0


def recover(arguments: argparse.Namespace) -> int:
    """Copy what a crashed recording holds into one that is whole."""
    count = replayer.recover(arguments.file, arguments.to)
    print(f"{count} inputs and effects are in {arguments.to}")
    return 0


def check_site(arguments: argparse.Namespace) -> int:
    """Say whether a site's plan can be used, and what is in it."""
    site = load_site(arguments.file)
    print(
        f"{arguments.file} is a good plan of {site.name}: {len(site.zones)} zones, "
        f"{len(site.sensors)} sensors, {len(site.actuators)} actuators, {len(site.rules)} rules, "
        f"{len(site.playbooks)} playbooks"
    )
    return 0


def try_site(arguments: argparse.Namespace) -> int:
    """Play a recording under a site's plan and under another, and compare what each raises."""
    after = load_site(arguments.file)
    recording = replayer.read(arguments.recording)
    against = arguments.against
    before = recording.beginning.site if against is None else load_site(against)
    kernels.make_ready(_note)
    trial = try_plan(recording, before, after)
    if arguments.json:
        print(msgspec.json.encode(trial).decode())
        return 0
    for heading, alerts in (("before", trial.before), ("after", trial.after)):
        print(f"{heading}: {len(alerts)} alerts in {trial.seconds:.0f} s of {trial.recording}")
        for alert in alerts:
            times = f" x{alert.count}" if alert.count > 1 else ""
            print(f"  {instant(alert.raised_us)} {alert.priority:8} {alert.summary}{times}")
    return 0


def broker_files(arguments: argparse.Namespace) -> int:
    """Write the configuration of a Mosquitto that runs elsewhere."""
    site = load_site(site_of(_settings(arguments)))
    listener = Listener(
        host=arguments.host,
        port=arguments.port,
        directory=PurePosixPath(arguments.seen_at or arguments.folder.resolve()),
        user=arguments.run_as,
    )
    for path in write_broker_files(site, arguments.folder, listener):
        print(path)
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Ask a hub on this machine how it is."""
    families = text_string_to_metric_families(_get(f"{arguments.url}/metrics"))
    values = {sample.name: sample.value for family in families for sample in family.samples}
    for name, value in values.items():
        print(f"{name.removeprefix('vedette_').removesuffix('_total'):32} {value:>14,.1f}")
    return 0 if values.get("vedette_journal_ok") else 1


def users_list(arguments: argparse.Namespace) -> int:
    """List who may sign in."""
    file, users, _ = app.open_users(_settings(arguments).data_dir)
    for user in users.all():
        team = f" (team {user.team})" if user.team else ""
        print(f"{user.name:24} {user.role:12} {user.display_name}{team}")
    file.close()
    return 0


def users_add(arguments: argparse.Namespace) -> int:
    """Let somebody sign in."""
    password = _new_password(arguments)
    role = Role(arguments.role)
    file, users, audit = app.open_users(_settings(arguments).data_dir)
    user = users.add(arguments.name, role, password, arguments.display_name, arguments.team)
    team = f" {user.team}" if user.team else ""
    audit.note(_whoami(), "user_added", f"{user.name} {user.role}{team}")
    file.close()
    _tell_password(arguments, password)
    return 0


def users_password(arguments: argparse.Namespace) -> int:
    """Give somebody another password; their sessions end."""
    password = _new_password(arguments)
    file, users, audit = app.open_users(_settings(arguments).data_dir)
    users.set_password(arguments.name, password)
    audit.note(_whoami(), "user_password", arguments.name)
    file.close()
    _tell_password(arguments, password)
    return 0


def users_role(arguments: argparse.Namespace) -> int:
    """Let somebody see and do what another role may."""
    file, users, audit = app.open_users(_settings(arguments).data_dir)
    users.set_role(arguments.name, Role(arguments.role))
    audit.note(_whoami(), "user_role", f"{arguments.name} {arguments.role}")
    file.close()
    return 0


def users_team(arguments: argparse.Namespace) -> int:
    """Let a user of the field speak for a team, or for none any more."""
    file, users, audit = app.open_users(_settings(arguments).data_dir)
    users.set_team(arguments.name, arguments.team)
    audit.note(_whoami(), "user_team", f"{arguments.name} {arguments.team or 'none'}")
    file.close()
    return 0


def users_remove(arguments: argparse.Namespace) -> int:
    """Let somebody sign in no more."""
    file, users, audit = app.open_users(_settings(arguments).data_dir)
    users.remove(arguments.name)
    audit.note(_whoami(), "user_removed", arguments.name)
    file.close()
    return 0


def audit_list(arguments: argparse.Namespace) -> int:
    """Show the latest lines of the audit trail, oldest first."""
    file, _, audit = app.open_users(_settings(arguments).data_dir)
    for line in reversed(audit.lines(arguments.limit)):
        at = instant(line.at_us)
        print(f"{line.number:6} {at} {line.who:16} {line.kind:20} {line.detail}")
    file.close()
    return 0


def audit_verify(arguments: argparse.Namespace) -> int:
    """Prove that neither the audit trail nor the journal was changed."""
    data_dir = _settings(arguments).data_dir
    file, _, audit = app.open_users(data_dir)
    proof = audit.verify()
    file.close()
    print(f"audit    {proof.line_count:8} lines    whole   head {proof.head}")
    journal = data_dir / app.JOURNAL_FILE
    if journal.exists():
        verified = History(journal).verify()
        print(f"journal  {verified.entry_count:8} entries  whole   head {verified.head}")
    return 0


# --- Arguments ------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vedette-hub",
        description="The hub of Vedette: one picture from many sensors, and the right action in "
        "time.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=app.software())
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_serving(commands)
    _add_checks(commands)
    _add_users(commands.add_parser("users", help="who may sign in"))
    _add_audit(commands.add_parser("audit", help="who did what, and whether the record is whole"))
    return parser


def _add_serving(commands: Any) -> None:
    every = [name for name in Settings.model_fields if name not in SECRETS]
    one = _add(commands, "serve", serve, every)
    _add_announce(one)
    one = _add(commands, "record", serve, [name for name in every if name != "record"])
    one.description = "Run the hub until Ctrl-C, and record everything that arrives."
    one.add_argument("record", type=Path, metavar="FILE", help="the recording to write (MCAP)")
    _add_announce(one)
    one = _add(commands, "replay", replay)
    one.add_argument("file", type=Path, metavar="FILE", help="the recording")
    one.add_argument(
        "--speed",
        type=_speed,
        default=0.0,
        metavar="N",
        help="times faster than life, 0.01 to 1000, or max (max)",
    )
    one.add_argument("--until", type=float, metavar="S", help="stop S seconds after its beginning")
    one.add_argument(
        "--compare", action="store_true", help="say whether it gives the recorded effects"
    )
    one = _add(commands, "recover", recover)
    one.add_argument("file", type=Path, metavar="FILE", help="the recording that a crash left")
    one.add_argument("to", type=Path, metavar="TO", help="the whole one to write")


def _add_announce(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--announce",
        choices=["text", "json"],
        default="text",
        help="how to say on standard output where the hub is, once it serves (text)",
    )


def _add_checks(commands: Any) -> None:
    one = _add(commands, "check-site", check_site)
    one.add_argument("file", type=Path, metavar="FILE", help="the site's plan")
    one = _add(commands, "try-site", try_site)
    one.add_argument("file", type=Path, metavar="FILE", help="the plan to try")
    one.add_argument("recording", type=Path, metavar="RECORDING", help="what happened")
    one.add_argument(
        "--against", type=Path, metavar="FILE", help="the other plan (the recording's own)"
    )
    one.add_argument("--json", action="store_true", help="print it for programs")
    one = _add(commands, "broker-files", broker_files, ["site"])
    one.add_argument("folder", type=Path, metavar="DIR", help="where to write")
    every = "0.0.0.0"  # noqa: S104 - devices are on other machines, and have passwords.
    one.add_argument("--host", default=every, help=f"where Mosquitto listens ({every})")
    one.add_argument("--port", type=int, default=1883, help="where Mosquitto listens (1883)")
    one.add_argument("--seen-at", metavar="DIR", help="DIR as Mosquitto sees it (the same)")
    one.add_argument(
        "--run-as",
        default="root",
        metavar="USER",
        help="whom Mosquitto becomes when root starts it; it must be able to read DIR (root)",
    )
    one = _add(commands, "status", status)
    one.add_argument(
        "--url", default="http://127.0.0.1:8420", help="the hub (http://127.0.0.1:8420)"
    )


def _add_users(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add(commands, "list", users_list, ["data_dir"])
    one = _add(commands, "add", users_add, ["data_dir"])
    _add_name(one)
    _add_role(one)
    one.add_argument("--display-name", default="", help="what others read (the name)")
    whose = "of the role field: the id of the [[team]] for which they answer"
    one.add_argument("--team", metavar="TEAM", help=whose)
    _add_generate(one)
    one = _add(commands, "password", users_password, ["data_dir"])
    _add_name(one)
    _add_generate(one)
    one = _add(commands, "role", users_role, ["data_dir"])
    _add_name(one)
    _add_role(one)
    one = _add(commands, "team", users_team, ["data_dir"])
    _add_name(one)
    one.add_argument("team", metavar="TEAM", nargs="?", help="a [[team]]'s id (none)")
    _add_name(_add(commands, "remove", users_remove, ["data_dir"]))


def _add_audit(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add(commands, "verify", audit_verify, ["data_dir"])
    one = _add(commands, "list", audit_list, ["data_dir"])
    one.add_argument("--limit", type=int, default=100, help="how many lines (100)")


def _add(
    commands: Any, name: str, command: Command, settings: Iterable[str] = ()
) -> argparse.ArgumentParser:
    text = (command.__doc__ or "").strip()
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text.rstrip(".").replace("%", "%%"), description=text
    )
    parser.set_defaults(command=command)
    for setting in settings:
        field = Settings.model_fields[setting]
        default = "" if field.default in (None, "") else f" ({field.default})"
        parser.add_argument(
            flag(setting),
            dest=setting,
            default=argparse.SUPPRESS,
            metavar=setting.rpartition("_")[2].upper(),
            help=f"{field.description}{default}",
        )
    return parser


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what they sign in with")


def _add_role(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", choices=[str(role) for role in Role], required=True)


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--generate", action="store_true", help="make a random password and print it once"
    )


def _speed(word: str) -> float:
    """Return how much faster than life; 0 for as fast as it goes."""
    if word == "max":
        return 0.0
    speed = float(word)
    if not 0.01 <= speed <= 1000.0:
        raise ValueError
    return speed


def _settings(arguments: argparse.Namespace) -> Settings:
    given = {
        name: value for name, value in vars(arguments).items() if name in Settings.model_fields
    }
    return load_settings(given)


# --- Talking --------------------------------------------------------------------------------------


def _announce_json(announcement: app.Announcement) -> None:
    print(msgspec.json.encode(announcement).decode(), flush=True)


def _note(text: str) -> None:
    print(f"vedette-hub: {text}", file=sys.stderr, flush=True)


def _announce_text(announcement: app.Announcement) -> None:
    print(f"Vedette serves at {announcement.url}", flush=True)
    if announcement.password:
        print(
            f"Sign in as {announcement.user} with {announcement.password}   "
            "(shown this once; vedette-hub users password changes it)",
            flush=True,
        )
    print(f"Devices connect to {announcement.broker} with {announcement.devices_file}", flush=True)


def _new_password(arguments: argparse.Namespace) -> str:
    """Return a password that was made, typed twice, or piped in; it is never an argument."""
    if arguments.generate:
        return a_new_password()
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("password: ")
    if first != getpass.getpass("again: "):
        what = "the two passwords differ"
        raise HubError(what, fix="type it again, or let one be made: --generate")
    return first


def _tell_password(arguments: argparse.Namespace, password: str) -> None:
    if arguments.generate:
        print(password)


def _whoami() -> str:
    return f"{getpass.getuser()} (command line)"


def _get(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=_STATUS_S_MAX) as answer:  # noqa: S310 - the user's own URL.
            text: str = answer.read().decode()
            return text
    except (OSError, ValueError, urllib.error.URLError) as error:
        what = f"no hub answers at {url}: {error}"
        raise HubError(what, fix="vedette-hub serve, or name its address with --url") from error


def _start_logging(level: LogLevel) -> None:
    logging.basicConfig(level=level.upper(), format=_LOG_FORMAT, datefmt="%Y-%m-%dT%H:%M:%S")
    logging.Formatter.converter = time.gmtime
    for noisy in ("uvicorn", "uvicorn.error", "websockets", "asyncio", "mqtt"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
