"""The `ioc` command: a module of `deploy.commands` per subcommand, imported when asked for."""

from importlib import import_module
from importlib.util import find_spec

import click

from seeds import __version__

# Name -> one line for `ioc --help`; the module has the name with `_` for `-`, and a click command
# called `command`.
COMMANDS = {
    "up": "Start the whole monitor on this machine.",
    "check": "Check all configuration and say what is wrong, and where.",
    "doctor": "Look for what this machine lacks.",
    "worker": "Fold the log into figures and serve them.",
    "connect": "Run connectors: take events from the province's systems.",
    "sources": "List every source with its state and its scores.",
    "wall": "Serve the wall.",
    "boards": "Build, check and publish the boards.",
    "simulate": "Write or send a province's year of dossiers.",
    "feeds": "Be a simulated province's other systems: interfaces, files, databases.",
    "verify": "Prove that every figure equals the truth.",
    "topics": "Create and describe the topics of the log.",
    "catalogue": "Import procedures; list codes nobody knows.",
    "law": "Check rule files of deadlines; show whom a change moves.",
    "dead-letters": "List, show, replay and discard refused records.",
    "explain": "Print the receipt of a case's deadline.",
    "watch": "List the cases on which somebody must act.",
    "state-hash": "Print the hash of the folded state.",
    "bench": "Measure speed beside peers, in one run.",
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [name for name in COMMANDS if find_spec(_module(name))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS or not find_spec(_module(cmd_name)):
            return None
        command: click.Command = import_module(_module(cmd_name)).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if commands := self.list_commands(ctx):
            with formatter.section("Commands"):
                formatter.write_dl([(name, COMMANDS[name]) for name in commands])


def _module(name: str) -> str:
    return "deploy.commands." + name.replace("-", "_")


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: ioc up --scenario year-2023",
)
@click.version_option(__version__, prog_name="ioc-monitor")
def main() -> None:
    """The monitor of a province's operations centre.

    Exit codes: 0 right, 1 a difference or finding, 2 wrong use.
    """
