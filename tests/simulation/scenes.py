"""Scenes: what seldom meets by chance, played so often that a bug in it shows within a day.

A scene only makes things happen, at instants drawn by lot; the faults go on meanwhile. What should
come of it, only the judge knows.
"""

from collections.abc import Callable, Mapping
from functools import partial

from simulation.devices import Gas, Machine, Radar, Sensor
from simulation.parts import Broker, Disk
from simulation.people import Screen
from simulation.process import Hub
from simulation.scheduler import SECOND, Scheduler

from wire.actions import AskKind, Confirm, Order, Shelve, StartPlaybook, StopPlaybook
from wire.ids import derived_id
from wire.labels import ActuatorAction, CommandState, CueKind, Priority, Role
from wire.quantities import Ulid

MOVES = (
    ("bollard-01", ActuatorAction.RAISE),
    ("bollard-01", ActuatorAction.RAISE),
    ("bollard-01", ActuatorAction.LOWER),
    ("gate-01", ActuatorAction.OPEN),
    ("gate-01", ActuatorAction.CLOSE),
)
# An order is good for thirty seconds: a machine that hears nothing for so long is sent it often.
DEAF_S = 30.0
# Nothing moves before the picture has been steady for two seconds; so nobody is there sooner.
ARRIVES_S = (6.0, 10.0)
BEFORE_S = (1.5, 3.5)


