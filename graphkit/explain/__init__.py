"""Explains a report: which candidates reading finds, what proposes them, and why they are accepted or rejected.

The reading code contains no calls for this. While one report is read, `recorder` observes it through the trace hook of
Python, as a debugger does: the matches over which a rule iterates are its candidates, and the conditions under which it
skips one are the reasons. `source` finds loops and conditions in the source code, `conditions` determines which part of
a condition decided, and `wording` and `claims` express it in English. `statements` and `entities` make the events of
the rules and of recognition. A new rule is therefore explained without any change here, and reading that is not
explained runs exactly the same code.
"""

from graphkit.explain.events import Event, Explanation
from graphkit.explain.run import explain

__all__ = ["Event", "Explanation", "explain"]
