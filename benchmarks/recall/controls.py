"""The controls: what an agent has without a memory engine, as the harness wants a retriever."""

import re
from itertools import accumulate

from oldhand.model.tokens import estimate

FILE_BUDGET = 2_000  # tokens of a Markdown memory that an agent reads at the start: some four times a briefing of ours
_words = re.compile(r"\w+").findall


class Nothing:
    """No memory at all."""

    def index(self, docs: list[tuple[str, str]]) -> None:
        """Keep nothing."""

    def search(self, query: str, k: int) -> list[str]:
        """Nothing."""
        return []


class Grep:
    """Every word of the cue looked for, whole and in any case; most different words first, then as in the file."""

    def index(self, docs: list[tuple[str, str]]) -> None:
        """Keep the words of each document."""
        self._docs = [(name, frozenset(_words(text.casefold()))) for name, text in docs]

    def search(self, query: str, k: int) -> list[str]:
        """The documents that hold any word of the cue."""
        asked = frozenset(_words(query.casefold()))
        counted = [(len(asked & words), name) for name, words in self._docs]
        return [name for count, name in sorted(counted, key=lambda one: -one[0]) if count][:k]


class MarkdownFile:
    """All documents in one file, read from its start until FILE_BUDGET tokens are spent, whatever the cue.

    A document counts as seen from its first line on.
    """

    def index(self, docs: list[tuple[str, str]]) -> None:
        """Note which documents begin within the budget."""
        before = [0, *accumulate(estimate(text) for _, text in docs)]
        self._seen = [name for (name, _), spent in zip(docs, before, strict=False) if spent < FILE_BUDGET]

    def search(self, query: str, k: int) -> list[str]:
        """What has been read, in its order."""
        return self._seen[:k]
