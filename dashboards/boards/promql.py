"""The few forms of PromQL that boards are made of.

All read the recorded totals that end in `:last`: the last good total of a topic, never a partial
one. A query without data stays without data.
"""


def total(name: str, by: str = "", ago: str = "", kind: str = "dossier", **labels: str) -> str:
    """Sum of the cases in one family; a label value with `|` means any of them.

    A leading `!` excludes: `phase="!overdue"`. `ago`: as it was that long before, as `1d`.
    """
    return f"sum{_grouped(by)} ({selected(f'ioc:{name}:last', ago, kind=kind, **labels)})"


def by_district(name: str, **labels: str) -> str:
    """As `total`, of a district's own agency and those of its communes."""
    return (
        f"sum by (district) ({selected(f'ioc:{name}:last', kind='dossier', **labels)}"
        ' * on (agency) group_left (district) ioc_agency_info{district!=""})'
    )


def selected(metric: str, ago: str = "", **labels: str) -> str:
    """The series of a metric with these labels; a value that begins with ~ is a regular one."""
    matchers = ",".join(_matcher(*item) for item in labels.items())
    return f"{metric}{{{matchers}}}" + (f" offset {ago}" if ago else "")


def part(some: str, whole: str) -> str:
    """A part of a known whole.

    Cells that count nothing are not exported. So a missing part is none, but only where its whole
    is there; without the whole there is no figure either.
    """
    return f"({some} or 0 * {whole})"


def ratio(numerator: str, denominator: str) -> str:
    return f"{numerator} / {denominator}"


def named(expression: str) -> str:
    """Rows by agency, with its name and district."""
    return f"({expression}) * on (agency) group_left (name, district) ioc_agency_info"


def _matcher(label: str, value: str) -> str:
    operator = "!" if value.startswith("!") else "="
    value = value.removeprefix("!")
    if "|" in value or value.startswith("~"):
        return f'{label}{operator}~"{value.removeprefix("~")}"'
    return f'{label}{"!=" if operator == "!" else "="}"{value}"'


def _grouped(by: str) -> str:
    return f" by ({by})" if by else ""
