// Which posts did a person hold, with the first and last date?
// params: x=陈若川
MATCH (p:Person)-[h:HOLDS_POST]->(q:Post)
WHERE p.name = $x
RETURN q.name AS post, min(h.date) AS first, max(h.date) AS last
ORDER BY post
