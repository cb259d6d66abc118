import json
import runpy
from pathlib import Path

import pytest

from wire import schema, topics
from wire.catalogue import KINDS

ROOT = Path(__file__).parents[2]
GENERATOR = runpy.run_path(str(ROOT / "scripts/generate_contract.py"))


@pytest.mark.parametrize("name", GENERATOR["DOCUMENTS"])
def test_the_committed_document_is_what_the_contract_says_now(name: str) -> None:
    fresh = GENERATOR["DOCUMENTS"][name]()

    assert (ROOT / name).read_text(encoding="utf-8") == fresh, (
        "run: python scripts/generate_contract.py"
    )


def references(tree: object) -> set[str]:
    if isinstance(tree, dict):
        own = {tree["$ref"]} if isinstance(tree.get("$ref"), str) else set()
        return own.union(*map(references, tree.values()))
    return set().union(*map(references, tree)) if isinstance(tree, list) else set()


def target(reference: str, documents: dict[str, object]) -> object:
    name, pointer = reference.split("#/")
    tree = documents[name]
    for step in pointer.split("/"):
        assert isinstance(tree, dict)
        tree = tree[step]
    return tree


def test_every_reference_leads_somewhere() -> None:
    messages = json.loads(schema.messages_schema())
    for text in (schema.messages_schema(), schema.feed_schema(), schema.asyncapi()):
        document = json.loads(text)
        for reference in references(document):
            assert target(reference, {"": document, "messages.schema.json": messages})


def test_every_topic_is_a_channel_with_one_operation_and_one_message() -> None:
    document = json.loads(schema.asyncapi())

    assert document["asyncapi"] == "3.0.0"
    assert len(document["channels"]) == len(document["operations"]) == len(KINDS)
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert len(addresses) == len(KINDS)
    for address in addresses:
        ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
        topic = address.replace("{alert}", ulid).replace("{task}", ulid)
        for name in ("site", "sensor", "actuator", "team", "ref"):
            topic = topic.replace(f"{{{name}}}", "a1")
        assert topics.parse(topic)


def test_an_operation_says_how_it_travels() -> None:
    document = json.loads(schema.asyncapi())

    operation = document["operations"]["receiveSensorAbout"]

    assert operation["action"] == "receive"
    assert operation["bindings"]["mqtt"] == {"qos": 1, "retain": True, "bindingVersion": "0.2.0"}
    assert document["operations"]["sendTracks"]["action"] == "send"
    assert document["channels"]["sensorCue"]["x-exactly-once"]


def test_a_picture_is_a_jpeg() -> None:
    document = json.loads(schema.asyncapi())

    assert document["components"]["messages"]["Snapshot"]["contentType"] == "image/jpeg"


def test_the_limits_of_the_contract_are_in_the_schema() -> None:
    definitions = json.loads(schema.messages_schema())["$defs"]

    assert definitions["Position"]["properties"]["lat_deg"] == {
        "type": "number",
        "minimum": -90.0,
        "maximum": 90.0,
    }
    assert definitions["Scan"]["additionalProperties"] is False
    assert definitions["Scan"]["properties"]["detections"]["maxItems"] == 1_000


def test_the_generator_writes_where_the_test_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(GENERATOR["main"].__globals__, "ROOT", tmp_path)

    GENERATOR["main"]()

    assert capsys.readouterr().out.split() == list(GENERATOR["DOCUMENTS"])
    for name in GENERATOR["DOCUMENTS"]:
        assert (tmp_path / name).read_text(encoding="utf-8") == (ROOT / name).read_text(
            encoding="utf-8"
        )
