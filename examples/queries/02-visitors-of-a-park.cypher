// Who visited a park or a site in it, in order of date?
// params: park=云泽高新技术产业开发区
MATCH (s)-[:LOCATED_IN*0..4]->(k:Park)
WHERE k.name = $park OR $park IN k.aliases
MATCH (l:Person)-[v:VISITED]->(s)
RETURN DISTINCT l.name AS leader, s.name AS site, v.date AS day
ORDER BY day, leader, site
