// In which order did places adopt a phrase?
// params: phrase=营商环境
MATCH (f:Phrase {name: $phrase})<-[:MENTIONS]-(r:Report)-[:FROM_PLACE]->(c:Place)
RETURN c.name AS place, r.level AS level, min(r.date) AS first, count(DISTINCT r.id) AS reports
ORDER BY first, place, level
