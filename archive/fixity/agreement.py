"""Agreement: whether a block and its payload match the digests in the record's head. No I/O."""

from __future__ import annotations

import re

from archive.digest import digest_agrees, is_of_nothing
from archive.errors import BadHead
from archive.fixity.finding import Fault, Severity
from archive.http.exchange import head_end, payload, payload_as_framed, read_head
from archive.http.framing import TOO_MANY_CHUNKS

_HTTP = frozenset({"response", "request", "revisit"})
# Not revisit: its payload digest belongs to another record's payload. A warcinfo or metadata record has none.
_WITH_PAYLOAD = frozenset({"response", "request", "resource", "conversion"})
_CLAUSES = {"block": "WARC 1.1, WARC-Block-Digest", "payload": "WARC 1.1, WARC-Payload-Digest"}
_LABELLED = "WARC 1.1, labelled-digest"
OTHERWISE = "it is that of the"
"""How a finding continues if a digest is right but was taken over something else: no byte was changed."""
_HEAD_WINDOW = 4096
# Excludes statuses without a body, and 1xx.
_PLAIN_STATUS = re.compile(rb"http/1\.[01] (?!204|304)[2-5]\d\d[ \r]")
# In a lower-case head: the fields that say where a body ends, and folded lines.
_TELLING = re.compile(rb"\n(transfer-encoding|content-length|[ \t])([^\n]*)")


def payload_faults(printed: str, block: memoryview, kind: str, media_type: str) -> tuple[Fault, ...]:
    """Return what is wrong with the *printed* digest of the payload in the *block* of a record of type *kind*."""
    if kind not in _WITH_PAYLOAD:
        return ()
    held = _payload(block, kind, media_type)
    if held is None:
        # No readable HTTP head. The digest may have been taken over whatever follows an empty line.
        if digest_agrees(printed, _after_head(block)):
            return ()
        what = "the payload is not held against its digest: no head in the block says where it begins"
        return (Fault(what, _CLAUSES["payload"], Severity.UNCHECKED),)
    faults = disagreement("payload", printed, held)
    if not faults or faults[0].severity is not Severity.FAULT:
        return faults
    # warcio digests the chunks together with the data (its issue 74), other tools the whole block. No byte was changed
    # then, so the finding says what the digest was taken over.
    for taken, data in (("chunked bytes", _after_head(block)), ("whole block", block)):
        if kind == "response" and OTHERWISE not in faults[0].what and digest_agrees(printed, data):
            return (Fault(f"{faults[0].what} ({OTHERWISE} {taken})", faults[0].clause),)
    # Reading stopped at our own limit, which proves nothing against the file.
    if kind == "response" and _has_too_many_chunks(bytes(block)):
        beyond = f"the payload is not held against its digest: it has {TOO_MANY_CHUNKS}"
        return (Fault(beyond, _CLAUSES["payload"], Severity.UNCHECKED),)
    return faults


def _has_too_many_chunks(response: bytes) -> bool:
    try:
        return payload_as_framed(read_head(response), response)[1] == TOO_MANY_CHUNKS
    except BadHead:
        return False


def disagreement(what: str, printed: str, data: memoryview | bytes) -> tuple[Fault, ...]:
    """Return what is wrong with the *printed* digest of *data*; *what* names the data: "block" or "payload"."""
    agrees = digest_agrees(printed, data)
    if agrees:
        return ()
    algorithm, colon, value = printed.partition(":")
    if not (algorithm.strip() and colon and value.strip()):
        return (Fault(f"the {what} digest names no algorithm and value: {printed[:30]!r}", _LABELLED),)
    if agrees is None:
        unknown = f"the {what} digest is not checked: the algorithm {algorithm.strip()[:30]!r} is not known"
        return (Fault(unknown, _CLAUSES[what], Severity.UNCHECKED),)
    # wget prints it with each revisit. No change of the block could make it so.
    of_nothing = f" ({OTHERWISE} empty string)" if is_of_nothing(printed) else ""
    return (Fault(f"the {what} does not agree with its digest{of_nothing}", _CLAUSES[what]),)


def _payload(block: memoryview, kind: str, media_type: str) -> memoryview | bytes | None:
    """Return the payload in *block* with transfer coding undone; None if it cannot be determined."""
    if kind not in _HTTP or not media_type.lower().startswith("application/http"):
        # The block of a resource or conversion is its payload. An HTTP record without a message has no payload.
        return block if len(block) or kind not in _HTTP else None
    if kind == "request":
        end = head_end(bytes(block))
        return block[end:] if end else None
    plain = _plain_payload(block)
    if plain is not None:
        return plain
    whole = bytes(block)
    try:
        return payload(whole, read_head(whole))
    except BadHead:
        return None


def _plain_payload(block: memoryview) -> memoryview | None:
    """Return the payload of a plain answer: an ordinary head, at most one length, no transfer coding.

    Return None if a full reading is needed. Most answers are plain, and reading a head costs more than its digest.
    """
    window = bytes(block[:_HEAD_WINDOW])
    end = window.find(b"\r\n\r\n")
    head = window[: end + 2].lower()
    # For a full reading a bare line feed ends a line; here it would hide a field from the pattern.
    if end < 0 or not _PLAIN_STATUS.match(head) or head.count(b"\n") != head.count(b"\r\n"):
        return None
    told = _TELLING.findall(head)
    body = block[end + 4 :]
    if not told:
        return body
    (name, value), *more = told
    number = value[1:].strip(b" \t\r")
    # A second length, a transfer coding or a folded line needs a full reading.
    if more or name != b"content-length" or value[:1] != b":" or not number.isdigit() or len(number) > 18:
        return None
    return body[: int(number)]


def _after_head(block: memoryview) -> memoryview:
    return block[head_end(bytes(block)) or 0 :]
