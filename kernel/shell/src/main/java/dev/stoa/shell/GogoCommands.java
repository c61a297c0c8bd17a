package dev.stoa.shell;

import org.apache.felix.service.command.CommandSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The same commands in the Gogo shell, scope {@code stoa}. Gogo finds them by their names and
 * redirects {@code System.out} and {@code System.err} to the session that called.
 */
@Component(
    service = GogoCommands.class,
    property = {
      "osgi.command.scope=stoa",
      "osgi.command.function=train",
      "osgi.command.function=watch",
      "osgi.command.function=resume",
      "osgi.command.function=eval",
      "osgi.command.function=list",
      "osgi.command.function=describe",
      "osgi.command.function=doctor",
      "osgi.command.function=demo",
      "osgi.command.function=runs",
      "osgi.command.function=park",
      "osgi.command.function=pause",
      "osgi.command.function=stop",
      "osgi.command.function=checkpoint",
      "osgi.command.function=move",
      "osgi.command.function=set",
      "osgi.command.function=fork",
      "osgi.command.function=reproduce",
      "osgi.command.function=attach",
      "osgi.command.function=help"
    })
public final class GogoCommands {
  private final Installation installation;

  /** For one installation. */
  @Activate
  public GogoCommands(@Reference Installation installation) {
    this.installation = installation;
  }

  /** Starts a run and prints its name. */
  public void train(String... arguments) {
    call("train", arguments);
  }

  /** Follows a run until it ends or Ctrl-C is pressed. */
  public void watch(CommandSession session, String... arguments) {
    InterruptKey.during(session, () -> call("watch", arguments));
  }

  /** Goes on with a run. */
  public void resume(String... arguments) {
    call("resume", arguments);
  }

  /** Evaluates a policy. */
  public void eval(String... arguments) {
    call("eval", arguments);
  }

  /** Lists what is installed. */
  public void list(String... arguments) {
    call("list", arguments);
  }

  /** Describes a part. */
  public void describe(String... arguments) {
    call("describe", arguments);
  }

  /** Shows what is there and what is wrong. */
  public void doctor(String... arguments) {
    call("doctor", arguments);
  }

  /** Shows that an update changes no bit. */
  public void demo(CommandSession session, String... arguments) {
    InterruptKey.during(session, () -> call("demo", arguments));
  }

  /** Shows the runs of this process. */
  public void runs(String... arguments) {
    call("runs", arguments);
  }

  /** Sets a run aside. */
  public void park(String... arguments) {
    call("park", arguments);
  }

  /** Sets a run aside, by its other name. */
  public void pause(String... arguments) {
    call("pause", arguments);
  }

  /** Ends a run. */
  public void stop(String... arguments) {
    call("stop", arguments);
  }

  /** Writes a run's state. */
  public void checkpoint(String... arguments) {
    call("checkpoint", arguments);
  }

  /** Moves a run to another device. */
  public void move(String... arguments) {
    call("move", arguments);
  }

  /** Gives a run other parameters. */
  public void set(String... arguments) {
    call("set", arguments);
  }

  /** Makes a second run from a run's state. */
  public void fork(String... arguments) {
    call("fork", arguments);
  }

  /** Says whether a run's metrics come out again. */
  public void reproduce(CommandSession session, String... arguments) {
    InterruptKey.during(session, () -> call("reproduce", arguments));
  }

  /** Says how to attach. */
  public void attach(String... arguments) {
    call("attach", arguments);
  }

  /** Shows the help of a command. */
  public void help(String... arguments) {
    call("help", arguments);
  }

  private void call(String verb, String... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = verb;
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    shell(installation, new Output(System.out, System.err, false), words);
  }

  /** Runs a command in a shell: nothing that goes wrong ends it. */
  static void shell(Installation installation, Output output, String... words) {
    try {
      CommandTree.execute(new Invocation(installation, output, true), words);
    } catch (RuntimeException ours) {
      output.note("internal error: " + Causes.line(ours));
    }
  }
}
