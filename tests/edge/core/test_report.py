import itertools

from edge.core.motion import Seen
from edge.core.report import CameraFacts, Reporter, box_of
from edge.core.tracklet import Tracklets
from edge.core.view_health import View
from wire import codec, topics
from wire.labels import CueKind, HealthState, Label
from wire.messages import Box, Fault, Pinhole, Pose

NOW_US = 1_700_000_000_000_000
BOOT = "01HF7YAT00000000000000000B"
SIZE = (480, 360)


def a_reporter(*, simulated: bool = False) -> Reporter:
    counter = itertools.count()
    return Reporter(
        "cam-01", BOOT, simulated=simulated, entropy=lambda: next(counter).to_bytes(10, "big")
    )


def some_facts() -> CameraFacts:
    return CameraFacts(
        name="North gate",
        pose=Pose(lat_deg=52.0, lon_deg=5.0),
        model=Pinhole(
            width_px=480,
            height_px=360,
            focal_x_px=500.0,
            focal_y_px=500.0,
            centre_x_px=240.0,
            centre_y_px=180.0,
        ),
        field_of_view=None,
        purpose="public safety",
        software="edge 1",
    )


def a_seen(fill: float = 0.5) -> Seen:
    return Seen(left=48.0, top=90.0, right=96.0, bottom=180.0, fill=fill)


def test_every_message_can_be_read_by_the_hub() -> None:
    reporter = a_reporter()
    sent = [
        (topics.sensor_about("square", "cam-01"), reporter.about(some_facts(), 7.0, NOW_US)),
        (topics.sensor_health("square", "cam-01"), reporter.health(HealthState.OK, NOW_US)),
        (topics.sensor_scan("square", "cam-01"), reporter.scan([], SIZE, NOW_US, NOW_US)),
        (topics.sensor_cue("square", "cam-01"), reporter.cue(View.DARK, 1, NOW_US, NOW_US)),
    ]

    for topic, message in sent:
        assert codec.decode(topic, codec.encode(message)) == message


def test_each_topic_counts_its_own_sequence_and_a_cue_takes_the_outbox_s() -> None:
    reporter = a_reporter()

    scans = [reporter.scan([], SIZE, NOW_US, NOW_US).seq for _ in range(3)]
    healths = [reporter.health(HealthState.OK, NOW_US).seq for _ in range(2)]

    assert scans == [1, 2, 3]
    assert healths == [1, 2]
    assert reporter.cue(View.COVERED, 17, NOW_US, NOW_US).seq == 17


def test_a_scan_tells_boxes_in_fractions_and_the_camera_s_own_numbers() -> None:
    tracklets = Tracklets()
    tracklets.step([a_seen()], 0)
    people = tracklets.step([a_seen()], 100_000)

    scan = a_reporter().scan(people, SIZE, NOW_US, NOW_US + 5)

    (detection,) = scan.detections
    assert (detection.label, detection.object_id) == (Label.PERSON, "1")
    assert detection.where == Box(left=0.1, top=0.25, right=0.2, bottom=0.5)
    assert detection.confidence == 0.9
    assert (scan.observed_us, scan.sent_us) == (NOW_US, NOW_US + 5)


def test_what_hangs_over_the_image_s_edge_is_cut_there() -> None:
    seen = Seen(left=-20.0, top=300.0, right=500.0, bottom=420.0, fill=0.5)

    assert box_of(seen, SIZE) == Box(left=0.0, top=0.83333, right=1.0, bottom=1.0)


def test_confidence_stays_below_certainty() -> None:
    tracklets = Tracklets()
    tracklets.step([a_seen(1.0)], 0)
    people = tracklets.step([a_seen(1.0)], 100_000)

    assert a_reporter().scan(people, SIZE, NOW_US, NOW_US).detections[0].confidence == 0.99


def test_a_recorded_video_says_in_every_message_that_it_is_not_real() -> None:
    reporter = a_reporter(simulated=True)

    assert reporter.about(some_facts(), 7.0, NOW_US).simulated
    assert reporter.health(HealthState.OK, NOW_US).simulated
    assert reporter.scan([], SIZE, NOW_US, NOW_US).simulated
    assert reporter.cue(View.GOOD, 1, NOW_US, NOW_US).simulated


def test_a_good_view_again_is_a_cue_too() -> None:
    assert a_reporter().cue(View.GOOD, 1, NOW_US, NOW_US).kind is CueKind.VIEW_RESTORED


def test_more_faults_than_a_message_holds_are_cut() -> None:
    faults = [Fault(code=f"f{n}", text="x") for n in range(30)]

    assert len(a_reporter().health(HealthState.ERROR, NOW_US, faults=faults).faults) == 16
