"""Reading a statement for comparison: its words and typed values, each with its sign, its place and its weight."""

import re
from functools import lru_cache

from oldhand.knowledge import comparing_code as code
from oldhand.knowledge import comparing_grammar as grammar
from oldhand.knowledge import comparing_values as values
from oldhand.knowledge.comparing_numbering import TIMES, names_one
from oldhand.knowledge.comparing_phrases import phrased
from oldhand.knowledge.comparing_tokens import FAINTLY, NAME, OPPOSITE, WORD, Read, Token
from oldhand.knowledge.comparing_words import (
    DENIED,
    DOUBLED,
    DUTIES,
    FAINT,
    FORCES,
    GROUPS,
    IMPERATIVES,
    LEAVING,
    NEGATIONS,
    OPPOSED,
    QUANTITIES,
    SPELLINGS,
    SWITCHES,
    SYNONYMS,
    VERBS,
)  # fmt: skip
from oldhand.model.terms import stem

LONGEST = 2_000  # characters of a statement that are compared: longer ones are documents, not statements
MOST_TOKENS = 160
ENABLED = stem("enabled")
_then = re.compile(r"\b(?:then|afterwards|потом|затем)\b", re.I).search
_RATES = {"perminute": "frequency", "persecond": "frequency"}


@lru_cache(maxsize=64)  # a new statement is compared with several old ones
def read(text: str) -> Read:
    """A statement, read. Takes any string; what lies beyond LONGEST characters is not looked at."""
    return _Reading(text[:LONGEST]).done()


