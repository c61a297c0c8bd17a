package dev.stoa.shell;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the tree. */
@Command(
    name = "stoa",
    description = {
      "Trains decision-making agents; algorithms, environments and devices are bundles that may be"
          + " replaced while training goes on.",
      ""
    },
    synopsisHeading = "Usage: ",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done, stopped on request",
      " 1:a failure of ours",
      " 2:a mistake of the user or a fault of a plugin",
      "130:parked by Ctrl-C; 'stoa resume DIR' goes on",
      "143:parked by a termination signal"
    },
    footer = {"", "Without a command: the shell, in which every command is stoa:COMMAND."})
final class StoaCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command is given");
  }
}
