#!/bin/sh
# Reads the made-up reports beside this file into a graph and asks it. Usage: demo.sh GRAPH-FOLDER
set -eu
here=$(dirname "$0")
graph=${1:-demo-graph}
rm -rf "$graph"

echo "== What one report says, with the words that say it"
graphkit --quiet extract "$here/reports/04-flood-inspection.txt" --format table

echo
echo "== Ten reports into a graph"
graphkit build "$here/reports" --graph "$graph"
graphkit status --graph "$graph"

echo
echo "== Policy phrases, by the reports that use them"
graphkit phrases list --top 5 --min-score 0 --graph "$graph"

echo
echo "== In Cypher: which sites did 林知远 visit, when, and by which sentence?"
graphkit query "@$here/queries/01-sites-visited.cypher" --param x=林知远 --graph "$graph"
