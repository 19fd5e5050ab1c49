"""The harness's measures, worked out from the list of what was found."""


def score(ranked, gold):
    hits = [name in gold for name in ranked]
    said = {}
    for k in (1, 5, 10):
        said[f"recall@{k}"] = sum(hits[:k]) / len(gold)
        said[f"any@{k}"] = float(any(hits[:k]))
        said[f"all@{k}"] = float(sum(hits[:k]) == len(gold))
    said["mrr"] = next((1 / at for at, hit in enumerate(hits, 1) if hit), 0.0)
    return said
