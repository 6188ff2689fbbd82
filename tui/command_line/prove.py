"""`seatrial labs prove`: every solution, wrong answer and rule of a lab, on real nodes."""

import datetime

from cluster import image, virtualisation
from grader.proof.attempt_stage import SEED, apart, proofs
from grader.proof.demands import Demands
from grader.proof.report import ProofPart, ProofReport
from labs.course import lab_places, load_lab
from labs.model import Lab
from labs.proof import Proof, keep_proof
from tui.command_line.parser import Options
from tui.command_line.progress_lines import duration, progress_lines


def prove(options: Options) -> int:
    """Prove labs, side by side as far as there are cores; whole proofs enter the ledger.

    0 all proved, 1 something was refuted, 2 something could not be judged.
    """
    wanted = options.labs or [place.id for place in lab_places()]
    labs = [load_lab(lab_id, SEED) for lab_id in wanted]
    codes = []
    with apart(), proofs(labs, progress_lines(), Demands(options.only or ()), show) as running:
        for lab in labs:
            report = running[lab.id].result()
            seconds = duration(report.seconds)
            print(f"{lab.id}: {len(report.parts)} parts in {seconds}", flush=True)
            codes.append(report.exit_code)
            if report.proved and not options.only:
                keep_proof(_proof(lab, report))
    return 1 if 1 in codes else max(codes)


def show(lab_id: str, part: ProofPart) -> None:
    """A part's verdict and, if it does not hold, why."""
    reason = f"\n         {part.reason}" if part.reason else ""
    print(
        f"{part.verdict.value:<8} {lab_id} {part.name} · {duration(part.seconds)}{reason}",
        flush=True,
    )


def _proof(lab: Lab, report: ProofReport) -> Proof:
    built = image.current()
    return Proof(
        lab.id,
        lab.content_hash,
        built.name if built else "",
        str(built.manifest["kubernetes"]) if built else "",
        virtualisation.probe().kind.value,
        round(report.seconds),
        datetime.datetime.now(datetime.UTC).date().isoformat(),
    )
