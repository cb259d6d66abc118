"""What a Mosquitto elsewhere needs to serve a site: its configuration, and the passwords."""

import secrets
from pathlib import Path

import msgspec

from hub.adapters.broker.access import rights_of
from hub.adapters.broker.child import SALT_BYTES
from hub.adapters.broker.credentials import FILE_NAME as DEVICES_FILE
from hub.adapters.broker.credentials import load_credentials, write_private
from hub.adapters.broker.mosquitto import Listener, mosquitto_files
from hub.core.site import Site
from hub.data_dir import open_data_dir
from hub.errors import SettingsError
from wire.catalogue import Party
from wire.topics import HUB


def devices_of(site: Site) -> dict[str, Party]:
    """Return who of the plan speaks at the broker, and as what."""
    sensors = {sensor.id: Party.SENSOR for sensor in site.sensors}
    actuators = {actuator.id: Party.ACTUATOR for actuator in site.actuators}
    return sensors | actuators | {team.id: Party.TEAM for team in site.teams}


def hub_password(credentials: Path) -> str:
    """Return the hub's password from a file that `write_broker_files` made."""
    try:
        return msgspec.json.decode(credentials.read_bytes(), type=dict[str, str])[HUB]
    except (OSError, KeyError, msgspec.MsgspecError) as error:
        what = f"the hub's password cannot be read from {credentials}: {error}"
        fix = f"vedette-hub broker-files {credentials.parent}   makes it"
        raise SettingsError(what, fix=fix) from error


def write_broker_files(site: Site, folder: Path, listener: Listener) -> list[Path]:
    """Write what a Mosquitto elsewhere needs to serve this site, and the devices' passwords."""
    open_data_dir(folder)
    devices = devices_of(site)
    passwords = load_credentials(folder, [HUB, *devices])
    rights = rights_of(site.id, devices, passwords)
    salts = {name: secrets.token_bytes(SALT_BYTES) for name in rights}
    texts = mosquitto_files(listener, rights, salts)
    for name, text in texts.items():
        write_private(folder / name, text)
    return [folder / DEVICES_FILE, *(folder / name for name in texts)]
