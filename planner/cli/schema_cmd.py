"""`planner schema`: keys and columns of the input, for editors and for people."""

from __future__ import annotations

import json

import click


@click.command()
@click.option(
    "--kind",
    type=click.Choice(["scenario", "contract", "platform", "stress"]),
    default="scenario",
    show_default=True,
    help="Which file.",
)
@click.option(
    "--columns",
    type=click.Choice(["all", "input", "results"]),
    is_flag=False,
    flag_value="all",
    help="The columns of every table instead (of the input, of results), in Markdown.",
)
@click.option(
    "--markdown",
    is_flag=True,
    help="The input reference instead: every file, key and column, in Markdown.",
)
def command(kind: str, columns: str | None, markdown: bool) -> None:
    """Print the JSON Schema of a scenario, contract, platform or stress file.

    Save it and name it in the first line of scenario.yaml:

    \b
      # yaml-language-server: $schema=scenario.schema.json

    \b
    planner schema > scenario.schema.json
    planner schema --columns results
    """  # noqa: D301 - click keeps the lines after \b as they are
    from planner.formats.base.columns import TABLES, describe
    from planner.formats.scenario.json_schema import json_schema
    from planner.formats.scenario.reference_page import reference_page
    from planner.reporting.tables.results_page import results_page

    if markdown:
        click.echo(reference_page(), nl=False)
        return
    if columns in ("all", "input"):
        for name, table in TABLES.items():
            click.echo("\n".join([f"### {name}", "", *describe(table), ""]))
    if columns in ("all", "results"):
        click.echo(results_page(), nl=False)
    if columns:
        return
    click.echo(json.dumps(json_schema(kind), ensure_ascii=False, indent=2))
