"""Drives the emulated AWS with boto3, and checks what it reads against botocore's own models.

Reads {"url", "region", "keys", "calls": [{"action", "client", "operation", "input"}]} from standard input and prints, for
each call, {"action", "known", "problems", "leaves", "error"}: whether botocore has the operation, what in the answer is not
as its model says, and how many values were read.
"""
import datetime
import json
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ASKED = json.load(sys.stdin)
SESSION = boto3.Session(
    aws_access_key_id=ASKED["keys"]["accessKeyId"],
    aws_secret_access_key=ASKED["keys"]["secretAccessKey"],
    region_name=ASKED["region"],
)
CONFIG = Config(
    retries={"max_attempts": 0},
    inject_host_prefix=False,
    s3={"addressing_style": "path"},
    parameter_validation=True,
)
PYTHON = {
    "string": str,
    "character": str,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "boolean": bool,
    "timestamp": datetime.datetime,
}
CLIENTS = {}


def without_account(request, **_):
    """S3 Control puts the account in front of the host; an address has no such names."""
    request.url = re.sub(r"//\d{12}\.", "//", request.url)


def client_of(name):
    if name not in CLIENTS:
        CLIENTS[name] = SESSION.client(name, endpoint_url=ASKED["url"], config=CONFIG)
        if name == "s3control":
            CLIENTS[name].meta.events.register("before-send.s3-control", without_account)
    return CLIENTS[name]


def check(shape, value, path, problems):
    """Number of values in it; what is wrong is added to the problems."""
    kind = shape.type_name
    if kind == "structure":
        for name in shape.required_members:
            if name not in value:
                problems.append(f"{path} lacks {name}")
        return sum(
            check(shape.members[name], item, f"{path}.{name}", problems)
            for name, item in value.items()
            if name in shape.members
        )
    if kind == "list":
        return sum(check(shape.member, item, f"{path}[]", problems) for item in value)
    if kind == "map":
        return sum(check(shape.value, item, f"{path}{{}}", problems) for item in value.values())
    if kind == "blob":
        return 1
    if getattr(shape, "document", False):
        return 1
    wanted = PYTHON[kind]
    # Policies come decoded, as objects.
    if not isinstance(value, wanted) and not (kind == "string" and isinstance(value, dict)):
        problems.append(f"{path} is {type(value).__name__}, not {kind}")
    if kind == "integer" and isinstance(value, bool):
        problems.append(f"{path} is a boolean, not {kind}")
    return 1


def make(call):
    result = {"action": call["action"], "known": False, "problems": [], "leaves": 0}
    if call["client"] not in SESSION.get_available_services():
        return result
    client = client_of(call["client"])
    if call["operation"] not in client.meta.service_model.operation_names:
        return result
    result["known"] = True
    model = client.meta.service_model.operation_model(call["operation"])
    try:
        answer = client._make_api_call(call["operation"], call["input"])
    except ClientError as error:
        result["error"] = error.response["Error"]["Code"]
        return result
    except Exception as error:  # what boto3 cannot read is what is looked for
        result["problems"].append(f"{type(error).__name__}: {error}")
        return result
    answer.pop("ResponseMetadata", None)
    if model.output_shape is not None:
        result["leaves"] = check(model.output_shape, answer, call["operation"], result["problems"])
    return result


print(json.dumps([make(call) for call in ASKED["calls"]]))
