// Which phrases contain a word, who uses them, since when, and in how many reports?
// params: head=发展
MATCH (s)-[e:EMPHASIZED]->(f:Phrase)
WHERE f.name CONTAINS $head
UNWIND e.reports AS report
RETURN f.name AS phrase, s.name AS speaker, min(e.date) AS first, count(DISTINCT report) AS reports
ORDER BY phrase, speaker, first
