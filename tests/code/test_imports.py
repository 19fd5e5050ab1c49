"""Imports lead to the files of the project that they mean, by the rules of each language."""

import pytest

from oldhand.code.imports import resolver
from oldhand.code.languages import language_of
from oldhand.code.project_files import MOST_FILES
from oldhand.code.syntax import parse
from oldhand.model.symbol import Import

FILES: dict[str, str] = {
    "src/shop/__init__.py": "", "src/shop/order.py": "", "src/shop/stock/__init__.py": "",
    "src/shop/stock/shelf.py": "",
    "src/shop/cli/main.py": "", "src/shop/cli/__init__.py": "", "tools/run.py": "", "tools/near.py": "", "top.py": "",
    "web/tsconfig.json": '{ // paths\n "compilerOptions": {"baseUrl": ".", "paths": {"@ui/*": ["src/ui/*"],}}, }',
    "web/src/app.ts": "", "web/src/ui/card.tsx": "", "web/src/ui/index.ts": "",
    "web/src/old.js": "", "web/src/new.ts": "",
    "packages/core/package.json": '{"name": "@shop/core", "main": "dist/main.js"}', "packages/core/src/main.ts": "",
    "packages/core/src/prices.ts": "", "packages/plain/package.json": '{"name": "plain"}',
    "packages/plain/index.js": "",
    "svc/go.mod": "module example.com/svc\n\ngo 1.22\n", "svc/main.go": "", "svc/store/a.go": "", "svc/store/b.go": "",
    "svc/store/a_test.go": "",
    "Cargo.toml": '[workspace]\nmembers = ["crates/*"]', "crates/core/Cargo.toml": '[package]\nname = "shop-core"',
    "crates/core/src/lib.rs": "", "crates/core/src/order.rs": "", "crates/core/src/order/line.rs": "",
    "crates/core/src/stock/mod.rs": "", "crates/cli/Cargo.toml": '[package]\nname = "cli"',
    "crates/cli/src/main.rs": "",
    "app/src/main/java/com/example/shop/Order.java": "", "app/src/main/java/com/example/shop/Line.java": "",
    "app/src/main/kotlin/com/example/util/Texts.kt": "", "app/src/main/java/com/example/Main.java": "",
    "Shop.Core/Models/Order.cs": "", "Shop.Core/Models/Line.cs": "", "Shop.Web/Program.cs": "",
    "lib/engine/include/engine/part.h": "", "lib/engine/part.cc": "", "lib/engine/local.h": "", "lib/other/local.h": "",
    "lib/shop.rb": "", "lib/shop/order.rb": "", "bin/start.rb": "",
    "composer.json": '{"autoload": {"psr-4": {"App\\\\": "php/src/"}}}', "php/src/Shop/Order.php": "",
    "php/src/boot.php": "", "php/old/Legacy/Thing.php": "", "php/src/index.php": "",
    "Sources/Engine/Part.swift": "", "Sources/Engine/Deep/Wheel.swift": "", "Sources/App/main.swift": "",
    "scripts/lib/log.sh": "", "scripts/run.sh": "", "scripts/common.sh": "",
}  # fmt: skip
LEADS: list[tuple[str, str, set[str]]] = [
    ("src/shop/order.py", "import shop.stock.shelf", {"src/shop/stock/shelf.py"}),
    ("src/shop/order.py", "from shop.stock import shelf", {"src/shop/stock/shelf.py"}),
    ("src/shop/order.py", "from shop.stock import Shelf", {"src/shop/stock/__init__.py"}),
    ("src/shop/order.py", "from shop.stock import shelf, Shelf", {"src/shop/stock/shelf.py",
     "src/shop/stock/__init__.py"}),
    ("src/shop/cli/main.py", "from .. import order", {"src/shop/order.py"}),
    ("src/shop/cli/main.py", "from ..stock.shelf import *", {"src/shop/stock/shelf.py"}),
    ("src/shop/cli/main.py", "from . import nothing", {"src/shop/cli/__init__.py"}),
    ("src/shop/cli/main.py", "from ....... import outside", set()),
    ("tools/run.py", "import near", {"tools/near.py"}),
    ("tools/run.py", "import top", {"top.py"}),
    ("tools/run.py", "import os, json", set()),
    ("web/src/app.ts", "import { a } from './ui/card'", {"web/src/ui/card.tsx"}),
    ("web/src/app.ts", "import a from './ui'", {"web/src/ui/index.ts"}),
    ("web/src/app.ts", "import a from './new.js'", {"web/src/new.ts"}),
    ("web/src/app.ts", "import a from './old.js'", {"web/src/old.js"}),
    ("web/src/app.ts", "export * from '@ui/card'", {"web/src/ui/card.tsx"}),
    ("web/src/app.ts", "import a from 'src/new'", {"web/src/new.ts"}),
    ("web/src/app.ts", "import a from '@shop/core'", {"packages/core/src/main.ts"}),
    ("web/src/app.ts", "import a from '@shop/core/prices'", {"packages/core/src/prices.ts"}),
    ("web/src/app.ts", "const a = require('plain')", {"packages/plain/index.js"}),
    ("web/src/app.ts", "import a from 'react'", set()),
    ("web/src/app.ts", "import a from '../../../../etc/passwd'", set()),
    ("svc/main.go", 'package main\nimport "example.com/svc/store"', {"svc/store/a.go", "svc/store/b.go"}),
    ("svc/main.go", 'package main\nimport "fmt"', set()),
    ("crates/core/src/lib.rs", "mod order;", {"crates/core/src/order.rs"}),
    ("crates/core/src/order.rs", "mod line;", {"crates/core/src/order/line.rs"}),
    ("crates/core/src/order.rs", "use crate::stock::{Shelf, self};", {"crates/core/src/stock/mod.rs"}),
    ("crates/core/src/stock/mod.rs", "use super::order::Order;", {"crates/core/src/order.rs"}),
    ("crates/cli/src/main.rs", "use shop_core::order::line::Line;", {"crates/core/src/order/line.rs"}),
    ("crates/cli/src/main.rs", "use shop_core::Order;", {"crates/core/src/lib.rs"}),
    ("crates/cli/src/main.rs", "use std::fmt;", set()),
    ("app/src/main/java/com/example/Main.java", "import com.example.shop.Order;",
     {"app/src/main/java/com/example/shop/Order.java"}),
    ("app/src/main/java/com/example/Main.java", "import static com.example.shop.Order.make;",
     {"app/src/main/java/com/example/shop/Order.java"}),
    ("app/src/main/java/com/example/Main.java", "import com.example.shop.*;",
     {"app/src/main/java/com/example/shop/Order.java", "app/src/main/java/com/example/shop/Line.java"}),
    ("app/src/main/java/com/example/Main.java", "import java.util.List;", set()),
    ("app/src/main/kotlin/com/example/util/Texts.kt", "import com.example.shop.Line\n",
     {"app/src/main/java/com/example/shop/Line.java"}),
    ("Shop.Web/Program.cs", "using Shop.Core.Models;", {"Shop.Core/Models/Order.cs", "Shop.Core/Models/Line.cs"}),
    ("Shop.Web/Program.cs", "using System;", set()),
    ("lib/engine/part.cc", '#include "local.h"', {"lib/engine/local.h"}),
    ("lib/engine/part.cc", "#include <engine/part.h>", {"lib/engine/include/engine/part.h"}),
    ("lib/engine/part.cc", "#include <local.h>", set()),
    ("bin/start.rb", "require 'shop/order'", {"lib/shop/order.rb"}),
    ("lib/shop.rb", "require_relative 'shop/order'", {"lib/shop/order.rb"}),
    ("lib/shop.rb", "require 'json'", set()),
    ("php/src/index.php", "<?php use App\\Shop\\Order;", {"php/src/Shop/Order.php"}),
    ("php/src/index.php", "<?php use Vendor\\Legacy\\Thing;", {"php/old/Legacy/Thing.php"}),
    ("php/src/index.php", "<?php require __DIR__ . '/boot.php';", {"php/src/boot.php"}),
    ("Sources/App/main.swift", "import Engine", {"Sources/Engine/Part.swift", "Sources/Engine/Deep/Wheel.swift"}),
    ("Sources/App/main.swift", "import Foundation", set()),
    ("scripts/run.sh", "source lib/log.sh", {"scripts/lib/log.sh"}),
    ("scripts/run.sh", '. "$(dirname "$0")/common.sh"', {"scripts/common.sh"}),
]  # fmt: skip


