"""How fast the local model makes vectors, by each runtime, beside torch: a Markdown table on standard output.

    python -m benchmarks.recall.encoding --home HOME [--torch-python PATH]

HOME is a person's folder in which `oldhand model install` has put the model. Each runtime is measured
in a process of its own. PATH is a Python that can import torch; without it there is no row for torch.
The texts are the paragraphs of this repository's own documents.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
SEED = 20_261_120  # of the order of the texts
SHORT_TEXTS, LONG_TEXTS = 600, 64
SHORT_WORDS, LONG_WORDS = 16, 200  # about 22 and 256 pieces, the most that a vector has
SINGLE_RUNS = 200  # queries, one at a time
THREADS = 2  # that the runtimes may use for many texts
TORCH_BATCH = 32  # texts; the size that sentence-transformers uses when nothing is said
# What BLAS libraries read when they are loaded: with more threads than free cores they wait for each other.
SINGLE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ROWS = ("onnx", "numpy", "torch")
TITLES = {"onnx": "onnxruntime int8", "numpy": "numpy float32", "torch": "torch float32"}
HEAD = (
    "runtime",
    "import + load s",
    "query p50 ms",
    "query p95 ms",
    "short texts/s",
    "long texts/s",
    "processor ms a short text",
    "memory MB",
)

Encode = Callable[[Sequence[str]], Any]


def texts() -> tuple[list[str], list[str]]:
    """Short and long texts: so many words in a row of the documents, always the same ones."""
    documents = [*sorted((REPOSITORY / "docs").rglob("*.md")), REPOSITORY / "README.md"]
    words = [word for path in documents for word in path.read_text(encoding="utf-8").split()]
    draw = random.Random(SEED)

    def some(count: int, length: int) -> list[str]:
        starts = [draw.randrange(len(words) - length) for _ in range(count)]
        return [" ".join(words[start : start + length]) for start in starts]

    return some(SHORT_TEXTS, SHORT_WORDS), some(LONG_TEXTS, LONG_WORDS)


def loaded(runtime: str, home: Path) -> tuple[Encode, Encode]:
    """What encodes one text, and what encodes many, with as many threads as each may use."""
    from oldhand.recall.dense.catalog import MINILM
    from oldhand.recall.dense.wordpiece import WordPiece

    folder = home / "models" / MINILM.name
    weights = folder / MINILM.weights.name
    tokenizer = WordPiece.read((folder / MINILM.tokenizer.name).read_bytes(), MINILM.max_tokens, MINILM.name)
    if runtime == "torch":
        return torch_encoders(weights, tokenizer.pieces)
    if runtime == "numpy":
        from oldhand.recall.dense.numpy_model import NumpyEncoder

        exact = NumpyEncoder(weights, tokenizer, MINILM)
        return exact.encode, exact.encode
    from oldhand.recall.dense.installing import local_encoder

    encoder = local_encoder(home)
    if "int8" not in encoder.name:
        raise SystemExit(
            "The int8 graph is not there: run `oldhand model install` with onnxruntime and onnx installed."
        )
    return encoder.encode, encoder.encode


def torch_encoders(weights: Path, pieces: Callable[[str], list[int]]) -> tuple[Encode, Encode]:
    """The same model in torch, with its fused attention: one text with one thread, many in batches with THREADS."""
    import torch
    from torch.nn import functional

    from oldhand.recall.dense.catalog import MINILM
    from oldhand.recall.dense.weights import read_weights

    tensors = {name: torch.from_numpy(array.copy()) for name, array in read_weights(weights, MINILM.name).items()}
    width = (MINILM.dimensions,)

    def linear(x: Any, name: str) -> Any:
        return functional.linear(x, tensors[f"{name}.weight"], tensors[f"{name}.bias"])

    def normed(x: Any, name: str) -> Any:
        return functional.layer_norm(x, width, tensors[f"{name}.weight"], tensors[f"{name}.bias"], MINILM.epsilon)

    def forward(batch: list[list[int]]) -> Any:
        longest = max(map(len, batch))
        numbers = torch.tensor([[*one, *[0] * (longest - len(one))] for one in batch])
        held = torch.tensor([[True] * len(one) + [False] * (longest - len(one)) for one in batch])
        tables = [tensors[f"embeddings.{table}_embeddings.weight"] for table in ("word", "position", "token_type")]
        x = normed(tables[0][numbers] + tables[1][:longest] + tables[2][0], "embeddings.LayerNorm")
        for layer in range(MINILM.layers):
            name = f"encoder.layer.{layer}"
            parted = [
                linear(x, f"{name}.attention.self.{part}").view(len(batch), longest, MINILM.heads, -1).transpose(1, 2)
                for part in ("query", "key", "value")
            ]
            seen = functional.scaled_dot_product_attention(*parted, attn_mask=held[:, None, None, :])
            seen = seen.transpose(1, 2).reshape(len(batch), longest, -1)
            x = normed(linear(seen, f"{name}.attention.output.dense") + x, f"{name}.attention.output.LayerNorm")
            wide = functional.gelu(linear(x, f"{name}.intermediate.dense"))
            x = normed(linear(wide, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")
        kept = held[:, :, None].float()
        return functional.normalize((x * kept).sum(1) / kept.sum(1))

    def encode(given: Sequence[str], threads: int) -> Any:
        torch.set_num_threads(threads)
        ready = sorted((pieces(text) for text in given), key=len)
        with torch.inference_mode():
            return [forward(ready[at : at + TORCH_BATCH]) for at in range(0, len(ready), TORCH_BATCH)]

    return lambda given: encode(given, 1), lambda given: encode(given, THREADS)


def measured(runtime: str, home: Path) -> dict[str, float]:
    """The figures of one runtime, in this process."""
    started = time.perf_counter()
    one, many = loaded(runtime, home)
    one(["a first text"])
    figures = {"load": time.perf_counter() - started}
    short, long = texts()
    singles = sorted(seconds(one, [text]) for text in short[:SINGLE_RUNS])
    figures["p50"] = singles[len(singles) // 2] * 1000
    figures["p95"] = singles[len(singles) * 95 // 100] * 1000
    busy = time.process_time()
    figures["short"] = len(short) / seconds(many, short)
    figures["processor"] = (time.process_time() - busy) / len(short) * 1000
    figures["long"] = len(long) / seconds(many, long)
    import resource

    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 20 if sys.platform == "darwin" else 1 << 10
    )
    return figures


def seconds(encode: Encode, given: Sequence[str]) -> float:
    """How long it takes to encode these texts."""
    started = time.perf_counter()
    encode(given)
    return time.perf_counter() - started


def in_a_process(runtime: str, home: Path, python: str) -> dict[str, float]:
    """The figures of one runtime, in a process that does nothing else."""
    threads = {} if runtime == "torch" else SINGLE_THREAD  # torch is told its threads by a call
    done = subprocess.run(
        [python, str(Path(__file__)), "--home", str(home), "--only", runtime], check=True, stdout=subprocess.PIPE,
        env={**os.environ, **threads, "PYTHONPATH": str(REPOSITORY / "src")},
    )  # fmt: skip
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def row(runtime: str, figures: dict[str, float]) -> str:
    """One line of the table."""
    cells = [
        TITLES[runtime], f"{figures['load']:.2f}", f"{figures['p50']:.1f}", f"{figures['p95']:.1f}",
        f"{figures['short']:.0f}", f"{figures['long']:.0f}", f"{figures['processor']:.1f}", f"{figures['memory']:.0f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure what the arguments ask for and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="the person's folder that holds the model")
    parser.add_argument("--torch-python", default="", help="a Python that can import torch and numpy")
    parser.add_argument("--only", choices=ROWS, help="measure this runtime in this very process and print JSON")
    given = parser.parse_args()
    home = given.home.absolute()
    if given.only:
        print(json.dumps(measured(given.only, home)))
        return
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    for runtime in ROWS:
        python = given.torch_python if runtime == "torch" else sys.executable
        if python:
            print(row(runtime, in_a_process(runtime, home, python)), flush=True)


if __name__ == "__main__":
    main()
