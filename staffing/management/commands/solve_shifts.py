import json
from argparse import ArgumentParser
from math import isfinite
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from staffing.rostering import benchmark
from staffing.rostering.solving import solve
from staffing.rostering.starting import NoRoster

WALL_SECONDS_A_SECOND = 3


class Command(BaseCommand):
    help = "Solve an instance of the public shift-scheduling benchmark."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="an instance in the benchmark's text format")
        parser.add_argument("--seconds", required=True, type=float, help="processor seconds, all threads")
        parser.add_argument("--workers", type=int, default=2, help="solvers at work at once")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--out", required=True, type=Path, help="where the roster is written to")

    def handle(
        self, *, file: Path, seconds: float, workers: int, seed: int, out: Path, **_options: Any
    ) -> None:
        if seconds <= 0 or workers < 1:
            raise CommandError("--seconds and --workers must be positive.")
        try:
            problem = benchmark.read(file.read_text("utf-8-sig"))
            solution = solve(
                problem,
                seconds=seconds,
                wall_seconds=seconds * WALL_SECONDS_A_SECOND,
                workers=workers,
                seed=seed,
            )
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        except NoRoster as error:
            raise CommandError(f"{file}: there is no roster for {error}.") from error
        out.write_text("".join(f"{line}\n" for line in benchmark.lines(problem, solution.roster)), "utf-8")
        answer = {
            "objective": solution.value,
            "bound": solution.bound if isfinite(solution.bound) else None,
            "status": solution.status,
            "seconds": round(solution.seconds, 2),
        }
        self.stdout.write(json.dumps(answer))
