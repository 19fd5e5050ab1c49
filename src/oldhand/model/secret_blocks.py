"""Private keys in blocks: as files hold them, escaped on one line, and as editors, searches and differences show them.

Before each line of a block may stand its number, the file that a search found it in, the mark of a difference, the
time of a log: whatever stands on its line before the block's first mark, and in that form before the lines that follow.
"""

from collections.abc import Iterator

from oldhand.model.lazy_pattern import LazyPattern

Told = tuple[str, int, int]  # kind, start, end

LEAST_BLOCK = 40  # characters of base64 in a block of a key: the shortest (Ed25519) has 64
LONGEST_BLOCK = 40_000  # characters of a block whose end is missing
LONGEST_LEAD = 200  # characters before each line of a block: its number, the file that a search found it in
MOST_BLANKS = 12  # characters of space in them that may be more or less from line to line: a number's width
MOST_LINES = 700  # of a block: one of 16,384 bits has 200

_BEGIN = LazyPattern(r"-{4,8} ?begin (?P<what>[a-z0-9 ]{0,40}private key(?: block)?) ?-{4,5}")
_BASE64_BODY = LazyPattern(  # nothing follows it, so that it never has to try again
    r"(?:(?:Proc-Type|DEK-Info|Comment|Version):[^\n\\]{0,100}|[A-Za-z0-9+/=]{1,200}|\\{1,2}[nr]|[\s\"'+,>#*|]"
    r"|(?<=\n)[-<]{1,2}(?=[A-Za-z0-9+/= ]))*"  # a line that a difference takes away
)
_SOLID = LazyPattern(r"[A-Za-z0-9+/=]{16,}")
_BREAK = r"(?:[\s#*/>|\"'+,]|\\{1,2}[nr]){1,12}"
_IN_BLOCK = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \\\t\r\n\"'#*|>,")
_FIRST_LINE = LazyPattern(r"[A-Za-z0-9+/=]{40,}")
_OF_LINE = LazyPattern(r"[A-Za-z0-9+/=]{0,200}(?:[\s\"',]|\\{1,2}[nr]){0,12}\\{0,2}\Z")
_END = LazyPattern(r"-{4,8} ?end [a-z0-9 ]{0,50}-{4,5}")
_PUTTY = LazyPattern(rf"private-lines: ?(?P<lines>\d{{1,4}}){_BREAK}")
_PUTTY_LINE = LazyPattern(rf"[A-Za-z0-9+/=]{{16,80}}(?:{_BREAK})?")


def block(text: str, low: str, place: int) -> Iterator[Told]:
    """A private key in a block: on many lines or, with escapes, on one; with its end or without."""
    match = _BEGIN.match(low, place)
    if not match:
        yield from _block_without_beginning(text, low, place)
        return
    end = _body_end(text, match.end(), _lead(text, place))
    if sum(len(part) for part in _SOLID.findall(text, match.end(), end)) < LEAST_BLOCK:
        return
    closing = _END.match(low, end)
    yield ("PGP private key" if "pgp" in match["what"] else "private key"), place, closing.end() if closing else end


def _body_end(text: str, start: int, lead: str) -> int:
    """Where the body of a block ends that begins at `start`. lead: what stands before each of its lines."""
    limit = start + LONGEST_BLOCK
    body = _BASE64_BODY.match(text, start, limit)
    end = body.end() if body else start
    for _ in range(MOST_LINES if lead else 0):
        line = _line_start(text, end, max(start, end - LONGEST_LEAD))
        after = _led(text, line, lead) if line >= 0 else -1
        if after < end:
            break  # what ends the body is not before its line
        body = _BASE64_BODY.match(text, after, limit)
        if not body or body.end() == end:
            break
        end = body.end()
    return end


def _line_start(text: str, place: int, least: int) -> int:
    """Where the line begins that a place is in, ends of lines as escapes too; -1 when that is before `least`."""
    real, escaped = text.rfind("\n", least, place), text.rfind("\\n", least, place)
    if real < 0 and escaped < 0:
        return -1 if least else 0
    return max(real + 1, escaped + 2 if escaped >= 0 else 0)


def _lead(text: str, place: int) -> str:
    """What stands on its line before a mark of five dashes: a number as editors show it, a file as searches name it."""
    while text.startswith("------", place):  # the first of them are a mark before the line
        place += 1
    start = _line_start(text, place, max(0, place - LONGEST_LEAD))
    return text[start:place] if start >= 0 else ""


_ALIKE = "+-<>:"  # what tells the lines of a difference, and those that a search found from those around them


def _led(text: str, at: int, lead: str) -> int:
    """Where a line goes on behind a lead of this form; -1 for another. Numbers differ from line to line, and blanks."""
    place = 0
    while place < len(lead):
        said = lead[place]
        place += 1
        if said.isspace():
            stop = at + MOST_BLANKS
            while at < min(stop, len(text)) and text[at] in " \t":
                at += 1
        elif said.isdigit():
            first = at
            while at < len(text) and text[at].isdigit() and at - first < MOST_BLANKS:
                at += 1
            if at == first:
                return -1
            while place < len(lead) and lead[place].isdigit():
                place += 1
        elif at < len(text) and (text[at] == said or (said in _ALIKE and text[at] in _ALIKE)):
            at += 1
        else:
            return -1
    return at


def _block_without_beginning(text: str, low: str, place: int) -> Iterator[Told]:
    """What stands before the end of a block, where a blank line or a cut has taken its beginning away."""
    closing = _END.match(low, place)
    if not closing or "private key" not in closing[0]:
        return
    least = max(0, place - LONGEST_BLOCK)
    start = place
    while start > least and text[start - 1] in _IN_BLOCK:  # as far as to the block before: no text is gone over twice
        start -= 1
    if lead := _lead(text, place):
        start = min(start, _body_start(text, place, lead, least))
    solid = _FIRST_LINE.search(text, start, place)
    if solid:
        rest_of_line = start == 0 and _OF_LINE.match(text, 0, max(text.find("\n"), 0))
        yield "private key", 0 if rest_of_line else solid.start(), closing.end()


def _body_start(text: str, place: int, lead: str, least: int) -> int:
    """Where the lines of a block begin that ends at a place. lead: what stands before each; least: not before it."""
    start = _line_start(text, place, max(least, place - LONGEST_LEAD))
    for _ in range(MOST_LINES if start > 0 else 0):
        mark = start - (1 if text[start - 1] == "\n" else 2)  # an end of a line, or its escape
        line = _line_start(text, mark, max(least, mark - 2 * LONGEST_LEAD))
        after = _led(text, line, lead) if line >= 0 else -1
        after = 0 if after < 0 and line == 0 else after
        if after < 0 or after > mark or not _OF_LINE.match(text, after, mark):
            break
        start = line
        if not line:
            break
    return max(start, 0)


def putty(text: str, low: str, place: int) -> Iterator[Told]:
    """The private lines of a key of PuTTY, which says how many they are."""
    match = _PUTTY.match(low, place)
    end = match.end() if match else place
    lead = _lead(text, place) if match else ""
    for _ in range(int(match["lines"]) if match else 0):
        begin = _line_start(text, end, max(place, end - LONGEST_LEAD)) if lead else -1
        line = _PUTTY_LINE.match(text, max(_led(text, begin, lead), end) if begin > place else end)
        if not line:
            break
        end = line.end()
    if match and end - match.end() >= LEAST_BLOCK:
        yield "private key", place, end
