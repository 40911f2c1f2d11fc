"""What one audience's site is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from forewarn import pages
from forewarn.frozen import dataclass
from forewarn.model.accounts import Account
from forewarn.model.audience import Grounds
from forewarn.model.catalogue import Catalogue
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.model.sighting import Look, Sighting
from forewarn.pages.view.view import View
from forewarn.site.attachments import Attachments


@dataclass(frozen=True, kw_only=True)
class Ingredients:
    """What one audience's site is made of.

    `catalogue` is everything, `identity` tells the content of all files of a product in one word,
    and the rest is as for `pages.look`.
    """

    root: Path
    catalogue: Catalogue
    identity: Callable[[str], str]
    settings: Settings
    attachments: Attachments
    audience: Audience
    today: date
    sightings: tuple[Sighting, ...] | None = None
    last_look: Look | None = None
    accounts: tuple[Account, ...] = ()
    commit: str | None = None

    def look(self, known: Mapping[str, Grounds] | None = None) -> View:
        """What the audience may see; `known` as for `pages.look`."""
        return pages.look(
            self.catalogue,
            audience=self.audience,
            today=self.today,
            settings=self.settings,
            sightings=self.sightings,
            last_look=self.last_look,
            accounts=self.accounts,
            attachments=self.attachments.paths,
            commit=self.commit,
            known=known,
        )
