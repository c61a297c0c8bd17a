package dev.stoa.shell;

import dev.stoa.run.UserException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stoa attach}: the launcher does it, before any framework starts; here stands its help. */
@Command(
    name = "attach",
    description = {
      "Opens the shell of a living process, over a Unix domain socket of the same user.",
      "Without PID: the only living process. exit leaves; the process goes on."
    })
final class AttachCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PID", arity = "0..1", description = "Process to attach to.")
  Long pid;

  @Override
  public Integer call() {
    throw new UserException(
        "this already is the shell of a process", "attach", "Use it as: bin/stoa attach [PID]");
  }
}
