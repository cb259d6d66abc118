"""A square with one button as its plan's text, and a recording in which somebody presses it."""

from pathlib import Path

from hub.adapters.recorder import Recorder
from hub.adapters.recording import Beginning
from hub.adapters.replayer import Recording, read
from hub.adapters.runner import PLAN_TOPIC, read_input
from hub.adapters.site_file import read_site
from hub.adapters.tape import Tape
from hub.core.engine import Engine
from wire import codec, topics
from wire.labels import CueKind
from wire.messages import Cue
from wire.quantities import SECOND_US

START = 1_800_000_000_000_000
BOOT = "01JZZZZZZZZZZZZZZZZZZZZZZA"
SITE = "square"
BUTTON = "button-01"
PANIC = '\n[[rule]]\nkind = "cue"\nid = "panic"\ncues = ["button_pressed"]\n'
TEXT = """\
# Whoever edits this: ask the fire brigade first.
[site]
id = "square"
name = "Square"
origin = { lat_deg = 52.0, lon_deg = 5.0 }
bounds = [[-50.0, -50.0], [50.0, 50.0]]

[[sensor]]
id = "button-01"
kind = "button"
name = "Button"
position = [0.0, 0.0]
"""
WITH_PANIC = TEXT + PANIC


def a_press(seq: int, at_us: int) -> bytes:
    """Return that somebody pressed the button."""
    return codec.encode(
        Cue(
            id=f"01JZZZZZZZZZZZZZZZZZZZZZZ{seq}",
            sender=BUTTON,
            boot=BOOT,
            seq=seq,
            observed_us=at_us,
            sent_us=at_us,
            kind=CueKind.BUTTON_PRESSED,
            confidence=1.0,
        )
    )


def a_recording(path: Path, text: str = TEXT, *, edit: bytes = b"") -> Recording:
    """Record ten seconds: in the third an edit of the plan, in the fifth somebody presses."""
    site = read_site(text, path)
    engine = Engine(site, boot=BOOT, start_us=START, software="test")
    beginning = Beginning(site=site, plan=text, software="test", boot=BOOT, start_us=START)
    tape = Tape(Recorder(path, beginning))
    tape.restored()
    heard = {5: (topics.sensor_cue(SITE, BUTTON), a_press(1, START + 5 * SECOND_US))}
    if edit:
        heard[3] = (PLAN_TOPIC, edit)
    for second in range(11):
        now_us = START + second * SECOND_US
        if second in heard:
            topic, payload = heard[second]
            tape.input(now_us, topic, payload)
            effects = engine.handle(read_input(topic, payload, SITE), now_us)
        else:
            effects = engine.wake(now_us)
        if effects:
            tape.effects(now_us, effects)
    tape.close()
    return read(path)
