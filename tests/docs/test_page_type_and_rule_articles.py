"""The page type and the rules of the articles work when they are installed and named."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from command_line import Kb
from plugin_article import KB, InstalledPlugin, install

pytestmark = pytest.mark.slow

# Of days that lie within a year, whenever this runs: the later one in another month.
UNTIL, LATER = (date.today() + timedelta(days=days) for days in (40, 80))  # noqa: DTZ011
ENDING = f"""\
---
status: shipped
released_at: 2026-05-04
support: {{active_until: {UNTIL}}}
---
New: <b>louder</b> recordings.
"""

PUBLIC = ("publish", "--no-deliver", "--audience", "public")
# The lines below the package that stand in the article.
_MORE = re.compile(r"^```python\n(# below .*?)^```$", re.MULTILINE | re.DOTALL)


def severities(kb: Kb, rows: str) -> None:
    """Give rules another severity; the player was never tried with the recorder here."""
    settings = kb.read("forewarn.yml").partition("check:\n")[0]
    kb.write("forewarn.yml", f"{settings}check:\n  severity: {{untested-lockstep: off{rows}}}\n")


def publish(plugin: InstalledPlugin, kb: Kb) -> str:
    return plugin.forewarn(kb.root, "publish", "--no-deliver")


def built(kb: Kb, path: str, audience: str = "public") -> str:
    return kb.read(f"site/{audience}/{path}")


def test_the_page_type_of_the_article_is_in_both_sites_in_navigation_and_in_search(
    acme: Kb, tmp_path: Path
) -> None:
    plugin = install("write-a-page-type.md", tmp_path / "site")
    acme.write("releases/recorder/2.7.md", ENDING)
    product = acme.read("releases/recorder/product.yml")
    acme.write("releases/recorder/product.yml", product.replace("Recorder", "Recorder <i>&"))
    acme.commit()
    publish(plugin, acme)
    for audience in ("staff", "public"):
        page = built(acme, "support-ends/index.html", audience)
        assert f"{UNTIL.day} {UNTIL:%B} {UNTIL.year}" in page and "Recorder &lt;i&gt;&amp;" in page
        assert "<i>&" not in page and "Recorder <i>" not in page
        assert 'href="../calendar/"' in page
        assert '<a href="support-ends/" class="md-nav__link">' in built(
            acme, "index.html", audience
        )
        assert built(acme, "support-ends/recorder.csv", audience) == (
            f"version,until\n2.7,{UNTIL}\n"
        )
        kinds = json.loads(built(acme, "pagefind/bundles.json", audience))["kinds"]
        assert kinds["acme-support-ends"] == "End of support" and kinds["release"] == "Release"
        facets = acme.root / f"site/{audience}/pagefind/now-0/facets.pack"
        assert b"acme-support-ends" in gzip.decompress(facets.read_bytes())


def test_the_site_follows_when_a_page_type_is_changed_or_removed(acme: Kb, tmp_path: Path) -> None:
    plugin = install("write-a-page-type.md", tmp_path / "site")
    acme.write("releases/recorder/2.7.md", ENDING)
    acme.commit()
    publish(plugin, acme)
    table = acme.root / "site/public/support-ends/recorder.csv"
    assert table.read_text() == f"version,until\n2.7,{UNTIL}\n"
    code = plugin.site / "acme_support_ends.py"
    code.write_text(code.read_text().replace("version,until", "release,last day"))
    publish(plugin, acme)
    assert table.read_text() == f"release,last day\n2.7,{UNTIL}\n"
    acme.run("publish", "--no-deliver")
    assert not table.exists()
    assert "support-ends" not in built(acme, "index.html")


def test_tables_of_all_products_are_made_again_when_what_they_are_made_of_has_changed(
    acme: Kb, tmp_path: Path
) -> None:
    plugin = install("write-a-page-type.md", tmp_path / "site", ACME="first")
    (more,) = _MORE.findall((KB / "write-a-page-type.md").read_text())
    # What is no part of the view tells when a table was made.
    told = more.replace('"until,release', '__import__("os").environ["ACME"] + "\\nuntil,release')
    code = plugin.site / "acme_support_ends.py"
    code.write_text(f"{code.read_text()}\n{told}")
    acme.write("releases/recorder/2.7.md", ENDING)
    acme.commit()
    plugin.forewarn(acme.root, *PUBLIC)
    table = acme.root / f"site/public/support-ends/{UNTIL:%Y-%m}.csv"
    assert table.read_text() == f"first\nuntil,release\n{UNTIL},recorder@2.7\n"
    plugin.environ["ACME"] = "second"
    acme.write("releases/recorder/2.7.md", ENDING + "And clearer ones.\n")
    acme.commit()
    plugin.forewarn(acme.root, *PUBLIC)
    assert table.read_text().startswith("first\n")
    assert "And clearer ones" in built(acme, "products/recorder/2.7/index.html")
    acme.write("releases/recorder/2.7.md", ENDING.replace(f"{UNTIL}", f"{LATER}"))
    acme.commit()
    plugin.forewarn(acme.root, *PUBLIC)
    assert not table.exists()
    assert built(acme, f"support-ends/{LATER:%Y-%m}.csv") == (
        f"second\nuntil,release\n{LATER},recorder@2.7\n"
    )


def test_what_is_wrong_with_a_page_type_is_told_by_its_name(acme: Kb, tmp_path: Path) -> None:
    plugin = install("write-a-page-type.md", tmp_path / "site")
    code = plugin.site / "acme_support_ends.py"
    right = code.read_text()
    tried = ("pages", "--audience", "public", "--to", str(tmp_path / "pages"))

    code.write_text(right.replace("PAGES = ", "import nowhere\nPAGES = "))
    said = plugin.forewarn(acme.root, *tried, code=2)
    assert "the page type 'support_ends' cannot be loaded" in said and "nowhere" in said
    assert "acme-support-ends 1.0" in said and "Traceback" not in said

    code.write_text(right.replace("PAGES = PageType(", "PAGES = dict("))
    assert "'support_ends' is no PageType but dict" in plugin.forewarn(acme.root, *tried, code=2)

    code.write_text(right.replace('"support-ends.md"', '"index.md"'))
    said = plugin.forewarn(acme.root, *tried, code=4)
    assert "index.md: two page types make this page" in said


def test_the_rules_of_the_article_are_checked_explained_and_set_as_our_own(
    acme: Kb, tmp_path: Path
) -> None:
    severities(acme, "")
    plugin = install("write-a-rule.md", tmp_path / "site")
    for product in ("recorder", "player"):
        path = f"releases/{product}/2.4.md"
        acme.write(path, acme.read(path) + "\nNew.\n")
    plugin.forewarn(acme.root, "check")
    acme.write("releases/recorder/2.7.md", "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\n")
    acme.write(
        "kb/help.md", "---\ntitle: NO SOUND\nkind: how-to\naudience: public\n---\nTurn it up.\n"
    )
    acme.commit()
    for _ in range(2):  # the second time they are remembered
        data = json.loads(
            plugin.forewarn(acme.root, "check", "--format", "sarif", code=1).partition(
                "\nfindings"
            )[0]
        )
        (run,) = data["runs"]
        assert [(row["ruleId"], row["level"]) for row in run["results"]] == [
            ("acme-shouting", "error"),
            ("acme-no-notes", "warning"),
        ]
        described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
        assert described["acme-shouting"]["help"]["text"].endswith("Write it as a sentence.")
    said = plugin.forewarn(acme.root, "check", "--explain", "acme-no-notes")
    assert said.startswith("acme-no-notes (warning)") and "Write below the front matter" in said
    said = plugin.forewarn(acme.root, "publish", "--no-deliver", code=1)
    assert "acme-shouting" in said or "shouts" in said

    severities(acme, ", acme-shouting: off, acme-no-notes: off")
    plugin.forewarn(acme.root, "check")
    # Without the package the row speaks of nothing, and that is said.
    assert "there is no rule 'acme-shouting'" in acme.run("check", code=1).out


def test_what_was_remembered_does_not_outlive_a_change_of_the_rules(
    acme: Kb, tmp_path: Path
) -> None:
    severities(acme, "")
    plugin = install("write-a-rule.md", tmp_path / "site")
    assert "acme-no-notes" in plugin.forewarn(acme.root, "check", code=1)
    code = plugin.site / "acme_rules.py"
    code.write_text(code.read_text().replace("Status.SHIPPED", "Status.WITHDRAWN"))
    plugin.forewarn(acme.root, "check")
    acme.run("check")


def test_two_rules_of_one_id_and_a_finding_of_none_are_refused(acme: Kb, tmp_path: Path) -> None:
    plugin = install("write-a-rule.md", tmp_path / "site")
    code = plugin.site / "acme_rules.py"
    right = code.read_text()
    code.write_text(right.replace('"acme-no-notes"', '"no-remedy"'))
    said = plugin.forewarn(acme.root, "check", code=2)
    assert "two sets of rules have a rule 'no-remedy': 'acme' and 'statements'" in said
    code.write_text(right.replace("rules=(NO_NOTES, SHOUTING)", "rules=(SHOUTING,)"))
    said = plugin.forewarn(acme.root, "check", code=2)
    assert "found something under 'acme-no-notes', which is no rule of any set" in said
