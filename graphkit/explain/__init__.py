"""Explains a report: which candidates reading finds in each sentence, what proposes them, and why they are accepted or rejected.

The reading code contains no calls for this. `recorder` observes it through the trace hook of Python, as a debugger does,
while one report is read: the matches over which a rule iterates are its candidates, and the conditions under which it
skips one are the reasons. `source` finds loops and conditions in the source code, `conditions` determines which part of
a condition decided, `wording` expresses it in English, and `events` makes the list of candidates. A rule that is
added is therefore explained without any change here, and reading that is not explained runs exactly the same code.
"""

from graphkit.explain.events import Event, Explanation
from graphkit.explain.run import explain

__all__ = ["Event", "Explanation", "explain"]
