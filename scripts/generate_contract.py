"""Write the documents that are made from `wire/`; a test compares them."""

from pathlib import Path

from wire.schema import asyncapi, feed_schema, messages_schema
from wire.typescript import typescript

ROOT = Path(__file__).parent.parent

DOCUMENTS = {
    "docs/contract/messages.schema.json": messages_schema,
    "docs/contract/feed.schema.json": feed_schema,
    "docs/contract/asyncapi.json": asyncapi,
    "dashboards/shared/contract.ts": typescript,
}


def main() -> None:
    """Write each document and say so."""
    for name, document in DOCUMENTS.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document(), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
