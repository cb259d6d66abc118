"""Every error that a simulator tells a person: what happened, where, and what to do."""


class SimulatorError(Exception):
    """Something that the world may do and a person can put right."""

    def __init__(self, what: str, *, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class ScenarioError(SimulatorError):
    """A scenario or its site cannot be used."""


class CredentialsError(SimulatorError):
    """The broker refuses a device, or a device has no password."""


class BrokerAddressError(SimulatorError):
    """The broker's address cannot be read."""
