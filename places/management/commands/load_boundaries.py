from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from places.actions.boundaries import replace_outlines
from places.geojson import BoundariesError, read_boundaries


class Command(BaseCommand):
    help = "Replace outlines of known territories by those of a GeoJSON file (WGS 84 degrees); bad files are refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a GeoJSON FeatureCollection of polygons")
        parser.add_argument("--code-property", required=True, help="the property that holds the code, e.g. nis_code")
        parser.add_argument("--code-prefix", default="", help="put before each code, e.g. 'NIS ' for Statbel's numbers")
        parser.add_argument("--source", required=True, help="whose data and which licence; shown beside maps")
        parser.add_argument("--skip-unknown", action="store_true", help="leave out features of territories not known")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")

    def handle(
        self,
        *,
        file: Path,
        code_property: str,
        code_prefix: str,
        source: str,
        skip_unknown: bool,
        dry_run: bool,
        **options: Any,
    ) -> None:
        try:
            outlines = read_boundaries(file.read_bytes(), code_property=code_property, code_prefix=code_prefix)
            report = replace_outlines(
                outlines=outlines,
                source=source,
                by="places.load_boundaries",
                skip_unknown=skip_unknown,
                dry_run=dry_run,
            )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except BoundariesError as error:
            raise CommandError(str(error)) from error
        verb = "would be replaced" if dry_run else "replaced"
        self.stdout.write(
            f"{len(report.replaced)} outlines {verb}, {len(report.unchanged)} the same already, "
            f"{len(report.unknown)} skipped because their code is not known."
        )
