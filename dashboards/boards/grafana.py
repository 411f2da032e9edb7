"""From a board to the classic JSON that Grafana 10 and later load, in Vietnamese."""

import json
import warnings
from typing import TypeVar

from dashboards.boards.definition import PERIOD, Board, Meaning, Panel, Place, Query
from dashboards.words import Words
from seeds.province import districts

with warnings.catch_warnings():
    # The library prefers Grafana's second schema, which Grafana 10 and 11 cannot load.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import dashboard, prometheus, stat, table
    from grafana_foundation_sdk.builders.common import ReduceDataOptions
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.plugins import register_default_plugins
    from grafana_foundation_sdk.models import common
    from grafana_foundation_sdk.models import dashboard as models
    from grafana_foundation_sdk.models.prometheus import PromQueryFormat

VIETNAMESE = Words("vi")
DATASOURCE = common.DataSourceRef(type_val="prometheus", uid="${datasource}")
AnyPanel = TypeVar("AnyPanel", stat.Panel, table.Panel)


def to_json(board: Board) -> str:
    """The text of the board's file; the same board gives the same text."""
    builder = (
        dashboard.Dashboard(VIETNAMESE(board.title))
        .uid(board.uid)
        .tags(["ioc"])
        .timezone("Asia/Ho_Chi_Minh")
        .readonly()
        .time("now-6h", "now")
        .refresh("5s")
        .with_variable(_datasource())
        .with_variable(_period())
    )
    for panel in board.panels:
        builder = builder.with_panel(_panel(panel))
    document = json.loads(JSONEncoder().encode(builder.build()))
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def round_trip(text: str) -> str:
    """The same board as Grafana's own model reads and writes it: what is misspelt vanishes."""
    # Without them the options of panels and queries would pass unread.
    register_default_plugins()
    board = models.Dashboard.from_json(json.loads(text))
    document = json.loads(JSONEncoder().encode(board))
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _datasource() -> dashboard.DatasourceVariable:
    return (
        dashboard.DatasourceVariable("datasource")
        .label(VIETNAMESE("datasource"))
        .type("prometheus")
    )


def _period() -> dashboard.QueryVariable:
    """The newest year first."""
    return (
        dashboard.QueryVariable(PERIOD.removeprefix("$"))
        .label(VIETNAMESE("period"))
        .datasource(DATASOURCE)
        .query("label_values(ioc:cases_received:last, period)")
        .refresh(models.VariableRefresh.ON_DASHBOARD_LOAD)
        .sort(models.VariableSort.NUMERICAL_DESC)
    )


def _panel(panel: Panel) -> stat.Panel | table.Panel:
    return _table(panel) if panel.by else _stat(panel)


def _stat(panel: Panel) -> stat.Panel:
    built = (
        stat.Panel()
        .graph_mode(common.BigValueGraphMode.NONE)
        .color_mode(_color_mode(panel))
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .text_mode(_text_mode(panel))
    )
    built = _common(built, panel)
    for ref, unit in panel.other_units:
        built = built.override_by_query(ref, [_property("unit", unit)])
    for ref, word in panel.flags:
        built = built.override_by_query(ref, [_property("mappings", [_flag(word)])])
    for ref, meanings in panel.meanings:
        built = built.override_by_query(ref, [_property("mappings", [_words(meanings)])])
    return built


def _color_mode(panel: Panel) -> common.BigValueColorMode:
    """Only what a number stands for has a colour; the figures themselves have none."""
    modes = common.BigValueColorMode
    return modes.VALUE if panel.meanings else modes.NONE


def _words(meanings: tuple[Meaning, ...]) -> models.ValueMap:
    return models.ValueMap(
        options={
            str(value): models.ValueMappingResult(
                text=VIETNAMESE(meaning.word), color=meaning.colour, index=value
            )
            for value, meaning in enumerate(meanings)
        }
    )


def _flag(word: str) -> models.RangeMap:
    shown = models.ValueMappingResult(text=VIETNAMESE(word), color="yellow", index=0)
    return models.RangeMap(models.DashboardRangeMapOptions(from_val=1, to=None, result=shown))


def _text_mode(panel: Panel) -> common.BigValueTextMode:
    """Figures that stand side by side need their names."""
    several = len(panel.queries) > 1
    return common.BigValueTextMode.VALUE_AND_NAME if several else common.BigValueTextMode.VALUE


def _table(panel: Panel) -> table.Panel:
    built = _common(table.Panel(), panel)
    built = built.with_transformation(models.DataTransformerConfig(id_val="merge", options={}))
    # Where something comes from is in the labels; its value says nothing.
    idle = [f"Value #{query.ref}" for query in panel.queries if query.title == "kind"]
    hidden = dict.fromkeys(["Time", *idle], True)
    built = built.with_transformation(
        models.DataTransformerConfig(id_val="organize", options={"excludeByName": hidden})
    )
    for query in panel.queries:
        built = built.override_by_name(f"Value #{query.ref}", _column(panel, query))
    if panel.by == "district":
        names = _property("mappings", [_district_names()])
        built = built.override_by_name("district", [names])
    return built


def _column(panel: Panel, query: Query) -> list[models.DynamicConfigValue]:
    column = [
        _property("displayName", VIETNAMESE.of(query.title)),
        _property("unit", dict(panel.other_units).get(query.ref, panel.unit)),
    ]
    meanings = dict(panel.meanings).get(query.ref)
    return [*column, _property("mappings", [_words(meanings)])] if meanings else column


def _property(name: str, value: object) -> models.DynamicConfigValue:
    return models.DynamicConfigValue(id_val=name, value=value)


def _district_names() -> models.ValueMap:
    return models.ValueMap(
        options={
            unit.code: models.ValueMappingResult(text=unit.name, index=index)
            for index, unit in enumerate(districts())
        }
    )


def _target(panel: Panel, query: Query) -> prometheus.Dataquery:
    return (
        prometheus.Dataquery()
        .ref_id(query.ref)
        .expr(query.expression)
        .legend_format(VIETNAMESE.of(query.title))
        .instant()
        .format(PromQueryFormat.TABLE if panel.by else PromQueryFormat.TIME_SERIES)
    )


def _grid(place: Place) -> models.GridPos:
    return models.GridPos(x=place.x, y=place.y, w=place.width, h=place.height)


def _neutral() -> dashboard.ThresholdsConfig:
    """No colour without a threshold that has a source."""
    return (
        dashboard.ThresholdsConfig()
        .mode(models.ThresholdsMode.ABSOLUTE)
        .steps([models.Threshold(value=None, color="text")])
    )


def _common(built: AnyPanel, panel: Panel) -> AnyPanel:
    return (
        built.id(panel.number)
        .title(VIETNAMESE.of(panel.title))
        .description(VIETNAMESE(panel.about))
        .datasource(DATASOURCE)
        .targets([_target(panel, query) for query in panel.queries])
        .grid_pos(_grid(panel.place))
        .unit(panel.unit)
        .decimals(panel.decimals)
        .no_value(VIETNAMESE("no_data"))
        .thresholds(_neutral())
        .overrides([])
    )
