"""Charts of the answers as PNG, SVG or offline HTML page. All three are made from one Vega-Lite specification."""

from graphkit.phrases.charts.drawing import check_file, draw, to_svg
from graphkit.phrases.charts.specification import specification

__all__ = ["check_file", "draw", "specification", "to_svg"]
