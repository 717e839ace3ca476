// Which targets do places and organizations pursue, and since when?
MATCH (c)-[p:PURSUES]->(t:Phrase)
UNWIND p.evidence AS quote
RETURN t.name AS title, c.name AS who, p.date AS day, quote
ORDER BY title, day, who, quote
