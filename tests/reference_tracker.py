"""The tracker again: slow and obvious, from its formulas, to hold the compiled one against.

Every matrix is written out, every probability counted, every track and measurement compared with
every other. Nothing here is shared with the kernels but the numbers of the law and of the labels.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.linalg import expm  # type: ignore[import-untyped]
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]
from scipy.sparse import coo_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]
from scipy.stats import multivariate_normal, norm  # type: ignore[import-untyped]

from hub.core.fusion.labelling import LABEL_COST
from hub.core.fusion.lifecycle import MOTIONS, Law
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.sight import Sight
from wire.feed import LABELS
from wire.labels import Label, TrackState

State = tuple[np.ndarray, np.ndarray]
Marginals = Callable[[np.ndarray], np.ndarray]
"""From how much likelier each track made each measurement than not, to how likely it did."""

UNKNOWN = LABELS.index(Label.UNKNOWN)
_VOTES_MAX = 20.0
_VOTE_UNKNOWN = 0.2

# --- The filter -----------------------------------------------------------------------------


def the_noise(span_s: float, intensity: float) -> np.ndarray:
    """Return what white acceleration does to a state, by Van Loan's matrix exponential (1978)."""
    flow = np.zeros((4, 4))
    flow[:2, 2:] = np.eye(2)
    push = np.diag([0.0, 0.0, intensity, intensity])
    moved = expm(np.block([[-flow, push], [np.zeros((4, 4)), flow.T]]) * span_s)
    return moved[4:, 4:].T @ moved[:4, 4:]


def transition(span_s: float) -> np.ndarray:
    return np.block([[np.eye(2), span_s * np.eye(2)], [np.zeros((2, 2)), np.eye(2)]])


def predicted(mean: np.ndarray, covariance: np.ndarray, span_s: float, intensity: float) -> State:
    """Move a state on in time."""
    onward = transition(span_s)
    return onward @ mean, onward @ covariance @ onward.T + the_noise(span_s, intensity)


def seen_back(lag_s: float) -> np.ndarray:
    """Return what of a state a measurement shows that was made `lag_s` before its time."""
    return np.hstack((np.eye(2), -lag_s * np.eye(2)))


