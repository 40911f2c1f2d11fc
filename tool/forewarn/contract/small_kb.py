"""A small knowledge base, on which pages and rules are tried."""

from __future__ import annotations

from pathlib import Path

_FILES = {
    "forewarn.yml": "name: Acme support\n",
    "releases/recorder/product.yml": "name: Recorder\nscheme: semver\n",
    "releases/recorder/2.7.0.md": "---\nstatus: shipped\nreleased_at: 2026-05-04\n---\nNew.\n",
    "releases/player/product.yml": "name: Player\nscheme: semver\n",
    "releases/player/2.4.0.md": "---\nstatus: shipped\nreleased_at: 2026-02-02\n"
    "support: {active_until: 2026-09-30}\n---\nNew.\n",
    "kb/no-sound.md": "---\ntitle: No sound\nkind: known-issue\naudience: public\nremediation: "
    'none_available\napplies: {recorder: "2.7.0"}\n---\nThere is no sound.\n',
}


def write(root: Path) -> Path:
    """Write the files of the knowledge base, in which `check` of forewarn finds nothing."""
    for path, text in _FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root
