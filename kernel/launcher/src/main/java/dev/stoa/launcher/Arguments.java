package dev.stoa.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The command line as the launcher sees it: its own options come first, all that follows is the
 * command and belongs to the shell bundle.
 *
 * @param mode what is to be done
 * @param deploy folder of {@code --deploy}
 * @param data folder of {@code --data}
 * @param pid process to attach to; empty for the only living one
 * @param command the verb and its arguments; empty for the interactive shell
 */
record Arguments(
    Mode mode,
    Optional<String> deploy,
    Optional<String> data,
    OptionalLong pid,
    List<String> command) {

  /** What is to be done. */
  enum Mode {
    /** Print the version. */
    VERSION,
    /** Connect to the shell of a living process. */
    ATTACH,
    /** Start the framework and run one command. */
    COMMAND,
    /** Start the framework and read commands from the terminal. */
    INTERACTIVE
  }

  /**
   * Splits a command line.
   *
   * @throws LaunchException with exit code 2 for an option without its value or a bad process id
   */
  static Arguments parse(String... args) {
    Optional<String> deploy = Optional.empty();
    Optional<String> data = Optional.empty();
    int next = 0;
    while (next < args.length) {
      String option = args[next];
      if (option.equals("--deploy")) {
        deploy = Optional.of(value(args, next));
        next += 2;
      } else if (option.equals("--data")) {
        data = Optional.of(value(args, next));
        next += 2;
      } else {
        break;
      }
    }
    List<String> command = new ArrayList<>(List.of(args).subList(next, args.length));
    if (command.isEmpty()) {
      return new Arguments(Mode.INTERACTIVE, deploy, data, OptionalLong.empty(), List.of());
    }
    switch (command.get(0)) {
      case "--version":
        return new Arguments(Mode.VERSION, deploy, data, OptionalLong.empty(), List.of());
      case "attach":
        if (command.size() > 1 && command.get(1).startsWith("-")) {
          break; // attach --help: the shell bundle knows the text
        }
        return new Arguments(Mode.ATTACH, deploy, data, pid(command), List.of());
      default:
        break;
    }
    return new Arguments(Mode.COMMAND, deploy, data, OptionalLong.empty(), List.copyOf(command));
  }

  private static String value(String[] args, int option) {
    if (option + 1 == args.length || args[option + 1].isEmpty()) {
      throw LaunchException.user(args[option] + " needs a folder: " + args[option] + " DIR");
    }
    return args[option + 1];
  }

  private static OptionalLong pid(List<String> command) {
    if (command.size() > 2) {
      throw LaunchException.user("attach takes one process id at most: stoa attach [PID]");
    }
    if (command.size() == 1) {
      return OptionalLong.empty();
    }
    try {
      long pid = Long.parseLong(command.get(1));
      if (pid > 0) {
        return OptionalLong.of(pid);
      }
    } catch (NumberFormatException notANumber) {
      // said below, as for a negative number
    }
    throw LaunchException.user("attach: '" + command.get(1) + "' is no process id");
  }
}
