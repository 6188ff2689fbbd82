"""What a step's criteria have read of the API, kept up to date by watches, not asked again."""

from collections.abc import Collection
from typing import Any, Protocol, runtime_checkable

from grader.kubernetes.api import Api, Object
from grader.kubernetes.probe_pod import may_be_probe
from grader.kubernetes.watch_target import OnChange, Target, target_of, targets_of
from grader.live_source import LiveSource
from grader.question import ListObjects, Question


class Watching(Protocol):
    """See `grader.kubernetes.watch.Watches`."""

    def follow(self, targets: Collection[Target]) -> None: ...

    def known(self, target: Target) -> list[Object] | None: ...

    def close(self) -> None: ...


@runtime_checkable
class Watchable(Protocol):
    """An `Api` that also offers watches."""

    def watches(self, on_change: OnChange) -> Watching: ...


class Following:
    """The watches of one step, on whichever API server it has by now. One thread calls it."""

    def __init__(self, on_change: OnChange) -> None:
        self._on_change = on_change
        self._api: Api | None = None
        self._watching: Watching | None = None

    def use(self, api: Api) -> None:
        """From now on, this is the server."""
        if api is self._api:
            return
        self.close()
        self._api = api
        if isinstance(api, Watchable):
            self._watching = api.watches(self._on_change)

    def follow(self, questions: Collection[Question]) -> None:
        if self._watching is not None:
            self._watching.follow(targets_of(questions))

    def knows(self, question: Question) -> bool:
        """Whether a change of the answer would be told, so that nobody need ask for it."""
        target = target_of(question)
        watching = self._watching
        return watching is not None and target is not None and watching.known(target) is not None

    def source(self, otherwise: LiveSource) -> "FollowedSource":
        return FollowedSource(self._watching, otherwise)

    @property
    def api(self) -> Api | None:
        """The server that is used by now."""
        return self._api

    def close(self) -> None:
        if self._watching is not None:
            self._watching.close()
        self._watching = self._api = None


class FollowedSource:
    """`grader.round.Source`: from the watches what they know, all else from the cluster."""

    def __init__(self, watching: Watching | None, otherwise: LiveSource) -> None:
        self._watching = watching
        self._otherwise = otherwise

    def answer(self, question: Question) -> Any:
        target = target_of(question)
        if self._watching is not None and target is not None:
            found = self._watching.known(target)
            if found is not None and not any(map(_may_be_ours, found)):
                if isinstance(question, ListObjects):
                    return found
                return found[0] if found else None
        return self._otherwise.answer(question)


def _may_be_ours(item: Object) -> bool:
    """A probe pod, which is in no count; who looks at the cluster itself tells ours from others."""
    return item.get("kind") == "Pod" and may_be_probe(str(item["metadata"]["name"]))
