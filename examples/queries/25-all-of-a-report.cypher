// What does one report say?
// params: report=04-flood-inspection
MATCH (a)-[r:VISITED|LOCATED_IN|ACCOMPANIED|ATTENDED|PRESIDED|EMPHASIZED]->(b)
WHERE $report IN r.reports
RETURN DISTINCT a.name AS subject, toLower(type(r)) AS relation, b.name AS object
ORDER BY relation, subject, object
