"""What the writers of lives share: chance, working time, and the beginning of a dossier."""

from typing import NamedTuple

from connectors.simulator.lives import (
    ACCEPTED,
    DONE,
    IN_PROCESS,
    SUBMITTED,
    SUPPLEMENT,
    Life,
    Row,
    Supplement,
    Told,
)
from connectors.simulator.openings import HOUR, Opening, Reception


class Supplemented(NamedTuple):
    """What a round of missing papers adds to a life; `at` and `due_at` on the working line."""

    told: tuple[Told, ...]
    rows: tuple[Row, ...]
    supplements: tuple[Supplement, ...]
    at: int
    due_at: int


class Undone(NamedTuple):
    """A finish told by mistake and taken back; `at` on the working line."""

    mistake: Told
    corrected: Told
    at: int


class Script:
    """`end` is the first point of the working line after the load."""

    def __init__(self, reception: Reception) -> None:
        self.working = reception.working
        self.instant = reception.working.instant
        self.day = reception.working.day_seconds
        self.chance = reception.random.random
        self.oddities = reception.oddities
        self.end = reception.end
        self.now = reception.now
        self.new_year = reception.new_year
        self.last_in_time = reception.last_in_time

    def between(self, low: int, high: int) -> int:
        """A point from low to before high; low when there is no room."""
        return low + int(self.chance() * max(high - low, 1))

    def begun(self, o: Opening, due: int | None) -> tuple[Told, ...]:
        """As told when it was received, with its first appointment."""
        accepted = Told(o.received, ACCEPTED, o.received, due)
        if o.submitted_at is not None and o.submitted is not None:
            return Told(o.submitted, SUBMITTED, None, None), accepted
        return (accepted,)

    def times(self) -> int:
        """How often papers are asked for, where any are."""
        return 2 if self.chance() < self.oddities.supplemented_twice else 1

    def supplemented(
        self, o: Opening, latest: int, *, times: int, extend: bool = True
    ) -> Supplemented:
        """Papers asked for and brought before `latest`; a new appointment where `extend` allows
        it, always where the old one was too close.
        """
        rounds = Supplemented((), (), (), o.at, o.due_at)
        for _ in range(times):
            rounds = self._supplement(o, rounds, min(latest, self.end - 1), extend=extend)
            latest = rounds.due_at
        return rounds

    def _supplement(
        self, o: Opening, before: Supplemented, latest: int, *, extend: bool
    ) -> Supplemented:
        asked = self.between(before.at + 120, before.at + (latest - before.at) // 2)
        wait = self.between(HOUR // 2, 5 * self.day)
        brought = asked + min(wait, ((self.end if extend else latest) - asked) // 2)
        due_at = before.due_at
        if extend and (brought > due_at - HOUR or self.chance() < 0.6):
            due_at = max(due_at, brought) + max(brought - asked, HOUR)
        requested, received = self.instant(asked), self.instant(brought)
        due_before = None if o.due is None else self.instant(before.due_at)
        due_after = self.instant(due_at) if due_at != before.due_at else None
        waiting = Supplement(requested, None, due_before, None)
        over = Supplement(requested, received, due_before, due_after)
        earlier = before.supplements
        return Supplemented(
            (
                *before.told,
                Told(requested, SUPPLEMENT, o.received, o.due, (*earlier, waiting)),
                Told(received, IN_PROCESS, o.received, o.due, (*earlier, over)),
            ),
            (*before.rows, *self._waiting_rows(requested, received)),
            (*earlier, over),
            brought,
            due_at,
        )

    def _waiting_rows(self, requested: int, brought: int) -> tuple[Row, ...]:
        """Some systems report 9 for a dossier that waits; some do not say that it goes on."""
        chance = self.chance()
        waiting = Row(requested, DONE if chance < 0.3 else SUPPLEMENT)
        return (Row(brought, IN_PROCESS), waiting) if chance < 0.8 else (waiting,)

    def undone(self, o: Opening, latest: int) -> Undone:
        """Finished by mistake and taken back before `latest`."""
        finish = self.between(o.at + 60, o.at + (latest - o.at) // 3)
        at = self.between(finish + 60, finish + (latest - finish) // 2)
        mistaken = self.instant(finish)
        return Undone(
            Told(mistaken, DONE, o.received, o.due, (), mistaken),
            Told(self.instant(at), IN_PROCESS, o.received, o.due),
            at,
        )

    def step(self, o: Opening, until: int) -> tuple[Row, ...]:
        """Most dossiers that take longer are told to be in process."""
        if self.chance() < 0.65 and until - o.at > self.day // 4:
            return (Row(self.instant(o.at + (until - o.at) // 3), IN_PROCESS, o.due),)
        return ()

    def life(
        self,
        o: Opening,
        status: int,
        told: int,
        earlier: tuple[Told, ...] = (),
        rows: tuple[Row, ...] = (),
        *,
        received: int | None,
        due: int | None,
        supplements: tuple[Supplement, ...] = (),
        finished: int | None = None,
        returned: int | None = None,
        refused: int | None = None,
        closed: int | None = None,
        waits: bool = False,
    ) -> Life:
        return Life(
            o.case,
            o.serial,
            o.fate,
            o.agency,
            o.madonvi,
            o.procedure,
            o.task.index,
            o.channel,
            o.payment,
            o.submitted,
            received,
            due,
            status,
            told,
            earlier,
            supplements,
            finished,
            returned,
            refused,
            closed,
            waits,
            rows,
        )
