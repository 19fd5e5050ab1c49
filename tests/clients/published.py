"""What the hosts that cannot be run here publish of themselves: their settings and what they hand to hooks.

Claude Code and Codex run in `tests/hosts`. Of the others the reference is named here: their documentation, the types
they ship for plugins, or their program, with its version or the time at which it was read. Nothing of them is copied:
settings are held to rules (`test_published_settings.py`), and payloads are our own words in the published form
(`tests/hooks/test_published_payloads.py`).
"""

from typing import NamedTuple


class Published(NamedTuple):
    """Where a host says what we rely on. seen: the version or time; servers, hooks: addresses (empty: it has none)."""

    seen: str
    servers: str
    hooks: str


PUBLISHED: dict[str, Published] = {
    "gemini": Published(
        "Gemini CLI 0.61.0 and the documentation in its package",
        "https://geminicli.com/docs/tools/mcp-server",
        "https://geminicli.com/docs/hooks/reference",
    ),
    "cursor": Published(
        "documentation of June to October 2026",
        "https://cursor.com/docs/context/mcp",
        "https://cursor.com/docs/agent/hooks",
    ),
    "vscode": Published(
        "documentation of June to October 2026 (hooks are a preview)",
        "https://code.visualstudio.com/docs/copilot/reference/mcp-configuration",
        "https://code.visualstudio.com/docs/agents/reference/hooks-reference",
    ),
    "copilot": Published(
        "Copilot CLI 1.0.102, its program, as far as it runs offline",
        "https://docs.github.com/en/copilot/how-tos/copilot-cli",
        "https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-hooks-reference",
    ),
    "opencode": Published(
        "OpenCode 1.18.33 and the types of @opencode-ai/plugin",
        "https://opencode.ai/docs/mcp-servers",
        "https://opencode.ai/docs/plugins",
    ),
    "amp": Published(
        "Amp 0.0.1790712063 and the types of @ampcode/plugin",
        "https://ampcode.com/manual",
        "https://ampcode.com/manual/plugin-api",
    ),
    "zed": Published("documentation of June to October 2026", "https://zed.dev/docs/ai/mcp", ""),
    "cline": Published(
        "Cline 3.0.65 and its documentation",
        "https://docs.cline.bot/mcp/configuring-mcp-servers",
        "https://docs.cline.bot/features/hooks/hook-reference",
    ),
    "devin": Published(
        "documentation of Devin Desktop (Windsurf) of June to October 2026",
        "https://docs.windsurf.com/windsurf/cascade/mcp",
        "https://docs.windsurf.com/windsurf/cascade/hooks",
    ),
}
