"""A knowledge base whose every text tries to run."""

from __future__ import annotations

from pathlib import Path

from forewarn.model.sighting import Sighting
from kb_builder import Kb, sighting

PAYLOADS = (
    "<script>hacked=1</script>",
    '"><img src=x onerror=hacked=1>',
    "<svg onload=hacked=1>",
    "{{ config }}{% raw %}",
    "<!-- x --><iframe src=//evil.example.com></iframe>",
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
    kb.write(
        "forewarn.yml",
        f"name: '{text}'\ndescription: '{text}'\npeople:\n  eve: {{name: '{text}'}}\n",
    )
    kb.write("mkdocs.yml", f"theme: {{name: material}}\ncopyright: '{text}'\n")
    kb.product("recorder", f"'{text}'", f"description: '{text}'\nowner: eve\n")
    kb.product("player", "Player")
    kb.release("player", "2.4")
    kb.release(
        "recorder",
        "2.7",
        more=f"""
        compatibility:
          - with: player
            versions: "*"
            verdict: breaks
            about: '{text}'
            limits: '{text}'
            remedy: '{text} `{PAYLOADS[0]}` https://x.example.com/'
            verified: {{by: eve, on: 2026-05-01, how: '{text}'}}
        """,
        notes=BODY,
    )
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
        """,
        BODY,
    )
    return kb


def hostile_sighting() -> Sighting:
    """What a hostile feed may have shown."""
    text = " ".join(PAYLOADS)
    return sighting(title=text, url="javascript:hacked=1", platform=text)
