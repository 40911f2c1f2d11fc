"""Prints a constraint for each dependency of the package: the lowest version that it declares."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
for text in (*project["dependencies"], *project["optional-dependencies"]["zensical"]):
    requirement = Requirement(text)
    (lowest,) = (part.version for part in requirement.specifier if part.operator == ">=")
    print(f"{requirement.name}=={lowest}")
