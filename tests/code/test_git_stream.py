"""What git prints comes in parts, however the pieces that are read fall."""

import io

import pytest

from oldhand.code import git


@pytest.mark.parametrize("separator", [b"\0", b"\n"])
@pytest.mark.parametrize("parts", [[], [b"a"], [b"", b"a", b"", b"b"], [b"x" * 200_000, b"", b"y" * 65_535, b"z"]])
def test_parts_are_whole_whatever_their_length(parts: list[bytes], separator: bytes) -> None:
    printed = b"".join(part + separator for part in parts)
    assert list(git._parts(io.BytesIO(printed), separator)) == parts
