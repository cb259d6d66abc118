from pathlib import Path

import pytest

from hub.adapters.store.plans import PlanStore
from hub.errors import SitePlanError

NOW = 1_800_000_000_000_000


def a_store(folder: Path) -> PlanStore:
    return PlanStore(folder / "plans")


def added(store: PlanStore, text: str, **changes: str) -> int:
    plain = {"by": "Ann", "reason": "it was too loud", "plan_hash": "ab12"}
    return store.add(text, at_us=NOW, **{**plain, **changes})


def test_every_version_is_kept_with_who_and_why(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    added(store, "first = 1\n")
    added(store, "second = 2\n", by="Bo", reason="a new gate")

    latest, first = a_store(tmp_path).versions()
    assert (latest.version, latest.by, latest.reason) == (2, "Bo", "a new gate")
    assert (first.version, first.at_us, first.plan_hash) == (1, NOW, "ab12")
    assert store.text(1) == "first = 1\n"
    assert store.text(2) == "second = 2\n"


def test_a_version_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SitePlanError, match="version 7") as refusal:
        a_store(tmp_path).text(7)

    assert "listed" in refusal.value.fix


def test_a_text_without_its_note_is_no_version(tmp_path: Path) -> None:
    # A power cut between the two files.
    store = a_store(tmp_path)
    added(store, "first = 1\n")
    (tmp_path / "plans" / "000002.toml").write_text("half", encoding="utf-8")

    assert [one.version for one in store.versions()] == [1]
    assert added(store, "second = 2\n") == 2
    assert store.text(2) == "second = 2\n"


def test_a_damaged_note_is_an_error_and_not_a_lost_version(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    added(store, "first = 1\n")
    (tmp_path / "plans" / "000001.json").write_bytes(b"{")

    with pytest.raises(SitePlanError, match="cannot be read"):
        store.versions()


def test_the_sites_file_is_news_until_it_is_taken_and_again_once_it_is_edited(
    tmp_path: Path,
) -> None:
    store = a_store(tmp_path)
    assert store.is_news("a = 1\n")

    store.take("a = 1\n")

    assert not a_store(tmp_path).is_news("a = 1\n")
    assert store.is_news("a = 2\n")
