"""Each mistake in a subsystem's file is refused with file, line, key and what is allowed."""

from pathlib import Path

import pytest

from seeds.law_table import LawFileError
from seeds.registry import measures, oversight_fields
from seeds.subsystem import Subsystem
from seeds.subsystem_file import check_subsystem

RIGHT = """\
order = 12
partitions = 3
vi = "Nông nghiệp"
en = "Agriculture"
oversight_field = "socio-economy"
case_kinds = ["incident"]

[basis]
kind = "press-2022"
quotation = "named at the opening"
source = "press"

[sources]
press = "A newspaper, January 2022"

[systems]
pumps = { vi = "Trạm bơm", en = "Pumping stations" }

[measures]
tonne = { vi = "tấn", en = "tonnes" }

[templates.daily]
measure = "tonne"
direction = "higher_is_better"
aggregation = "sum"
period = "day"
refresh = "2 working days"
coverage = "district"
system = "pumps"
standing = "stated"
source = "press"

[indicators.rice]
like = "daily"
vi = "Lúa"
en = "Rice"
decimals = 1
target = { value = 9, source = "The plan" }
thresholds = { warning = 5, critical = 2.5, source = "The plan" }

[indicators.rice_share]
like = "daily"
vi = "Tỷ lệ lúa"
en = "Share of rice"
measure = "percent"
base = { of = "rice", as = "share", standing = "assumed" }
"""
OWN = "[indicators.rice]\n"


def check(
    folder: Path, text: str, name: str = "agriculture"
) -> tuple[Subsystem | None, list[LawFileError]]:
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return check_subsystem(file, oversight_fields().keys(), measures())


def test_a_right_file(tmp_path: Path) -> None:
    subsystem, faults = check(tmp_path, RIGHT)
    assert faults == []
    assert subsystem is not None
    assert (subsystem.topic, subsystem.case_kinds) == ("ioc.agriculture", ("incident",))
    rice, share = subsystem.indicators.values()
    assert (rice.measure.name_en, rice.decimals, rice.origin) == ("tonnes", 1, "readings")
    assert (share.measure.id, share.decimals, share.target) == ("percent", 0, None)
    assert subsystem.headline is rice


