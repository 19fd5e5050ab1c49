"""What hosts hand to an agent as if somebody had typed it: notices, reminders, instructions. Nobody's word.

Hooks read this at a prompt: it imports nothing. The readers of transcripts and the drainer of the spool use the same.
"""

CLAUDE = ("<task-notification>", "<system-reminder>", "<teammate-message", "<user-memory-input>")
CODEX = (
    "<environment_context>", "<user_instructions>", "# AGENTS.md instructions", "<permissions instructions>",
    "<turn_aborted>", "<INSTRUCTIONS>", "<skill>", "<subagent_notification>", "<collaboration_mode>", "<hook_prompt",
    "<user_shell_command>", "<model_switch>", "<personality_spec>",
)  # fmt: skip
COPILOT = ("<system_notification", "<system_reminder", "<reminder>")
GEMINI = ("<session_context>",)
HOSTS = (*CLAUDE, *CODEX, *COPILOT, *GEMINI)  # one host runs another's hooks, so none is asked by its name
_REMINDER = ("<system-reminder>", "</system-reminder>")


def by_host(text: str) -> bool:
    """Whether a prompt says only what a host put in."""
    said = without_reminders(text).strip()
    return not said or said.startswith(HOSTS)


def without_reminders(text: str) -> str:
    """A text without what the host put between its own marks. A mark that is never closed is left as it is."""
    opened, closed = _REMINDER
    if opened not in text:
        return text
    kept, at = [], 0
    while (start := text.find(opened, at)) >= 0:
        end = text.find(closed, start)
        if end < 0:
            break
        kept.append(text[at:start])
        at = end + len(closed)
    return "".join([*kept, text[at:]])
