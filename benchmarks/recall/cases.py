"""Labelled cues for the gate: those a store can answer, and those it cannot, by what makes them so.

    for case in cases():      # grouped by store: build each store once
        ...

A label says what is known about the data, not what a reader would judge: a cue of another project is called
unanswerable although a record may happen to bear on it, and a chat's own question is called answerable because somebody
marked the turns that answer it. So neither rate can reach nought, and both are compared with a control's.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from benchmarks.recall import harness, talk

SEED = 20_261_121
FAMILIES = ("decisions", "decisions-pooled", "locomo", "lme", "episodes")
FOREIGN = 60  # cues of other projects or persons asked of one store: enough for a rate within a few points a store
NONSENSE = 30  # gibberish cues a store
CHATTER = 30  # small-talk cues a store
OWN = 100  # the set's own cues a store
SMALLEST_STORE = 10  # records of a repository: with fewer there is nothing to mistake for an answer
LME_STORES = 60  # of the 250 haystacks, sampled: each costs some 48 sessions to index and gives one own cue
LME_FOREIGN, LME_NONSENSE, LME_CHATTER = 6, 2, 2  # a haystack, so that the family weighs like the others
EPISODE_CUTS = 4  # stores a repository: its sessions up to a moment; cues of later sessions are asked
FEWEST_EPISODES = 40  # in a store of sessions

SPEAKER = re.compile(r"\([^)]*\) ([^:]{1,40}): ")  # before each turn of a LoCoMo chat, after its date

ANSWERABLE = "answerable"
OTHER_PROJECT, OTHER_PERSON = "other project", "other person"
GIBBERISH, SMALL_TALK = "gibberish", "small talk"
NEAR_ABSENT = "near miss: never said"  # LongMemEval `_abs`
NEAR_ADVERSARIAL = "near miss: said of somebody else"  # LoCoMo category 5
NEAR_REMOVED = (
    "near miss: answer taken out"  # the store's own cues, asked when the documents of their gold are not there
)
FAR = (OTHER_PROJECT, OTHER_PERSON, GIBBERISH, SMALL_TALK)  # what the target on false recall counts
NEAR = (NEAR_ABSENT, NEAR_ADVERSARIAL, NEAR_REMOVED)


class Store(NamedTuple):
    """The documents of one store, as (id, text) in their order in time or file; family: the set they come from."""

    name: str
    family: str
    documents: tuple[tuple[str, str], ...]


class Case(NamedTuple):
    """A cue asked of a store. gold: the documents that answer it, empty when none does; kind: why, one of the above."""

    store: Store
    cue: str
    answerable: bool
    kind: str
    gold: frozenset[str]


def cases(families: tuple[str, ...] = FAMILIES, seed: int = SEED) -> Iterator[Case]:
    """Every labelled cue, grouped by store, the same for the same data and seed. Raises harness.NoHarness."""
    makers = {
        "decisions": _decisions, "decisions-pooled": _pooled, "locomo": _locomo, "lme": _lme, "episodes": _episodes,
    }  # fmt: skip
    for family in families:
        yield from makers[family](random.Random(f"{seed} {family}"))


# -- stores ------------------------------------------------------------------------------------------


def _decisions(chosen: random.Random) -> Iterator[Case]:
    """A store a repository, of its decision records; and again without the records that its own tasks carry out."""
    tasks = _tasks()
    for repo in sorted({row["repo"] for row in _records()}):
        documents = tuple((row["id"], row["text"]) for row in _records() if row["repo"] == repo)
        if len(documents) < SMALLEST_STORE:
            continue
        store = Store(repo, "decisions", documents)
        own = [task for task in tasks if task["repo"] == repo]
        yield from _answerable(store, [(task["text"], task["gold"]) for task in own], chosen)
        foreign = [task["text"] for task in tasks if task["repo"] != repo] + _project_cues()
        yield from _far(store, OTHER_PROJECT, foreign, chosen)
        gold = {one for task in own for one in task["gold"]}
        rest = tuple(document for document in documents if document[0] not in gold)
        if own and len(rest) >= SMALLEST_STORE:
            yield from _unanswerable(
                Store(f"{repo} without answers", "decisions", rest), NEAR_REMOVED, [task["text"] for task in own]
            )


def _pooled(chosen: random.Random) -> Iterator[Case]:
    """One store of every repository's decision records."""
    store = Store("pooled", "decisions-pooled", tuple((row["id"], row["text"]) for row in _records()))
    yield from _answerable(store, [(task["text"], task["gold"]) for task in _tasks()], chosen)
    yield from _far(store, OTHER_PROJECT, _project_cues(), chosen, 4)
    gold = {one for task in _tasks() for one in task["gold"]}
    rest = tuple(document for document in store.documents if document[0] not in gold)
    yield from _unanswerable(
        Store("pooled without answers", "decisions-pooled", rest), NEAR_REMOVED, [task["text"] for task in _tasks()]
    )


