"""A command class that rejects empty arguments."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand


class Command(TyperCommand):
    """A command that rejects empty arguments and empty values of options without an empty default."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse `args`. Raises BadParameter for an empty value, which is usually an unset shell variable."""
        if "" in args or any(a.endswith("=") and a.startswith("--") for a in args):
            values, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            parameters: list[Any] = list(self.get_params(ctx))
            for param in parameters:
                value = values.get(param.name or "")
                default = param.default if not callable(param.default) else None
                is_empty = value == "" or (isinstance(value, (list, tuple)) and "" in value)
                is_allowed = default == "" or (isinstance(default, tuple) and "" in default)
                if is_empty and not is_allowed:
                    raise typer.BadParameter(
                        "the value is an empty text; check that the variables of your script are set",
                        ctx=ctx,
                        param=param,
                    )
        return super().parse_args(ctx, args)