def manifest(path: str) -> bytes:
    """The bytes of one of the files."""
    return FILES[path].encode()


@pytest.mark.parametrize(("importer", "source", "leads"), LEADS, ids=[f"{i}: {s}" for i, s, _ in LEADS])
def test_an_import_leads_to_the_files_it_means(importer: str, source: str, leads: set[str]) -> None:
    language = language_of(importer)
    found = parse(language, source.encode())
    assert found is not None
    assert found.imports
    resolve = resolver(FILES, manifest)
    assert {path for one in found.imports for path in resolve(importer, language, one)} == leads


def test_a_file_never_leads_to_itself() -> None:
    assert resolver(FILES, manifest)("top.py", "python", Import("top", (), 1)) == []


def test_a_package_of_a_thousand_files_leads_to_a_bounded_number() -> None:
    paths = ["go.mod", *(f"big/f{number}.go" for number in range(1_000))]
    resolve = resolver(paths, lambda path: b"module m")
    assert len(resolve("main.go", "go", Import("m/big", (), 1))) == MOST_FILES


HOSTILE = [b"", b"\xff\xfe", b"{", b"[1, 2]", b'{"name": 7, "compilerOptions": 3}', b"[" * 100_000, None]


@pytest.mark.parametrize("content", HOSTILE, ids=lambda content: repr(content)[:20])
def test_a_manifest_that_makes_no_sense_leads_nowhere(content: bytes | None) -> None:
    paths = ["tsconfig.json", "package.json", "go.mod", "Cargo.toml", "composer.json", "a.ts", "a.go", "a.rs", "a.php"]
    resolve = resolver(paths, lambda path: content)
    for path, language in (("a.ts", "typescript"), ("a.go", "go"), ("a.rs", "rust"), ("a.php", "php")):
        for target in ("x/y", "x", "../../x", "", "@a/b", "crate::x", "/etc/passwd", "A\\B"):
            assert resolve(path, language, Import(target, ("Name",), 1)) == []


def test_configurations_that_extend_one_another_in_a_circle_end() -> None:
    texts = {"tsconfig.json": b'{"extends": "./b.json"}', "b.json": b'{"extends": "./tsconfig.json"}', "a.ts": b""}
    assert resolver(texts, texts.get)("a.ts", "typescript", Import("x", (), 1)) == []
