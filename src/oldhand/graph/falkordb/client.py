"""A connection to a FalkorDB and one graph in it: every failure as an error of ours, nobody waited for too long.

The client library is imported when a connection is made. It is asked for single queries only, without its retries:
each batch of a projection is repeated from the cursor that the graph holds, never blindly.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.errors import BadCypher, GraphAway, GraphUnusable, MissingExtra, QueryStopped, WritingQuery
from oldhand.graph.falkordb.address import PASSWORD_VARIABLE, Address
from oldhand.graph.falkordb.literals import header

EXTRA = "oldhand[falkordb]"
CONNECT_SECONDS = 2.0  # a server on this machine or network answers in milliseconds
GRACE_SECONDS = 3.0  # beyond the time FalkorDB is given for a query: it looks at its clock between steps
BATCH_SECONDS = 120.0  # for one batch of a projection, which takes a second; a busy server takes longer
LONGEST_REASON = 300  # characters of a server's error that are told
_TIMED_OUT = "timed out"
_READ_ONLY = "RO_QUERY is to be executed only on read-only"
_NO_MODULE = "unknown command"
_BEYOND = "exceed the TIMEOUT_MAX"


class Found(NamedTuple):
    """What a query found. columns: their names; rows: as the client library gives values; changed: whether the graph
    was changed; ms: how long FalkorDB worked at it."""

    columns: list[str]
    rows: list[list[Any]]
    changed: bool
    ms: float


class Connection:
    """One connection to a server or to the socket of an embedded one. place: how it is told to people."""

    def __init__(self, client: Any, place: str) -> None:
        self._client = client
        self.place = place

    def graph(self, name: str) -> "Graph":
        """A graph by its name; it comes to be with the first query that writes into it."""
        return Graph(self, name)

    def names(self) -> list[str]:
        """The names of all graphs there."""
        with self.translated(CONNECT_SECONDS):
            return list(map(str, self._client.list_graphs()))

    def command(self, *parts: str, seconds: float = BATCH_SECONDS) -> Any:
        """Run a command of the server."""
        with self.translated(seconds), self._waiting(seconds):
            return self._client.connection.execute_command(*parts)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @contextmanager
    def _waiting(self, seconds: float) -> Iterator[None]:
        """Wait at most so long for each answer."""
        pool = getattr(self._client.connection, "connection_pool", None)
        if pool is None:  # of a cluster, which has one for each machine
            yield
            return
        before = pool.connection_kwargs.get("socket_timeout")
        pool.connection_kwargs["socket_timeout"] = seconds + GRACE_SECONDS
        for one in _idle(pool):
            one.socket_timeout = seconds + GRACE_SECONDS
            if (opened := getattr(one, "_sock", None)) is not None:
                opened.settimeout(seconds + GRACE_SECONDS)
        try:
            yield
        finally:
            pool.connection_kwargs["socket_timeout"] = before

    @contextmanager
    def translated(self, seconds: float, *, asked: bool = False) -> Iterator[None]:
        """Turn the library's errors into ours. asked: whether the query is a person's own, so that it may be wrong."""
        import redis.exceptions as theirs

        try:
            yield
        except theirs.BusyLoadingError:
            raise GraphAway(self.place, "it is still reading its data") from None
        except theirs.AuthenticationError:
            raise GraphAway(self.place, f"it asks for another password ({PASSWORD_VARIABLE})") from None
        except theirs.TimeoutError:
            if asked:
                self._client.close()  # its late answer must not meet the next query
                raise QueryStopped(round(seconds, 1)) from None
            raise GraphAway(self.place, f"no answer within {seconds + GRACE_SECONDS:.0f} seconds") from None
        except (theirs.ConnectionError, OSError) as error:
            raise GraphAway(self.place, _plainly(error)) from None
        except theirs.ResponseError as error:
            raise self._of_response(str(error), seconds, asked) from None
        except theirs.RedisError as error:
            raise GraphUnusable(self.place, _plainly(error)) from None

    def _of_response(self, said: str, seconds: float, asked: bool) -> Exception:
        if "NOAUTH" in said or "WRONGPASS" in said or "NOPERM" in said:
            return GraphAway(self.place, f"it asks for a password, or another one ({PASSWORD_VARIABLE})")
        if _NO_MODULE in said.casefold():
            return GraphAway(self.place, "it is a Redis without FalkorDB")
        if _READ_ONLY in said:
            return WritingQuery()
        if _TIMED_OUT in said:
            return QueryStopped(round(seconds, 1))
        reason = _short(said)
        return BadCypher(reason) if asked else GraphUnusable(self.place, reason)


class Graph:
    """One graph of a connection."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection = connection
        self.name = name
        self._graph = connection._client.select_graph(name)

    def read(
        self, query: str, parameters: Mapping[str, str] | None = None, *, seconds: float = BATCH_SECONDS,
        asked: bool = False,
    ) -> Found:  # fmt: skip
        """Run a query that only reads. parameters: literals by name. Raises WritingQuery, QueryStopped, BadCypher."""
        return self._run(self._graph.ro_query, header(parameters or {}) + query, seconds, asked)

    def write(
        self, query: str, parameters: Mapping[str, str] | None = None, *, seconds: float = BATCH_SECONDS,
        asked: bool = False,
    ) -> Found:  # fmt: skip
        """Run a query that may write: all of it comes about, or nothing."""
        return self._run(self._graph.query, header(parameters or {}) + query, seconds, asked)

    def exists(self) -> bool:
        """Whether there is such a graph."""
        return self.name in self.connection.names()

    def delete(self) -> None:
        """Remove the graph, if it is there."""
        if self.exists():
            with self.connection.translated(BATCH_SECONDS):
                self._graph.delete()

    def renamed(self, name: str, *, replacing: bool) -> "Graph | None":
        """Give the graph another name; replacing: a graph of that name, in the same moment. None when there is one and
        it is not to be replaced."""
        if replacing:
            self.connection.command("RENAME", self.name, name)
        elif not self.connection.command("RENAMENX", self.name, name):
            return None
        return Graph(self.connection, name)

    def _run(self, run: Any, query: str, seconds: float, asked: bool) -> Found:
        connection = self.connection
        with connection.translated(seconds, asked=asked), connection._waiting(seconds):
            import redis.exceptions as theirs

            limit = max(int(seconds * 1000), 1)
            try:
                found = run(query, timeout=limit)
            except theirs.ResponseError as error:
                if _BEYOND not in str(error):
                    raise
                found = run(query)  # the server's own limit is shorter, and it is kept
        changed = any(
            getattr(found, name)
            for name in (
                "nodes_created", "nodes_deleted", "relationships_created", "relationships_deleted", "properties_set",
                "properties_removed", "labels_added", "labels_removed", "indices_created", "indices_deleted",
            )
        )  # fmt: skip
        columns = [str(one[1]) for one in found.header] if found.header else []
        return Found(columns, found.result_set, changed, float(found.run_time_ms))


