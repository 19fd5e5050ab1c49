"""Things remembered, bytes that stand for their vectors, and what of them is kept."""

from oldhand.store.vectors import Vectors, width
from tests.conftest import Project

MODEL, DIMENSIONS = "m/int8", 4


def bytes_for(text: str, windows: int = 1) -> bytes:
    """Something as long as the vectors of a text, told apart by it."""
    return (text.encode() * width(DIMENSIONS))[: width(DIMENSIONS)] * windows


def told(project: Project, text: str, **more: str) -> tuple[str, bytes]:
    """Remember something: its id and the address of its wording."""
    memory = project.call("remember", text=text, **more).memories[0].id
    with project.memory.reading() as reader:
        return memory, bytes.fromhex(reader.get(memory).wordings[-1].revision)


def erase(project: Project, memory: str) -> None:
    with project.memory.writing() as transaction:
        transaction.emit("erase", memory, "user", "python", {})


def kept(project: Project, model: str = MODEL) -> set[bytes]:
    """The wordings that have vectors, as another process finds them."""
    vectors = Vectors(project.folder)
    found = vectors.model(model)
    names = vectors.present(found, vectors.addresses(b"", 1000)) if found else set()
    vectors.close()
    return names


def followed(project: Project) -> set[bytes]:
    """The same after the erasures were followed, as every use of the vectors begins."""
    with project.memory.reading() as reader:
        project.store.vectors.follow_erasures(reader)
    return kept(project)


def everything(project: Project) -> bytes:
    """Every byte of the files that hold vectors."""
    project.memory.close()
    files = [*project.folder.glob("vectors*"), *project.folder.glob("cache/*")]
    return b"".join(file.read_bytes() for file in files)