def _locomo(chosen: random.Random) -> Iterator[Case]:
    """A store a chat, of its turns; other people's questions, and questions that swap who said it."""
    corpora = list(harness.module("datasets").locomo("turn", adversarial=True))
    for corpus in corpora:
        store = Store(corpus["name"], "locomo", tuple(corpus["docs"]))
        own = [(q["text"], q["gold"]) for q in corpus["queries"] if q["type"] != "adversarial"]
        yield from _answerable(store, own, chosen)
        speakers = {found[1] for _, text in store.documents if (found := SPEAKER.match(text))}
        others = [q["text"] for other in corpora if other is not corpus for q in other["queries"]]
        others = [text for text in others if not any(name in text for name in speakers)]  # a namesake is a near miss
        yield from _far(store, OTHER_PERSON, _some(others, 2 * FOREIGN, chosen) + _lme_questions(), chosen)
        swapped = [q["text"] for q in corpus["queries"] if q["type"] == "adversarial"]
        yield from _unanswerable(store, NEAR_ADVERSARIAL, _some(swapped, FOREIGN, chosen))


def _lme(chosen: random.Random) -> Iterator[Case]:
    """A store a question, of some 48 chat sessions; every question that has no answer, and a sample of the others."""
    corpora = [(corpus, corpus["queries"][0]) for corpus in harness.module("datasets").longmemeval("session", "user")]
    said = {question["id"]: set(_texts_said(corpus["docs"])) for corpus, question in corpora}
    answers = {q["id"]: set(_texts_said(d for d in corpus["docs"] if d[0] in q["gold"])) for corpus, q in corpora}
    sampled = set(_some([q["id"] for _, q in corpora if not q["abs"]], LME_STORES, chosen))
    for corpus, own in corpora:
        store = Store(corpus["name"], "lme", tuple(corpus["docs"]))
        if own["abs"]:
            yield from _unanswerable(store, NEAR_ABSENT, [own["text"]])
        if own["id"] not in sampled:
            continue
        yield from _answerable(store, [(own["text"], own["gold"])], chosen)
        # another haystack may hold the very sessions that answer: such questions are left out
        foreign = [q["text"] for _, q in corpora if not q["abs"] and not answers[q["id"]] & said[own["id"]]]
        foreign = _some(foreign, LME_FOREIGN, chosen) + _some(_locomo_questions(), LME_FOREIGN, chosen)
        yield from _unanswerable(store, OTHER_PERSON, _some(foreign, LME_FOREIGN, chosen))
        yield from _unanswerable(store, GIBBERISH, talk.gibberish(LME_NONSENSE, chosen))
        yield from _unanswerable(store, SMALL_TALK, _some(list(talk.SMALL_TALK), LME_CHATTER, chosen))
        rest = tuple(document for document in store.documents if document[0] not in own["gold"])
        yield from _unanswerable(Store(f"{store.name} without answers", "lme", rest), NEAR_REMOVED, [own["text"]])


