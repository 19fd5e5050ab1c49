"""Which language a file is written in and what part it plays in a project, by its path alone (or its first line)."""

import re


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


_EXTENSIONS = {
    extension: language
    for language, extensions in {
        "python": "py pyi pyw",
        "typescript": "ts mts cts",
        "tsx": "tsx",
        "javascript": "js jsx mjs cjs",
        "go": "go",
        "rust": "rs",
        "java": "java",
        "c": "c",
        "cpp": "cc cpp cxx c++ hh hpp hxx h++ ipp tpp inl cu cuh h",
        "csharp": "cs csx",
        "ruby": "rb rake gemspec ru podspec",
        "php": "php phtml php5 php7 php8 inc",
        "kotlin": "kt kts",
        "swift": "swift",
        "bash": "sh bash zsh ksh bats",
        "sql": "sql ddl psql pgsql",
    }.items()
    for extension in extensions.split()
}
_NAMES = {
    "sconstruct": "python", "sconscript": "python", "wscript": "python",
    "gemfile": "ruby", "rakefile": "ruby", "vagrantfile": "ruby", "podfile": "ruby", "fastfile": "ruby",
    "brewfile": "ruby", "guardfile": "ruby", "capfile": "ruby", "dangerfile": "ruby",
    ".bashrc": "bash", ".bash_profile": "bash", ".profile": "bash", ".zshrc": "bash", ".envrc": "bash",
    "pkgbuild": "bash", "configure": "bash", "gradlew": "bash",
}  # fmt: skip
_INTERPRETERS = {
    "python": "python", "pypy": "python", "node": "javascript", "nodejs": "javascript", "deno": "typescript",
    "bun": "typescript", "ts-node": "typescript", "tsx": "typescript", "ruby": "ruby", "jruby": "ruby", "php": "php",
    "sh": "bash", "bash": "bash", "dash": "bash", "zsh": "bash", "ksh": "bash", "bats": "bash", "swift": "swift",
    "kotlin": "kotlin",
}  # fmt: skip
_SHEBANG = re.compile(rb"#![ \t]*(?:[^\s]*/)?([A-Za-z][A-Za-z+-]*)[\d.]*(?:[ \t]+(.*))?")
SHEBANG_BYTES = 256  # bytes of a file's start that are enough to name its interpreter (Linux reads as many)
# A C header may hold C++; only C++ has these. Without a look inside, `.h` is read as C++, whose grammar reads C too.
LANGUAGES = tuple(dict.fromkeys(_EXTENSIONS.values()))


def language_of(path: str, head: bytes = b"") -> str:
    """The language of a file, "" when it is none that is known here.

    path: POSIX path or name.
    head: the first bytes of the file (256 are enough), to see a `#!` line where the name says nothing.
    """
    name = path.rpartition("/")[2].lower()
    if name in _NAMES:
        return _NAMES[name]
    stem, dot, extension = name.rpartition(".")
    if dot and (language := _EXTENSIONS.get(extension)):
        return language
    if dot and stem:
        return ""
    return _interpreter(head)


def _interpreter(head: bytes) -> str:
    match = _SHEBANG.match(head[:SHEBANG_BYTES].split(b"\n", 1)[0])
    if match is None:
        return ""
    name = match[1].decode("ascii")
    if name == "env":
        given = [word for word in (match[2] or b"").decode("ascii", "replace").split() if not _is_setting(word)]
        name = given[0].rpartition("/")[2].rstrip("0123456789.") if given else ""
    return _INTERPRETERS.get(name, "")


def _is_setting(word: str) -> bool:
    """Whether a word of an `env` line is an option or an assignment and not the interpreter."""
    return word.startswith("-") or "=" in word


_VENDORED = _words("""
        node_modules vendor vendored third_party third-party thirdparty bower_components site-packages .venv venv
        external externals extern deps jspm_packages pods carthage .yarn
    """)
_GENERATED_FOLDERS = _words("""
        dist build out target generated __generated__ gen .next .nuxt .svelte-kit coverage htmlcov obj
        __pycache__ .gradle deriveddata storybook-static
    """)
