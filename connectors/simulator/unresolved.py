"""Lives without a result: still open, or closed by a refusal, a withdrawal, a stop."""

from connectors.simulator.lives import (
    DONE,
    IN_PROCESS,
    PAYMENT,
    REFUSED_AT_INTAKE,
    STOPPED,
    SUBMITTED,
    SUPPLEMENT,
    WITHDRAWN,
    Life,
    Row,
    Supplement,
    Told,
)
from connectors.simulator.openings import HOUR, Opening
from connectors.simulator.plan import PROCESSING
from connectors.simulator.plan import WITHDRAWN as IS_WITHDRAWN
from connectors.simulator.script import Script


class UnresolvedLives(Script):
    def in_work(self, o: Opening) -> Life:
        """In process or overdue, with the odd turns that leave it so."""
        chance = self.chance()
        latest = min(o.due_at, self.end - 1)
        if latest - o.at <= HOUR or chance > 0.12:
            return self._plain(o)
        if chance < 0.06 and (o.due is not None or o.fate == PROCESSING):
            return self._supplemented(o, latest)
        if chance < 0.09:
            return self._finish_undone(o, latest)
        return self._done_by_word(o, latest, by_row=chance < 0.11)

    def _plain(self, o: Opening) -> Life:
        begun = self.begun(o, o.due)
        told, status, earlier = begun[-1].at, begun[-1].status, begun[:-1]
        rows = self.step(o, self.end - 1)
        if rows and self.chance() < 0.5:
            told, status, earlier = rows[0].at, IN_PROCESS, begun
        return self.life(o, status, told, earlier, rows, received=o.received, due=o.due)

    def _supplemented(self, o: Opening, latest: int) -> Life:
        extend = o.fate == PROCESSING and o.due is not None
        times = self.times() if extend else 1
        rounds = self.supplemented(o, latest, times=times, extend=extend)
        earlier = self.begun(o, o.due) + rounds.told
        return self.life(
            o,
            IN_PROCESS,
            earlier[-1].at,
            earlier[:-1],
            rounds.rows,
            received=o.received,
            due=o.due,
            supplements=rounds.supplements,
        )

    def _finish_undone(self, o: Opening, latest: int) -> Life:
        """Finished by mistake, taken back, and left open."""
        undone = self.undone(o, latest)
        rows: tuple[Row, ...] = (Row(undone.mistake.at, DONE),)
        if self.chance() < 0.5:
            rows += (Row(undone.corrected.at, IN_PROCESS),)
        earlier = (*self.begun(o, o.due), undone.mistake)
        told = undone.corrected.at
        return self.life(o, IN_PROCESS, told, earlier, rows, received=o.received, due=o.due)

    def _done_by_word(self, o: Opening, latest: int, *, by_row: bool) -> Life:
        """Done in the progress, or in the status, with no time of finish in the dossier."""
        at = self.instant(self.between(o.at + 120, latest))
        begun = self.begun(o, o.due)
        if by_row:
            first, rows = begun[-1], (Row(at, DONE),)
            return self.life(
                o, first.status, first.at, begun[:-1], rows, received=o.received, due=o.due
            )
        return self.life(o, DONE, at, begun, received=o.received, due=o.due)

    def paused(self, o: Opening) -> Life:
        """Waits for the citizen, as told by the dossier, by its status, or by the progress only."""
        chance = self.chance()
        rows: tuple[Row, ...]
        start = max(o.at + 60, self.end - 30 * self.day)
        asked = self.instant(self.between(start, self.end - 60))
        begun = self.begun(o, o.due)
        if chance < 0.15:
            rows = (Row(asked, PAYMENT),)
            return self.life(
                o, PAYMENT, asked, begun, rows, received=o.received, due=o.due, waits=True
            )
        if chance < 0.22:
            told = begun[-1]
            rows = (Row(asked, SUPPLEMENT),)
            return self.life(
                o,
                told.status,
                told.at,
                begun[:-1],
                rows,
                received=o.received,
                due=o.due,
                waits=True,
            )
        status = IN_PROCESS if chance < 0.3 else SUPPLEMENT
        rows = () if chance < 0.5 else (Row(asked, DONE if chance > 0.75 else SUPPLEMENT),)
        return self.life(
            o,
            status,
            asked,
            begun,
            rows,
            received=o.received,
            due=o.due,
            supplements=(Supplement(asked, None, o.due, None),),
            waits=True,
        )

    def _closing(self, o: Opening, within: int) -> int:
        """An instant soon after the opening; of those that could be the last before the load is
        over, half are: so some are closed in another year.
        """
        low, high = o.at + 120, min(o.at + within, self.end)
        if high == self.end and self.chance() < 0.5:
            low = max(low, self.end - HOUR // 2)
        return self.instant(self.between(low, high))

    def awaiting(self, o: Opening) -> Life:
        """Handed in and not looked at; some systems give even that a time of reception."""
        received = o.received if self.chance() < 0.1 else None
        return self.life(o, SUBMITTED, o.received, received=received, due=None)

    def refused(self, o: Opening) -> Life:
        """Refused at intake, mostly with the time of it; some were received before."""
        at = self._closing(o, 2 * self.day)
        chance = self.chance()
        earlier = (Told(o.received, SUBMITTED, None, None),) if chance < 0.5 else ()
        rows = (Row(at, REFUSED_AT_INTAKE),) if self.chance() < 0.3 else ()
        if chance > 0.95:
            o.submitted = None
        return self.life(
            o,
            REFUSED_AT_INTAKE,
            at,
            earlier,
            rows,
            received=o.received if chance > 0.9 else None,
            due=None,
            refused=at if self.chance() < 0.8 else None,
        )

    def closed_otherwise(self, o: Opening) -> Life:
        """Withdrawn by the citizen or stopped by the agency.

        Some systems tell no step of it; some report 9 for a dossier that was stopped.
        """
        status = WITHDRAWN if o.fate == IS_WITHDRAWN else STOPPED
        at = self._closing(o, 8 * self.day)
        closed: int | None = at
        chance, finished = self.chance(), None
        rows: tuple[Row, ...] = (Row(at, status),)
        if chance < 0.3:
            rows = (Row(at, DONE),) if chance < 0.15 and status == STOPPED else ()
            closed = finished = at if chance > 0.2 else None
        return self.life(
            o,
            status,
            at,
            self.begun(o, o.due),
            rows,
            received=o.received,
            due=o.due,
            finished=finished,
            closed=closed,
        )
