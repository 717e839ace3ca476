// For which entities are two different values of one attribute reported?
MATCH (a:Claim)-[:SUBJECT]->(j)<-[:SUBJECT]-(b:Claim)
WHERE a.relation = 'has_attribute' AND b.relation = 'has_attribute' AND a.status = 'actual' AND b.status = 'actual'
  AND a.kind = b.kind AND a.kind <> 'count' AND a.value < b.value
RETURN DISTINCT j.name AS thing, a.kind AS kind, a.value AS one, b.value AS other
ORDER BY thing, kind, one, other
