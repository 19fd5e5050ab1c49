"""Run every outside judge against our servers, print a line for each thing judged, fail when one is not as expected.

    python -m tests.conformance.run              everything
    python -m tests.conformance.run inspector    the Inspector only; `suite` for the conformance suite only

Needs the dependency group `conformance`; installs the Node packages by itself.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conformance import inspector, node, proxy
from tests.conformance.judging import Expected
from tests.conformance.servers import OLDHAND, Running, fixtures, make_project, serve
from tests.conformance.suite import LEGS, run_leg

EXPECTED = node.HERE / "expected.json"


class Tally:
    """What was judged so far."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self.skipped = 0

    def add(self, line: str, *, trouble: str, applies: bool = True) -> None:
        """Count one thing judged and print its line."""
        self.failed += bool(trouble)
        self.passed += not trouble and applies
        self.skipped += not trouble and not applies
        print(f"   {line}", flush=True)


def title(text: str) -> None:
    """Begin a part of the report."""
    print(f"\n-- {text}", flush=True)


def run_inspector(project: Path, tally: Tally) -> None:
    """The Inspector over stdio and over HTTP, in both eras of the protocol."""
    with serve(project) as running:
        address = f"http://127.0.0.1:{running.port}/mcp"
        headers = [part for name, value in running.headers.items() for part in ("--header", f"{name}: {value}")]
        for way, target in (("stdio", [str(OLDHAND), "mcp"]), ("HTTP", [address, *headers])):
            for era, steps in (("legacy", inspector.whole_visit()), ("modern", inspector.short_visit())):
                title(f"Inspector, oldhand over {way}, {era} era")
                for done in inspector.visit(target, era, steps, project):
                    tally.add(done.line(), trouble=done.trouble)


@contextmanager
def open_to_all(running: Running) -> Iterator[str]:
    """The address of a running server for clients that can send no header."""
    with proxy.adding(running.headers, running.port) as port:
        yield f"http://127.0.0.1:{port}/mcp"


def run_suite(server: str, running: Running, folder: Path, tally: Tally) -> None:
    """Every leg of the conformance suite against one server."""
    expected = Expected(json.loads(EXPECTED.read_text(encoding="utf-8"))[server])
    met: set[str] = set()
    with open_to_all(running) as address:
        for leg in LEGS:
            title(f"Conformance {leg.name}, {server}")
            scenarios = run_leg(leg, address, folder / leg.name)
            if not leg.revision:
                scenarios = [scenario for scenario in scenarios if scenario.name not in met]
            met |= {scenario.name for scenario in scenarios}
            for verdict in (expected.verdict(leg.name, scenario) for scenario in scenarios):
                tally.add(verdict.line(), trouble=verdict.trouble, applies=verdict.reserve is None)
    for name in expected.unmet():
        trouble = "expected.json lists it, and no leg holds it"
        tally.add(f"FAILS            {name}: {trouble}", trouble=trouble)


def main(parts: list[str]) -> int:
    """Run the parts named, or all; the exit code says whether everything was as expected."""
    node.install()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="oldhand-conformance-") as name:
        scratch = Path(name)
        project = make_project(scratch / "project")
        if "inspector" in parts or not parts:
            run_inspector(project, tally)
        if "suite" in parts or not parts:
            with serve(project) as running:
                run_suite("oldhand serve", running, scratch / "serve", tally)
            with fixtures(project) as running:
                run_suite("fixtures on our HTTP stack", running, scratch / "fixtures", tally)
    print(f"\nconformance: {tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
