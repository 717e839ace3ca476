"""A check of all commands: no argument is an empty text."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand


class Command(TyperCommand):
    """A command that refuses empty arguments, and empty values of options that have no empty default."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)
        if "" in given or any(a.endswith("=") and a.startswith("--") for a in given):
            values, _, _ = self.make_parser(ctx).parse_args(args=list(given))
            parameters: list[Any] = list(self.get_params(ctx))
            for param in parameters:
                value = values.get(param.name or "")
                default = param.default if not callable(param.default) else None
                empty = value == "" or (isinstance(value, (list, tuple)) and "" in value)
                allowed = default == "" or (isinstance(default, tuple) and "" in default)
                if empty and not allowed:
                    raise typer.BadParameter("an empty text was given; is a variable of your script not set?", ctx=ctx, param=param)
        return super().parse_args(ctx, args)
