"""A command class that rejects empty arguments, repeated options and two extractors."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand

from graphkit.extractors import FAST


class Command(TyperCommand):
    """A command that rejects empty arguments, and options that would be ignored."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse `args`.

        Raises BadParameter for an empty value, which is usually an unset shell variable, for a second value of an
        option that can have only one, and for --extractor together with --fast.
        """
        self._check_repeated(ctx, args)
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
        rest = super().parse_args(ctx, args)
        source = ctx.get_parameter_source("extractor")
        extractor = ctx.params.get("extractor", FAST)
        if ctx.params.get("fast") and extractor != FAST and source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"--fast cannot be combined with --extractor {extractor}", ctx=ctx)
        return rest

    def _check_repeated(self, ctx: Any, args: list[str]) -> None:
        """Raise BadParameter if an option has two values of which the first would be ignored."""
        given: list[Any] = self.make_parser(ctx).parse_args(args=list(args))[2]
        for param in given:
            is_single = param.param_type_name == "option" and not (param.is_flag or param.multiple)
            if is_single and given.count(param) > 1:
                raise typer.BadParameter("the option is given more than once", ctx=ctx, param=param)
