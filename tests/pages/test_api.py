"""The API as a program meets it: from the index on, by the addresses and schemas it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from jsonschema import Draft202012Validator

from forewarn import pages
from forewarn.facts.products import products_json
from forewarn.facts.releases import releases_json
from forewarn.model.record import Audience
from forewarn.services.ask.products import ProductsQuestion, products
from forewarn.services.ask.releases import ReleasesQuestion, releases
from forewarn.store.catalogue.whole import load_worktree
from forewarn.store.settings import load_settings
from kb_builder import TODAY, Kb, sighting, story

STAFF, PUBLIC = Audience.STAFF, Audience.PUBLIC
INDEX = "index.json"


class Api:
    """What a tree has below `api/v1/`, asked by path or by address."""

    def __init__(self, files: Mapping[str, str], base: str = "https://site.invalid/sub/") -> None:
        self.files = {src: text for src, text in files.items() if src.startswith("api/v1/")}
        self.base = base

    def get(self, address: str, seen_from: str = "api/v1/index.json") -> Any:
        """The file at an address that stands in the file `seen_from`."""
        whole = urljoin(self.base + seen_from, address)
        assert whole.startswith(self.base)
        return json.loads(self.files[whole.removeprefix(self.base)])


def api(kb: Kb, audience: Audience = STAFF, today: date = TODAY) -> Api:
    settings = load_settings(kb.root)
    tree = pages.tree_of(
        pages.look(
            kb.load(), audience=audience, today=today, settings=settings, sightings=(sighting(),)
        )
    )
    base = settings.site_urls.get(audience.value)
    return Api(tree.files, base) if base else Api(tree.files)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    return story(tmp_path_factory.mktemp("api") / "kb")


@pytest.fixture(scope="module")
def staff(kb: Kb) -> Api:
    return api(kb)


@pytest.fixture(scope="module")
def public(kb: Kb) -> Api:
    return api(kb, PUBLIC)


def strict(schema: Any) -> Any:
    """The same schema for whom a key that it does not name is a mistake."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        made["additionalProperties"] = False
    return made


