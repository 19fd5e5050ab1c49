"""What to say of a text that should be lines of JSON and is none."""

OPENS = ("{", "[")  # how what is meant as JSON begins


def looks_like_a_name(text: str) -> bool:
    """Whether a text is one line that nobody meant as JSON: most likely the name of a file that holds the lines."""
    said = text.strip()
    return bool(said) and "\n" not in said and not said.startswith(OPENS)


def text_expected(command: str) -> str:
    """That the lines themselves are expected, and how the command is given those of a file."""
    return f"it is no JSON. The lines themselves are expected; those of a file go in with `oldhand {command} - < FILE`"
