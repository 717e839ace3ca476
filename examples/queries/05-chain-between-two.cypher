// Which persons or meetings connect two persons? Each step has its quote.
// params: x=陈若川 z=赵明溪
MATCH (x:Person)-[r:ACCOMPANIED|ATTENDED|PRESIDED]-(m)-[s:ACCOMPANIED|ATTENDED|PRESIDED]-(z:Person)
WHERE x.name = $x AND z.name = $z
UNWIND r.evidence AS first
UNWIND s.evidence AS second
RETURN DISTINCT m.name AS through, first, second
ORDER BY through, first, second
