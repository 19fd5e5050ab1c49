"""What manifests and lock files declare, and anchors of dependencies."""

from pathlib import Path

import pytest

from oldhand.code.dependencies import declared, difference, found_manifests, told
from oldhand.model.observed import LONGEST_WORDS, observed
from tests.code.tree import Tree

# file name -> (its text, package, what is declared of it, a package that is like it and is not there)
MANIFESTS = {
    "pyproject.toml": (
        '[project]\ndependencies = ["Requests_Cache[redis]>=1.0,<2 ; python_version > \'3\'"]\n',
        "requests-cache", ">=1.0,<2", "requests",
    ),
    "requirements-dev.txt": ("# tools\n-r base.txt\nPyYAML==6.0.1  # yaml\n", "pyyaml", "==6.0.1", "yaml"),
    "poetry/pyproject.toml": (
        '[tool.poetry.dependencies]\nhttpx = {version = "^0.27", extras = ["http2"]}\n', "httpx", "^0.27", "http2",
    ),
    "uv.lock": (
        '[[package]]\nname = "httpx"\nversion = "0.27.2"\n\n[[package]]\nname = "h11"\n', "httpx", "0.27.2", "http",
    ),
    "Cargo.lock": ('[[package]]\nname = "serde"\nversion = "1.0.200"\n', "serde", "1.0.200", "serde_json"),
    "Cargo.toml": (
        '[dependencies]\nserde = { version = "1.0", features = ["derive"] }\nlog = "0.4"\n', "serde", "1.0", "serd",
    ),
    "package.json": ('{"devDependencies": {"@types/node": "^20.1.0"}}', "@types/node", "^20.1.0", "node"),
    "package-lock.json": (
        '{"packages": {"": {}, "node_modules/left-pad": {"version": "1.3.0"}}}', "left-pad", "1.3.0", "left",
    ),
    "yarn.lock": ('"@babel/core@^7.0.0", "@babel/core@^7.1.0":\n  version "7.24.0"\n', "@babel/core", "7.24.0", "core"),
    "pnpm-lock.yaml": (
        "packages:\n\n  '@vue/core@3.4.1':\n    resolution: {}\n  lodash@4.17.21:\n", "@vue/core", "3.4.1", "vue",
    ),
    "go.mod": (
        "module example.com/m\n\nrequire (\n\tgithub.com/spf13/cobra v1.8.0 // indirect\n)\n",
        "github.com/spf13/cobra", "v1.8.0", "cobra",
    ),
    "pom.xml": (
        "<dependency><groupId>com.google.guava</groupId>\n<artifactId>guava</artifactId><version> 33.0\n</version>",
        "com.google.guava:guava", "33.0", "org.other:guava",
    ),
    "Directory.Packages.props": (
        '<Project>\n<PackageVersion Include="Shop.Sql" Version="6.0.2" />\n<PackageVersion Include="Shop" />\n',
        "shop.sql", "6.0.2", "Shop",
    ),
    "Pay.csproj": ("<PackageReference Version='1.2' Include='Shop.Pay'/>", "Shop.Pay", "1.2", "Pay"),
    "build.gradle.kts": ('implementation("com.squareup:okio:3.9.0")\n', "com.squareup:okio", "3.9.0", "okhttp"),
    "Gemfile": ("gem 'rails', '~> 7.1', '>= 7.1.2'\ngem \"puma\"\n", "rails", "~> 7.1, >= 7.1.2", "rail"),
    "Gemfile.lock": ("GEM\n  specs:\n    rails (7.1.3)\n      actionpack (= 7.1.3)\n", "rails", "7.1.3", "action"),
    "composer.json": ('{"require": {"monolog/monolog": "^3.0"}}', "monolog/monolog", "^3.0", "monolog"),
    "composer.lock": (
        '{"packages": [{"name": "monolog/monolog", "version": "3.5.0"}]}', "monolog/monolog", "3.5.0", "m/m",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_read(name: str, tmp_path: Path) -> None:
    text, package, version, other = MANIFESTS[name]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text, "utf-8")
    assert declared(tmp_path, package) == {name: version}
    assert declared(tmp_path, other) == {}


@pytest.mark.parametrize("name", MANIFESTS)
@pytest.mark.parametrize(
    "text", ["", "{", "[1, 2]", '{"packages": 3, "require": [1]}', "\x00\xff", "[" * 9_000, "x = 1\n"]
)
def test_a_broken_manifest_declares_nothing(name: str, text: str, tmp_path: Path) -> None:
    _, package, _, _ = MANIFESTS[name]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(f"{text}\n{package}\n", "latin-1")
    assert set(declared(tmp_path, package).values()) <= {"any version"}


def test_manifests_of_packages_inside_are_found_and_those_of_others_are_not(tmp_path: Path) -> None:
    for place in (
        "package.json",
        "packages/a/package.json",
        "node_modules/b/package.json",
        ".hidden/package.json",
        "a b/go.mod",
    ):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("{}", "utf-8")
    (tmp_path / "link").symlink_to("/")
    assert found_manifests(tmp_path) == ["package.json", "packages/a/package.json"]


def test_what_several_manifests_say_fits_an_observation(tmp_path: Path) -> None:
    for number in range(40):
        folder = tmp_path / f"packages/with-a-long-name-{number}"
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"dependencies": {"left-pad": "^1.0.0"}}', "utf-8")
    tree = Tree(tmp_path, git=False)
    value = tree.noted("dep:left-pad")
    assert len(observed(value).words) <= LONGEST_WORDS
    assert tree.checked("dep:left-pad", value).state == "holds"
    tree.change("packages/with-a-long-name-0/package.json", "1.0.0", "2.0.0")
    assert tree.checked("dep:left-pad", value).state == "changed"


def test_a_dependency_is_followed_through_its_versions(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "tree", git=False)
    tree.write("pyproject.toml", '[project]\ndependencies = ["httpx>=0.26"]\n')
    tree.write("uv.lock", '[[package]]\nname = "httpx"\nversion = "0.26.0"\n')
    value = tree.noted("dep:httpx")
    tree.write("pyproject.toml", '[project]\n# the client\ndependencies = [\n  "httpx >=0.26",\n]\n')
    assert tree.checked("dep:httpx", value).state == "holds"
    tree.change("uv.lock", "0.26.0", "0.27.2")
    told_now = tree.checked("dep:httpx", value)
    assert (told_now.state, told_now.detail) == ("changed", "uv.lock: 0.26.0 -> 0.27.2")
    tree.write("pyproject.toml", "[project]\n")
    tree.write("uv.lock", "")
    assert tree.checked("dep:httpx", value)[1:] == ("gone", "", "no manifest declares it any more")


def test_a_difference_names_what_came_and_what_went() -> None:
    before = told({"a/package.json": "^1", "b/package.json": "^1", "c/package.json": "^1"})
    now = {"b/package.json": "^2", "c/package.json": "^2", "d/package.json": "^1"}
    assert difference(before, now) == "a/package.json: ^1 -> nothing; b/package.json: ^1 -> ^2 and 2 more"
