// Which places did those who implement a document visit afterwards in the same year?
// params: document=市委决策部署
MATCH (d:Document)<-[i:IMPLEMENTS]-(p)-[v:VISITED]->(s)
WHERE (d.name = $document OR $document IN d.aliases) AND v.date >= i.date AND substring(v.date, 0, 4) = substring(i.date, 0, 4)
RETURN DISTINCT p.name AS who, i.date AS carried_out, v.date AS visited, s.name AS site
ORDER BY visited, who, site, carried_out
