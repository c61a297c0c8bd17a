package dev.stoa.shell;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.Run;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code stoa:set}. */
@Command(
    name = "set",
    description = {
      "Gives a run other values of changeable parameters at its next step;",
      "stoa:describe NAME shows which are. Where that fails the run keeps those it has."
    })
final class SetCommand implements Callable<Integer> {
  private final Invocation call;

  @picocli.CommandLine.Parameters(index = "0", paramLabel = "RUN", description = "Name of the run.")
  String name;

  @picocli.CommandLine.Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description = "A parameter of the algorithm and its value.")
  List<String> settings;

  SetCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() throws InterruptedException {
    Map<String, ParameterValue> values = new TreeMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new UserException("'" + setting + "' sets nothing", "set", "Write key=value");
      }
      String key = setting.substring(0, equals).strip();
      String value = setting.substring(equals + 1).strip();
      String place = "set " + key;
      if (values.put(Parameters.canonical(key), new ParameterValue(value, place)) != null) {
        throw new UserException(Parameters.canonical(key) + " is given twice", place, "Keep one");
      }
    }
    Run run = call.run(name);
    RunStatus status = Answers.await(run, run.set(values));
    String phase = status.phase() == RunPhase.RUNNING ? "" : ", " + ChangeCommand.phase(status);
    call.output()
        .line(
            status.name()
                + " has "
                + String.join(", ", settings)
                + phase
                + " from step "
                + Output.count(status.steps())
                + " on");
    return Invocation.OK;
  }
}
