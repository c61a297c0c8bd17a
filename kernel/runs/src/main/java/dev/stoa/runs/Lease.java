package dev.stoa.runs;

/** The right of one incarnation of a run to call a part, from swap point to swap point. */
final class Lease {
  final PartEntry part;
  final Incarnation holder;

  Lease(PartEntry part, Incarnation holder) {
    this.part = part;
    this.holder = holder;
  }
}
