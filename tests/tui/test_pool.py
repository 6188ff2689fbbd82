"""Jobs beyond a pool's threads wait for their turn."""

from threading import Event

from tests.tui.stage import SECONDS
from tui.pool import Pool


def test_a_pool_runs_no_more_jobs_at_once_than_it_has_threads() -> None:
    pool, gate, begun = Pool(2), Event(), [Event() for _ in range(3)]
    for event in begun:

        def job(event: Event = event) -> None:
            event.set()
            gate.wait(SECONDS)

        pool.submit(job)
    assert begun[0].wait(SECONDS) and begun[1].wait(SECONDS)
    assert not begun[2].is_set()
    gate.set()
    assert begun[2].wait(SECONDS)
