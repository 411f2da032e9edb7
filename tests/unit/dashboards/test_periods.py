"""Stretches of time in words."""

import pytest

from dashboards.periods import period_text, since_text
from dashboards.words import Words
from seeds.periods import parse_period
from tests.unit.dashboards.fake_prometheus import NOW


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("2024-01-02T00:45:00Z", "lúc 07:45", "at 07:45"),
        ("2024-01-01T00:45:00Z", "lúc 07:45, 01/01", "at 07:45, 01/01"),
        ("2023-12-31T16:59:00Z", "lúc 23:59, 31/12/2023", "at 23:59, 31/12/2023"),
        ("2024-01-02T07", "07 giờ", "hour 07"),
        ("2023-12-31T07", "07 giờ, 31/12/2023", "hour 07, 31/12/2023"),
        ("2024-01-01", "01/01/2024", "01/01/2024"),
        ("2023-12", "tháng 12/2023", "12/2023"),
        ("2023-Q4", "quý IV/2023", "quarter IV/2023"),
        ("2023", "năm 2023", "2023"),
        ("2023-T1", "học kỳ I, 2023–2024", "term I, 2023–2024"),
        ("../2023", "đến hết năm 2023", "to the end of 2023"),
        ("2021-07/2023-12", "tháng 07/2021 – tháng 12/2023", "07/2021 – 12/2023"),
    ],
)
def test_periods(text: str, vi: str, en: str) -> None:
    period = parse_period(text)
    assert period_text(period, NOW, Words("vi")) == vi
    assert period_text(period, NOW, Words("en")) == en


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (0, "từ 08:00"),
        (8 * 3600, "từ 00:00"),
        (8 * 3600 + 6, "từ 23:59, 01/01"),
        (40 * 3600, "từ 31/12/2023"),
    ],
)
def test_since_is_as_short_as_it_is_clear(ago: float, text: str) -> None:
    assert since_text(NOW - ago, NOW, Words("vi")) == text
