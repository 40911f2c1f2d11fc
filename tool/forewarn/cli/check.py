"""`forewarn check`."""

from __future__ import annotations

import click

from forewarn.cli.output import emit, format_option, knowledge_base, say


@click.command("check")
@format_option
@click.pass_context
def command(ctx: click.Context, as_format: str) -> None:
    """Check every record, every article and forewarn.yml; exit 1 if there is a finding.

    \b
    Example:  forewarn -C my-kb check
    """
    from forewarn.services.check import check

    report = check(knowledge_base(ctx))
    data = {
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity.value,
                "file": finding.place.file,
                "line": finding.place.line,
                "message": finding.message,
                "help": finding.help,
            }
            for finding in report.findings
        ]
    }
    lines = [
        f"{f.place}: {f.severity.value}: {f.message} [{f.rule}]\n    {f.help}"
        for f in report.findings
    ]
    emit(as_format, data, "\n".join(lines))
    say(f"{len(report.findings)} findings in {report.files} files")
    ctx.exit(1 if report.findings else 0)
