"""An outside authority dates a checkpoint (RFC 3161): here OpenSSL makes the stamps and checks what is kept."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from archive.errors import Exit
from ingest.collection.collection import Layout, make
from ingest.settings import toml_file, values
from ingest.settings.values import PublisherOptions, Settings, TimestampOptions
from ingest.verification.timestamp import NoTimestamp, ask, read

pytestmark = pytest.mark.slow

Command = Callable[..., Any]
AUTHORITY = "http://institute.example/stamp"
LINE = b"creditline-checkpoint-1 of a test\n"
OPENSSL = """
[tsa]
default_tsa = ours
[ours]
serial = ./serial
crypto_device = builtin
signer_cert = ./stamp.pem
signer_key = ./stamp.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
tsa_name = yes
ess_cert_id_alg = sha256
"""


def now() -> datetime:
    return datetime.now(UTC)


class Authority:
    """A stamping authority with its keys in *folder*; its certificates expire *lasting* from now."""

    def __init__(self, folder: Path, lasting: timedelta = timedelta(days=365)) -> None:
        folder.mkdir()
        self.folder, self.root = folder, folder / "root.pem"
        root, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        began = now() - timedelta(days=1)

        def issued(name: str, key: ec.EllipticCurvePrivateKey, *extensions: tuple[x509.ExtensionType, bool]) -> bytes:
            subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, "Root"))
            made = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
            made = made.not_valid_before(began).not_valid_after(now() + lasting)
            for extension, critical in extensions:
                made = made.add_extension(extension, critical)
            return made.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

        stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        self.root.write_bytes(issued("Root", root, (x509.BasicConstraints(ca=True, path_length=None), True)))
        (folder / "stamp.pem").write_bytes(issued("Town Clock", own, (stamps, True)))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / "stamp.key").write_bytes(own.private_bytes(*form))
        (folder / "serial").write_text("01\n")
        (folder / "stamp.cnf").write_text(OPENSSL)

    def stamp(self, query: bytes) -> bytes:
        """Answer *query* as its server does."""
        (self.folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "stamp.cnf", "-queryfile", "query", "-out", "reply"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=300)
        return (self.folder / "reply").read_bytes()

    def answer(self, wire: Any) -> None:
        """Act as the server, at the other end of *wire*."""
        head, _, query = wire.request.partition(b"\r\n\r\n")
        assert b"Content-Type: application/timestamp-query" in head
        wire.send(answered(self.stamp(query)))


def answered(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to give stamps")
    return Authority(tmp_path_factory.mktemp("authority") / "keys")


@pytest.fixture
def collection(raw_server: Any, authority: Authority, tmp_path: Path) -> Layout:
    """An empty collection whose settings name the authority."""
    layout = Layout(tmp_path / "collection")
    host, port = raw_server.address
    settings = Settings(
        publishers=(PublisherOptions("http://institute.example/", id="bl"),),
        connect=(("institute.example", f"{host}:{port}"),),
        timestamp=TimestampOptions(AUTHORITY, "root.pem"),
    )
    make(layout, settings)
    (layout.directory / values.FILE_NAME).write_text(toml_file.render(settings), "utf-8")
    shutil.copy(authority.root, layout.directory / "root.pem")
    raw_server.script = authority.answer
    return layout


def test_a_checkpoint_gets_a_timestamp_that_openssl_verifies(
    creditline: Command, collection: Layout, authority: Authority, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    ended = creditline("-C", collection.directory, "checkpoint", "-o", kept)
    assert ended.code == Exit.DONE, ended.err
    assert kept.read_text("utf-8") == ended.out
    assert "by CN=Town Clock" in ended.err
    files = [str(kept), "-in", f"{kept}.tsr", "-CAfile", str(authority.root)]
    verify = ["openssl", "ts", "-verify", "-data", *files]
    assert subprocess.run(verify, capture_output=True, timeout=300, check=False).returncode == 0
    ended = creditline("-C", collection.directory, "verify", "--checkpoint", kept)
    assert ended.code == Exit.DONE, ended.out
    assert "was there on" in ended.out
    assert "says CN=Town Clock" in ended.out


def test_a_changed_checkpoint_does_not_match_its_timestamp(
    creditline: Command, collection: Layout, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    assert creditline("-C", collection.directory, "checkpoint", "-o", kept).code == Exit.DONE
    line = kept.read_text("utf-8")
    kept.write_text(line.replace(" 2", " 1", 1), "utf-8")
    ended = creditline("-C", collection.directory, "--json", "verify", "--checkpoint", kept)
    assert ended.code == Exit.INTEGRITY
    *_, stamp = map(json.loads, ended.out.splitlines())
    assert (stamp["event"], stamp["checked"]) == ("timestamp", False)
    assert "of another file" in stamp["fault"]


def test_a_timestamp_of_an_untrusted_authority_is_a_fault(
    creditline: Command, collection: Layout, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    assert creditline("-C", collection.directory, "checkpoint", "-o", kept).code == Exit.DONE
    other = Authority(tmp_path / "other").root
    ended = creditline("-C", collection.directory, "verify", "--checkpoint", kept, "--authority", other)
    assert ended.code == Exit.INTEGRITY
    assert "no certificate that is trusted here vouches for it" in ended.out
    settings = collection.directory / values.FILE_NAME
    settings.write_text(settings.read_text("utf-8").replace("authority_file =", "# authority_file ="), "utf-8")
    ended = creditline("-C", collection.directory, "verify", "--checkpoint", kept)
    assert ended.code == Exit.DONE
    assert "not checked" in ended.out
    Path(f"{kept}.tsr").write_bytes(b"no stamp")
    assert creditline("-C", collection.directory, "verify", "--checkpoint", kept).code == Exit.INTEGRITY


def test_a_checkpoint_is_kept_even_without_a_timestamp(
    creditline: Command, collection: Layout, raw_server: Any, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    raw_server.script = lambda wire: wire.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
    ended = creditline("-C", collection.directory, "checkpoint", "-o", kept)
    assert (ended.code, kept.read_text("utf-8")) == (Exit.ATTENTION, ended.out)
    assert "answers 503" in ended.err
    assert not Path(f"{kept}.tsr").exists()
    assert creditline("-C", collection.directory, "verify", "--checkpoint", kept).code == Exit.DONE


def test_a_timestamp_stays_valid_after_its_certificates_have_expired(raw_server: Any, tmp_path: Path) -> None:
    def until(brief: Authority) -> datetime:
        return x509.load_pem_x509_certificate(brief.root.read_bytes()).not_valid_after_utc

    # On a busy machine, certificates for two seconds may have expired before they are used.
    for seconds in (2, 20, 200):
        brief = Authority(tmp_path / f"{seconds} seconds", timedelta(seconds=seconds))
        raw_server.script = brief.answer
        token = ask(LINE, AUTHORITY, settings=raw_server.settings(), clock=now)
        if read(token, LINE, None).at < until(brief):
            break
    time.sleep(max(0.0, (until(brief) - now()).total_seconds()) + 0.1)
    told = read(token, LINE, brief.root.read_bytes())
    assert (told.fault, told.checked) == (None, True)


def test_an_answer_to_another_request_is_refused(authority: Authority, raw_server: Any) -> None:
    old = authority.stamp(_query(LINE))
    raw_server.script = lambda wire: wire.send(answered(old))
    with pytest.raises(NoTimestamp, match="another question"):
        ask(LINE, AUTHORITY, settings=raw_server.settings(), clock=now)


def test_an_answer_that_is_not_a_timestamp_is_reported(authority: Authority, raw_server: Any) -> None:
    raw_server.script = lambda wire: wire.send(answered(b"<html>Out of order</html>"))
    with pytest.raises(NoTimestamp, match="not an RFC 3161 time stamp"):
        ask(LINE, AUTHORITY, settings=raw_server.settings(), clock=now)


def test_no_timestamp_is_requested_without_an_authority(
    creditline: Command, collection: Layout, raw_server: Any, tmp_path: Path
) -> None:
    settings = values.load(collection.directory / values.FILE_NAME)
    text = toml_file.render(replace(settings, timestamp=TimestampOptions()))
    (collection.directory / values.FILE_NAME).write_text(text, "utf-8")
    assert creditline("-C", collection.directory, "checkpoint", "-o", tmp_path / "kept.txt").code == Exit.DONE
    assert raw_server.requests == []
    ended = creditline("-C", collection.directory, "checkpoint", "-o", tmp_path / "kept.txt")
    assert (ended.code, "already exists" in ended.err) == (Exit.USAGE, True)


def _query(document: bytes) -> bytes:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    asked = TimestampRequestBuilder().data(document).hash_algorithm(HashAlgorithm.SHA256).build()
    return asked.as_bytes()
