"""What agents type with a customer on the line, and the page that answers it.

Written from the calls that this knowledge base is for, before the search was tuned to anything.
A page is an address below the site's own; one that ends in `#` and an id is a place on a page.
"""

from __future__ import annotations

QUESTIONS: tuple[tuple[str, str], ...] = (
    # Versions, as they are said and as programs print them
    ("python 3.13.0", "products/python/3.13.0/"),
    ("click 8.2.2", "products/click/8.2.2/"),
    ("Click v8.3.0", "products/click/8.3.0/"),
    ("mkdocs-material==9.7.2", "products/mkdocs-material/9.7.2/"),
    ("material for mkdocs 9.8.1", "products/mkdocs-material/9.8.1/"),
    ("sqlite3.52.0", "products/sqlite/3.52.0/"),
    ("git version 2.45.1", "products/git/2.45.1/"),
    ("GitPython-3.2.1", "products/gitpython/3.2.1/"),
    ("aiohttp 3.14.4", "products/aiohttp/3.14.4/"),
    ("zensical 0.0.48", "products/zensical/0.0.48/"),
    ("6.0.2", "products/pyyaml/6.0.2/"),
    # The beginning of several versions
    ("python 3.9", "products/python/3.9.25/"),
    ("python 3.9.x", "products/python/3.9.25/"),
    ("click 8", "products/click/8.5.1/"),
    # Hashes and file names
    (
        "5a99f8e7a6a11a7b98b4e75e0d1303d3832cada5534068f69c7b6222a7b1b002",
        "products/python/3.10.0/",
    ),
    ("795c34f4", "products/python/3.12.0/"),
    ("python-3.11.0-amd64.exe", "products/python/3.11.0/"),
    ("git-2.45.2.tar.xz", "products/git/2.45.2/"),
    ("Python-3.13.15.tar.xz", "products/python/3.13.15/"),
    # Error lines, as customers read or paste them
    ("ModuleNotFoundError: No module named 'cgi'", "kb/known-issues/feedparser-cgi-removed/"),
    (
        "ModuleNotFoundError: No module named 'distutils'",
        "kb/known-issues/python-3-12-distutils-removed/",
    ),
    ("AttributeError: cython_sources", "kb/known-issues/pyyaml-cython-sources/"),
    (
        "fatal: detected dubious ownership in repository at '/srv/app'",
        "kb/known-issues/git-dubious-ownership/",
    ),
    (
        "ImportError: Failed to initialize: Bad git executable.",
        "kb/known-issues/gitpython-bad-git-executable/",
    ),
    (
        "a bytes-like object is required, not 'str'",
        "kb/known-issues/click-8-4-windows-pager/",
    ),
    (
        "got an unexpected keyword argument 'mix_stderr'",
        "kb/known-issues/click-8-2-mix-stderr-removed/",
    ),
    (
        "Unrecognised theme name: 'material'",
        "kb/known-issues/mkdocs-theme-material-not-installed/",
    ),
    ("Aborted with 3 warnings in strict mode!", "kb/known-issues/mkdocs-strict-link-warnings/"),
    ("database disk image is malformed", "kb/known-issues/sqlite-wal-reset/"),
    (
        "active post-checkout hook found during git clone",
        "kb/known-issues/git-2-45-1-lfs-clone/",
    ),
    ("Sentinel.UNSET", "kb/known-issues/click-8-3-0-unset-marker/"),
    (
        "AssertionError: unexpected '<' char in declaration",
        "kb/known-issues/feedparser-assertion-error/",
    ),
    ("CVE-2024-22190", "kb/known-issues/gitpython-2022-2024-advisories/"),
    ("CVE-2026-73295", "kb/known-issues/material-search-suggest-xss/"),
    ("1002", "kb/known-issues/aiohttp-3-14-2-websocket-1002/"),
    # Symptoms, in a customer's words
    ("upload form gives 413", "kb/known-issues/aiohttp-3-14-4-form-fields/"),
    (
        "browser does not refresh after saving a page",
        "kb/known-issues/mkdocs-serve-no-live-reload/",
    ),
    ("websocket disconnects since update", "kb/known-issues/aiohttp-3-14-2-websocket-1002/"),
    ("verbose flag has no effect", "kb/known-issues/click-8-2-0-typed-flags-ignored/"),
    ("tab completion broken in fish", "kb/known-issues/click-8-4-fish-completion/"),
    ("feed reader uses 100% cpu", "kb/known-issues/feedparser-slow-author/"),
    (
        "git runs the wrong command after a typo",
        "kb/known-issues/git-help-autocorrect-runs-at-once/",
    ),
    ("search finds nothing zensical", "kb/known-issues/zensical-0-0-48-search/"),
    ("pages made by plugin are missing", "kb/known-issues/zensical-ignores-plugins-silently/"),
    ("preview hangs with many tabs open", "kb/known-issues/mkdocs-serve-tabs-lock-up/"),
    ("drafts gone from preview", "kb/known-issues/mkdocs-exclude-docs-no-drafts/"),
    ("corrupt database sqlite", "kb/known-issues/sqlite-wal-reset/"),
    ("ci job fails because help exits with 2", "kb/known-issues/click-8-2-group-exit-code/"),
    ("which python does material need", "kb/known-issues/material-9-8-needs-python-3-11/"),
    ("is material for mkdocs discontinued", "kb/known-issues/material-end-of-life/"),
    ("does material work with mkdocs 2", "kb/known-issues/mkdocs-2-breaks-material/"),
    # Typing errors
    ("dubios ownership", "kb/known-issues/git-dubious-ownership/"),
    ("feedparsr assertion error", "kb/known-issues/feedparser-assertion-error/"),
    ("zenscal 0.1.0", "products/zensical/0.1.0/"),
    ("exit cdoes", "kb/exit-codes/"),
    # Other words than the pages have
    ("return code 3", "kb/exit-codes/"),
    ("e-mail notification not received", "kb/troubleshooting/"),
    ("set up smtp", "kb/files/settings/"),
    ("yanked release of click", "kb/known-issues/click-8-2-2-withdrawn/"),
    # How is it done
    ("how do I announce a planned release", "kb/commands/release/"),
    ("what do customers see", "kb/who-sees-what/"),
    ("compare two versions", "kb/commands/version/"),
    ("back up the state", "kb/ci/"),
)
