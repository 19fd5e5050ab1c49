"""Imports that go by a package's manifest: JavaScript and TypeScript, Go, Rust, PHP."""

import re
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from oldhand.code.project_files import ProjectFiles, folders_up, joined, nearest
from oldhand.model.symbol import Import

_EXTENSIONS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte", ".json")
_COMPILED = {".js": (".ts", ".tsx", ".d.ts", ".jsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_GO_MODULE = re.compile(r"^[ \t]*module[ \t]+\"?([^\s\"]+)", re.MULTILINE)
_MOST_EXTENDS = 5  # configurations that extend one another: more is a circle
_PACKAGES: "WeakKeyDictionary[ProjectFiles, dict[str, dict[str, str]]]" = WeakKeyDictionary()


def ecmascript(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """Relative paths, paths of the nearest tsconfig.json, names of packages of the same workspace."""
    target = one.target.partition("?")[0]
    folder = importer.rpartition("/")[0]
    if target.startswith("."):
        return _module_file(files, joined(folder, target))
    for candidate in _aliased(files, importer, target):
        if found := _module_file(files, candidate):
            return found
    return _workspace(files, target)


def _module_file(files: ProjectFiles, stem: str) -> list[str]:
    if stem in files.paths:
        return [stem]
    for extension, sources in _COMPILED.items():
        if stem.endswith(extension):
            bare = stem.removesuffix(extension)
            if found := files.first(bare + source for source in sources):
                return found
    inside = f"{stem}/" if stem else ""
    return files.first((*(stem + e for e in _EXTENSIONS), *(f"{inside}index{e}" for e in _EXTENSIONS)))


def _aliased(files: ProjectFiles, importer: str, target: str) -> Iterable[str]:
    """Where `paths` and `baseUrl` of the configurations above the file send a name."""
    for folder in folders_up(importer):
        for name in ("tsconfig.json", "jsconfig.json", "tsconfig.base.json"):
            path = f"{folder}/{name}".lstrip("/")
            if path in files.paths:
                yield from _from_configuration(files, path, target)
    if target.startswith(("@/", "~/")):
        for folder in folders_up(importer):
            yield f"{folder}/src/{target[2:]}".lstrip("/")
            yield f"{folder}/{target[2:]}".lstrip("/")


def _from_configuration(files: ProjectFiles, path: str, target: str) -> Iterable[str]:
    for _ in range(_MOST_EXTENDS):
        declared = files.manifest(path)
        folder = path.rpartition("/")[0]
        options = declared.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        base_url = options.get("baseUrl")
        base = joined(folder, base_url) if isinstance(base_url, str) else folder
        aliases = options.get("paths")
        for pattern, places in aliases.items() if isinstance(aliases, dict) else ():
            yield from _matched(pattern, places, target, base)
        if isinstance(base_url, str):
            yield f"{base}/{target}".lstrip("/")
        extended = declared.get("extends")
        if not isinstance(extended, str) or not extended.startswith("."):
            return
        path = joined(folder, extended if extended.endswith(".json") else f"{extended}.json")


def _matched(pattern: str, places: object, target: str, base: str) -> Iterable[str]:
    """The places of one alias, `*` standing for the rest of the name."""
    before, star, after = pattern.partition("*")
    if not (target == pattern or (star and target.startswith(before) and target.endswith(after))):
        return
    rest = target[len(before) : len(target) - len(after)] if star else ""
    for place in places if isinstance(places, list) else ():
        if isinstance(place, str):
            yield joined(base, place.replace("*", rest))


def _workspace(files: ProjectFiles, target: str) -> list[str]:
    packages = _packages(files, "package.json")
    parts = target.split("/")
    name = "/".join(parts[:2]) if target.startswith("@") else parts[0]
    if name not in packages:
        return []
    folder = packages[name]
    rest = target[len(name) :].strip("/")
    stems = [f"{folder}/src/{rest}", f"{folder}/{rest}"] if rest else [f"{folder}/src", f"{folder}/lib", folder]
    declared = files.manifest(f"{folder}/package.json".lstrip("/"))
    written = [declared.get(field) for field in ("source", "types", "module", "main")] if not rest else []
    for path in written:
        if isinstance(path, str):
            stems += [joined(folder, path), joined(folder, path.replace("dist/", "src/", 1))]
    for stem in stems:
        if found := _module_file(files, stem.strip("/")):
            return found
    return []


def _packages(files: ProjectFiles, manifest: str) -> dict[str, str]:
    """The packages of the project and their folders, by the name in each manifest of that file name."""
    kept = _PACKAGES.setdefault(files, {})
    if manifest not in kept:
        kept[manifest] = {}
        for path in sorted(files.by_name.get(manifest, ()), key=len, reverse=True):
            if "node_modules" not in path.split("/") and (name := _package_name(files, path)):
                kept[manifest][name] = path.rpartition("/")[0]
    return kept[manifest]


def _package_name(files: ProjectFiles, path: str) -> str:
    if path.endswith("go.mod"):
        match = _GO_MODULE.search(files.text(path))
        return match[1] if match else ""
    declared: Any = files.manifest(path)
    if path.endswith("Cargo.toml"):
        declared = declared.get("package")
    name = declared.get("name") if isinstance(declared, dict) else None  # whatever a stranger wrote there
    return name.replace("-", "_") if isinstance(name, str) and path.endswith(".toml") else str(name or "")


def go(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """The files of a package of one of the project's modules, tests left out."""
    modules = _packages(files, "go.mod")
    name = one.target
    while name and name not in modules:
        name = name.rpartition("/")[0]
    if not name:
        return []
    folder = joined(modules[name], one.target[len(name) :].strip("/"))
    return [p for p in files.by_folder.get(folder, ()) if p.endswith(".go") and not p.endswith("_test.go")]


def rust(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """Modules of the same crate (`crate`, `self`, `super`, `mod`) and of other crates of the workspace."""
    beside = _module_folder(importer)
    if one.target.startswith("mod "):
        name = one.target.removeprefix("mod ")
        return files.first((joined(beside, f"{name}.rs"), joined(beside, f"{name}/mod.rs")))
    crate = next((f for f in folders_up(importer) if f"{f}/Cargo.toml".lstrip("/") in files.paths), "")
    found: list[str] = []
    for name in one.names or ("",):
        parts = [part for part in (*one.target.split("::"), name) if part and part != "*"]
        found += _rust_module(files, importer, crate, beside, parts)
    return found


def _module_folder(path: str) -> str:
    """The folder in which a file's submodules lie."""
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".rs")
    return folder if stem in ("mod", "lib", "main") else f"{folder}/{stem}".lstrip("/")


def _rust_module(files: ProjectFiles, importer: str, crate: str, beside: str, parts: list[str]) -> list[str]:
    crates = _packages(files, "Cargo.toml")
    head = parts[0] if parts else ""
    if head == "crate":
        folder, rest = f"{crate}/src".lstrip("/"), parts[1:]
    elif head in ("self", "super"):
        folder, rest = beside, list(parts)
        while rest and rest[0] in ("self", "super"):
            folder = folder.rpartition("/")[0] if rest.pop(0) == "super" else folder
    elif head in crates:
        folder, rest = f"{crates[head]}/src".lstrip("/"), parts[1:]
    else:
        folder, rest = beside, list(parts)  # a module of this one, used without `self`
        if not files.first((joined(folder, f"{head}.rs"), joined(folder, f"{head}/mod.rs"))):
            return []
    for count in range(len(rest), 0, -1):
        stem = joined(folder, "/".join(rest[:count]))
        if found := files.first((f"{stem}.rs", f"{stem}/mod.rs")):
            return found
    return files.first((f"{folder}/lib.rs", f"{folder}/main.rs", f"{folder}/mod.rs", f"{folder}.rs"))


def php(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """Classes by the folders that composer.json gives their namespace, else by the end of their path."""
    if one.target.startswith("package "):
        return []
    if not one.names:
        return files.first((joined(importer.rpartition("/")[0], one.target), joined("", one.target)))
    found: list[str] = []
    for name in one.names:
        written = f"{one.target}\\{name}" if one.target != name else name
        found += _php_class(files, importer, written)
    return found


def _php_class(files: ProjectFiles, importer: str, written: str) -> list[str]:
    for folder in folders_up(importer):
        declared = files.manifest(f"{folder}/composer.json".lstrip("/"))
        for section in ("autoload", "autoload-dev"):
            loading = declared.get(section)
            spaces = loading.get("psr-4") if isinstance(loading, dict) else None
            for prefix, places in spaces.items() if isinstance(spaces, dict) else ():
                if written.startswith(prefix):
                    rest = written[len(prefix) :].replace("\\", "/")
                    for place in places if isinstance(places, list) else [places]:
                        if here := files.first((joined(joined(folder, str(place)), f"{rest}.php"),)):
                            return here
    parts = written.split("\\")
    for start in range(max(len(parts) - 1, 1)):
        if found := files.ending("/".join(parts[start:]) + ".php"):
            return nearest(found, importer)
    return []
