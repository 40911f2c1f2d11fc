"""The branch that a built site is committed to, and pushed with."""

from __future__ import annotations

from pathlib import Path

from forewarn.errors import ForewarnError
from forewarn.frozen import dataclass
from forewarn.services.publish.sites import Sites, Step
from forewarn.store.git.branch import NOBODY, commit_folder
from forewarn.store.git.push import push
from forewarn.store.git.repository import Repository


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A branch of the knowledge base's own repository that holds a built site.

    `push` is the remote that it is pushed to, if any; `author` is whose name and mail address its
    commits bear.
    """

    name: str
    push: str | None = None
    author: tuple[str, str] = NOBODY

    def put(self, repository: Repository, sites: Sites, step: Step) -> ForewarnError | None:
        """Commit the site; what kept it from that, which must not hold up an alert."""
        (audience,) = sites.audiences
        message = f"The {audience} site of {sites.commit[:10]}"
        try:
            folder = sites.place(audience).resolve()
            commit_folder(repository, folder, self.name, message, self.author)
            step(f"committed the {audience} site to {self.name}")
        except ForewarnError as failure:
            return failure
        return None

    def share(self, root: Path, step: Step) -> ForewarnError | None:
        """Push the site, if it is to be pushed, and what kept it from that.

        It may take long: when the alerts are out, and nobody has to wait.
        """
        if not self.push:
            return None
        step(f"pushing {self.name} to {self.push}")
        try:
            with Repository(root) as repository:
                push(repository, self.name, self.push)
        except ForewarnError as failure:
            return failure
        step(f"pushed {self.name} to {self.push}")
        return None
