"""Tags: a name in Git for the commit with which a release shipped.

A tag is no release and moves no customer: records stay the truth. It is for whoever builds, or
installs, what the repository holds at that commit.
"""

from __future__ import annotations

from pathlib import Path

from forewarn.errors import DataError
from forewarn.model.release import Release, Status
from forewarn.services.ask.lookup import the_release
from forewarn.services.records.gate import load_gated
from forewarn.services.records.writing import is_said_only_here
from forewarn.store.git.repository import Repository
from forewarn.store.git.writer import alone


def finish_tagging(root: Path, product: str, version: str, tag: str) -> Release | None:
    """Tag a release that has shipped and bears no such tag; None where it has yet to ship.

    So `ship --tag` that died between its commit and its tag is finished by the same command.

    Raises:
        Refused: the tag is another commit's, or there already.
        UsageError: there is no such release.
        DataError: Git refuses the name.
    """
    with Repository(root) as repository:
        repository.refuse_tag(tag)
    release = the_release(load_gated(root, product), product, version)
    if release.status is not Status.SHIPPED or is_said_only_here(root, release):
        return None
    tag_release(root, release, tag)
    return release


@alone
def tag_release(root: Path, release: Release, tag: str) -> None:
    """Make an annotated tag on the newest commit that shipped a release.

    Raises:
        Refused: there is a tag of that name.
        DataError: no commit here shipped it, or Git refuses.
    """
    with Repository(root) as repository:
        head = repository.head()
        commit = head and repository.newest_saying(head, f"Forewarn-Event: shipped {release}")
        if commit is None:
            raise DataError(
                f"no commit says that it shipped {release}, so nothing is tagged",
                where=release.place.file,
                help=f"Tag the right commit yourself: git tag -a {tag} COMMIT",
            )
        repository.tag(tag, commit, f"{release.product} {release.version}")
