"""The loop behind `grader.live`: what the API tells of changes is judged at once, and nothing is
asked for it; all else is polled. Looks and watches run on other threads, and send news to this one.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue

from grader.blocking import blocked, needed
from grader.following import Following
from grader.grade import Grader
from grader.judgement import Case, Judgement, Look
from grader.kubernetes.api import Api, ApiDistrusted, ApiUnreachable
from grader.kubernetes.watch_target import Target, target_of
from grader.live_source import LiveSource
from grader.question import AskNonce, Question
from grader.round import Round
from grader.verdict import CriterionResult, Verdict
from grader.waves import THREADS, OnResult, take_look
from labs.errors import SeatrialError
from labs.model import Keep

_ALL_ANEW = 30.0
"""Seconds after which everything is read from the cluster itself, whatever the watches say."""
_ALL_ANEW_COST = 50.0
"""Or this many times as long as it took, if that is more: for the guests, 1 % of their time."""
_GATHERING = 0.05
"""Seconds for which further changes are waited for before one is judged."""
_REST = 4.0
"""What a change made us look at rests this many times as long as the look took."""
_REST_OF_GUESTS = 10.0
"""The same, of a look that also asks nodes or pods."""
_STOP_EVERY = 0.25
_ALIVE = "/healthz/etcd"
"""Cheap, and not answered well by a server that has lost its store."""


@dataclass(slots=True)
class _Open:
    """A criterion that is judged again and again."""

    judgement: Judgement
    judged: CriterionResult | None = None
    """As it was judged by itself, whatever it needs."""
    shown: CriterionResult | None = None
    asked: Sequence[Question] = ()
    """By its last look."""
    settled: bool = False
    """Whether the last look was a verdict, so that only a change can bring another."""
    looking: bool = False
    due: float | None = None
    """When to look at it again because of a change."""
    rests_until: float = 0.0

    @property
    def key(self) -> str:
        return self.judgement.case.key


@dataclass(slots=True)
class _PolledRound:
    """The round that is under way, or the next one."""

    at: float = 0.0
    under_way: bool = False
    looks: set[str] | None = None
    """Keys of the criteria that are still looked at for it; None before it is known which."""
    anew: bool = False
    """Whether everything is read from the cluster itself."""
    in_vain: bool = False
    """Whether the API server did not answer."""


@dataclass(frozen=True, slots=True)
class _Looked:
    one: _Open
    look: Look


@dataclass(frozen=True, slots=True)
class _Found:
    """The API server that the cluster has by now, or why none answers."""

    api: Api | None
    trouble: SeatrialError | None = None


class _Looks:
    """The looks of one round, which is over with the last of them."""

    def __init__(self, source: LiveSource, number: int) -> None:
        self._source = source
        self._left = number
        self._lock = threading.Lock()

    def end_one(self) -> None:
        with self._lock:
            self._left -= 1
            over = self._left == 0
        if over:
            self._source.close()


class LiveStep:
    """One step under judgement. `run` is called once."""

    def __init__(
        self, grader: Grader, cases: Sequence[Case], on_result: OnResult, stop: threading.Event
    ) -> None:
        self._grader = grader
        self._on_result = on_result
        self._stop = stop
        self._scale = grader.cluster.time_scale
        self._news: SimpleQueue[Target | _Looked | _Found] = SimpleQueue()
        self._following = Following(self._news.put)
        self._open = {case.key: _Open(self._judgement(case)) for case in cases}
        self._round = _PolledRound()
        self._all_anew_at = 0.0
        self._sought = False
        self._slow = ThreadPoolExecutor(THREADS, thread_name_prefix="grader")
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="grader-quick")

    def run(self, pause_after: Callable[[float], float]) -> None:
        """Until stopped, or nothing is left. `pause_after`: seconds to wait after such a round."""
        try:
            while not self._stop.is_set() and self._open:
                self._begin_what_is_due(time.monotonic())
                try:
                    self._take(self._news.get(timeout=self._until_next(time.monotonic())))
                except Empty:
                    continue
                finally:
                    self._end_round(pause_after)
        finally:
            # Looks that were abandoned end by their own time limits; nobody waits for them.
            for pool in (self._slow, self._quick):
                pool.shutdown(wait=not self._stop.is_set(), cancel_futures=True)
            self._following.close()

    # --- what is due

    def _until_next(self, now: float) -> float:
        moments = [now + _STOP_EVERY, *self._moments()]
        if not self._round.under_way:
            moments.append(self._round.at)
        return max(0.0, min(moments) - now)

    def _moments(self) -> Iterator[float]:
        for one in self._open.values():
            if one.due is not None and not one.looking:
                yield max(one.due, one.rests_until)

    def _begin_what_is_due(self, now: float) -> None:
        changed = [
            one
            for one in self._open.values()
            if one.due is not None and not one.looking and now >= max(one.due, one.rests_until)
        ]
        if changed:
            self._look_at(changed, anew=False)
        if self._round.under_way or now < self._round.at:
            return
        self._round = _PolledRound(now, under_way=True)
        if self._asks_api():
            self._slow.submit(self._find_api)
        else:
            self._begin_round(anew=True)

    def _find_api(self) -> None:
        """By a sign of life; another link when the cluster's authority is another one by now."""
        link = self._grader.link
        try:
            found = link.api()
            try:
                found.request("GET", _ALIVE, None, "", ())
            except ApiDistrusted:
                other = link.instead_of(found)
                if other is None:
                    raise
                found = other
                found.request("GET", _ALIVE, None, "", ())
        except SeatrialError as trouble:
            self._news.put(_Found(None, trouble))
        else:
            self._news.put(_Found(found))

    def _begin_round(self, anew: bool, trouble: SeatrialError | None = None) -> None:
        now = time.monotonic()
        anew = anew or now >= self._all_anew_at
        self._round.anew = anew
        chosen = [
            one for one in self._open.values() if not one.looking and (anew or self._is_polled(one))
        ]
        self._round.looks = {one.key for one in chosen}
        self._round.in_vain = isinstance(trouble, ApiUnreachable)
        self._look_at(chosen, anew, trouble)

    def _is_polled(self, one: _Open) -> bool:
        """Whether something besides a change that we are told could bring another verdict."""
        return not one.settled or not all(map(self._is_told, one.asked))

    def _is_told(self, question: Question) -> bool:
        return isinstance(question, AskNonce) or self._following.knows(question)

    def _end_round(self, pause_after: Callable[[float], float]) -> None:
        if self._round.looks is not None and not self._round.looks:
            now = time.monotonic()
            # To wait for a server that does not answer costs the guests nothing.
            took = 0.0 if self._round.in_vain else now - self._round.at
            pause = pause_after(took)
            if self._round.anew:
                self._all_anew_at = now + max(_ALL_ANEW, _ALL_ANEW_COST * took)
            if not self._sought and self._asks_api():
                # Only now it is known that watches are of use, and of what.
                self._sought, pause = True, 0.0
            self._round = _PolledRound(now + pause)

    def _asks_api(self) -> bool:
        return any(map(target_of, self._questions()))

    # --- looking

    def _look_at(
        self, chosen: Sequence[_Open], anew: bool, trouble: SeatrialError | None = None
    ) -> None:
        """Begin a look at each, of one round. `anew`: not from what watches know.

        `trouble`: why the API cannot be asked, as has just been found.
        """
        direct = self._direct()
        away = trouble if isinstance(trouble, ApiUnreachable) else None
        round_ = Round(direct if anew else self._following.source(direct), away)
        looks = _Looks(direct, len(chosen))
        for one in chosen:
            cheap = not anew and all(map(self._is_told, one.asked))
            one.looking, one.due = True, None
            pool = self._quick if cheap else self._slow
            future = pool.submit(self._look, one, round_, anew)
            future.add_done_callback(lambda _: looks.end_one())
            future.add_done_callback(partial(self._tell, one))

    def _look(self, one: _Open, round_: Round, anew: bool) -> Look:
        """A new pass that only watches have shown is looked at again on the server itself."""
        look = take_look(one.judgement, round_, self._scale)
        passed_before = one.shown is not None and one.shown.verdict is Verdict.PASSED
        if anew or passed_before or look.finding.verdict is not Verdict.PASSED:
            return look
        direct = self._direct()
        try:
            return take_look(one.judgement, Round(direct), self._scale)
        finally:
            direct.close()

    def _direct(self) -> LiveSource:
        return LiveSource(self._grader.cluster, self._grader.link)

    def _tell(self, one: _Open, future: "Future[Look]") -> None:
        if not future.cancelled():
            self._news.put(_Looked(one, future.result()))

    # --- news

    def _take(self, news: Target | _Looked | _Found) -> None:
        if isinstance(news, Target):
            self._take_change(news)
        elif isinstance(news, _Looked):
            self._take_look(news.one, news.look)
        else:
            if news.api is not None:
                self._following.use(news.api)
                self._following.follow(self._questions())
            self._begin_round(news.api is None, news.trouble)

    def _take_change(self, changed: Target) -> None:
        due = time.monotonic() + _GATHERING
        for one in self._open.values():
            targets = [target for target in map(target_of, one.asked) if target is not None]
            if one.due is None and any(_touches(changed, target) for target in targets):
                one.due = due

    def _take_look(self, one: _Open, look: Look) -> None:
        one.looking, one.asked = False, tuple(look.asked)
        rest = _REST if all(map(self._is_told, one.asked)) else _REST_OF_GUESTS
        one.rests_until = look.ended + rest * (look.ended - look.started)
        if self._round.looks is not None:
            self._round.looks.discard(one.key)
        if self._stop.is_set():
            return
        one.judgement.take(look)
        self._take_result(one, one.judgement.result)
        self._following.follow(self._questions())

    def _take_result(self, one: _Open, result: CriterionResult | None) -> None:
        one.settled = result is not None and result.verdict is not Verdict.UNKNOWN
        if result is None:
            return
        self._show(one, result)
        case = one.judgement.case
        for other in self._open.values():
            if (
                other.judged is not None
                and case.criterion.id in other.judgement.case.criterion.needs
            ):
                self._show(other, other.judged)
        if result.verdict is Verdict.PASSED and case.criterion.keep is Keep.ONCE:
            del self._open[case.key]
        else:
            one.judgement = self._judgement(case)

    def _show(self, one: _Open, result: CriterionResult) -> None:
        """Tell the result if it is news: what it needs may block it, or not be known yet."""
        one.judged = result
        case = one.judgement.case
        if result.verdict is not Verdict.PASSED:
            needs = [self._open[key] for key in needed(case, list(self._open)) if key in self._open]
            if any(other.shown is None for other in needs):
                return
            shown = [other.shown for other in needs if other.shown is not None]
            result = blocked(case, shown) or result
        if one.shown is None or _differs(one.shown, result):
            one.shown = result
            self._on_result(result)

    def _questions(self) -> list[Question]:
        return [question for one in self._open.values() for question in one.asked]

    def _judgement(self, case: Case) -> Judgement:
        return Judgement(case, time.monotonic(), self._scale)


def _touches(changed: Target, read: Target) -> bool:
    return changed.covers(read) or read.covers(changed)


def _differs(before: CriterionResult, now: CriterionResult) -> bool:
    return (before.verdict, before.evidence) != (now.verdict, now.evidence)
