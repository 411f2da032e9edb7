"""Tiles in rows, groups in one piece, also when there are more subsystems than today."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.boards.arrangement import LEAST_COLUMNS, ROWS, Free, arrange
from dashboards.boards.province import arrangement
from seeds.registry import oversight_fields, subsystems

GROUPS = st.dictionaries(
    st.sampled_from("abcdef"), st.integers(0, 7).map(lambda size: [*range(size)]), min_size=1
).filter(lambda groups: any(groups.values()))


@given(GROUPS)
def test_everything_has_a_place_of_its_own(groups: dict[str, list[int]]) -> None:
    found = arrange({name: [f"{name}{one}" for one in group] for name, group in groups.items()})
    places = {
        (group.row, group.column + at): member
        for group in found.groups
        for at, member in enumerate(group.members)
    }
    assert len(places) == sum(map(len, groups.values()))
    assert all(0 <= row < ROWS and 0 <= column < found.columns for row, column in places)
    if found.free:
        free = [(found.free.row, found.free.column + at) for at in range(found.free.width)]
        assert not set(free) & set(places)
        assert free[-1][1] == found.columns - 1


def test_the_eleven_fill_four_columns_but_for_one_place() -> None:
    found = arrangement()
    assert found.columns == LEAST_COLUMNS
    assert [group.id for group in found.groups] == list(oversight_fields())
    assert {name for group in found.groups for name in group.members} == set(subsystems())
    assert found.free == Free(row=2, column=3, width=1)


def test_a_twelfth_takes_the_free_place_or_makes_the_tiles_narrower() -> None:
    groups = {group.id: list(group.members) for group in arrangement().groups}
    full = arrange(groups | {"public-bodies": [*groups["public-bodies"], "x"]})
    assert (full.columns, full.free) == (4, None)
    assert arrange(groups | {"peoples-life": [*groups["peoples-life"], "x"]}).columns == 5
