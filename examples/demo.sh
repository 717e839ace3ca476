#!/bin/sh
# Builds a graph from the invented reports in examples/reports and queries it. Usage: demo.sh GRAPH-FOLDER
set -eu
here=$(dirname "$0")
graph=${1:-demo-graph}
# Replace only a graph of an earlier run, never a folder with other files.
if [ -e "$graph" ] && [ ! -f "$graph/ledger.sqlite" ]; then
    echo "$graph exists and is not a graph; give the name of another folder: make demo GRAPH=NAME" >&2
    exit 2
fi
rm -rf "$graph"

echo "== The statements of one report, each with its quote"
graphkit --quiet extract "$here/reports/04-flood-inspection.txt" --format table

echo
echo "== A graph of the eleven reports in examples/reports"
graphkit build "$here/reports" --graph "$graph"
graphkit status --graph "$graph"

echo
echo "== Policy phrases by the number of reports that use them"
graphkit phrases list --top 5 --min-score 0 --graph "$graph"

echo
echo "== A question in Cypher: which sites did 林知远 visit, when, and which sentence says so?"
graphkit query "@$here/queries/01-sites-visited.cypher" --param x=林知远 --graph "$graph"
