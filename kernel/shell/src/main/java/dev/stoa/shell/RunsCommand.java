package dev.stoa.shell;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stoa:runs}. */
@Command(
    name = "runs",
    description = "Shows the runs of this process: state, step, parts with their versions.")
final class RunsCommand implements Callable<Integer> {
  private final Invocation call;

  @Option(names = "--json", description = "One JSON array on standard output.")
  boolean json;

  RunsCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() {
    new RunTable(call, false).show(json);
    return Invocation.OK;
  }
}
