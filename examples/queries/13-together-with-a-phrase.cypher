// Which phrases occur in the same reports as a phrase, and in how many reports in total?
// params: phrase=营商环境
MATCH (:Phrase {name: $phrase})<-[:MENTIONS]-(r:Report)-[:MENTIONS]->(g:Phrase)
WHERE g.name <> $phrase
WITH g, count(DISTINCT r.id) AS together
MATCH (o:Report)-[:MENTIONS]->(g)
RETURN g.name AS name, together, count(DISTINCT o.id) AS reports
ORDER BY together DESC, reports, name LIMIT 20
