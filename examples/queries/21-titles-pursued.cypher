// What is to become what, since when: which titles are claimed, and by whom?
MATCH (c)-[p:PURSUES]->(t:Phrase)
UNWIND p.evidence AS quote
RETURN t.name AS title, c.name AS who, p.date AS day, quote
ORDER BY title, day, who, quote
