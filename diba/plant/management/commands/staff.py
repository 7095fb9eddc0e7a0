"""`diba staff`: bring the office's workbook in, take it back, give the template or the register out."""

import json
import sys
from pathlib import Path

from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from diba.plant.actions import importing
from diba.plant.management.database import DatabaseCommand
from diba.plant.management.language import spoken
from diba.plant.models import Import
from diba.plant.workbook.headers import COLUMNS


class Command(DatabaseCommand):
    help = "Import a staff workbook (dry run, confirm, undo), write the template, export the register."

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        bring = verbs.add_parser("import", help="read a workbook, show what it does, write it after a yes")
        bring.add_argument("file")
        bring.add_argument("--dry-run", action="store_true", help="show, write nothing")
        bring.add_argument("--json", action="store_true")
        bring.add_argument("--yes", action="store_true", help="write without asking")
        bring.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADING=FIELD",
            help="what an unknown column of the staff sheet means",
        )
        back = verbs.add_parser("undo", help="take an import back")
        back.add_argument("number", type=int)
        for verb in ("template", "export"):
            verbs.add_parser(verb).add_argument("out")

    def handle(self, **options):
        with translation.override(spoken()):
            getattr(self, f"_{options['verb']}")(options)

    def _import(self, options):
        path = Path(options["file"])
        try:
            with path.open("rb") as file:
                data = file.read(20_000_001)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        for pair in options["map"]:
            heading, _sign, name = pair.partition("=")
            if name not in COLUMNS["staff"]:
                words = _("--map: unknown field %(name)r; known: %(known)s")
                raise CommandError(words % {"name": name, "known": ", ".join(sorted(COLUMNS["staff"]))})
            importing.remember("staff", heading, name)
        try:
            row, plan, reading = importing.dry_run(data, path.name, keep=not options["dry_run"])
        except importing.FileRefused as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            else:
                self.stderr.write(str(error))
            sys.exit(2)
        if not options["json"]:
            self._show(plan, reading)
        if not options["dry_run"]:
            self._confirm(row, plan, options)
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    importing.as_json(plan) | {"import": row.pk if row else None, "counts": plan.counts()},
                    ensure_ascii=False,
                )
            )

    def _confirm(self, row, plan, options):
        nothing = not plan.added and not plan.changed
        if nothing:
            importing.drop(row)
            if not options["json"]:
                self.stdout.write(_("The register says the same already: nothing to write"))
            return
        agreed = (
            options["yes"]
            or options["json"]
            or (sys.stdin.isatty() and input(_("write this? [y/N]") + " ").strip().lower() in ("y", "yes", "是"))
        )
        if not agreed:
            importing.drop(row)
            self.stdout.write(_("nothing was written (add --yes to write without being asked)"))
            return
        counts = importing.confirm(row)
        if counts is None:
            raise CommandError(_("the register changed while this was read: nothing was written, try once more"))
        if not options["json"]:
            words = _("written: %(added)s added, %(changed)s changed; take it back with: diba staff undo %(number)s")
            self.stdout.write(words % {**counts, "number": row.pk})

    def _show(self, plan, reading):
        counts = plan.counts()
        words = _("added %(added)s, changed %(changed)s, unchanged %(unchanged)s, refused %(refused)s")
        self.stdout.write(words % counts)
        for entry in importing.as_json(plan)["changed"][:50]:
            for name, (old, new) in entry.get("changes", {}).items():
                words = importing.field_words(name, entry["kind"])
                self.stdout.write(
                    f"  {entry['label']}: {words} {importing.value_words(name, old)} → {importing.value_words(name, new)}"
                )
        for item in importing.as_json(plan)["refused"]:
            words = _("refused: %(sheet)s row %(row)s %(column)s “%(value)s”: %(reason)s; %(remedy)s")
            self.stdout.write("  " + words % item)
        for _kind, sheet, heading in reading.unknown:
            words = _("not understood: sheet %(sheet)s")
            if heading:
                words = _("not understood: sheet %(sheet)s, column “%(heading)s”: say --map '%(heading)s=FIELD'")
            self.stdout.write("  " + words % {"sheet": sheet, "heading": heading})

    def _undo(self, options):
        row = Import.objects.filter(pk=options["number"]).first()
        if row is None:
            raise CommandError(_("there is no import %(number)s") % {"number": options["number"]})
        try:
            count = importing.undo(row)
        except importing.Collision as error:
            words = _("cannot be taken back; changed or used since: %(entries)s")
            raise CommandError(words % {"entries": ", ".join(error.labels)}) from None
        self.stdout.write(_("taken back: %(n)s entries") % {"n": count} if count else _("nothing to take back"))

    def _template(self, options):
        self._write(options["out"], importing.template_workbook())

    def _export(self, options):
        self._write(options["out"], importing.export_register())

    def _write(self, out, data):
        try:
            Path(out).write_bytes(data)
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from None
