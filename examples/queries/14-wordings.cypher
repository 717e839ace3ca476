// Which phrases hold a word, who uses which, since when, in how many reports?
// params: head=发展
MATCH (s)-[e:EMPHASIZED]->(f:Phrase)
WHERE f.name CONTAINS $head
UNWIND e.reports AS report
RETURN f.name AS phrase, s.name AS speaker, min(e.date) AS first, count(DISTINCT report) AS reports
ORDER BY phrase, speaker, first
