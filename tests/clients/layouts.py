"""Texts of settings files as people and programs leave them: every layout that an edit must leave as it is."""

LAYOUTS: dict[str, str] = {
    "two spaces": '{\n  "theme": "dark",\n  "list": [1, 2]\n}\n',
    "four spaces": '{\n    "theme": "dark",\n    "deep": {\n        "a": {"b": 1}\n    }\n}\n',
    "tabs": '{\n\t"theme": "dark",\n\t"deep": {\n\t\t"a": 1\n\t}\n}\n',
    "windows": '{\r\n  "theme": "dark",\r\n  "n": 1.50\r\n}\r\n',
    "no final newline": '{\n  "theme": "dark"\n}',
    "one line": '{"theme": "dark", "n": 1}',
    "tight": '{"theme":"dark","n":1,"l":[]}',
    "a byte order mark": '\ufeff{\n  "theme": "dark"\n}\n',
    "comments everywhere": """// head
{ // open
  /* before */ "theme": "dark", // after
  // alone
  "n": 1 // last
  /* tail */
}
// foot
""",
    "comments inside": '{\n  "deep": { // a\n    "b": [1, /* c */ 2, ],\n  }\n}\n',
    "a trailing comma": '{\n  "theme": "dark",\n}\n',
    "a comma on its own line": '{\n  "theme": "dark"\n  , "n": 1\n}\n',
    "brackets with the values": '{ "theme": "dark",\n  "n": 1 }\n',
    "an empty object": "{}",
    "an empty object over lines": "{\n}\n",
    "an empty object with a comment": "{\n  // nothing yet\n}\n",
    "blank lines": '\n\n{\n\n  "theme": "dark"\n\n\n}\n\n\n',
    "servers of others": """{
  "mcpServers": {
    "a": {"command": "a"}
  },
  "servers": {"b": {"command": "b"}},
  "mcp": {}, "context_servers": {
  }, "amp.mcpServers": {"c": {"url": "https://c.example"}}
}
""",
    "hooks of others": """{
  "hooks": {
    "PreToolUse": [
      {"matcher": "Bash", "hooks": [{"type": "command", "command": "true"}]}
    ],
    "Stop": [],
    "SessionStart": [{"hooks": [{"type": "command", "command": "echo \\"{\\" # //"}]}, ]
  }
}
""",
    "names twice": '{\n  "mcpServers": {"a": {"command": "a"}},\n  "mcpServers": {"b": {"command": "b"}}\n}\n',
    "odd names": '{\n  "": 0, "\\u0061": 1, "ключ": "значение 🙂", "\\"}{": "]"\n}\n',
    "large and odd numbers": '{\n  "big": 123456789012345678901234567890, "e": -1.5E+300, "z": -0\n}\n',
    "deny rules": """{
  "permissions": {
    "deny": ["Read(./.env)", "Bash(rm:*)"]
  },
  "disableAllHooks": false
}
""",
}
EMPTY: dict[str, str] = {
    "nothing at all": "",
    "blanks alone": " \n\t\n",
    "comments alone": "// later\n",
    "a comment without a line end": "/* a */",
    "a byte order mark alone": "\ufeff",
}
BROKEN: dict[str, tuple[str, int, int]] = {
    "half an object": ('{\n  "a": {\n', 2, 8),
    "no comma": ('{\n  "a": 1\n  "b": 2\n}', 3, 3),
    "a word": ('{"a": yes}', 1, 7),
    "no number": ('{"a": [NaN]}', 1, 8),
    "two values": ("{}\n{}", 2, 1),
    "a text without an end": ('{"a": "b\n"}', 1, 9),
    "no colon": ('{"a" 1}', 1, 6),
    "a comma too many": ('{"a": 1,, "b": 2}', 1, 9),
    "a comment without an end": ("{ /* a", 1, 3),
    "a name without quotes": ("{a: 1}", 1, 2),
    "no value": ('{"a": }', 1, 7),
    "a zero byte": ('{"a": "\0"}', 1, 8),
    "a fault deep inside": ('{"a": {"b": [1,\n {"c" 2}]}}', 2, 7),
}
TOML: dict[str, str] = {
    "plain": 'model = "x"\n',
    "comments": '# mine\nmodel = "x" # why\n\n[mcp_servers.a] # theirs\ncommand = \'a\' # a\n# end',
    "windows": 'model = "x"\r\n[a]\r\nb = 1\r\n',
    "no final newline": "[mcp_servers]\n[mcp_servers.a]\ncommand = \"a\"",
    "a byte order mark": '\ufeffmodel = "x"\n',
    "many lines": 'note = """\n[mcp_servers.oldhand]\ncommand = "no"\n"""\n',
    "lists of tables": '[[a.b]]\nc = 1\n[[a.b]]\nc = 2\n\n\n',
    "dotted": 'mcp_servers.a.command = "a"\n',
    "dates and numbers": "d = 2026-01-02T03:04:05Z\nn = 1_000.5e3\ninf = +inf\n",
    "nothing at all": "", "a comment alone": "# later\n", "blank lines": "\n\n",
}  # fmt: skip
