"""Every bug can be planted: its code occurs once in the package, and its tests exist."""

from __future__ import annotations

import pytest

from tests.mutation.__main__ import ROOT, Mutation, files_of_tests, files_with, read_mutations

MUTATIONS = read_mutations()


def test_at_least_thirty_mutations_cover_the_package() -> None:
    assert len(MUTATIONS) >= 30
    assert len({files_with(ROOT, m.old)[0].parent for m in MUTATIONS}) >= 8


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_the_code_of_a_mutation_occurs_once_in_the_package(mutation: Mutation) -> None:
    assert len(files_with(ROOT, mutation.old)) == 1
    assert mutation.new != mutation.old
    assert files_of_tests(ROOT, mutation.tests)
