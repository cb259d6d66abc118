from field_world import START, a_site, an_action

from hub.core.alerts.refusal import Refusal
from hub.core.response.posture import PostureRecord, Postures
from wire.actions import SetPosture
from wire.ids import ulid
from wire.labels import Posture, Role

RUN = ulid(START, b"a drill   ")


def declared(
    postures: Postures, posture: Posture, zone: str | None = None, role: Role = Role.OPERATOR
) -> PostureRecord | Refusal:
    ask = SetPosture(posture=posture, zone=zone, reason="smoke")
    return postures.act(an_action(ask, role=role), START)


def rehearsed(postures: Postures, zone: str | None = None) -> PostureRecord | None:
    return postures.rehearse(Posture.EVACUATING, zone, "Evacuate", "drill", START, drill=RUN)


def test_a_posture_stands_until_another_is_declared() -> None:
    postures = Postures(a_site())

    declared(postures, Posture.RAISED)
    declared(postures, Posture.EVACUATING, "stage")

    assert postures.now == {"site": Posture.RAISED, "stage": Posture.EVACUATING}
    site, stage = postures.views()
    assert (site.id, site.by, site.reason, site.since_us) == ("site", "Ann", "smoke", START)
    assert stage.posture is Posture.EVACUATING


def test_a_zone_that_is_normal_again_has_the_sites_posture_and_stays_in_the_views() -> None:
    postures = Postures(a_site())
    declared(postures, Posture.RAISED, "stage")

    declared(postures, Posture.NORMAL, "stage")

    assert postures.now == {}
    (view,) = postures.views()
    assert view.posture is Posture.NORMAL


def test_who_declares_what_is_so_already_is_told() -> None:
    postures = Postures(a_site())

    refusal = declared(postures, Posture.NORMAL)

    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("Square is normal already; allowed: raised, incident")


def test_a_zone_that_the_plan_lacks_has_no_posture() -> None:
    postures = Postures(a_site())

    refusal = declared(postures, Posture.RAISED, "cellar")

    assert refusal == Refusal(reason="the plan has no zone cellar; it has: stage")
    assert postures.set(Posture.RAISED, "cellar", "Evacuate", "smoke", START) is None
    assert rehearsed(postures, "cellar") is None


def test_only_the_control_room_declares_a_posture() -> None:
    assert isinstance(declared(Postures(a_site()), Posture.RAISED, role=Role.FIELD), Refusal)


def test_a_playbook_that_declares_what_is_so_already_changes_nothing() -> None:
    postures = Postures(a_site())
    first = postures.set(Posture.EVACUATING, None, "Evacuate", "smoke", START)

    assert isinstance(first, PostureRecord)
    assert postures.set(Posture.EVACUATING, None, "Evacuate", "smoke", START) is None


def test_a_drill_declares_an_exercise_and_moves_no_posture_that_is_meant() -> None:
    postures = Postures(a_site())
    declared(postures, Posture.RAISED, "stage")

    drill, again, real = (rehearsed(postures, zone) for zone in (None, None, "stage"))

    assert isinstance(drill, PostureRecord)
    assert (drill.posture, drill.reason) == (Posture.EXERCISE, "rehearses evacuating: drill")
    assert (again, real) == (None, None)
    assert postures.now == {"site": Posture.EXERCISE, "stage": Posture.RAISED}


def test_a_zone_of_a_site_that_is_not_normal_is_in_no_drill() -> None:
    postures = Postures(a_site())
    declared(postures, Posture.RAISED)

    assert rehearsed(postures, "stage") is None

    declared(postures, Posture.EXERCISE)
    assert rehearsed(postures, "stage") is not None


def test_a_drill_in_a_zone_hides_nothing_that_is_meant_for_the_site() -> None:
    postures = Postures(a_site())
    rehearsed(postures, "stage")
    assert postures.now == {"stage": Posture.EXERCISE}

    declared(postures, Posture.EVACUATING)

    assert postures.now == {"site": Posture.EVACUATING}


def test_what_a_drill_declared_ends_with_it_and_what_people_declared_stays() -> None:
    postures = Postures(a_site())
    assert not postures.are_drilled
    rehearsed(postures)
    rehearsed(postures, "stage")
    assert postures.are_drilled
    declared(postures, Posture.RAISED, "stage")

    (ended,) = postures.drills_over(START + 1)

    assert ended == PostureRecord(
        posture=Posture.NORMAL, since_us=START + 1, by="Evacuate", reason="the exercise is over"
    )
    assert postures.now == {"stage": Posture.RAISED}
    assert not postures.are_drilled
    assert postures.drills_over(START + 2) == []


def test_an_exercise_that_a_person_declared_ends_with_no_drill() -> None:
    postures = Postures(a_site())
    declared(postures, Posture.EXERCISE)

    assert rehearsed(postures) is None
    assert postures.drills_over(START + 1) == []
    assert postures.now == {"site": Posture.EXERCISE}


def test_the_site_and_its_zones_have_names() -> None:
    postures = Postures(a_site())

    assert (postures.name(None), postures.name("stage")) == ("Square", "Stage")


def test_postures_survive_a_restart_and_an_edited_plan() -> None:
    before = Postures(a_site())
    site, stage = declared(before, Posture.RAISED), declared(before, Posture.RAISED, "stage")
    assert isinstance(site, PostureRecord)
    assert isinstance(stage, PostureRecord)

    after = Postures(a_site())
    after.restore(site)
    after.restore(stage)
    assert after.views() == before.views()
    after.replan(a_site(zones=()))
    after.restore(stage)

    assert after.now == {"site": Posture.RAISED}
