#!/usr/bin/env python3
"""A second verifier of exports, after docs/bundle-format.md, without any code of the other one.

    second_verifier.py EXPORT.evx.tar POLICY.json

Prints one JSON document and ends with 0, 3, 4 or 5 as the specification says; 1: the policy cannot be used.
Needs Python 3.9 and `cryptography`. Timestamps are compared with what entries say of them, and not judged.
"""

import base64
import datetime
import hashlib
import itertools
import json
import math
import mmap
import re
import sys
import unicodedata

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519


# ---- findings -------------------------------------------------------------------------------------------------------

TRUST_ONLY = {"signer-unknown", "signer-untrusted"}
failures = []
incomplete = []


def fail(code, where, detail=""):
    failures.append({"code": code, "file": where, "detail": detail})


class Refused(Exception):
    """The archive, or a text in it, is not of the one form that exports have."""

    def __init__(self, code, detail):
        super().__init__(detail)
        self.code = code


def sha(data):
    return hashlib.sha256(data).hexdigest()


# ---- canonical JSON (RFC 8785) --------------------------------------------------------------------------------------


def number_text(value):
    """As ECMAScript writes a number: the shortest digits, an exponent from 21 places on and below 1e-6."""
    if value != value or math.isinf(value):
        raise ValueError("not a JSON number")
    if value == 0:
        return "0"
    sign, digits, exponent = ("-" if value < 0 else ""), *split_digits(abs(value))
    count = len(digits)
    if count <= exponent <= 21:
        return sign + digits + "0" * (exponent - count)
    if 0 < exponent <= 21:
        return sign + digits[:exponent] + "." + digits[exponent:]
    if -6 < exponent <= 0:
        return sign + "0." + "0" * -exponent + digits
    power = exponent - 1
    mantissa = digits[0] + ("." + digits[1:] if count > 1 else "")
    return "%s%se%s%d" % (sign, mantissa, "+" if power > 0 else "-", abs(power))


def split_digits(value):
    mantissa, _, power = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    exponent = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits) if whole == "0" else 0)
    return digits.rstrip("0"), exponent


def canonical(value):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(json.dumps(name, ensure_ascii=False) + ":" + canonical(value[name]) for name in names) + "}"


def parse(data):
    """JSON in its canonical form and in no other."""
    try:
        text = bytes(data).decode("utf-8")
        value = json.loads(text, parse_int=float, parse_float=float, parse_constant=float)
        if canonical(value).encode("utf-8") == bytes(data):
            return value
    except (ValueError, RecursionError, OverflowError):
        pass
    raise Refused("content-invalid", "not canonical JSON")


def parse_file(data):
    if not data.endswith(b"\n"):
        raise Refused("content-invalid", "no line feed at the end")
    return parse(data[:-1])


def lines_of(data):
    if data and not data.endswith(b"\n"):
        raise Refused("content-invalid", "the last line has no line feed")
    return data.split(b"\n")[:-1]


# ---- shapes: closed, every field named ------------------------------------------------------------------------------


def check(shape, value):
    if not shape(value):
        raise Refused("content-invalid", "wrong shape")
    return value


def text(value):
    return isinstance(value, str)


def matching(pattern, longest=None):
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None and (
        longest is None or len(value) <= longest
    )


def const(*allowed):
    return lambda value: not isinstance(value, bool) and value in allowed


def whole(least=0, most=2**53 - 1):
    return lambda value: isinstance(value, float) and value.is_integer() and least <= value <= most


def many(shape, least=0, most=None):
    return lambda value: isinstance(value, list) and len(value) >= least and (
        most is None or len(value) <= most
    ) and all(shape(item) for item in value)


def fields(required, optional=()):
    optional = dict(optional)
    return lambda value: isinstance(value, dict) and all(name in value for name in required) and all(
        (required[name] if name in required else optional.get(name, lambda _: False))(item)
        for name, item in value.items()
    )


def both(shape, rule):
    return lambda value: shape(value) and rule(value)


def real_instant(value):
    try:
        datetime.datetime.fromisoformat(value[:-1])
        return True
    except ValueError:
        return False


count = whole()
digest = matching(r"[0-9a-f]{64}")
sha_of = fields({"sha256": digest})
name_id = matching(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
instant = both(matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), real_instant)
run_number = whole(1, 999999999)
SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]+"
bundle_path = matching(SEGMENT + "(?:/" + SEGMENT + ")*", 255)

REASONS = "denied throttled truncated unavailable unlicensed invalid timeout aborted stale premature".split()
COUNT_NAMES = "inScope inspected passed failed notApplicable unknown excepted".split()
counts = both(
    fields({name: count for name in COUNT_NAMES}),
    lambda c: c["inspected"] == c["passed"] + c["failed"] + c["excepted"]
    and c["inScope"] == c["inspected"] + c["notApplicable"] + c["unknown"],
)
STATUSES = ["pass", "fail", "not-applicable", "unknown"]

ledger_position = fields(
    {
        "origin": matching(r"(?s).*", 200),
        "index": count,
        "tree": fields({"size": count, "rootHash": digest, "range": many(digest, most=53)}),
        "open": many(run_number, most=100),
    },
    {"previous": fields({"statement": sha_of, "signature": sha_of, "timestamps": many(sha_of)})},
)
agent_shape = fields({"id": name_id, "version": text, "build": sha_of})
role = const("root", "collector")
ledger_key = fields(
    {"keyid": digest, "role": role, "spki": matching(r"(?s).*", 200)}, {"notBefore": instant, "notAfter": instant}
)
trigger = const("manual", "schedule", "catch-up")


def subjects(*names):
    def shape(value):
        return isinstance(value, list) and len(value) == len(names) and all(
            fields({"name": const(name), "digest": sha_of})(item) for name, item in zip(names, value)
        )

    return shape


def aborted_subjects(value):
    rest = fields({"name": const("index.jsonl", "manifest-sha256.txt"), "digest": sha_of})
    return isinstance(value, list) and subjects("plan.json")(value[:1]) and all(map(rest, value[1:]))