def drawn(
    covariance: np.ndarray, observe: np.ndarray, noise: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gain of a measurement, and the covariance of what is expected of it."""
    expected = observe @ covariance @ observe.T + noise
    return covariance @ observe.T @ np.linalg.inv(expected), expected


def corrected(
    mean: np.ndarray, covariance: np.ndarray, place: np.ndarray, noise: np.ndarray, lag_s: float
) -> State:
    """Correct a state by one place, in Joseph's form."""
    observe = seen_back(lag_s)
    gain, _ = drawn(covariance, observe, noise)
    left = np.eye(4) - gain @ observe
    after = left @ covariance @ left.T + gain @ noise @ gain.T
    return mean + gain @ (place - observe @ mean), after


def corrected_softly(
    mean: np.ndarray,
    covariance: np.ndarray,
    places: np.ndarray,
    chances: np.ndarray,
    noise: np.ndarray,
    lag_s: float,
) -> State:
    """Correct a state by one of several places or by none, each by its chance."""
    observe = seen_back(lag_s)
    gain, expected = drawn(covariance, observe, noise)
    gaps = places - observe @ mean
    gap = sum(chance * one for chance, one in zip(chances, gaps, strict=True))
    second = sum(chance * np.outer(one, one) for chance, one in zip(chances, gaps, strict=True))
    missed = 1.0 - chances.sum()
    surely = covariance - gain @ expected @ gain.T
    scatter = gain @ (second - np.outer(gap, gap)) @ gain.T
    return mean + gain @ gap, missed * covariance + (1.0 - missed) * surely + scatter


def corrected_along(
    mean: np.ndarray, covariance: np.ndarray, direction: np.ndarray, gap: float, variance: float
) -> State:
    """Correct a state by one number measured along a direction of it."""
    observe = direction[np.newaxis]
    noise = np.array([[variance]])
    gain, _ = drawn(covariance, observe, noise)
    left = np.eye(4) - gain @ observe
    return mean + gain @ [gap], left @ covariance @ left.T + gain @ noise @ gain.T


# --- Whose each measurement is ----------------------------------------------------------------


def squared_distance(gap: np.ndarray, covariance: np.ndarray) -> float:
    return float(gap @ np.linalg.inv(covariance) @ gap)


def best_gain(gain: np.ndarray) -> float:
    """Return the largest total gain; -inf is no pair, and to go without gains nothing."""
    return float(np.maximum(gain, 0.0)[_solved(gain)].sum()) if gain.size else 0.0


def best_pairs(gain: np.ndarray) -> set[tuple[int, int]]:
    """Return the pairs of the largest total gain."""
    if not gain.size:
        return set()
    pairs = zip(*(each.tolist() for each in _solved(gain)), strict=True)
    return {pair for pair in pairs if gain[pair] > 0.0}


def _solved(gain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = linear_sum_assignment(np.maximum(gain, 0.0), maximize=True)
    return rows, columns


def every_marginal(ratio: np.ndarray) -> np.ndarray:
    """Return the probability of each pair by counting every way in which all may be explained."""
    tracks, _ = ratio.shape
    chance, total = np.zeros(ratio.shape), 0.0
    choices = [[-1, *np.flatnonzero(line).tolist()] for line in ratio]
    for way in product(*choices):
        used = [one for one in way if one >= 0]
        if len(set(used)) < len(used):
            continue
        weight = np.prod([ratio[track, one] for track, one in enumerate(way) if one >= 0])
        total += weight
        for track in range(tracks):
            if way[track] >= 0:
                chance[track, way[track]] += weight
    return chance / total


def groups_of(ratio: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return which tracks and measurements hang together; tracks with no measurement left out."""
    tracks, _ = ratio.shape
    one, other = np.nonzero(ratio)
    graph = coo_array((np.ones(len(one)), (one, other + tracks)), shape=(sum(ratio.shape),) * 2)
    _, group = connected_components(graph, directed=False)
    return [
        (np.flatnonzero(group[:tracks] == each), np.flatnonzero(group[tracks:] == each))
        for each in sorted(set(group[one].tolist()))
    ]


# --- A track ----------------------------------------------------------------------------------


@dataclass
class Watching:
    """What one sensor's looks say of a track."""

    visible: float = 1.0
    at_us: int = 0


@dataclass
class Track:
    number: int
    mean: np.ndarray
    covariance: np.ndarray
    updated_us: int
    existence: float
    looked_us: int
    born_us: int
    label: int = UNKNOWN
    votes: np.ndarray = field(default_factory=lambda: np.zeros(len(LABELS)))
    label_confidence: float = 0.0
    hits: int = 1
    state: TrackState = TrackState.TENTATIVE
    object_id: str | None = None
    identity: int = 0
    watching: dict[str, Watching] = field(default_factory=dict)

    @property
    def intensity(self) -> float:
        return MOTIONS[LABELS[self.label]].intensity

    def place(self, span_s: float) -> np.ndarray:
        return (transition(span_s) @ self.mean)[:2]

    def spread(self, span_s: float) -> np.ndarray:
        """Return the covariance of its place after a span of any sign."""
        observe = seen_back(-span_s)
        return observe @ self.covariance @ observe.T + (
            self.intensity * abs(span_s) ** 3 / 3.0 * np.eye(2)
        )

    def vote(self, label: int, confidence: float) -> None:
        self.votes[label] += confidence
        self.votes[UNKNOWN] = _VOTE_UNKNOWN
        self.votes *= min(1.0, _VOTES_MAX / self.votes.sum())
        self.label = int(np.argmax(self.votes))
        self.label_confidence = float(self.votes[self.label] / self.votes.sum())


def state_of(track: Track, unseen_s: float, drift_m2: float, law: Law) -> TrackState:
    """Return what a track is now, rule by rule; `drift_m2` is how much vaguer its place became."""
    is_new = track.state is TrackState.TENTATIVE
    vague_m2 = MOTIONS[LABELS[track.label]].vague_m ** 2
    least = law.drop_existence if is_new else law.lose_existence
    is_gone = track.state is TrackState.LOST or track.existence < least
    is_forgotten = unseen_s > (law.tentative_max_s if is_new else law.coast_max_s)
    if is_gone or is_forgotten:
        return TrackState.LOST
    is_unsure = track.hits < law.confirm_hits or track.existence < law.confirm_existence
    if is_new and is_unsure:
        return TrackState.TENTATIVE
    if drift_m2 > law.lost_vague**2 * vague_m2:
        return TrackState.LOST
    if drift_m2 > vague_m2 or track.existence < law.show_existence:
        return TrackState.DORMANT
    return TrackState.COASTING if unseen_s > law.coast_after_s else TrackState.CONFIRMED


# --- One scan ---------------------------------------------------------------------------------


@dataclass
class Pairing:
    """One scan beside the tracks that it may concern."""

    scan: Measurements
    tracks: list[Track]
    sees: list[float]  # How likely the sensor finds each, if nothing hides it; 0: it cannot.
    open_share: list[float]
    ratio: np.ndarray  # (tracks, measurements)


class ReferenceTracker:
    """Tracks as objects. No limits of number, no site's bounds, no directions, no heights."""

    def __init__(self, marginals: Marginals = every_marginal, law: Law | None = None) -> None:
        self.law = law or Law()
        self.tracks: list[Track] = []
        self._marginals = marginals
        self._sights: dict[str, Sight | None] = {}
        self._next_number = 2**31

    def see(self, sensor: str, sight: Sight | None) -> None:
        self._sights[sensor] = sight

    def update(self, scan: Measurements, now_us: int) -> None:
        """Take one scan."""
        pairing = self._paired(scan)
        chance = self._chances(pairing.ratio)
        for track, sees, open_share, line in zip(
            pairing.tracks, pairing.sees, pairing.open_share, chance, strict=True
        ):
            drift = self._take(track, scan, sees, open_share, line)
            unseen_s = (now_us - track.updated_us) / 1e6
            track.state = state_of(track, unseen_s, drift, self.law)
        self._begin(scan, 1.0 - chance.sum(axis=0))
        for identity in set() if scan.identity is None else set(scan.identity.tolist()) - {0}:
            carriers = [track for track in self.tracks if track.identity == identity]
            for track in carriers:
                if track is not max(carriers, key=lambda one: one.updated_us):
                    track.identity = 0
        self.tracks = [track for track in self.tracks if track.state is not TrackState.LOST]

    def _paired(self, scan: Measurements) -> Pairing:
        law, near = self.law, self._near(scan)
        pairing = Pairing(scan, [], [], [], np.zeros((len(near), len(scan.mean))))
        for row, (track, sees) in enumerate(near):
            pairing.tracks.append(track)
            pairing.sees.append(sees)
            pairing.open_share.append(self._open_share(track, scan))
            past_s = max((scan.observed_us - track.looked_us) / 1e6, 0.0)
            track.existence *= np.exp(-past_s / law.life_s)
            track.looked_us = max(track.looked_us, scan.observed_us)
            # It may be measured where nobody thought that the sensor sees.
            could = max(sees, law.detection_unknown)
            detects = track.existence * pairing.open_share[-1] * could
            for one in range(len(scan.mean)):
                density = self._density(track, scan, one)
                clutter = law.clutter_per_m2 / max(scan.confidence[one], law.confidence_min)
                pairing.ratio[row, one] = density * detects / (clutter * (1.0 - detects))
        return pairing

    def _near(self, scan: Measurements) -> list[tuple[Track, float]]:
        """Return the tracks that the scan may concern, and how likely the sensor finds each."""
        law, found = self.law, []
        for track in self.tracks:
            span_s = (scan.observed_us - track.updated_us) / 1e6
            if span_s > law.coast_max_s:
                continue
            place = track.place(span_s)
            sees = self._sees(scan.sensor, place, track.label)
            is_near = False
            if len(scan.mean):
                worst = max(scan.covariance[:, 0, 0].max(), scan.covariance[:, 1, 1].max())
                # Nobody is sought further off than so, however vague.
                vague = np.minimum(np.diag(track.spread(span_s)), law.sigma_max_m**2)
                reach = np.sqrt(law.gate * (worst + vague))
                low, high = scan.mean.min(axis=0) - reach, scan.mean.max(axis=0) + reach
                is_near = bool((low <= place).all() and (place <= high).all())
            if is_near or sees > 0.0:
                found.append((track, sees))
        return found

    def _sees(self, sensor: str, place: np.ndarray, label: int) -> float:
        sight = self._sights.get(sensor)
        if sight is None:
            return 0.0
        return float(sight.at(place[np.newaxis])[0]) * float(sight.label_share[label])

    def _open_share(self, track: Track, scan: Measurements) -> float:
        """Return how much of a sensor's probability of detection is left, for what may hide."""
        law = self.law
        often = law.hidden_after_s / (law.hidden_after_s + law.hidden_for_s)
        watching = track.watching.setdefault(scan.sensor, Watching())
        if track.state is TrackState.TENTATIVE:
            watching.visible = 1.0
        elif watching.at_us == 0:
            watching.visible = often
        else:
            # Two states that take turns: back to how often it is open, at the sum of both rates.
            past_s = max((scan.observed_us - watching.at_us) / 1e6, 0.0)
            leave, come_back = 1.0 / law.hidden_after_s, 1.0 / law.hidden_for_s
            rates = np.array([[-leave, leave], [come_back, -come_back]])
            before = np.array([watching.visible, 1.0 - watching.visible])
            watching.visible = float((before @ expm(rates * past_s))[0])
        return watching.visible + (1.0 - watching.visible) * law.hidden_share

    def _density(self, track: Track, scan: Measurements, one: int) -> float:
        """Return the density of a measurement given the track; 0 beyond the gate."""
        span_s = (scan.observed_us - track.updated_us) / 1e6
        place, total = track.place(span_s), track.spread(span_s) + scan.covariance[one]
        if squared_distance(scan.mean[one] - place, total) > self.law.gate:
            return 0.0
        density = multivariate_normal.pdf(scan.mean[one], place, total)
        density *= np.exp(LABEL_COST[track.label, scan.label[one]])
        if track.object_id is not None and scan.object_id[one] == track.object_id:
            density *= np.exp(self.law.same_object_gain)
        identity = 0 if scan.identity is None else scan.identity[one]
        if identity and track.identity:
            sign = 1.0 if identity == track.identity else -1.0
            density *= np.exp(sign * self.law.same_identity_gain)
        sigma = scan.doppler_sigma_mps[one]
        if sigma > 0.0:
            ahead = (place - scan.origin) / max(float(np.hypot(*(place - scan.origin))), 1e-3)
            variance = ahead @ track.covariance[2:, 2:] @ ahead + sigma**2
            variance += track.intensity * abs(span_s)
            density *= norm.pdf(scan.doppler_mps[one], ahead @ track.mean[2:], np.sqrt(variance))
            density /= norm.pdf(scan.doppler_mps[one], 0.0, self.law.doppler_clutter_mps)
        return float(density)

    def _chances(self, ratio: np.ndarray) -> np.ndarray:
        """Return how likely each is whose; where it is too doubtful to mix, as a whole."""
        chance = np.zeros(ratio.shape)
        for tracks, measurements in groups_of(ratio):
            box = np.ix_(tracks, measurements)
            part = self._marginals(ratio[box])
            sure = np.maximum(part.max(axis=1), 1.0 - part.sum(axis=1))
            if len(tracks) > 1 and sure.min() <= self.law.surest:
                with np.errstate(divide="ignore"):
                    chosen = best_pairs(np.log(ratio[box]))
                measured, part = part.sum(axis=1), np.zeros(part.shape)
                for track, one in chosen:
                    part[track, one] = measured[track]
            chance[box] = part
        return chance

    def _take(
        self, track: Track, scan: Measurements, sees: float, open_share: float, chance: np.ndarray
    ) -> float:
        """Let one track learn from a scan; return how vague its place is if it did not, m^2."""
        span_s = (scan.observed_us - track.updated_us) / 1e6
        drift = float(np.trace(track.spread(span_s)) - np.trace(track.covariance[:2, :2]))
        measured, before = float(chance.sum()), track.existence
        news = np.ones(len(scan.mean)) if scan.news is None else scan.news
        self._believe(track, scan, measured, sees, open_share)
        if measured > 0.0:
            new = float(chance @ news / measured)
            track.existence = _raised(before, track.existence, 2.0 * new / (1.0 + new))
        if measured < 0.2:
            return drift
        best = int(np.argmax(chance))
        self._move(track, scan, chance, news)
        if chance[best] > 0.5:
            track.hits += 1
            self._mark(track, scan, best)
        return 0.0

    def _believe(
        self, track: Track, scan: Measurements, measured: float, sees: float, open_share: float
    ) -> None:
        law, exists = self.law, track.existence
        # A late look proves nothing of a track that was not yet there.
        looked = sees if track.born_us <= scan.observed_us else 0.0
        miss = 1.0 - looked * open_share
        missed = exists * miss / (exists * miss + 1.0 - exists)
        track.existence = min(measured + (1.0 - measured) * missed, law.existence_max)
        watching = track.watching[scan.sensor]
        is_open, hidden = watching.visible, 1.0 - watching.visible
        missed_open, missed_hidden = (
            is_open * (1 - looked),
            hidden * (1 - law.hidden_share * looked),
        )
        if_missed = missed_open / (missed_open + missed_hidden)
        if_measured = is_open / (is_open + hidden * law.hidden_share)
        watching.visible = measured * if_measured + (1.0 - measured) * if_missed
        watching.at_us = max(watching.at_us, scan.observed_us)

    def _move(self, track: Track, scan: Measurements, chance: np.ndarray, news: np.ndarray) -> None:
        """Correct a state by what may be its own."""
        span_s = (scan.observed_us - track.updated_us) / 1e6
        intensity = track.intensity
        if span_s > 0.0:
            track.mean, track.covariance = predicted(
                track.mean, track.covariance, span_s, intensity
            )
        lag_s = max(-span_s, 0.0)
        noise = np.tensordot(chance, scan.covariance, 1) / (chance @ news)
        noise = noise + the_noise(lag_s, intensity)[:2, :2]
        best = int(np.argmax(chance))
        if chance[best] > 0.95:
            after = corrected(track.mean, track.covariance, scan.mean[best], noise, lag_s)
        else:
            after = corrected_softly(track.mean, track.covariance, scan.mean, chance, noise, lag_s)
        track.mean, track.covariance = after
        track.updated_us = max(track.updated_us, scan.observed_us)
        if chance[best] > 0.5:
            _learn_speed(track, scan, best, news[best])

    def _mark(self, track: Track, scan: Measurements, one: int) -> None:
        track.vote(int(scan.label[one]), float(scan.confidence[one]))
        track.object_id = scan.object_id[one] or track.object_id
        if scan.identity is not None and scan.identity[one]:
            track.identity = int(scan.identity[one])
        watching = track.watching.setdefault(scan.sensor, Watching())
        watching.at_us = max(watching.at_us, scan.observed_us)

    def _begin(self, scan: Measurements, free: np.ndarray) -> None:
        """Begin tracks, from west to east."""
        law = self.law
        for one in np.lexsort((scan.mean[:, 1], scan.mean[:, 0])).tolist():
            may = scan.may_begin is None or bool(scan.may_begin[one])
            vague = np.trace(scan.covariance[one]) > law.birth_sigma_max_m**2
            if free[one] < law.birth_left_min or not may or vague:
                continue
            speed = MOTIONS[LABELS[scan.label[one]]].speed_sigma_mps
            covariance = np.diag([0.0, 0.0, speed**2, speed**2])
            covariance[:2, :2] = scan.covariance[one]
            sure = max(float(scan.confidence[one]), law.confidence_min)
            track = Track(
                number=self._next_number,
                mean=np.array([*scan.mean[one], 0.0, 0.0]),
                covariance=covariance,
                updated_us=scan.observed_us,
                existence=float(free[one]) * law.birth_existence * sure,
                looked_us=scan.observed_us,
                born_us=scan.observed_us,
            )
            self._next_number += 1
            self._mark(track, scan, one)
            _learn_speed(track, scan, one, 1.0 if scan.news is None else scan.news[one])
            self.tracks.append(track)


def _learn_speed(track: Track, scan: Measurements, one: int, news: float) -> None:
    """Correct a velocity along the line of sight to where the thing was measured."""
    sigma = scan.doppler_sigma_mps[one]
    if sigma <= 0.0:
        return
    sight = scan.mean[one] - scan.origin
    ahead = np.array([0.0, 0.0, *(sight / max(float(np.hypot(*sight)), 1e-3))])
    gap = float(scan.doppler_mps[one] - ahead @ track.mean)
    track.mean, track.covariance = corrected_along(
        track.mean, track.covariance, ahead, gap, float(sigma**2 / news)
    )


def _raised(before: float, after: float, share: float) -> float:
    """Return existence of which only a share of what raised it is new."""
    if after <= before or share >= 1.0 or before <= 0.0:
        return after
    logit = np.log(before / (1 - before)), np.log(after / (1 - after))
    raised = logit[0] + share * (logit[1] - logit[0])
    return float(1.0 / (1.0 + np.exp(-raised)))
