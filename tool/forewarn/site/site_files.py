"""The files of a site as MkDocs knows them, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, set_exclusions


class SiteFiles(Files):
    """Of ten thousand pages, one leads to a few; `srcs` are the paths of all."""

    def __init__(self, config: MkDocsConfig, srcs: Iterable[str]) -> None:
        super().__init__([])
        self._config = config
        self._srcs = {*srcs}

    def add(self, srcs: Iterable[str]) -> None:
        """Know of more files."""
        self._srcs.update(srcs)

    def get_file_from_path(self, path: str) -> File | None:
        """The file of that path, if there is one."""
        found = super().get_file_from_path(path)
        src = PurePath(path).as_posix()
        if found is None and src in self._srcs:
            found = File.generated(self._config, src, content="")
            set_exclusions([found], self._config)
            self.append(found)
        return found