def validated(found: Api) -> Iterator[str]:
    """Check every file by the schema that it names; gives the names of the schemas."""
    checks = {
        src: Draft202012Validator(
            strict(json.loads(text)), format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        for src, text in found.files.items()
        if "/schemas/" in src
    }
    for check in checks.values():
        Draft202012Validator.check_schema(check.schema)
    for src, text in found.files.items():
        if "/schemas/" in src:
            continue
        data = json.loads(text)
        if "/lookup/" in src:
            name = "lookup" if src.endswith("index.json") else "lookup-file"
        else:
            name = data["$schema"].rpartition("/")[2].removesuffix(".json")
        checks[f"api/v1/schemas/{name}.json"].validate(data)
        yield name


def test_every_file_is_as_its_schema_says(staff: Api, public: Api) -> None:
    for found in (staff, public):
        schemas = {src for src in found.files if "/schemas/" in src}
        assert {f"api/v1/schemas/{name}.json" for name in validated(found)} == schemas


def test_from_the_index_everything_is_found(staff: Api) -> None:
    index = staff.get(INDEX)
    assert (index["name"], index["audience"]) == ("Example support", "staff")
    counts = {row["name"]: row["count"] for row in index["files"]}
    assert (counts["product"], counts["releases"], counts["compatibility"]) == (3, 13, 1)
    for row in index["files"]:
        assert row["description"] == staff.get(row["schema"])["description"]
        if "url" in row:
            listed = staff.get(row["url"]).get(row["name"].replace("-", "_"))
            assert listed is None or len(listed) == row["count"]
        else:
            wanted = {"product": "recorder", "pair": "player--recorder"}
            assert staff.get(row["url_template"].format(**wanted))


def test_a_program_gets_from_a_product_to_its_newest_releases_and_their_downloads(
    public: Api,
) -> None:
    products = {row["id"]: row for row in public.get("products.json")["products"]}
    recorder = public.get(products["recorder"]["url"])
    assert recorder["tracks"][0]["latest"] == [
        {"platform": None, "version": "2.7", "released_at": "2026-05-04"},
        {"platform": "macos", "version": "2.4", "released_at": "2025-12-01"},
        {"platform": "windows", "version": "2.7", "released_at": "2026-05-04"},
    ]
    assert recorder["tracks"][0]["support"]["active_until"] == "2026-08-01"
    releases = public.get(recorder["releases"])["releases"]
    assert [r["version"] for r in releases] == ["3.0", "2.7", "2.5", "2.4", "2.3", "2.2"]
    newest = releases[1]
    assert newest["status"] == "shipped"
    assert newest["downloads"][0]["url"] == "https://downloads.example.com/recorder-2.7.exe"
    assert newest["known_issues"] == ["kb/split-wrong-name.md"]
    assert newest["compatibility"][0]["verdict"] == "breaks"
    assert newest["page"] == "https://help.example.com/products/recorder/2.7/"
    assert releases[2]["withdrawn"]["replacement"] == "2.7"


def test_a_program_reads_whether_two_versions_work_together(public: Api) -> None:
    recorder = public.get("products/recorder.json")
    (with_player,) = recorder["compatibility"]
    pair = public.get(with_player["url"])
    assert pair["products"] == ["player", "recorder"]

    def verdict(player: str, recorder: str) -> str:
        row = next(i for i, run in enumerate(pair["rows"]) if player in run["versions"])
        column = next(i for i, run in enumerate(pair["columns"]) if recorder in run["versions"])
        return str(pair["verdicts"][row][column])

    assert verdict("2.4", "2.7") == "breaks"
    assert verdict("2.4", "2.4") == "works"
    # Its inspection tag ran out, and a promise that nobody stands by is none.
    assert verdict("2.7", "2.7") == "unknown"
    assert {s["verdict"] for s in pair["statements"]} == {"works", "limited", "breaks"}


def test_events_are_those_of_the_feed(staff: Api, public: Api) -> None:
    found = staff.get("events.json")["events"]
    assert found[0]["kind"] == "unannounced_download"
    assert found[0]["severity"] == "critical"
    shown = public.get("events.json")["events"]
    assert "unannounced_download" not in {event["kind"] for event in shown}
    assert {event["id"] for event in shown} <= {event["id"] for event in found}


def test_customers_are_told_neither_who_nor_how_nor_what_is_under_embargo(public: Api) -> None:
    whole = "\n".join(public.files.values())
    for word in ("maria", "Maria", "three sample", "Not yet announced", "refund"):
        assert word not in whole
    for src, text in public.files.items():
        if "/schemas/" not in src:
            assert '"briefing"' not in text
            assert '"by"' not in text


def test_staff_get_the_briefing_and_who_verified_what(staff: Api) -> None:
    releases = json.loads(staff.files["api/v1/releases/recorder.json"])["releases"]
    newest = next(r for r in releases if r["version"] == "2.7")
    assert newest["briefing"].startswith("Customers on player 2.4 see *Unsupported container*.")
    assert newest["compatibility"][0]["verified"]["by"] == "maria"


def test_the_command_line_says_the_same_of_a_release_as_the_staff_api(kb: Kb, staff: Api) -> None:
    listed = releases_json(
        releases(kb.root, ReleasesQuestion(product="recorder"), today=TODAY, progress=None)
    )
    of_api = json.loads(staff.files["api/v1/releases/recorder.json"])["releases"]
    assert [row["version"] for row in of_api] == ["3.0", "2.7", "2.5", "2.4", "2.3", "2.2"]
    own = [row for row in listed if row["status"] != "unrecorded"]
    for row, other in zip(own, of_api, strict=True):
        assert row.pop("file") == f"releases/recorder/{row['version']}.md"
        for statement in row["compatibility"]:
            assert (statement.pop("file"), type(statement.pop("line"))) == (
                f"releases/recorder/{row['version']}.md",
                int,
            )
        assert other.pop("page")
        other.pop("live", None)  # only the site was given a sighting
        assert row == other


def test_the_command_line_says_the_same_of_a_product_as_the_staff_api(kb: Kb, staff: Api) -> None:
    listed = products_json(products(kb.root, ProductsQuestion(), today=TODAY))
    addresses = ("url", "releases", "page")
    of_api = staff.get("products.json")["products"]
    assert [{k: v for k, v in row.items() if k not in addresses} for row in of_api] == listed
    assert len(listed) == 3


def test_where_nobody_said_where_the_site_is_addresses_are_relative(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb").write("forewarn.yml", "name: Example\npeople: {maria: {name: M}}\n")
    found = api(kb)
    index = found.get(INDEX)
    template = next(r["url_template"] for r in index["files"] if r["name"] == "product")
    product = found.get(template.format(product="recorder"))
    src = "api/v1/products/recorder.json"
    assert product["$schema"] == "../../../api/v1/schemas/product.json"
    assert found.get(product["releases"], src)["product"] == "recorder"
    assert urljoin(f"https://x.example.com/sub/{src}", product["page"]) == (
        "https://x.example.com/sub/products/recorder/"
    )


def test_a_product_with_a_thousand_releases_is_in_several_files(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb").product("many", "Many").product("many=2".replace("=", "-"), "Other")
    for number in range(520):
        kb.release("many", f"1.{number}")
    found = api(kb)
    first = json.loads(found.files["api/v1/releases/many.json"])
    rest = found.get(first["next"], "api/v1/releases/many.json")
    versions = [r["version"] for r in first["releases"] + rest["releases"]]
    assert versions == [f"1.{number}" for number in reversed(range(520))]
    assert rest["next"] is None


def test_a_change_elsewhere_leaves_the_files_of_a_product_as_they_are(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    before = api(kb).files
    kb.product("another", "Another").release("another", "1")
    after = api(kb).files
    changed = {src for src, text in before.items() if after[src] != text and "lookup" not in src}
    assert changed == {
        "api/v1/index.json",
        "api/v1/products.json",
        "api/v1/latest.json",
        "api/v1/events.json",
    }


def test_nothing_in_the_api_is_of_the_day_of_the_publish(kb: Kb, staff: Api) -> None:
    assert api(kb, today=TODAY + timedelta(days=1)).files == staff.files


def test_what_is_taken_back_from_customers_is_gone(tmp_path: Path) -> None:
    kb = story(tmp_path / "kb")
    assert "container version 3" in "\n".join(api(kb, PUBLIC).files.values())
    for path in ("recorder/2.7", "player/2.7"):
        file = kb.root / f"releases/{path}.md"
        file.write_text(file.read_text().replace("status:", "audience: staff\nstatus:"))
    left = "\n".join(api(kb, PUBLIC).files.values())
    assert "container version 3" not in left
    assert "recorder-2.7" not in left


@pytest.mark.slow
def test_the_api_of_this_project_is_as_its_schemas_say() -> None:
    root = Path(__file__).parents[2]
    catalogue, settings = load_worktree(root).catalogue, load_settings(root)
    for audience in Audience:
        tree = pages.tree_of(
            pages.look(catalogue, audience=audience, today=TODAY, settings=settings)
        )
        assert set(validated(Api(tree.files))) >= {"product", "releases", "compatibility"}
