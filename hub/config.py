"""The hub's settings: declared once; command line, environment, hub.toml and docs come from it."""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hub.errors import SettingsError

FILE_NAME: Final = "hub.toml"
ENV_PREFIX: Final = "VEDETTE_"

STARTED_BROKERS: Final = ("embedded", "mosquitto")
"""The brokers that the hub can start for itself."""

# Other users of the machine can read what stands on a command line.
SECRETS: Final = frozenset({"broker_password"})
"""Settings that come from the environment or the file only."""

Port = Annotated[int, Field(ge=0, le=65_535)]


class LogLevel(StrEnum):
    """How much the hub says of itself."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """How one hub runs. Safe as it stands: to serve, only the site must be named."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,  # The line under a setting is its help text.
        toml_file=FILE_NAME,
    )

    site: Path | None = None
    """The site's plan, a TOML file. No hub serves without one."""

    data_dir: Path = Path("var")
    """The folder for the journal, the users and the broker's credentials."""

    http_host: str = "127.0.0.1"
    """The address of the dashboards and the API. 0.0.0.0 lets other machines in."""

    http_port: Port = 8420
    """The port of the dashboards and the API. 0 takes any that is free."""

    public_origin: str = ""
    """Where browsers find the hub behind a proxy: https://hub.example. Empty: where they ask."""

    broker: str = "embedded"
    """`embedded` or `mosquitto` is started; mqtt://host:port or mqtts://host:port runs already."""

    broker_host: str = "127.0.0.1"
    """The address where a broker that the hub starts listens. 0.0.0.0 lets devices in."""

    broker_port: Port = 1884
    """The port where a broker that the hub starts listens. 0 takes any that is free."""

    broker_password: SecretStr = SecretStr("")
    """The hub's password at a broker that runs already. Empty: from the credentials."""

    broker_credentials: Path | None = None
    """A devices.json with the hub's password. Empty: the one in the data folder."""

    broker_ca_file: Path | None = None
    """The authority that signed an mqtts:// broker. Empty: those that the machine trusts."""

    record: Path | None = None
    """A file to record everything that arrives into (MCAP). Empty: nothing is recorded."""

    log_level: LogLevel = LogLevel.INFO
    """debug, info, warning or error."""

    @field_validator("broker")
    @classmethod
    def _known_broker(cls, broker: str) -> str:
        if broker not in STARTED_BROKERS and not broker.startswith(("mqtt://", "mqtts://")):
            what = "must be embedded, mosquitto, mqtt://host:port or mqtts://host:port"
            raise ValueError(what)
        return broker

    @field_validator("public_origin")
    @classmethod
    def _plain_origin(cls, origin: str) -> str:
        scheme, separator, host = origin.partition("://")
        if origin and (scheme not in {"http", "https"} or not separator or not host.strip("/")):
            what = "must be http:// or https:// and a host, without a path"
            raise ValueError(what)
        return origin.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the sources in order, the strongest first: arguments, environment, file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(given: dict[str, Any]) -> Settings:
    """Return the settings, with those that the command line gave on top."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise _settings_error(error, given) from error
    except tomllib.TOMLDecodeError as error:
        what = f"{FILE_NAME} is not TOML: {error}"
        raise SettingsError(what, fix=f"correct that line of {FILE_NAME}") from error


def site_of(settings: Settings) -> Path:
    """Return where the site's plan is, or raise where nobody said so."""
    if settings.site is None:
        what = "no site plan is given"
        fix = f"vedette-hub serve {flag('site')} simulators/scenarios/market-square/site.toml"
        raise SettingsError(what, fix=fix)
    return settings.site


def flag(name: str) -> str:
    """Return a setting's name on the command line."""
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    """Return a setting's name in the environment."""
    return ENV_PREFIX + name.upper()


def _settings_error(error: ValidationError, given: dict[str, Any]) -> SettingsError:
    first = error.errors()[0]
    name = str(first["loc"][0])
    if name not in Settings.model_fields:
        what = f"{name} is not a setting"
        return SettingsError(what, fix=f"look into {FILE_NAME}; docs/settings.md names them all")
    reason = first["msg"].removeprefix("Value error, ")
    where = flag(name) if name in given else f"{variable(name)} or {name} in {FILE_NAME}"
    shown = "what it is" if name in SECRETS else repr(first["input"])
    what = f"the setting {name} cannot be {shown}: {reason}"
    return SettingsError(what, fix=f"correct {where}")


def settings_page() -> str:
    """Return docs/settings.md."""
    rows = [
        f"| `{name}` | {'' if name in SECRETS else f'`{flag(name)}`'} | `{variable(name)}` "
        f"| {_default(name)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Made from `hub/config.py`; do not edit. `python -m hub.config > docs/settings.md`",
            "writes it again.",
            "",
            "A setting on the command line is stronger than one in the environment, and that is",
            f"stronger than one in `{FILE_NAME}` in the folder where the hub starts.",
            "",
            f"| in `{FILE_NAME}` | `vedette-hub serve` | environment | default | what it is |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _default(name: str) -> str:
    default = Settings.model_fields[name].default
    shown = "" if default is None else str(default)
    return f"`{shown}`" if shown else "empty"


if __name__ == "__main__":
    print(settings_page(), end="")  # noqa: T201 - run as a program, it prints the page.
