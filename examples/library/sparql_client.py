"""Queries the endpoint of `graphkit serve` with SPARQLWrapper: python sparql_client.py ADDRESS PERSON

ADDRESS is the one that `graphkit serve` prints, for example http://127.0.0.1:7576/sparql. Prints what the person visited,
with the day and the quote. SPARQLWrapper is installed with: pip install SPARQLWrapper
"""

import sys

from SPARQLWrapper import JSON, SPARQLWrapper

QUERY = """
SELECT DISTINCT ?site ?day ?quote WHERE {
  ?statement rdf:predicate gk:visited ; rdf:subject/skos:prefLabel ?person ; rdf:object/skos:prefLabel ?site ;
    prov:wasQuotedFrom/oa:hasSelector/oa:exact ?quote .
  OPTIONAL { ?statement dcterms:date ?day }
  FILTER(STR(?person) = %s)
} ORDER BY ?day ?site
"""


def literal(text: str) -> str:
    """A text as a literal of SPARQL. A name from outside must not become part of the query."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


client = SPARQLWrapper(sys.argv[1])
client.setReturnFormat(JSON)
client.setQuery(QUERY % literal(sys.argv[2]))
for row in client.query().convert()["results"]["bindings"]:
    print(row["site"]["value"], row.get("day", {}).get("value", ""), row["quote"]["value"], sep="\t")
