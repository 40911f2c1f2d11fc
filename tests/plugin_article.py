"""A plug-in as an article has it: installed from a temporary folder, and forewarn beside it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from own_process import OwnProcess, run_command

KB = Path(__file__).parents[1] / "kb"
# A file of the package begins with its name.
_FILE = re.compile(r"^```(?:python|toml)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class InstalledPlugin:
    """A plug-in that is installed in the folder `site`, beside the forewarn of these tests."""

    site: Path
    environ: dict[str, str] = field(default_factory=dict)

    def forewarn(self, root: Path, *words: str, code: int = 0) -> str:
        """Run a forewarn command in a knowledge base; it must end with `code`."""
        ran = OwnProcess(_beside, self.site, "-C", str(root), *words, environ=self._environ).wait()
        assert ran.code == code, f"{ran.code}\n{ran.out}\n{ran.err}"
        return ran.out + ran.err

    @property
    def _environ(self) -> dict[str, str]:
        return {**os.environ, **self.environ, "PYTHONPATH": str(self.site)}

    def contract(self, *names: str, cwd: Path) -> set[str]:
        """Run the contract tests that come with forewarn over plug-ins; all must pass.

        Returns what was tried, as `test_file name`.
        """
        named = ("-k", " or ".join(names))
        words = ("--pyargs", "forewarn.contract", *named, "-p", "no:cacheprovider", "-v")
        done = self.python("-m", "pytest", *words, cwd=cwd)
        assert done.returncode == 0, done.stdout + done.stderr
        passed = re.findall(r"(\w+)\.py::\w+\[(.+)\] PASSED", done.stdout)
        return {f"{file} {name}" for file, ids in passed for name in ids.split("-")}

    def python(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run Python where the plug-in is installed."""
        return subprocess.run(
            [sys.executable, *words],
            env=self._environ,
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def _beside(site: Path, *words: str) -> None:
    """Run a command as Python does that begins with PYTHONPATH."""
    sys.path.insert(0, str(site))
    run_command(*words)


def install(article: str, folder: Path, **environ: str) -> InstalledPlugin:
    """Install the package that stands in an article of kb/, as an installer would.

    What a wheel of it would hold is put into a folder on Python's path: its modules, and what its
    pyproject.toml says of it. No network is needed, and no build.
    """
    files = dict(_FILE.findall((KB / article).read_text(encoding="utf-8")))
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
    module = f"{project['name'].replace('-', '_')}.py"
    assert module in files, f"{article} has no {module}"
    _write(folder, project["name"], project["version"], project["entry-points"], files)
    return InstalledPlugin(folder, environ)


def install_module(folder: Path, group: str, name: str, code: str, kind: str) -> InstalledPlugin:
    """Install one module whose class `kind` is registered as `name` in `forewarn.<group>`."""
    points = {f"forewarn.{group}": {name: f"{name}_plugin:{kind}"}}
    _write(folder, f"{name}-plugin", "1.0", points, {f"{name}_plugin.py": code})
    return InstalledPlugin(folder)


def _write(
    folder: Path,
    package: str,
    version: str,
    points: Mapping[str, Mapping[str, str]],
    files: Mapping[str, str],
) -> None:
    about = folder / f"{package.replace('-', '_')}-{version}.dist-info"
    about.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n", encoding="utf-8"
    )
    registered = "".join(
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
        for group, entries in points.items()
    )
    (about / "entry_points.txt").write_text(registered, encoding="utf-8")
