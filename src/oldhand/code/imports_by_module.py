"""Imports that say where a file lies: Python, Java, Kotlin, C#, C, C++, Ruby, Swift, Bash."""

from oldhand.code.project_files import ProjectFiles, folders_up, joined, nearest
from oldhand.model.symbol import Import

_SOURCE_FOLDERS = ("", "src/", "lib/", "python/")  # where packages of Python lie, tried in this order
_JVM = (".java", ".kt", ".kts", ".groovy", ".scala")


def python(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """Modules and packages, absolute from any folder that holds top-level packages, or relative."""
    base = one.target.lstrip(".")
    dots = len(one.target) - len(base)
    path = base.replace(".", "/")
    if dots:
        folders = importer.split("/")[:-dots]
        if dots >= importer.count("/") + 2:
            return []
        stems = ["/".join([*folders, path] if path else folders)]
    else:
        stems = _python_stems(files, importer, path)
    for stem in stems:
        if found := _python_modules(files, stem, one.names):
            return found
    return []


def _python_modules(files: ProjectFiles, stem: str, names: tuple[str, ...]) -> list[str]:
    """The submodules that are named; the module itself for the other names."""
    found: list[str] = []
    whole = not names
    under = f"{stem}/" if stem else ""
    for name in names:
        inside = files.first((f"{under}{name}.py", f"{under}{name}/__init__.py", f"{under}{name}.pyi"))
        found += inside
        whole = whole or not inside
    own = files.first((f"{stem}.py", f"{under}__init__.py", f"{stem}.pyi", f"{under}__init__.pyi"))
    return [*found, *(own if whole else ())]


def _python_stems(files: ProjectFiles, importer: str, path: str) -> list[str]:
    """Where an absolute import may lie: beside the importer's own top package, in source folders, anywhere."""
    around = list(folders_up(importer))
    package_root = next((f for f in around if f"{f}/__init__.py".lstrip("/") not in files.paths), "")
    stems = [f"{package_root}/{path}".lstrip("/"), *(folder + path for folder in _SOURCE_FOLDERS)]
    stems += [f"{folder}/{path}".lstrip("/") for folder in around]
    top = path.partition("/")[0]
    for parent in nearest([f for f in files.folders_ending(top) if _is_top(files, f)], importer):
        stems.append(f"{parent.rpartition('/')[0]}/{path}".lstrip("/"))
    return list(dict.fromkeys(stems))


def _is_top(files: ProjectFiles, folder: str) -> bool:
    """Whether a package is not inside another one."""
    return f"{folder.rpartition('/')[0]}/__init__.py".lstrip("/") not in files.paths


def jvm(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """Classes by the path their package and name make; `*` is every file of the package."""
    folder = one.target.replace(".", "/")
    if one.target.startswith("package "):
        return []
    if one.names == ("*",):
        inside = [p for f in files.folders_ending(folder) for p in files.by_folder[f] if p.endswith(_JVM)]
        return inside or _class_file(files, importer, folder)
    found = [path for name in one.names for path in _class_file(files, importer, f"{folder}/{name}")]
    return found or _class_file(files, importer, folder)


def _class_file(files: ProjectFiles, importer: str, stem: str) -> list[str]:
    """The file of a class, or of the class around it."""
    while "/" in stem:
        for extension in _JVM:
            if found := files.ending(stem + extension):
                return nearest(found, importer)
        stem, _, last = stem.rpartition("/")
        if not last[:1].isupper() and not stem.rpartition("/")[2][:1].isupper():
            return []
    return []


def csharp(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """The files of the folders whose path spells the namespace, with dots or slashes."""
    if one.target.startswith("package "):
        return []
    wanted = one.target.split(".")
    found: list[str] = []
    for folder, inside in files.by_folder.items():
        if folder.replace("/", ".").split(".")[-len(wanted) :] == wanted:
            found += [path for path in inside if path.endswith(".cs")]
    return found


def c(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """Headers beside the file, else by the end of their path; the system's only where a folder `include` has them."""
    system = one.target.startswith("<")
    path = one.target.strip("<>")
    if not system and (found := files.first((joined(importer.rpartition("/")[0], path),))):
        return found
    found = files.ending(path.lstrip("./"))
    if system and "/" not in path:
        found = [one for one in found if "include" in one.split("/")]
    return nearest(found, importer)


def ruby(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """Files beside the one that requires them, else below a `lib` or another folder on the load path."""
    path = one.target if one.target.endswith(".rb") else f"{one.target}.rb"
    if path.startswith("."):
        return files.first((joined(importer.rpartition("/")[0], path),))
    return files.first((f"lib/{path}", path)) or nearest(files.ending(path), importer)


def swift(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """The files of the target of that name, where packages keep them: Sources/NAME."""
    top = one.target.partition(".")[0]
    found: list[str] = []
    for folder in files.folders_ending(f"Sources/{top}"):
        found += [
            p for f, inside in files.by_folder.items() if f == folder or f.startswith(f"{folder}/") for p in inside
        ]
    return [path for path in found if path.endswith(".swift")]


def bash(files: ProjectFiles, importer: str, one: Import) -> list[str]:
    """Scripts beside the file or from the project's root; a folder held by a variable is taken for either."""
    path = one.target
    if "$" in path:
        path = path[path.rindex("$") :].partition("/")[2]
    path = path.strip("\"'")
    around = [joined(folder, path) for folder in folders_up(importer)]
    return files.first(p for p in around if p) or nearest(files.ending(path.lstrip("./")), importer)
