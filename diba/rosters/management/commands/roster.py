"""`diba roster solve | check | depth | survive | confirm`: the engine from the command line, on Diba's files and others'."""

import json
import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import translation

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import check, read_problem, read_roster, solve, write_roster

from ...actions import clash_words_by_key
from .. import verbs as verbs_of_loss

LARGEST_FILE = 50_000_000  # bytes
OK, BROKEN, BAD = 0, 1, 2


class Command(BaseCommand):
    help = "Solve or check a rostering problem (docs/models/rostering.md describes the files)."
    requires_system_checks: list = []

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        solving = verbs.add_parser("solve", help="search for a roster")
        solving.add_argument("problem")
        solving.add_argument("--seconds", type=float, default=60)
        solving.add_argument("--workers", type=int, default=2)
        solving.add_argument("--seed", type=int, default=1)
        solving.add_argument("--out", required=True, help="the roster as CSV: employee,day,shift")
        solving.add_argument("--json", action="store_true")
        checking = verbs.add_parser("check", help="check a roster: objective and every broken rule")
        checking.add_argument("problem")
        checking.add_argument("file")
        checking.add_argument("--json", action="store_true")
        verbs_of_loss.add_depth(verbs)
        verbs_of_loss.add_survive(verbs)
        verbs_of_loss.add_confirm(verbs)

    def handle(self, **options):
        try:
            code = getattr(self, options["verb"])(options)
        except BadInput as error:
            self._say(options, {"error": "bad_input", "reason": error.reason, "field": error.field, "row": error.row,
                                "value": error.value}, f"cannot be read: {error}")  # fmt: skip
            code = BAD
        except OSError as error:
            self._say(options, {"error": "file", "reason": str(error)}, f"{error.filename}: {error.strerror}")
            code = BAD
        if code:
            sys.exit(code)

    def solve(self, options):
        if not 0 < options["seconds"] <= 86_400 or not 1 <= options["workers"] <= 256:
            raise BadInput("out_of_range", "--seconds or --workers")
        problem = read_problem(_read(options["problem"]))
        cpu = time.process_time()

        def progress(state):
            self.stderr.write("{seconds:7.1f} s  objective {objective:<8.0f} bound {bound:.0f}".format(**state))

        try:
            solution = solve(
                problem, seconds=options["seconds"], workers=options["workers"], seed=options["seed"], progress=progress
            )
        except NoSolution as error:
            clash = [dict(part) for part in error.clash]
            self._say(options, {"error": "no_solution", "clash": clash}, _no_roster(problem, clash))
            return BROKEN
        Path(options["out"]).write_text(write_roster(problem, solution.roster))
        figures = {
            "objective": solution.objective, "bound": solution.bound, "gap": round(solution.gap, 6),
            "proven": solution.proven, "violations": [vars(v) for v in solution.report.violations],
            "cost": solution.report.cost, "seconds": round(solution.seconds, 2), "engine": solution.engine,
            "cpu_seconds": round(time.process_time() - cpu, 2), "out": options["out"],
        }  # fmt: skip
        words = (
            f"objective {solution.objective}  bound {solution.bound}  gap {solution.gap:.2%}"
            f"{'  proven best' if solution.proven else ''}  violations {len(solution.report.violations)}"
            f"  {solution.seconds:.1f} s  {options['out']}"
        )
        self._say(options, figures, words)
        return OK if solution.report.legal else BROKEN

    def check(self, options):
        problem = read_problem(_read(options["problem"]))
        report = check(problem, read_roster(problem, _read(options["file"])))
        lines = [
            f"objective {report.objective}  violations {len(report.violations)}  "
            + "  ".join(f"{k} {v}" for k, v in report.cost.items())
        ]
        lines += [
            "  " + "  ".join(f"{name} {value}" for name, value in vars(v).items() if value not in ("", None))
            for v in report.violations
        ]
        figures = {
            "objective": report.objective, "cost": report.cost, "legal": report.legal,
            "violations": [vars(v) for v in report.violations], "holes": [vars(hole) for hole in report.holes],
        }  # fmt: skip
        self._say(options, figures, "\n".join(lines))
        return OK if report.legal else BROKEN

    def depth(self, options):
        problem = read_problem(_read(options["problem"]))
        roster = read_roster(problem, _read(options["file"])) if options["file"] else None
        figures, words = verbs_of_loss.depth(problem, roster)
        self._say(options, figures, words)
        return OK if figures["depth"] >= 0 else BROKEN

    def survive(self, options):
        problem = read_problem(_read(options["problem"]))
        roster = read_roster(problem, _read(options["file"]))
        groups = _read(options["groups"]) if options["groups"] else None
        told = [0.0]

        def progress(state):
            if state["seconds"] >= told[0] + 1:
                told[0] = state["seconds"]
                self.stderr.write("{seconds:7.1f} s  {done} of {total}  survived {survived}".format(**state))

        figures, words, certificate = verbs_of_loss.survive(problem, roster, options, groups, progress)
        if options["certificate"]:
            verbs_of_loss.written(options["certificate"], certificate)
        self._say(options, figures, words)
        return OK if figures["tried"] == figures["survived"] else BROKEN

    def confirm(self, options):
        problem = read_problem(_read(options["problem"]))
        roster = read_roster(problem, _read(options["file"]))
        figures, words = verbs_of_loss.confirmed(_read(options["certificate"]), problem, roster)
        self._say(options, figures, words)
        return OK if figures["confirmed"] else BROKEN

    def _say(self, options, figures, words):
        self.stdout.write(json.dumps(figures, ensure_ascii=False, default=str) if options["json"] else words)


def _read(name):
    path = Path(name)
    if path.is_dir():
        raise BadInput("is_a_folder", value=name)
    if path.stat().st_size > LARGEST_FILE:
        raise BadInput("file_too_large", value=name)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("not_text", value=name) from None


def _no_roster(problem, clash):
    """Return why there is no roster, a sentence a line; in English, as everything this command says."""
    with translation.override("en"):
        return "\n  ".join(["no roster:", *clash_words_by_key(clash, problem.start)])
