package dev.stoa.conformance;

import dev.stoa.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What every device must compute and keep. Independent of a test framework: a device's own tests
 * run every case and every rule under its name. The system property {@code stoa.conformance=full}
 * makes the rules thorough, which takes an hour instead of a minute.
 */
public final class Conformance {
  private Conformance() {}

  /** Graphs with inputs and the results that plain loops or a hand computation give. */
  public static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.addAll(ElementwiseCases.all());
    cases.addAll(FunctionCases.all());
    cases.addAll(ReductionCases.all());
    cases.addAll(ProductCases.all());
    cases.addAll(LayoutCases.all());
    cases.addAll(IndexCases.all());
    cases.addAll(PlacementCases.all());
    cases.addAll(SequenceCases.all());
    cases.addAll(SpecialValueCases.all());
    cases.addAll(SpecialFunctionCases.all());
    cases.addAll(StructureCases.all());
    cases.addAll(ShapeCases.all());
    cases.addAll(RowCases.all());
    cases.addAll(BoundedCases.all());
    return List.copyOf(cases);
  }

  /** The rules of sessions, buffers and executables, and the accuracy of float32 functions. */
  public static List<Rule> rules() {
    List<Rule> rules = new ArrayList<>(SessionRules.all());
    rules.addAll(MemoryRules.all());
    rules.addAll(AccuracyRules.all());
    rules.addAll(BoundedRules.all());
    return List.copyOf(rules);
  }

  /**
   * Equal bits, wherever and whenever: on the first and a late call, on one and two threads, in a
   * second session and in several at once, for host and device (random bits, uniform and normal
   * numbers).
   */
  public static List<Rule> bits() {
    return BitRules.all();
  }

  /** What processor devices promise besides: normal numbers with the host's very bits. */
  public static Rule hostNormals() {
    return BitRules.hostNormals();
  }

  /**
   * And so float32 functions, running sums and products and linear recurrences: equal bits on all
   * of them. And a graph with a capacity gives the bits of its masked graph on the same device.
   */
  public static List<Rule> hostBits() {
    List<Rule> rules = new ArrayList<>();
    rules.add(new Rule("Functions have the host's bits", HostRules::functions));
    rules.add(new Rule("Functions of arguments of all kinds do too", HostRules::mixed));
    rules.addAll(HostRules.allArguments());
    rules.add(new Rule("Running sums and recurrences have the host's bits", HostRules::sequences));
    rules.add(BoundedRules.skipping());
    return List.copyOf(rules);
  }

  /**
   * Equal bits in virtual machines of other modes, each a process of its own: interpreted, with
   * narrower vectors, without the vector module where this one has it.
   *
   * @param maker a class on the class path with a public constructor without arguments, which
   *     supplies the device there; system properties that begin with {@code stoa.} are passed on
   */
  public static List<Rule> virtualMachines(Class<? extends Supplier<? extends Device>> maker) {
    return VirtualMachines.rules(maker);
  }
}
