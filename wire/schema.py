"""The contract for those who do not read Python: JSON Schema and AsyncAPI, as texts."""

import json
from typing import TypeAlias

import msgspec

from wire.actions import ActionRequest
from wire.catalogue import KINDS, Family, Kind, Party
from wire.coverage import PlaceCoverageView
from wire.feed import ActionReply, JsonDelta, JsonSnapshot, TrackView
from wire.plan import PlanDraft, PlanVersion, PlanView, TrialView
from wire.review import EvidenceView, HandoverView, KpiView, MethaneView
from wire.topics import PACKED, PREFIX

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

VERSION = "1.0.0"
"""Of the contract: its first number is in every topic."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MESSAGES_FILE = "messages.schema.json"
_REFERENCE = "#/$defs/{name}"


def messages_schema() -> str:
    """Return the JSON Schema of everything that travels over MQTT."""
    types = sorted({kind.message for kind in KINDS if kind.message}, key=lambda each: each.__name__)
    _, definitions = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    return _text(
        {
            "$schema": _DIALECT,
            "title": "Vedette messages",
            "description": "Payloads on MQTT. Which one travels where is in asyncapi.json.",
            "$defs": dict(sorted(definitions.items())),
        }
    )


def feed_schema() -> str:
    """Return the JSON Schema of the feed in JSON, of actions and of their answers."""
    types = (
        JsonSnapshot,
        JsonDelta,
        ActionRequest,
        ActionReply,
        TrackView,
        PlaceCoverageView,
        EvidenceView,
        KpiView,
        HandoverView,
        MethaneView,
        PlanView,
        PlanDraft,
        PlanVersion,
        TrialView,
    )
    (snapshot, delta, *_), definitions = msgspec.json.schema_components(
        types, ref_template=_REFERENCE
    )
    return _text(
        {
            "$schema": _DIALECT,
            "title": "Vedette feed",
            "description": (
                "Frames of WebSocket /feed?format=json; ActionRequest and ActionReply of"
                " POST /api/actions; TrackView of GET /api/tracks/{number};"
                " PlaceCoverageView of GET /api/coverage?east_m=&north_m=;"
                " EvidenceView of GET /api/alerts/{id}/evidence; KpiView of GET /api/kpi?hours=;"
                " HandoverView of GET /api/handover?hours=; MethaneView of"
                " GET /api/alerts/{id}/methane and /api/incidents/{id}/methane; PlanView of"
                " GET /api/plan; PlanDraft of POST /api/plan/check and /api/plan/edit; TrialView of"
                " POST /api/plan/try; PlanVersion of POST /api/plan."
            ),
            "anyOf": [snapshot, delta],
            "$defs": dict(sorted(definitions.items())),
        }
    )


def asyncapi() -> str:
    """Return the AsyncAPI 3 document of all topics, from the hub's point of view."""
    return _text(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Vedette",
                "version": VERSION,
                "description": (
                    "What sensors, actuators, field teams and third parties exchange with a"
                    f" Vedette hub over MQTT 3.1.1. Payloads are JSON; a topic whose last level"
                    f" ends in {PACKED} carries the same message as MessagePack."
                ),
                "license": {"name": "Apache-2.0"},
            },
            "defaultContentType": "application/json",
            "channels": {_channel_name(kind): _channel(kind) for kind in KINDS},
            "operations": {_operation_name(kind): _operation(kind) for kind in KINDS},
            "components": {"messages": {_message_name(kind): _message(kind) for kind in KINDS}},
        }
    )


def _channel(kind: Kind) -> Json:
    address = _address(kind)
    return {
        "address": address,
        "description": f"{kind.meaning[:1].upper()}{kind.meaning[1:]}.",
        "parameters": {
            name: {"description": meaning}
            for name, meaning in _PARAMETERS.items()
            if f"{{{name}}}" in address
        },
        "messages": {_message_name(kind): {"$ref": f"#/components/messages/{_message_name(kind)}"}},
        "x-payload-max-bytes": kind.payload_max,
        "x-exactly-once": kind.reliable,
    }


_PARAMETERS = {
    "site": "The site's id.",
    "sensor": "The sensor's id, which is also the message's sender.",
    "actuator": "The actuator's id.",
    "team": "The field team's id.",
    "alert": "The alert's id.",
    "task": "The task's id.",
    "ref": "The picture's reference.",
}


def _address(kind: Kind) -> str:
    root = f"{PREFIX}/{{site}}/{kind.family}"
    match kind.family:
        case Family.ALERT | Family.TASK:
            return f"{root}/{{{kind.family}}}"
        case Family.TRACKS:
            return root
        case Family.HUB:
            return f"{root}/{kind.leaf}"
        case _:
            tail = "" if kind.message else "/{ref}"
            return f"{root}/{{{kind.family}}}/{kind.leaf}{tail}"


def _operation(kind: Kind) -> Json:
    return {
        "action": "send" if kind.author is Party.HUB else "receive",
        "channel": {"$ref": f"#/channels/{_channel_name(kind)}"},
        "bindings": {"mqtt": {"qos": kind.qos, "retain": kind.retained, "bindingVersion": "0.2.0"}},
    }


def _message(kind: Kind) -> Json:
    if kind.message is None:
        return {"name": _message_name(kind), "contentType": "image/jpeg"}
    return {
        "name": _message_name(kind),
        "summary": (kind.message.__doc__ or "").split("\n")[0],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"{_MESSAGES_FILE}#/$defs/{_message_name(kind)}"},
        },
    }


def _message_name(kind: Kind) -> str:
    return kind.message.__name__ if kind.message else "Snapshot"


def _channel_name(kind: Kind) -> str:
    return kind.family if kind.leaf == kind.family else f"{kind.family}{kind.leaf.capitalize()}"


def _operation_name(kind: Kind) -> str:
    action = "send" if kind.author is Party.HUB else "receive"
    name = _channel_name(kind)
    return f"{action}{name[:1].upper()}{name[1:]}"


def _text(document: Json) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
