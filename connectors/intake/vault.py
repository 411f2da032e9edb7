"""Encryption of what may be about persons, and names for records that tell nothing about them."""

import os
import stat
import zlib
from hashlib import blake2b
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
# A body of JSON packs to a tenth; more than this unpacked is none that we ever took.
_LONGEST_ORIGINAL = 256 * 1024 * 1024


class VaultError(Exception):
    """The key cannot be used, or does not open what it is asked to open."""


class Vault:
    """Seals originals with AES-256-GCM; one key per data folder, in a file only we can read."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_derived(key, b"seal"))
        self._naming = _derived(key, b"name")

    def name(self, source: str, record: bytes) -> str:
        """32 hex digits for a record of a source, the same however its JSON is laid out.

        Keyed, so that nobody can try out whose record it is.
        """
        digest = blake2b(f"{source}\0".encode(), digest_size=16, key=self._naming)
        digest.update(_canonical(record))
        return digest.hexdigest()

    def seal(self, name: str, original: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        packed = zlib.compress(original, level=1)
        return nonce + self._cipher.encrypt(nonce, packed, name.encode())

    def unseal(self, name: str, sealed: bytes) -> bytes:
        """Raises VaultError for another key, another name or damage."""
        nonce, encrypted = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            packed = self._cipher.decrypt(nonce, encrypted, name.encode())
        except (InvalidTag, ValueError) as error:
            raise VaultError(
                f"the original of {name} does not open: it was sealed with another key, or damaged"
            ) from error
        return zlib.decompressobj().decompress(packed, _LONGEST_ORIGINAL)


def open_vault(key_file: Path) -> Vault:
    """The vault of a key file, which is made when it is not there. Raises VaultError."""
    if not key_file.exists():
        _create(key_file)
    mode = stat.S_IMODE(key_file.stat().st_mode)
    if mode & 0o077:
        raise VaultError(
            f"{key_file}: others may read this key (mode {mode:04o}); allowed: 0600, "
            f"`chmod 600 {key_file}`"
        )
    key = key_file.read_bytes()
    if len(key) != KEY_BYTES:
        raise VaultError(
            f"{key_file}: {len(key)} bytes; allowed: the {KEY_BYTES} bytes that were written here "
            "first. Restore it: without it no original opens"
        )
    return Vault(key)


def _create(key_file: Path) -> None:
    """Never readable by others, and never half a key."""
    beside = key_file.with_name(key_file.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(os.urandom(KEY_BYTES))
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(key_file)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return blake2b(purpose, digest_size=KEY_BYTES, key=key, person=b"ioc-vault").digest()


def _canonical(record: bytes) -> bytes:
    try:
        return msgspec.json.encode(msgspec.json.decode(record), order="sorted")
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return record
