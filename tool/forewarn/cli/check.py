"""`forewarn check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forewarn.cli.output import knowledge_base, mention, reading, say

if TYPE_CHECKING:
    from pathlib import Path

    from forewarn.services.check.run import CheckReport


@click.command("check")
@click.option(
    "--format",
    "as_format",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How to print the findings; github is for annotations in pull requests.",
)
@click.option("--since", metavar="COMMIT", help="Find many records that have vanished since then.")
@click.option(
    "--only",
    "only",
    multiple=True,
    metavar="PATH",
    help="Only findings in this file or folder. May be given again.",
)
@click.option("--fix", is_flag=True, help="Mend the mistakes that have one right mend.")
@click.option("--dry-run", is_flag=True, help="With --fix: show the mends, and make none.")
@click.option("--explain", metavar="RULE", help="Say what a rule means and how to mend.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.pass_context
def command(
    ctx: click.Context,
    as_format: str,
    since: str | None,
    only: tuple[str, ...],
    fix: bool,
    dry_run: bool,
    explain: str | None,
    paths: tuple[str, ...],
) -> None:
    """Check every record, every article and forewarn.yml; exit 1 if there is a finding.

    With PATHs, as `--only` has them, everything is read, and only findings in these files are
    told. A fix is never committed, and keeps comments, order and every other byte.

    \b
    Example:  forewarn -C my-kb check
              forewarn check --fix --dry-run
              forewarn check --explain no-remedy
    """
    if explain is not None:
        _explain(explain)
        return
    if dry_run and not fix:
        raise click.UsageError("--dry-run is for --fix")
    root = knowledge_base(ctx)
    report = _check(root, since, (*only, *paths))
    for path in (*only, *paths):
        if not (root / _inside(root, path)).exists():
            say(f"note: there is no {path}; no finding can be there")
    if fix:
        mended = _mend(root, report, to_stderr=as_format != "text", write=not dry_run)
        report = _check(root, since, (*only, *paths)) if mended and not dry_run else report
    _print(root, report, as_format)
    ctx.exit(_exit_code(report))


def _explain(id: str) -> None:
    from forewarn.cli.say.findings import explanation
    from forewarn.services.check import rules

    click.echo(explanation(rules.get(id)))


def _check(root: Path, since: str | None, only: tuple[str, ...]) -> CheckReport:
    from forewarn.services.check.run import check

    wanted = [_inside(root, path) for path in only]
    with reading() as progress:
        report = check(root, since=since, progress=progress)
    return report.within(wanted) if wanted else report


def _inside(root: Path, path: str) -> str:
    """A path given on the command line, relative to the knowledge base."""
    from pathlib import Path

    for base in (Path.cwd(), root):
        # Without a look at the file: it may be one that was removed.
        full = (base / path).absolute()
        if full.is_relative_to(root.absolute()):
            return full.relative_to(root.absolute()).as_posix()
    raise click.BadParameter(f"{path!a} is not in the knowledge base {root}", param_hint="PATH")


def _mend(root: Path, report: CheckReport, *, to_stderr: bool, write: bool) -> bool:
    """Mend and show what was or would be mended; whether there was anything."""
    from forewarn.services.check.fix import fix

    mended = fix(root, report.findings, write=write)
    for row in mended:
        click.echo(row.diff, err=to_stderr)
    what = "files mended" if write else "files to mend"
    say(f"{what}: {len(mended)}" if mended else "nothing here has one right mend")
    return bool(mended)


def _print(root: Path, report: CheckReport, as_format: str) -> None:
    from forewarn.cli.say.findings import FORMATS
    from forewarn.model.visible import printable

    text = FORMATS[as_format](report.findings, _from_here(root))
    if text:
        click.echo(printable(text))
    mention(f"findings: {len(report.findings)}; files read: {report.files}")


def _from_here(root: Path) -> str:
    """The way from this folder to the knowledge base, for who looks for its files from here."""
    from pathlib import Path

    here, there = Path.cwd().resolve(), root.resolve()
    if not there.is_relative_to(here) or there == here:
        return ""
    return f"{there.relative_to(here).as_posix()}/"


def _exit_code(report: CheckReport) -> int:
    if report.readable == 0:
        return 4
    return 1 if report.findings else 0
