"""The weights of the router's signs, fitted on labelled messages: which sign says how much, and how well they tell.

Run: OLDHAND_EVAL=<folder with data/episodes> python -m benchmarks.router_weights [--write]

Only the messages that rules were made by take part (the parts "made" and "more" of router_labels.tsv); those of the
part "unseen" are neither read nor measured. The model is logistic regression with three classes and few ways to go
wrong: a sign speaks for its own class alone, no weight is below nothing, and every weight is drawn towards the one it
was written with (plain, strong, weak), so that a sign that was met twice keeps about what a person gave it. What is
printed are weights in the unit of a route's score. No word of a message is in them.
"""

import argparse
from math import exp
from pathlib import Path
from typing import NamedTuple

from oldhand.reasoning import routing_weights
from oldhand.reasoning.routing import ENGLISH, ENOUGH, READ, found
from oldhand.reasoning.routing_form import FORMS, forms
from oldhand.reasoning.routing_sign import HELP, PLAIN, STRONG, WEAK
from tests.reasoning.agreement import f1, macro_f1
from tests.reasoning.real_messages import labels, messages

KINDS = ("tactical", "decision", "learning")
FITTED_BY = ("made", "more")
# Logits that a sign is drawn towards. A plain one is about what outweighs the bias alone. Chosen by cross-validation
# among a handful (2.2 to 3.3, and a third more for strong); the figure moves by a hundredth between them.
PRIOR = {WEAK: 0.7, PLAIN: 3.0, STRONG: 4.0}
FORM = 0.4  # logits: a form alone says little
DRAWN = 5.0  # how strongly: as many messages as it takes to move a weight by about one
LOWERED = 0.3  # logits off the bias: the classes count alike in macro F1, and tactical messages are most
FOLDS = 8
STEPS = 400  # of gradient descent with momentum; the weights move by less than a hundredth after
FIRST_BIAS = 2.0

Key = tuple[str, str]  # class and name of a sign


class Case(NamedTuple):
    """A labelled message: its part, its class, and the signs it has with their share."""

    part: str
    kind: str
    digest: str
    signs: dict[Key, float]


class Fit(NamedTuple):
    """The weights in logits, and the bias towards tactical."""

    weights: dict[Key, float]
    bias: float


def main() -> None:
    """Fit, tell how well, and write the table where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the weights into routing_weights.py")
    cases = read()
    print("cross-validated:", *told(answered(cases)), sep="\n  ")
    text = table(fitted(cases))
    if parser.parse_args().write:
        Path(routing_weights.__file__).write_text(text, encoding="utf-8")
    else:
        print(text)


def read() -> list[Case]:
    """Every labelled message that may be fitted by."""
    texts = messages()
    return [
        Case(label.part, label.kind, label.digest, shares(texts[label.set, label.id]))
        for label in labels()
        if label.part in FITTED_BY
    ]


def shares(text: str) -> dict[Key, float]:
    """The signs of a message: 1, or a half where they come late only."""
    have: dict[Key, float] = {}
    for sign, early, _ in found(text, ENGLISH):
        if sign.kind != HELP:
            have[sign.kind, sign.name] = max(have.get((sign.kind, sign.name), 0.0), 1.0 if early else 0.5)
    return have | {(form.kind, form.name): 1.0 for form in forms(text[:READ])}


def priors() -> dict[Key, float]:
    """What each sign is drawn towards."""
    signs = {(sign.kind, sign.name): PRIOR[sign.weight] for sign in ENGLISH if sign.kind != HELP}
    return signs | {(form.kind, form.name): FORM for form in FORMS}


def fitted(cases: list[Case]) -> Fit:
    """Gradient descent with momentum; the same cases always give the same weights."""
    drawn_to = priors()
    weights, moved = dict(drawn_to), dict.fromkeys(drawn_to, 0.0)
    bias, bias_moved = FIRST_BIAS, 0.0
    for _ in range(STEPS):
        slope = {key: DRAWN * (weight - drawn_to[key]) / len(cases) for key, weight in weights.items()}
        bias_slope = 0.0
        for case in cases:
            chances = _chances(case.signs, Fit(weights, bias))
            off = {kind: (chances[kind] - (case.kind == kind)) / len(cases) for kind in KINDS}
            bias_slope += off["tactical"]
            for key, share in case.signs.items():
                slope[key] += off[key[0]] * share
        for key in weights:
            moved[key] = 0.9 * moved[key] + slope[key]
            weights[key] = max(weights[key] - 0.5 * moved[key], 0.0)
        bias_moved = 0.9 * bias_moved + bias_slope
        bias -= 0.5 * bias_moved
    return Fit(weights, bias - LOWERED)


def _logits(signs: dict[Key, float], fit: Fit) -> dict[str, float]:
    logits = {"tactical": fit.bias, "decision": 0.0, "learning": 0.0}
    for key, share in signs.items():
        logits[key[0]] += share * fit.weights[key]
    return logits


def _chances(signs: dict[Key, float], fit: Fit) -> dict[str, float]:
    logits = _logits(signs, fit)
    highest = max(logits.values())
    raised = {kind: exp(logit - highest) for kind, logit in logits.items()}
    return {kind: one / sum(raised.values()) for kind, one in raised.items()}


def answered(cases: list[Case]) -> list[tuple[Case, str]]:
    """Each message with the answer of weights that were fitted without it; folds are by digest."""
    answers = []
    for fold in range(FOLDS):
        fit = fitted([case for case in cases if int(case.digest[-6:], 16) % FOLDS != fold])
        for case in cases:
            if int(case.digest[-6:], 16) % FOLDS == fold:
                logits = _logits(case.signs, fit)
                answers.append((case, max(KINDS, key=lambda kind: logits[kind])))
    return answers


def told(answers: list[tuple[Case, str]]) -> list[str]:
    """The figures of each part, one line each."""
    lines = []
    for part in FITTED_BY:
        pairs = [(case.kind, answer) for case, answer in answers if case.part == part]
        each = ", ".join(f"{kind} {f1(pairs, kind):.2f}" for kind in KINDS)
        lines.append(f"{part}: {len(pairs)} messages, macro F1 {macro_f1(pairs):.3f}; {each}")
    return lines


def table(fit: Fit) -> str:
    """The module that holds the weights, in the unit in which the bias is ENOUGH."""
    unit = ENOUGH / fit.bias
    lines = [
        f'    ("{kind}", "{name}"): {round(fit.weights[kind, name] * unit)},' for kind, name in sorted(fit.weights)
    ]
    return "\n".join((HEAD, "WEIGHTS: dict[tuple[str, str], int] = {", *lines, "}", ""))


HEAD = '''"""What each sign of the router weighs, in ten-thousandths; benchmarks/router_weights.py fits and writes them.

A sign speaks for its class, a tactical one against both others. One that weighs nothing says nothing.
"""
'''

if __name__ == "__main__":
    main()
