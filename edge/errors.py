"""Every error that an edge agent tells a person: what happened, where, and what to do.

EdgeError
├── SourceError         the camera or the video cannot be opened or read
├── CalibrationError    the calibration file, with file and line
├── CredentialsError    the password of the sensor is missing
├── BrokerAddressError  the broker's address cannot be read
└── StateError          the agent's own directory cannot be used
"""


class EdgeError(Exception):
    """Something that the world may do and a person can put right."""

    def __init__(self, what: str, *, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class SourceError(EdgeError):
    """A camera or a video cannot be opened or read."""


class CalibrationError(EdgeError):
    """A calibration cannot be used."""


class CredentialsError(EdgeError):
    """The sensor's password is missing or its file cannot be read."""


class BrokerAddressError(EdgeError):
    """The broker's address cannot be read."""


class StateError(EdgeError):
    """The agent's directory cannot be used."""