_SOURCE_OF_GENERATED = frozenset(("build", "gen", "target", "out"))
_GENERATED_NAME = re.compile(
    r"(?:\.min\.(?:js|css|mjs)|\.bundle\.js|\.pb\.(?:go|cc|h)|_pb2(?:_grpc)?\.pyi?|_pb\.(?:js|d\.ts|rb)|\.g\.(?:cs|dart)"
    r"|\.designer\.cs|\.generated\.[a-z]+|_generated\.[a-z]+|\.gen\.[a-z]+|_gen\.go|zz_generated.*|\.snap|\.map"
    r"|-lock\.json|\.lock|\.lockb|go\.sum|npm-shrinkwrap\.json|pnpm-lock\.yaml|gradle-wrapper\.properties|mvnw|gradlew)\Z"
)
_TEST_FOLDERS = _words("""
        test tests testing spec specs __tests__ __test__ __mocks__ e2e testdata test-data fixtures __fixtures__
        testutil testutils integration-tests acceptance cypress androidtest unittest unittests
    """)
_TEST_NAME = re.compile(
    r"(?:\Atest_.*|.*_tests?\.[a-z]+|.*[.-](?:test|spec|e2e|cy)\.[a-z]+|.*_spec\.rb|\Aconftest\.py|\Atests?\.[a-z]+"
    r"|.*\.bats)\Z"
)
_TEST_CLASS = re.compile(r".*(?:Tests?|TestCase|Spec|IT)\.(?:java|kt|cs|swift|php|scala|groovy)\Z")
_DOCS_FOLDERS = frozenset(["docs", "doc", "documentation", "wiki", "man", "manual", "website", "changelog", "changes"])
_DOCS_EXTENSIONS = _words("""
        md mdx rst adoc asciidoc txt tex rdoc pod org texi textile
    """)
_DOCS_NAMES = _words("""
        readme license licence changelog changes contributing authors notice copying news history todo thanks
        codeowners security maintainers
    """)
_CONFIG_EXTENSIONS = _words("""
        json jsonc json5 toml yaml yml ini cfg conf config properties env editorconfig xml plist gradle tf tfvars
        hcl cmake mk nix bazel bzl csproj sln props targets pbxproj xcconfig lock mod
    """)
_CONFIG_NAMES = _words("""
        makefile dockerfile containerfile jenkinsfile procfile vagrantfile gemfile rakefile podfile brewfile
        justfile cmakelists.txt requirements.txt constraints.txt manifest.in setup.py setup.cfg tox.ini pipfile
        build workspace build.gradle.kts settings.gradle.kts go.work conanfile.py noxfile.py gnumakefile earthfile
    """)
_CONFIG_CODE = re.compile(r".*\.config\.(?:js|ts|mjs|cjs|mts|cts)\Z|\A\.[a-z]+rc(?:\.(?:js|cjs|mjs|ts))?\Z|\A\.[^.]+\Z")
_DATA_EXTENSIONS = _words("""
        csv tsv parquet arrow avro db sqlite png jpg jpeg gif webp ico svg pdf mp3 mp4 wav ogg webm mov woff woff2
        ttf otf eot zip gz bz2 xz tar tgz jar war whl so dylib dll exe a o bin dat npy npz pkl pickle onnx pt
        safetensors po mo pot geojson ndjson jsonl xlsx xls docx pptx wasm class pyc heic icns psd fig sketch
    """)


def role_of(path: str) -> str:
    """What part a file plays: "code", "test", "docs", "config", "generated", "vendored" or "data".

    path: POSIX path relative to the project's root; only the path is looked at.
    """
    *folders, name = path.split("/")
    lower = name.lower()
    around = [folder.lower() for folder in folders]
    extension = lower.rpartition(".")[2] if "." in lower else ""
    if _VENDORED.intersection(around):
        return "vendored"
    if _GENERATED_NAME.search(lower) or _in_generated_folder(around):
        return "generated"
    if extension in _DATA_EXTENSIONS:
        return "data"
    if _TEST_FOLDERS.intersection(around) or _TEST_NAME.match(lower) or _TEST_CLASS.match(name):
        return "test"
    if lower in _CONFIG_NAMES or _CONFIG_CODE.match(lower):
        return "config"
    if _is_documentation(lower, extension, around):
        return "docs"
    return "config" if extension in _CONFIG_EXTENSIONS else "code"


def _in_generated_folder(around: list[str]) -> bool:
    """Whether a folder above is one that builds write; `build` and kin only at the top."""
    return any(
        folder in _GENERATED_FOLDERS and (depth == 0 or folder not in _SOURCE_OF_GENERATED)
        for depth, folder in enumerate(around)
    )


def _is_documentation(lower: str, extension: str, around: list[str]) -> bool:
    if extension in _DOCS_EXTENSIONS or (lower.partition(".")[0] in _DOCS_NAMES and extension not in _EXTENSIONS):
        return True
    return bool(_DOCS_FOLDERS.intersection(around)) and extension not in _EXTENSIONS
