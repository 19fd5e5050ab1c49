"""Cues that nobody's memory answers: gibberish made by seed, and small talk. All of it is our own."""

import random

LATIN, CYRILLIC = "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя"
ROWS = ("qwertyuiop", "asdfghjkl;'", "zxcvbnm,./", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю.")  # of keyboards
SHORTEST, LONGEST = 4, 10  # letters of a made-up word: shorter ones are often words after all
MOST_WORDS = 9  # of a cue


def gibberish(count: int, chosen: random.Random) -> list[str]:
    """So many cues without meaning: random letters, keyboard mash, strings of digits, mixed; English and Russian."""
    return [" ".join(_sort(at, chosen) for _ in range(chosen.randint(1, MOST_WORDS))) for at in range(count)]


def _sort(at: int, chosen: random.Random) -> str:
    """One word: cues take turns with the sorts, so that a small sample has each."""
    size = chosen.randint(SHORTEST, LONGEST)
    sort = at % 5
    if sort == 0:
        return "".join(chosen.choices(LATIN, k=size))
    if sort == 1:
        return "".join(chosen.choices(CYRILLIC, k=size))
    if sort == 4:
        return "".join(chosen.choices("0123456789abcdef", k=size))
    row = chosen.choice(ROWS[:3] if sort == 2 else ROWS[3:])  # the hand stays in a row and slides along it
    start = chosen.randrange(len(row))
    return "".join(row[(start + chosen.randint(0, 3) + step // 2) % len(row)] for step in range(size))


SMALL_TALK = (
    "thanks, looks good", "ok do it", "yes", "no", "yes please", "go ahead", "sounds good to me", "great, continue",
    "hi", "hello there", "good morning", "how are you?", "what's up", "thank you so much!", "perfect", "awesome work",
    "lgtm", "ship it", "nice one", "hmm, let me think", "wait a second", "never mind", "sorry, my mistake", "oops",
    "please continue", "keep going", "stop", "try again", "one more time please", "are you sure?", "really?", "why not",
    "I don't know", "maybe later", "let's do that tomorrow", "that's fine", "not bad at all", "you are the best",
    "can you help me?", "what do you think?", "is it done yet?", "ok thanks, that's all for today", "good night",
    "haha", "cool cool cool", "just do what you think is best", "I trust you on this", "do the first one",
    "all of the above", "the second option please", "yep that works", "nope", "as you wish", "fair enough",
    "what would you like to do next?", "give me a minute", "back again", "did you get that?", "say that again?",
    "привет, как дела", "спасибо, отлично", "да", "нет", "давай", "хорошо, продолжай", "ок, делай", "доброе утро",
    "спасибо большое!", "супер", "класс, так держать", "подожди минуту", "не надо", "извини, ошибся", "попробуй ещё",
    "ты уверен?", "не знаю", "может быть потом", "как скажешь", "всё верно", "что думаешь?", "готово?", "до завтра",
    "добрый вечер, что нового?", "ну ладно", "первый вариант, пожалуйста", "продолжим завтра", "понял, спасибо",
)  # fmt: skip
"""What people say to an agent that no memory is an answer to."""
