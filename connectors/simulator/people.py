"""Made-up people. Whoever meets one of these values outside a source's own store has found a leak.

Every name ends with `MARK`, identity numbers begin with `IDENTITY_PREFIX` and telephone numbers
with `TELEPHONE_PREFIX`, which nobody bears; mail goes to a domain that cannot exist.
"""

from random import Random

MARK = "(mô phỏng)"
IDENTITY_PREFIX = "999"
TELEPHONE_PREFIX = "0000"
MAIL_DOMAIN = "mo-phong.invalid"

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Lâm", "Thạch", "Sơn", "Kim", "Danh", "Lý")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Hoàng", "Kim", "Đức", "Mỹ")
_GIVEN = ("An", "Bình", "Chi", "Dung", "Hạnh", "Hòa", "Khoa", "Lan", "Nam", "Phúc", "Sa", "Tuấn")


def name(random: Random) -> str:
    words = (random.choice(_FAMILY), random.choice(_MIDDLE), random.choice(_GIVEN))
    return f"{' '.join(words)} {MARK}"


def identity_number(random: Random) -> str:
    """12 digits, as on a citizen's card."""
    return f"{IDENTITY_PREFIX}{random.randrange(10**9):09}"


def telephone(random: Random) -> str:
    return f"{TELEPHONE_PREFIX}{random.randrange(10**6):06}"


def mail(random: Random) -> str:
    return f"nguoi-dan-{random.randrange(10**6):06}@{MAIL_DOMAIN}"
