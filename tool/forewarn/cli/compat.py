"""`forewarn compat`."""

from __future__ import annotations

from datetime import datetime

import click

from forewarn.cli.output import emit, format_option, knowledge_base


@click.command("compat")
@click.argument("a", metavar="A@V")
@click.argument("b", metavar="B@V")
@format_option
@click.pass_context
def command(ctx: click.Context, a: str, b: str, as_format: str) -> None:
    """Say whether two releases work together, and what to tell the customer.

    Nothing stated is `unknown`, never `works`.

    \b
    Example:  forewarn compat recorder@2.7 player@2.4
    """
    from forewarn.cli.reading import statement_json
    from forewarn.cli.wording import compat_text
    from forewarn.model.compatibility import judge
    from forewarn.services.lookup import the_pair
    from forewarn.store.catalogue import load_worktree

    loaded = load_worktree(knowledge_base(ctx))
    judgement = judge(loaded.catalogue, the_pair(loaded, a), the_pair(loaded, b))
    data = {
        "a": str(judgement.a),
        "b": str(judgement.b),
        "verdict": judgement.verdict.value,
        "statements": [statement_json(row.statement) for row in judgement.applied],
        "remedies": list(judgement.remedies),
    }
    emit(as_format, data, compat_text(judgement, datetime.now().astimezone().date()))
