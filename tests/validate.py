#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: tests/validate.py <RECORDS
       tests/validate.py schema

A record is what came with a text, the NAME of a schema and the text, with a NUL byte
after each.  The text must be one JSON document, as packaging/schema/NAME.json
describes it.  All of them in one process: to start it takes longer than to try one.
"schema" checks the schemas themselves.
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


def complaints(text, validator):
    if not text.isascii():
        yield f"not in ASCII: {text[:200]!a}"
        return
    try:
        document = json.loads(text, object_pairs_hook=no_twice, parse_constant=no_constant)
    except ValueError as error:
        yield f"{error}: {text[:200]!a}"
        return
    for error in validator.iter_errors(document):
        yield f"{'/'.join(map(str, error.path)) or 'document'}: {error.message}"


def validate(records):
    store = {path.as_uri(): load(path) for path in SCHEMAS.glob("*.json")}
    fields = records.split("\0")
    if len(fields) < 4 or len(fields) % 3 != 1 or fields[-1]:
        sys.exit("no whole records")

    wrong = False
    for where, name, text in zip(fields[::3], fields[1::3], fields[2::3]):
        uri = (SCHEMAS / f"{name}.json").as_uri()
        resolver = jsonschema.RefResolver(uri, store[uri], store)
        for complaint in complaints(text, KIND(store[uri], resolver=resolver)):
            print(f"{where}: {name}: {complaint}")
            wrong = True
    return wrong


if __name__ == "__main__":
    if sys.argv[1:] == ["schema"]:
        sys.exit(check_schemas())
    sys.exit(validate(sys.stdin.buffer.read().decode(errors="surrogateescape")))
