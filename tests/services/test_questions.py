"""Every question can be asked by a program: a request in, an answer out, and one JSON of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from command_line import run
from forewarn.errors import UsageError
from forewarn.facts.compat import compat_json, impact_json, matrix_json, path_json
from forewarn.facts.identified import identified_json
from forewarn.facts.products import products_json
from forewarn.facts.releases import latest_releases_json, releases_json, shown_json
from forewarn.facts.sightings import sightings_json
from forewarn.facts.suites import suite_diff_json, suite_json
from forewarn.services.ask.compat import (
    CompatQuestion,
    MatrixQuestion,
    PathQuestion,
    compat,
    matrix,
    path,
)
from forewarn.services.ask.identify import IdentifyQuestion, identify_what
from forewarn.services.ask.impact import ImpactQuestion, impact
from forewarn.services.ask.products import ProductsQuestion, products
from forewarn.services.ask.releases import (
    LatestQuestion,
    ReleaseQuestion,
    ReleasesQuestion,
    latest,
    release,
    releases,
)
from forewarn.services.ask.sightings import SightingsQuestion, all_sightings
from forewarn.services.ask.suites import SuiteDiffQuestion, SuiteQuestion, suite, suite_diff
from kb_builder import Kb, story
from waiting import today

pytestmark = pytest.mark.slow

# What is typed, and the same as a program asks it.
ASKED: dict[str, tuple[Callable[..., Any], Any, Callable[[Any], object]]] = {
    "compat recorder@2.7 player@2.4": (
        compat,
        CompatQuestion(releases=("recorder@2.7", "player@2.4")),
        compat_json,
    ),
    "compat recorder@2 player@2.4": (
        compat,
        CompatQuestion(releases=("recorder@2", "player@2.4")),
        compat_json,
    ),
    "compat recorder@2.7 player@2.4 recorder@2.4": (
        compat,
        CompatQuestion(releases=("recorder@2.7", "player@2.4", "recorder@2.4")),
        compat_json,
    ),
    "compat matrix recorder player": (
        matrix,
        MatrixQuestion(a="recorder", b="player"),
        matrix_json,
    ),
    "compat path recorder@2.7 player@2.4": (
        path,
        PathQuestion(a="recorder@2.7", b="player@2.4"),
        path_json,
    ),
    "impact recorder@2.7": (impact, ImpactQuestion(release="recorder@2.7"), impact_json),
    "identify recorder-2.7.exe": (
        identify_what,
        IdentifyQuestion(what="recorder-2.7.exe"),
        identified_json,
    ),
    "product list": (products, ProductsQuestion(), products_json),
    "release list recorder": (
        releases,
        ReleasesQuestion(product="recorder"),
        lambda found: list(releases_json(found)),
    ),
    "release show recorder 2.7": (
        release,
        ReleaseQuestion(product="recorder", version="2.7"),
        shown_json,
    ),
    "release latest recorder --platform macos": (
        latest,
        LatestQuestion(product="recorder", platform="macos"),
        latest_releases_json,
    ),
    "suite show studio 2": (suite, SuiteQuestion(suite="studio", version="2"), suite_json),
    "suite diff studio 1 2": (
        suite_diff,
        SuiteDiffQuestion(suite="studio", old="1", new="2"),
        suite_diff_json,
    ),
    "sightings": (all_sightings, SightingsQuestion(), sightings_json),
}


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    kb = story(tmp_path_factory.mktemp("asked") / "kb").product("studio", "Studio")
    kb.release("studio", "1", more="contains: {recorder: 2.4, player: 2.4}\n")
    return kb.release("studio", "2", more="contains: {recorder: 2.7, player: 2.4}\n")


@pytest.mark.parametrize("words", ASKED)
def test_a_program_gets_the_answer_that_the_command_prints(kb: Kb, words: str) -> None:
    service, question, as_json = ASKED[words]
    found = service(kb.root, question, today=today())
    assert found.unread == ()
    ran = run("-C", str(kb.root), *words.split(), "--format", "json")
    assert json.loads(json.dumps(as_json(found))) == ran.json


def test_a_question_that_cannot_be_meant_is_an_error_and_no_exit(kb: Kb) -> None:
    with pytest.raises(UsageError, match="there is no product 'recoder'"):
        release(
            kb.root,
            ReleaseQuestion(product="recoder", version="2.7"),
            today=today(),
        )


def test_what_answers_needs_no_command_line() -> None:
    code = (
        "import sys, pkgutil, forewarn.facts, forewarn.services.ask as ask\n"
        "for room in (ask, forewarn.facts):\n"
        "    for found in pkgutil.iter_modules(room.__path__):\n"
        "        __import__(f'{room.__name__}.{found.name}')\n"
        "print(len(sys.modules) > 50, 'click' in sys.modules, 'forewarn.cli' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False False\n"