def _episodes(chosen: random.Random) -> Iterator[Case]:
    """Stores of what was typed to an agent in the sessions up to a moment, asked what was typed in later ones."""
    found: dict[str, list[dict[str, Any]]] = {}
    for corpus in harness.module("datasets").episodes():
        found.setdefault(corpus["name"], []).append(corpus)
    for repo, corpora in found.items():
        reach = sorted(len(corpus["docs"]) for corpus in corpora)
        cuts = sorted({reach[len(reach) * at // (EPISODE_CUTS + 1)] for at in range(1, EPISODE_CUTS + 1)})
        longest = max(corpora, key=lambda corpus: len(corpus["docs"]))["docs"]
        foreign = [corpus["queries"][0]["text"] for name, them in found.items() if name != repo for corpus in them]
        for cut in (cut for cut in cuts if cut >= FEWEST_EPISODES):
            store = Store(f"{repo} {cut}", "episodes", tuple(longest[:cut]))
            here = {name for name, _ in store.documents}
            later = [corpus["queries"][0] for corpus in corpora if len(corpus["docs"]) >= cut]
            own = [(q["text"], set(q["gold"]) & here) for q in later if set(q["gold"]) & here]
            yield from _answerable(store, own, chosen)
            yield from _far(store, OTHER_PROJECT, foreign + _foreign_to(repo), chosen)


# -- cues --------------------------------------------------------------------------------------------


def _answerable(store: Store, own: list[tuple[str, Any]], chosen: random.Random) -> Iterator[Case]:
    for cue, gold in _some(own, OWN, chosen):
        yield Case(store, cue, True, ANSWERABLE, frozenset(gold))


def _unanswerable(store: Store, kind: str, cues: list[str]) -> Iterator[Case]:
    for cue in cues:
        yield Case(store, cue, False, kind, frozenset())


def _far(store: Store, kind: str, foreign: list[str], chosen: random.Random, times: int = 1) -> Iterator[Case]:
    """The three sorts of cue that no store can answer, `times` as many as usual."""
    yield from _unanswerable(store, kind, _some(list(dict.fromkeys(foreign)), FOREIGN * times, chosen))
    yield from _unanswerable(store, GIBBERISH, talk.gibberish(NONSENSE * times, chosen))
    yield from _unanswerable(store, SMALL_TALK, _some(list(talk.SMALL_TALK), CHATTER * times, chosen))


def _some(found: list[Any], most: int, chosen: random.Random) -> list[Any]:
    """All of them, or a sample in random order when there are too many."""
    return found if len(found) <= most else chosen.sample(found, most)


@cache
def _records() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = harness.module("datasets").read_lines("adr", "adr.jsonl.gz")
    return rows


@cache
def _tasks() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(harness.module("datasets").read_text("adr", "decision_tasks.json"))
    return rows


@cache
def _files(folder: str) -> list[dict[str, Any]]:
    """The tasks of a folder of the data: commits, agent_prompts."""
    read = harness.module("datasets").read_lines
    return [row for path in sorted((harness.data() / folder).glob("*.jsonl")) for row in read(folder, path.name)]


def _project_cues() -> list[str]:
    """Commit messages and what was typed to agents, of repositories whose decision records are not in the data."""
    known = {row["repo"] for row in _records()}
    return _balanced([_texts("commits", known), _texts("agent_prompts", known)])


def _foreign_to(repo: str) -> list[str]:
    return _balanced([_texts("commits", {repo}), _texts("agent_prompts", {repo}), [task["text"] for task in _tasks()]])


def _texts(folder: str, without: set[str]) -> list[str]:
    return [row["text"] for row in _files(folder) if row["repo"] not in without]


def _balanced(lists: list[list[str]]) -> list[str]:
    """As many of each list: a sample of the whole would be of the longest one alone. The same each time."""
    most = min(len(one) for one in lists)
    chosen = random.Random(SEED)
    return [text for one in lists for text in chosen.sample(one, most)]


@cache
def _locomo_questions() -> list[str]:
    return [q["text"] for corpus in harness.module("datasets").locomo("turn") for q in corpus["queries"]]


@cache
def _lme_questions() -> list[str]:
    return [d["question"] for d in harness.module("datasets").longmemeval_questions()]


def _texts_said(documents: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What was said in sessions, without the date before it: the same session has another date elsewhere."""
    for _, text in documents:
        yield text.partition("\n")[2]
