// How many reports use a phrase, per month and level, in total and per thousand?
// params: phrase=营商环境
MATCH (r:Report)
WHERE r.date IS NOT NULL
OPTIONAL MATCH (r)-[:MENTIONS]->(f:Phrase {name: $phrase})
WITH substring(r.date, 0, 7) AS month, coalesce(r.level, '') AS level, count(DISTINCT r.id) AS reports, count(f) AS uses
RETURN month, level, uses, reports, toInteger(1000 * uses / reports) AS permille
ORDER BY month, level
