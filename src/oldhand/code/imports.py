"""Which files of the project an import leads to, by the rules of each language and the project's own manifests.

What leads out of the project (a library, the standard library) leads nowhere here. Nothing is run and
nothing outside the given paths is read.
"""

from collections.abc import Callable, Iterable
from functools import partial

from oldhand.code import imports_by_module as module
from oldhand.code import imports_by_package as package
from oldhand.code.project_files import MOST_FILES, ProjectFiles
from oldhand.model.symbol import Import

Resolve = Callable[[str, str, Import], list[str]]
_RULES: dict[str, Callable[[ProjectFiles, str, Import], list[str]]] = {
    "python": module.python,
    "typescript": package.ecmascript,
    "tsx": package.ecmascript,
    "javascript": package.ecmascript,
    "go": package.go,
    "rust": package.rust,
    "java": module.jvm,
    "kotlin": module.jvm,
    "csharp": module.csharp,
    "c": module.c,
    "cpp": module.c,
    "ruby": module.ruby,
    "php": package.php,
    "swift": module.swift,
    "bash": module.bash,
}


def resolver(paths: Iterable[str], manifests: Callable[[str], bytes | None]) -> Resolve:
    """A function that gives the files an import leads to.

    paths: all files of the project, as POSIX paths relative to its root.
    manifests: gives the bytes of one of them (go.mod, package.json, tsconfig.json, Cargo.toml,
        composer.json), None when it cannot be read.
    The function takes the importing file, its language and one of its imports, and gives at most
    MOST_FILES paths, without the importing file itself; none where the import leads out of the project.
    """
    return partial(_resolve, ProjectFiles(paths, manifests))


def _resolve(files: ProjectFiles, importer: str, language: str, one: Import) -> list[str]:
    rule = _RULES.get(language)
    if rule is None or not one.target:
        return []
    found = dict.fromkeys(path for path in rule(files, importer, one) if path != importer)
    return list(found)[:MOST_FILES]
