// Which persons appeared together since a date, and at how many visits and meetings?
// params: from="2024-01-01"
MATCH (a:Person)-[x:LED_BY|JOINED_BY|ATTENDED|PRESIDED]-(e)-[y:LED_BY|JOINED_BY|ATTENDED|PRESIDED]-(b:Person)
WHERE a.name < b.name AND coalesce(e.date, x.date) >= $from AND coalesce(e.date, y.date) >= $from
RETURN a.name AS one, b.name AS other, count(DISTINCT e) AS together
ORDER BY together DESC, one, other LIMIT 50
