"""The Python surface: `import oldhand; m = oldhand.open(); m.remember(...)`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from oldhand.errors import UnknownOperation
from oldhand.operation import call, find, named, places
from oldhand.surfaces.environment import open_memory


class OpenMemory:
    """A memory opened by a program: every operation is a method with the operation's arguments.

    Positional arguments follow the operation's own order; the reply is its record. Use it in `with`,
    or close it.
    """

    def __init__(self, folder: str | Path = "", *, actor: str = "", trust: str = "agent") -> None:
        self._memory = open_memory("python", folder=str(folder), actor=actor, trust=trust)

    def __enter__(self) -> "OpenMemory":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._memory.close()

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Run the operation called `name`."""
        return call(self._memory, name, arguments)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        try:
            operation = find(named(name.rstrip("_")))
        except UnknownOperation as error:
            raise AttributeError(str(error)) from None

        def run(*positional: Any, **arguments: Any) -> Any:
            names = [parameter.name for parameter in operation.parameters if parameter.positional]
            if len(positional) > len(names):
                raise TypeError(f"{operation.name} takes at most {len(names)} positional arguments: {', '.join(names)}")
            named = {name.removesuffix("_"): value for name, value in arguments.items()}  # from_ is Python's `from`
            return call(self._memory, operation.name, dict(zip(names, positional, strict=False)) | named)

        run.__name__ = operation.name
        run.__doc__ = operation.description
        return run

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *places()]
