"""What may leave a connector as a code, and what may be about a person."""

from typing import Any

import pytest

from connectors.intake.codes import (
    personal_number,
    safe_code,
    safe_name,
    without_numbers_of_persons,
)


@pytest.mark.parametrize(
    "code",
    [
        "000.00.04.H51-230221-0001",
        "000.18.29.H51-230221-00001",
        "1.004946",
        "1.004946.000.00.00.H51",
        "H51.29-2023/17",
        "HS_2023_1",
        "20230221-0001",
        "2023-00001",
        "17",
        "20230221080000",
    ],
)
def test_codes_in_use_are_codes(code: str) -> None:
    assert safe_code(code) == code
    assert safe_code(f" {code} ") == code


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "Nguyễn",
        "NguyenVanA",
        "so 12",
        "a@b1",
        "999000000001",
        "079201000001",
        "0912345678",
        "0912.345.678",
        "0912-345-678",
        "079-201-000-001",
        "84912345678",
        "912345678",
        "912.345.678",
        "HS-0912345678",
        "x" * 64 + "1",
        "-1",
        None,
        True,
        1.5,
        [1],
    ],
)
def test_all_else_is_not(value: Any) -> None:
    assert safe_code(value) is None


def test_a_number_is_a_code_when_it_is_nobodys() -> None:
    assert safe_code(17) == "17"
    assert safe_code(912345678) is None


def test_digits_without_meaning_are_nobodys_number() -> None:
    assert not personal_number("000.00.04.H51-230221-0001")
    assert not personal_number("2023022100001")


@pytest.mark.parametrize("name", ["Bộ phận Một cửa", "Phòng 12, tầng 3", "Văn thư"])
def test_names_of_offices(name: str) -> None:
    assert safe_name(f" {name} ") == name


@pytest.mark.parametrize("name", ["", "  ", "gọi 0912 345 678", "079201000001", "mau@x.invalid"])
def test_an_office_with_a_number_or_address_of_a_person_has_no_name(name: str) -> None:
    assert safe_name(name) is None


def test_long_names_are_cut() -> None:
    assert safe_name("x" * 300) == "x" * 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("079201000001.csv line 17", "… line 17"),
        ("HS-0912345678.xlsx row 2", "… row 2"),
        ("id 912345678", "id …"),
        ('[["plain","079.201.000.001"],["plain",3],4]', '[["plain","…"],["plain",3],4]'),
        ("2023-05.csv line 123456", "2023-05.csv line 123456"),
        (
            '[["time","2023-05-17T08:30:00.123456"],["plain",17],4]',
            '[["time","2023-05-17T08:30:00.123456"],["plain",17],4]',
        ),
        ('{"asked_at":1795489200,"seen":""}', '{"asked_at":1795489200,"seen":""}'),
    ],
)
def test_a_position_is_told_without_numbers_of_persons(text: str, told: str) -> None:
    assert without_numbers_of_persons(text) == told
