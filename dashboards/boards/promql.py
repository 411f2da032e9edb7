"""The few forms of PromQL that boards are made of.

All read the recorded totals that end in `:last`: the last good total of a topic, never a partial
one. A query without data stays without data.
"""


def total(name: str, by: str = "", **labels: str) -> str:
    """Sum of the dossiers in one family; a label value with `|` means any of them.

    A leading `!` excludes: `phase="!overdue"`.
    """
    matchers = ['kind="dossier"', *(_matcher(*item) for item in labels.items())]
    return f"sum{_grouped(by)} (ioc:{name}:last{{{','.join(matchers)}}})"


def by_district(name: str, **labels: str) -> str:
    """As `total`, of a district's own agency and those of its communes."""
    matchers = ['kind="dossier"', *(_matcher(*item) for item in labels.items())]
    return (
        f"sum by (district) (ioc:{name}:last{{{','.join(matchers)}}}"
        ' * on (agency) group_left (district) ioc_agency_info{district!=""})'
    )


def part(selected: str, whole: str) -> str:
    """A part of a known whole.

    Cells that count nothing are not exported. So a missing part is none, but only where its whole
    is there; without the whole there is no figure either.
    """
    return f"({selected} or 0 * {whole})"


def ratio(numerator: str, denominator: str) -> str:
    return f"{numerator} / {denominator}"


def named(expression: str) -> str:
    """Rows by agency, with its name and district."""
    return f"({expression}) * on (agency) group_left (name, district) ioc_agency_info"


def _matcher(label: str, value: str) -> str:
    operator = "!" if value.startswith("!") else "="
    value = value.removeprefix("!")
    if "|" in value:
        return f'{label}{operator}~"{value}"'
    return f'{label}{"!=" if operator == "!" else "="}"{value}"'


def _grouped(by: str) -> str:
    return f" by ({by})" if by else ""
