"""A stand-in for our hook: writes down what the host told it, and says its event's name.

The hosts run it; nothing imports it. Arguments: the file to append to, and the event.
"""

import json
import os
import sys

SPEAKING = ("SessionStart", "PreToolUse")

path, event = sys.argv[1:]
told = json.loads(sys.stdin.read())
line = json.dumps({"event": event, **told}) + "\n"
file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
os.write(file, line.encode())
os.close(file)
if event in SPEAKING:
    words = f"probe-{event}-{told.get('tool_name') or told.get('source')}"
    print(json.dumps({"hookSpecificOutput": {"hookEventName": event, "additionalContext": words}}))
elif event in ("Stop", "SubagentStop"):
    print("{}")
