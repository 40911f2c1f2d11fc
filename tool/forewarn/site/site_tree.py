"""The files of a site that is being built: written, taken from an older build, or removed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Set
from contextlib import suppress
from pathlib import Path

from forewarn.site.look_worker import Answer, Stamp, question, stamp
from forewarn.site.record import Made, Output, Outputs, Record, files_of, put
from forewarn.site.standing import Standing


class SiteTree:
    """The files of a site in the folder `to`.

    What `before` has and nobody has touched since can be taken from there. `spare` is an older
    build that lies at `to` already. `aside` are names in `to` that are somebody else's affair.
    """

    def __init__(
        self, to: Path, before: Record | None, spare: Record | None, aside: Iterable[str]
    ) -> None:
        self._to = str(to)
        self._aside = frozenset(aside)
        self._before = before.products if before else {}
        self._standing = Standing(before)
        self._spare_record = spare
        self._spare_products = dict[str, Made]()
        self._spare = dict[str, Output]()
        self._folders = spare.folders() if spare else {}
        self._strange = set[str]()
        self._touched = set[str]()
        self.outputs = dict[str, Output]()
        self._of_products = dict[str, Output]()
        self._taken = dict[str, Outputs]()
        self._later: set[str] | None = set()
        self._renewed = set[str]()
        # Of its own folder more is taken out and put into than what is told to this object.
        self._meet("")
        self._touched.add("")

    def question(self) -> bytes:
        """What `look` would look at, for somebody else to do it."""
        return question(self._standing.folder, self._standing.unseen(), self._to, self._folders)

    def look(self, answer: Answer | None = None) -> None:
        """See what is there, of all of it; before that only of products that were renewed.

        Somebody else may have looked, and have the `answer` to the question.

        Raises:
            NotADirectoryError: nothing may be built over what lies at `to`.
        """
        seen, touched = answer or (None, self._folders)
        self._standing.look_at_all(seen)
        if self._spare_record:
            self._spare_products = dict(self._spare_record.products)
            self._spare = self._spare_record.files.outputs()
            for folder in touched:
                if folder not in self._touched:
                    self._meet(folder)
        for product in self._renewed:
            self._forget_spare(product)
        later, self._later = self._later or set(), None
        for address in sorted(later):
            self.take(address)

    def _meet(self, folder: str) -> None:
        """See whether somebody has been at a folder of the older build."""
        place = f"{self._to}/{folder}"
        if folder in self._folders and stamp(place) != self._folders[folder]:
            self._strange.add(folder)
            _refuse_links(Path(place))

    @property
    def damaged(self) -> Set[str]:
        """Files of the site before that are not as they were written, as far as was looked."""
        return self._standing.damaged

    @property
    def written(self) -> Set[str]:
        """What has been written or taken already."""
        return self.outputs.keys() - (self._later or set())

    def is_there(self, address: str, key: str) -> bool:
        """Whether the site before has a file that was made from the same."""
        found = self._standing.row(address)
        return found is not None and found[0] == key

    def has(self, address: str) -> bool:
        """Whether a file of the site before is as it was written."""
        return self._standing.row(address) is not None

    def has_all_of(self, product: str) -> bool:
        """Whether all files of a product are there as they were written."""
        return product in self._standing.whole

    def sha(self, address: str) -> str | None:
        """What is in a file of the site before, in one word."""
        found = self._standing.row(address)
        return found[1] if found else None

    def renew(self, product: str) -> None:
        """Tell that the pages of a product are made anew; some may come out as they are there."""
        self._standing.look(product)
        if self._later is None:
            self._forget_spare(product)
        else:
            self._renewed.add(product)

    def _forget_spare(self, product: str) -> None:
        """Look at each file of a product in the older build by itself."""
        spare = self._spare_products.pop(product, None)
        if spare:
            self._spare.update(spare.files.outputs())

    def put(self, address: str, key: str, data: bytes) -> None:
        """Write a file, unless the one from before was made from the same."""
        if self.is_there(address, key):
            self.take(address)
        else:
            self._touch(address)
            self.outputs[address] = put(f"{self._to}/{address}", key, data)

    def add(self, address: str, output: Output) -> None:
        """Take note of a file that somebody has written."""
        self.outputs[address] = output
        self._touch(address)

    def take(self, address: str) -> None:
        """Take a file that is there from the site before. Files are never written again."""
        row, spare = self._standing.row(address), self._spare.get(address)
        assert row  # noqa: S101 - it is there
        wanted = Output._make(row)
        if self._later is not None:
            self._later.add(address)
            self.outputs[address] = wanted
            return
        source, target = f"{self._standing.folder}/{address}", f"{self._to}/{address}"
        if spare is not None and _is_as_good(spare, wanted) and spare.is_at(target):
            self.outputs[address] = spare._replace(key=wanted.key)
            return
        self._touch(address)
        self.outputs[address] = wanted if _link(source, target) else wanted._replace(ino=0)

    def take_all_of(self, product: str) -> None:
        """Take all files of a product, which are all there."""
        files, spare = self._before[product].files, self._spare_products.get(product)
        if (
            spare
            and spare.files == files
            and product in self._standing.linked
            and not self._is_strange(product)
        ):
            del self._spare_products[product]
            self._taken[product] = files
            return
        self._forget_spare(product)
        rows = self._standing.rows_of_whole(product)
        for address in rows:
            self.take(address)
        made = self._packed(rows)
        # The same bytes where they are the same files: at the next build that shows at once.
        self._taken[product] = files if made.outputs() == files.outputs() else made

    def files_of(self, product: str, addresses: Iterable[str]) -> Outputs:
        """All files of a product, when they are there; those at `addresses`, if it was renewed."""
        if product not in self._taken:
            self._taken[product] = self._packed(addresses)
        return self._taken[product]

    def _packed(self, addresses: Iterable[str]) -> Outputs:
        return files_of(
            {a: self._of_products.setdefault(a, self.outputs.pop(a)) for a in addresses}
        )

    def others(self) -> Outputs:
        """All files that are of no product; to be asked for last."""
        return files_of(self.outputs)

    def tidy(self) -> None:
        """Remove what the new site does not have, whoever has put it there."""
        left = [*self._spare]
        for made in self._spare_products.values():
            left += made.files.rows()
        for address in left:
            if address not in self.outputs and address not in self._of_products:
                self._remove(address)
        if self._strange:
            self._remove_strangers()

    def folders(self) -> dict[str, Stamp]:
        """Inode and time of each folder of the new site."""
        found = self._folders
        for folder in self._touched | self._strange:
            now = stamp(f"{self._to}/{folder}")
            if now:
                found[folder] = now
            else:
                found.pop(folder, None)
        return found

    def _touch(self, address: str) -> None:
        folder = address
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._touched:
                break
            if self._later is not None:
                self._meet(folder)
            self._touched.add(folder)

    def _is_strange(self, product: str) -> bool:
        """Whether somebody has been at a folder of a product's files in the older build."""
        if not self._strange:
            return False
        rows = self._standing.rows_of(product)
        return any(address.rpartition("/")[0] in self._strange for address in rows)

    def _remove_strangers(self) -> None:
        files = {*self.outputs, *self._of_products, *self._aside}
        files.update(*map(self._standing.rows_of, self._taken))
        folders = {*self._folders, *self._touched, *self._aside}
        for folder in sorted(self._strange, key=len, reverse=True):
            place, below = Path(self._to, folder), f"{folder}/" if folder else ""
            for path in [*place.iterdir()] if place.is_dir() else ():
                if not path.is_dir() or path.is_symlink():
                    if below + path.name not in files:
                        path.unlink()
                elif below + path.name not in folders:
                    shutil.rmtree(path)
            self._remove_empty(place)

    def _remove(self, address: str) -> None:
        path = Path(self._to, address)
        self._touch(address)
        path.unlink(missing_ok=True)
        self._remove_empty(path.parent)

    def _remove_empty(self, folder: Path) -> None:
        with suppress(OSError):  # the first that is not empty
            while folder != Path(self._to):
                folder.rmdir()
                folder = folder.parent


def _is_as_good(spare: Output, wanted: Output) -> bool:
    """Whether a file of the older build can stay where the site before has another one.

    Of two with the same content one is kept, where links are to be had: the next build then sees
    at once that both builds have it.
    """
    return spare.sha == wanted.sha and (spare.ino == wanted.ino or 0 in (spare.ino, wanted.ino))


def _link(source: str, target: str) -> bool:
    """Let a file of one build be in another, too; whether it is the same file, and no copy."""
    try:
        os.link(source, target)
        return True
    except FileNotFoundError:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        Path(target).unlink()
    except OSError:
        shutil.copy2(source, target)
        return False
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
        return False
    return True


def _refuse_links(folder: Path) -> None:
    """Write nothing to where a link leads: nobody knows whose that is.

    Raises:
        NotADirectoryError: there is one.
    """
    with suppress(FileNotFoundError):
        if folder.is_symlink() or any(path.is_symlink() for path in folder.iterdir()):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
