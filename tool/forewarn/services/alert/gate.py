"""The last look before something is sent: that it is for whom it goes to, as things are by now."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path

from forewarn.model.catalogue import Catalogue
from forewarn.model.delivery import Delivery
from forewarn.model.events.customers import may_still_be_told, seen_by_customers
from forewarn.model.record import Audience
from forewarn.model.settings import Settings
from forewarn.store.git.repository import Repository

_CUSTOMERS_NOW = "it is for staff, and they subscribe as customers by now"
_NOT_PUBLIC = "customers may not know of it any more"


class Gate:
    """Asks of each delivery whether it may still go; the records are read when it needs them."""

    def __init__(self, root: Path, settings: Settings, published: str | None, today: date) -> None:
        self._root = root
        self._published = published
        self._today = today
        lines = settings.subscriptions
        public = {(r.recipient, r.channel) for r in lines if r.audience is Audience.PUBLIC}
        self._customers = public - {
            (r.recipient, r.channel) for r in lines if r.audience is Audience.STAFF
        }

    def refuses(self, delivery: Delivery) -> str | None:
        """Why a delivery must not go, or None.

        Raises:
            ForewarnError: nobody can know, as the records cannot be read.
        """
        event = delivery.event
        if event.told_to is Audience.STAFF:
            pair = delivery.person, delivery.channel
            return _CUSTOMERS_NOW if pair in self._customers else None
        return None if may_still_be_told(event, self._seen) else _NOT_PUBLIC

    @cached_property
    def _seen(self) -> Catalogue:
        """What customers may see of what is published."""
        if self._published is None:
            return Catalogue()
        from forewarn.store.catalogue.commit import load_commit

        with Repository(self._root) as repository:
            loaded = load_commit(repository, self._published)
        return seen_by_customers(loaded.catalogue, self._today)