class Scenes:
    """Plays one scene at the beginning of each busy spell."""

    def __init__(
        self,
        scheduler: Scheduler,
        broker: Broker,
        disk: Disk,
        hub: Hub,
        screen: Screen,
        radar: Radar,
        sensors: tuple[Sensor, Sensor, Gas],
        machines: Mapping[str, Machine],
    ) -> None:
        self._scheduler = scheduler
        self._broker = broker
        self._disk = disk
        self._hub = hub
        self._screen = screen
        self._radar = radar
        self._button, self._door, self._gas = sensors
        self._machines = machines
        self._every: tuple[Callable[[], None], ...] = (
            self.walk,
            self._step_in,
            self._go_blind,
            self._slow_disk,
            self._two_yeses,
            self._begin_anew,
            self._agree,
        )
        self._next: list[Callable[[], None]] = []

    def begin(self) -> None:
        """Play one. Each comes as often as any other, in an order drawn by lot."""
        if not self._next:
            self._next = self._scheduler.random.sample(self._every, len(self._every))
        self._next.pop()()

    def walk(self) -> None:
        """Let people walk, and the spell take its own course."""
        self._radar.walk(round(self._between(0.0, 40.0) * SECOND))

    def _step_in(self) -> None:
        """Let somebody step in while a command is sent again and again to what does not hear."""
        arrives_s = self._arrive()
        actuator, action = self._scheduler.random.choice(MOVES)
        self._machines[actuator].deafen(DEAF_S)
        self._order(arrives_s - self._between(*BEFORE_S), actuator, action)

    def _go_blind(self) -> None:
        """Take the picture away while a command is sent again and again."""
        self.walk()
        actuator, action = self._scheduler.random.choice(MOVES)
        self._machines[actuator].deafen(DEAF_S)
        begins_s = self._between(2.5, 5.0)
        self._order(begins_s, actuator, action)
        blind_s = begins_s + self._between(0.5, 3.0)
        self._after(blind_s, lambda: self._broker.cut(self._radar.name))
        self._after(blind_s + 20.0, lambda: self._broker.mend(self._radar.name))

    def _slow_disk(self) -> None:
        """Let the disk refuse for some seconds, just as a command is judged."""
        begins_s = self._arrive() - self._between(*BEFORE_S)
        if self._scheduler.random.random() < 0.5:
            self.walk()
        self._order(begins_s, *self._scheduler.random.choice(MOVES))
        self._after(begins_s + 0.3, lambda: self._fill(is_full=True))
        freed_s = begins_s + 0.3 + self._between(1.0, 9.0)
        self._after(freed_s, lambda: self._fill(is_full=False))

    def _two_yeses(self) -> None:
        """Let one and the same person say yes twice, and sometimes another at last."""
        self.walk()
        dice = self._scheduler.random
        begins_s = self._between(0.5, 3.0)
        if dice.random() < 0.3:
            order = Order(actuator="foam-01", action=ActuatorAction.TURN_ON, reason="by hand")
            self._after(begins_s, lambda: self._ask(order, dice.choice(("Ada", "Sue"))))
        else:
            start = StartPlaybook(playbook="defend", reason="to be safe")
            self._after(begins_s, lambda: self._ask(start, "Sue"))
            begins_s += 7.0
        eager = dice.choice(("Ada", "Ben", "Sue"))
        names = (eager, eager, dice.choice(("Ada", "Ben", eager)))
        for place, name in enumerate(names, 1):
            self._after(begins_s + place, partial(self._say_yes, "foam-01", name))

    def _begin_anew(self) -> None:
        """Let a playbook be stopped and begun again for one alert, within the same minute."""
        self.walk()
        begins_s = self._between(0.5, 3.0)
        again_s = begins_s + self._between(3.0, 9.0)

        def begin() -> None:
            alerts = [*self._screen.alerts]
            if not alerts:
                return
            alert = self._scheduler.random.choice(alerts)
            start = StartPlaybook(playbook="defend", alert=alert, reason="to be safe")
            action = self._ask(start, "Sue")
            if action is None:
                return
            stop = StopPlaybook(run=derived_id(action, "run"), reason="not yet")
            self._after(again_s - begins_s, lambda: self._ask(stop, "Sue"))
            self._after(again_s - begins_s + 1.0, lambda: self._ask(start, "Sue"))

        self._after(begins_s, begin)

    def _agree(self) -> None:
        """Let two happen within a few seconds that must agree."""
        self.walk()
        begins_s = self._between(0.5, 8.0)
        self._after(begins_s, lambda: self._button.cue(CueKind.BUTTON_PRESSED))
        forced_s = begins_s + self._between(0.5, 6.0)
        self._after(forced_s, lambda: self._door.cue(CueKind.DOOR_FORCED))

    def hide(self) -> None:
        """Let one alert suppress another by design, and let people shelve what may be shelved."""
        self.walk()
        begins_s = self._between(0.5, 5.0)
        self._after(begins_s, lambda: self._door.cue(CueKind.DOOR_HELD))
        for place in range(1, 5):
            self._after(begins_s + place, lambda: self._gas.read(50.0))
        self._after(begins_s + 6.0, self._shelve)

    # --- What scenes are made of ----------------------------------------------------------------

    def _arrive(self) -> float:
        """Let somebody walk up to the bollards; return in how many seconds they are there."""
        arrives_s = self._between(*ARRIVES_S)
        self._radar.walk(round((self._radar.ARRIVAL_S - arrives_s) * SECOND))
        return arrives_s

    def _order(self, at_s: float, actuator: str, action: ActuatorAction) -> None:
        """Let one person order something, and another say yes a moment later."""

        def order() -> None:
            asked = self._ask(Order(actuator=actuator, action=action, reason="by hand"), "Ada")
            if asked is not None:
                command = derived_id(asked, "order")
                self._after(0.5, lambda: self._ask(Confirm(command=command), "Ben"))

        self._after(at_s, order)

    def _shelve(self) -> None:
        for alert in [*self._screen.alerts.values()]:
            if alert.priority in (Priority.LOW, Priority.MEDIUM):
                self._ask(Shelve(alert=alert.id, duration_s=60, reason="works"), "Ben")

    def _say_yes(self, actuator: str, name: str) -> None:
        for command in [*self._screen.commands.values()]:
            if command.actuator == actuator and command.state is CommandState.AWAITING_CONFIRMATION:
                self._ask(Confirm(command=command.id), name)

    def _ask(self, ask: AskKind, name: str) -> Ulid | None:
        """Let a person ask for something; return the action's id, None while there is no hub."""
        if self._hub.runner is None:
            return None
        role = Role.SUPERVISOR if name == "Sue" else Role.OPERATOR
        return self._hub.ask(ask, name, role).id

    def _fill(self, *, is_full: bool) -> None:
        self._disk.is_full = is_full

    def _between(self, low: float, high: float) -> float:
        return self._scheduler.random.uniform(low, high)

    def _after(self, delay_s: float, act: Callable[[], object]) -> None:
        self._scheduler.after(delay_s * SECOND, act)
