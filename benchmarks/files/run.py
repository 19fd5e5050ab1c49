"""Measure how well `overview` finds the files of a task, beside baselines, on public sets.

    python benchmarks/files/run.py --eval FOLDER --repos FOLDER [--kinds commits,swebench] [--baselines bm25s,rrf-hist]

--eval is the folder of the harness (files_eval.py and its data); --repos holds one bare git directory a repository,
`<owner>+<name>/repo`, with the whole history. Nothing of either is written into this repository.
"""

import argparse
import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
KINDS = "commits,agent_prompts,swebench"
SYSTEM = "benchmarks.files.adapter:Overview"


def main(words: list[str]) -> int:
    """Run the harness on each kind; it prints a line a repository and a line for all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--eval", required=True, help="folder of the harness")
    parser.add_argument("--repos", required=True, help="folder of the repositories")
    parser.add_argument("--kinds", default=KINDS, help="of %(default)s")
    parser.add_argument("--baselines", default="", help="systems of the harness to run beside, such as bm25s,rrf-hist")
    parser.add_argument("--only", default="", help="only these repositories, owner/name, separated by commas")
    parser.add_argument("--max", type=int, default=0, help="at most so many tasks a repository (0: all)")
    options = parser.parse_args(words)
    harness = Path(options.eval).expanduser().resolve()
    if not (harness / "files_eval.py").is_file():
        parser.error(f"{harness} holds no files_eval.py")
    os.environ["EVAL_REPOS"] = str(Path(options.repos).expanduser().resolve())
    sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "src"), str(harness)]
    import files_eval  # type: ignore[import-not-found]  # the harness, outside this repository

    files_eval.REPOS = os.environ["EVAL_REPOS"]
    systems = [*(name for name in options.baselines.split(",") if name), SYSTEM]
    for kind in options.kinds.split(","):
        sys.argv = ["files_eval.py", kind, *systems]
        sys.argv += ["--repos", options.only] if options.only else []
        sys.argv += ["--max", str(options.max)] if options.max else []
        files_eval.main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