def test_the_file_names_another_headline_than_its_first_indicator(tmp_path: Path) -> None:
    subsystem, faults = check(
        tmp_path, RIGHT.replace("[basis]", 'headline = "rice_share"\n[basis]')
    )
    assert (faults, subsystem and subsystem.headline.id) == ([], "rice_share")


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        ("order = 12", "", "order", "from 1 to 100"),
        ("order = 12", "order = 0", "order", "from 1 to 100"),
        ("order = 12", "order = true", "order", "from 1 to 100"),
        ("partitions = 3", "partitions = 0", "partitions", "from 1 to 100"),
        ("partitions = 3", "partitions = 1.5", "partitions", "from 1 to 100"),
        ("partitions = 3", "partitons = 3", "partitons", "order, partitions"),
        ('vi = "Nông nghiệp"', "", "vi", "a text"),
        ('en = "Agriculture"', 'en = " "', "en", "a text"),
        ('"socio-economy"', '"economy"', "oversight_field", "public-order, socio-economy"),
        ('["incident"]', '["dossiers"]', "case_kinds", "dossier, document, feedback, incident"),
        ('["incident"]', '["incident", "incident"]', "case_kinds", "each once"),
        ('["incident"]', '"incident"', "case_kinds", "a list of dossier"),
        ('"press-2022"', '"press"', "basis.kind", "press-2022, seed-system, seed-field, inferred"),
        ('quotation = "named', 'quote = "named', "basis.quote", "kind, quotation, source"),
        ('"named at the opening"', '""', "basis.quotation", "a text"),
        ('source = "press"\n\n[sources]', 'source = "TV"\n\n[sources]', "basis.source", "press"),
        ("[basis]", 'headline = "corn"\n[basis]', "headline", "rice, rice_share"),
        ("[basis]", "headline = 1\n[basis]", "headline", "rice, rice_share"),
        ("[basis]", "[base]", "base", "basis, sources"),
        ('"A newspaper, January 2022"', "2022", "sources.press", "a text"),
        ("press = ", 'Press = "x"\npress = ', "sources.Press", "lower-case words"),
        ("press = ", 'tv = "x"\npress = ', "sources.tv", "an indicator or the basis"),
        ("pumps = {", "pumps = { id = 1,", "systems.pumps.id", "vi, en"),
        ('"Pumping stations"', "1", "systems.pumps.en", "a text"),
        ("pumps = {", 'idle = { vi = "a", en = "b" }\npumps = {', "systems.idle", "an indicator"),
        ("[systems]", "[systems.x]", "systems.x.pumps", "vi, en"),
        ("tonne = {", 'percent = { vi = "a", en = "b" }\ntonne = {', "measures.percent",
         "measures.csv has not"),
        ("tonne = {", 'idle = { vi = "a", en = "b" }\ntonne = {', "measures.idle", "an indicator"),
        ("tonne = {", 'tonne = "t" #', "measures.tonne", "a table"),
        ("[templates.daily]", '[templates.daily]\nvi = "x"', "templates.daily.vi", "origin, me"),
        ("[templates.daily]", "[templates.idle]\n[templates.daily]", "templates.idle",
         "an indicator"),
        ("[templates.daily]", "[templates.Daily]", "templates.Daily", "lower-case words"),
        ('"tonne"', '"tonnes"', "templates.daily.measure", "percent, percentage_point"),
        ('"higher_is_better"', '"up"', "templates.daily.direction", "lower_is_better, neutral"),
        ('"sum"', '"total"', "templates.daily.aggregation", "sum, mean, min, max, last"),
        ('"day"', '"daily"', "templates.daily.period", "instant, hour, day, month, quarter"),
        ('"2 working days"', '"soon"', "templates.daily.refresh", "working hours, working days"),
        ('"2 working days"', '"0 days"', "templates.daily.refresh", '"5 minutes"'),
        ('"2 working days"', "2", "templates.daily.refresh", "a text"),
        ('"district"', '"huyện"', "templates.daily.coverage", "commune, station, site"),
        ('system = "pumps"', 'system = "his"', "templates.daily.system", "pumps"),
        ('standing = "stated"', 'standing = "sure"', "templates.daily.standing",
         "stated, proposed"),
        ('source = "press"\n\n[indicators', 'source = "tv"\n\n[indicators',
         "templates.daily.source", "press"),
        ('measure = "tonne"\n', "", "indicators.rice.measure", "percent, percentage_point"),
        ('direction = "higher_is_better"\n', "", "indicators.rice.direction", "neutral"),
        ('aggregation = "sum"\n', "", "indicators.rice.aggregation", "sum, mean"),
        ('period = "day"\n', "", "indicators.rice.period", "instant"),
        ('refresh = "2 working days"\n', "", "indicators.rice.refresh", "a text"),
        ('coverage = "district"\n', "", "indicators.rice.coverage", "province"),
        ('system = "pumps"\n', "", "indicators.rice.system", "pumps"),
        ('standing = "stated"\n', "", "indicators.rice.standing", "stated, proposed"),
        ('source = "press"\n\n[ind', "\n[ind", "indicators.rice.source", "press"),
        (OWN, OWN + 'standing = "proposed"\nsource = "press"\n', "indicators.rice.source",
         "standing = stated"),
        (OWN, OWN + 'origin = "dossiers"\n', "indicators.rice.origin", "readings, cases"),
        (OWN, OWN + 'unit = "tonne"\n', "indicators.rice.unit", "like, vi, en, origin"),
        ('like = "daily"\nvi = "Lúa"', 'like = "hourly"\nvi = "Lúa"', "indicators.rice.like",
         "daily"),
        ('vi = "Lúa"\n', "", "indicators.rice.vi", "a text"),
        ('en = "Rice"', "en = 1", "indicators.rice.en", "a text"),
        ("decimals = 1", "decimals = 10", "indicators.rice.decimals", "from 0 to 9"),
        ("decimals = 1", "decimals = -1", "indicators.rice.decimals", "from 0 to 9"),
        ("value = 9,", "", "indicators.rice.target.value", "a number"),
        ("value = 9,", 'value = "9",', "indicators.rice.target.value", "a number"),
        ("value = 9,", "value = nan,", "indicators.rice.target.value", "a number"),
        ('9, source = "The plan"', "9", "indicators.rice.target.source", "a text"),
        ("value = 9", "values = 9", "indicators.rice.target.values", "value, source"),
        ('2.5, source = "The plan"', "2.5", "indicators.rice.thresholds.source", "a text"),
        ("critical = 2.5", "critical = 7", "indicators.rice.thresholds.critical",
         "worse than the warning, 5.0"),
        ("critical = 2.5", "critical = 5", "indicators.rice.thresholds.critical", "worse"),
        ("critical = 2.5", "bad = 2.5", "indicators.rice.thresholds.bad", "warning, critical"),
        ("warning = 5, critical = 2.5, ", "", "indicators.rice.thresholds", "or both"),
        ("warning = 5, critical = 2.5", "warning = inf", "indicators.rice.thresholds.warning",
         "a number"),
        (OWN, OWN + 'direction = "neutral"\n', "indicators.rice.thresholds", "none"),
        (OWN, OWN + 'direction = "lower_is_better"\n', "indicators.rice.thresholds.critical",
         "worse than the warning, 5.0"),
        ('of = "rice"', 'of = "shrimp"', "indicators.rice_share.base.of", "rice"),
        ('of = "rice"', 'of = "rice_share"', "indicators.rice_share.base.of", "rice"),
        ('as = "share"', 'as = "sum"', "indicators.rice_share.base.as", "share, part, change"),
        ('"assumed"', '"proposed"', "indicators.rice_share.base.standing", "stated, assumed"),
        ('standing = "assumed" }', 'standing = "assumed", by = 1 }',
         "indicators.rice_share.base.by", "of, as, standing"),
        (OWN, "[indicators.Rice]\n", "indicators.Rice", "lower-case words joined by _ or -"),
    ],
)  # fmt: skip
def test_a_mistake(tmp_path: Path, old: str, new: str, key: str, allowed: str) -> None:
    assert RIGHT.count(old) >= 1
    text = RIGHT.replace(old, new, 1)
    subsystem, faults = check(tmp_path, text)
    assert subsystem is None
    first = next(fault for fault in faults if fault.key == key)
    assert str(first).startswith(f"{tmp_path / 'agriculture.toml'}, line {first.line}, key {key}: ")
    assert allowed in first.problem.partition("allowed: ")[2]
    # The line is that of the key, or of the table that lacks it.
    named = [part for part in key.split(".") if part in text.splitlines()[first.line - 1]]
    assert named or first.line == 1


