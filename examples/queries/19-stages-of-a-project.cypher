// Which stages of a project are reported, with quotes?
// params: project=石渡县青禾新能源电池项目
MATCH (c:Claim)-[:SUBJECT]->(j:Project)
WHERE c.relation = 'has_attribute' AND c.kind = 'status' AND (j.name = $project OR $project IN j.aliases)
RETURN c.value AS stage, c.date AS day, c.evidence[0] AS quote
ORDER BY day, stage, quote
