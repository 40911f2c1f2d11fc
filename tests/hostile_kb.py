"""A knowledge base whose every text tries to run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from forewarn.model.sighting import OtherDigest, Sighting
from kb_builder import Kb, sighting

PAYLOADS = (
    "<script>hacked=1</script>",
    '"><img src=x onerror=hacked=1>',
    "<svg onload=hacked=1>",
    "{{ config }}{% raw %}",
    "<!-- x --><iframe src=//evil.example.com></iframe>",
    "</title></textarea></style></script><script>hacked=1</script>",
    "' onmouseover='hacked=1' x='",
    "`onfocus=hacked=1 autofocus`",
    "[x](javascript:hacked=1)",
    "]]><script>hacked=1</script>",
    "\\u003cimg src=x onerror=hacked=1\\u003e &lt;img src=x onerror=hacked=1&gt;",
)
# An address as far as an address may go.
ADDRESS = (
    "https://x.example.com/?q=javascript:hacked=1&s=%22%3E%3Cimg%20src=x%20onerror=hacked=1%3E"
)
BODY = """
<script>hacked=1</script>
<img src="x" onerror="hacked=1">
<img src="https://evil.example.com/pixel.png" alt="far away">
<a href="javascript:hacked=1">one</a> [two](javascript:hacked=1) [three](JaVaScRiPt:hacked=1)
[four](data:text/html;base64,PHNjcmlwdD4=) <a href="//evil.example.com" ping="//evil.example.com">x</a>
<iframe src="//evil.example.com"></iframe><object data="//evil.example.com"></object>
<form action="//evil.example.com"><input type="password" name="p" onfocus="hacked=1"></form>
<style>body { background: url(//evil.example.com/x) }</style>
<p style="background: url(//evil.example.com/x)" onclick="hacked=1">styled</p>
<base href="//evil.example.com/"><meta http-equiv="refresh" content="0; //evil.example.com">
<link rel="stylesheet" href="//evil.example.com/x.css">
<a id="__config">{"search": "//evil.example.com/worker.js"}</a>
<pre class="mermaid"><code>graph TD; A-->B</code></pre>
<video src="//evil.example.com/x" autoplay></video>
<svg><a href="javascript:hacked=1"><text x="1" y="9">six</text></a><animate onbegin="hacked=1"/>
<style>@import "//evil.example.com/x.css"</style><image href="//evil.example.com/x.svg"/></svg>
<math><mtext><table><mglyph><style><img src=x onerror=hacked=1></style></mglyph></table></mtext></math>
<button type="submit" formaction="//evil.example.com" data-copy="<img src=x onerror=hacked=1>">send</button>
<table data-filter-state="<img src=x onerror=hacked=1>"><tr><td>7</td></tr></table>
<div is="x-y" contenteditable autofocus onfocus="hacked=1" data-clipboard-text="<script>">eight</div>

## Heading <script>hacked=1</script> {onclick="hacked=1" data-toc-label="<img src=x onerror=hacked=1>"}

![pixel](https://evil.example.com/pixel.png){ onload="hacked=1" }

```mermaid
graph TD; A-->B
```

*[A]: <script>hacked=1</script>
"""


def hostile(root: Path) -> Kb:
    """A knowledge base with a payload in every text."""
    kb = Kb(root)
    text = " ".join(PAYLOADS).replace("'", "''")
    names = ", ".join(f"'{payload}'" for payload in _doubled(PAYLOADS))
    names += ", " + ", ".join(f"{{'code {payload}': stable}}" for payload in _doubled(PAYLOADS))
    kb.write("forewarn.yml", _settings(text))
    kb.write("mkdocs.yml", f"theme: {{name: material}}\ncopyright: '{text}'\n")
    kb.product(
        "recorder",
        f"'{text}'",
        f"""
        description: '{text}'
        owner: eve
        homepage: '{ADDRESS}'
        reference: '{ADDRESS}'
        aliases: [{names}]
        support:
          stable:
            - {{on: 2026-01-01, active_until: 2026-09-01, reason: '{text}'}}
            - {{on: 2026-02-01, active_until: 2026-10-01, reason: '{text}'}}
        watch: [{{type: feed, url: '{ADDRESS}', headers: {{X-Said: '{text}'}}}}]
        """,
    )
    kb.product("player", "Player")
    kb.release("player", "2.4")
    kb.release("recorder", "2.7", "", _release(text), BODY)
    kb.write("releases/recorder/2.7.briefing.md", BODY)
    kb.release(
        "recorder",
        "2.6",
        "",
        f"""
        status: withdrawn
        released_at: 2026-04-01
        withdrawn: {{on: 2026-04-02, reason: '{text}'}}
        """,
    )
    kb.article(
        "attack",
        f"'{text}'",
        f"""
        kind: known-issue
        applies: {{recorder: "*"}}
        opened: 2026-05-01
        remediation: workaround
        contingency: '{text}'
        verified: {{by: eve, on: 2026-05-01, how: '{text}'}}
        reference: '{ADDRESS}'
        """,
        BODY,
    )
    return kb


def _doubled(texts: Iterable[str]) -> list[str]:
    return [text.replace("'", "''") for text in texts]


def _settings(text: str) -> str:
    return f"""
        name: '{text}'
        description: '{text}'
        people:
          eve: {{name: '{text}'}}
        lists:
          desk: {{name: '{text}', email: desk@example.com}}
        rooms:
          calls: {{name: '{text}', place: '{text}'}}
        channels:
          chat: {{type: folder, path: '{text}'}}
        sites:
          staff: https://support.example.com/
        websub:
          staff: {ADDRESS}
        heartbeat: {ADDRESS}
        """


def _release(text: str) -> str:
    return f"""
        status: shipped
        released_at: 2026-03-01
        history:
          - {{to: shipped, at: 2026-03-01, by: '{text}'}}
          - {{to: withdrawn, at: 2026-03-02, by: '{text}', withdrawn: {{on: 2026-03-02, reason: '{text}'}}}}
          - {{to: shipped, at: 2026-03-03, by: '{text}', reason: '{text}'}}
        downloads:
          - {{platform: windows, url: '{ADDRESS}', sha256: {"9f2c4a7b" * 8}}}
        support: {{active_until: 2026-09-01, reason: '{text}'}}
        reference: '{ADDRESS}'
        compatibility:
          - with: player
            versions: "*"
            verdict: breaks
            about: '{text}'
            limits: '{text}'
            remedy: '{text} `{PAYLOADS[0]}` https://x.example.com/'
            verified: {{by: eve, on: 2026-05-01, how: '{text}'}}
            reference: '{ADDRESS}'
          - with: player
            versions: ">=2.4"
            verdict: works
            about: '{text} too'
            holds_until: {{open: '{text}'}}
        """


def hostile_sighting() -> Sighting:
    """What a hostile feed may have shown."""
    text = " ".join(PAYLOADS)
    url = "javascript:hacked=1"
    seen = datetime(2026, 5, 20, tzinfo=UTC)
    return sighting(
        title=text,
        url=url,
        source=url,
        platform=text,
        reason=text,
        arch=text,
        channel=text,
        track=text,
        download=url,
        sha256=text,
        notes=(text,),
        others=((url, (("sha512", text),)),),
        other=OtherDigest(algorithm=text, before=text, since=seen, after=text, at=seen),
    )