def to_server(address: Address, password: str) -> Connection:
    """Connect to a server. Raises GraphAway at once when it does not answer, MissingExtra without the client."""
    return _opened(
        address.shown, host=address.host.strip("[]"), port=address.port, username=address.user or None,
        password=password or None, ssl=address.tls, ssl_check_hostname=address.tls,
    )  # fmt: skip


def to_socket(path: Path, place: str) -> Connection:
    """Connect to the socket of an embedded server. Raises GraphAway."""
    return _opened(place, unix_socket_path=str(path))


def available() -> bool:
    """Whether the client library is installed, without importing it."""
    from importlib.util import find_spec

    return find_spec("falkordb") is not None and find_spec("redis") is not None


def _opened(place: str, **where: Any) -> Connection:
    if not available():
        raise MissingExtra("A graph in FalkorDB", EXTRA)
    import redis.exceptions as theirs
    from falkordb import FalkorDB
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    never = Connection(None, place)
    with never.translated(CONNECT_SECONDS):
        client = FalkorDB(
            socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS + GRACE_SECONDS,
            retry=Retry(NoBackoff(), 0), **where,
        )  # fmt: skip
        connection = Connection(client, place)
        try:
            client.list_graphs()  # a Redis without FalkorDB, or one that is still loading, says so now
        except theirs.TimeoutError:
            raise GraphAway(place, f"no answer within {CONNECT_SECONDS + GRACE_SECONDS:.0f} seconds") from None
    return connection


def _idle(pool: Any) -> list[Any]:
    """The open connections of a pool that nobody uses: there is one, as queries come one after the other."""
    return list(getattr(pool, "_available_connections", ()))


def _plainly(error: BaseException) -> str:
    """An error of a connection in the words of the system, without addresses of Python objects."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "its name is not known"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return _short(str(error))


def _short(said: str) -> str:
    text = " ".join(said.split())
    text = text.removeprefix("errMsg: ").partition(" errCtx:")[0]
    return text[:LONGEST_REASON] + ("…" if len(text) > LONGEST_REASON else "")
