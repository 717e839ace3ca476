"""What the variables and functions of the reading code say about a candidate, for reasons in plain English.

A name that is not listed here is explained by its docstring or by its code.
"""

from __future__ import annotations

#: Variables and attributes whose absence is a reason, and what each of them contains.
NOUNS = {
    "subject": "subject of the verb", "who": "subject of the verb", "person": "person", "people": "person",
    "leader": "leading person", "scene.leader": "leading person", "actors": "person or organization",
    "before": "person before it", "meeting": "meeting", "scene.meeting": "meeting of the scene", "mark": "meeting",
    "names": "name", "places": "name of a place", "place": "place", "holder": "project or park",
    "whole": "site of which they could be parts", "target": "person or meeting that hears the report",
    "host": "leading person", "speaker": "speaker", "fallback": "speaker", "scene.speeches": "speech",
    "last": "earlier name", "bodies": "organization", "sentence.persons": "person", "first": "person", "guest": "guest",
    "person.posts": "post before the name", "held": "meeting that takes place", "items": "item",
    "kept": "name of a place with an address", "found": "match", "to": "addressee",
    "spans": "unit of an address before the name",
}  # fmt: skip
#: Claims about the candidate that variables and functions make: the wording if they are true, and if they are false.
CLAIMS = {
    "own": ("it contains something that only a name has", "it contains nothing that only a name has"),
    "listed": ("it is in a list of names", "it is not an item of a list of names or works"),
    "arrived": ("the verb is one of arriving", "the verb is not one of arriving"),
    "starts_word": ("a word of the tagger begins there", "no word of the tagger begins there"),
    "after_post": ("a post precedes it", "no post precedes it"),
    "same_paragraph": ("it is in the same paragraph", "it is in another paragraph"),
    "starts": ("a verb of speaking precedes it", "no verb of speaking precedes it"),
    "looked": ("it is a list of what somebody looked at", "it is not a list of what somebody looked at"),
    "drafting.in_speech": ("it is inside a speech", "it is not inside a speech"),
    "drafting.report_holds": (
        "the pattern matches in the first sentences of the report",
        "the pattern does not match in the first sentences of the report",
    ),
    "marks.actors": ("a person in the sentence can act", "no person in the sentence can act"),
    "marks.starts_word": ("a word of the tagger begins there", "no word of the tagger begins there"),
    "names.is_proper": (
        "it contains something that only a name has (names.is_proper)",
        "it contains no recognized name, quotation mark, digit or uncommon word (names.is_proper)",
    ),
    "names.is_one_name": (
        "it is one name (names.is_one_name)",
        "it contains a word that is part of no name (names.is_one_name)",
    ),
    "names.has_suffix": ("it has a known ending of names", "it has no known ending of names"),
    "names._unknown_stem": (
        "the characters before its ending are no word of the tagger (names._unknown_stem)",
        "the characters before its ending are words of the tagger (names._unknown_stem)",
    ),
    "names._is_spot": (
        "it is a long description that ends like a place",
        "it is not a long description that ends like a place (names._is_spot)",
    ),
    "lexicon.looks_like_name": ("it has the form of a personal name", "it does not have the form of a personal name"),
    "gazetteer.is_division": (
        "the gazetteer has a division of this name",
        "the gazetteer has no division of this name",
    ),
    "persons._is_name_after_post": (
        "the characters behind the post are a name (persons._is_name_after_post)",
        "the characters behind the post are not a name (persons._is_name_after_post)",
    ),
    "person_ends.is_foreign": (
        "it consists of characters for foreign sounds",
        "it does not consist of characters for foreign sounds",
    ),
    "persons._overlaps_any": ("it overlaps with another name", "it overlaps with no other name"),
    "persons._overlaps": ("it overlaps with another name", "it overlaps with no other name"),
    "phrases.phrases_in": ("it contains policy phrases", "no policy phrase in it was accepted"),
    "scene._clause_start": ("a clause begins there", "no clause begins there"),
    "visits._is_verb": ("it is used as a verb (visits._is_verb)", "it is not used as a verb (visits._is_verb)"),
    "visits._is_tour": ("the report is about a tour", "the report is not about a tour"),
    "visits._inside_quotes": ("it is inside quotation marks", "it is not inside quotation marks"),
    "visits._tour_follows": ("a word for a tour follows", "no word for a tour follows (visits._tour_follows)"),
    "visits._frame_subject": (
        "the leading person or the team is the subject",
        "neither the leading person nor the team is the subject (visits._frame_subject)",
    ),
    "companions._of_meeting": (
        "it is about a meeting and not about a tour (companions._of_meeting)",
        "it is about a tour",
    ),
    "meetings._meeting_report": (
        "the report is about a meeting",
        "the report is not about a meeting (meetings._meeting_report)",
    ),
    "places._subject_before": (
        "a name precedes it",
        "no name of a project or site precedes it (places._subject_before)",
    ),
}
#: Functions whose claim needs no further reason.
CLEAR = frozenset([
    "drafting.in_speech", "drafting.report_holds", "marks.actors", "marks.starts_word", "names.is_proper",
    "names.has_suffix", "names._unknown_stem", "lexicon.looks_like_name", "gazetteer.is_division",
    "persons._overlaps_any", "persons._overlaps", "scene._clause_start", "visits._is_tour", "visits._inside_quotes",
])  # fmt: skip
#: Conditions that say nothing about a candidate: only whether the code is inside of brackets.
TECHNICAL = frozenset(["depth == 0"])
