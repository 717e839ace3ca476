// Which sites were visited by several persons, and by whom?
// params: least=2
MATCH (l:Person)-[:VISITED]->(s)
WITH s, count(DISTINCT l) AS leaders
WHERE leaders >= $least
MATCH (p:Person)-[:VISITED]->(s)
RETURN DISTINCT s.name AS site, leaders, p.name AS leader
ORDER BY leaders DESC, site, leader
