"""Lives that end with a result: early, on time, late."""

from bisect import bisect_right
from itertools import accumulate

from connectors.simulator.lives import (
    DONE,
    IN_PROCESS,
    ONLINE,
    RETURNED,
    Life,
    Row,
    Supplement,
    Told,
)
from connectors.simulator.openings import HOUR, Opening, Reception
from connectors.simulator.script import Script

# Of those for which nothing is appointed.
_WAITED_BY_LAW = 0.3


class ResolvedLives(Script):
    def __init__(self, reception: Reception) -> None:
        super().__init__(reception)
        odd = reception.oddities
        turns = (
            (odd.supplemented, self._supplemented),
            (odd.appointed_later, self._appointed_later),
            (odd.appointed_earlier, self._appointed_earlier),
            (odd.finish_undone, self._finish_undone),
            (odd.returned_only, self._returned_only),
        )
        self._chances = list(accumulate(share for share, _ in turns))
        self._writers = [writer for _, writer in turns]

    def in_time(self, o: Opening) -> Life:
        """Finished at or before the appointment and the end of the load."""
        latest = min(o.due_at, self.end - 1)
        turn = bisect_right(self._chances, self.chance())
        if o.due is None and latest - o.at > HOUR and self.chance() < _WAITED_BY_LAW:
            return self._waited_by_law(o, latest)
        if turn < len(self._writers) and o.due is not None and latest - o.at > HOUR:
            return self._writers[turn](o, latest)
        finish = self._finish(o, latest)
        return self._resolved(o, self.begun(o, o.due), finish, self._rows(o, finish))

    def _finish(self, o: Opening, latest: int) -> int:
        span = o.due_at - o.at
        finish = o.at + 60 + int((span - 60) * (0.06 + 0.9 * self.chance() ** 0.75))
        if self.chance() < 0.004 and o.due_at == latest:
            return latest  # to the second
        if finish <= latest:
            return finish
        return o.at + 60 + int((latest - o.at - 60) * self.chance())

    def _rows(self, o: Opening, finish: int) -> tuple[Row, ...]:
        rows = self.step(o, finish)
        return (*rows, Row(self.instant(finish), DONE)) if self.chance() < 0.35 else rows

    def _resolved(
        self,
        o: Opening,
        earlier: tuple[Told, ...],
        finish: int,
        rows: tuple[Row, ...],
        *,
        due: int | None = None,
        supplements: tuple[Supplement, ...] = (),
    ) -> Life:
        """Finished at `finish`; mostly the result is handed over soon after, and both are told
        at once.
        """
        due = due or o.due
        finished: int = self.instant(finish)
        chance = self.chance()
        returned: int | None = self.instant(min(finish + int(chance * HOUR), self.end - 1))
        if chance > 0.96 or returned == finished:
            returned = None
        elif chance > 0.92:
            earlier = (*earlier, Told(finished, DONE, o.received, due, supplements, finished))
        return self.life(
            o,
            RETURNED if returned else DONE,
            returned or finished,
            earlier,
            rows,
            received=o.received,
            due=due,
            supplements=supplements,
            finished=finished,
            returned=returned,
        )

    def _supplemented(self, o: Opening, latest: int) -> Life:
        rounds = self.supplemented(o, latest, times=self.times())
        finish = self.between(rounds.at + 60, min(rounds.due_at, self.end - 1))
        rows = (*rounds.rows, Row(self.instant(finish), DONE))
        earlier = self.begun(o, o.due) + rounds.told
        return self._resolved(o, earlier, finish, rows, supplements=rounds.supplements)

    def _waited_by_law(self, o: Opening, latest: int) -> Life:
        """Nothing is appointed, and the deadline by law moves with the wait for papers."""
        rounds = self.supplemented(o, latest, times=1, extend=False)
        stops = [(s.requested, s.received) for s in rounds.supplements if s.received]
        last = self.last_in_time(o.procedure, o.at, stops)
        finish = self.between(rounds.at + 60, min(last or latest, self.end - 1))
        earlier = self.begun(o, None) + rounds.told
        rows = (*rounds.rows, Row(self.instant(finish), DONE))
        return self._resolved(o, earlier, finish, rows, supplements=rounds.supplements)

    def _appointed_later(self, o: Opening, latest: int) -> Life:
        """The new appointment is told before the old one is missed, as the law wants."""
        told_at = self.between(o.at + 120, latest - 60)
        due_at = o.due_at + self.between(HOUR, 5 * self.day)
        due = self.instant(due_at)
        finish = self.between(told_at + 60, min(due_at, self.end - 1))
        told = Told(self.instant(told_at), IN_PROCESS, o.received, due)
        earlier = (*self.begun(o, o.due), told)
        return self._resolved(o, earlier, finish, self._rows(o, finish), due=due)

    def _appointed_earlier(self, o: Opening, latest: int) -> Life:
        """The first appointment was a slip of the pen."""
        wrong = self.instant(o.due_at + self.between(HOUR, 10 * self.day))
        told_at = self.between(o.at + 120, o.at + HOUR // 2)
        finish = self.between(told_at + 60, latest)
        told = Told(self.instant(told_at), IN_PROCESS, o.received, o.due)
        earlier = (*self.begun(o, wrong), told)
        return self._resolved(o, earlier, finish, self._rows(o, finish))

    def _finish_undone(self, o: Opening, latest: int) -> Life:
        """Finished by mistake, taken back, finished again."""
        undone = self.undone(o, latest)
        finish = self.between(undone.at + 60, latest)
        rows = (
            Row(undone.mistake.at, DONE),
            Row(undone.corrected.at, IN_PROCESS),
            Row(self.instant(finish), DONE),
        )
        earlier = (*self.begun(o, o.due), undone.mistake, undone.corrected)
        return self._resolved(o, earlier, finish, rows)

    def _returned_only(self, o: Opening, latest: int) -> Life:
        """Some systems tell that the result was handed over and never that it was finished."""
        finish = self._finish(o, latest)
        returned = self.instant(finish)
        return self.life(
            o,
            RETURNED,
            returned,
            self.begun(o, o.due),
            self.step(o, finish),
            received=o.received,
            due=o.due,
            returned=returned,
        )

    def late_in_system(self, o: Opening) -> Life:
        """The result was handed over in time, and the clerk closed the dossier too late."""
        handed = self.between(o.at + 120, o.due_at)
        finish = self._late(o.due_at)
        returned = self.instant(handed)
        earlier = self.begun(o, o.due)
        if self.chance() < 0.3:
            earlier += (Told(returned, RETURNED, o.received, o.due, returned=returned),)
        finished = self.instant(finish)
        return self.life(
            o,
            RETURNED,
            finished,
            earlier,
            self._rows(o, finish),
            received=o.received,
            due=o.due,
            finished=finished,
            returned=returned,
        )

    def late_other(self, o: Opening) -> Life:
        """For a reason that the record shows, in most cases."""
        if self.chance() < self.oddities.unexplained:
            finish = self._late(o.due_at)
            return self._resolved(
                o, self.begun(o, o.due), finish, (Row(self.instant(finish), DONE),)
            )
        chance = self.chance()
        if o.channel == ONLINE and chance < 0.7 and self._submit_long_before(o):
            return self._unreachable(o)
        return (chance > 0.85 and self._asked_again(o)) or self._verified_long(o)

    def _submit_long_before(self, o: Opening) -> bool:
        """Longer than an office may take to accept; False where the year is too young for that."""
        waited = self.between(self.day + HOUR, 8 * self.day)
        if o.at < waited or self.instant(o.at - waited) < self.new_year:
            return False
        o.submitted = self.instant(o.at - waited)
        return True

    def _unreachable(self, o: Opening) -> Life:
        """Papers lacked and nobody answered: taken in too late, and never caught up."""
        finish = self._late(o.due_at)
        return self._resolved(o, self.begun(o, o.due), finish, self._rows(o, finish))

    def _asked_again(self, o: Opening) -> Life | None:
        """Papers asked for twice, where the law allows once; None where the year has no room."""
        if o.due is None or o.due_at - o.at <= HOUR:
            return None
        rounds = self.supplemented(o, o.due_at, times=2)
        if rounds.due_at >= self.end - HOUR:
            return None
        finish = self._late(rounds.due_at)
        rows = (*rounds.rows, Row(self.instant(finish), DONE))
        earlier = self.begun(o, o.due) + rounds.told
        return self._resolved(o, earlier, finish, rows, supplements=rounds.supplements)

    def _verified_long(self, o: Opening) -> Life:
        """A step went on beyond its own deadline."""
        finish = self._late(o.due_at)
        began = self.between(o.at + 60, o.at + (o.due_at - o.at) // 2)
        step = Row(self.instant(began), IN_PROCESS, self.instant(self.between(began, o.due_at)))
        rows = (step, Row(self.instant(finish), DONE)) if self.chance() < 0.5 else (step,)
        return self._resolved(o, self.begun(o, o.due), finish, rows)

    def _late(self, due_at: int) -> int:
        """Mostly by hours or a few days, sometimes by weeks, now and then by a second."""
        if self.chance() < 0.05:
            return due_at + 1
        beyond = int(self.day * 0.15 / (1.02 - self.chance()))
        return min(due_at + 60 + beyond, self.between(due_at + 30, self.end - 1))
