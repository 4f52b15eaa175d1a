"""Runs programs on a generated workload, each in its own process. Shared by the benchmarks in this folder."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WORKLOAD_SCRIPT = Path(__file__).resolve().with_name("workload.py")
DEFAULT_ALMONER = Path(__file__).resolve().parent.parent / "target" / "dist" / "almoner"

AWARDS, REPURPOSES, PAYMENTS = "workload/awards.csv", "workload/repurposes.csv", "workload/payments.csv"


class Failed(Exception):
    """A command failed or a figure is wrong, so that no time is printed."""


@dataclass(frozen=True)
class Run:
    seconds: float
    peak_kib: int
    output: str = ""


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Runner:
    """Runs each command in its own process, in the work folder, without the user's settings files."""

    def __init__(self, work: Path) -> None:
        self.work = work
        home = work / "home"
        home.mkdir()
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "ALMONER_USER": "benchmark",
            # Otherwise every run after the first would read a cache instead of the journal.
            "BEANCOUNT_DISABLE_LOAD_CACHE": "1",
        }

    def run(self, command: list[str], weigh: bool = False) -> Run:
        """Times a command; `weigh` starts it in a slightly slower way that makes its peak memory correct.

        Linux counts the memory of the starting process at that moment as the new one's. A vfork shares all of this
        script's memory; a fork only what it has written to.
        """
        # Documented with the subprocess module, in spite of the underscore.
        subprocess._USE_VFORK = not weigh  # type: ignore[misc]
        out_path, err_path = self.work / "stdout", self.work / "stderr"
        with out_path.open("wb") as out, err_path.open("wb") as err:
            begin = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=self.work, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors = err_path.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
            raise Failed(f"exit code {process.returncode} from: {' '.join(command)}\n{errors}")
        return Run(seconds, usage.ru_maxrss, out_path.read_text(encoding="utf-8"))

    def least_peak_kib(self) -> int:
        """Returns the peak of a program that does nothing: lower peaks cannot be distinguished."""
        return max(self.run(["true"], weigh=True).peak_kib for _ in range(5))


def make_workload(work: Path, transactions: int, seed: int, formats: Iterable[str] = ()) -> str:
    """Writes the CSV files and the requested formats, and returns a summary of the counts."""
    note(f"generating the workload: {transactions} transactions")
    command = [sys.executable, WORKLOAD_SCRIPT, "--transactions", str(transactions), "--seed", str(seed)]
    command += ["--out", work / "workload", "--formats", ",".join(formats)]
    made = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if made.returncode != 0:
        raise Failed("the workload could not be generated")
    return made.stdout.strip()


@contextmanager
def work_folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="almoner-bench-") as name:
            yield Path(name)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
