# wording.py
PLURALS = {"box": "boxes"}


def plural(word, count):
    if count == 1:
        return f"1 {word}"
    return f"{count} {PLURALS.get(word, word + 's')}"
