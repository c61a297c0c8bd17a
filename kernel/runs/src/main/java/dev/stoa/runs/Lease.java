package dev.stoa.runs;

/** The right of a holder to call a part, from swap point to swap point. */
final class Lease {
  /** Who holds leases: an incarnation of a run, an evaluation. */
  interface Holder {
    /** The part is leaving: give the lease back at the next swap point. Only enqueues. */
    void leave(Lease lease);

    /** Whether a thread works for this holder: a drain on it would wait for itself. */
    boolean owns(Thread thread);

    /** Past the deadline: what the holder's thread still does with the part is of no account. */
    void disown(Lease lease, String why);
  }

  final PartEntry part;
  final Holder holder;

  Lease(PartEntry part, Holder holder) {
    this.part = part;
    this.holder = holder;
  }
}
