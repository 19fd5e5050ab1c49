"""The languages that are parsed: one declaration a language, loaded when it is first needed."""

from importlib import import_module

from oldhand.code.grammars.grammar import Grammar

_MODULES = {
    "python": "oldhand.code.grammars.python",
    "typescript": "oldhand.code.grammars.typescript",
    "tsx": "oldhand.code.grammars.tsx",
    "javascript": "oldhand.code.grammars.javascript",
    "go": "oldhand.code.grammars.go",
    "rust": "oldhand.code.grammars.rust",
    "java": "oldhand.code.grammars.java",
    "c": "oldhand.code.grammars.c",
    "cpp": "oldhand.code.grammars.cpp",
    "csharp": "oldhand.code.grammars.csharp",
    "ruby": "oldhand.code.grammars.ruby",
    "php": "oldhand.code.grammars.php",
    "kotlin": "oldhand.code.grammars.kotlin",
    "swift": "oldhand.code.grammars.swift",
    "bash": "oldhand.code.grammars.bash",
    "sql": "oldhand.code.grammars.sql",
}


def grammar_of(language: str) -> Grammar | None:
    """The declaration of a language, None when there is none."""
    module = _MODULES.get(language)
    if module is None:
        return None
    declared = import_module(module).GRAMMAR
    assert isinstance(declared, Grammar)
    return declared
