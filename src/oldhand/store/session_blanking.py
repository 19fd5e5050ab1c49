"""Forgetting in the log of sessions: words go, and the rows stay, so that what happened is still counted."""

import re
from collections.abc import Callable
from typing import Any

import apsw

BLANKED = "[forgotten]"  # what stands in place of words that were forgotten
LEAST_NAME = 12  # digits of an id that an injection may have been noted with: as ids are shown

_PIECE_END = re.compile(r"(?<=[.!?…])[ \t]|\n")

Tells = Callable[[str], bool]  # whether a text tells what is forgotten


class Knowing:
    """What tells whether a text tells what is forgotten, and knows the place of its words.

    without: a text with the words that it finds replaced by a mark; it may find fewer than `tells` does.
    """

    def __init__(self, tells: Tells, without: Callable[[str], str]) -> None:
        self._tells, self.without = tells, without

    def __call__(self, text: str) -> bool:
        """Whether a text tells it."""
        return self._tells(text)


def left_out(tells: Tells, text: str) -> str:
    """A text without what is forgotten: the words where their place is known, then each sentence that still tells it,
    and all of it where sentences by themselves do not."""
    if not tells(text):
        return text
    if isinstance(tells, Knowing):
        text = tells.without(text)
        if not tells(text):
            return text
    parts, end = list[str](), 0
    for found in (*_PIECE_END.finditer(text), None):
        piece = text[end : found.start() if found else len(text)]
        parts += [BLANKED if tells(piece) else piece, found[0] if found else ""]
        end = found.end() if found else end
    rest = "".join(parts)
    return BLANKED if tells(rest) else rest


def nothing_left(text: str) -> bool:
    """Whether nothing but marks of what is forgotten is left of a text."""
    return not any(character.isalnum() for character in text.replace(BLANKED, ""))


def blank_events(connection: apsw.Connection, tells: Tells, after: int, most: int) -> tuple[int | None, int]:
    """Blank those of the next events that tell it: (the last number looked at, or None at the end; how many)."""
    rows: Any = connection.execute(
        "SELECT number, text, target, detail FROM events WHERE number>? ORDER BY number LIMIT ?", (after, most)
    ).fetchall()
    gone = [
        (_marked(left_out(tells, text)), _or(tells, target, ""), _or(tells, detail, "{}"), number)
        for number, text, target, detail in rows if any(one and tells(one) for one in (text, target, detail))
    ]  # fmt: skip
    connection.executemany("UPDATE events SET text=?, target=?, detail=?, same=NULL WHERE number=?", gone)
    return (rows[-1][0] if rows else None), len(gone)


def _marked(text: str) -> str:
    """The text of an event that lost words, with the mark by which it does not get them again."""
    return text if BLANKED in text else f"{text} {BLANKED}".lstrip()


def _or(tells: Tells, said: str, other: str) -> str:
    return other if said and tells(said) else said


def blank_rest(connection: apsw.Connection, tells: Tells, memories: tuple[str, ...]) -> int:
    """Blank what else tells it: titles, actions and candidates; and take these memories' ids out of injections."""
    changed = 0
    for table, column in (("sessions", "title"), ("injections", "action")):
        rows: Any = connection.execute(f"SELECT number, {column} FROM {table} WHERE {column}<>''").fetchall()
        gone = [(left_out(tells, said), number) for number, said in rows if tells(said)]
        connection.executemany(f"UPDATE {table} SET {column}=? WHERE number=?", gone)
        changed += len(gone)
    rows = connection.execute("SELECT number, text, source FROM candidates WHERE text<>'' OR source<>''").fetchall()
    settled = [(number,) for number, *said in rows if any(map(tells, said))]
    connection.executemany(
        "UPDATE candidates SET text='', source='', state=iif(state='waiting','skipped',state) WHERE number=?", settled
    )
    rows = connection.execute("SELECT number, memories FROM injections WHERE memories<>''").fetchall()
    kept = [(_without(said, memories), number) for number, said in rows]
    fewer = [one for one, (_, before) in zip(kept, rows, strict=True) if one[0] != before]
    connection.executemany("UPDATE injections SET memories=? WHERE number=?", fewer)
    return changed + len(settled) + len(fewer) + _blank_answers(connection, tells, memories)


def remove_answers(connection: apsw.Connection, session: str) -> None:
    """Remove what was answered of a session. Trimming does not: what was said of memories outlives old sessions."""
    if _answered(connection):
        connection.execute("DELETE FROM survey WHERE session=?", (session,))


def _blank_answers(connection: apsw.Connection, tells: Tells, memories: tuple[str, ...]) -> int:
    """Take what is forgotten out of answers to the survey: words that tell it, and ids. How many were changed."""
    if not _answered(connection):
        return 0
    rows: Any = connection.execute("SELECT session, voice, missing, useful, noise, wrong FROM survey").fetchall()
    changed = []
    for session, voice, missing, *ids in rows:
        now = (left_out(tells, missing) if missing else missing, *(_without(one, memories) for one in ids))
        if now != (missing, *ids):
            changed.append((*now, session, voice))
    connection.executemany(
        "UPDATE survey SET missing=?, useful=?, noise=?, wrong=? WHERE session=? AND voice=?", changed
    )
    return len(changed)


def _answered(connection: apsw.Connection) -> bool:
    """Whether anybody ever answered: the table is made with the first answer."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name='survey'").fetchone() is not None


def _without(said: str, memories: tuple[str, ...]) -> str:
    """Ids separated by spaces, without those that name one of these memories, whole or by their first digits."""
    return " ".join(
        one
        for one in said.split()
        if not (len(one) >= LEAST_NAME and any(whole.startswith(one) or one.startswith(whole) for whole in memories))
    )
