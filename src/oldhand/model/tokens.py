"""How many tokens a text costs a model, estimated without a tokenizer.

Four ASCII characters make about one token of code and prose in the tokenizers of the large models;
of other scripts, about two characters. The estimate errs by up to a third either way; against what a host counts of
a session it is a third too low in the median, as reasoning and what hosts add are not in the texts (docs/SESSIONS.md).
"""

ASCII_PER_TOKEN = 4
OTHER_PER_TOKEN = 2


def estimate(text: str) -> int:
    """The estimated tokens of `text`, at least 1 for any text."""
    if text.isascii():
        return -(-len(text) // ASCII_PER_TOKEN)
    plain = len(text.encode("ascii", "ignore"))
    return -(-plain // ASCII_PER_TOKEN) + -(-(len(text) - plain) // OTHER_PER_TOKEN)
