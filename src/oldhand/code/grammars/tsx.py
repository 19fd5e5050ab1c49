"""TypeScript with markup."""

from oldhand.code.grammars.typescript import GRAMMAR as _TYPESCRIPT
from oldhand.code.grammars.typescript import MARKUP

GRAMMAR = _TYPESCRIPT._replace(function="language_tsx", query=f"{_TYPESCRIPT.query}\n{MARKUP}")
