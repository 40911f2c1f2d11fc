"""`forewarn import`: take over what others keep lists of."""

from __future__ import annotations

import click

from forewarn.cli.output import fail_unknown, hear_quiet

_GROUP = "importers"


class _Importers(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        from forewarn import plugins

        return list(plugins.names(_GROUP))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from forewarn import plugins

        if cmd_name not in plugins.names(_GROUP):
            return None
        importer = plugins.load_one(_GROUP, cmd_name, click.Command)
        hear_quiet(importer)
        return importer

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args[0] not in known and args[0][:1].isalnum():
            fail_unknown(ctx, args[0], known)
        return super().resolve_command(ctx, args)


@click.group(name="import", cls=_Importers)
def command() -> None:
    """Take over products and releases that others keep lists of.

    Only what is new is added, in one commit: records that are here already are left alone. What
    shipped long ago is recorded as history, which alerts nobody.

    \b
    Example:  forewarn import endoflife ../endoflife --dry-run
    """
