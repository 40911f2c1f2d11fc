"""The files of the site in place: which of them are as they were written."""

from __future__ import annotations

from collections.abc import Mapping

from forewarn.site.look_worker import WHOLE, Row, Seen, look
from forewarn.site.record import Outputs, Record


class Standing:
    """The files of a site, by product and (None) those of none; nothing, where there is no site.

    What was looked at is `damaged`, or there; of products that are `whole` all files are, and of
    those that are `linked` each is the very file that was written.
    """

    def __init__(self, site: Record | None) -> None:
        self.folder = str(site.folder) if site else ""
        self._files = dict[str | None, Outputs]({None: site.files} if site else {})
        self._files.update(
            (product, m.files) for product, m in (site.products if site else {}).items()
        )
        self._unseen = dict.fromkeys(self._files)
        self._rows = dict[str | None, dict[str, Row]]()
        # What was looked at, and whose files nobody has asked for one by one.
        self._closed = set[str | None]()
        self._intact = dict[str, Row]()
        self.damaged = set[str]()
        self.whole = set[str | None]()
        self.linked = set[str | None]()

    def unseen(self) -> dict[str | None, bytes]:
        """What was not looked at, as `look_worker.question` wants it."""
        return {product: self._files[product].data for product in self._unseen}

    def look_at_all(self, seen: Mapping[str | None, Seen] | None = None) -> None:
        """Look at what was not looked at yet, unless it is `seen` already."""
        for product in [*self._unseen]:
            self.look(product, seen)

    def look(self, product: str | None, seen: Mapping[str | None, Seen] | None = None) -> None:
        """Look at the files of a product; all are as written of one that `seen` does not name."""
        if product not in self._unseen:
            return
        del self._unseen[product]
        if seen is None:
            damaged, linked = look(self.folder, self.rows_of(product))
        else:
            damaged, linked = seen.get(product, WHOLE)
        self.damaged.update(damaged)
        self._closed.add(product)
        if product is None or product in self._rows:
            self._open(product)
        if not damaged:
            self.whole.add(product)
            if linked:
                self.linked.add(product)

    def rows_of(self, product: str | None) -> dict[str, Row]:
        """The files of a product, as they were written."""
        if product not in self._rows:
            self._rows[product] = self._files[product].rows()
        return self._rows[product]

    def row(self, address: str) -> Row | None:
        """A file that was looked at, and is as it was written."""
        found = self._intact.get(address)
        if found is None and address not in self.damaged:
            for product in [*self._closed]:  # it may be of any of them
                self._open(product)
            found = self._intact.get(address)
        return found

    def rows_of_whole(self, product: str) -> dict[str, Row]:
        """The files of a product that are all there, and can now be asked for one by one."""
        if product in self._closed:
            self._open(product)
        return self.rows_of(product)

    def _open(self, product: str | None) -> None:
        self._closed.discard(product)
        rows = self.rows_of(product)
        if self.damaged:
            rows = {address: row for address, row in rows.items() if address not in self.damaged}
        self._intact.update(rows)
