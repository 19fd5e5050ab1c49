"""What a question chooses between, and the decisions that have one of these options in their name."""

import pytest

from oldhand.reasoning.choice_named import LONGEST_NAME, MOST_OPTIONS, options
from tests.conftest import Project


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Should the nodes talk over TCP instead of etcd?", ["TCP", "etcd"]),
        ("Should we use Redis or Memcached for sessions?", ["Redis", "Memcached"]),
        ("Is it worth moving to the `pytest-xdist` plugin?", ["pytest-xdist"]),
        ("Go vs. Rust for the CLI", ["Go", "Rust"]),
        ("Нам перейти на Postgres или оставить SQLite?", ["Postgres", "SQLite"]),
        ("Давай использовать Redis вместо Memcached", ["Redis", "Memcached"]),
        ("Пишем на Go или на Rust?", ["Go", "Rust"]),
        ("Should we migrate away from etcd?", ["etcd"]),
        ("What about migrating off etcd?", ["etcd"]),
        ("Let's think about moving off of Redis.", ["Redis"]),
        ("Is the etcd cluster still worth it?", []),
        ("Is etcd worth it?", ["etcd"]),
        ("Is Kafka still worth the trouble?", ["Kafka"]),
        ("Do we still need Kafka?", ["Kafka"]),
        ("Нужен ли нам Redis?", ["Redis"]),
        ("Отказаться от Kafka?", ["Kafka"]),
        ("Should we drop --style?", ["--style"]),
        ("Should we drop the `--no-pager` option or -v?", ["-v", "--no-pager"]),
        ("-p or --plain?", ["-p", "--plain"]),
        ("Should we use etc?", []),
        ("Should we use Redis etc. here?", ["Redis"]),
        ("def use(self): return a or b", ["b"]),
        ("Should we add tests?", []),  # every project has tests
        ("Сколько живёт сессия?", []),
        ("", []),
    ],
)
def test_options_are_read_from_a_choice(text: str, named: list[str]) -> None:
    assert options(text) == named


def test_six_options_of_a_question_are_looked_for_and_no_more() -> None:
    named = ["Redis", "Memcached", "Postgres", "SQLite", "Kafka", "RabbitMQ"]
    asked = "Redis or Memcached? Postgres or SQLite? Kafka or RabbitMQ?"
    assert options(asked) == named
    assert options(f"{asked} Etcd or Consul?") == named


@pytest.mark.parametrize(
    "text",
    [
        "use the " * 3_000, "a or " * 5_000, "`" * 20_000, "use" + " " * 20_000, "x" * 20_000,
        "-" * 20_000, "is the " * 3_000, "is a-- worth " * 3_000, "do we still " * 3_000, "--a or -" * 3_000,
    ],
)  # fmt: skip
def test_a_text_made_to_be_slow_names_few_options(text: str) -> None:
    assert len(options(text)) <= MOST_OPTIONS


def told(project: Project, text: str) -> list[tuple[str, list[str]]]:
    return [(one.decision.id, one.shared) for one in project.call("decide", text=text).similar]


def test_a_decision_about_an_option_is_told_by_that_word_alone(project: Project) -> None:
    text = "Network layer properties, implementation using etcd"
    name = project.by_person("decision_record", text=text).decision.id
    assert told(project, "Should the peers talk over TCP instead of etcd?") == [(name, ["etcd"])]
    assert told(project, "Перейдём на TCP вместо etcd?") == [(name, ["etcd"])]
    assert not told(project, "Where does etcd put the files of peers?")  # nothing is chosen: a word alone is a topic
    assert not told(project, "Should the peers talk over TCP instead of UDP?")


def test_a_name_that_has_it_as_a_word_comes_before_a_later_one_that_has_it_in_a_word(project: Project) -> None:
    def decides(text: str) -> str:
        return str(project.by_person("decision_record", text=text).decision.id)

    whole = decides("Network layer properties, implementation using etcd")
    part = decides("Library fixes around retryableEtcdError")
    assert [name for name, _ in told(project, "Should we keep etcd?")] == [whole, part]
    later = decides("Backups of etcd every night")
    assert [name for name, _ in told(project, "Should we migrate away from etcd?")] == [later, whole]


def test_an_option_of_a_command_line_is_known_by_its_dashes(project: Project) -> None:
    name = project.by_person("decision_record", text="Merge all looks into one flag, --style").decision.id
    project.by_person("decision_record", text="A guide to the style of commit messages")
    project.by_person("decision_record", text="Refuse unknown words after --style-file early")
    assert told(project, "Should we drop --style?") == [(name, ["--style"])]


def test_an_option_that_stands_far_down_in_a_long_text_tells_nothing(project: Project) -> None:
    project.by_person(
        "decision_record", text="Peers sign what they send. " + "It is cheap. " * (LONGEST_NAME // 12) + "As etcd does."
    )
    assert not told(project, "Should we keep etcd?")


def test_a_word_that_many_decisions_have_does_not_tell_which_is_meant(project: Project) -> None:
    for number in range(5):  # FEW, written out: another number is another promise
        project.by_person("decision_record", text=f"Kafka carries topic number {number} of warehouse {number * 17}")
    assert len(told(project, "Should we drop Kafka?")) == 2
    project.by_person("decision_record", text="Kafka carries the invoices of the shop")
    assert not told(project, "Should we drop Kafka?")
