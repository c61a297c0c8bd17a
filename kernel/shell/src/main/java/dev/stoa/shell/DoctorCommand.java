package dev.stoa.shell;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Catalogue.Automatic;
import dev.stoa.run.Catalogue.Description;
import dev.stoa.run.Catalogue.Entry;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Measurements;
import dev.stoa.run.UserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stoa doctor}. */
@Command(
    name = "doctor",
    description = {
      "Shows what this machine and this installation offer, and what is wrong with them.",
      "With --measure it also times the devices, and runs that name no device get the fastest.",
      "Exit code 0; 1 when the kernel itself does not run."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Invocation call;

  @Option(names = "--json", description = "One JSON object on standard output.")
  boolean json;

  @Option(
      names = "--measure",
      description = "Times the devices on five reference graphs and keeps the result.")
  boolean measure;

  DoctorCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() {
    Map<String, Object> machine = Machine.facts(call.installation());
    Optional<String> broken = broken();
    List<Map<String, Object>> devices = new ArrayList<>();
    List<Map<String, Object>> problems = new ArrayList<>();
    Map<String, Object> automatic = new LinkedHashMap<>();
    Optional<Measurements> measured = Optional.empty();
    broken.ifPresent(why -> problems.add(problem("kernel", "", why)));
    Machine.unusable(call.installation())
        .ifPresent(why -> problems.add(problem("data directory", "", why)));
    if (broken.isEmpty()) {
      Catalogue catalogue = call.installation().catalogue();
      catalogue.list(Kind.DEVICE).forEach(entry -> devices.add(device(catalogue, entry)));
      if (measure) {
        measured = Optional.of(catalogue.measure(next -> call.output().note("measuring " + next)));
      }
      automatic(catalogue, automatic, problems);
      catalogue.problems().forEach(p -> problems.add(problem(p.bundle(), p.what(), p.why())));
    }
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>(machine);
      all.put("devices", devices);
      all.put("auto", automatic);
      measured.ifPresent(each -> all.put("measurements", MeasurementTable.object(each)));
      all.put("problems", problems);
      call.output().document(all);
    } else {
      text(machine, devices, automatic, measured, problems);
    }
    return broken.isEmpty() ? Invocation.OK : Invocation.INTERNAL;
  }

  private Optional<String> broken() {
    try {
      call.installation().catalogue();
      call.installation().runs();
      call.installation().files();
      return Optional.empty();
    } catch (IllegalStateException missing) {
      return Optional.of(missing.getMessage());
    }
  }

  /** A device that fails to say how it is must not keep the doctor from the others. */
  private static Map<String, Object> device(Catalogue catalogue, Entry entry) {
    Map<String, Object> device = new LinkedHashMap<>();
    device.put("name", entry.name());
    device.put("version", entry.version());
    device.put("bundle", entry.bundle());
    try {
      Description description = catalogue.describe(entry.name());
      Map<String, String> details = description.details();
      device.put("ready", Boolean.valueOf(details.get("ready")));
      device.put("reason", details.getOrDefault("reason", ""));
      device.put("fingerprint", details.getOrDefault("fingerprint", ""));
      device.put("memory", details.getOrDefault("memory", ""));
    } catch (RuntimeException failed) {
      device.put("ready", false);
      device.put("reason", Causes.line(failed));
    }
    return device;
  }

  /** What a run gets that names no device; nothing when no device is ready. */
  private static void automatic(
      Catalogue catalogue, Map<String, Object> automatic, List<Map<String, Object>> problems) {
    try {
      Automatic chosen = catalogue.automatic();
      automatic.put("device", chosen.device());
      automatic.put("why", chosen.why());
      if (!chosen.warning().isEmpty()) {
        problems.add(problem("auto", "", chosen.warning()));
      }
    } catch (UserException none) {
      problems.add(problem("auto", "", none.line()));
    }
  }

  private static Map<String, Object> problem(String bundle, String what, String why) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("bundle", bundle);
    problem.put("what", what);
    problem.put("why", why);
    return problem;
  }

  private void text(
      Map<String, Object> machine,
      List<Map<String, Object>> devices,
      Map<String, Object> automatic,
      Optional<Measurements> measured,
      List<Map<String, Object>> problems) {
    Output output = call.output();
    machine.forEach((key, value) -> output.line(Machine.shown(key, value)));
    output.line("devices:" + (devices.isEmpty() ? " none" : ""));
    for (Map<String, Object> device : devices) {
      boolean ready = Boolean.TRUE.equals(device.get("ready"));
      output.line(
          "  "
              + device.get("name")
              + " "
              + device.get("version")
              + ": "
              + (ready
                  ? "ready (" + device.get("fingerprint") + ")"
                  : "not ready: " + device.get("reason")));
    }
    if (!automatic.isEmpty()) {
      output.line("auto: " + automatic.get("device") + ", " + automatic.get("why"));
    }
    measured.ifPresent(each -> MeasurementTable.show(each, output));
    output.line("problems:" + (problems.isEmpty() ? " none" : ""));
    problems.forEach(
        p ->
            output.line(
                Stream.of(p.get("bundle"), p.get("what"), p.get("why"))
                    .map(Object::toString)
                    .filter(said -> !said.isEmpty())
                    .collect(Collectors.joining(": ", "  ", ""))));
  }
}
