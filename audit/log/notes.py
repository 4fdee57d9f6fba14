"""Signed notes and the checkpoints in them (C2SP signed-note and tlog-checkpoint), with Ed25519."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
MARK = "— "
MOST_SIGNATURES = 16
LARGEST = 100_000  # characters
KEY_NAME = re.compile(r"[^\s+]+")


class NotSigned(ValueError):
    """A note is malformed, or no known key signed it."""


@dataclass(frozen=True)
class Verifier:
    """A public key with its name."""

    name: str
    public: bytes

    @property
    def key_id(self):
        """The four bytes that signatures name the key by."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self):
        """The key as it is published: name+id+key."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text):
        """The key of `str(verifier)`. Raises ValueError."""
        name, key_id, encoded = text.split("+", 2)
        kind_and_key = _bytes(encoded)
        verifier = cls(name, kind_and_key[1:])
        if kind_and_key[:1] != ED25519 or len(verifier.public) != 32 or verifier.key_id.hex() != key_id:
            raise ValueError("This is not an Ed25519 key with its name.")
        return verifier

    def has_signed(self, text, signature):
        """Whether `signature` (64 bytes) is this key's of `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key with its name; never shown by `repr`."""

    name: str
    key: Ed25519PrivateKey

    PREFIX = "PRIVATE+KEY+"

    def __repr__(self):
        return f"Signer({self.name!r})"

    @classmethod
    def new(cls, name):
        """A new key. Raises ValueError for a name with spaces or a plus."""
        if not KEY_NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a key.")
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text):
        """The key of `secret`. Raises ValueError."""
        name, key_id, encoded = text.strip().removeprefix(cls.PREFIX).split("+", 2)
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(_bytes(encoded)[1:]))
        if signer.verifier.key_id.hex() != key_id:
            raise ValueError("This is not an Ed25519 key with its name.")
        return signer

    @property
    def secret(self):
        """The private key as it is kept in a file."""
        encoded = _base64(ED25519 + self.key.private_bytes_raw())
        return f"{self.PREFIX}{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    @property
    def verifier(self):
        """The public key."""
        return Verifier(self.name, self.key.public_key().public_bytes_raw())

    def sign(self, text):
        """The note of `text` (which ends in a newline) with this key's signature."""
        signature = _base64(self.verifier.key_id + self.key.sign(text.encode()))
        return f"{text}\n{MARK}{self.name} {signature}\n"


def opened(note, verifiers):
    """The text of a note that at least one of `verifiers` signed and none signed wrongly. Raises NotSigned."""
    text, separator, signatures = note.rpartition("\n\n")
    lines = signatures.splitlines()
    if not separator or len(note) > LARGEST or not note.endswith("\n") or not 0 < len(lines) <= MOST_SIGNATURES:
        raise NotSigned("This is not a signed note.")
    text += "\n"
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed = 0
    for line in lines:
        name, _space, encoded = line.removeprefix(MARK).rpartition(" ")
        try:
            signature = _bytes(encoded)
        except ValueError:
            raise NotSigned("A signature cannot be read.") from None
        if not line.startswith(MARK) or not KEY_NAME.fullmatch(name) or len(signature) < 5:
            raise NotSigned("A signature cannot be read.")
        if verifier := known.get((name, signature[:4])):
            if not verifier.has_signed(text, signature[4:]):
                raise NotSigned("A signature is wrong.")
            signed += 1
    if not signed:
        raise NotSigned("No known key signed this note.")
    return text


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: how large the tree of `origin` is, and its root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self):
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def parse(cls, note):
        """The head that a checkpoint names; its signatures are not looked at. Raises ValueError."""
        lines = note.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
            raise ValueError("This is not a checkpoint.")
        root = _bytes(lines[2])
        if len(root) != 32:
            raise ValueError("This is not a checkpoint.")
        return cls(lines[0], int(lines[1]), root)


def _base64(data):
    return base64.b64encode(data).decode()


def _bytes(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{text!r} is not base 64.") from None
