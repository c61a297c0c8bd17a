package dev.stoa.shell;

import dev.stoa.run.UserException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stoa help}. */
@Command(name = "help", description = "Shows the help of a command, or of all.")
final class HelpCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "Command to explain.")
  String command;

  @Override
  public Integer call() {
    CommandLine root = spec.parent().commandLine();
    CommandLine shown = command == null ? root : root.getSubcommands().get(command);
    if (shown == null) {
      List<String> nearest = Suggestions.nearest(command, CommandTree.VERBS);
      throw new UserException(
          "there is no command " + command,
          "",
          nearest.isEmpty() ? "See: stoa help" : "Nearest: " + String.join(", ", nearest));
    }
    shown.usage(shown.getOut(), shown.getColorScheme());
    return Invocation.OK;
  }
}
