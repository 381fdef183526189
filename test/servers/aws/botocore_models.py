"""Prints what botocore's models say of operations.

Reads [{"action", "client", "operation"}] from standard input and prints {action: {"input", "output", "pages"}} for those it
has; a shape is {"type", "members", "required"} with members to their types, `pages` the bounds of members that limit a page.
"""
import json
import sys

import boto3

SESSION = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
KINDS = {"character": "string", "long": "integer", "double": "float"}
DEPTH = 4


def told(shape, depth=DEPTH):
    kind = KINDS.get(shape.type_name, shape.type_name)
    if getattr(shape, "document_type", False):
        return {"type": "document"}
    if kind == "structure" and depth > 0:
        return {
            "type": kind,
            "required": shape.required_members,
            "members": {name: told(member, depth - 1) for name, member in shape.members.items()},
        }
    if kind == "list" and depth > 0:
        return {"type": kind, "item": told(shape.member, depth - 1)}
    return {"type": kind}


def bounds(shape):
    return {
        name: member.metadata.get("max")
        for name, member in (shape.members if shape is not None else {}).items()
        if member.type_name in ("integer", "string") and "max" in member.metadata and member.type_name == "integer"
    }


found = {}
models = {}
for asked in json.load(sys.stdin):
    if asked["client"] not in SESSION.get_available_services():
        continue
    if asked["client"] not in models:
        models[asked["client"]] = SESSION.client(asked["client"]).meta.service_model
    model = models[asked["client"]]
    if asked["operation"] not in model.operation_names:
        continue
    operation = model.operation_model(asked["operation"])
    found[asked["action"]] = {
        "input": told(operation.input_shape) if operation.input_shape is not None else None,
        "output": told(operation.output_shape) if operation.output_shape is not None else None,
        "pages": bounds(operation.input_shape),
    }
print(json.dumps(found))
