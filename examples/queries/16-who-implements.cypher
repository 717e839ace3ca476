// Who implements a document or instruction, in order of date?
// params: document=市委决策部署
MATCH (m)-[i:IMPLEMENTS]->(d:Document)
WHERE d.name = $document OR $document IN d.aliases
RETURN DISTINCT m.name AS who, i.date AS day
ORDER BY day, who
