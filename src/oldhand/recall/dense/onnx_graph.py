"""The model as an ONNX graph in int8, built once from its weights.

Each matrix is quantised by the channel: every column of a weight matrix and every row of a table of
embeddings has a scale of its own. What flows between the layers is quantised when it is known, text
by text.
"""

from typing import TYPE_CHECKING, Any

from oldhand.recall.dense.catalog import KnownModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from oldhand.recall.dense.weights import Weights

    Floats = NDArray[np.float32]

# A number of its own for the way the graph is built: a graph of another number is built anew. Change
# it with anything below that changes the graph, and the name of the vectors too if they change.
GRAPH_FORMAT = 1
OPSET, IR_VERSION = 20, 9  # the first with Gelu, and the file format of that time: read by every later runtime
INPUT, OUTPUT = "pieces", "vector"
# Of a quantised weight, of 127 possible: processors without VNNI add two products of a byte and a weight
# in 16 bits, and 2 x 255 x 64 still fits there. So every machine makes the same vectors; measured
# against the weights in float32, the mean cosine falls from .994 to .992 and what is found does not change.
LARGEST = 64


def int8_graph(weights: "Weights", model: KnownModel) -> bytes:
    """The serialized graph: from `pieces` (int64, one text) to `vector` (float32, the mean of its places)."""
    return _Graph(weights, model).built()


class _Graph:
    """A graph in the making: nodes and constants."""

    def __init__(self, weights: "Weights", model: KnownModel) -> None:
        import onnx

        self._onnx, self._helper = onnx, onnx.helper
        self._weights, self._model = weights, model
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def built(self) -> bytes:
        """All of the model, from pieces to the vector."""
        import numpy as np

        numbers = np.int64
        self._shape("heads", [0, self._model.heads, self._model.dimensions // self._model.heads])
        self._shape("flat", [0, self._model.dimensions])
        self._constant("scale", np.float32((self._model.dimensions // self._model.heads) ** -0.5))
        self._constant("first", np.array([0], numbers))
        words = self._table("embeddings.word_embeddings.weight", INPUT)
        self._node("Shape", [INPUT], "length")
        positions = (
            self._weights["embeddings.position_embeddings.weight"]
            + (self._weights["embeddings.token_type_embeddings.weight"][0])
        )
        self._constant("positions", positions[: self._model.max_tokens])
        self._node("Slice", ["positions", "first", "length"], "places")
        self._node("Add", [words, "places"], "embedded")
        x = self._normed("embedded", "embeddings.LayerNorm")
        for layer in range(self._model.layers):
            x = self._layer(x, f"encoder.layer.{layer}.")
        self._node("ReduceMean", [x, "first"], OUTPUT, keepdims=0)
        return self._serialized()

    def _layer(self, x: str, name: str) -> str:
        import numpy as np

        parts = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{part}.weight"] for part in parts])
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        each = self._linear_of(x, f"{name}attention.self", weight, bias)
        heads = [f"{part}.heads" for part in parts]
        self._nodes.append(self._helper.make_node("Split", [each], parts, axis=1, num_outputs=3))
        for part, head, order in zip(parts, heads, ((1, 0, 2), (1, 2, 0), (1, 0, 2)), strict=True):
            self._node("Reshape", [part, "heads"], f"{part}.parted")
            self._node("Transpose", [f"{part}.parted"], head, perm=order)
        self._node("MatMul", heads[:2], f"{name}raw")
        self._node("Mul", [f"{name}raw", "scale"], f"{name}scores")
        self._node("Softmax", [f"{name}scores"], f"{name}shares", axis=-1)
        self._node("MatMul", [f"{name}shares", heads[2]], f"{name}seen")
        self._node("Transpose", [f"{name}seen"], f"{name}turned", perm=(1, 0, 2))
        self._node("Reshape", [f"{name}turned", "flat"], f"{name}joined")
        self._node("Add", [self._linear(f"{name}joined", f"{name}attention.output.dense"), x], f"{name}attended")
        x = self._normed(f"{name}attended", f"{name}attention.output.LayerNorm")
        self._node("Gelu", [self._linear(x, f"{name}intermediate.dense")], f"{name}wide")
        self._node("Add", [self._linear(f"{name}wide", f"{name}output.dense"), x], f"{name}out")
        return self._normed(f"{name}out", f"{name}output.LayerNorm")

    def _linear(self, x: str, name: str) -> str:
        return self._linear_of(x, name, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _linear_of(self, x: str, name: str, weight: "Floats", bias: "Floats") -> str:
        """A matrix product in integers: x is quantised as a whole, each column of the matrix for itself."""
        quantised, scales = _by_row(weight)
        self._constant(f"{name}.quantised", quantised.T)
        self._constant(f"{name}.scales", scales)
        self._constant(f"{name}.bias", bias)
        outputs = [f"{name}.{part}" for part in ("x", "x.scale", "x.zero")]
        self._nodes.append(self._helper.make_node("DynamicQuantizeLinear", [x], outputs))
        self._node("MatMulInteger", [outputs[0], f"{name}.quantised", outputs[2]], f"{name}.product")
        self._node("Cast", [f"{name}.product"], f"{name}.float", to=self._onnx.TensorProto.FLOAT)
        self._node("Mul", [outputs[1], f"{name}.scales"], f"{name}.scale")
        self._node("Mul", [f"{name}.float", f"{name}.scale"], f"{name}.scaled")
        return self._node("Add", [f"{name}.scaled", f"{name}.bias"], f"{name}.linear")

    def _table(self, name: str, rows: str) -> str:
        """Rows of a table of embeddings, each kept in int8 with its own scale."""
        quantised, scales = _by_row(self._weights[name])
        self._constant(f"{name}.quantised", quantised)
        self._constant(f"{name}.scales", scales[:, None])
        self._node("Gather", [f"{name}.quantised", rows], f"{name}.rows")
        self._node("Cast", [f"{name}.rows"], f"{name}.float", to=self._onnx.TensorProto.FLOAT)
        self._node("Gather", [f"{name}.scales", rows], f"{name}.scale")
        return self._node("Mul", [f"{name}.float", f"{name}.scale"], f"{name}.embedded")

    def _normed(self, x: str, name: str) -> str:
        for part in ("weight", "bias"):
            self._constant(f"{name}.{part}", self._weights[f"{name}.{part}"])
        said = [x, f"{name}.weight", f"{name}.bias"]
        return self._node("LayerNormalization", said, f"{name}.normed", axis=-1, epsilon=self._model.epsilon)

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self._nodes.append(self._helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _constant(self, name: str, value: Any) -> None:
        import numpy as np

        self._constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))

    def _shape(self, name: str, lengths: list[int]) -> None:
        import numpy as np

        self._constant(name, np.array(lengths, np.int64))

    def _serialized(self) -> bytes:
        helper, types = self._helper, self._onnx.TensorProto
        graph = helper.make_graph(
            self._nodes,
            self._model.name,
            [helper.make_tensor_value_info(INPUT, types.INT64, ["pieces"])],
            [helper.make_tensor_value_info(OUTPUT, types.FLOAT, [self._model.dimensions])],
            self._constants,
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        content: bytes = made.SerializeToString(deterministic=True)
        return content


def _by_row(matrix: "Floats") -> "tuple[NDArray[np.int8], Floats]":
    """A matrix as whole numbers and the scale of each row, which makes the largest of a row LARGEST."""
    import numpy as np

    scales = np.abs(matrix).max(axis=1) / np.float32(LARGEST)
    scales[scales == 0] = 1  # a row of zeros stays one
    return np.rint(matrix / scales[:, None]).astype(np.int8), scales.astype(np.float32)
