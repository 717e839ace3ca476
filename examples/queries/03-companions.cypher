// Who accompanied a person, and on how many days?
// params: x=林知远
MATCH (a)-[c:ACCOMPANIED]->(p:Person)
WHERE p.name = $x
RETURN a.name AS companion, count(DISTINCT c.date) AS days
ORDER BY days DESC, companion
