"""Events of a few cases, drawn so that versions, keys and years collide often."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from connectors.contract.codec import CaseEvent, CaseFacts, ProgressRow, Supplement
from connectors.contract.identity import case_event
from streams.core.ledger import Cells
from streams.core.partition import Context, PartitionState

# The machine is shared: how long an example takes says nothing.
patient = settings(deadline=None)

NEW_YEAR = 1_704_042_000  # 2024-01-01 00:00 in Asia/Ho_Chi_Minh
NOW = NEW_YEAR + 32 * 3600
DAY = 86_400
AGENCIES = ("000.01.01.H51", "000.18.29.H51")
FIELDS = ("ho-tich", "dat-dai")
SOURCES = ("one-stop", "portal", "registry")
RANKS = {"one-stop": 1, "portal": 2}
CASES = ("A-1", "A-2", "B-7")

instants = st.sampled_from(
    [NEW_YEAR - 400 * DAY, *range(NEW_YEAR - 3 * DAY, NOW + 2 * DAY, 7 * 3600), NOW - 1, NOW]
)
maybe_instants = st.none() | instants
supplements = st.builds(
    Supplement,
    requested=instants,
    received=maybe_instants,
    due_before=maybe_instants,
    due_after=maybe_instants,
)
rows = st.builds(
    ProgressRow,
    time=instants,
    status=st.integers(1, 10),
    agency=st.sampled_from([None, *AGENCIES]),
    department=st.sampled_from([None, "một cửa", "chuyên môn"]),
    began=maybe_instants,
    due=maybe_instants,
    void=st.sampled_from([False, False, True]),
)
facts = st.builds(
    CaseFacts,
    agency=st.sampled_from([None, "nobody knows it", *AGENCIES]),
    procedure=st.sampled_from([None, "1.004946", "1.000931"]),
    field=st.sampled_from([None, "nobody-knows-it", *FIELDS]),
    channel=st.sampled_from([None, "counter", "online", "post"]),
    service_level=st.sampled_from([None, "full", "partial"]),
    payment=st.sampled_from([None, "none", "portal", "gateway", "unpaid"]),
    status=st.none() | st.integers(1, 10),
    submitted=maybe_instants,
    received=maybe_instants,
    due=maybe_instants,
    finished=maybe_instants,
    returned=maybe_instants,
    refused=st.sampled_from([None, None, None, NEW_YEAR]),
    supplements=st.lists(supplements, max_size=2).map(tuple),
    traits=st.sampled_from([(), ("fee_bearing",), ("fee_bearing", "result_digitised")]),
)
partials = st.none() | st.lists(
    st.sampled_from(["status", "due", "finished", "supplements", "traits", "agency"]), max_size=3
).map(tuple)


def events(cases: tuple[str, ...] = CASES, kind: str = "dossier") -> st.SearchStrategy[CaseEvent]:
    return st.builds(
        case_event,
        source=st.sampled_from(SOURCES),
        kind=st.just(kind),
        case=st.sampled_from(cases),
        revision=st.integers(0, 1),
        observed_at=st.integers(1, 4),
        facts=st.none() | facts,
        partial=partials,
        progress=st.lists(rows, max_size=2).map(tuple),
    )


def new_state(**context: Any) -> PartitionState:
    return PartitionState(
        "ioc.public-administration",
        0,
        1,
        Context(Cells(AGENCIES, FIELDS), ranks=RANKS, **context),
    )


def folded(log: list[CaseEvent], now: int | None = None, bundle: int = 3) -> PartitionState:
    """The state after a log in bundles; open when `now` is given."""
    state = new_state()
    fold_all(state, log, bundle)
    if now is not None:
        open_at(state, now)
    return state


def fold_all(state: PartitionState, log: list[CaseEvent], bundle: int = 3) -> None:
    for at in range(0, len(log), bundle):
        state.fold(state.next, b"%d" % state.next, log[at : at + bundle])


def open_at(state: PartitionState, now: int) -> None:
    for _ in state.opening(now):
        pass
