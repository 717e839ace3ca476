// The use of which phrases increased most from before a date to after it?
// params: cut="2024-05-01"
MATCH (r:Report)-[:MENTIONS]->(f:Phrase)
WHERE r.date IS NOT NULL
WITH f.name AS phrase, sum(CASE WHEN r.date < $cut THEN 1 ELSE 0 END) AS before, sum(CASE WHEN r.date >= $cut THEN 1 ELSE 0 END) AS after
RETURN phrase, before, after, after - before AS change
ORDER BY change DESC, phrase LIMIT 20
