// Which phrases occur in most reports of a year?
// params: year="2024"
MATCH (r:Report)-[:MENTIONS]->(f:Phrase)
WHERE r.date STARTS WITH $year
RETURN f.name AS phrase, count(DISTINCT r) AS reports
ORDER BY reports DESC, phrase LIMIT 10