def test_of_what_should_be_low_the_critical_value_is_above_the_warning(tmp_path: Path) -> None:
    low = RIGHT.replace(OWN, OWN + 'direction = "lower_is_better"\n')
    subsystem, faults = check(tmp_path, low.replace("critical = 2.5", "critical = 5.5"))
    assert (subsystem is not None, faults) == (True, [])
    _, faults = check(tmp_path, low.replace("critical = 2.5", "critical = 5"))
    assert [fault.key for fault in faults] == ["indicators.rice.thresholds.critical"]


def test_mistakes_in_several_tables_are_found_at_once(tmp_path: Path) -> None:
    text = RIGHT.replace("value = 9", "value = true").replace('"percent"', '"per cent"')
    text = text.replace('kind = "press-2022"', 'kind = "press"').replace("partitions", "parts")
    _, faults = check(tmp_path, text + 'unit = "kg"\n')
    assert [fault.key for fault in faults] == [
        "partitions",
        "parts",
        "indicators.rice.target.value",
        "indicators.rice_share.measure",
        "indicators.rice_share.unit",
    ]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_no_indicators(tmp_path: Path) -> None:
    _, faults = check(tmp_path, RIGHT.partition("[templates")[0])
    assert [(fault.key, fault.problem) for fault in faults] == [
        ("indicators", "is empty; allowed: at least one indicator")
    ]


@pytest.mark.parametrize("name", ["Agriculture", "agri_culture", "agri culture", "ioc.new", "a-"])
def test_a_file_whose_name_makes_no_topic(tmp_path: Path, name: str) -> None:
    _, faults = check(tmp_path, RIGHT, name)
    assert [fault.problem for fault in faults] == [
        "is no name of a subsystem; allowed: lower-case words joined by -"
    ]


def test_no_toml_at_all(tmp_path: Path) -> None:
    _, faults = check(tmp_path, "order = \n")
    assert [(fault.line, "is not TOML" in fault.problem) for fault in faults] == [(1, True)]


def test_decomposed_letters_are_composed(tmp_path: Path) -> None:
    subsystem, _ = check(tmp_path, RIGHT.replace("Lúa", "Lu\u0301a"))
    assert subsystem is not None
    assert subsystem.indicators["rice"].name_vi == "Lúa"
