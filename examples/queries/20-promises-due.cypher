// Which planned stages of projects, reported before a date, were not reported as reached?
// params: today="2026-01-01"
MATCH (c:Claim)-[:SUBJECT]->(j:Project)
WHERE c.relation = 'has_attribute' AND c.kind = 'status' AND c.status = 'planned' AND c.date < $today
OPTIONAL MATCH (d:Claim)-[:SUBJECT]->(j)
WHERE d.relation = 'has_attribute' AND d.kind = 'status' AND d.status = 'actual' AND d.date > c.date
WITH j, c, count(d) AS later
WHERE later = 0
UNWIND c.evidence AS quote
RETURN j.name AS project, c.value AS planned, c.date AS day, quote
ORDER BY day, project, planned, quote
