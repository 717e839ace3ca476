"""The export formats by name. Each format has a function that writes to a binary stream in a fixed order.

To add a format, write a function `write_NAME(content, out, options)` in a suitable module and add it to FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat

from graphkit.errors import UsageError
from graphkit.export.graph_files import write_cytoscape, write_gexf, write_graphml
from graphkit.export.neo4j_files import neo4j_admin_folder, write_cypher, write_neo4j_admin
from graphkit.export.rdf_files import rdf_writer, write_jsonld, write_nquads
from graphkit.export.tables import csv_folder, write_csv, write_parquet
from graphkit.export.xml_text import Writer
from graphkit.files.output import check_folder, check_output, is_special, open_output, write_folder
from graphkit.stores.content import Content
from graphkit.stores.options import DEFAULT_BASE, DEFAULT_NAME, ExportOptions

#: Format → (function that writes it, usual extension of the file).
FORMATS: dict[str, tuple[Writer, str]] = {
    "turtle": (rdf_writer(RdfFormat.TURTLE, named=False), ".ttl"),
    "trig": (rdf_writer(RdfFormat.TRIG, named=True), ".trig"),
    "nquads": (write_nquads, ".nq"),
    "ntriples": (rdf_writer(RdfFormat.N_TRIPLES, named=False), ".nt"),
    "jsonld": (write_jsonld, ".jsonld"),
    "rdfxml": (rdf_writer(RdfFormat.RDF_XML, named=False), ".rdf"),
    "graphml": (write_graphml, ".graphml"),
    "gexf": (write_gexf, ".gexf"),
    "cytoscape": (write_cytoscape, ".cyjs"),
    "csv": (write_csv, ".csv"),
    "parquet": (write_parquet, ".zip"),
    "cypher": (write_cypher, ".cypher"),
    "neo4j-admin": (write_neo4j_admin, ".zip"),
}


#: Formats that can also be written as a folder of files.
FOLDERS: dict[str, Callable[[Content, Path, ExportOptions], object]] = {
    "csv": csv_folder,
    "neo4j-admin": neo4j_admin_folder,
}

#: Formats to which `ExportOptions.base` and `with_text` apply.
RDF = ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml")
#: Formats that support `ExportOptions.rdf12`.
RDF12 = ("turtle", "trig", "nquads", "ntriples")


def export(content: Content, format_: str, out: BinaryIO, options: ExportOptions) -> None:
    """Write a content in one of FORMATS to a binary stream. Raises UsageError for an unknown format."""
    check_format(format_, options)
    FORMATS[format_][0](content, out, options)


def check_format(format_: str, options: ExportOptions) -> None:
    """Raise UsageError for an unknown format, or one that does not support the options."""
    if format_ not in FORMATS:
        raise UsageError(f"unknown format {format_!r}; one of {', '.join(FORMATS)}")
    if options.rdf12 and format_ not in RDF12:
        raise UsageError(f"{format_} does not support triple terms (rdf12); use one of {', '.join(RDF12)}")
    if format_ not in RDF and (options.with_text or options.base != DEFAULT_BASE):
        option = "with_text" if options.with_text else "base"
        raise UsageError(f"the option {option} applies only to the RDF formats: {', '.join(RDF)}")
    if format_ != "neo4j-admin" and options.name != DEFAULT_NAME:
        raise UsageError("the option name applies only to the format neo4j-admin")
    if format_ != "csv" and not options.bom:
        raise UsageError("bom=False (--no-bom) applies only to the format csv")


def export_to(
    content: Callable[[], Content], format_: str, to: str | Path | BinaryIO, options: ExportOptions, *, force: bool
) -> None:
    """Export to a path or a stream as described at `Graph.export`. content: called after the arguments were checked."""
    check_format(format_, options)
    if not isinstance(to, (str, Path)):
        export(content(), format_, to, options)
        return
    if format_ == "csv" and is_special(to):
        options = replace(options, bom=False)
    default_name = f"graph{FORMATS[format_][1]}"
    if format_ in FOLDERS and (str(to).endswith("/") or Path(to).is_dir()):
        check_folder(to, format_, force=force)
        found = content()
        write_folder(to, format_, lambda folder: FOLDERS[format_](found, folder, options), force=force)
        return
    check_output(to, default_name)
    found = content()
    with open_output(to, default_name) as out:
        export(found, format_, out, options)
