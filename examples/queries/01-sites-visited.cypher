// Which sites did a person visit, when, and which sentence says so?
// params: x=林知远
MATCH (p:Person)-[v:VISITED]->(s)
WHERE p.name = $x
UNWIND range(0, size(v.evidence) - 1) AS i
RETURN s.name AS site, v.date AS day, v.evidence[i] AS quote, v.spans[i] AS place
ORDER BY day, site, place
