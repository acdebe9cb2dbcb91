#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/validate.py NAME [COUNT] <DOCUMENT...

Exactly one JSON document (or COUNT, one after the other) must be there, and be
what packaging/schema/NAME.json says.  NAME "schema" checks the schemas
themselves.
"""
import json
import pathlib
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "packaging" / "schema"
KIND = jsonschema.Draft202012Validator


def load(path):
    return json.loads(path.read_text())


def no_constant(word):
    raise ValueError(f"{word} is not JSON")


def no_twice(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def open_objects(schema, where="#"):
    """An object that takes fields of any name would let a misspelt one pass."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("additionalProperties") is not False:
            yield where
        for key, value in schema.items():
            yield from open_objects(value, f"{where}/{key}")
    elif isinstance(schema, list):
        for i, value in enumerate(schema):
            yield from open_objects(value, f"{where}/{i}")


def check_schemas():
    for path in sorted(SCHEMAS.glob("*.json")):
        schema = load(path)
        KIND.check_schema(schema)
        for where in open_objects(schema):
            sys.exit(f"{path.name}: {where} has no additionalProperties: false")


def documents(text, count):
    decoder = json.JSONDecoder(object_pairs_hook=no_twice, parse_constant=no_constant)
    text = text.strip()
    for i in range(count):
        document, end = decoder.raw_decode(text)
        text = text[end:].lstrip()
        yield document
    if text:
        raise ValueError(f"more than {count}: {text[:80]}")


def validate(name, count=1):
    path = SCHEMAS / f"{name}.json"
    store = {other.as_uri(): load(other) for other in SCHEMAS.glob("*.json")}
    resolver = jsonschema.RefResolver(path.as_uri(), store[path.as_uri()], store)
    text = sys.stdin.buffer.read().decode("ascii")
    validator = KIND(store[path.as_uri()], resolver=resolver)

    wrong = False
    for document in documents(text, count):
        for error in validator.iter_errors(document):
            print(f"{name}: {'/'.join(map(str, error.path)) or 'document'}: {error.message}")
            wrong = True
    return wrong


if __name__ == "__main__":
    if sys.argv[1] == "schema":
        sys.exit(check_schemas())
    sys.exit(validate(sys.argv[1], *map(int, sys.argv[2:])))
