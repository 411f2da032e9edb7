"""Originals open only with their key; letters tell codes, times and statuses only."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.codec import encode
from connectors.intake.letters import DeadLetter, Kind, Settlement, decode_letters, remainder
from connectors.intake.vault import KEY_BYTES, Vault, VaultError, open_vault

KEY = bytes(range(KEY_BYTES))


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_again_and_is_not_readable(original: bytes) -> None:
    vault = Vault(KEY)
    sealed = vault.seal("name", original)
    assert vault.unseal("name", sealed) == original
    assert len(original) < 8 or original not in sealed


def test_another_key_another_name_or_damage_opens_nothing() -> None:
    sealed = Vault(KEY).seal("name", b"original")
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for vault, name, text in [
        (Vault(KEY[::-1]), "name", sealed),
        (Vault(KEY), "other", sealed),
        (Vault(KEY), "name", damaged),
        (Vault(KEY), "name", b""),
    ]:
        with pytest.raises(VaultError, match="does not open"):
            vault.unseal(name, text)


def test_a_record_has_one_name_however_its_json_is_laid_out() -> None:
    vault = Vault(KEY)
    name = vault.name("s", b'{"a":1,"b":"\\u0111"}')
    assert name == vault.name("s", '{ "b" : "đ", "a": 1 }'.encode())
    assert name != vault.name("s", b'{"a":2,"b":"\\u0111"}')
    assert name != vault.name("t", b'{"a":1,"b":"\\u0111"}')
    assert name != Vault(KEY[::-1]).name("s", b'{"a":1,"b":"\\u0111"}')
    assert vault.name("s", b"no json") != vault.name("s", b"[" * 100_000)


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "key"
    sealed = open_vault(file).seal("name", b"original")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_vault(file).unseal("name", sealed) == b"original"


def test_a_key_that_others_may_read_or_that_is_cut_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    open_vault(file)
    file.chmod(0o640)
    with pytest.raises(VaultError, match=r"0640.*chmod 600"):
        open_vault(file)
    file.write_bytes(os.urandom(5))
    file.chmod(0o600)
    with pytest.raises(VaultError, match="5 bytes"):
        open_vault(file)


ALLOWED: dict[str, Kind] = {"MaHoSo": "code", "NgayTra": "time", "TrangThai": "status"}


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        (
            {"MaHoSo": "H51-1", "NgayTra": "20230230000000", "TrangThai": 11, "ChuHoSo": "Mẫu"},
            {"MaHoSo": "H51-1", "NgayTra": "20230230000000", "TrangThai": "11"},
        ),
        ({"MaHoSo": "Nguyễn", "NgayTra": "hôm nay", "TrangThai": "chờ ông Mẫu"}, {}),
        ({"MaHoSo": "999000000001", "TrangThai": "0912345678"}, {}),
        ({"MaHoSo": ["H51-1"], "TrangThai": True}, {}),
        ([], {}),
    ],
)
def test_the_remainder(record: Any, wanted: dict[str, str]) -> None:
    assert remainder(json.dumps(record).encode(), ALLOWED) == wanted


@pytest.mark.parametrize("record", [b"", b"no", b"\xff", b"[" * 100_000])
def test_what_is_not_json_leaves_no_remainder(record: bytes) -> None:
    assert remainder(record, ALLOWED) == {}


def test_letters_come_back_as_they_went() -> None:
    letter = DeadLetter("a" * 32, "s", "dvcqg", "t", "p", 1, "MaHoSo", "missing", 2, {"x": "1"})
    settled = Settlement("a" * 32, "s", "replayed", 2)
    message = b"[" + encode(letter) + b"," + encode(settled) + b"]"
    assert decode_letters(message) == [letter, settled]
    assert letter.why() == "MaHoSo is required and empty"
    letter.reason = "of a later version"
    assert letter.why() == "MaHoSo of a later version"