SIGNED = ["manifest-sha256.txt", "bag-info.txt", "bagit.txt", "VERIFY.md", "verify.sh", "trust-hints.json"]
KINDS = {
    "ledger-genesis": (subjects("root-key.spki"), {"createdAt": instant, "keys": many(ledger_key, 1, 6)}, {}),
    "key-added": (subjects("key.spki"), {"addedAt": instant, "key": ledger_key}, {}),
    "key-revoked": (
        subjects("key.spki"),
        {
            "revokedAt": instant,
            "key": fields({"keyid": digest, "role": role}),
            "reason": const("superseded", "retired", "compromised"),
        },
        {"since": instant},
    ),
    "run-opened": (
        subjects("plan.json"),
        {
            "run": fields({"number": run_number, "job": name_id, "trigger": trigger, "openedAt": instant}),
            "config": sha_of,
        },
        {},
    ),
    "run-sealed": (
        subjects("manifest-sha256.txt", "index.jsonl"),
        {
            "run": fields(
                {
                    "number": run_number,
                    "openedAt": instant,
                    "sealedAt": instant,
                    "status": const("complete", "partial", "failed"),
                }
            ),
            "plan": sha_of,
            "config": sha_of,
            "mappings": many(fields({"id": text, "sha256": digest})),
            "items": fields(
                {"hash": const("rfc6962-sha256"), "count": count, "rootHash": digest, "totalBytes": count}
            ),
            "outcomes": fields({name: count for name in ["complete", "partial", "failed"]}),
            "results": fields({name: count for name in STATUSES}),
            "subjects": counts,
        },
        {"next": fields({"expectedBy": instant})},
    ),
    "run-aborted": (
        aborted_subjects,
        {
            "run": fields(
                {"number": run_number, "openedAt": instant, "abortedAt": instant, "reason": const("process-ended")}
            )
        },
        {},
    ),
    "exported": (
        subjects(*SIGNED),
        {
            "exportedAt": instant,
            "recipient": matching(r"(?s).{1,200}"),
            "scope": fields(
                {"from": instant, "to": instant},
                {"sources": many(name_id, most=20), "controls": many(matching(r"(?s).*", 20), most=93)},
            ),
            "runs": count,
            "withheld": count,
        },
        {},
    ),
}
SAMPLE_WORDS = both(text, lambda v: 1 <= len(v.encode("utf-16-le")) // 2 <= 200 and v[0] != " " and v[-1] != " "
                    and not any(unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") for one in v))
KINDS["sampled"] = (
    subjects("population.jsonl"),
    {
        "sampledAt": instant,
        "engagement": SAMPLE_WORDS,
        "control": both(SAMPLE_WORDS, lambda v: len(v.encode("utf-16-le")) // 2 <= 20),
        "run": run_number,
        "population": fields(
            {"planItem": text, "count": whole(1)}, {"occurredAt": both(text, lambda v: v != "")}
        ),
        "asked": matching(r"[1-9][0-9]{0,6}|[a-z][a-z0-9-]{0,39}"),
        "seed": digest,
        "size": whole(1),
    },
    {"picks": many(fields({"line": whole(1), "leafHash": digest}), most=5000)},
)
TYPE = re.compile(r"https://affiant\.dev/attestation/([a-z-]+)/v1")


def statement_kind(value):
    """The kind of a statement of the right shape."""
    found = TYPE.fullmatch(value.get("predicateType", "")) if isinstance(value, dict) else None
    if found is None or found.group(1) not in KINDS:
        raise Refused("statement-invalid", "unknown kind of statement")
    subject, required, optional = KINDS[found.group(1)]
    own = {"keyid": digest, "agent": agent_shape, "ledger": ledger_position}
    shape = fields(
        {
            "_type": const("https://in-toto.io/Statement/v1"),
            "subject": subject,
            "predicateType": text,
            "predicate": fields({**own, **required}, optional),
        }
    )
    check(shape, value)
    return found.group(1)


gap = fields(
    {"reason": const(*REASONS), "count": whole(1), "subjects": many(text, most=20)}, {"permission": text}
)
carried_over = fields({"count": whole(1), "oldest": instant})
outcome = both(
    fields(
        {
            "status": const("complete", "partial", "failed"),
            "pages": count,
            "records": count,
            "requests": count,
            "gaps": many(gap),
            "startedAt": instant,
            "endedAt": instant,
        },
        {
            "reason": const(*REASONS),
            "detail": text,
            "permissions": many(text),
            "sourceTotal": count,
            "sweep": fields({"kind": const("full", "increment"), "fullAt": instant, "basis": digest}),
            "carriedOver": carried_over,
            "credentials": many(fields({"rule": text, "field": text, "count": whole(1)}), 1),
        },
    ),
    lambda one: (one["status"] == "complete") == ("reason" not in one),
)
numbered = {"kind": text, "seq": count, "salt": matching(r"[0-9a-f]{32}")}
of_file = {"path": bundle_path, "sha256": digest, "size": count, "count": count}
summary_shape = fields(
    {
        "check": text,
        "revision": count,
        "source": text,
        "status": const(*STATUSES),
        "counts": counts,
        "incomplete": many(fields({"planItem": text, "reason": const(*REASONS)})),
    },
    {"reason": text},
)
identity = fields(
    {"id": text, "name": text, "principal": fields({"kind": const("user", "app", "anonymous"), "name": text})},
    {"granted": many(text)},
)
LINES = {
    "source": fields(
        {
            **numbered,
            "source": name_id,
            "collector": text,
            "scopes": many(fields({"id": text}, {"title": text, "kind": text, "excluded": text})),
            "outcome": outcome,
        },
        {"identity": identity},
    ),
    "records": fields(
        {
            **numbered,
            **of_file,
            "planItem": text,
            "schema": text,
            "collectedAt": instant,
            "controls": many(text),
        },
        {"lines": fields({"count": count, "rootHash": digest}), "carriedOver": carried_over},
    ),
    "carried": fields({**numbered, **of_file, "planItem": text, "oldest": instant}),
    "receipts": fields({**numbered, **of_file, "planItem": text}),
    "outcome": fields(
        {**numbered, "planItem": text, "source": name_id, "stream": text, "scope": text, "outcome": outcome},
        {"reproduce": text},
    ),
    "results": fields({**numbered, **of_file, "summary": summary_shape, "derivedFrom": many(count)}),
    "controls": fields({**numbered, **of_file, "mapping": text}),
    "withheld": fields(
        {"kind": text, "seq": count, "leafHash": digest, "reason": matching(r"(?s).{1,200}")}
    ),
}
redaction = const("drop", "pseudonym", "mask")


def redactions(value):
    return isinstance(value, dict) and all(redaction(one) for one in value.values())


plan_shape = fields(
    {
        "version": const(1),
        "run": fields(
            {
                "number": run_number,
                "job": name_id,
                "trigger": trigger,
                "openedAt": instant,
                "period": fields({"from": instant, "to": instant}),
            },
            {"schedule": fields({"cron": text, "timeZone": text})},
        ),
        "agent": fields({"installation": name_id, "version": text, "build": sha_of}),
        "config": sha_of,
        "sources": many(
            fields(
                {
                    "id": name_id,
                    "collector": text,
                    "streams": many(
                        fields(
                            {"id": text, "version": count, "permissions": many(text)},
                            {"appliesTo": many(text), "occurredAt": text, "title": text, "redact": redactions},
                        )
                    ),
                },
                {
                    "plugin": fields({"name": text, "version": text}),
                    "demo": lambda value: value is True,
                    "expects": fields({}, {"id": text, "name": text}),
                    "requestLog": text,
                },
            )
        ),
        "checks": many(
            fields(
                {
                    "id": text,
                    "revision": count,
                    "source": name_id,
                    "severity": const("critical", "high", "medium", "low"),
                    "title": text,
                    "inputs": many(text),
                    "params": lambda value: isinstance(value, dict),
                    "criteria": fields({"pass": text, "fail": text}),
                    "remediation": text,
                },
                {"disabled": text},
            )
        ),
        "mappings": many(fields({"id": text, "sha256": digest})),
    }
)
attempt = {"kind": text, "at": instant, "attempt": whole(1)}
body = {"bodySha256": digest, "bodyBytes": count, "failure": const(*REASONS)}
signed_whole = whole(-(2**53 - 1))
http_receipt = fields(
    {**attempt, "method": text, "url": text},
    {
        **body,
        "requestSha256": digest,
        "status": signed_whole,
        "requestId": text,
        "serverDate": text,
        "kept": fields({"bodySha256": digest, "bodyBytes": count, "receivedAt": instant}),
    },
)
command_receipt = fields({**attempt, "program": text, "args": many(text)}, {**body, "exitStatus": signed_whole})
evidence_shape = fields(
    {
        "strength": const("direct", "supporting", "context"),
        "shows": text,
        "not-shown": text,
        "status": const("pass", "fail", "unknown", "not-applicable", "collected", "incomplete", "not-collected"),
    },
    {"check": text, "stream": text, "source": text, "reason": text},
)
CONTENT = {
    "carried": fields({"key": both(text, bool), "readAt": instant, "run": run_number}),
    "receipts": lambda value: isinstance(value, dict)
    and {"http": http_receipt, "command": command_receipt}.get(value.get("kind"), lambda _: False)(value),
    "results": fields(
        {"status": const(*STATUSES), "subject": text},
        {"reason": text, "detail": text, "name": text, "scope": text},
    ),
    "controls": fields(
        {
            "control": text,
            "title": text,
            "theme": const("organizational", "people", "physical", "technological"),
            "status": const("pass", "fail", "unknown", "not-applicable", "no-evidence", "manual"),
            "counts": counts,
            "evidence": many(evidence_shape),
        },
        {"manual": fields({"reason": text, "owner": text, "cadence": text}), "also-needed": text},
    ),
}


# ---- the archive ----------------------------------------------------------------------------------------------------

BLOCK = 512
BASE = re.compile(r"[a-z0-9-]{1,63}_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d")
TOP = set(SIGNED) | {"tagmanifest-sha256.txt", "export.sigstore.json", "export.json", "export.sig"}
NAMES = re.compile(
    r"export\.[1-9]\d{0,2}\.tst"
    r"|data/ledger/\d{9}(?:\.[1-9]\d{0,2}\.tst|\.json|\.sig|\.sigstore\.json)"
    r"|data/timestamps/\d{9}/[0-9a-f]{64}\.tst"
    r"|data/runs/(?!0{9})\d{9}/(?:plan\.json|index\.jsonl|manifest-sha256\.txt)"
)
RUN_FILE = re.compile(r"data/runs/(?!0{9})\d{9}/((?:records|carried|receipts|results|controls)/.+)")
REPORT_FILE = re.compile(r"data/(report/.+\.(?:css|csv|html|js|json))")


def header_of(path, size):
    """The one header for a path and a size."""
    raw = path.encode("ascii")
    prefix = b""
    if len(raw) > 100:
        cut = raw.index(b"/", len(raw) - 101)
        prefix, raw = raw[:cut], raw[cut + 1 :]
        if len(prefix) > 155 or not prefix or not raw:
            raise ValueError("too long")
    head = bytearray(BLOCK)

    def put(at, value):
        head[at : at + len(value)] = value

    put(0, raw)
    put(100, b"0000644\0")
    put(108, b"0000000\0")
    put(116, b"0000000\0")
    put(124, b"%011o\0" % size)
    put(136, b"00000000000\0")
    put(148, b" " * 8)
    put(156, b"0")
    put(257, b"ustar\00000")
    put(329, b"0000000\0")
    put(337, b"0000000\0")
    put(345, prefix)
    put(148, b"%06o\0 " % sum(head))
    return bytes(head)


def read_archive(data, limits):
    """Names with offset and size, and the folder that they stand in."""
    if len(data) > limits["maxTotalBytes"]:
        raise Refused("archive-limit", "too many bytes")
    if data[:2] == b"\x1f\x8b":
        raise Refused("archive-invalid", "compressed")
    places, base, last, folded, at = {}, None, "", set(), 0

    def need(size):
        if at + size > len(data):
            raise Refused("archive-truncated", "after %s" % last)
        return data[at : at + size]

    while True:
        head = need(BLOCK)
        if head[0] == 0:
            break
        if head[156:157] != b"0":
            raise Refused("archive-type", "after %s" % last)
        size_text = head[124:135]
        if re.fullmatch(rb"[0-7]{11}", size_text) is None:
            raise Refused("archive-invalid", "size after %s" % last)
        size = int(size_text, 8)
        name_part = head[:100].split(b"\0")[0]
        prefix = head[345:500].split(b"\0")[0]
        raw = prefix + b"/" + name_part if prefix else name_part
        if re.fullmatch(rb"[\x21-\x7e]+", raw) is None:
            raise Refused("archive-path", "after %s" % last)
        path = raw.decode("ascii")
        try:
            same = header_of(path, size) == head
        except ValueError:
            raise Refused("archive-path", path)
        if not same:
            raise Refused("archive-invalid", "header of %s" % path)
        folder, _, name = path.partition("/")
        inner = RUN_FILE.fullmatch(name) or REPORT_FILE.fullmatch(name)
        known = name in TOP or NAMES.fullmatch(name) or (inner and bundle_path(inner.group(1)))
        if not known or BASE.fullmatch(folder) is None or folder != (base or folder):
            raise Refused("archive-path", path)
        base = folder
        if name <= last or name.lower() in folded:
            raise Refused("archive-order", name)
        if len(places) >= limits["maxFiles"] or size > limits["maxFileBytes"]:
            raise Refused("archive-limit", name)
        last = name
        folded.add(name.lower())
        at += BLOCK
        places[name] = (at, size)
        at += size
        padding = -size % BLOCK
        if at > len(data):
            raise Refused("archive-truncated", name)
        if need(padding) != bytes(padding):
            raise Refused("archive-invalid", "padding of %s" % name)
        at += padding
    if need(2 * BLOCK) != bytes(2 * BLOCK):
        raise Refused("archive-invalid", "no two blocks of zeros at the end")
    if at + 2 * BLOCK != len(data):
        raise Refused("archive-trailing", "bytes after the end")
    if base is None:
        raise Refused("archive-truncated", "empty")
    return places, base


# ---- Merkle trees (RFC 6962) ----------------------------------------------------------------------------------------


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_root(leaves):
    """MTH as RFC 6962, section 2.1, defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node(tree_root(leaves[:split]), tree_root(leaves[split:]))


class GrowingTree:
    """The roots of the perfect subtrees, the largest first."""

    def __init__(self, size=0, range_=()):
        heights = [height for height in reversed(range(size.bit_length())) if size >> height & 1]
        self.parts = [(bytes.fromhex(part), height) for part, height in zip(range_, heights)]
        self.size = size

    def add(self, one):
        height = 0
        while self.parts and self.parts[-1][1] == height:
            one, height = node(self.parts.pop()[0], one), height + 1
        self.parts.append((one, height))
        self.size += 1

    def range(self):
        return [part.hex() for part, _ in self.parts]

    def root(self):
        if not self.parts:
            return sha(b"")
        root = self.parts[-1][0]
        for part, _ in reversed(self.parts[:-1]):
            root = node(part, root)
        return root.hex()


# ---- keys -----------------------------------------------------------------------------------------------------------


def load_key(spki):
    """The key, if ledgers are signed with keys of its kind."""
    try:
        key = serialization.load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        return None
    good = isinstance(key, ed25519.Ed25519PublicKey) or (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    )
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key if good and key.public_bytes(serialization.Encoding.DER, form) == spki else None


def is_signed(key, payload, signature):
    kind = b"application/vnd.in-toto+json"
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


class KeyRing:
    def __init__(self, pinned):
        self.pinned = pinned
        self.keys = {}  # key id -> key
        self.grants = {}  # (key id, role) -> {"from", "to", "revoked"}
        self.compromised = []
        self.started = False

    def start(self, kind):
        self.started = True
        for keyid, key in self.pinned.items():
            self.keys[keyid] = key
            self.grants[keyid, "root"] = {}
            if kind != "ledger-genesis":
                self.grants[keyid, "collector"] = {}

    def name(self, named, where):
        try:
            spki = base64.b64decode(named["spki"], validate=True)
        except ValueError:
            spki = b""
        key = load_key(spki)
        grant = self.grants.get((named["keyid"], named["role"]), {})
        if key is None or sha(spki) != named["keyid"] or base64.b64encode(spki).decode() != named["spki"]:
            fail("key-invalid", where, "the key that it names is not that key")
        elif "revoked" in grant:
            fail("key-invalid", where, "the key was revoked")
        else:
            self.keys[named["keyid"]] = key
            self.grants[named["keyid"], named["role"]] = {
                "from": named.get("notBefore"),
                "to": named.get("notAfter"),
            }

    def admit(self, entry):
        statement, kind, where = entry["statement"], entry["kind"], entry["file"]
        predicate = statement["predicate"]
        if not self.started:
            self.start(kind)
        keyid = predicate["keyid"]
        key = self.keys.get(keyid)
        if key is None:
            signers = [one for one in self.keys.values() if is_signed(one, entry["payload"], entry["signature"])]
            if signers:
                fail("statement-invalid", where, "another key signed it than it names")
            else:
                fail("signer-untrusted", where, keyid)
            return
        if not is_signed(key, entry["payload"], entry["signature"]):
            fail("signature-invalid", where)
            return
        needed = "root" if kind in ("ledger-genesis", "key-added", "key-revoked") else "collector"
        grant = self.grants.get((keyid, needed))
        if grant is None:
            fail("key-unauthorized" if needed == "root" else "key-role-wrong", where)
        elif "revoked" in grant:
            fail("key-revoked", where)
        elif grant.get("from") and entry["claims"] < grant["from"] or grant.get("to") and entry["claims"] > grant["to"]:
            fail("key-not-valid", where)
        else:
            self.learn(entry)

    def learn(self, entry):
        predicate, kind, where = entry["statement"]["predicate"], entry["kind"], entry["file"]
        subject = entry["statement"]["subject"][0]["digest"]["sha256"]
        if kind == "ledger-genesis" and entry["index"] == 0:
            self.keys, self.grants = {}, {}
            for named in predicate["keys"]:
                self.name(named, where)
        elif kind == "key-added":
            if subject != predicate["key"]["keyid"]:
                fail("key-invalid", where, "its subject is another key")
            else:
                self.name(predicate["key"], where)
        elif kind == "key-revoked":
            keyid, role_name = predicate["key"]["keyid"], predicate["key"]["role"]
            grant = self.grants.get((keyid, role_name))
            if grant is None or "revoked" in grant or subject != keyid:
                fail("key-invalid", where, "there is no such key to revoke")
                return
            grant["revoked"] = True
            if predicate["reason"] == "compromised":
                self.compromised.append((keyid, role_name, entry["index"]))


# ---- the ledger -----------------------------------------------------------------------------------------------------

CLAIMS = {
    "ledger-genesis": lambda p: p["createdAt"],
    "key-added": lambda p: p["addedAt"],
    "key-revoked": lambda p: p["revokedAt"],
    "run-opened": lambda p: p["run"]["openedAt"],
    "run-sealed": lambda p: p["run"]["sealedAt"],
    "run-aborted": lambda p: p["run"]["abortedAt"],
    "exported": lambda p: p["exportedAt"],
    "sampled": lambda p: p["sampledAt"],
}


def sample_size(asked, count):
    """How many are picked; `None` if the words mean nothing."""
    count = int(count)
    tenth = (count + 9) // 10
    if asked[0].isdigit():
        return min(int(asked), count)
    if asked == "all":
        return count
    if asked == "assurancelab":
        return count if count <= 5 else 5 if count <= 50 else tenth if count <= 250 else 25
    if asked == "chiaro":
        return count if count <= 10 else 8 if count <= 50 else 15 if count <= 250 else 25
    if asked == "kirkpatrickprice":
        return min(count, 30, max(3, tenth))
    return None


def compare_sample(entry, sealed):
    """What an entry says of a sample, against itself and the runs that were sealed before."""
    said, where = entry["statement"]["predicate"], entry["file"]
    population = entry["statement"]["subject"][0]["digest"]["sha256"]
    words = ["affiant-sample/1", population, said["engagement"], said["control"], said["asked"], ""]
    if not sealed:
        fail("sample-wrong", where, "no entry before it seals the run")
    if said["seed"] != sha("\n".join(words).encode()):
        fail("sample-wrong", where, "seed")
    if said["size"] != sample_size(said["asked"], said["population"]["count"]):
        fail("sample-wrong", where, "size")
    if (len(said["picks"]) if "picks" in said else None) != (None if said["asked"] == "all" else said["size"]):
        fail("sample-wrong", where, "picks")


def strict_base64(value):
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", value) is not None and canonical_base64(value)


def canonical_base64(value):
    try:
        return base64.b64encode(base64.b64decode(value, validate=True)).decode() == value
    except ValueError:
        return False


envelope_shape = fields(
    {
        "mediaType": const("application/vnd.dev.sigstore.bundle.v0.3+json"),
        "verificationMaterial": fields(
            {"publicKey": fields({"hint": digest})},
            {
                "timestampVerificationData": fields(
                    {"rfc3161Timestamps": many(fields({"signedTimestamp": strict_base64}), 1)}
                )
            },
        ),
        "dsseEnvelope": fields(
            {
                "payload": strict_base64,
                "payloadType": const("application/vnd.in-toto+json"),
                "signatures": many(fields({"keyid": digest, "sig": strict_base64}), 1, 1),
            }
        ),
    }
)


def open_envelope(data):
    """Payload, signature, key id and tokens of an entry."""
    bundle = check(envelope_shape, parse_file(data))
    envelope, material = bundle["dsseEnvelope"], bundle["verificationMaterial"]
    keyid = envelope["signatures"][0]["keyid"]
    if keyid != material["publicKey"]["hint"]:
        raise Refused("envelope-invalid", "two key ids")
    tokens = material.get("timestampVerificationData", {"rfc3161Timestamps": []})["rfc3161Timestamps"]
    return (
        base64.b64decode(envelope["payload"]),
        base64.b64decode(envelope["signatures"][0]["sig"]),
        keyid,
        [base64.b64decode(token["signedTimestamp"]) for token in tokens],
    )


def read_entry(index, file, data):
    try:
        payload, signature, keyid, tokens = open_envelope(data)
    except Refused as refused:
        fail("envelope-invalid", file, str(refused))
        return None
    try:
        statement = parse(payload)
        kind = statement_kind(statement)
    except Refused as refused:
        fail("statement-invalid", file, str(refused))
        return None
    if statement["predicate"]["keyid"] != keyid:
        fail("envelope-invalid", file, "two key ids")
    return {
        "index": index,
        "file": file,
        "payload": payload,
        "signature": signature,
        "tokens": tokens,
        "statement": statement,
        "kind": kind,
        "claims": CLAIMS[kind](statement["predicate"]),
    }


class Ledger:
    def __init__(self, policy, pinned):
        self.policy = policy
        self.ring = KeyRing(pinned)
        self.tree = GrowingTree()
        self.previous = None
        self.origin = None
        self.open = []
        self.runs = {}
        self.entries = []
        self.until = ""

    def add(self, entry):
        file, index, kind = entry["file"], entry["index"], entry["kind"]
        predicate = entry["statement"]["predicate"]
        place = predicate["ledger"]
        own = sha(entry["payload"])
        if place["index"] != index:
            fail("entry-misplaced", file)
        if not self.entries:
            self.begin(place, entry)
        if index == 0:
            if self.policy.get("origin", self.origin) != self.origin:
                fail("origin-mismatch", file)
            if self.policy.get("genesis", own) != own:
                fail("genesis-mismatch", file)
        expected_head = self.policy.get("expectHead")
        if expected_head and expected_head["index"] == index and expected_head["sha256"] != own:
            fail("head-mismatch", file)
        if place["origin"] != self.origin or place["origin"] != "affiant.dev/" + predicate["agent"]["id"]:
            fail("origin-wrong", file)
        if place.get("previous") != self.previous:
            fail("previous-wrong", file)
        tree = place["tree"]
        if (tree["size"], tree["rootHash"], tree["range"]) != (self.tree.size, self.tree.root(), self.tree.range()):
            fail("root-wrong", file)
        if (kind == "ledger-genesis") != (index == 0):
            fail("genesis-wrong", file)
        if kind == "ledger-genesis":
            signer = predicate["keyid"]
            named = any(key["keyid"] == signer and key["role"] == "root" for key in predicate["keys"])
            if not named or entry["statement"]["subject"][0]["digest"]["sha256"] != signer:
                fail("genesis-wrong", file)
        self.follow_run(entry)
        if place["open"] != self.open:
            fail("open-runs-wrong", file)
        self.tree.add(leaf(entry["payload"]))
        self.previous = {
            "statement": {"sha256": own},
            "signature": {"sha256": sha(entry["signature"])},
            "timestamps": [{"sha256": sha(token)} for token in entry["tokens"]],
        }
        self.until = max(self.until, entry["claims"])
        self.ring.admit(entry)
        self.entries.append(entry)

    def begin(self, place, entry):
        """What came before the first entry that can be read is taken from itself."""
        self.origin = place["origin"]
        if entry["index"] == 0:
            return
        self.previous = place.get("previous")
        number = entry["index"] if entry["kind"] == "run-opened" else None
        self.open = [one for one in place["open"] if one != number]
        self.tree = GrowingTree(entry["index"], place["tree"]["range"])

    def follow_run(self, entry):
        kind, file, index = entry["kind"], entry["file"], entry["index"]
        if kind == "sampled":
            known = self.runs.get(int(entry["statement"]["predicate"]["run"]), {})
            compare_sample(entry, known.get("end", {}).get("kind") == "run-sealed")
            known.setdefault("samples", []).append(entry)
            return
        if kind not in ("run-opened", "run-sealed", "run-aborted"):
            return
        run = entry["statement"]["predicate"]["run"]
        number = int(run["number"])
        if kind == "run-opened":
            if number != index:
                fail("run-mismatch", file)
            self.runs.setdefault(number, {})["opening"] = entry
            self.open = sorted({*self.open, number})
            return
        known = self.runs.setdefault(number, {})
        opening = known.get("opening")
        if number not in self.open:
            fail("sealed-twice" if opening else "sealed-unopened", file)
        self.open = [one for one in self.open if one != number]
        if entry["claims"] < run["openedAt"]:
            fail("times-wrong", file)
        known.setdefault("end", entry)
        if not opening:
            return
        if run["openedAt"] != opening["claims"]:
            fail("statement-invalid", file)
        subject = entry["statement"]["subject"][0]["digest"]
        plan = entry["statement"]["predicate"].get("plan", subject)["sha256"]
        if plan != opening["statement"]["subject"][0]["digest"]["sha256"]:
            fail("plan-swapped", file)

    def finish(self):
        if not self.entries:
            fail("ledger-missing", "ledger")
        expected = self.policy.get("expectHead")
        if expected and (not self.entries or self.entries[-1]["index"] < expected["index"]):
            fail("head-missing", "ledger")
        for keyid, role_name, revoked_at in self.ring.compromised:
            for entry in self.entries:
                root_kind = entry["kind"] in ("ledger-genesis", "key-added", "key-revoked")
                its = entry["statement"]["predicate"]["keyid"] == keyid and root_kind == (role_name == "root")
                if its and entry["index"] < revoked_at:
                    fail("key-revoked", entry["file"], "nothing that is judged here shows that it is older")

    def gaps(self, covered):
        last = {}
        for number in sorted(self.runs):
            opening = self.runs[number].get("opening")
            if opening:
                job = opening["statement"]["predicate"]["run"]["job"]
                self.compare_gap(last.get(job), opening["claims"], covered)
                last[job] = number
        for number in last.values():
            self.compare_gap(number, self.until, covered)

    def compare_gap(self, number, next_at, covered):
        if number is None or number not in covered:
            return
        run, latest = self.runs[number], []
        end = run.get("end")
        expected = end["statement"]["predicate"].get("next") if end else None
        if expected:
            latest.append(moment(expected["expectedBy"]) + 3600)
        if "maxGapSeconds" in self.policy:
            latest.append(moment(run["opening"]["claims"]) + self.policy["maxGapSeconds"])
        if latest and moment(next_at) > min(latest):
            incomplete.append("run %d: schedule-gap" % number)


def moment(value):
    return datetime.datetime.fromisoformat(value[:-1] + "+00:00").timestamp()


# ---- a run ----------------------------------------------------------------------------------------------------------

FOLDERS = {kind: kind + "/" for kind in ("records", "carried", "receipts", "results", "controls")}
MANIFEST_LINE = re.compile(rb"([0-9a-f]{64})  (\S+)")


class Run:
    def __init__(self, export, number, facts):
        self.export, self.number = export, number
        self.folder = "data/runs/%09d/" % number
        self.opening, self.end = facts.get("opening"), facts["end"]
        self.names = [name[len(self.folder) :] for name in export.places if name.startswith(self.folder)]
        self.samples = facts.get("samples", [])
        self.withheld = 0

    def fail(self, code, name, detail=""):
        fail(code, self.folder + name, detail)

    def verify(self):
        seal = self.end["statement"]
        plan_bytes, index_bytes = self.content("plan.json"), self.content("index.jsonl")
        plan = self.read_plan(plan_bytes)
        lines = self.read_index(index_bytes)
        if plan_bytes is not None:
            for signed_digest in (
                self.opening and self.opening["statement"]["subject"][0]["digest"]["sha256"],
                seal["predicate"]["plan"]["sha256"],
            ):
                if signed_digest and sha(plan_bytes) != signed_digest:
                    self.fail("plan-changed", "plan.json")
        if plan:
            self.compare_opening(plan)
        if lines is None:
            return
        self.withheld = sum(line["kind"] == "withheld" for line, _ in lines)
        if self.withheld:
            if "manifest-sha256.txt" in self.names:
                self.fail("withheld-invalid", "manifest-sha256.txt", "it names what is withheld")
        else:
            self.compare_manifest(plan_bytes, index_bytes, lines, seal)
        files = self.files_of(lines)
        for name in self.names:
            if name not in files and name not in ("plan.json", "index.jsonl", "manifest-sha256.txt"):
                self.fail("file-added", name)
        for line in files.values():
            self.verify_file(line, plan)
        self.compare_seal(plan, lines, files, seal["predicate"])
        for entry in self.samples:
            self.compare_picks(entry, plan, [line for line, _ in lines])

    def compare_picks(self, entry, plan, lines):
        said, where = entry["statement"]["predicate"], entry["file"]
        item = said["population"]["planItem"]
        if any(line["kind"] == "outcome" and line["planItem"] == item and line["outcome"]["status"] != "complete" for line in lines):
            fail("sample-wrong", where, "it was not read whole")
        file = next((line for line in lines if line["kind"] == "records" and line["planItem"] == item), None)
        if file is None:
            if not self.withheld:
                fail("sample-wrong", where, "the run has no such records")
            return
        if file["sha256"] != entry["statement"]["subject"][0]["digest"]["sha256"] or file["count"] != said["population"]["count"]:
            fail("sample-wrong", where, "other records")
            return
        field = said["population"].get("occurredAt")
        if plan:
            planned = [
                stream.get("occurredAt")
                for source in plan["sources"]
                for stream in source["streams"]
                if item.startswith(source["id"] + "/" + stream["id"] + "/")
            ]
            if planned[:1] != [field]:
                fail("sample-wrong", where, "another order")
                return
        data = self.export.content(self.folder + file["path"]) if file["path"] in self.names else b""
        if sha(data) != file["sha256"] or "picks" not in said:
            return
        rows = data.split(b"\n")[:-1]
        if not 1 <= said["size"] <= len(rows) or len(rows) != file["count"]:
            return

        def when(place):
            value = json.loads(rows[place])
            for name in field.split("."):
                value = value[name]
            return "" if value is None else value[:-1]

        try:
            order = sorted(range(len(rows)), key=when) if field else range(len(rows))
        except (ValueError, KeyError, TypeError):
            return
        size = int(said["size"])
        for block in range(size):
            start, end = (edge * len(rows) // size for edge in (block, block + 1))
            number = int(sha(("%s\n%d\n" % (said["seed"], block)).encode()), 16)
            place = order[start + number % (end - start)]
            expected = {"line": place + 1, "leafHash": leaf(rows[place]).hex()}
            if said["picks"][block : block + 1] != [expected]:
                fail("sample-wrong", where, "pick %d" % (block + 1))
                return

    def content(self, name):
        if name not in self.names:
            self.fail("file-missing", name)
            return None
        return self.export.content(self.folder + name)

    def read_plan(self, data):
        if data is None:
            return None
        try:
            plan = check(plan_shape, parse_file(data))
        except Refused as refused:
            self.fail("plan-invalid", "plan.json", str(refused))
            return None
        if plan["run"]["number"] != self.number:
            self.fail("run-mismatch", "plan.json")
        return plan

    def read_index(self, data):
        """Lines with their bytes; `None` if any of them is not one."""
        if data is None:
            return None
        lines = []
        try:
            for raw in lines_of(data):
                line = parse(raw)
                check(LINES.get(line.get("kind"), lambda _: False) if isinstance(line, dict) else (lambda _: False), line)
                if line["seq"] != len(lines):
                    self.fail("index-invalid", "index.jsonl", "seq")
                lines.append((line, raw))
        except Refused as refused:
            self.fail("index-invalid", "index.jsonl", "line %d: %s" % (len(lines) + 1, refused))
            return None
        return lines

    def compare_opening(self, plan):
        if not self.opening:
            return
        said = self.opening["statement"]["predicate"]
        run = {name: plan["run"][name] for name in ("number", "job", "trigger", "openedAt")}
        if said["run"] != run or said["config"] != plan["config"] or said["agent"] != agent_of(plan):
            fail("statement-invalid", self.opening["file"], "it says something else than the plan")

    def files_of(self, lines):
        files = {}
        for line, _ in lines:
            if line["kind"] not in FOLDERS:
                continue
            if not line["path"].startswith(FOLDERS[line["kind"]]) or line["path"] in files:
                self.fail("index-invalid", "index.jsonl", line["path"])
            files[line["path"]] = line
        return files

    def compare_manifest(self, plan_bytes, index_bytes, lines, seal):
        manifest = self.content("manifest-sha256.txt")
        named = {one["name"]: one["digest"]["sha256"] for one in seal["subject"]}
        changed = sha(index_bytes) != named["index.jsonl"]
        if changed:
            self.fail("index-changed", "index.jsonl")
        if manifest is None or plan_bytes is None:
            return
        if sha(manifest) != named["manifest-sha256.txt"]:
            self.fail("manifest-changed", "manifest-sha256.txt")
            changed = True
        # What was already found changed is not said twice.
        if changed or sha(plan_bytes) != seal["predicate"]["plan"]["sha256"]:
            return
        expected = {line["path"]: line["sha256"] for line, _ in lines if line["kind"] in FOLDERS}
        expected.update({"plan.json": sha(plan_bytes), "index.jsonl": sha(index_bytes)})
        if manifest != "".join("%s  %s\n" % (expected[path], path) for path in sorted(expected)).encode():
            self.fail("manifest-index-mismatch", "manifest-sha256.txt")

    def verify_file(self, line, plan):
        path = line["path"]
        if path not in self.names:
            self.fail("object-missing", path)
            return
        data = self.export.content(self.folder + path)
        if sha(data) != line["sha256"]:
            self.fail("object-changed", path)
            return
        if len(data) != line["size"]:
            self.fail("size-wrong", path)
        try:
            lines = lines_of(data)
            if line["kind"] != "records":
                values = [check(CONTENT[line["kind"]], parse(raw)) for raw in lines]
            if line["kind"] == "carried":
                keys = [value["key"].encode("utf-16-be") for value in values]
                if keys != sorted(set(keys)):
                    raise Refused("content-invalid", "keys ascend")
                if min((value["readAt"] for value in values), default=None) != line["oldest"]:
                    self.fail("counts-wrong", path)
        except Refused as refused:
            self.fail("content-invalid", path, str(refused))
            return
        if len(lines) != line["count"]:
            self.fail("counts-wrong", path)
        if line["kind"] == "records" and plan:
            self.verify_events(plan, line, lines)
        if line["kind"] == "records" and "lines" in line:
            if line["lines"]["count"] != line["count"]:
                self.fail("counts-wrong", path)
            if tree_root([leaf(raw) for raw in lines]).hex() != line["lines"]["rootHash"]:
                self.fail("root-wrong", path)
        if line["kind"] == "results":
            said = line["summary"]["counts"]
            found = {status: sum(value["status"] == status for value in values) for status in STATUSES}
            expected = (said["passed"], said["failed"] + said["excepted"], said["notApplicable"], said["unknown"])
            if tuple(found[status] for status in STATUSES) != expected or len(values) != said["inScope"]:
                self.fail("results-mismatch", path)

    def verify_events(self, plan, line, lines):
        """Each record of a population of events happened in the period."""
        period = plan["run"]["period"]
        paths = [
            stream["occurredAt"]
            for source in plan["sources"]
            for stream in source["streams"]
            if line["planItem"].startswith(source["id"] + "/" + stream["id"] + "/") and "occurredAt" in stream
        ]
        for path, raw in itertools.product(paths, lines):
            try:
                value = json.loads(raw)
                for name in path.split("."):
                    value = value[name]
                inside = value is None or period["from"] <= instant_of(value) < period["to"]
            except (ValueError, KeyError, TypeError):
                inside = False
            if not inside:
                self.fail("period-wrong", line["path"])

    def compare_seal(self, plan, lines, files, seal):
        leaves = [bytes.fromhex(line["leafHash"]) if line["kind"] == "withheld" else leaf(raw) for line, raw in lines]
        if seal["items"]["count"] != len(lines) or seal["items"]["rootHash"] != tree_root(leaves).hex():
            self.fail("root-wrong", "index.jsonl")
        by_kind = {kind: [line for line, _ in lines if line["kind"] == kind] for kind in LINES}
        summaries = [line["summary"] for line in by_kind["results"]]
        ends = [line["outcome"]["status"] for line in by_kind["outcome"]]
        if {name: ends.count(name) for name in ("complete", "partial", "failed")} != seal["outcomes"]:
            fail("counts-wrong", self.end["file"], "outcomes")
        found = {
            "totalBytes": {"": sum(line["size"] for line in files.values())},
            "results": {name: sum(one["status"] == name for one in summaries) for name in STATUSES},
            "subjects": {name: sum(one["counts"][name] for one in summaries) for name in COUNT_NAMES},
        }
        said = {"totalBytes": {"": seal["items"]["totalBytes"]}, "results": seal["results"], "subjects": seal["subjects"]}
        for part, tally in found.items():
            for name, number in tally.items():
                if number > said[part][name] or (not self.withheld and number != said[part][name]):
                    fail("counts-wrong", self.end["file"], part + " " + name)
        not_whole = [line for line, _ in lines if line.get("outcome", {}).get("status", "complete") != "complete"]
        usable = ends.count("complete") + ends.count("partial") > 0
        status = "complete" if not not_whole else "partial" if usable else "failed"
        if status != seal["run"]["status"]:
            fail("statement-invalid", self.end["file"], "status")
        for line in not_whole:
            incomplete.append("run %d: %s" % (self.number, line.get("planItem", line["source"])))
        if not plan:
            return
        if (
            seal["run"]["openedAt"] != plan["run"]["openedAt"]
            or seal["run"]["number"] != plan["run"]["number"]
            or seal["config"] != plan["config"]
            or seal["mappings"] != plan["mappings"]
            or seal["agent"] != agent_of(plan)
        ):
            fail("statement-invalid", self.end["file"], "it says something else than the plan")
        missing = self.compare_items(plan, by_kind) + self.compare_checks(plan, by_kind)
        if self.withheld and missing > self.withheld:
            self.fail("withheld-invalid", "index.jsonl", "more is missing than is withheld")

    def compare_items(self, plan, by_kind):
        """What was planned and what became of it. Gives how many records lines are missing."""
        sources = {line["source"]: line for line in by_kind["source"]}
        planned, events = {}, set()
        for source in plan["sources"]:
            line = sources.get(source["id"])
            if line is None:
                self.fail("outcome-missing", "index.jsonl", source["id"])
                continue
            if line["collector"] != source["collector"]:
                self.fail("index-invalid", "index.jsonl", source["id"])
            scopes = [scope for scope in line["scopes"] if "excluded" not in scope] if line["scopes"] else [{"id": "*"}]
            for stream in source["streams"]:
                kinds = stream.get("appliesTo")
                for scope in (one["id"] for one in scopes if kinds is None or one["id"] == "*" or one.get("kind") in kinds):
                    item = "/".join((source["id"], stream["id"], scope))
                    planned[item] = "%s/%d" % (stream["id"], stream["version"])
                    events.update([item] if "occurredAt" in stream else [])
        if len(sources) != len(by_kind["source"]) or set(sources) - {one["id"] for one in plan["sources"]}:
            self.fail("index-invalid", "index.jsonl", "sources")
        outcomes = {}
        for line in by_kind["outcome"]:
            if line["planItem"] != "/".join((line["source"], line["stream"], line["scope"])):
                self.fail("index-invalid", "index.jsonl", line["planItem"])
            if line["planItem"] in outcomes:
                self.fail("outcome-duplicate", "index.jsonl", line["planItem"])
            outcomes[line["planItem"]] = line["outcome"]
        for item in planned.keys() - outcomes.keys():
            self.fail("outcome-missing", "index.jsonl", item)
        for item in outcomes.keys() - planned.keys():
            self.fail("index-invalid", "index.jsonl", item)
        records = {line["planItem"]: line for line in by_kind["records"]}
        if len(records) != len(by_kind["records"]):
            self.fail("index-invalid", "index.jsonl", "two records lines for one plan item")
        for item, line in records.items():
            if item not in outcomes:
                self.fail("outcome-missing", line["path"])
            elif line["schema"] != planned.get(item, line["schema"]):
                self.fail("index-invalid", line["path"])
        for line in by_kind["receipts"]:
            if line["planItem"] not in outcomes and line["planItem"] not in sources:
                self.fail("outcome-missing", line["path"])
        missing = self.compare_carried(by_kind, outcomes, records)
        for item, result in outcomes.items():
            line = records.get(item)
            total = result.get("sourceTotal", result["records"])
            if result["status"] == "complete" and (total != result["records"] or result["gaps"]):
                self.fail("counts-wrong", "index.jsonl", item)
            if result["status"] == "complete" and item in events and result["startedAt"] < plan["run"]["period"]["to"]:
                self.fail("period-wrong", "index.jsonl", item)
            if line is None and result["records"] > 0 and self.withheld:
                missing += 1
            elif result["records"] != (line["count"] if line else 0):
                self.fail("counts-wrong", "index.jsonl", item)
        self.outcomes = {line["planItem"]: line for line in by_kind["outcome"]}
        return missing

    def compare_carried(self, by_kind, outcomes, records):
        """What is said of records of earlier runs. Gives how many carried lines are missing."""
        carried = {line["planItem"]: line for line in by_kind["carried"]}
        if len(carried) != len(by_kind["carried"]):
            self.fail("index-invalid", "index.jsonl", "two carried lines for one plan item")
        for item in carried.keys() - outcomes.keys():
            self.fail("outcome-missing", "index.jsonl", item)
        missing = 0
        for item, result in outcomes.items():
            said, sweep, begun = result.get("carriedOver"), result.get("sweep"), result["startedAt"]
            line, file = records.get(item), carried.get(item)
            if not (line is None and result["records"] > 0 and self.withheld):
                if (line or {}).get("carriedOver") != said:
                    self.fail("index-invalid", "index.jsonl", item)
            if file is None and said and self.withheld:
                missing += 1
            elif (file and {"count": file["count"], "oldest": file["oldest"]}) != said:
                self.fail("counts-wrong", "index.jsonl", item)
            wrong = sweep and (sweep["fullAt"] > begun or (sweep["kind"] == "full" and sweep["fullAt"] != begun))
            if said:
                wrong = wrong or not sweep or sweep["kind"] != "increment" or said["oldest"] < sweep["fullAt"]
                wrong = wrong or said["count"] > result["records"] or said["oldest"] >= begun
            if wrong:
                self.fail("index-invalid", "index.jsonl", item)
        return missing

    def compare_checks(self, plan, by_kind):
        """Results and controls against the plan. Gives how many results lines are missing."""
        results = {}
        for line in by_kind["results"]:
            key = (line["summary"]["check"], line["summary"]["source"])
            if key in results:
                self.fail("results-mismatch", line["path"])
            results[key] = line
        missing = 0
        planned = {(one["id"], one["source"]): one for one in plan["checks"]}
        for key, one in planned.items():
            line = results.get(key)
            if line is None:
                missing += 1
                if not self.withheld:
                    self.fail("results-mismatch", "index.jsonl", key[0])
            elif line["summary"]["revision"] != one["revision"] or self.contradicts(one, line["summary"]):
                self.fail("results-mismatch", line["path"])
        for key in results.keys() - planned.keys():
            self.fail("results-mismatch", results[key]["path"])
        places = {line["seq"] for kind in ("records", "withheld") for line in by_kind[kind]}
        for line in results.values():
            if set(line["derivedFrom"]) - places:
                self.fail("index-invalid", line["path"])
        mappings = [line["mapping"] for line in by_kind["controls"]]
        if sorted(mappings) != sorted({one["id"] for one in plan["mappings"]}):
            self.fail("controls-mismatch", "index.jsonl")
        return missing

    def contradicts(self, planned, summary):
        status, tally = summary["status"], summary["counts"]
        if "disabled" in planned:
            return status != "not-applicable"
        if (status == "fail") != (tally["failed"] > 0):
            return True
        unread = [
            line
            for line in self.outcomes.values()
            if line["source"] == planned["source"]
            and line["stream"] in planned["inputs"]
            and line["outcome"]["status"] != "complete"
        ]
        return status == "pass" and bool(tally["unknown"] or summary["incomplete"] or unread)


def instant_of(value):
    """A time in UTC, to the millisecond: instants compare as text."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z", value)
    text = "%s.%sZ" % (found[1], ((found[2] or "") + "000")[:3]) if found else ""
    if not instant(text):
        raise ValueError(value)
    return text


def agent_of(plan):
    agent = plan["agent"]
    return {"id": agent["installation"], "version": agent["version"], "build": agent["build"]}


# ---- the export -----------------------------------------------------------------------------------------------------


class Export:
    def __init__(self, data, policy, pinned):
        self.data, self.policy = data, policy
        self.places, self.base = read_archive(data, policy["limits"])
        self.ledger = Ledger(policy, pinned)

    def content(self, name):
        at, size = self.places[name]
        return bytes(self.data[at : at + size])

    def verify(self):
        entry_name = re.compile(r"data/ledger/(\d{9})\.sigstore\.json")
        indexes = [int(found.group(1)) for found in map(entry_name.fullmatch, self.places) if found]
        for index in set(range(max(indexes, default=-1) + 1)) - set(indexes):
            fail("entry-missing", "ledger/%09d.sigstore.json" % index)
        entries = [(index, "data/ledger/%09d.sigstore.json" % index) for index in indexes]
        exported = None
        if "export.sigstore.json" in self.places:
            entries.append((max(indexes, default=-1) + 1, "export.sigstore.json"))
        else:
            fail("export-invalid", "export.sigstore.json")
        for index, name in entries:
            entry = read_entry(index, name, self.content(name))
            if entry:
                self.ledger.add(entry)
            if name == "export.sigstore.json":
                exported = entry if entry and entry["kind"] == "exported" else None
                if exported is None:
                    fail("export-invalid", name)
        self.ledger.finish()
        last = max(indexes, default=-1) + 1
        for name in self.places:
            if name.startswith("data/timestamps/"):
                self.verify_late_token(name, last)
        self.verify_runs(exported)
        self.verify_bag(exported)
        self.verify_twins()

    def verify_late_token(self, name, last):
        _, _, index, file = name.split("/")
        if int(index) > last:
            fail("file-added", name)
        elif sha(self.content(name)) + ".tst" != file:
            fail("timestamp-refused", name)

    def verify_runs(self, exported):
        scope = exported["statement"]["predicate"]["scope"] if exported else None
        folders = {int(name.split("/")[2]) for name in self.places if name.startswith("data/runs/")}
        withheld, covered = 0, set()
        for number, facts in sorted(self.ledger.runs.items()):
            opening, end = facts.get("opening"), facts.get("end")
            if scope and not (opening and scope["from"] <= opening["claims"] < scope["to"]):
                continue
            covered.add(number)
            if not end or end["kind"] != "run-sealed":
                incomplete.append("run %d: %s" % (number, "aborted" if end else "open"))
            elif number not in folders:
                fail("run-missing", "runs/%09d" % number)
            else:
                run = Run(self, number, facts)
                run.verify()
                withheld += run.withheld
                folders.discard(number)
                if run.withheld:
                    incomplete.append("run %d: %d lines withheld" % (number, run.withheld))
        for number in folders:
            fail("file-added", "runs/%09d" % number)
        self.ledger.gaps(covered)
        if exported and exported["statement"]["predicate"]["withheld"] != withheld:
            fail("counts-wrong", "export.sigstore.json", "withheld")

    def verify_bag(self, exported):
        digests = {name: sha(self.content(name)) for name in self.places}
        listed = {}
        for name in [*SIGNED, "tagmanifest-sha256.txt"]:
            if name not in self.places:
                fail("bag-invalid", name, "it is not there")
        if "manifest-sha256.txt" in self.places:
            listed = self.read_manifest(self.content("manifest-sha256.txt"))
        for name in listed.keys() | {name for name in self.places if name.startswith("data/")}:
            if name not in self.places:
                fail("file-missing", name)
            elif name not in listed:
                fail("file-added", name)
            elif listed[name] != digests[name]:
                fail("file-changed", name)
        tags = sorted(name for name in self.places if not name.startswith("data/") and name != "tagmanifest-sha256.txt")
        tag_manifest = "".join("%s  %s\n" % (digests[name], name) for name in tags)
        bagit = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        self.expect("tagmanifest-sha256.txt", tag_manifest.encode())
        self.expect("bagit.txt", bagit)
        if not exported:
            return
        statement = exported["statement"]
        for one in statement["subject"]:
            if one["name"] in digests and digests[one["name"]] != one["digest"]["sha256"]:
                fail("export-changed", one["name"])
        predicate = statement["predicate"]
        payload = [size for name, (_, size) in self.places.items() if name.startswith("data/")]
        info = (
            "Bag-Software-Agent: affiant %s\nBagging-Date: %s\nContact-Name: %s\n"
            "External-Description: Evidence exported by affiant; VERIFY.md says how to verify it\n"
            "External-Identifier: %s\nPayload-Oxum: %d.%d\n"
        ) % (
            predicate["agent"]["version"],
            predicate["exportedAt"][:10],
            predicate["recipient"],
            predicate["ledger"]["origin"],
            sum(payload),
            len(payload),
        )
        self.expect("bag-info.txt", info.encode())
        last_day = datetime.datetime.fromisoformat(predicate["scope"]["to"][:-1]) - datetime.timedelta(milliseconds=1)
        base = "%s_%s_%s" % (predicate["agent"]["id"], predicate["scope"]["from"][:10], last_day.isoformat()[:10])
        if self.base != base:
            fail("bag-invalid", self.base, "the folder should be named %s" % base)
        runs = {name.split("/")[2] for name in self.places if name.startswith("data/runs/")}
        if len(runs) != predicate["runs"]:
            fail("counts-wrong", "export.sigstore.json", "runs")

    def read_manifest(self, data):
        listed, last = {}, ""
        try:
            for raw in lines_of(data):
                found = MANIFEST_LINE.fullmatch(raw)
                name = found and found.group(2).decode("ascii")
                if not name or name <= last or not name.startswith("data/"):
                    raise Refused("bag-invalid", "line")
                listed[name] = found.group(1).decode()
                last = name
        except (Refused, UnicodeDecodeError):
            fail("bag-invalid", "manifest-sha256.txt")
        return listed

    def expect(self, name, content):
        if name in self.places and self.content(name) != content:
            fail("bag-invalid", name)

    def verify_twins(self):
        part = re.compile(r"(data/ledger/\d{9}|export)(\.[1-9]\d{0,2}\.tst|\.json|\.sig)")
        wanted = {}
        for name in self.places:
            if name.endswith(".sigstore.json"):
                stem = name[: -len(".sigstore.json")]
                try:
                    payload, signature, _, tokens = open_envelope(self.content(name))
                except Refused:
                    # Said before; what stands beside it cannot be compared.
                    wanted.update({other: None for other in self.places if other.startswith(stem + ".")})
                    continue
                wanted.update({stem + ".json": payload, stem + ".sig": signature})
                wanted.update({"%s.%d.tst" % (stem, place + 1): token for place, token in enumerate(tokens)})
        for name in {name for name in self.places if part.fullmatch(name)} | wanted.keys():
            content = wanted.get(name, b"\0not a part")
            if name not in self.places or (content is not None and self.content(name) != content):
                fail("twin-wrong", name)


# ---- the policy -----------------------------------------------------------------------------------------------------

LIMITS = {"maxFiles": 200000, "maxFileBytes": 268435456, "maxTotalBytes": 17179869184}
natural = lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
policy_shape = fields(
    {
        "version": lambda value: value == 1 and not isinstance(value, bool),
        "rootKeys": many(fields({"keyid": digest, "pem": matching(r"(?s).*", 2000)}), 1, 20),
    },
    {
        "origin": matching(r"(?s).*", 200),
        "genesis": digest,
        "tsa": many(fields({"pem": matching(r"(?s).*", 10000)}), most=20),
        "requireTimestamps": natural,
        "maxSkewSeconds": natural,
        "maxGapSeconds": natural,
        "expectHead": fields({"index": natural, "sha256": digest}),
        "limits": fields({}, {name: natural for name in LIMITS}),
    },
)


def read_policy(path):
    with open(path, encoding="utf-8") as file:
        policy = json.load(file)
    if not policy_shape(policy):
        raise ValueError("the policy has another shape")
    if policy.get("requireTimestamps"):
        raise ValueError("the policy requires timestamps, and this verifier does not judge them")
    pinned = {}
    for one in policy["rootKeys"]:
        key = serialization.load_pem_public_key(one["pem"].encode())
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        spki = key.public_bytes(serialization.Encoding.DER, form)
        if load_key(spki) is None or sha(spki) != one["keyid"]:
            raise ValueError("a key of the policy is not the one that it names")
        pinned[one["keyid"]] = key
    policy["limits"] = {**LIMITS, **policy.get("limits", {})}
    return policy, pinned


def main(path, policy_path):
    try:
        policy, pinned = read_policy(policy_path)
    except (ValueError, OSError, UnsupportedAlgorithm) as error:
        print(error, file=sys.stderr)
        return 1
    with open(path, "rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if file.seek(0, 2) else b""
    try:
        export = Export(data, policy, pinned)
    except Refused as refused:
        fail(refused.code, path.rsplit("/", 1)[-1], str(refused))
    else:
        export.verify()
    codes = {failure["code"] for failure in failures}
    status = 4 if codes - TRUST_ONLY else 5 if codes else 3 if incomplete else 0
    print(json.dumps({"status": status, "failures": failures, "incomplete": incomplete}))
    return status


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: second_verifier.py EXPORT.evx.tar POLICY.json")
    sys.exit(main(sys.argv[1], sys.argv[2]))
