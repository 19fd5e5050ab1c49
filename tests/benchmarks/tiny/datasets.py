"""A harness's readers over a corpus of our own: a lighthouse, its keepers and its software, English and Russian.

It has the shape of the real one, so that everything that reads data can be run without it.
"""

import json
from pathlib import Path

ROOT = str(Path(__file__).with_name("data"))
REPO = "shore/lighthouse"

RECORDS = {
    1: ("Turn the lamp by a weight", "Accepted", "A falling weight turns the lamp; no electricity is needed."),
    2: (
        "Send fog warnings over radio",
        "Superseded by [ADR-0007](0007-record.md)",
        "Fog warnings go out over the marine radio.",
    ),
    3: ("Keep the log on paper", "Accepted", "The keeper writes each ship into a paper log at dawn."),
    4: ("Paint the tower red and white", "Accepted", "Stripes are seen by day from nine miles."),
    5: ("Store oil in the cellar", "Accepted", "Barrels stay below ten degrees; fire doors are closed."),
    6: ("Measure tide with a float", "Accepted", "A float gauge writes the tide to `tide_gauge.csv` hourly."),
    7: ("Send fog warnings over satellite", "Accepted", "Fog warnings go out by satellite; radio is silent."),
    8: ("Резервный генератор в пристройке", "Accepted", "Дизельный генератор запускается при отказе сети."),
    9: ("Смена смотрителя по воскресеньям", "Accepted", "Смотрители сменяются в воскресенье в полдень."),
    10: ("Count gulls with a camera", "Proposed", "The camera `gull_cam` counts gulls at the lantern."),
    11: ("Serve charts over HTTP 8080", "Accepted", "Visitors read tide charts at port 8080."),
    12: ("Ring the bell by hand", "Accepted", "In ice the bell is rung by hand every ten minutes."),
}
TASKS = [
    ("fix: float gauge drops the last hour of the tide file", 6),
    ("генератор не запускается, когда пропала сеть", 8),
]
CHATS = {
    "harbour": (
        ("Ann", "I bought a green kayak on Saturday.", ""),
        ("Bert", "My sister moved to Lisbon last month.", "Where did Bert's sister move?"),
        ("Ann", "The kayak leaks near the seat, I glued it.", "What did Ann do about the leak in the kayak?"),
        ("Bert", "I am learning the cello since May.", "Which instrument is Bert learning?"),
        ("Ann", "Кот спит на подоконнике весь день.", "Где спит кот?"),
    ),
    "mountain": (
        ("Vera", "We painted the kitchen yellow.", "What colour is the kitchen?"),
        ("Oleg", "Мой поезд в Казань отходит в шесть утра.", "Когда отходит поезд в Казань?"),
        ("Vera", "The old oven broke, a new one comes on Friday.", "When does the new oven come?"),
        ("Oleg", "I ran a half marathon in two hours.", "What did Oleg run?"),
    ),
}
SWAPPED = {"harbour": ["Which instrument is Ann learning?"], "mountain": ["Which room did Oleg paint?"]}
SESSIONS = {
    "old-job": ("2023/03/01 (Wed) 10:00", "I work as a baker in the old town."),
    "new-job": ("2023/06/01 (Thu) 09:30", "I work as a pilot now, no longer as a baker."),
    "garden": ("2023/04/11 (Tue) 20:15", "My tomatoes grow in a box on the balcony."),
    "dog": ("2023/05/20 (Sat) 12:00", "У моей собаки Рекса день рождения в мае."),
}
QUESTIONS = [
    ("q1", "knowledge-update", "What do I work as?", ("old-job", "new-job")),
    ("q2", "single-session-user", "Where do my tomatoes grow?", ("garden",)),
    ("q3_abs", "single-session-user", "What is the name of my parrot?", ("dog",)),
]
EXPORTS = [
    {
        "id": f"lamp-{at}", "title": title, "description": "Seen by the keeper.", "status": "closed",
        "created_at": f"2026-01-0{at}T08:00:00+00:00", "closed_at": f"2026-02-0{at}T08:00:00+00:00",
        "close_reason": reason,
    }
    for at, (title, reason) in enumerate([
        ("Replace the cracked lens of the lamp", "A new lens from the works was fitted and aligned."),
        ("Oil the hinges of the cellar door", "Hinges oiled; the door no longer sticks in the damp."),
        ("Write a manual for the fog horn", "The manual lies in the watch room, in two languages."),
    ], 1)
]  # fmt: skip


def read_lines(*parts):
    if parts[0] == "adr":
        return [
            {
                "id": f"{REPO}:{_path(number)}", "repo": REPO, "path": _path(number), "number": f"{number:04}",
                "title": title, "status": status,
                "text": f"# ADR-{number:04}: {title}\n\n## Status\n\n{status}\n\n## Decision\n\n{decision}\n",
            }
            for number, (title, status, decision) in RECORDS.items()
        ]  # fmt: skip
    if parts[0] == "exports":
        return EXPORTS
    return [json.loads(line) for line in Path(ROOT, *parts).read_text(encoding="utf-8").splitlines()]


def read_text(*parts):
    assert parts == ("adr", "decision_tasks.json")
    return json.dumps(
        [
            {"id": f"t{at}", "repo": REPO, "text": text, "gold": [f"{REPO}:{_path(number)}"]}
            for at, (text, number) in enumerate(TASKS)
        ]
    )


def _path(number):
    return f"docs/adr/{number:04}-record.md"


def locomo(granularity="turn", adversarial=False):
    for chat, turns in CHATS.items():
        docs = [(f"{chat}:{at}", f"(8 May 2023) {who}: {said}") for at, (who, said, _) in enumerate(turns)]
        queries = [
            {"id": f"{chat}/{at}", "text": asked, "gold": {f"{chat}:{at}"}, "type": "single-hop"}
            for at, (_, _, asked) in enumerate(turns)
            if asked
        ]
        swapped = [
            {"id": f"{chat}/x", "text": text, "gold": {docs[0][0]}, "type": "adversarial"} for text in SWAPPED[chat]
        ]
        yield {"name": chat, "docs": docs, "queries": queries + (swapped if adversarial else [])}


def longmemeval_questions():
    for name, kind, question, answers in QUESTIONS:
        yield {"question_id": name, "question_type": kind, "question": question, "answer_session_ids": list(answers)}


def longmemeval(granularity="session", side="user"):
    for name, kind, question, answers in QUESTIONS:
        docs = [(session, f"({when})\n{said}") for session, (when, said) in SESSIONS.items()]
        query = {"id": name, "text": question, "gold": set(answers), "type": kind, "abs": name.endswith("_abs")}
        yield {"name": name, "docs": docs, "queries": [query]}


def decisions(pooled=False):
    docs = [(row["id"], row["text"]) for row in read_lines("adr", "adr.jsonl.gz")]
    tasks = json.loads(read_text("adr", "decision_tasks.json"))
    queries = [{"id": t["id"], "text": t["text"], "gold": set(t["gold"]), "type": REPO} for t in tasks]
    yield {"name": REPO, "docs": docs, "queries": queries}


SETS = {"locomo-turn": locomo, "lme-session": longmemeval, "decisions-pooled": decisions}
