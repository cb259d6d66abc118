"""Positions with an identity: tags and team phones, which say whose place they tell.

An identity is no name of a person: it is a tag's or a team's. It joins measurements to tracks
where places alone leave it open, and never makes a track more certain than its places do.
"""

from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from wire.labels import Label
from wire.messages import Detection, Scan, TeamPosition

NOBODY: Final = 0


def identity_keys(identities: tuple[str | None, ...]) -> NDArray[np.int64]:
    """Return a number for each identity, the same whichever receiver heard it."""
    keys = [NOBODY if one is None else crc32(one.encode()) + 1 for one in identities]
    return np.array(keys, np.int64)


def single(
    carried: NDArray[np.int64], updated_us: NDArray[np.int64], told: NDArray[np.int64]
) -> None:
    """Let no two tracks carry one of the identities told: it is on the one fed last."""
    for key in np.unique(told[told != NOBODY]).tolist():
        rows = np.flatnonzero(carried == key)
        if rows.size > 1:
            # Of the same age, the first: rows are in an order that the messages decide.
            carried[np.delete(rows, updated_us[rows].argmax())] = NOBODY


def as_scan(said: Scan | TeamPosition) -> Scan:
    """Return where a team says it is as the scan of a tag; a scan is one."""
    if isinstance(said, Scan):
        return said
    whereabouts = Detection(
        label=Label.PERSON, confidence=1.0, where=said.position, object_id=said.sender
    )
    return Scan(
        id=said.id,
        sender=said.sender,
        boot=said.boot,
        seq=said.seq,
        observed_us=said.observed_us,
        sent_us=said.sent_us,
        expires_us=said.expires_us,
        exercise=said.exercise,
        simulated=said.simulated,
        detections=(whereabouts,),
    )
