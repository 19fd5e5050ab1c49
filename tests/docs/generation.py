"""The generator of the reference pages, imported from docs/reference, which is no package."""

import importlib.util
import sys
from types import ModuleType

from tests.docs.pages import DOCS


def loaded(name: str) -> ModuleType:
    """A script of docs/reference as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_reference_{name}", DOCS / "reference" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


examples = loaded("examples")
generate = loaded("generate")
