"""The words, functions and procedures of Cypher that a query for the embedded store (kglite 0.21) may contain."""

from __future__ import annotations

_FUNCTIONS_TEXT = """
    abs acos add_days add_months add_years area asin atan atan2 average avg btrim ceil ceiling centroid coalesce
    collect contains cos cosine cot count date date.truncate date_diff date_truncate datediff datetime
    datetime.truncate degree degrees dense_rank distance dot duration duration.between duration.indays
    duration.inmonths duration.inseconds elementid embedding embedding_norm end_node endnode exp floor from_json
    geom_buffer geom_convex_hull geom_difference geom_intersection geom_is_valid geom_length geom_union haversin
    head id indegree intersects keys labels last latitude left length ln localdatetime localdatetime.truncate
    localtime localtime.truncate log log10 longitude ltrim max mean median min mode nodes norm outdegree parse_json
    percentile_cont percentile_disc perimeter pi point pow power properties radians rand random randomuuid range
    rank relationships rels replace reverse right round row_number rtrim score_fuse shortest_path_length sign sin
    size split sqrt start_node startnode std stdev substring sum tail tan text_bm25 text_contains_any
    text_edit_distance text_jaccard text_match_regex text_ngrams text_normalize text_score text_starts_with_any time
    time.truncate toboolean tofloat toint tointeger tolower tolowercase tostring toupper touppercase trim ts_at
    ts_avg ts_count ts_delta ts_first ts_last ts_max ts_min ts_series ts_sum type valid_at valid_during
    valid_instant valuetype var_samp variance vector_score
"""
_PROCEDURES_TEXT = """
    pagerank betweenness degree closeness louvain leiden label_propagation connected_components k_core
    clustering_coefficient triangle_count eccentricity diameter cluster orphan_node self_loop cycle_2step
    missing_required_edge missing_inbound_edge duplicate_title duplicate_id null_property outline inverse_violation
    transitivity_violation cardinality_violation type_domain_violation type_range_violation parallel_edges
    ontology_audit node_property_violation edge_property_violation list_procedures db.labels db.relationshiptypes
    db.indexes db.constraints dbms.procedures dbms.functions db.propertykeys db.schema db.schema.visualization
    db.schema.nodetypeproperties db.schema.reltypeproperties db.graph_stats db.property_stats db.property_uniqueness
"""
_BEFORE_PARENTHESIS_TEXT = """
    MATCH OPTIONAL WHERE FILTER AND OR XOR NOT IN IS WITH RETURN DISTINCT BY UNWIND CALL CASE WHEN THEN ELSE
    CONTAINS STARTS ENDS LIMIT SKIP OFFSET HAVING OVER FOR ON UNION ALL ANY NONE SINGLE EXISTS COUNT COLLECT
    SHORTEST SHORTESTPATH ALLSHORTESTPATHS REDUCE AS
"""

#: Scalar, aggregating and window functions (SHOW FUNCTIONS), including their aliases.
FUNCTIONS = frozenset(_FUNCTIONS_TEXT.split())
#: Procedures that read the graph (SHOW PROCEDURES, mode READ), except those for code graphs, change logs and caches.
PROCEDURES = frozenset(_PROCEDURES_TEXT.split())
#: Keywords that can precede a parenthesis and are not functions.
BEFORE_PARENTHESIS = frozenset(_BEFORE_PARENTHESIS_TEXT.split())
