"""The Typer application with all commands."""

from __future__ import annotations

import os

import typer

from graphkit.cli import (
    build,
    compare,
    doctor,
    evaluate,
    explain,
    explore,
    export,
    extract,
    inspect,
    load,
    phrases,
    query,
    remove,
    retry,
    review,
    serve,
    show,
    sparql,
    status,
    validate,
)
from graphkit.cli.arguments import Command
from graphkit.cli.console import VERSION_HELP, set_verbosity, show_version
from graphkit.cli.error_handling import DEBUG, guarded

app = typer.Typer(
    name="graphkit",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(epilog="First steps:  graphkit extract REPORT.txt   then   graphkit build REPORTS/ --graph graph")
def graphkit(
    quiet: bool = typer.Option(
        False, "--quiet", "-q", help="Print only results, warnings and errors, without progress and totals."
    ),
    verbose: bool = typer.Option(
        False,
        "--verbose",
        "-v",
        help="In the messages of extract, inspect, build and retry: list all inputs that were not read (without this "
        "option, long lists are shortened) and the ignored files (hidden files, files of the operating system and others; "
        "docs/formats.md lists them).",
    ),
    debug: bool = typer.Option(
        False,
        "--debug",
        help="If an error occurs, also print its Python traceback. The environment variable GRAPHKIT_DEBUG=1 has the same "
        "effect.",
    ),
    version: bool = typer.Option(False, "--version", help=VERSION_HELP, callback=show_version, is_eager=True),
) -> None:
    """Build a knowledge graph from Chinese official news reports, with a quote for every statement.

    The options of this page are written before the command: graphkit --quiet build REPORTS/. `graphkit COMMAND --help`
    describes the arguments and options of a command. Results are printed to standard output, messages to standard error.
    If the environment variable NO_COLOR is set, the output has no colours.

    Exit codes: 0 success; 1 some inputs were not read, `validate` found problems, or `doctor --repair` lost reports; 2
    usage error; 3 the operation, or a check of `doctor`, failed; 130 stopped by Ctrl-C.
    """
    if quiet and verbose:
        raise typer.BadParameter("--quiet and --verbose cannot be combined")
    if debug:
        os.environ[DEBUG] = "1"
    set_verbosity(quiet=quiet, verbose=verbose)


_EXAMPLES = {
    "extract": "Example:  graphkit extract examples/reports/*.txt --format jsonl",
    "inspect": "Example:  graphkit inspect examples/reports --format json",
    "explain": "Example:  graphkit explain examples/reports/01-city-tour.txt --sentence 2",
    "build": "Example:  graphkit build examples/reports --graph graph",
    "remove": "Example:  graphkit remove 01-city-tour --graph graph",
    "status": "Example:  graphkit status --graph graph --format json",
    "retry": "Example:  graphkit retry --graph graph",
    "show": "Example:  graphkit show examples/reports/01-city-tour.txt",
    "query": (
        "Example:  graphkit query 'MATCH (p:Person {name:$x})-[v:VISITED]->(s) RETURN s.name, v.evidence' "
        "--param x=林知远"
    ),
    "sparql": "Example:  graphkit sparql 'SELECT ?who ?where { ?who gk:visited ?where } LIMIT 10'",
    "explore": "Example:  graphkit explore --graph graph   or   graphkit explore --graph graph --port 0 --no-browser",
    "serve": "Example:  graphkit serve --graph graph   or   graphkit serve --base http://127.0.0.1:7576/",
    "export": "Example:  graphkit export --format graphml -o graph.graphml",
    "load neo4j": "Example:  NEO4J_PASSWORD=… graphkit load neo4j --uri bolt://localhost:7687 --graph graph",
    "load sparql": "Example:  graphkit load sparql http://localhost:3030/ds --graph graph",
    "phrases list": "Example:  graphkit phrases list --since 2024 --top 20 --graph graph",
    "phrases trend": "Example:  graphkit phrases trend 新质生产力 高质量发展 --by quarter --plot trend.svg",
    "phrases first": "Example:  graphkit phrases first 新质生产力 --by level",
    "phrases uses": "Example:  graphkit phrases uses 新质生产力 --voice leader --format csv > uses.csv",
    "phrases emerging": "Example:  graphkit phrases emerging --since 2023-09-01 --until 2023-12-31 --top 30",
    "phrases silent": "Example:  graphkit phrases silent --since 2025-01-01 --until 2025-06-30",
    "phrases tiers": "Example:  graphkit phrases tiers --year 2024 --format csv > tiers.csv",
    "phrases movers": "Example:  graphkit phrases movers --since 2024-01-01 --until 2024-03-31",
    "phrases spread": "Example:  graphkit phrases spread 新质生产力 --over places --plot spread.png",
    "phrases with": "Example:  graphkit phrases with 新质生产力 --top 20",
    "phrases wording": "Example:  graphkit phrases wording 全面深化改革 --plot wording.svg",
    "phrases intensity": "Example:  graphkit phrases intensity 新质生产力 --by quarter",
    "review": (
        "Example:  graphkit review --list --top 50 --format csv > undecided.csv   or   "
        "graphkit review --export decisions.jsonl"
    ),
    "validate": "Example:  graphkit validate --graph graph",
    "evaluate": "Example:  graphkit evaluate dev.gold.jsonl --reports dev.reports.jsonl",
    "compare": "Example:  graphkit compare offline fast examples/reports --format csv > differences.csv",
    "doctor": (
        "Example:  graphkit doctor --graph graph --neo4j bolt://localhost:7687   or   "
        "graphkit doctor --graph graph --repair"
    ),
}


for _module in (
    extract,
    inspect,
    explain,
    build,
    remove,
    status,
    retry,
    show,
    query,
    sparql,
    explore,
    serve,
    export,
    validate,
    review,
    evaluate,
    compare,
    doctor,
):
    _name = _module.__name__.rsplit(".", 1)[-1]
    app.command(_name, cls=Command, epilog=_EXAMPLES[_name])(guarded(_module.command))

_loads = typer.Typer(
    help=load.HELP,
    epilog="Example:  graphkit load neo4j --uri bolt://localhost:7687 --graph graph",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _command in (("neo4j", load.neo4j), ("sparql", load.sparql)):
    _loads.command(_name, cls=Command, epilog=_EXAMPLES[f"load {_name}"])(guarded(_command))
app.add_typer(_loads, name="load")

_phrase_commands = typer.Typer(
    help=phrases.HELP,
    epilog="Example:  graphkit phrases list --graph graph   then   graphkit phrases trend 新质生产力 --graph graph",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _command in phrases.COMMANDS.items():
    _phrase_commands.command(_name, cls=Command, epilog=_EXAMPLES[f"phrases {_name}"])(guarded(_command))
app.add_typer(_phrase_commands, name="phrases")
