"""Every error that the hub tells a person: what happened, where, and what to do.

HubError
├── SettingsError            the hub's settings or its command line
├── SitePlanError            site.toml, with file and line
├── BrokerUnreachableError   nothing answers at the broker's address
├── BrokerMissingError       Mosquitto is asked for and not installed
├── PortTakenError           another program listens there
├── JournalError             the journal cannot be read or written
├── LeaseHeldError           another hub already serves this journal
└── RecordingError           a recording is missing, damaged or of another version
"""


class HubError(Exception):
    """Something that the world may do and a person can put right."""

    def __init__(self, what: str, *, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class SettingsError(HubError):
    """A setting or an argument cannot be used."""


class SitePlanError(HubError):
    """The site's plan cannot be used."""


class BrokerUnreachableError(HubError):
    """No MQTT broker answers where the settings say one is."""


class BrokerMissingError(HubError):
    """Mosquitto is to be started and is not installed."""


class PortTakenError(HubError):
    """Another program listens on the port that the hub wants."""


class JournalError(HubError):
    """The journal cannot be read or written."""


class LeaseHeldError(HubError):
    """Another hub already serves this journal."""


class RecordingError(HubError):
    """A recording is missing, damaged or of another version."""
