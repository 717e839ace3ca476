"""`python -m graphkit.training.encoder` trains the encoder and the merger (`make train-encoder`; docs/encoder.md).

Stages: `silver` learns from what the rules say about the corpus; `folds` trains one network for each fold of the
annotated reports, which is measured on the others; `final` trains on all of them and writes the model of the package;
`merger` trains the merger on the candidates of the folds, so that every report was predicted by a network that never
saw it. Three more stages train the network of the package further (graphkit.training.encoder.further): `halves` trains
two networks with the reports of `--new`, `mean` writes their mean, and `passes` trains with the reports of `--latest`.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path

import torch

from graphkit.encoder.session import HEADS, NETWORK
from graphkit.evaluation.gold import read_records
from graphkit.model import Report
from graphkit.reading import read_paths
from graphkit.reading.normalized import normalize
from graphkit.training.encoder.base_model import digest, obtain
from graphkit.training.encoder.examples import Annotated, examples, read_annotated
from graphkit.training.encoder.export import SAMPLE, export, layer_inputs
from graphkit.training.encoder.fit import fit
from graphkit.training.encoder.folds import FOLDS, fold_of
from graphkit.training.encoder.further import mean_network, new_network, train_halves, train_passes
from graphkit.training.encoder.network import Network
from graphkit.training.encoder.predict import read
from graphkit.training.encoder.pretrained import pretrained, write_characters
from graphkit.training.encoder.silver import WITHOUT, silver
from graphkit.training.merger import Judged, contexts, judged, train

SILVER_REPORTS, SILVER_EPOCHS, SILVER_RATE = 900, 1, 1e-4
EPOCHS, RATE = 5, 2e-4
SEED = 7


def annotated(paths: list[tuple[Path, Path]]) -> list[Annotated]:
    """Read all pairs of files of reports and annotations. Of several reports with one id, the first is used."""
    found = [report for reports, gold in paths for report in read_annotated(reports, gold)]
    return list({report.id: report for report in reversed(found)}.values())[::-1]


def saved(path: Path) -> Network:
    """Return a network with saved weights."""
    network = new_network()
    network.load_state_dict(torch.load(path))
    return network


def train_silver(work: Path, corpus: Path | None, gold: list[Annotated]) -> None:
    """Write silver.pt: the pretrained network, trained on reports of the corpus if there is one."""
    model, tokenizer = obtain(work)
    write_characters(tokenizer)
    network = pretrained(model, tokenizer)
    if corpus is not None:
        found = silver(corpus, SILVER_REPORTS, SEED, (r.text for r in gold))
        fit(network, [list(examples(found, WITHOUT))] * SILVER_EPOCHS, SILVER_RATE, SEED, "silver")
    torch.save(network.state_dict(), work / "silver.pt")


def train_part(work: Path, gold: list[Annotated], fold: int | None) -> Path:
    """Train on all reports but those of a fold (on all if it is None) and return the path of the weights."""
    network = saved(work / "silver.pt")
    chosen = [r for r in gold if fold is None or fold_of(r.id) != fold]
    name = "final" if fold is None else f"fold{fold}"
    fit(network, [list(examples(chosen))] * EPOCHS, RATE, SEED, name)
    torch.save(network.state_dict(), work / f"{name}.pt")
    return work / f"{name}.pt"


def train_merger(work: Path, paths: list[tuple[Path, Path]], folds: list[int]) -> None:
    """Train the merger on the reports of the folds, each read by the network that has not seen it."""
    reports = {r.id: r for pair in paths for r in read_paths([str(pair[0])]) if isinstance(r, Report)}
    records = {g["id"]: g for pair in reversed(paths) for g in read_records(pair[1])}
    gold = [g for g in records.values() if fold_of(g["id"]) in folds]
    found: list[Judged] = []
    for fold in folds:
        network = saved(work / f"fold{fold}.pt")
        own = [g for g in gold if fold_of(g["id"]) == fold]
        for context, record in zip(contexts([reports[g["id"]] for g in own]), own, strict=True):
            title = normalize(context.marked.report.title).text
            found += judged(context, read(network, context.text, title), record["relations"])
    train(found, gold)


def write(network: Network, gold: list[Annotated]) -> None:
    """Write the network of the package."""
    export(network, layer_inputs(network, islice(examples(gold), SAMPLE)), NETWORK, HEADS)


def _pairs(texts: list[str]) -> list[tuple[Path, Path]]:
    """Return the paths of REPORTS.jsonl:GOLD.jsonl, and print the hash of each file."""
    paths = [(Path(a), Path(b)) for a, _, b in (text.partition(":") for text in texts)]
    for pair in paths:
        for path in pair:
            print(f"{path}: sha256 {digest(path)}", file=sys.stderr)
    return paths


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for downloads and weights")
    parser.add_argument("--gold", nargs="+", required=True, help="REPORTS.jsonl:GOLD.jsonl, one or more")
    parser.add_argument("--new", nargs="*", default=[], help="REPORTS.jsonl:GOLD.jsonl, for the stages halves and mean")
    parser.add_argument("--latest", nargs="*", default=[], help="REPORTS.jsonl:GOLD.jsonl, for the stage passes")
    parser.add_argument("--corpus", type=Path, help="reports without annotation, for the stage silver")
    parser.add_argument("--stages", default="silver,folds,final,merger,halves,mean,passes")
    parser.add_argument("--folds", default=",".join(map(str, range(FOLDS))))
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    """Run the stages that the command line names."""
    options = _arguments()
    torch.set_num_threads(options.threads)
    paths = _pairs(options.gold)
    gold, new, latest = annotated(paths), annotated(_pairs(options.new)), annotated(_pairs(options.latest))
    folds = [int(n) for n in options.folds.split(",")]
    stages = options.stages.split(",")
    if "silver" in stages:
        train_silver(options.work, options.corpus, gold)
    if "folds" in stages:
        for fold in folds:
            train_part(options.work, gold, fold)
    if "final" in stages:
        write(saved(train_part(options.work, gold, None)), gold)
    if "merger" in stages:
        train_merger(options.work, paths, folds)
    if "halves" in stages:
        train_halves(options.work, gold, new)
    if "mean" in stages:
        write(mean_network(options.work), gold + new)
    if "passes" in stages:
        write(saved(train_passes(options.work, gold + new, latest)), gold + new)


if __name__ == "__main__":
    main()
