// Which phrases occurred in a city or county report before they occurred in a provincial or national one?
MATCH (r:Report)-[:MENTIONS]->(f:Phrase)
WITH f.name AS phrase, min(CASE WHEN r.level IN ['city', 'county'] THEN r.date ELSE null END) AS below, min(CASE WHEN r.level IN ['province', 'national'] THEN r.date ELSE null END) AS above
WHERE below < above
RETURN phrase, below, above
ORDER BY below, phrase
