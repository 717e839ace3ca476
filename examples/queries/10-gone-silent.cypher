// Which phrases occurred in several reports before a date and in none since?
// params: cut="2024-06-01" least=1
MATCH (r:Report)-[:MENTIONS]->(f:Phrase)
WHERE r.date IS NOT NULL
WITH f.name AS phrase, max(r.date) AS last, count(DISTINCT r.id) AS reports
WHERE reports >= $least AND last < $cut
RETURN phrase, last, reports
ORDER BY reports DESC, last DESC, phrase LIMIT 20
