"""Keyed pseudonyms: the same person is the same pseudonym in every file that is read with the same key, and nobody without it can tell who.

A pseudonym is the start of an HMAC-SHA256 of the normalised NIP, NIK, e-mail, telephone number or name. Without a key anyone could try
all NIPs; so the key is random, stays in a file only its owner can read, and never lies among results.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from pathlib import Path

from data.arguments import argument
from data.errors import InputError
from data.intake.personal import mask, normal

__all__ = ["KEY_VARIABLE", "default_key_file", "pseudonym", "read_key"]

KEY_VARIABLE = "ASNLAB_KEY"
LENGTH = 12  # hexadecimal digits: two of 11,000 people share one with a chance of 2 in 10 million


def default_key_file() -> Path:
    """Where the key lies unless the user says otherwise: in the user's own settings."""
    if KEY_VARIABLE in os.environ:
        return Path(os.environ[KEY_VARIABLE])
    settings = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    return (Path(settings) if settings else Path.home() / ".config") / "asnlab" / "pseudonym.key"


def read_key(file: Path) -> bytes:
    """The key in a file, made on first use with mode 600.

    Raises:
        InputError: others can read the file, it holds no key, or it cannot be made.
    """
    file_label = mask(str(file))
    try:
        _make(file)
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise InputError(
                f"{file_label}: others can read this key; allowed is its owner alone: chmod 600 {file_label}"
            )
        text = file.read_text(encoding="ascii").strip()
    except FileExistsError:
        raise InputError(f"{file_label}: cannot be made; a folder above it is a file") from None
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        raise InputError(
            f"{file_label}: the key cannot be read or made ({error.strerror}); choose a file with {argument('key_file')}"
        ) from None
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise InputError(
            f"{file_label}: holds no key (64 hexadecimal digits); restore it, or name a new file with {argument('key_file')}"
        )
    return bytes.fromhex(text)


def _make(file: Path) -> None:
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another command was first
        return
    with os.fdopen(handle, "w", encoding="ascii") as key:
        key.write(secrets.token_hex(32) + "\n")


def pseudonym(value: object, nature: str, key: bytes) -> str:
    """Pseudonym of a person known by a value of some nature (nip, nik, email, telephone, name, id)."""
    return "p-" + hmac.new(key, f"{nature}:{_same(value, nature)}".encode(), hashlib.sha256).hexdigest()[:LENGTH]


def _same(value: object, nature: str) -> str:
    """One spelling for all spellings of a person."""
    text = str(int(value)) if isinstance(value, float) and value == int(value) else str(value).strip()
    if nature in ("nip", "nik"):
        return re.sub(r"\D", "", text)
    if nature == "telephone":
        return re.sub(r"^(62|0)", "", re.sub(r"\D", "", text))
    return text.lower() if nature == "email" else normal(text)
