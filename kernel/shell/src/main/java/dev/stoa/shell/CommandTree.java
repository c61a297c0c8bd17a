package dev.stoa.shell;

import dev.stoa.run.UserException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Builds the commands, runs one, and turns what goes wrong into one line and an exit code. */
final class CommandTree {
  /** Every verb, in the order of the help. */
  static final List<String> VERBS =
      List.of(
          "train",
          "watch",
          "resume",
          "eval",
          "list",
          "describe",
          "doctor",
          "demo",
          "runs",
          "park",
          "pause",
          "stop",
          "checkpoint",
          "move",
          "set",
          "fork",
          "reproduce",
          "attach",
          "help");

  private CommandTree() {}

  /**
   * Runs one command line.
   *
   * @return the exit code of the command; {@link Invocation#USER} after a user's mistake, which is
   *     told in one line
   * @throws RuntimeException a failure of ours, to be told by the caller
   */
  static int execute(Invocation call, String... arguments) {
    CommandLine line = build(call);
    Failure failure = new Failure();
    line.setParameterExceptionHandler((mistake, given) -> misused(call.output(), mistake));
    line.setExecutionExceptionHandler(
        (thrown, command, parsed) -> {
          if (thrown instanceof UserException mistake) {
            call.output().note(mistake.line());
            return Invocation.USER;
          }
          if (thrown instanceof InterruptedException) {
            call.output().note("interrupted");
            return Invocation.PARKED;
          }
          failure.thrown = thrown;
          return Invocation.INTERNAL;
        });
    int code = line.execute(arguments);
    if (failure.thrown instanceof RuntimeException ours) {
      throw ours;
    } else if (failure.thrown != null) {
      throw new IllegalStateException("the command failed", failure.thrown);
    }
    return code;
  }

  private static final class Failure {
    private Exception thrown;
  }

  private static CommandLine build(Invocation call) {
    CommandLine line = new CommandLine(new StoaCommand());
    line.addSubcommand("train", new TrainCommand(call));
    line.addSubcommand("watch", new WatchCommand(call));
    line.addSubcommand("resume", new ResumeCommand(call));
    line.addSubcommand("eval", new EvalCommand(call));
    line.addSubcommand("list", new ListCommand(call));
    line.addSubcommand("describe", new DescribeCommand(call));
    line.addSubcommand("doctor", new DoctorCommand(call));
    line.addSubcommand("demo", new DemoCommand(call));
    line.addSubcommand("runs", new RunsCommand(call));
    line.addSubcommand("park", new ChangeCommand.Park(call));
    line.addSubcommand("stop", new ChangeCommand.Stop(call));
    line.addSubcommand("checkpoint", new ChangeCommand.Checkpoint(call));
    line.addSubcommand("move", new ChangeCommand.Move(call));
    line.addSubcommand("set", new SetCommand(call));
    line.addSubcommand("fork", new ForkCommand(call));
    line.addSubcommand("reproduce", new ReproduceCommand(call));
    line.addSubcommand("attach", new AttachCommand());
    line.addSubcommand("help", new HelpCommand());
    line.getCommandSpec()
        .version("stoa " + call.installation().property("stoa.version").orElse("(unknown)"));
    Output output = call.output();
    line.setOut(new PrintWriter(output.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(output.err(), true, StandardCharsets.UTF_8));
    boolean colours = output.terminal() && System.getenv("NO_COLOR") == null;
    line.setColorScheme(Help.defaultColorScheme(colours ? Help.Ansi.ON : Help.Ansi.OFF));
    line.registerConverter(Long.class, CommandTree::whole);
    line.registerConverter(Integer.class, text -> Math.toIntExact(CommandTree.whole(text)));
    return line;
  }

  /** Whole numbers as people write them: 200000, 200_000, 2e5. */
  private static Long whole(String text) {
    try {
      if (text.matches("[+-]?\\d[\\d_]*(\\.0*)?([eE]\\d{1,2})?")) {
        return new BigDecimal(text.replace("_", "")).longValueExact();
      }
    } catch (ArithmeticException tooLarge) {
      throw new CommandLine.TypeConversionException("'" + text + "' is no whole number below 2^63");
    }
    throw new CommandLine.TypeConversionException("'" + text + "' is no whole number");
  }

  private static int misused(Output output, ParameterException mistake) {
    CommandSpec command = mistake.getCommandLine().getCommandSpec();
    StringBuilder line = new StringBuilder();
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      boolean root = command.parent() == null;
      String kind =
          unmatched.isUnknownOption() ? "option " : root ? "command " : "further argument ";
      line.append(root ? "there is no " : command.name() + " takes no ").append(kind).append(first);
      List<String> nearest =
          unmatched.isUnknownOption()
              ? Suggestions.nearest(first, options(command))
              : root ? Suggestions.nearest(first, VERBS) : List.of();
      if (!nearest.isEmpty()) {
        line.append(". Nearest: ").append(String.join(", ", nearest));
      }
    } else {
      line.append(lowerFirst(mistake.getMessage().lines().findFirst().orElse("")));
    }
    output.note(line + ". See: stoa help" + (command.parent() == null ? "" : " " + command.name()));
    return Invocation.USER;
  }

  private static List<String> options(CommandSpec command) {
    return command.options().stream().map(OptionSpec::longestName).toList();
  }

  private static String lowerFirst(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
