"""The subcommands of `forewarn import`, one file each."""
