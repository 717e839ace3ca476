// Who used a phrase first? (the first three uses in this collection, with quotes)
// params: phrase=营商环境
MATCH (s)-[e:EMPHASIZED]->(f:Phrase)
WHERE f.name = $phrase OR $phrase IN f.aliases
MATCH (f)<-[:MENTIONS]-(r:Report)
WHERE r.report_id IN e.reports
RETURN s.name AS speaker, r.date AS published, e.evidence[0] AS quote
ORDER BY published, speaker, quote LIMIT 3
