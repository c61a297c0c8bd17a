package dev.stoa.shell;

import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The command line of {@code bin/stoa}, met by the launcher through a type of the JDK: takes the
 * arguments, writes to {@code System.out} and {@code System.err}, gives the exit code. A failure of
 * ours is thrown, for the launcher to tell and to log.
 */
@Component(service = ToIntFunction.class, property = "stoa.command.line:Boolean=true")
public final class CommandLineService implements ToIntFunction<String[]> {
  /** From this version on the JDK gives a console to a process that has no terminal. */
  private static final int CONSOLE_WITHOUT_TERMINAL = 22;

  private final Installation installation;

  /** For one installation. */
  @Activate
  public CommandLineService(@Reference Installation installation) {
    this.installation = installation;
  }

  @Override
  public int applyAsInt(String[] arguments) {
    Output output = new Output(System.out, System.err, terminal());
    int code = CommandTree.execute(new Invocation(installation, output, false), arguments);
    if (System.out.checkError()) {
      output.note("warning: standard output was closed or full; what followed is not shown");
    }
    return code;
  }

  /**
   * Whether a person sees standard output: the property {@code stoa.terminal}, or what Java knows.
   */
  private boolean terminal() {
    return installation
        .property("stoa.terminal")
        .map(Boolean::valueOf)
        .orElseGet(
            () ->
                System.console() != null && Runtime.version().feature() < CONSOLE_WITHOUT_TERMINAL);
  }
}
