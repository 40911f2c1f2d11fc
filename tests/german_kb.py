"""A knowledge base in German: its articles, its synonyms and the language of its site."""

from __future__ import annotations

from pathlib import Path

from kb_builder import Kb


def german(root: Path) -> Kb:
    """Products with a known issue, a how-to and the words that customers use."""
    kb = Kb(root)
    kb.write("forewarn.yml", "name: Beispiel-Support\n")
    kb.write(
        "mkdocs.yml",
        "site_name: Beispiel-Support\ndocs_dir: kb\ntheme: {name: material, language: de}\n"
        "plugins: [forewarn]\n",
    )
    kb.product("rekorder", "Rekorder", "aliases:\n  - jahres-rekorder\n  - '2026': '2.7'\n")
    kb.product("spieler", "Spieler")
    for id, name in (("oracle-jdk", "Oracle JDK"), ("eclipse-temurin", "Eclipse Temurin")):
        kb.product(id, name).release(id, "17.0.1", "2021-10-19")
    kb.product("alt", "Alter Spieler").release("alt", "1.9", "2021-10-19")
    kb.release("spieler", "2.4", "2025-11-03", notes="Kleine Verbesserungen.\n")
    kb.release(
        "rekorder",
        "2.7",
        "2026-05-04",
        """
        downloads:
          - {platform: windows, url: "https://downloads.example.com/rekorder-2.7.exe"}
        compatibility:
          - with: spieler
            versions: "<2.7"
            about: Aufnahmen dieser Version abspielen
            verdict: breaks
            remedy: Den Spieler auf 2.7 aktualisieren.
        """,
        "Aufnahmen werden kleiner gespeichert.\n",
    )
    kb.article(
        "aufnahmen-umwandeln",
        "Aufnahmen umwandeln",
        body="Öffne die Aufnahme und wähle **Exportieren**, dann das ältere Format.\n",
    )
    kb.article(
        "ton-fehlt",
        "Der Ton fehlt nach dem Schneiden",
        "kind: known-issue\nremediation: workaround\napplies: {rekorder: '>=2.7'}\n",
        "Nach dem Schneiden ist die Wiedergabe stumm. Lautstärke neu einstellen.\n",
    )
    kb.article(
        "drucken",
        "Eine Übersicht drucken",
        body="Wähle **Drucken** in der Übersicht.\n",
    )
    rows = "| Kunden sagen | Wir sagen |\n|---|---|\n| Mitschnitt | Aufnahme |\n"
    return kb.article("synonyms", "Wörter der Kunden", "", rows)
