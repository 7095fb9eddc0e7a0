"""`diba record verify`: has anybody altered, removed or reordered what was written down?"""

import json
import sys

from diba.plant.actions import seal, verify
from diba.plant.management.database import DatabaseCommand


class Command(DatabaseCommand):
    help = "Seal and verify the record of who did and read what."

    def add_arguments(self, parser):
        parser.add_argument("verb", choices=["verify", "seal"])
        parser.add_argument("--json", action="store_true")

    def handle(self, **options):
        if options["verb"] == "seal":
            self.stdout.write(f"{seal()} rows sealed")
            return
        checked, faults = verify()
        if options["json"]:
            self.stdout.write(json.dumps({"checked": checked, "faults": [vars(fault) for fault in faults]}))
        else:
            self.stdout.write(f"{checked} rows checked, {len(faults)} faults")
            for fault in faults:
                self.stdout.write(f"  {fault.kind}: row {fault.record_id}, link {fault.sequence}")
        if faults:
            sys.exit(1)
