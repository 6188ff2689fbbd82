"""`seatrial faults list | prove`: the library of faults, each proved on real nodes."""

import datetime

from labs.fault_file import fault_ids, load_fault
from tui.command_line.parser import Options


def show(options: Options) -> int:
    """One line per fault, with the day of its proof."""
    from labs.fault_proof import read_fault_proofs

    proofs = read_fault_proofs()
    for fault in map(load_fault, fault_ids()):
        proof = proofs.get(fault.id)
        proved = proof is not None and proof.content_hash == fault.content_hash
        date = f"proved {proof.date}" if proof and proved else "not proved as it is"
        print(f"{fault.id:<28} {fault.profile}/{fault.node} · {fault.title} · {date}")
    return 0


def prove(options: Options) -> int:
    """Prove faults one after the other; what is proved whole enters the ledger.

    0 all proved, 1 something was refuted, 2 something could not be judged.
    """
    from cluster import image, virtualisation
    from grader.proof.attempt_stage import apart
    from grader.proof.fault_stage import prove_faults
    from labs.fault_proof import FaultProof, keep_fault_proof
    from tui.command_line.progress_lines import duration, progress_lines
    from tui.command_line.prove import show as show_part

    faults = [load_fault(one) for one in options.faults or fault_ids()]
    codes = [0]
    with apart():
        for fault, report in prove_faults(faults, progress_lines(options.verbose), known=show_part):
            print(
                f"{fault.id}: {len(report.parts)} parts in {duration(report.seconds)}", flush=True
            )
            codes.append(report.exit_code)
            built = image.current()
            if report.proved and built:
                proof = FaultProof(
                    fault.id,
                    fault.content_hash,
                    built.name,
                    str(built.manifest["kubernetes"]),
                    virtualisation.probe().kind.value,
                    round(report.seconds),
                    datetime.datetime.now(datetime.UTC).date().isoformat(),
                )
                keep_fault_proof(proof)
    return 1 if 1 in codes else max(codes)
