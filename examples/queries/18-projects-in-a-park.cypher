// Which projects are in a park, with investment, area and status?
// params: park=云泽高新技术产业开发区
MATCH (j:Project)-[:LOCATED_IN*1..4]->(k:Park)
WHERE k.name = $park OR $park IN k.aliases
RETURN DISTINCT j.name AS project, j.investment AS investment, j.area AS area, j.status AS stage
ORDER BY project
