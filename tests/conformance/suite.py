"""The legs of the conformance suite: one run each of one edition at one revision of the protocol."""

import json
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.conformance.judging import Scenario, scenario
from tests.conformance.node import HERE, NODE, SUITE, SUITE_2026, environment

LEG_SECONDS = 600


class Leg(NamedTuple):
    """One run of one edition of the suite at one revision of the protocol; no revision means all scenarios."""

    edition: str
    program: Path
    revision: str

    @property
    def name(self) -> str:
        """The leg as expected.json names it."""
        return f"{self.edition}@{self.revision or 'extensions'}"


LEGS = (
    Leg("suite-0.1", SUITE, "2025-06-18"),
    Leg("suite-0.1", SUITE, "2025-11-25"),
    Leg("suite-0.2", SUITE_2026, "2025-11-25"),
    Leg("suite-0.2", SUITE_2026, "2026-07-28"),
    Leg("suite-0.2", SUITE_2026, ""),  # what no revision holds: the protocol's extensions
)


def run_leg(leg: Leg, url: str, folder: Path) -> list[Scenario]:
    """Run a leg against the server at `url`, with `folder` for its results, in order of name."""
    folder.mkdir(parents=True)
    arguments = ["server", "--url", url, "--suite", "all", "--output-dir", str(folder)]
    if leg.revision:
        arguments += ["--spec-version", leg.revision]
    done = subprocess.run(
        [str(NODE), str(leg.program), *arguments],
        cwd=HERE,
        env=environment(folder),
        capture_output=True,
        timeout=LEG_SECONDS,
        check=False,
    )
    (folder / "log").write_bytes(done.stdout + done.stderr)
    results = [
        scenario(_scenario_name(path.parent.name), json.loads(path.read_text(encoding="utf-8")))
        for path in folder.glob("*/checks.json")
    ]
    if not results:
        raise SystemExit(f"The suite did not run:\n{done.stdout.decode()}\n{done.stderr.decode()}")
    return sorted(results, key=lambda result: result.name)


def _scenario_name(folder: str) -> str:
    """`tools-list` of `server-tools-list-2026-11-20T11-52-06-984Z`."""
    return folder.removeprefix("server-").rsplit("T", 1)[0].rsplit("-", 3)[0]
