"""The law of the tiles: nothing is well that is not known to be well now."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.wall.standing import (
    SOURCE_STATES,
    STATES,
    WORST_FIRST,
    Evidence,
    TileState,
    tile_state,
)

EVIDENCE = st.builds(
    Evidence,
    said=st.none() | st.sampled_from(STATES),
    has_value=st.booleans(),
    sources=st.lists(st.sampled_from(SOURCE_STATES), max_size=4),
    whole=st.booleans(),
    away=st.booleans(),
)
BEST = Evidence(said="well", has_value=True, sources=["fresh"], whole=True, away=False)


@given(EVIDENCE)
def test_never_well_without_a_fresh_source_a_whole_topic_and_a_figure(evidence: Evidence) -> None:
    if tile_state(evidence) == "well":
        assert set(evidence.sources) == {"fresh"}
        assert evidence.whole
        assert evidence.has_value
        assert not evidence.away
        assert evidence.said == "well"


@given(EVIDENCE)
def test_a_warning_is_of_now_as_well(evidence: Evidence) -> None:
    if tile_state(evidence) == "warning":
        assert evidence.trusted
        assert evidence.said == "warning"


@given(EVIDENCE)
def test_what_was_critical_stays_so_whatever_is_silent(evidence: Evidence) -> None:
    assert (tile_state(evidence) == "critical") == (evidence.said == "critical")


@given(EVIDENCE, st.sampled_from(SOURCE_STATES))
def test_one_more_source_makes_nothing_well(evidence: Evidence, source: object) -> None:
    assume_better = tile_state(evidence) != "well"
    more = Evidence(
        evidence.said, evidence.has_value, [*evidence.sources, source],  # type: ignore[list-item]
        evidence.whole, evidence.away,
    )  # fmt: skip
    if assume_better and evidence.sources:
        assert tile_state(more) != "well"


def test_each_reason_takes_the_green_away() -> None:
    def changed(**fields: object) -> TileState:
        values = {name: getattr(BEST, name) for name in Evidence.__slots__} | fields
        return tile_state(Evidence(**values))

    assert tile_state(BEST) == "well"
    for state in ("late", "dead", "never"):
        assert changed(sources=["fresh", state]) == "stale"
    assert changed(sources=[]) == changed(whole=False) == changed(away=True) == "stale"
    assert changed(has_value=False) == changed(said=None) == changed(said="no_data") == "no_data"
    assert changed(said="stale") == "stale"


def test_every_state_has_its_place_among_the_worst() -> None:
    assert sorted(WORST_FIRST) == sorted(STATES)
