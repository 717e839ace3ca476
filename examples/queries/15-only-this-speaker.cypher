// Which phrases does only this person use?
// params: x=何清嘉
MATCH (p:Person)-[:EMPHASIZED]->(f:Phrase)
WHERE p.name = $x
MATCH (o:Person)-[:EMPHASIZED]->(f)
WITH f, count(DISTINCT o) AS speakers
WHERE speakers = 1
RETURN f.name AS phrase
ORDER BY phrase
