"""Shell completion: one short script a shell, made from the registry."""

import sys

from oldhand.errors import BadInput, MissingArgument
from oldhand.operation import every
from oldhand.operations import GROUPS, WITHIN

SHELLS = ("bash", "zsh", "fish")


def main(words: list[str]) -> int:
    """Print the completion script for the shell named; `eval "$(oldhand completion bash)"` uses it."""
    if not words or words[0] in ("-h", "--help"):
        if words:
            sys.stdout.write(f"usage: oldhand completion {'|'.join(SHELLS)}\n\n{main.__doc__}\n")
            return 0
        raise MissingArgument("completion", "shell", f"one of {', '.join(SHELLS)}")
    if words[0] not in SHELLS:
        raise BadInput(f"There is no completion for '{words[0]}'; there is for {', '.join(SHELLS)}.")
    sys.stdout.write(script(words[0]))
    return 0


def script(shell: str) -> str:
    """The completion script for a shell."""
    commands = _commands()
    first = sorted({command[0] for command in commands} | {"mcp", "serve", "completion", "help"})
    second = {
        group: sorted(
            [command[1] for command in commands if len(command) > 1 and command[0] == group]
            + [name for name, around in WITHIN.items() if around == group]
        )
        for group in GROUPS
    }
    inner = "|".join(f'"{around} {name}"' for name, around in WITHIN.items())
    flags = {" ".join(command): sorted({"--json", "--folder", "--help", *flags}) for command, flags in commands.items()}
    if shell == "fish":
        lines = [f"complete -c oldhand -f -n __fish_use_subcommand -a '{' '.join(first)}'"]
        lines += [
            f"complete -c oldhand -f -n '__fish_seen_subcommand_from {command.split()[-1]}' -l {flag[2:]}"
            for command, found in flags.items() for flag in found
        ]  # fmt: skip
        return "\n".join(lines) + "\n"
    cases = "\n".join(f'    "{group}") words="{" ".join(names)}";;' for group, names in second.items() if names)
    options = "\n".join(f'    "{command}") words="{" ".join(found)}";;' for command, found in flags.items())
    body = f"""_oldhand() {{
  local here=${{COMP_WORDS[COMP_CWORD]}} words="" at=$COMP_CWORD one=${{COMP_WORDS[1]}} two=${{COMP_WORDS[2]}}
  if [ "$at" -gt 2 ]; then case "$one $two" in
    {inner}) one=$two; two=${{COMP_WORDS[3]}}; at=$((at - 1));;
  esac; fi
  if [ "$at" = 1 ]; then words="{" ".join(first)}"
  elif [ "$at" = 2 ] && [ "${{here#-}}" = "$here" ]; then case "$one" in
{cases}
  esac
  else case "$one" in
{options}
  esac
  if [ -z "$words" ]; then case "$one $two" in
{options}
  esac; fi; fi
  COMPREPLY=($(compgen -W "$words" -- "$here"))
}}
complete -o default -F _oldhand oldhand
"""
    return ("autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else "") + body


def _commands() -> dict[tuple[str, ...], list[str]]:
    """Every way to write a command, with its flags."""
    found: dict[tuple[str, ...], list[str]] = {}
    for operation in every():
        flags = [f"--{p.name.replace('_', '-')}" for p in operation.parameters if not p.positional]
        found[operation.command] = flags
        if len(operation.command) > 1 and operation.name == operation.command[-1]:
            found[operation.command[1:]] = flags
    return found