class _Reading:
    """One reading of one statement, from its first piece to its last."""

    def __init__(self, text: str) -> None:
        self.text = phrased(text)
        self.tokens: list[Token] = []
        self.quantities: set[str] = set()
        self.force, self.force_at = "", 0
        self.clause, self.flips, self.doubled = 0, [0], False
        self.unless: dict[int, bool] = {}  # clauses with "until" or "unless" behind their negation
        self.lacking: set[int] = set()  # clauses with "without"
        self.short, self.short_from = 1, 0
        self.conditions: set[int] = set()  # clauses that say when it is so
        self.condition = False  # whether the clause says when or why: a comma ends it
        self.bound = ""
        self.before = ""  # the piece before, case-folded
        self.prepositions = ""
        self.verb = -1  # how many tokens the subject of the first clause has
        self.chosen_in = False
        self.since = self.until = ""
        self.dated = ""
        self.past = self.label = self.in_code = self.open_ended = False
        self.span = 0
        self.comma = 0  # how many tokens there were at the last comma
        self.versioned = False  # whether a number is behind the word that is read
        self.first = True

    def done(self) -> Read:
        pieces = values.scanned(self.text)
        skip = 0
        for at, piece in enumerate(pieces):
            if len(self.tokens) >= MOST_TOKENS:
                break
            if piece.start < skip:
                continue
            skip = self._piece(piece, pieces[at + 1] if at + 1 < len(pieces) else None) or 0
        signs = [self._sign(clause) for clause in range(self.clause + 1)]
        if self.force == "may" and signs[self.force_at] < 0:
            self.force = "must"  # what is not allowed must not be
        tokens = tuple(self._settled(token, signs) for token in self.tokens)
        return Read(
            tokens, frozenset(self.quantities), self.force, any(sign < 0 for sign in signs), self.since, self.until,
            self.past, self.verb >= 0, self.label, self.open_ended, _then(self.text) is not None, self.text,
            frozenset(self.conditions),
        )  # fmt: skip

    def _sign(self, clause: int) -> int:
        return -1 if self.flips[clause] % 2 and not self.unless.get(clause) else 1

    def _settled(self, token: Token, signs: list[int]) -> Token:
        """A token with the sign of its clause; `not … before` says `only … after`, `not … without` says `only with`."""
        if self.flips[token.clause] % 2 and token.clause in self.lacking:
            self.quantities.add("only")
            return token._replace(sign=1, aside=False)
        if self.flips[token.clause] % 2 and self.unless.get(token.clause):
            self.quantities.add("only")
            if token.group == "time-order":
                return token._replace(key="after" if token.key == "before" else "before")
        return token._replace(sign=token.sign * signs[token.clause])

    def _piece(self, piece: values.Scanned, following: values.Scanned | None) -> int:
        """Take one piece in; where reading goes on, 0 for right behind it."""
        sort, text = piece.sort, piece.text
        if sort == "stop":
            self._stop(text, following)
            return 0
        went_on = 0
        if sort == "code":
            self._code(text)
        elif sort == "word":
            went_on = self._word(piece, following)
        elif sort == "bound":
            self.bound = code.BOUNDS.get(text, "")
            if self.before and self.tokens and self.tokens[-1].sort == "number" and text in (">=",):
                self.tokens[-1] = self.tokens[-1]._replace(bound="min")
        elif sort == "number":
            went_on = self._number(piece, following)
        elif sort == "version":
            self._add("number", text[1:].casefold(), "", text, NAME)
        elif sort == "money":
            self._add("number", *values.money(text), text, NAME)
        elif sort == "date":
            self._date(values.date(text))
        elif sort == "clock":
            self._add("clock", text.zfill(5), "clock", text, NAME)
        elif sort in ("url", "mail"):
            self._add("url", values.address(text) if sort == "url" else text.casefold(), "url", text, NAME)
        elif sort == "path":
            self._path(text)
        elif sort == "flag":
            self._add("flag", text, "flag", text, NAME)
        else:
            self._add("name", text.removesuffix("()").casefold(), "", text, NAME)
        self.before = text.casefold()
        self.first = False
        return went_on

    # -- sorts of pieces -----------------------------------------------------------------------

    def _add(self, sort: str, key: str, group: str, said: str, weight: int, sign: int = 1) -> None:
        role = "value"
        if self.prepositions in grammar.SCOPES and (not self.chosen_in or group == "environment"):
            role = "scope"
        weight = min(weight, OPPOSITE) if group in OPPOSED else weight
        self.tokens.append(
            Token(sort, key, group, said, weight, sign * self.short, role, self.bound, self.prepositions, self.clause,
                  self.short < 0, False, self.span if self.in_code else 0)
        )  # fmt: skip
        self.bound = ""

    def _stop(self, text: str, following: values.Scanned | None) -> None:
        after = following.text.casefold() if following else ""
        self._short(1)
        if text == ",":
            self.comma = len(self.tokens)
        if text == "," and after in ("not", "не"):
            self.before = text
            return
        if text == "," and not (
            self.condition or after in NEGATIONS or after in grammar.CONJUNCTIONS or after in grammar.GOES_ON
        ):
            return
        if text in "()[]":
            return
        if text in ":=" and self.verb < 0 and self.tokens:
            self._verb()
            self.label = True
            self.before = text
            return
        if text in "—–" and self.verb < 0 and self.clause == 0 and self.tokens:
            self._verb()  # it stands for "is"
            self.before = text
            return
        self._new_clause()
        self.before, self.first = "", True

    def _short(self, sign: int) -> None:
        """What comes next is denied by itself (-1), or no longer (1)."""
        self.short, self.short_from = sign, len(self.tokens)

    def _new_clause(self) -> None:
        self.clause += 1
        self.flips.append(0)
        self.doubled, self.prepositions, self.chosen_in, self.condition = False, "", False, False

    def _verb(self) -> None:
        """The subject ends here, when this is the first verb of the first clause."""
        if self.verb < 0 and self.clause == 0:
            self.verb = len(self.tokens)
            self.tokens = [token._replace(role="subject") if token.role != "scope" else token for token in self.tokens]
        self.prepositions = ""

    def _code(self, text: str) -> None:
        self.span += 1
        self.in_code = True
        for word in code.words_of(text):
            if word.sort == "boolean":
                self._boolean(word.key)
                continue
            self.bound = word.bound or self.bound
            self._add(word.sort, word.key, word.group, word.said, NAME)
        self.in_code = False

    def _boolean(self, low: str) -> None:
        if low == "false":
            self.flips[self.clause] += 1
        self._add("word", "true", "", low, WORD)

    def _number(self, piece: values.Scanned, following: values.Scanned | None) -> int:
        after = self.text[piece.end : piece.end + 24]
        text = piece.text.rstrip(".,")
        key, group, used = values.number(text, after)
        if self.dated and not group and len(key) == 4 and key.startswith(("19", "20")):
            return 0
        self._add("number", key, group, piece.text + after[:used], NAME)
        self._numbering(following)
        if used and self.dated:
            self.dated = ""
        return piece.end + used if used else 0

    def _numbering(self, following: values.Scanned | None) -> None:
        """Note of the number that was read last whether it says which one is meant."""
        if self.verb < 0 and names_one(self.tokens, self.before, following):
            self.tokens[-1] = self.tokens[-1]._replace(names=True)

    def _date(self, key: str) -> None:
        if self.before in grammar.SINCE or self.before == "of":
            self.since = key
        elif self.before in grammar.UNTIL:
            self.until = key
        else:
            self._add("date", key, "date", key, NAME)

    def _path(self, text: str) -> None:
        low = text.casefold()
        if re.fullmatch(r"[^\W\d_]{2,12}/[^\W\d_]{2,12}", low) and low in grammar.SLASHED:
            for word in low.split("/"):
                self._plain(word, word)
            return
        self._add("path", values.path(text), "path", text, NAME)

    # -- words ---------------------------------------------------------------------------------

    def _word(self, piece: values.Scanned, following: values.Scanned | None) -> int:
        said = piece.text
        low = said.casefold().replace("'", "")
        if low.endswith("nt") and "'" in said:
            low = "not"
        elif "'" in said:
            low = said.casefold().partition("'")[0]
        noun = self.before in grammar.NOUN_FOLLOWS or (self.first and low.endswith("s"))  # "imports are sorted"
        if low in grammar.OPEN_ENDED and not noun and (self.verb < 0 or self.verb == len(self.tokens)):
            self.open_ended = True  # it is the verb: in "sort imports" it is what is sorted
        if low in _RATES:
            self._add("word", low, _RATES[low], said, WORD)
        elif low in grammar.CONJUNCTIONS and self.tokens:
            self._new_clause()
        elif low in grammar.CONDITIONS:
            self._new_clause()
            self.condition = True
            if low in grammar.WHENEVER:
                self.conditions.add(self.clause)
        elif self._negating(low, piece, following):
            pass
        elif low in FORCES:
            if self.before in grammar.AND and self.tokens:
                self._new_clause()
            self.force_at = self.clause
            self.force = FORCES[low] if not (low in DUTIES and self.flips[self.clause] % 2) else "may"
            self._verb()
        elif low in QUANTITIES and not (low == "few" and self.before == "a"):
            self.quantities.add(QUANTITIES[low])
        elif low in values.NUMBER_WORDS and (low != "one" or (following and following.text.casefold() not in ("of",))):
            after = self.text[piece.end : piece.end + 24]
            key, group, used = values.number(values.NUMBER_WORDS[low], after)
            self._add("number", key, group, said, NAME)
            if following and following.text.casefold() in VERBS - TIMES:
                self._numbering(following)  # "milestone three is done"
            return piece.end + used if used else 0
        else:
            self._ordinary(said, low, following)
        return 0

    def _negating(self, low: str, piece: values.Scanned, following: values.Scanned | None) -> bool:
        """Whether a word denies; if so its clause, or what is right behind it, is denied."""
        if low in grammar.LACKING:
            self.lacking.add(self.clause)
        if low in grammar.UNLESS and self.flips[self.clause] % 2:
            self.unless[self.clause] = True
            if low not in ("before", "до", "прежде"):
                return True
        if low == "instead" and (following is None or following.sort == "stop"):
            return True  # "use the vault instead"
        if self.before in grammar.AND or low == "nor":
            self._new_clause()
        elif (0 <= self.verb < self.comma or (low == "нет" and self.comma)) and self.comma < len(self.tokens):
            self._spliced()
        aside = low == "not" == piece.text.casefold() and bool(self.before and self.tokens)
        aside = aside and self.before not in grammar.AUXILIARY
        if low in grammar.SHORT or aside or (low in ("not", "не") and self.before == ","):
            self._short(-1)
            return True
        if low not in NEGATIONS:
            return False
        if low in DOUBLED or (low == "не" and self.doubled):
            if not self.doubled:
                self.flips[self.clause] += 1
            self.doubled = True
            if low == "не":
                return True
        elif low == "не" and self.flips[self.clause] and self.before == "":
            return True
        else:
            self.flips[self.clause] += 1
        if low in ("не", "not"):
            self._verb()
        return True

    def _spliced(self) -> None:
        """A clause of its own since the last comma: "it moved there, the old place is not used"."""
        if self.tokens[self.comma].clause == self.clause and not self.flips[self.clause]:
            self._new_clause()
            self.tokens[self.comma :] = [token._replace(clause=self.clause) for token in self.tokens[self.comma :]]

    def _ordinary(self, said: str, low: str, following: values.Scanned | None) -> None:
        if said in grammar.WRITTEN_LARGE:
            self._add("name", said, grammar.WRITTEN_LARGE[said], said, NAME)
            return
        self.versioned = following is not None and following.sort in ("number", "version")  # "Go 1.23"
        if low == "off" and self.before not in SWITCHES and following is not None and following.sort == "word":
            return  # "branch off develop"
        ends = following is None or following.text in (".", ",", ";")  # "flags default to on"
        if low == "off" or (low == "on" and (self.before in SWITCHES or ends)):
            if low == "off":
                self.flips[self.clause] += 1
            self._add("word", ENABLED, "", low, WORD)
            return
        if low in grammar.PAST:
            self.past = True
        if self.first and self.clause == 0 and not self.tokens and low in IMPERATIVES and self.verb < 0:
            self.verb = 0
        elif low in VERBS and self.before not in grammar.ARTICLES and self.tokens:
            self._verb()
        if low in grammar.ENDS_SHORT and len(self.tokens) > self.short_from:
            self._short(1)
        if low in grammar.SCOPES or (low in grammar.STOP and low not in SPELLINGS):
            if low in grammar.SCOPES or low in grammar.PREPOSITIONS:
                self.prepositions = low
                passive = self.verb > 0 and self.before.endswith(("ed", "ны", "на", "но"))  # "is tracked in"
                self.chosen_in = self.chosen_in or (
                    low in grammar.SCOPES and (passive or self.before in grammar.COPULAS)
                )
            return
        if "-" in low and SPELLINGS.get(low) is None:
            for part in low.split("-"):
                if part in ("no", "non"):
                    self._short(-1)
                elif part in values.NUMBER_WORDS and part != low.split("-")[-1]:
                    self._add("number", values.NUMBER_WORDS[part], "", part, NAME)
                elif part and part not in grammar.STOP:
                    self._plain(part, part)
            self._short(1)
            return
        self._plain(said, low)

    def _plain(self, said: str, low: str) -> None:
        written = not said.islower() and not self.first
        stemmed = stem(low)
        name = SPELLINGS.get(low) or SPELLINGS.get(stemmed, "")
        if (
            name
            and (low not in grammar.AMBIGUOUS or low in grammar.NAMED_WORDS or written or self.versioned)
            and ("_" not in low or GROUPS[name] == "naming")
        ):
            self._add("name", name, GROUPS[name], said, NAME)
            return
        if low in LEAVING:
            self._add("word", SYNONYMS.get(stemmed, stemmed), "in-use", said, WORD)
            return
        if stemmed in DENIED:
            self.flips[self.clause] += 1
            stemmed = DENIED[stemmed]
        if stemmed == stem("yes") or low == "да":
            stemmed = "yes"
        key = SYNONYMS.get(stemmed, stemmed)
        if key in grammar.CHOSEN_IN:
            self.chosen_in = True
        shaped = "_" in low or (written and not said.istitle()) or any(c.isdigit() for c in low)
        noun = self.before in ("the", "a", "an") and key not in grammar.FAINT_NOUNS  # "the store"
        weight = FAINTLY if key in FAINT and not shaped and not noun else NAME if shaped or written else WORD
        self._add("name" if shaped or written else "word", low if shaped else key, "", said, weight)
