// Who used a phrase first? (the first three uses in this collection, with quotes)
// params: phrase=营商环境
MATCH (s)-[e:EMPHASIZED]->(f:Phrase)
WHERE f.name = $phrase OR $phrase IN f.aliases
MATCH (f)<-[:MENTIONS]-(r:Report)
UNWIND range(0, size(e.evidence) - 1) AS i
WITH s, e, r, i
WHERE e.spans[i] STARTS WITH r.report_id + ':'
RETURN s.name AS speaker, r.date AS published, e.evidence[i] AS quote
ORDER BY published, speaker, quote LIMIT 3
